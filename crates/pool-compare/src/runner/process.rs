//! The process that measures: it is told on its standard input whom to visit, and says on its
//! standard output what came of it, a line a visit.

use std::{
    io::{self, Write},
    panic,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use pool_measure::{entry::BackendEntry, machine::pin_to_one_core};
use serde::{Deserialize, Serialize};

use crate::{
    configuration::{CellPlan, Configuration},
    error::Error,
    input,
    sample::Sample,
    schedule::Visit,
    terminal::say,
    visit::{VisitError, Visitor, Work},
};

/// What a process is told.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Request {
    /// Without its cells.
    pub(crate) configuration: Configuration,
    pub(crate) plan: CellPlan,
    pub(crate) process: u32,
    pub(crate) visits: Vec<Visit>,
}

/// Makes the visits that standard input asks for.
///
/// # Errors
///
/// If a visit fails, or nobody reads what came of it any more.
pub(crate) fn run(backends: &[BackendEntry]) -> Result<(), Error> {
    let Request { configuration, plan, process, visits } =
        serde_json::from_reader(io::stdin().lock())
            .map_err(|error| Error::Process(format!("a request that makes no sense: {error}")))?;
    say_panics_in_a_line();
    if configuration.pinned {
        pin_to_one_core().map_err(|error| Error::Process(format!("--pin: {error}")))?;
    }
    let failed = |error: VisitError| Error::Process(error.to_string());
    if let Some(input) = &configuration.input {
        input::check_unchanged(input)?;
    }
    let work = configuration.input.as_ref().map(Work::read).transpose();
    let work = work.map_err(|error| Error::Process(error.to_string()))?;
    let visitor = Visitor::new(&configuration, backends, &plan, work.as_ref()).map_err(failed)?;
    for Visit { block, place, contender, seed } in visits {
        let start = Instant::now();
        let values = visitor.visit(&contender, seed).map_err(failed)?;
        let sample = Sample {
            process,
            block,
            place,
            cell: plan.cell.clone(),
            contender,
            at_ms: millis_since_1970(),
            took_ms: short(start.elapsed().as_secs_f64() * 1e3),
            values: values.into_iter().map(|(name, value)| (name, short(value))).collect(),
        };
        print(&sample)?;
    }
    Ok(())
}

/// A number of at most six digits, unless it is whole: more are no knowledge, and would
/// make the files of a run half as long again.
fn short(value: f64) -> f64 {
    if value.fract() == 0.0 {
        return value;
    }
    format!("{value:.5e}").parse().unwrap_or(value)
}

/// Whoever reads wants an error in one line. It takes the first: what panics later does so because
/// of that.
fn say_panics_in_a_line() {
    panic::set_hook(Box::new(|panic| {
        let payload = panic.payload();
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let message = text.unwrap_or("a panic").replace('\n', ", ");
        say(format_args!("error: {message}"));
    }));
}

fn print(sample: &Sample) -> Result<(), Error> {
    let mut line = serde_json::to_string(sample)
        .map_err(|error| Error::Process(format!("a sample that cannot be told: {error}")))?;
    line.push('\n');
    // Not locked for longer: what is measured may print, too.
    let mut stdout = io::stdout().lock();
    stdout.write_all(line.as_bytes()).and_then(|()| stdout.flush()).map_err(Error::Stdout)
}

fn millis_since_1970() -> u64 {
    // A clock before 1970 is wrong anyway.
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_of_a_number_are_kept_and_all_of_a_whole_one() {
        for (value, kept) in [
            (199.679_704_492_612_3, 199.68),
            (0.002_025_050_626_265_656_5, 0.002_025_05),
            (12_345_678.0, 12_345_678.0),
            (12_345_678.9, 12_345_700.0),
            (0.0, 0.0),
        ] {
            assert_eq!(short(value).to_string(), kept.to_string());
        }
    }
}
