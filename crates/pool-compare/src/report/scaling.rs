//! The section on sweeps: a chart for each kind of jobs, and up to where each backend gains.

use maud::{Markup, html};

use super::{
    Subject,
    chart::{Curve, Point, Values, curves},
    look::Palette,
    sections::of_runs,
};
use crate::{
    analysis::{self, Analysis, Scaling},
    statistics::Interval,
    tables::{sentences, title},
};

/// All that was swept; `None` if nothing was.
pub(super) fn scaling(subject: &Subject<'_>, palette: &Palette) -> Option<Markup> {
    let runs = of_runs(subject);
    let chart = |(number, scaling): (usize, &Scaling)| {
        let lines: Vec<Curve> = scaling.curves.iter().map(|it| line(scaling, it, &runs)).collect();
        let words = (&*format!("sweep-{number}"), &*title(scaling));
        let chart = curves(words, Values::Rate(scaling.axis.name()), &lines, palette)?;
        Some(html! {
            (chart)
            @for sentence in sentences(scaling) { p { (sentence) "." } }
        })
    };
    let charts: Vec<Markup> = (1..).zip(&subject.analysis.scaling).filter_map(chart).collect();
    (!charts.is_empty()).then(|| {
        html! {
            p {
                "Equal steps are equal ratios: where the rate grows as the number does, a line is "
                "straight. A backend gains as long as a tenth more workers bring at least a "
                "hundredth more jobs, by the Universal Scalability Law, and as far as twice the "
                "largest number measured."
            }
            @for chart in &charts { (chart) }
        }
    })
}

/// The curve of a backend, with what the runs say of each of its points.
fn line(scaling: &Scaling, curve: &analysis::Curve, runs: &[&Analysis]) -> Curve {
    let of_run = |run: &&Analysis, value: usize| {
        let same = |it: &&Scaling| it.axis == scaling.axis && it.cell == scaling.cell;
        let of = run.scaling.iter().find(same)?;
        let place = of.values.iter().position(|it| *it == value)?;
        let its = of.curves.iter().find(|it| it.contender == curve.contender)?;
        Some(its.rates[place].estimate)
    };
    let point = |(value, rate): (&usize, &Interval)| Point {
        at: f64::from(u32::try_from(*value).unwrap_or(u32::MAX)),
        value: rate.estimate,
        of_runs: runs.iter().filter_map(|run| of_run(run, *value)).collect(),
        doubtful: false,
    };
    let points = scaling.values.iter().zip(&curve.rates).map(point).collect();
    Curve { contender: curve.contender.clone(), points }
}
