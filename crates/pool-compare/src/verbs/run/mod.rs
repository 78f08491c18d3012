//! `run`: measures, compares and keeps. What `cargo compare` alone does, too.

mod args;
mod configure;
mod targets;

use std::path::{Path, PathBuf};

pub(crate) use self::args::Args;
use self::{configure::configure, targets::Target};
use crate::{
    error::Error,
    figures::count,
    opened::{Opened, kept_here},
    runner::{self, Runner, mind_the_build},
    store::{Ended, KeptRun},
    tables::{self, wrap},
    terminal::{answer, say},
    verbs::{check::check, doctor, pick, show},
};

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Result<(), Error> {
    let results = args.results.directory();
    let targets = args.assert.as_deref().map(targets::read).transpose()?.unwrap_or_default();
    let named = |run: &Option<PathBuf>| run.clone().map_or_else(|| last_interrupted(&results), Ok);
    let resumed = args.resume.as_ref().map(named).transpose()?;
    let runner = Runner::find(&args.runner)?;
    let description = runner.describe()?;
    if let Some(directory) = resumed {
        return conclude(args, &targets, runner::resume(&runner, &description, &directory)?);
    }
    let (configuration, files) = configure(args, &description, &targets)?;
    mind_the_build(&description);
    for caution in doctor::cautions() {
        say(format_args!("{}", wrap(&format!("note: {caution}"))));
    }
    check(&runner, &configuration.backends)?;
    say(format_args!(
        "measuring {} of {}, --seed {}",
        count(configuration.cells.len(), "cell"),
        count(configuration.backends.len(), "backend"),
        configuration.seed
    ));
    let list = files.as_ref().map(|(list, _)| list);
    let run = runner::measure(&runner, description, configuration, list, &results)?;
    conclude(args, &targets, run)?;
    match files {
        Some((_, unreadable)) if unreadable > 0 => {
            let what = count(unreadable, "file or directory");
            Err(Error::Failed(format!("could not be read: {what}")))
        }
        _ => Ok(()),
    }
}

/// The newest run of this machine that has not come to its end.
fn last_interrupted(results: &Path) -> Result<PathBuf, Error> {
    let mut heads = kept_here(results)?.into_iter();
    let newest = heads.find(|head| head.file.ended != Some(Ended::Complete));
    newest.map(|head| head.directory).ok_or_else(|| {
        Error::Usage(format!("--resume: no run in {} was interrupted", results.display()))
    })
}

/// Shows what was measured, and says where it is.
fn conclude(args: &Args, targets: &[Target], run: KeptRun) -> Result<(), Error> {
    let opened = Opened::of(run);
    let (judged, missed) = targets::judge(targets, &opened);
    let overview = tables::overview(&opened.analysis, args.full_output);
    let judged = Some(judged).filter(|_| !targets.is_empty());
    let parts = [pick::in_short(&opened), Some(overview), judged];
    let text = parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n");
    answer(args.json, &show::json(&opened), text)?;
    say(format_args!("kept in {}", opened.run.directory.display()));
    match missed {
        0 => Ok(()),
        _ => Err(Error::Failed(format!("missed: {}", count(missed, "target")))),
    }
}
