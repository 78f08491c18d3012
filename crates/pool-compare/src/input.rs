//! Files of the user's that say what jobs to measure.

use std::{fs, path::Path};

use pool_measure::environment::sha256;

use crate::{
    configuration::{Input, InputKind},
    error::Error,
    terminal::Shown,
    visit::Work,
};

/// What stands in a run of an input: once it has been read and found to make sense.
pub(crate) fn look(kind: InputKind, path: &Path) -> Result<(Input, Work), Error> {
    // What is not there is told of below.
    let absolute = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let path = absolute.to_str().ok_or_else(|| {
        Error::Usage(format!("{}: a path that is not Unicode cannot be kept", Shown(path)))
    })?;
    let mut input = Input { kind, path: path.to_owned(), sha256: String::new() };
    let work = Work::read(&input).map_err(|error| Error::Usage(error.to_string()))?;
    input.sha256 = fingerprint(path)?;
    Ok((input, work))
}

/// Whether the file is still what it was when the run began.
pub(crate) fn check_unchanged(input: &Input) -> Result<(), Error> {
    if fingerprint(&input.path)? == input.sha256 {
        return Ok(());
    }
    let path = &input.path;
    Err(Error::Usage(format!("{path}: it has changed since the run began; begin a new run")))
}

fn fingerprint(path: &str) -> Result<String, Error> {
    let content = fs::read(path).map_err(|error| Error::Usage(format!("{path}: {error}")))?;
    Ok(sha256(&content))
}
