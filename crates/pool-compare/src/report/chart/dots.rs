//! The dot plot: what each contender of some comparisons took.

use super::{
    Axis, Words,
    forest::note,
    rows::{Group, Mark, Rows, visible},
};
use crate::{
    analysis::{Comparison, Trust},
    figures,
    quantity::Unit,
    report::{numbers, series::Palette},
};

/// A dot plot of comparisons of one unit, that of the first; `None` if nothing can be drawn.
pub(crate) fn dots(
    words: Words,
    label: &str,
    comparisons: &[&Comparison],
    palette: &Palette,
) -> Option<Rows> {
    let unit = comparisons.first()?.quantity().unit;
    let shown = match unit {
        Unit::Nanos => |value| numbers::tick(value, Unit::Nanos),
        Unit::Bytes => |value| numbers::tick(value, Unit::Bytes),
    };
    let groups: Vec<_> = comparisons.iter().map(|it| group(it, unit, palette)).collect();
    let axis = Axis::log(label, visible(&groups), shown)?;
    Some(Rows { words, axis, groups })
}

fn group(comparison: &Comparison, unit: Unit, palette: &Palette) -> Group {
    let mark = |row: &crate::analysis::Row| {
        let value = |value| figures::value(unit, value);
        let at = row.value;
        let shown = if at.low < at.high {
            format!("{} ({})", value(at.estimate), numbers::bounds(at, value))
        } else {
            value(at.estimate)
        };
        let series = palette.series(&row.contender);
        Mark { name: row.contender.to_string(), series, at, shown }
    };
    Group {
        cell: comparison.cell.to_string(),
        note: note(comparison.trust),
        band: None,
        doubtful: comparison.trust == Trust::TooNoisy,
        rows: comparison.rows.iter().map(mark).collect(),
    }
}
