//! The page around the runs.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{
    chart::STYLE,
    look::{Palette, properties},
    run::{self, Subject, date, machine},
    table::{Field, Table, TableRow},
};
use crate::{analysis::Analysis, store::RunFile, tables};

/// What a report says it was made by, by which it is known as one.
pub(crate) const GENERATOR: &str = "cargo compare report";

/// Nothing is loaded from anywhere; style and script are those of the page itself.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
                      img-src data:; base-uri 'none'; form-action 'none'";

/// The report about these runs.
pub(crate) fn render(runs: &[(RunFile, Analysis)]) -> String {
    let palette = Palette::of(runs.iter().flat_map(|(file, _)| &file.configuration.backends));
    let mut subjects = Vec::new();
    for (number, (file, analysis)) in (1..).zip(runs) {
        subjects.push(Subject { number, file, analysis, palette: &palette });
    }
    let page = html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta name="generator" content=(GENERATOR);
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Worker pools, compared" }
                // No icon is asked for either.
                link rel="icon" href="data:,";
                style {
                    (PreEscaped(properties()))
                    (PreEscaped(include_str!("style.css")))
                    (PreEscaped(STYLE))
                }
            }
            body {
                main {
                    h1 { "Worker pools, compared" }
                    @if subjects.len() > 1 { (list(&subjects)) }
                    (filter())
                    @for subject in &subjects { (run::run(subject)) }
                }
                script { (PreEscaped(include_str!("script.js"))) }
            }
        }
    };
    page.into_string()
}

/// What can be left out of sight, once there is a script to do it.
fn filter() -> Markup {
    html! {
        form #filter hidden {
            @for (name, label) in [("backend", "Backend "), ("cell", "Cell ")] {
                label {
                    (label)
                    select name=(name) autocomplete="off" { option value="" { "all" } }
                }
            }
            button type="reset" { "Show all" }
        }
    }
}

/// Which runs there are, and what tells them apart.
fn list(subjects: &[Subject<'_>]) -> Markup {
    let row = |subject: &Subject<'_>| TableRow {
        backend: None,
        cell: None,
        fields: vec![
            Field::Link { to: subject.id("all"), text: machine(subject.file) },
            Field::text(date(&subject.file.environment.date)),
            Field::text(subject.file.environment.run()),
            Field::text(tables::settings(&subject.file.configuration)),
        ],
    };
    let head = ["machine", "measured", "run", "what was asked for"];
    Table {
        caption: "The runs".to_owned(),
        head: head.map(str::to_owned).to_vec(),
        rows: subjects.iter().map(row).collect(),
    }
    .render()
}
