//! The section on sweeps: a chart for each kind of jobs, and up to where each backend gains.

use maud::{Markup, html};

use super::{
    chart::{Curve, Point, Values, curves, over_runs},
    look::Palette,
};
use crate::{
    analysis::{Analysis, Scaling},
    opened::Runs,
    tables::{sentences, title},
};

/// All that was swept; `None` if nothing was.
pub(super) fn scaling(runs: &Runs, palette: &Palette) -> Option<Markup> {
    let chart = |(number, scaling): (usize, &Scaling)| {
        let lines = over_runs(runs, |it| lines(it, scaling));
        let words = (&*format!("sweep-{number}"), &*title(scaling));
        let chart = curves(words, Values::Rate(scaling.axis.name()), &lines, palette)?;
        Some(html! {
            (chart)
            @for sentence in sentences(scaling) { p { (sentence) "." } }
        })
    };
    let charts: Vec<Markup> = (1..).zip(&runs.analysis.scaling).filter_map(chart).collect();
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

/// The curves of an analysis along the same axis, of the same jobs.
fn lines(analysis: &Analysis, of: &Scaling) -> Vec<Curve> {
    let same = |it: &&Scaling| it.axis == of.axis && it.cell == of.cell;
    let Some(scaling) = analysis.scaling.iter().find(same) else { return Vec::new() };
    let line = |curve: &crate::analysis::Curve| {
        let points = scaling.values.iter().zip(&curve.rates).map(|(value, rate)| Point {
            at: f64::from(u32::try_from(*value).unwrap_or(u32::MAX)),
            value: rate.estimate,
            doubtful: false,
        });
        Curve::new(&curve.contender, points.collect())
    };
    scaling.curves.iter().map(line).collect()
}
