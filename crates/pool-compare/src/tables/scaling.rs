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
    statistics::{FEWEST_COUNTS, Interval, Scalability},
};

/// A table for each kind of jobs, with what follows from it.
pub(super) fn scaling(all: &[Scaling]) -> Vec<String> {
    let table = |scaling: &Scaling| {
        let values = scaling.values.iter().map(ToString::to_string);
        let mut grid = Grid::new(iter::once(scaling.axis.name().to_owned()).chain(values));
        for Curve { contender, rates, .. } in &scaling.curves {
            let rates = rates.iter().map(|it| rate(it.estimate));
            grid.row(iter::once(contender.to_string()).chain(rates));
        }
        format!("\n{}; more is better\n{}", title(scaling), grid.text())
    };
    let said = |scaling| sentences(scaling).into_iter().map(|it| wrap(&it));
    let part = |scaling| iter::once(table(scaling)).chain(said(scaling));
    all.iter().flat_map(part).collect()
}

/// What a table or a chart is of.
pub(crate) fn title(Scaling { axis, cell, receive, .. }: &Scaling) -> String {
    let others = cell.axes().filter(|it| it.0 != Axis::Receive);
    let others: Vec<_> =
        others.map(|(axis, value)| format!(", {axis} {}", axis.shown(value))).collect();
    format!("Jobs a second over {axis}, {}{} ({receive})", jobs(cell), others.concat())
}

/// Up to how many workers each backend gains; nothing of other axes.
pub(crate) fn sentences(scaling: &Scaling) -> Vec<String> {
    let Scaling { axis: Axis::Workers, cell, values, curves, .. } = scaling else {
        return Vec::new();
    };
    let (jobs, largest) = (jobs(cell), values.last().copied().unwrap_or_default());
    if values.len() < FEWEST_COUNTS {
        let counts = values.len();
        return vec![format!(
            "no law is fitted to {counts} counts of workers: it has three parameters, which take \
             {FEWEST_COUNTS}"
        )];
    }
    let sentence = |curve: &Curve| {
        let name = &curve.contender;
        let best = curve.rates.iter().zip(values);
        let best = best.max_by(|a, b| a.0.estimate.total_cmp(&b.0.estimate))?.1;
        Some(match curve.law? {
            Scalability { misses, .. } if misses > TOO_FAR => format!(
                "{name}: the most of {jobs} with {best} of the numbers measured; no law is told, for \
                 it would be off by {}",
                percent(misses)
            ),
            Scalability { gains_up_to, serial, .. } => format!(
                "{name} gains up to {} workers with {jobs}; a part of {} [{}, {}] is serial",
                workers(gains_up_to, 2 * largest),
                percent(serial.estimate),
                percent(serial.low),
                percent(serial.high)
            ),
        })
    };
    curves.iter().filter_map(sentence).collect()
}

/// A law that is off by more than this says nothing of where the curve bends.
const TOO_FAR: f64 = 0.1;

/// The number of workers up to which there is a gain; `horizon` stands for all that lies beyond.
fn workers(gains_up_to: Interval, horizon: usize) -> String {
    let shown = |count: f64| {
        let count = format!("{count:.0}");
        if count == horizon.to_string() { format!("{count} or more") } else { count }
    };
    let Interval { low, estimate, high } = gains_up_to;
    match [low, estimate, high].map(shown) {
        [low, estimate, _] if estimate.ends_with("more") && low == estimate => {
            format!("at least {horizon}")
        }
        [low, estimate, high] => format!("about {estimate} [{low}, {high}]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Contender;

    fn exactly(values: [f64; 3]) -> Interval {
        let [low, estimate, high] = values;
        Interval { low, estimate, high }
    }

    fn swept(gains_up_to: [f64; 3], misses: f64) -> Scaling {
        let law = Scalability {
            serial: exactly([0.04, 0.05, 0.062]),
            coherence: exactly([0.0; 3]),
            gains_up_to: exactly(gains_up_to),
            misses,
        };
        let rates = [1e5, 1.9e5, 3e5, 3.9e5, 4.4e5, 4.2e5].map(Interval::exactly);
        let contender = Contender::Backend("std".to_owned());
        Scaling {
            axis: Axis::Workers,
            cell: "throughput/cpu-10us/producers=4".parse().unwrap(),
            receive: "recv".to_owned(),
            values: vec![1, 2, 4, 6, 8, 12],
            curves: vec![Curve { contender, rates: rates.into(), law: Some(law) }],
        }
    }

    #[test]
    fn a_sweep_is_a_table_and_a_sentence_for_each_backend() {
        let shown = scaling(&[swept([9.6, 12.2, 24.0], 0.02)]).join("\n");
        assert_eq!(
            shown,
            "
Jobs a second over workers, 10us jobs, producers 4 (recv); more is better
workers        1        2        4        6        8       12
─────────────────────────────────────────────────────────────
std      100 k/s  190 k/s  300 k/s  390 k/s  440 k/s  420 k/s
std gains up to about 12 [10, 24 or more] workers with 10us jobs; a part of 5 % [4 %, 6.2 %] is
  serial"
        );
    }

    #[test]
    fn what_lies_beyond_twice_the_largest_count_is_not_told_nor_what_does_not_fit() {
        let said = |gains, misses| sentences(&swept(gains, misses)).join("");
        assert!(said([24.0; 3], 0.0).starts_with("std gains up to at least 24 workers with"));
        assert!(said([20.0, 24.0, 24.0], 0.0).contains("about 24 or more [20, 24 or more]"));
        assert!(said([5.0; 3], 0.2).starts_with("std: the most of 10us jobs with 8 of the"));
        let mut few = swept([5.0; 3], 0.0);
        few.values.pop();
        assert!(sentences(&few)[0].starts_with("no law is fitted to 5 counts"));
        assert!(sentences(&Scaling { axis: Axis::Producers, ..few }).is_empty());
    }
}
