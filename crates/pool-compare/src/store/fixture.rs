//! A small run for tests.

use std::path::Path;

use serde_json::json;

use super::{recorder::Recorder, run_file::RunFile};
use crate::protocol::Sample;

/// Two cells of two backends and a twin, two blocks a process.
pub(crate) fn run_file() -> RunFile {
    let cells = ["throughput/cpu-10us", "shutdown/idle"].map(|cell| {
        json!({
            "cell": cell,
            "contenders": ["std", "flume", "std (twin)"],
            "blocks": 2,
            "visit_ms": 10,
            "min_processes": 1,
            "max_processes": 3,
        })
    });
    let file = json!({
        "format": RunFile::FORMAT,
        "environment": {
            "date": "2026-03-14T15:09:26Z",
            "cpu": "Some CPU",
            "cores": 2,
            "cpu_quota": null,
            "virtual_machine": true,
            "governor": null,
            "turbo": null,
            "memory": 8_000_000_000_u64,
            "system": "Linux",
            "kernel": "6.1",
            "load_before": 0.5,
            "load_after": null,
            "compiler": "rustc 1.89.0",
            "target": "x86_64-unknown-linux-gnu",
            "profile": "release, opt-level 3",
            "allocator": "the system's",
            "commit": { "id": "1a2b3c4d", "changed": false },
            "cargo_lock": "0".repeat(64),
            "libraries": { "flume": "0.12.0" },
        },
        "configuration": {
            "preset": "quick",
            "seed": 7,
            "workers": 2,
            "latency_workers": 1,
            "queue": 1024,
            "linger_us": 1000,
            "pinned": false,
            "rounds_per_micro": 800.5,
            "backends": ["std", "flume"],
            "input": null,
            "cells": cells,
            "budget_s": 60.0,
            "precision": 0.05,
        },
        "cells": [],
        "noise_floor": null,
        "ended": null,
    });
    serde_json::from_value(file).unwrap()
}

/// All that was measured in its process 0.
pub(crate) fn samples() -> Vec<Sample> {
    let mut samples = Vec::new();
    for plan in run_file().configuration.cells {
        let key = plan.cell.quantities()[0].key.to_owned();
        for block in 0..plan.blocks {
            for (place, contender) in (0..).zip(&plan.contenders) {
                samples.push(Sample {
                    process: 0,
                    block,
                    place,
                    cell: plan.cell.clone(),
                    contender: contender.clone(),
                    at_ms: 1_773_500_000_000 + u64::from(10 * block + place),
                    took_ms: 12.25,
                    values: [(key.clone(), 0.1 + f64::from(block))].into(),
                });
            }
        }
    }
    samples
}

/// Begins that run in a new directory below `results`.
pub(crate) fn recorder(results: &Path) -> Recorder {
    Recorder::create(results, run_file(), None).unwrap().0
}
