//! All that a run says of where, with what and how it was measured.

use serde::Serialize;
use serde_json::Value;

use crate::{protocol::Configuration, store::RunFile};

/// A name and a value for each fact: none is forgotten, for all fields are taken. The cells are not
/// among them.
pub(crate) fn facts(file: &RunFile) -> Vec<(String, String)> {
    let mut configuration: Configuration = file.configuration.clone();
    configuration.cells.clear();
    if let Some(input) = &mut configuration.input {
        // What is shown of a run may be passed on, and directories may have the names of users.
        input.path = input.name().into_owned();
    }
    let ended = [("ended", file.ended)];
    let ended = ended.map(|(name, it)| (name.to_owned(), said(&json(&it))));
    let of = |value: Value| -> Vec<(String, String)> {
        let fields = value.as_object().cloned().unwrap_or_default().into_iter();
        let fields = fields.filter(|(name, _)| name != "cells");
        fields.map(|(name, value)| (name.replace('_', " "), said(&value))).collect()
    };
    let (environment, configuration) = (of(json(&file.environment)), of(json(&configuration)));
    environment.into_iter().chain(configuration).chain(ended).collect()
}

fn json(of: &impl Serialize) -> Value {
    serde_json::to_value(of).unwrap_or_default()
}

/// A value for people.
fn said(value: &Value) -> String {
    match value {
        Value::Null => "none, or not known".to_owned(),
        Value::Bool(is_so) => if *is_so { "yes" } else { "no" }.to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(all) => all.iter().map(said).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            let all = fields.iter().map(|(key, value)| format!("{key} {}", said(value)));
            all.collect::<Vec<_>>().join(", ")
        }
    }
}
