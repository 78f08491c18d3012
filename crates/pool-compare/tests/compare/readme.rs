//! `cargo compare readme`: passages are made from a kept run and from the source, and a stale one
//! is found.

use std::{fs, path::Path};

use assert_cmd::assert::Assert;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{self, names, stderr, stdout};

const RUN: &str = "some-cpu-2-cores/2026-03-14-1a2b3c4d";

const README: &str = "\
# Pools

<!-- run: some-cpu-2-cores/2026-03-14-1a2b3c4d -->

<!-- = picture throughput/cpu-10us -->
<!-- / -->

At 10 µs <!-- = best throughput/cpu-10us --><!-- / --> is best: \
<!-- = ratio throughput/cpu-10us std flume -->old<!-- / -->, with a pool of its library at \
<!-- = ratio throughput/cpu-10us flume \"flume (bare loop)\" --><!-- / -->.

| awaits | <!-- = need async-submit --><!-- / --> |
|---|---|

```md
<!-- = not a passage -->
```

<!-- = table throughput -->
<!-- / -->

Measured on <!-- = date --><!-- / --> (<!-- = run --><!-- / -->).
";

const GUIDE: &str = "\
# Guide

<!-- = code crates/pool-x/src/lib.rs \"fn two\" -->
<!-- / -->

Within <!-- = range shutdown/idle --><!-- / -->, see <!-- = run --><!-- / -->.
";

const SOURCE: &str = "fn one() {}\n\n/// Two.\nfn two() -> u8 {\n    2\n}\n";

/// A time per job of everyone in a cell, in nanoseconds.
const TIMES: [(&str, f64); 5] = [
    ("std", 6_400.0),
    ("flume", 4_000.0),
    ("std (twin)", 6_400.0),
    ("serial loop", 10_000.0),
    ("flume (bare loop)", 2_000.0),
];

fn run_json() -> Value {
    let plan = |cell: &str| {
        json!({
            "cell": cell,
            "contenders": TIMES.map(|(name, _)| name),
            "blocks": 1,
            "visit_ms": 10,
            "min_processes": 1,
            "max_processes": 5,
        })
    };
    let cells = ["throughput/cpu-10us", "shutdown/idle"].map(plan);
    json!({
        "format": "cargo compare run, version 1",
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
            "compiler": "rustc 1.89.0 (abc 2025-01-01)",
            "target": "x86_64-unknown-linux-gnu",
            "profile": "release",
            "allocator": "the system's",
            "commit": { "id": "1a2b3c4d", "changed": false },
            "cargo_lock": "0".repeat(64),
            "libraries": {},
        },
        "configuration": {
            "preset": "full",
            "seed": 7,
            "workers": 2,
            "latency_workers": 1,
            "queue": 1024,
            "linger_us": 100,
            "pinned": false,
            "rounds_per_micro": 800.0,
            "backends": ["std", "flume"],
            "input": null,
            "cells": cells,
            "budget_s": null,
            "precision": 0.03,
        },
        "cells": [],
        "noise_floor": null,
        "ended": "complete",
    })
}

/// Five processes of a block each; they differ a little.
fn samples() -> String {
    let mut lines = Vec::new();
    for (cell, key) in [("throughput/cpu-10us", "time_per_job_ns"), ("shutdown/idle", "elapsed_ns")]
    {
        for process in 0..5_u32 {
            for (place, (contender, time)) in TIMES.iter().enumerate() {
                let value = time * (1.0 + 0.001 * f64::from(process));
                let sample = json!({
                    "process": process, "block": 0, "place": place, "cell": cell,
                    "contender": contender, "at_ms": 0, "took_ms": 1.0, "values": { key: value },
                });
                lines.push(format!("{sample}\n"));
            }
        }
    }
    lines.concat()
}

fn write(dir: &Path, name: &str, text: &str) {
    let path = dir.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn read(dir: &Path, name: &str) -> String {
    fs::read_to_string(dir.join(name)).unwrap()
}

/// A checkout with a run, a source, this README and a guide.
fn checkout(readme: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "Cargo.lock", "");
    write(dir.path(), "README.md", readme);
    write(dir.path(), "crates/pool-guide/tour.md", GUIDE);
    write(dir.path(), "crates/pool-x/src/lib.rs", SOURCE);
    write(dir.path(), &format!("results/{RUN}/run.json"), &run_json().to_string());
    write(dir.path(), &format!("results/{RUN}/samples.jsonl"), &samples());
    dir
}

fn readme(dir: &TempDir, args: &[&str]) -> Assert {
    support::run(dir.path(), &[&["readme"], args].concat())
}

