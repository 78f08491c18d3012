//! The page around the sections.

use maud::{DOCTYPE, PreEscaped, html};

use super::{
    chart::STYLE,
    look::{COLOURS, Palette},
    sections,
};
use crate::opened::Runs;

/// Nothing is loaded from anywhere, and nothing is run.
pub(super) const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
                                 base-uri 'none'; form-action 'none'";

/// The report of these, with questions that are asked often, and what they say to them.
pub(crate) fn render(runs: &Runs, picks: &[(&str, String)]) -> String {
    let backends = runs.all.iter().flat_map(|it| &it.run.file.configuration.backends);
    let palette = Palette::of(backends);
    let sections = sections::all(runs, picks, &palette);
    let page = html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta name="generator" content="cargo compare report";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Worker pools, compared" }
                // No icon is asked for either.
                link rel="icon" href="data:,";
                style {
                    @for css in [COLOURS, include_str!("style.css"), STYLE] { (PreEscaped(css)) }
                }
            }
            body {
                main {
                    h1 { "Worker pools, compared" }
                    (sections::head(runs))
                    nav aria-label="Contents" {
                        @for (id, title, _) in &sections { a href=(format!("#{id}")) { (title) } " " }
                    }
                    @for (id, title, content) in &sections {
                        section id=(id) { h2 { (title) } (content) }
                    }
                }
            }
        }
    };
    page.into_string()
}
