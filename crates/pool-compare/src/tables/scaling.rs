//! How rates grow along the axes of sweeps: tables, and a sentence for each curve.

use std::iter;

use pool_statistics::{Interval, Scalability};

use super::{
    grid::{Grid, wrap},
    words::jobs,
};
use crate::{
    analysis::{Curve, Scaling},
    figures::{part, percent, rate},
    protocol::{Axis, Contender},
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
    let (jobs, horizon) = (jobs(cell), 2 * values.last().copied().unwrap_or_default());
    let sentence = |it: &Curve| Some(sentence(&it.contender, it.law?, &jobs, horizon));
    curves.iter().filter_map(sentence).collect()
}

fn sentence(name: &Contender, law: Scalability, jobs: &str, horizon: usize) -> String {
    /// A law that is off by more than this says nothing of where the curve bends.
    const TOO_FAR: f64 = 0.1;
    let Scalability { serial, gains_up_to: Interval { low, estimate, high }, misses, .. } = law;
    if misses > TOO_FAR {
        return format!("{name}: no law is told, for it would be off by {}", percent(misses));
    }
    format!(
        "{name} gains up to about {estimate:.0} [{low:.0}, {high:.0}] workers with {jobs} \
         ({horizon} means {horizon} or more); a part of {} is serial",
        part(serial)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_law_is_told_unless_it_is_far_off() {
        let interval = |low, estimate, high| Interval { low, estimate, high };
        let law = Scalability {
            serial: interval(0.04, 0.05, 0.062),
            coherence: Interval::exactly(0.0),
            gains_up_to: interval(9.6, 12.2, 24.0),
            misses: 0.02,
        };
        let said = |law| sentence(&Contender::Serial, law, "10us jobs", 24);
        assert!(said(law).contains("gains up to about 12 [10, 24] workers with 10us jobs"));
        assert!(said(Scalability { misses: 0.2, ..law }).contains("off by 20 %"));
    }
}
