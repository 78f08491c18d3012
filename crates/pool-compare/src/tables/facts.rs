//! All that a run says of where, with what and how it was measured.

use serde::Serialize;
use serde_json::Value;

use crate::store::RunFile;

/// A name and a value for each fact: none is forgotten, for all fields are taken. The cells are not
/// among them.
pub(crate) fn facts(file: &RunFile) -> Vec<(String, String)> {
    let mut configuration = file.configuration.clone();
    configuration.cells.clear();
    if let Some(input) = &mut configuration.input {
        // What is shown of a run may be passed on, and directories may have the names of users.
        input.path = input.name().into_owned();
    }
    let mut facts = [of(&file.environment), of(&configuration)].concat();
    facts.retain(|(name, _)| name != "cells");
    let ended = serde_json::to_value(file.ended).unwrap_or_default();
    facts.push(("ended".to_owned(), in_words(&ended)));
    facts
}

/// Each field of these; of one that has fields, these.
fn of(fields: &impl Serialize) -> Vec<(String, String)> {
    let named = |(name, value): (&String, &Value)| -> Vec<(String, String)> {
        let name = name.replace('_', " ");
        match value {
            Value::Object(fields) => {
                let field = |(key, value)| (format!("{name} {key}"), in_words(value));
                fields.iter().map(field).collect()
            }
            value => vec![(name, in_words(value))],
        }
    };
    let fields = serde_json::to_value(fields).unwrap_or_default();
    fields.as_object().into_iter().flatten().flat_map(named).collect()
}

/// A value for people.
pub(crate) fn in_words(value: &Value) -> String {
    match value {
        Value::Null => "none, or not known".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(all) => all.iter().map(in_words).collect::<Vec<_>>().join(", "),
        Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}
