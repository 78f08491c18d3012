//! The section on sweeps: a chart for each kind of jobs, and up to where each backend gains.

use maud::{Markup, html};

use super::{chart::scaling_curves, run::Subject};
use crate::{
    analysis::{Curve, Scaling},
    tables::{sentences, title},
};

/// All that was swept; `None` if nothing was.
pub(super) fn scaling(subject: &Subject<'_>) -> Option<Markup> {
    let chart = |(number, scaling): (usize, &Scaling)| {
        let id = subject.id(&format!("sweep-{number}"));
        let values =
            scaling.values.iter().map(|it| f64::from(u32::try_from(*it).unwrap_or(u32::MAX)));
        let line = |Curve { contender, rates, .. }: &Curve| {
            let rates = rates.iter().map(|it| it.estimate);
            (contender.clone(), values.clone().zip(rates).collect())
        };
        let lines: Vec<_> = scaling.curves.iter().map(line).collect();
        let words = (&*id, &*title(scaling));
        let chart = scaling_curves(words, scaling.axis.name(), &lines, subject.palette)?;
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
