//! From arguments to what is measured.

use std::{fs, path::Path};

use pool_measure::environment::sha256;
use pool_workloads::{Checksums, Speed, Unreadable, Workload};

use super::{Args, targets::Target};
use crate::{
    args::{Form, Receive},
    cell::{Cell, Kind, Load},
    error::Error,
    once::once,
    preset::{self, Amount, IN_FLIGHT, Preset, workers},
    protocol::{Axis, Configuration, Description, Input, InputKind, Work},
    runner::select,
    terminal::say,
};

/// Files to checksum, and how many more could not be read.
type Files = Option<(Checksums, usize)>;

/// What the arguments ask for.
pub(super) fn configure(
    args: &Args,
    description: &Description,
    targets: &[Target],
) -> Result<(Configuration, Files), Error> {
    let preset = if args.full { preset::full() } else { preset::quick() };
    let files = args.input.as_deref().map(read_files).transpose()?;
    let (input, work) = match &files {
        Some((files, _)) => (None, Some(Work::Files(files.clone()))),
        None => look_at_input(args)?.unzip(),
    };
    let mut amounts = swept(args, amounts(args, &preset, work.as_ref(), targets))?;
    let is_asked = args.form.is_some() || !args.backend.is_empty();
    let workers = workers(args.workers);
    for amount in &mut amounts {
        amount.native |= is_asked;
        if let Some(processes) = args.rounds {
            *amount = amount.clone().processes(processes);
        }
    }
    let any = if amounts.iter().any(|it| it.native) { Form::Both } else { Form::Managed };
    let backends = select(&description.backends, &args.backend, args.form.unwrap_or(any))?;
    for amount in &amounts {
        amount.check(workers.1)?;
        if work.is_none() {
            possible(&amount.cell, workers.1)?;
        }
    }
    let speed = description.rounds_per_micro;
    let usual = preset::configuration(&preset, amounts, &backends, speed, workers);
    let configuration = Configuration {
        input,
        pinned: args.pin,
        workers_pinned: usual.workers_pinned && !args.pin,
        seed: args.seed.unwrap_or(usual.seed),
        budget_s: match (args.rounds, args.budget) {
            (Some(_), _) => None,
            (None, Some(budget)) => Some(budget.as_secs_f64()),
            (None, None) => usual.budget_s,
        },
        producers: args.producers.or(work.map(|it| it.producers())).unwrap_or(1),
        queue: args.queue.unwrap_or(usual.queue),
        results_bound: args.results_bound,
        linger_us: usual.linger_us.filter(|_| args.receive != Some(Receive::Each)),
        ..usual
    };
    Ok((configuration, files))
}

/// The cells that are asked for, or those of the targets or the preset.
fn amounts(args: &Args, preset: &Preset, work: Option<&Work>, targets: &[Target]) -> Vec<Amount> {
    let of = |cell| if args.full { preset::thorough(cell) } else { preset::brief(cell) };
    if let Some(work) = work {
        let (workload, load) = (work.name().to_owned(), work.load().unwrap_or(IN_FLIGHT));
        [Cell::throughput(workload.clone()), Cell::Latency { workload, load }].map(of).into()
    } else if !args.cell.is_empty() {
        args.cell.iter().cloned().map(of).collect()
    } else if !args.sweep.is_empty() {
        SWEPT.map(Cell::throughput).map(of).into()
    } else if targets.is_empty() {
        let latency_workers = workers(args.workers).1;
        let fits = |amount: &&Amount| amount.has_a_core_left(latency_workers);
        preset.cells.iter().filter(fits).cloned().collect()
    } else {
        targets.iter().map(|it| preset::thorough(it.cell.clone())).collect()
    }
}

/// The jobs of a sweep, unless others are named: with shorter ones, the pool decides; with longer
/// ones, the machine.
const SWEPT: [&str; 3] = ["empty", "cpu-1us", "cpu-10us"];

