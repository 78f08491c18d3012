//! The process that measures worker pools, and all of it that is not the list of pools: so that a
//! backend from elsewhere is measured beside the five by a program of a few lines.
//!
//! ```no_run,standalone_crate
//! use std::process::ExitCode;
//! use pool_runner::{BACKENDS, BackendEntry};
//!
//! fn main() -> ExitCode {
//!     let mut backends = BACKENDS.to_vec();
//! #   type Mine = pool_std::Std;
//!     backends.push(BackendEntry::of::<Mine>("my-package"));
//!     pool_runner::run(&backends)
//! }
//! ```
//!
//! `cargo compare run --runner PATH` then takes that program in place of its own. What they say to
//! each other is in [`pool_measure::protocol`]; it is meant for programs, not for people.

mod async_lane;
mod check;
mod dependencies;
mod entry;
mod measure;
mod visit;

use std::{collections::HashSet, env, error::Error, io, io::Write, process::ExitCode};

use pool_measure::{
    environment::Environment,
    protocol::{BackendFacts, Description},
};
use pool_workloads::Speed;
use serde_json::Deserializer;

pub use self::{
    async_lane::start as start_async_lane,
    dependencies::packages,
    entry::{BACKENDS, BackendEntry},
};

/// Does what the first argument says, with these backends; the code to exit with.
pub fn run(backends: &[BackendEntry]) -> ExitCode {
    let verb = env::args().nth(1);
    let done = unique(backends).and_then(|()| match verb.as_deref() {
        Some("describe") => print(&describe(backends)),
        Some("check") => check::run(backends, &read::<Vec<String>>()?),
        Some("measure") => measure::run(backends, read()?),
        _ => Err("this program is started by `cargo compare run --runner PATH`".into()),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing can be said if that fails.
            _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn unique(backends: &[BackendEntry]) -> Result<(), Box<dyn Error>> {
    let mut names = HashSet::new();
    match backends.iter().find(|it| !names.insert(it.name)) {
        Some(BackendEntry { name, .. }) => {
            Err(format!("two backends are called {name}; give one another name").into())
        }
        None => Ok(()),
    }
}

fn describe(backends: &[BackendEntry]) -> Description {
    let facts = |it: &BackendEntry| BackendFacts {
        name: it.name.to_owned(),
        package: it.package.to_owned(),
        packages_pulled_in: packages(it.package),
        capabilities: it.capabilities.to_vec(),
        native: it.exceptions.is_some(),
    };
    Description {
        environment: Environment::look(env!("CARGO_MANIFEST_DIR").as_ref()),
        rounds_per_micro: Speed::measure().rounds_per_micro(),
        backends: backends.iter().map(facts).collect(),
    }
}

/// What standard input asks for.
fn read<T: serde::de::DeserializeOwned>() -> Result<T, String> {
    let mut input = Deserializer::from_reader(io::stdin().lock());
    T::deserialize(&mut input).map_err(|error| format!("a request that makes no sense: {error}"))
}

/// Says something in a line.
fn print(value: &impl serde::Serialize) -> Result<(), Box<dyn Error>> {
    let line = serde_json::to_string(value)? + "\n";
    // Not locked for longer: what is measured may print, too.
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(line.as_bytes()).and_then(|()| stdout.flush());
    Ok(written.map_err(|error| format!("standard output: {error}"))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_backends_may_have_one_name() {
        assert!(unique(&BACKENDS).is_ok());
        let twice = unique(&[BACKENDS[0], BACKENDS[1].named("std")]).unwrap_err();
        assert_eq!(twice.to_string(), "two backends are called std; give one another name");
    }
}
