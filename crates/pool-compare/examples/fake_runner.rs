//! A runner that measures nothing: it makes figures up, the same ones each time. The tests of
//! `cargo compare` are with it, for it is quick and its figures are known; and it shows all that a
//! program has to say to be a runner.
//!
//! ```sh
//! cargo build --package pool-compare --example fake_runner
//! cargo compare run --runner target/debug/examples/fake_runner
//! ```
//!
//! With `FAKE_ENDS="-SIGNAL PROCESS/BLOCK"` it sends a signal to its process group when it comes
//! there, and hangs. The backend that `FAKE_BREAKS` names breaks the contract.

use std::{
    env,
    error::Error,
    io::{self, Write},
    process::Command,
    thread,
    time::Duration,
};

use pool_measure::{
    capability::Capability,
    environment::Environment,
    protocol::{BackendFacts, Checked, Contender, Description, Failure, Request, Sample, Visit},
};
use serde::Serialize;

/// How long each takes, as times the first; how many packages it pulls in; and what it can.
const BACKENDS: [(&str, f64, usize, &[Capability]); 5] = [
    ("std", 1.0, 0, &[]),
    ("crossbeam", 1.0, 6, &[]),
    ("flume", 1.5, 7, &[Capability::AsyncSubmit, Capability::AsyncResults]),
    ("rayon", 2.0, 6, &[Capability::Fork]),
    ("tokio", 3.0, 6, &[Capability::AsyncSubmit, Capability::AsyncHandlers]),
];

fn main() -> Result<(), Box<dyn Error>> {
    match env::args().nth(1).as_deref() {
        Some("describe") => say(&Description {
            environment: Environment::look(env!("CARGO_MANIFEST_DIR").as_ref()),
            rounds_per_micro: 800.0,
            backends: BACKENDS.map(facts).to_vec(),
        }),
        Some("check") => {
            let names: Vec<String> = serde_json::from_reader(io::stdin().lock())?;
            let broken = env::var("FAKE_BREAKS").unwrap_or_default();
            names.into_iter().try_for_each(|backend| {
                let failure =
                    Failure { case: "a/b".into(), laws: vec![5, 6], message: "room".into() };
                let failures = if backend == broken { vec![failure] } else { Vec::new() };
                say(&Checked { backend, cases: 1, failures, complete: true, seconds: 0.0 })
            })
        }
        Some("measure") => measure(serde_json::from_reader(io::stdin().lock())?),
        _ => Err("expected describe, check or measure".into()),
    }
}

fn facts((name, _, packages, capabilities): (&str, f64, usize, &[Capability])) -> BackendFacts {
    BackendFacts {
        name: name.to_owned(),
        packages_pulled_in: Some(packages),
        capabilities: capabilities.to_vec(),
        ..BackendFacts::default()
    }
}

fn measure(
    Request { configuration, plan, process, visits }: Request,
) -> Result<(), Box<dyn Error>> {
    if let Some(input) = &configuration.input {
        input.check_unchanged()?;
    }
    let ends = env::var("FAKE_ENDS").unwrap_or_default();
    for Visit { block, place, contender, .. } in visits {
        if let Some((signal, at)) = ends.split_once(' ')
            && at == format!("{process}/{block}")
        {
            Command::new("kill").args([signal, "0"]).status()?;
            thread::sleep(Duration::MAX);
        }
        let name = match &contender {
            Contender::Backend(name) | Contender::Twin(name) => name.as_str(),
            _ => BACKENDS[0].0,
        };
        let known = BACKENDS.iter().find(|(backend, ..)| *backend == name);
        let (_, times, ..) = known.ok_or("there is no such backend")?;
        // A little that differs between processes and blocks, and a little that is its own.
        let noise = 1.0 + 0.001 * f64::from((7 * process + 3 * block + 5 * place) % 11);
        let values = plan.cell.quantities().iter();
        let values = values.map(|it| (it.key.to_owned(), 1e6 * times * noise)).collect();
        let (cell, took_ms) = (plan.cell.clone(), f64::from(plan.visit_ms));
        say(&Sample { process, block, place, cell, contender, at_ms: 0, took_ms, values })?;
    }
    Ok(())
}

fn say(value: &impl Serialize) -> Result<(), Box<dyn Error>> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{}", serde_json::to_string(value)?)?;
    Ok(stdout.flush()?)
}
