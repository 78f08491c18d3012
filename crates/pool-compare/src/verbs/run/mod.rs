//! `run`: measures, compares and keeps. What `cargo compare` alone does, too.

mod args;
mod configure;

use std::path::{Path, PathBuf};

use clap::Parser;

pub(crate) use self::args::Args;
use self::configure::configure;
use crate::{
    app::App,
    cli::{Cli, Verb},
    error::Error,
    runner,
    store::{self, Ended, KeptRun},
    tables,
    terminal::{self, Shown, say},
    verbs::{
        check::{self, Checked},
        doctor,
        kept::{Opened, this_machine},
        pick, show,
    },
};

/// Runs the verb.
pub(crate) fn run(args: &Args, app: &App<'_>) -> Result<(), Error> {
    let results = args.results.directory();
    if let Some(which) = &args.resume {
        let directory = match which {
            Some(directory) => directory.clone(),
            None => last_interrupted(&results)?,
        };
        return conclude(args, app, runner::resume(app, &directory)?);
    }

    let configuration = configure(args, app)?;
    for caution in doctor::examine().cautions() {
        say(format_args!("{}", tables::wrap(&format!("mind: {caution}"))));
    }
    let broken = check_all(app, &configuration.backends)?;
    let configuration = configuration.without(&broken);
    if configuration.backends.is_empty() {
        return Err(Error::Broken(broken));
    }
    say(format_args!(
        "measuring {} cells of {} backends, --seed {}",
        configuration.cells.len(),
        configuration.backends.len(),
        configuration.seed
    ));
    conclude(args, app, runner::measure(app, configuration, &results)?)?;
    if broken.is_empty() { Ok(()) } else { Err(Error::Broken(broken)) }
}

/// The newest run of this machine that has not come to its end.
fn last_interrupted(results: &Path) -> Result<PathBuf, Error> {
    let machine = this_machine().machine();
    let interrupted = store::latest(results, |file| {
        let here = file.environment.machine() == machine;
        here && file.ended != Some(Ended::Complete) && file.merged_from.is_empty()
    })?;
    interrupted.map(|head| head.directory).ok_or_else(|| {
        Error::Usage(format!("--resume: no run in {} was interrupted", Shown(results)))
    })
}

/// What `cargo compare` alone does: as `run --quick`.
pub(crate) fn quick(app: &App<'_>) -> Result<(), Error> {
    match Cli::parse_from(["compare", "run"]).verb {
        Some(Verb::Run(args)) => run(&args, app),
        _ => unreachable!("these arguments are of run"),
    }
}

/// Those that break the contract, each told of.
pub(crate) fn check_all(app: &App<'_>, names: &[String]) -> Result<Vec<String>, Error> {
    let backends = app.select(names)?;
    let checked = check::check(&backends, &app.interrupt);
    if app.interrupt.is_cancelled() {
        return Err(Error::Interrupted { progress: "before anything was measured".to_owned() });
    }
    let cases: usize = checked.iter().map(|it| it.cases).sum();
    say(format_args!("checked {} backends with {cases} cases", checked.len()));
    let (_, broken): (Vec<_>, Vec<_>) = checked.into_iter().partition(Checked::passed);
    for line in broken.iter().flat_map(Checked::complaints) {
        say(format_args!("{line}"));
    }
    Ok(broken.into_iter().map(|it| it.backend.to_owned()).collect())
}

/// Shows what was measured, and says where it is.
fn conclude(args: &Args, app: &App<'_>, run: KeptRun) -> Result<(), Error> {
    let opened = Opened::of(run);
    if args.json {
        show::json(&opened)?;
    } else {
        terminal::print(tables::overview(&opened.analysis, &opened.run.file.cells))?;
        if let Some(picks) = pick::in_short(app.backends, &opened.analysis) {
            terminal::print(format_args!("\n{picks}"))?;
        }
    }
    say(format_args!("kept in {}", Shown(&opened.run.directory)));
    Ok(())
}
