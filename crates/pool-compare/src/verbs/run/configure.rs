//! From arguments to what is measured.

use pool_measure::entry::BackendEntry;
use pool_workloads::{Speed, Workload};

use super::Args;
use crate::{
    app::App,
    cell::{Cell, Load},
    configuration::{Configuration, Input, InputKind, workers},
    error::Error,
    input,
    preset::{self, Amount, Preset},
    terminal::Shown,
    visit::Work,
};

/// Where nobody says how many jobs come.
const HALF: Load = Load::Capacity(50);

/// What the arguments ask for.
pub(super) fn configure(args: &Args, app: &App<'_>) -> Result<Configuration, Error> {
    let backends = app.select(&args.backend)?;
    let names: Vec<&str> = backends.iter().map(BackendEntry::name).collect();
    let preset = if args.full { preset::full() } else { preset::quick() };
    let speed = Speed::measure();
    let (input, work) = look_at_input(args, speed)?.unzip();
    let amounts = amounts(args, &preset, work.as_ref(), speed)?;
    amounts.iter().try_for_each(Amount::check)?;
    let amounts = amounts.into_iter().map(|amount| match args.rounds {
        Some(processes) => amount.processes(processes),
        None => amount,
    });
    let mut configuration = Configuration::new(&preset, amounts, &names, speed);
    configuration.input = input;
    configuration.pinned = args.pin;
    (configuration.workers, configuration.latency_workers) = workers(args.workers);
    if let Some(seed) = args.seed {
        configuration.seed = seed;
    }
    if let Some(budget) = args.budget {
        configuration.budget_s = Some(budget.as_secs_f64());
    }
    if args.rounds.is_some() {
        configuration.budget_s = None;
    }
    if args.each {
        configuration.linger_us = None;
    }
    Ok(configuration)
}

/// The cells that are asked for, or those of the preset.
fn amounts(
    args: &Args,
    preset: &Preset,
    work: Option<&Work>,
    speed: Speed,
) -> Result<Vec<Amount>, Error> {
    let of = |cell| if args.full { preset::thorough(cell) } else { preset::brief(cell) };
    let both = |workload: &str, load| {
        let workload = workload.to_owned();
        [Cell::throughput(workload.clone()), Cell::Latency { workload, load }].map(of)
    };
    if let Some(work) = work {
        return Ok(both(work.name(), work.load().unwrap_or(HALF)).into());
    }
    let of_cells = args.cell.iter().filter_map(Cell::workload);
    for workload in of_cells.chain(args.workload.iter().map(String::as_str)) {
        Workload::by_name(workload, speed).map_err(|error| Error::Usage(error.to_string()))?;
    }
    if let Some(cell) = args.cell.iter().find(|it| it.is_recorded()) {
        return Err(Error::Usage(format!("--cell {cell}: of a trace; give it with --trace")));
    }
    Ok(if !args.cell.is_empty() {
        once(&args.cell).cloned().map(of).collect()
    } else if args.workload.is_empty() {
        preset.cells.clone()
    } else {
        once(&args.workload).flat_map(|workload| both(workload, HALF)).collect()
    })
}

/// Each of a list once.
fn once<T: PartialEq>(all: &[T]) -> impl Iterator<Item = &T> {
    all.iter().enumerate().filter(|(place, it)| !all[..*place].contains(it)).map(|(_, it)| it)
}

/// The user's own file, if there is one. Its jobs are called otherwise than those of any standard
/// workload: the cell of such a name would be taken for that one's.
fn look_at_input(args: &Args, speed: Speed) -> Result<Option<(Input, Work)>, Error> {
    let profile = args.profile.as_ref().map(|path| (InputKind::Profile, path));
    let trace = args.trace.as_ref().map(|path| (InputKind::Trace, path));
    let Some((kind, path)) = profile.or(trace) else { return Ok(None) };
    let (input, work) = input::look(kind, path)?;
    if Workload::by_name(work.name(), speed).is_ok() {
        let name = work.name();
        return Err(Error::Usage(format!(
            "{}: {name:?} is a standard workload; give this one another name",
            Shown(path)
        )));
    }
    Ok(Some((input, work)))
}
