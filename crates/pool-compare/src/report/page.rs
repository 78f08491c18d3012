//! The page around the runs.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{
    chart::STYLE,
    sections::{self, machine},
    series::Palette,
    subject::Subject,
    table::{Field, Table, TableRow},
    theme,
};
use crate::{analysis::Analysis, figures, protocol::Sample, store::RunFile};

/// What a report says it was made by, by which it is known as one.
pub(crate) const GENERATOR: &str = "cargo compare report";

/// Nothing is loaded from anywhere; style and script are those of the page itself.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
                      img-src data:; base-uri 'none'; form-action 'none'";

/// The report about these runs, a section to each.
pub(crate) fn render(runs: &[(RunFile, Analysis, Vec<Sample>)]) -> String {
    let palette = Palette::of(runs.iter().flat_map(|(file, ..)| &file.configuration.backends));
    let subjects: Vec<_> = (1..)
        .zip(runs)
        .map(|(number, (file, analysis, samples))| Subject {
            number,
            file,
            analysis,
            samples,
            palette: &palette,
        })
        .collect();
    page(&subjects).into_string()
}

fn page(subjects: &[Subject<'_>]) -> Markup {
    html! {
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
                    (PreEscaped(theme::properties()))
                    (PreEscaped(include_str!("style.css")))
                    (PreEscaped(STYLE))
                }
            }
            body {
                main {
                    h1 { "Worker pools, compared" }
                    @if subjects.len() > 1 { (overview(subjects)) }
                    (filter())
                    @for subject in subjects { (sections::run(subject)) }
                }
                script { (PreEscaped(include_str!("script.js"))) }
            }
        }
    }
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

/// Which runs there are.
fn overview(subjects: &[Subject<'_>]) -> Markup {
    let row = |subject: &Subject<'_>| TableRow {
        fields: vec![
            Field::Link { id: subject.id("all"), text: machine(subject.file) },
            Field::Text(sections::date(&subject.file.environment.date)),
            Field::Text(subject.file.environment.run()),
            Field::Text(subject.file.configuration.preset.clone()),
            Field::maybe(subject.analysis.noise_floor, |it| format!("± {}", figures::percent(it))),
        ],
        ..TableRow::default()
    };
    let head = ["machine", "measured", "run", "preset", "noise floor"];
    Table {
        caption: "The runs".to_owned(),
        head: head.map(str::to_owned).to_vec(),
        rows: subjects.iter().map(row).collect(),
    }
    .render()
}