/// Each throughput cell at all the points that are asked for; in a sweep no others.
fn swept(args: &Args, mut amounts: Vec<Amount>) -> Result<Vec<Amount>, Error> {
    let usage = |problem: String| Err(Error::Usage(format!("--sweep: {problem}")));
    let is_swept = |axis: Axis| args.sweep.iter().any(|(swept, _)| *swept == axis);
    let fixed = [
        (Axis::Workers, args.workers),
        (Axis::Producers, args.producers),
        (Axis::Queue, args.queue),
        (Axis::ResultsBound, args.results_bound),
        (Axis::Receive, args.receive.map(|_| 0)),
    ];
    if let Some((axis, _)) = fixed.into_iter().find(|(axis, it)| it.is_some() && is_swept(*axis)) {
        return usage(format!("{axis} is swept; leave --{axis} out"));
    }
    match &args.sweep[..] {
        [] | [_] => {}
        [(one, _), (other, _)] if one != other => {}
        _ => return usage("give one axis or two, each once".to_owned()),
    }
    if !args.sweep.is_empty() {
        if let Some(other) = args.cell.iter().find(|it| it.kind() != Kind::Throughput) {
            return usage(format!("{other} is no throughput cell"));
        }
        amounts.retain(|amount| amount.cell.kind() == Kind::Throughput);
    }
    for (axis, values) in &args.sweep {
        let at_all = |it: Amount| values.iter().map(move |value| it.clone().at(*axis, *value));
        amounts = amounts.into_iter().flat_map(at_all).collect();
    }
    let received = |it: Amount| match args.receive {
        Some(Receive::Both) => vec![it.clone(), it.at(Axis::Receive, 0)],
        Some(Receive::Each) => vec![it.at(Axis::Receive, None)],
        _ => vec![it],
    };
    // Cells that differ in what is swept alone are one.
    Ok(once(amounts.into_iter().flat_map(received)))
}

/// Refuses what is no workload, a job without any length, which is `empty`, and jobs that come faster
/// than any pool could do them.
fn possible(cell: &Cell, workers: usize) -> Result<(), Error> {
    let Some(name) = cell.workload() else { return Ok(()) };
    // How fast the machine is does not matter to names and lengths.
    let workload = Workload::by_name(name, Speed::new(1.0));
    let workload = workload.map_err(|error| Error::Usage(error.to_string()))?;
    if name != "empty" && workload.mean_work().is_zero() {
        return Err(Error::Usage(format!("{name}: a job of no length is the workload empty")));
    }
    match cell.load() {
        Some(Load::Recorded) => {
            Err(Error::Usage(format!("--cell {cell}: of a trace; give it with --trace")))
        }
        Some(Load::Rate(rate)) => preset::busy(&workload, rate, workers).map(drop),
        _ => Ok(()),
    }
}

/// The files of a directory; names those that cannot be read.
fn read_files(directory: &Path) -> Result<(Checksums, usize), Error> {
    let usage = |problem: &dyn std::fmt::Display| {
        Error::Usage(format!("--input {}: {problem}", directory.display()))
    };
    // Absolute, so that the list of files means the same wherever it is checked.
    let absolute = fs::canonicalize(directory).map_err(|error| usage(&error))?;
    if !absolute.is_dir() {
        return Err(usage(&"not a directory"));
    }
    let (files, unreadable) = Checksums::under(&absolute);
    for Unreadable { path, source } in &unreadable {
        say(format_args!("left out: {}: {source}", path.display()));
    }
    if files.is_empty() {
        return Err(usage(&"there is no file in it that can be read"));
    }
    say(format_args!("{} files in {}", files.len(), directory.display()));
    Ok((files, unreadable.len()))
}

/// The user's own file, if there is one. Its jobs are called otherwise than those of any standard
/// workload: the cell of such a name would be taken for that one's.
fn look_at_input(args: &Args) -> Result<Option<(Input, Work)>, Error> {
    let profile = args.profile.as_ref().map(|path| (InputKind::Profile, path));
    let trace = args.trace.as_ref().map(|path| (InputKind::Trace, path));
    let Some((kind, path)) = profile.or(trace) else { return Ok(None) };
    // What is not there, and what is not Unicode, is not read.
    let absolute = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
    let text = absolute.to_string_lossy().into_owned();
    let mut input = Input { kind, path: text.clone(), sha256: String::new() };
    let work = Work::read(&input).map_err(|error| Error::Usage(error.to_string()))?;
    let content = fs::read(&text).map_err(|error| Error::Usage(format!("{text}: {error}")))?;
    input.sha256 = sha256(&content);
    let name = work.name();
    if Workload::by_name(name, Speed::new(1.0)).is_ok() {
        let path = path.display();
        return Err(Error::Usage(format!(
            "{path}: {name:?} is a standard workload; give this one another name"
        )));
    }
    Ok(Some((input, work)))
}
