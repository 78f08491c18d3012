//! Files are as their schemas say, and the schemas say all.

use std::fs;

use serde_json::{Value, json};

use super::{
    fixture,
    place::{RUN, SAMPLES},
    run_file::{CellState, Ended, RunFile, Stopped},
};
use pool_measure::capability::Capability;

use crate::protocol::{BackendFacts, Input, InputKind};

const RUN_SCHEMA: &str = include_str!("../../../../results/schema/run.json");
const SAMPLE_SCHEMA: &str = include_str!("../../../../results/schema/sample.json");

fn schema(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// What the schema has against it.
fn faults(schema_text: &str, file: &Value) -> Vec<String> {
    let validator = jsonschema::draft202012::new(&schema(schema_text)).unwrap();
    validator.iter_errors(file).map(|error| error.to_string()).collect()
}

/// A run that has everything that a run may have.
fn ended() -> RunFile {
    let mut file = fixture::run_file();
    file.environment.load_after = Some(1.5);
    file.environment.cpu_quota = Some(1.5);
    file.environment.governor = Some("performance".to_owned());
    let (path, sha256) = ("trace.csv".to_owned(), "0".repeat(64));
    file.configuration.input = Some(Input { kind: InputKind::Trace, path, sha256 });
    file.cells = file
        .configuration
        .cells
        .iter()
        .zip([Stopped::Precise, Stopped::Budget])
        .map(|(plan, stopped)| CellState { cell: plan.cell.clone(), processes: 3, stopped })
        .collect();
    file.noise_floor = Some(0.01);
    file.ended = Some(Ended::Complete);
    file.backends = vec![BackendFacts {
        name: "flume".to_owned(),
        package: "pool-flume".to_owned(),
        packages_pulled_in: Some(7),
        capabilities: vec![Capability::Fork],
        native: false,
    }];
    file
}

#[test]
fn the_schemas_are_schemas_and_each_field_is_described() {
    for text in [RUN_SCHEMA, SAMPLE_SCHEMA] {
        jsonschema::meta::validate(&schema(text)).unwrap();
        all_described(&schema(text), &schema(text));
    }
}

/// Each property has a description, or refers to what has one.
fn all_described(part: &Value, whole: &Value) {
    for (name, property) in part["properties"].as_object().into_iter().flatten() {
        let target = property["$ref"]
            .as_str()
            .and_then(|target| whole.pointer(target.trim_start_matches('#')));
        let description = property.get("description").or(target.map(|it| &it["description"]));
        assert!(description.is_some_and(Value::is_string), "{name}");
    }
    let parts: Box<dyn Iterator<Item = &Value>> = match part {
        Value::Object(parts) => Box::new(parts.values()),
        Value::Array(parts) => Box::new(parts.iter()),
        _ => return,
    };
    parts.for_each(|part| all_described(part, whole));
}

#[test]
fn files_of_a_recorder_are_as_their_schemas_say() {
    let results = tempfile::tempdir().unwrap();
    let mut recorder = fixture::recorder(results.path());
    let run = recorder.directory().join(RUN);
    let read = || serde_json::from_str::<Value>(&fs::read_to_string(&run).unwrap()).unwrap();
    assert_eq!(faults(RUN_SCHEMA, &read()), [""; 0]);
    for sample in fixture::samples() {
        recorder.append(&sample).unwrap();
    }
    recorder.finish(&ended(), "").unwrap();
    assert_eq!(faults(RUN_SCHEMA, &read()), [""; 0]);
    let samples = fs::read_to_string(recorder.directory().join(SAMPLES)).unwrap();
    for line in samples.lines() {
        assert_eq!(faults(SAMPLE_SCHEMA, &serde_json::from_str(line).unwrap()), [""; 0]);
    }
    assert_eq!(samples.lines().count(), 12);
}

#[test]
fn every_field_is_in_the_schema() {
    // Not even where more would be allowed may a field be without its description.
    let fields =
        |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
    let file = serde_json::to_value(ended()).unwrap();
    let run = schema(RUN_SCHEMA);
    assert_eq!(fields(&file), fields(&run["properties"]));
    for (part, name) in [
        (&file["environment"], "environment"),
        (&file["configuration"], "configuration"),
        (&file["configuration"]["cells"][0], "plan"),
        (&file["cells"][0], "state"),
        (&file["backends"][0], "backend"),
    ] {
        assert_eq!(fields(part), fields(&run["$defs"][name]["properties"]), "{name}");
    }
    let sample = serde_json::to_value(&fixture::samples()[0]).unwrap();
    assert_eq!(fields(&sample), fields(&schema(SAMPLE_SCHEMA)["properties"]));
}

#[test]
fn every_name_of_a_cell_is_one_by_the_schema_and_damage_is_found() {
    use crate::cell::{Cell, Scenario, Upkeep};

    let workloads = [
        "throughput/cpu-10us",
        "throughput/cpu-10us/workers=16/producers=4/queue=1/results-bound=1/receive=100us",
        "throughput/empty/receive=each",
        "placement/cpu-10us",
        "latency/cpu-10us/hand-over",
        "latency/cpu-10us/burst-32",
        "latency/cpu-10us/closed-4",
        "latency/cpu-10us/sustained-50%",
        "latency/cpu-10us/100%",
        "latency/x/0.5-per-s",
    ];
    let shutdown = Scenario::ALL.map(|it| Cell::Shutdown(it).to_string());
    let cost = Upkeep::ALL.map(|it| Cell::Cost(it).to_string());
    let mut sample = serde_json::to_value(&fixture::samples()[0]).unwrap();
    for cell in workloads.map(str::to_owned).into_iter().chain(shutdown).chain(cost) {
        sample["cell"] = cell.into();
        assert_eq!(faults(SAMPLE_SCHEMA, &sample), [""; 0]);
    }
    for (place, value) in [
        ("format", json!("cargo compare run, version 2")),
        ("surplus", json!(1)),
        ("ended", json!("maybe")),
        ("backends", json!([{ "name": "" }])),
        ("cells", json!([{ "cell": "throughput/" }])),
        ("cells", json!([{ "cell": "throughput/x/workers=0" }])),
    ] {
        let mut file = serde_json::to_value(ended()).unwrap();
        file[place] = value;
        assert!(!faults(RUN_SCHEMA, &file).is_empty(), "{place}");
    }
    for (place, value) in [("surplus", json!(1)), ("process", json!(-1)), ("contender", json!(""))]
    {
        let mut sample = serde_json::to_value(&fixture::samples()[0]).unwrap();
        sample[place] = value;
        assert!(!faults(SAMPLE_SCHEMA, &sample).is_empty(), "{place}");
    }
}
