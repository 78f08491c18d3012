//! How rates grow along the axes of sweeps: tables, and a sentence for each curve.

use std::iter;

use super::{
    grid::{Grid, wrap},
    words::jobs,
};
use crate::{
    analysis::{Curve, Scaling},
    figures::{percent, rate},
    protocol::Axis,
    statistics::{Interval, Scalability},
};

/// A table for each kind of jobs, with what follows from it.
pub(super) fn scaling(all: &[Scaling]) -> Vec<String> {
    let part = |scaling: &Scaling| {
        let values = scaling.values.iter().map(ToString::to_string);
        let mut grid = Grid::new(iter::once(scaling.axis.name().to_owned()).chain(values));
        for Curve { contender, rates, .. } in &scaling.curves {
            let rates = rates.iter().map(|it| rate(it.estimate));
            grid.row(iter::once(contender.to_string()).chain(rates));
        }
        let table = format!("\n{}; more is better\n{}", title(scaling), grid.text());
        let said = sentences(scaling).into_iter().map(|it| wrap(&it));
        iter::once(table).chain(said).collect::<Vec<_>>()
    };
    all.iter().flat_map(part).collect()
}

/// What a table or a chart is of.
pub(crate) fn title(Scaling { axis, cell, receive, .. }: &Scaling) -> String {
    let others = cell.axes().filter(|it| it.0 != Axis::Receive);
    let others: Vec<_> =
        others.map(|(axis, value)| format!(", {axis} {}", axis.shown(value))).collect();
    format!("Jobs a second over {axis}, {}{} ({receive})", jobs(cell), others.concat())
}

/// Up to how many workers each backend gains, where enough were measured for a law.
pub(crate) fn sentences(Scaling { cell, values, curves, .. }: &Scaling) -> Vec<String> {
    /// A law that is off by more than this says nothing of where the curve bends.
    const TOO_FAR: f64 = 0.1;
    let (jobs, horizon) = (jobs(cell), 2 * values.last().copied().unwrap_or_default());
    let sentence = |curve: &Curve| {
        let (name, Scalability { serial, gains_up_to, misses, .. }) =
            (&curve.contender, curve.law?);
        if misses > TOO_FAR {
            let off = percent(misses);
            return Some(format!("{name}: no law is told, for it would be off by {off}"));
        }
        let Interval { low, estimate, high } = gains_up_to;
        let [serial, least, most] = [serial.estimate, serial.low, serial.high].map(percent);
        Some(format!(
            "{name} gains up to about {estimate:.0} [{low:.0}, {high:.0}] workers with {jobs} \
             ({horizon} means {horizon} or more); a part of {serial} [{least}, {most}] is serial"
        ))
    };
    curves.iter().filter_map(sentence).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_law_is_told_in_a_sentence_unless_it_is_far_off() {
        let interval = |[low, estimate, high]: [f64; 3]| Interval { low, estimate, high };
        let law = |misses| Scalability {
            serial: interval([0.04, 0.05, 0.062]),
            coherence: interval([0.0; 3]),
            gains_up_to: interval([9.6, 12.2, 24.0]),
            misses,
        };
        let curve = |name: &str, misses| Curve {
            contender: name.parse().unwrap(),
            rates: Vec::new(),
            law: Some(law(misses)),
        };
        let swept = Scaling {
            axis: Axis::Workers,
            cell: "throughput/cpu-10us/producers=4".parse().unwrap(),
            receive: "recv".to_owned(),
            values: vec![1, 2, 4, 6, 8, 12],
            curves: vec![curve("std", 0.02), curve("flume", 0.2)],
        };
        let said = [
            "std gains up to about 12 [10, 24] workers with 10us jobs (24 means 24 or more); a part of 5 % \
             [4 %, 6.2 %] is serial",
            "flume: no law is told, for it would be off by 20 %",
        ];
        assert_eq!(sentences(&swept), said);
    }
}
