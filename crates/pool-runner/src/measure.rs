//! Visits whatever is asked for, and says what came of it, a line a visit.

use std::{
    error::Error,
    io::{self, Write},
    panic,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use pool_measure::{
    contender::Shape,
    cost::Cost,
    digits::at_most,
    machine::{Ticks, allowed_cores, keep_to},
    protocol::{Request, Sample, Visit, Work},
};

use crate::{
    entry::BackendEntry,
    print,
    visit::{Values, Visitor, number, values},
};

/// Of each number that is said.
const DIGITS: usize = 6;

/// Makes the visits of a request.
///
/// # Errors
///
/// If a visit fails, or what came of it cannot be written.
pub(crate) fn run(backends: &[BackendEntry], request: Request) -> Result<(), Box<dyn Error>> {
    let Request { configuration, plan, process, visits } = request;
    if configuration.pinned {
        let kept = allowed_cores().and_then(|cores| keep_to(&cores[..1]));
        kept.map_err(|error| format!("--pin: {error}"))?;
    }
    let Shape { workers, placement, .. } = configuration.setting(&plan.cell).into();
    placement.leave_cores_to(workers);
    if let Some(input) = &configuration.input {
        input.check_unchanged()?;
    }
    let work = configuration.input.as_ref().map(Work::read).transpose()?;
    let visitor = Visitor::new(&configuration, backends, &plan, work.as_ref())?;
    for Visit { block, place, contender, seed } in visits {
        say_panics_in_a_line(contender.to_string());
        let before = used();
        let start = Instant::now();
        let mut values = visitor.visit(&contender, seed).map_err(|error| match &work {
            Some(Work::Files(files)) if !files.changed().is_empty() => {
                format!("{contender}: {error}; these files have changed: {:?}", files.changed())
            }
            _ => format!("{contender}: {error}"),
        })?;
        let took_ms = start.elapsed().as_secs_f64() * 1e3;
        add_used(before, took_ms, &mut values);
        // A clock before 1970 is wrong anyway.
        let at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        print(&Sample {
            process,
            block,
            place,
            cell: plan.cell.clone(),
            contender,
            at_ms: at.as_millis().try_into().unwrap_or(u64::MAX),
            took_ms: at_most(DIGITS, took_ms),
            values: values.into_iter().map(|(name, it)| (name, at_most(DIGITS, it))).collect(),
        })?;
    }
    Ok(())
}

/// What this process and all others have used so far, as far as the system says.
fn used() -> (Option<Cost>, Option<Ticks>) {
    (Cost::so_far(), Ticks::so_far())
}

/// Adds what a visit has used, which took so long, and what others did meanwhile; of others nothing
/// where there was nothing.
fn add_used(before: (Option<Cost>, Option<Ticks>), took_ms: f64, found: &mut Values) {
    let now = used();
    let own = now.0.zip(before.0).map(|(now, before)| now - before);
    let own_ms = own.map_or(0.0, |own| own.cpu.as_secs_f64() * 1e3);
    // Where jobs are counted, these are of the jobs alone.
    if let Some(Cost { voluntary, involuntary, .. }) = own
        && !found.contains_key("voluntary_per_job")
    {
        found.extend(values([
            ("cores_used", own_ms / took_ms.max(f64::MIN_POSITIVE)),
            ("voluntary", number(voluntary)),
            ("involuntary", number(involuntary)),
        ]));
    }
    if let Some((now, before)) = now.1.zip(before.1) {
        let Ticks { busy, stolen, .. } = now - before;
        let [busy, stolen] =
            [busy, stolen].map(|it| number(it) * 1e3 / f64::from(Ticks::PER_SECOND));
        let others = [("stolen_ms", stolen), ("others_ms", busy - own_ms)];
        found.extend(values(others.into_iter().filter(|(_, millis)| *millis > 0.0)));
    }
}

/// The reader takes the first line: what panics later does so because of that.
fn say_panics_in_a_line(about: String) {
    panic::set_hook(Box::new(move |panic| {
        let message = panic.to_string().replace('\n', " ");
        _ = writeln!(io::stderr(), "error: {about}: {message}");
    }));
}
