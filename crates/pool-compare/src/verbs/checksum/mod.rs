//! `checksum`: the SHA-256 of every file under a directory, through each backend.
//!
//! One file is one job. First everything is read once, untimed, so that nobody pays for a
//! cold page cache; then each round visits the serial loop and every backend, in an order
//! drawn anew. All must give the same checksums.

mod args;
mod job;
mod measure;
mod output;
mod report;
mod spread;
mod stop;
mod table;
mod visit;
mod walk;

use std::{fs, path::Path};

pub(crate) use self::args::Args;
use self::{
    measure::{Measured, Plan, measure},
    output::Destination,
    report::Report,
    stop::Stop,
    walk::{Found, Unreadable, walk},
};
use crate::{
    app::App,
    error::Error,
    figures,
    terminal::{self, Shown, say},
};
use pool_workloads::fresh_seed;

/// Runs the verb.
pub(crate) fn run(args: &Args, app: &App<'_>) -> Result<(), Error> {
    let stop = Stop::new(&app.interrupt, args.timeout);
    check_directory(&args.input)?;
    let destination = args.output.as_deref().map(Destination::prepare).transpose()?;

    let found = walk(&args.input, destination.as_ref().and_then(Destination::file), &stop);
    if let Some(reason) = found.stopped {
        let so_far = found.files.len();
        let progress = format!(
            "while looking for files: 0 of {so_far} found so far finished, {so_far} not finished"
        );
        return Err(reason.error(progress));
    }
    announce(args, &found);

    let plan = Plan {
        files: &found.files,
        backends: &args.backends(),
        workers: args.workers(),
        rounds: args.rounds,
        seed: args.seed.unwrap_or_else(fresh_seed),
    };
    let measured = measure(&plan, &stop)?;
    for Unreadable { path, reason } in &found.unreadable {
        say(format_args!("{}: {reason}", Shown(path)));
    }
    for (&file, error) in &measured.failures {
        say(format_args!("{}: {error}", Shown(&found.files[file].path)));
    }
    for (&file, difference) in &measured.differences {
        say(format_args!("{}: {difference}", Shown(&found.files[file].path)));
    }
    let report = Report::new(&args.input, &found, &plan, &measured);
    if args.json {
        terminal::print(report.json().map_err(|error| Error::Stdout(error.into()))?)?;
    } else if let Some(table) = report.table() {
        terminal::print(table)?;
    }
    conclude(&found, &measured, destination.as_ref())
}

fn check_directory(input: &Path) -> Result<(), Error> {
    match fs::metadata(input) {
        Ok(metadata) if metadata.is_dir() => Ok(()),
        Ok(_) => Err(Error::NotADirectory(input.to_owned())),
        Err(source) => Err(Error::Input { path: input.to_owned(), source }),
    }
}

/// Says what is about to be done.
fn announce(args: &Args, found: &Found) {
    let input = Shown(&args.input);
    if let Some(output) = args.output.as_deref().filter(|_| found.left_out_output) {
        say(format_args!("left out: {}, which is the output file", Shown(output)));
    }
    match found.files.len() {
        0 => say(format_args!("no regular files in {input}")),
        files => say(format_args!(
            "{files} {} in {input}, {}",
            if files == 1 { "file" } else { "files" },
            figures::bytes(found.bytes())
        )),
    }
}

/// Decides how the run ended, and writes the output file if it may be trusted.
fn conclude(
    found: &Found,
    measured: &Measured,
    destination: Option<&Destination>,
) -> Result<(), Error> {
    if let Some(stopped) = &measured.stopped {
        return Err(stopped.reason.error(stopped.describe(&found.files)));
    }
    if !measured.differences.is_empty() {
        return Err(Error::Disagreement { count: measured.differences.len() });
    }
    if let Some(destination) = destination {
        destination.write(&measured.lines(&found.files))?;
    }
    match found.unreadable.len() + measured.failures.len() {
        0 => Ok(()),
        count => Err(Error::Unreadable { count }),
    }
}
