//! Samples as CSV, for spreadsheets: a line for each value, so that each kind of cell fits.

use crate::{error::Error, protocol::Sample, terminal};

const HEADER: [&str; 9] =
    ["process", "block", "place", "cell", "contender", "at_ms", "took_ms", "quantity", "value"];

/// Prints them.
pub(super) fn print(samples: &[Sample]) -> Result<(), Error> {
    // To memory first: the writer would hide that a pipe was closed, which is no error here.
    let text = csv(samples).map_err(|error| Error::Stdout(error.into()))?;
    terminal::print(text.trim_end())
}

fn csv(samples: &[Sample]) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADER)?;
    for Sample { process, block, place, cell, contender, at_ms, took_ms, values } in samples {
        for value in values {
            writer.serialize((process, block, place, cell, contender, at_ms, took_ms, value))?;
        }
    }
    let bytes = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
