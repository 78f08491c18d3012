//! All that a run says of where, with what and how it was measured.

use serde_json::{Value, json};

use crate::store::RunFile;

/// A name and a value for each fact: none is forgotten, for all fields are taken; of one that has
/// fields, these. The cells are not among them.
pub(crate) fn facts(file: &RunFile) -> Vec<(String, String)> {
    let mut configuration = file.configuration.clone();
    if let Some(input) = &mut configuration.input {
        // What is shown of a run may be passed on, and directories may have the names of users.
        input.path = input.name().into_owned();
    }
    let mut facts = Vec::new();
    for fields in [json!(file.environment), json!(configuration), json!({ "ended": file.ended })] {
        for (name, value) in fields.as_object().into_iter().flatten().filter(|it| it.0 != "cells") {
            let name = name.replace('_', " ");
            let one = |(key, it): (&String, &Value)| (format!("{name} {key}"), in_words(it));
            match value {
                Value::Object(fields) => facts.extend(fields.iter().map(one)),
                value => facts.push((name, in_words(value))),
            }
        }
    }
    facts
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
