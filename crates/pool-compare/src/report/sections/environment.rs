//! Where, with what and how much was measured: all that `run.json` says of it.

use maud::{Markup, html};
use serde::Serialize;
use serde_json::Value;

use super::section as within;
use crate::{
    figures,
    protocol::CellPlan,
    report::{
        subject::Subject,
        table::{Field, Table, TableRow},
    },
    store::{CellState, Stopped},
};

/// The section.
pub(crate) fn section(subject: &Subject<'_>) -> Markup {
    let file = subject.file;
    let mut configuration = file.configuration.clone();
    if let Some(input) = &mut configuration.input {
        input.path = input.name().into_owned();
    }
    let content = html! {
        h4 { "Machine and build" }
        (facts(&file.environment, &[], "not known"))
        h4 { "Configuration" }
        // The cells have their own table, below.
        (facts(&configuration, &["cells"], "none"))
        details {
            summary { "How much was measured of each cell" }
            (plans(subject).render())
        }
    };
    within(subject, "environment", "Environment", &content)
}

/// All fields of something, so that none is forgotten; `absent` is said of those without a value.
fn facts(of: &impl Serialize, without: &[&str], absent: &str) -> Markup {
    let fields = match serde_json::to_value(of) {
        Ok(Value::Object(fields)) => fields,
        // Was read from JSON, so it can be written as such.
        _ => serde_json::Map::new(),
    };
    let fields: Vec<_> =
        fields.iter().filter(|(key, _)| !without.contains(&key.as_str())).collect();
    html! {
        dl.facts.all {
            @for (key, value) in fields {
                div { dt { (title(key)) } dd { (said(key, value, absent)) } }
            }
        }
    }
}

/// A field's name for people: `linger (µs)` for `linger_us`.
fn title(key: &str) -> String {
    const UNITS: [(&str, &str); 2] = [("_us", "µs"), ("_s", "s")];
    let with_unit = UNITS.iter().find_map(|(end, unit)| Some((key.strip_suffix(end)?, unit)));
    match with_unit {
        Some((name, unit)) => format!("{} ({unit})", name.replace('_', " ")),
        None => key.replace('_', " "),
    }
}

/// A field's value for people.
fn said(key: &str, value: &Value, absent: &str) -> String {
    match value {
        Value::Null => absent.to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => match number.as_u64() {
            Some(bytes) if key == "memory" => figures::bytes(bytes),
            _ => number.to_string(),
        },
        Value::Array(all) => {
            all.iter().map(|it| said("", it, absent)).collect::<Vec<_>>().join(", ")
        }
        Value::Object(fields) => {
            let all =
                fields.iter().map(|(key, value)| format!("{key} {}", said(key, value, absent)));
            all.collect::<Vec<_>>().join(", ")
        }
    }
}

fn plans(subject: &Subject<'_>) -> Table {
    let states = &subject.file.cells;
    let row = |plan: &CellPlan| {
        let state = states.iter().find(|it| it.cell == plan.cell);
        let count =
            |count: u32| Field::Number { shown: count.to_string(), exact: f64::from(count) };
        TableRow {
            backend: None,
            cell: Some(plan.cell.to_string()),
            fields: vec![
                Field::Text(plan.cell.to_string()),
                state.map_or(Field::Nothing, |it| count(it.processes)),
                Field::Text(format!("{} to {}", plan.min_processes, plan.max_processes)),
                count(plan.blocks),
                Field::Number {
                    shown: format!("{} ms", plan.visit_ms),
                    exact: f64::from(plan.visit_ms),
                },
                state.map_or(Field::Nothing, |it| Field::Text(why(it).to_owned())),
            ],
        }
    };
    let head = ["cell", "processes", "planned", "blocks in each", "a visit", "why no more"];
    Table {
        caption: "How much was measured of each cell".to_owned(),
        head: head.map(str::to_owned).to_vec(),
        rows: subject.file.configuration.cells.iter().map(row).collect(),
    }
}

fn why(state: &CellState) -> &'static str {
    match state.stopped {
        Stopped::Precise => "precise enough",
        Stopped::Processes => "all that were planned, not precise enough",
        Stopped::Budget => "the time was up",
        Stopped::Interrupted => "interrupted",
    }
}