#[test]
fn passages_are_made_and_made_once_more_are_the_same() {
    let dir = checkout(README);
    let path = dir.path();
    let said = stdout(&readme(&dir, &[]).success());
    assert!(said.ends_with("11 passages in 2 pages, 4 files written\n"), "{said}");

    let page = read(path, "README.md");
    for part in [
        "At 10 µs <!-- = best throughput/cpu-10us -->flume<!-- / --> is best: \
         <!-- = ratio throughput/cpu-10us std flume -->1.6×",
        "\"flume (bare loop)\" -->2.0×",
        "| awaits | <!-- = need async-submit -->flume and tokio<!-- / --> |\n",
        "```md\n<!-- = not a passage -->\n```\n",
        "<!-- = table throughput -->\n\nThroughput: jobs per second, more is better.\n\n|  | in |",
        "| cpu-10us | k/s | 156 (2) | **250** (1) | 100 |\n| cpu-10us, bare loop | k/s |  | 499 |",
        "on <!-- = date -->14 March 2026<!-- / -->",
        "(<!-- = run -->[`results/some-cpu-2-cores/2026-03-14-1a2b3c4d`](results/some-cpu-2-cores/",
        "srcset=\"results/some-cpu-2-cores/2026-03-14-1a2b3c4d/readme-dark.svg\">\n",
        "throughput/cpu-10us: std 1.6×, flume 1.00×.\">\n</picture>\n\nSome CPU, 2 cores (virtual), Linux, \
         rustc 1.89.0, 14 March 2026: [",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    let guide = read(path, "crates/pool-guide/tour.md");
    let code = "```rust,ignore\n// crates/pool-x/src/lib.rs\nfn two() -> u8 {\n    2\n}\n```";
    assert!(guide.contains(&format!("\"fn two\" -->\n\n{code}\n\n<!-- / -->\n")), "{guide}");
    assert!(guide.contains(">4.01 to 6.41 µs<"), "{guide}");
    assert!(guide.contains(&format!("](../../results/{RUN})<!-- / -->.\n")), "{guide}");
    for chart in ["readme-light.svg", "readme-dark.svg"] {
        assert!(read(path, &format!("results/{RUN}/{chart}")).contains("flume"));
    }

    let said = stdout(&readme(&dir, &["--check"]).success());
    assert_eq!(said, "11 passages in 2 pages: all as they should be\n");
    let said = stdout(&readme(&dir, &[]).success());
    assert_eq!(said, "11 passages in 2 pages, 0 files written\n");
    assert_eq!(read(path, "README.md"), page);
}

#[test]
fn what_is_stale_is_told_with_its_place_and_what_mends_it() {
    let dir = checkout(README);
    readme(&dir, &[]).success();
    let page = read(dir.path(), "README.md").replace(">flume<", ">std<");
    let line = 1 + page.lines().position(|line| line.contains(">std<")).unwrap();
    write(dir.path(), "README.md", &page);
    write(dir.path(), "crates/pool-x/src/lib.rs", &SOURCE.replace("    2", "    1 + 1"));
    write(dir.path(), &format!("results/{RUN}/readme-dark.svg"), "<svg/>");

    let check = readme(&dir, &["--check"]).code(1).stdout("");
    assert_eq!(
        stderr(&check),
        format!(
            "README.md:{line}: stale: best throughput/cpu-10us\n\
             crates/pool-guide/tour.md:3: stale: code crates/pool-x/src/lib.rs \"fn two\"\n\
             results/{RUN}/readme-dark.svg: stale: a chart\n\
             error: 3 are stale; `cargo compare readme` mends them\n"
        )
    );
    assert_eq!(read(dir.path(), "README.md"), page);
    readme(&dir, &[]).success();
    readme(&dir, &["--check"]).success();
}

#[test]
fn what_cannot_be_made_is_told_with_its_place_and_nothing_is_written() {
    let run = "<!-- run: some-cpu-2-cores/2026-03-14-1a2b3c4d -->\n";
    for (page, told) in [
        (
            "\nis <!-- = bets x -->1<!-- / -->",
            "README.md:3: unknown expression \"bets\"; there are",
        ),
        ("is <!-- = best -->1<!-- / -->", "README.md:2: `best` takes CELL [QUANTITY]"),
        ("is <!-- = best a/b -->1<!-- / -->", "README.md:2: there is no cell \"a/b\""),
        (
            "is <!-- = best throughput/empty -->1<!-- / -->",
            "README.md:2: the run has no cell \"throughput/empty\"; it has throughput/cpu-10us",
        ),
        (
            "is <!-- = value throughput/cpu-10us rayon -->1<!-- / -->",
            "README.md:2: throughput/cpu-10us was not measured of \"rayon\"",
        ),
        ("is <!-- = lines kanal -->1<!-- / -->", "README.md:2: unknown backend \"kanal\""),
        ("is <!-- = table throughput -->1<!-- / -->", "README.md:2: `table` makes a block"),
        ("<!-- = code crates/x.rs y -->\n<!-- / -->", "README.md:2: crates/x.rs: "),
        (
            "<!-- = code crates/pool-x/src/lib.rs three -->\n<!-- / -->",
            "README.md:2: crates/pool-x/src/lib.rs: no line begins with \"three\"",
        ),
        ("is <!-- = floor -->1", "README.md:2: the passage does not end"),
        ("is <!-- = floor --> <!-- = date -->1<!-- / -->", "README.md:2: the passage that begins"),
        ("is 1<!-- / -->", "README.md:2: there is no passage here that could end"),
        ("<!-- run: a/b -->", "README.md:2: the run is named in line 1 already"),
    ] {
        let dir = checkout(&format!("{run}{page}\n"));
        for args in [&[][..], &["--check"]] {
            let said = stderr(&readme(&dir, args).code(2).stdout(""));
            assert!(said.starts_with(told), "{page}\n{said}");
            let end = "error: 1 passage cannot be made, as told above; nothing was written\n";
            assert!(said.ends_with(end), "{said}");
        }
        assert_eq!(read(dir.path(), "crates/pool-guide/tour.md"), GUIDE);
        assert_eq!(names(&dir.path().join("results").join(RUN)).len(), 2);
    }
}

#[test]
fn the_run_has_to_be_there_if_figures_are_from_it() {
    let dir = checkout("<!-- run: some-cpu-2-cores/none -->\n");
    let said = stderr(&readme(&dir, &[]).code(2));
    assert!(said.starts_with("error: README.md:1: ") && said.contains("no run is kept"), "{said}");

    let dir = checkout("<!-- run: ../elsewhere/run -->\n");
    let said = stderr(&readme(&dir, &[]).code(2));
    assert!(said.contains("\"../elsewhere/run\" is no MACHINE/RUN below results"), "{said}");

    let dir = checkout("No run.\n");
    let said = stderr(&readme(&dir, &[]).code(2));
    let told = "crates/pool-guide/tour.md:6: figures are from a run, and README.md names none";
    assert!(said.starts_with(told), "{said}");

    write(dir.path(), "crates/pool-guide/tour.md", "<!-- run: a/b -->\n");
    let said = stderr(&readme(&dir, &[]).code(2));
    assert!(
        said.starts_with("crates/pool-guide/tour.md:1: the run is named in README.md"),
        "{said}"
    );

    write(dir.path(), "crates/pool-guide/tour.md", "No passage.\n");
    let said = stdout(&readme(&dir, &["--check"]).success());
    assert_eq!(said, "0 passages in 2 pages: all as they should be\n");
}

#[test]
fn another_run_is_named_first() {
    let dir = checkout(&README.replace(RUN, "some-cpu-2-cores/before"));
    for run in ["2026-03-14-1a2b3c4d", &format!("results/{RUN}")] {
        readme(&dir, &["--run", run]).success();
        let page = read(dir.path(), "README.md");
        assert!(page.starts_with(&format!("# Pools\n\n<!-- run: {RUN} -->\n")), "{page}");
    }
    for (run, told) in [("nowhere", "nowhere: there is no such run"), ("results", "results")] {
        let said = stderr(&readme(&dir, &["--run", run]).code(2));
        assert!(said.starts_with(&format!("error: {told}")), "{said}");
    }
    readme(&dir, &["--run", "nowhere", "--check"]).code(2);
    write(dir.path(), "README.md", "");
    let said = stderr(&readme(&dir, &["--run", "2026-03-14-1a2b3c4d"]).code(2));
    assert!(said.starts_with("error: README.md has no `<!-- run:"), "{said}");
}

#[test]
fn a_read_only_page_is_not_replaced_and_then_nothing_is() {
    let dir = checkout(README);
    let guide = dir.path().join("crates/pool-guide/tour.md");
    let mut permissions = fs::metadata(&guide).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&guide, permissions).unwrap();
    let said = stderr(&readme(&dir, &[]).code(1).stdout(""));
    assert_eq!(said, "error: crates/pool-guide/tour.md: not written: permission denied\n");
    assert_eq!(read(dir.path(), "README.md"), README);
    assert_eq!(names(dir.path()).len(), 4);
}

#[test]
fn without_a_readme_there_is_nothing_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let said = stderr(&readme(&dir, &["--root", "nowhere"]).code(2));
    assert!(said.starts_with("error: README.md: ") && said.contains("--root"), "{said}");
}

#[test]
fn the_pages_of_this_repository_are_as_they_should_be() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let checked = support::run(&root, &["readme", "--check"]);
    assert!(checked.get_output().status.success(), "{}", stderr(&checked));
}
