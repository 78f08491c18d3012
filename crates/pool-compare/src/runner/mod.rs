//! Has everything measured that a configuration asks for, and keeps it.
//!
//! Three levels, as in Kalibera and Jones, "Rigorous Benchmarking in Reasonable Time", 2013: a
//! fresh *process* for each cell, because where a program's memory happens to lie makes it
//! faster or slower from one process to the next; in it, *blocks* that visit each contender once,
//! so that what the machine does to one it does to all; and a *visit* is a fresh pool.
//!
//! (A process that was interrupted is finished by another: of a run that was resumed, as many
//! cells as were under way may have one that is two.)
//!
//! The first process of every cell comes before the second of any, so that a noisy minute
//! hurts each cell a little rather than one a lot.

mod alone;
mod budget;
mod child;
mod locate;
mod measuring;

use std::path::Path;

use pool_measure::protocol::{Configuration, Description};
use pool_workloads::Checksums;

pub(crate) use self::locate::{Runner, mind_the_build, select};
use crate::{
    error::Error,
    store::{Difference, KeptRun, Recorder, RunFile, of_environment},
};

/// Measures all that a configuration asks for, into a new run below `results`. Jobs that checksum
/// files have these in a list of their own.
///
/// # Errors
///
/// If something cannot be measured or kept; or by Ctrl-C. What was measured is kept, and the
/// run can be resumed.
pub(crate) fn measure(
    runner: &Runner,
    description: Description,
    configuration: Configuration,
    files: Option<&Checksums>,
    results: &Path,
) -> Result<KeptRun, Error> {
    let file = RunFile::new(description, configuration);
    let (recorder, file) = Recorder::create(results, file, files)?;
    measuring::measure(runner, recorder, file, &[])
}

/// Goes on with a run that was interrupted.
///
/// # Errors
///
/// As [`measure`]; or if there is no such run, or it is complete.
pub(crate) fn resume(
    runner: &Runner,
    description: &Description,
    directory: &Path,
) -> Result<KeptRun, Error> {
    let (recorder, KeptRun { file, samples, .. }) = Recorder::resume(directory)?;
    if let Some(Difference { field, values: [then, now] }) =
        of_environment(&file.environment, &description.environment)
    {
        return Err(Error::Usage(format!(
            "{}: {field} was {then} and is {now}; begin a new run",
            directory.display()
        )));
    }
    if let Some(input) = &file.configuration.input {
        input.check_unchanged().map_err(Error::Usage)?;
    }
    measuring::measure(runner, recorder, file, &samples)
}
