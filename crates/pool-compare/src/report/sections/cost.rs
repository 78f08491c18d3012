//! What a pool costs while it has little to do.

use maud::{Markup, html};

use super::{capitalised, section as within, shutdown::plot};
use crate::{cell::Kind, report::subject::Subject};

/// The section; `None` if no cost was measured.
pub(crate) fn section(subject: &Subject<'_>) -> Option<Markup> {
    let charts: Vec<_> = subject
        .of_kind(Kind::Cost)
        .enumerate()
        .filter_map(|(place, comparison)| {
            let label = capitalised(comparison.quantity().title);
            let chart = plot(subject, &format!("cost-{place}"), &label, &[comparison])?;
            Some(html! { div data-cell=(comparison.cell.to_string()) { (chart) } })
        })
        .collect();
    let content = html! { @for chart in &charts { (chart) } };
    (!charts.is_empty()).then(|| within(subject, "cost", "Cost beside that of jobs", &content))
}
