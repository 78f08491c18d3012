//! Samples as CSV, for spreadsheets: a line for each value, so that each kind of cell fits.

use crate::{error::Error, protocol::Sample};

const HEADER: [&str; 9] =
    ["process", "block", "place", "cell", "contender", "at_ms", "took_ms", "quantity", "value"];

/// A header and a line for each value.
pub(super) fn csv(samples: &[Sample]) -> Result<String, Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADER).map_err(Error::stdout)?;
    for Sample { process, block, place, cell, contender, at_ms, took_ms, values } in samples {
        for value in values {
            let line = (process, block, place, cell, contender, at_ms, took_ms, value);
            writer.serialize(line).map_err(Error::stdout)?;
        }
    }
    let bytes = writer.into_inner().map_err(Error::stdout)?;
    Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
}
