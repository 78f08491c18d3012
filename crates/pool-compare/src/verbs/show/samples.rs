//! Samples as CSV, for spreadsheets: a line for each value, so that each kind of cell fits.

use std::io;

use crate::{error::Error, protocol::Sample, terminal};

const HEADER: [&str; 9] =
    ["process", "block", "place", "cell", "contender", "at_ms", "took_ms", "quantity", "value"];

/// Prints them.
pub(super) fn print(samples: &[Sample]) -> Result<(), Error> {
    // To memory first: the writer would hide that a pipe was closed, which is no error here.
    let text = csv(samples).map_err(Error::Stdout)?;
    terminal::print(text.trim_end())
}

fn csv(samples: &[Sample]) -> io::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADER)?;
    for sample in samples {
        let Sample { process, block, place, cell, contender, at_ms, took_ms, values } = sample;
        for (quantity, value) in values {
            writer.write_record([
                process.to_string(),
                block.to_string(),
                place.to_string(),
                cell.to_string(),
                contender.to_string(),
                at_ms.to_string(),
                took_ms.to_string(),
                quantity.clone(),
                value.to_string(),
            ])?;
        }
    }
    let bytes = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
    String::from_utf8(bytes).map_err(io::Error::other)
}
