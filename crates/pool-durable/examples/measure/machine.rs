//! Where it was measured.

use std::path::Path;

use pool_measure::{environment::Environment, machine::fsync};

use crate::{AnyError, place::Places};

/// A few lines for people.
pub(crate) fn describe(
    environment: &Environment,
    places: &Places,
    directory: &Path,
    rounds: u16,
) -> Result<String, AnyError> {
    let Environment { cpu, cores, kernel, load_before, .. } = environment;
    let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "unknown".to_owned());
    let (cpu, kernel) = (known(cpu), known(kernel));
    let fsync = fsync(&mut tempfile::tempfile_in(directory)?)? * 1e3;
    let sqlite = pool_durable::rusqlite::version();
    let postgres = places.postgres_version()?;
    Ok(format!(
        "cpu        {cpu}, {cores} cores\n\
         kernel     {kernel}\n\
         load       {load_before:.1}\n\
         fsync      {fsync:.2} ms, the median of 50 after 4 KiB each\n\
         sqlite     {sqlite}\n\
         postgres   {postgres}\n\
         rounds     {rounds}\n"
    ))
}
