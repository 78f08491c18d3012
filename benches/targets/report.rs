//! Telling what was measured, and keeping it.

use std::{collections::BTreeMap, fmt::Write, fs, io, path::Path};

use comfy_table::{CellAlignment, Table, presets::NOTHING};
use pool_measure::environment::Environment;
use serde::Serialize;

use crate::{figure, row::Row, wake_ups::EFFICIENCY};

/// A whole run.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) environment: Environment,
    pub(crate) seed: u64,
    pub(crate) rounds: usize,
    /// What the baselines lack of the contract, by their names.
    pub(crate) baselines_lack: BTreeMap<&'static str, &'static str>,
    pub(crate) rows: Vec<Row>,
}

/// The rows as tables for people, one to a quantity.
pub(crate) fn tables(rows: &[Row]) -> String {
    let mut text = String::new();
    for of_one in rows.chunk_by(|a, b| a.quantity == b.quantity) {
        let mut table = Table::new();
        table.load_style(NOTHING);
        for row in of_one {
            let verdict = row.is_met().map_or("", |met| if met { "met" } else { "MISSED" });
            let quartiles = row.lower_quartile.zip(row.upper_quartile);
            let quartiles =
                quartiles.map(|(low, high)| format!("{}..{}", number(low), number(high)));
            table.add_row([
                row.contender.clone(),
                row.setting.clone(),
                number(row.median),
                told(quartiles),
                told(row.target),
                verdict.to_owned(),
            ]);
        }
        if let Some(column) = table.column_mut(2) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        let Row { quantity, unit, .. } = &of_one[0];
        _ = writeln!(text, "{quantity}, {unit}\n{}\n", table.trim_fmt());
    }
    text
}

/// About three digits that say something.
fn number(value: f64) -> String {
    let decimals = match value.abs() {
        100.0.. => 0,
        10.0.. => 1,
        1.0.. => 2,
        _ => 3,
    };
    format!("{value:.decimals$}")
}

/// Empty where there is nothing to tell.
fn told(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

impl Report {
    /// How many targets are met, and which are not.
    pub(crate) fn verdict(&self) -> String {
        let judged = self.rows.iter().filter_map(|row| Some((row, row.is_met()?)));
        let (met, missed): (Vec<_>, Vec<_>) = judged.partition(|(_, met)| *met);
        let mut text = format!("{} targets are met, {} are missed", met.len(), missed.len());
        for (row, _) in missed {
            let Row { quantity, contender, setting, .. } = row;
            let (target, median) = (told(row.target), number(row.median));
            _ = write!(text, "\n  {quantity}, {contender} {setting}: {median}, should be {target}");
        }
        text
    }

    /// What the baselines do not do, line by line.
    pub(crate) fn lacks(&self) -> String {
        let lines = self.baselines_lack.iter().map(|(name, lacks)| format!("{name}: {lacks}\n"));
        let lines: String = lines.collect();
        let heading = "baselines, and what they lack of the contract besides ids, errors and \
                       panics as data, and what a stop hands back";
        if lines.is_empty() { lines } else { format!("{heading}\n{lines}") }
    }

    /// Writes `run.json`, `rows.csv`, `tables.txt` and, if it was measured, the figure.
    pub(crate) fn keep(&self, directory: &Path) -> io::Result<()> {
        let Self { rows, .. } = self;
        fs::write(directory.join("run.json"), serde_json::to_string_pretty(self)? + "\n")?;
        let mut csv = csv::Writer::from_path(directory.join("rows.csv"))?;
        csv.write_record([
            "quantity",
            "contender",
            "setting",
            "unit",
            "median",
            "lower_quartile",
            "upper_quartile",
            "target",
            "met",
        ])?;
        for row in rows {
            csv.write_record([
                row.quantity.clone(),
                row.contender.clone(),
                row.setting.clone(),
                row.unit.to_owned(),
                row.median.to_string(),
                told(row.lower_quartile),
                told(row.upper_quartile),
                told(row.target),
                told(row.is_met()),
            ])?;
        }
        csv.flush()?;
        let text = format!("{}{}\n{}\n", tables(rows), self.lacks(), self.verdict());
        fs::write(directory.join("tables.txt"), text)?;
        if rows.iter().any(|row| row.quantity == EFFICIENCY) {
            figure::draw(rows, &directory.join("wake-ups.svg")).map_err(io::Error::other)?;
        }
        Ok(())
    }
}
