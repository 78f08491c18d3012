//! The program, asked as `cargo compare` asks it.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use pool_measure::protocol::{
    CellPlan, Checked, Configuration, Contender, Description, Request, Sample, Visit,
};

/// What it says, a line each, and whether it succeeded.
fn ask(verb: &str, input: &str) -> (bool, Vec<String>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_pool-runner"))
        .arg(verb)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let lines = text(output.stdout).lines().map(str::to_owned).collect();
    (output.status.success(), lines, text(output.stderr))
}

fn described() -> Description {
    let (_, lines, _) = ask("describe", "");
    serde_json::from_str(&lines[0]).unwrap()
}

fn request(contender: &str) -> Request {
    let contender: Contender = contender.to_owned().into();
    let (cell, contenders) = ("throughput/empty".parse().unwrap(), vec![contender.clone()]);
    let plan =
        CellPlan { cell, contenders, blocks: 2, visit_ms: 1, min_processes: 1, max_processes: 1 };
    let visit = |block| Visit { block, place: 0, contender: contender.clone(), seed: block.into() };
    let configuration = Configuration {
        workers: 2,
        rounds_per_micro: described().rounds_per_micro,
        ..Configuration::default()
    };
    Request { configuration, plan, process: 3, visits: vec![visit(0), visit(1)] }
}

#[test]
fn it_says_what_it_is_and_what_it_can_measure() {
    let backends = described().backends;
    let managed = ["std", "crossbeam", "flume", "rayon", "tokio"];
    let native = managed.map(|name| format!("{name}-native"));
    let expected = [managed.map(str::to_owned), native].concat();
    assert!(backends.iter().map(|it| &it.name).eq(&expected), "{backends:?}");
    assert_eq!(backends[0].packages_pulled_in, Some(0));
    assert!(backends.iter().all(|it| it.native == it.name.ends_with("-native")), "{backends:?}");
}

#[test]
fn the_backends_keep_the_contract_and_no_panic_is_printed() {
    for (names, count) in [("[]", 10), ("[\"std\"]", 1)] {
        let (succeeded, lines, stderr) = ask("check", names);
        let checked: Vec<Checked> =
            lines.iter().map(|it| serde_json::from_str(it).unwrap()).collect();
        assert!(succeeded && checked.iter().all(|it| it.passed() && it.cases > 0), "{checked:?}");
        assert_eq!(checked.len(), count);
        assert_eq!(stderr, "", "cases panic on purpose, and quietly");
    }
}

#[test]
fn each_visit_is_a_line() {
    let (succeeded, lines, stderr) =
        ask("measure", &serde_json::to_string(&request("std")).unwrap());
    assert!(succeeded, "{stderr}");
    let samples: Vec<Sample> = lines.iter().map(|it| serde_json::from_str(it).unwrap()).collect();
    let of: Vec<_> = samples.iter().map(|it| (it.process, it.block)).collect();
    assert_eq!(of, [(3, 0), (3, 1)]);
    assert!(samples.iter().all(|it| it.values["time_per_job_ns"] > 0.0));
}

#[test]
fn what_cannot_be_done_is_said_in_a_line() {
    let nobody = serde_json::to_string(&request("nobody")).unwrap();
    for (verb, input, said) in [
        ("measure", "{", "error: a request that makes no sense: "),
        ("measure", &nobody, "error: nobody: there is no backend of that name"),
        ("run", "", "error: this program is started by `cargo compare run --runner PATH`"),
    ] {
        let (succeeded, lines, stderr) = ask(verb, input);
        assert!(!succeeded && lines.is_empty() && stderr.starts_with(said), "{stderr}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
    }
}
