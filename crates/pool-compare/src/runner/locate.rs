//! The program that measures: found, or built first.

use std::{
    env,
    io::{BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::child::Child;
use crate::{
    args::{Form, RunnerArgs},
    error::Error,
    protocol::{BackendFacts, Checked, Description, Request},
    shown::Shown,
    terminal::say,
};

/// A program that measures.
#[derive(Debug)]
pub(crate) struct Runner {
    program: PathBuf,
}

/// The workspace that this program was built from.
const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");

impl Runner {
    /// The program that was named; or one of this workspace, which is built first, with all
    /// optimisations, unless it has been.
    pub(crate) fn find(args: &RunnerArgs) -> Result<Self, Error> {
        let program = match &args.runner {
            None => build(if args.extras { "pool-extras" } else { "pool-runner" })?,
            // As a program it would be looked for in PATH.
            Some(path) => std::path::absolute(path)
                .ok()
                .filter(|it| it.is_file())
                .ok_or_else(|| Error::Usage(format!("--runner {}: no such file", Shown(path))))?,
        };
        Ok(Self { program })
    }

    /// What it is, and what it can measure.
    pub(crate) fn describe(&self) -> Result<Description, Error> {
        let [description] = self.ask::<Description>("describe", b"")?.try_into().map_err(|_| {
            Error::Usage(format!("{}: it describes no backends", Shown(&self.program)))
        })?;
        Ok(description)
    }

    /// Checks backends against the contract.
    pub(crate) fn check(&self, names: &[String]) -> Result<Vec<Checked>, Error> {
        self.ask("check", &serde_json::to_vec(names).unwrap_or_default())
    }

    /// Starts a process that makes the visits of a request.
    pub(crate) fn measure(&self, request: &Request) -> Result<Child, Error> {
        Child::start(&self.program, request)
    }

    /// Runs it to its end; what it says, an object a line.
    fn ask<T: DeserializeOwned>(&self, verb: &str, input: &[u8]) -> Result<Vec<T>, Error> {
        let failed = |problem: &dyn std::fmt::Display| {
            Error::Process(format!("{} {verb}: {problem}", Shown(&self.program)))
        };
        let mut child = Command::new(&self.program)
            .arg(verb)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| failed(&error))?;
        // One that has ended is found by its status.
        _ = child.stdin.take().map(|mut stdin| stdin.write_all(input));
        let output = child.wait_with_output().map_err(|error| failed(&error))?;
        if !output.status.success() && !crate::interrupt::pressed() {
            let said = String::from_utf8_lossy(&output.stderr);
            let line = said.lines().last().unwrap_or("it failed without a word");
            return Err(failed(&line.strip_prefix("error: ").unwrap_or(line)));
        }
        let lines = output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let parsed = lines.map(|line| serde_json::from_slice(line).map_err(|error| failed(&error)));
        parsed.collect()
    }
}

/// Those of these names, each once, in the order of the list; if there are no names, all of this
/// form.
pub(crate) fn select(
    all: &[BackendFacts],
    names: &[String],
    form: Form,
) -> Result<Vec<BackendFacts>, Error> {
    if let Some(unknown) = names.iter().find(|name| all.iter().all(|it| it.name != **name)) {
        let known: Vec<_> = all.iter().map(|it| it.name.as_str()).collect();
        let known = known.join(", ");
        return Err(Error::Usage(format!("unknown backend {unknown:?}, expected one of: {known}")));
    }
    let wanted = |it: &&BackendFacts| match names {
        [] => form.has(it),
        names => names.contains(&it.name),
    };
    Ok(all.iter().filter(wanted).cloned().collect())
}

/// Builds the runner in a package of this workspace, and shows how that goes; where it is.
fn build(package: &str) -> Result<PathBuf, Error> {
    let failed = |problem: &dyn std::fmt::Display| {
        Error::Process(format!(
            "the program that measures cannot be built: {problem}; build one, and name it by --runner"
        ))
    };
    if !Path::new(MANIFEST).is_file() {
        return Err(failed(&format_args!("{MANIFEST} is not there any more")));
    }
    // What `cargo run` was, so that both are of one toolchain.
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut child = Command::new(cargo)
        .args(["build", "--release", "--package", package, "--manifest-path", MANIFEST])
        .arg("--message-format=json-render-diagnostics")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| failed(&error))?;
    let mut program = None;
    if let Some(stdout) = child.stdout.take() {
        let mut stdout = BufReader::new(stdout);
        for line in stdout.by_ref().lines().map_while(Result::ok) {
            program = executable(&line, package).or(program);
        }
    }
    let status = child.wait().map_err(|error| failed(&error))?;
    match program {
        Some(program) if status.success() => Ok(program),
        _ if crate::interrupt::pressed() => {
            Err(Error::Interrupted { progress: "before anything was measured".to_owned() })
        }
        _ => Err(failed(&status)),
    }
}

/// The runner of this name, if a line of cargo's is about that.
fn executable(line: &str, name: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(line).ok()?;
    let is_it = message["target"]["name"] == name && message["profile"]["test"] == false;
    message["executable"].as_str().filter(|_| is_it).map(PathBuf::from)
}

/// Says so, if what a runner measures means little.
pub(crate) fn mind_the_build(description: &Description) {
    let profile = &description.environment.profile;
    if !profile.contains("opt-level 3") {
        say(format_args!("note: this runner was built as {profile}: its figures mean nothing"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_found_in_what_cargo_says() {
        let line = r#"{"reason":"compiler-artifact","target":{"name":"pool-runner"},
            "profile":{"test":false},"executable":"/t/pool-runner"}"#;
        assert_eq!(executable(line, "pool-runner"), Some("/t/pool-runner".into()));
        assert_eq!(executable(line, "pool-extras"), None);
        assert_eq!(executable("warning: x", "pool-runner"), None);
    }

    #[test]
    fn backends_are_selected_once_each_in_the_order_of_the_list() {
        let facts = |name: &str| BackendFacts {
            name: name.to_owned(),
            package: String::new(),
            packages_pulled_in: None,
            capabilities: Vec::new(),
            native: name.ends_with("-native"),
        };
        let all = ["std", "flume", "rayon", "std-native"].map(facts);
        let select = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|it| (*it).to_owned()).collect();
            select(&all, &names, Form::Managed)
                .map(|it| it.into_iter().map(|it| it.name).collect::<Vec<_>>())
        };
        assert_eq!(select(&["flume", "std", "flume"]).unwrap(), ["std", "flume"]);
        assert_eq!(select(&["std-native"]).unwrap(), ["std-native"]);
        assert_eq!(select(&[]).unwrap().len(), 3);
        let of = |form| super::select(&all, &[], form).unwrap().len();
        assert_eq!([Form::Native, Form::Both].map(of), [1, 4]);
        assert_eq!(
            select(&["std", "flmue"]).unwrap_err().to_string(),
            "unknown backend \"flmue\", expected one of: std, flume, rayon, \
             std-native"
        );
    }
}
