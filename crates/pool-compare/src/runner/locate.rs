//! The program that measures: which it is, and what it is asked.

use std::{env, path::PathBuf, time::Duration};

use serde::{Serialize, de::DeserializeOwned};

use super::child::Child;
use crate::{
    args::{Form, RunnerArgs},
    error::Error,
    protocol::{BackendFacts, Checked, Description, Request},
    terminal::say,
};

/// A program that measures.
#[derive(Debug)]
pub(crate) struct Runner {
    program: PathBuf,
}

impl Runner {
    /// The program that was named; or one of this workspace, next to this program: `cargo compare`
    /// builds both.
    pub(crate) fn find(args: &RunnerArgs) -> Result<Self, Error> {
        let package = if args.extras { "pool-extras" } else { "pool-runner" };
        let name = format!("{package}{}", env::consts::EXE_SUFFIX);
        let program = match &args.runner {
            // As a program it would be looked for in PATH.
            Some(path) => std::path::absolute(path),
            None => env::current_exe().map(|it| it.with_file_name(name)),
        };
        let missing = || match &args.runner {
            Some(path) => Error::Usage(format!("--runner {}: no such file", path.display())),
            None => Error::Failed(format!(
                "{package} is not next to this program; build it there: cargo build --release \
                 --package {package}"
            )),
        };
        let program = program.ok().filter(|it| it.is_file()).ok_or_else(missing)?;
        Ok(Self { program })
    }

    /// What it is, and what it can measure.
    pub(crate) fn describe(&self) -> Result<Description, Error> {
        let problem = "it describes no backends";
        let nothing = || Error::Usage(format!("{}: {problem}", self.program.display()));
        self.ask("describe", &())?.pop().ok_or_else(nothing)
    }

    /// Checks backends against the contract.
    pub(crate) fn check(&self, names: &[String]) -> Result<Vec<Checked>, Error> {
        self.ask("check", &names)
    }

    /// Starts a process that makes the visits of a request. One that hangs is found after far longer
    /// than a visit is to take, whatever else the machine does.
    pub(super) fn measure(&self, request: &Request) -> Result<Child, Error> {
        let patience = PATIENCE + Duration::from_millis(request.plan.visit_ms.into()) * 100;
        let about = (request.plan.cell.to_string(), patience);
        Child::start(&self.program, "measure", request, about)
    }

    /// Runs it to its end; what it says, an object a line.
    fn ask<T: DeserializeOwned>(
        &self,
        verb: &str,
        input: &impl Serialize,
    ) -> Result<Vec<T>, Error> {
        let about = (format!("{} {verb}", self.program.display()), 10 * PATIENCE);
        let mut child = Child::start(&self.program, verb, input, about)?;
        let mut said = Vec::new();
        while let Some(line) = child.next()? {
            said.push(line);
        }
        Ok(said)
    }
}

/// For how long a runner may say nothing, next to what it has to do.
const PATIENCE: Duration = Duration::from_secs(60);

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
    fn backends_are_selected_once_each_in_the_order_of_the_list() {
        let all = ["std", "flume", "rayon", "std-native"].map(|name| BackendFacts {
            name: name.to_owned(),
            native: name.ends_with("-native"),
            ..BackendFacts::default()
        });
        for (names, form, selected) in [
            ("flume std flume", Form::Managed, "std flume"),
            ("std-native", Form::Managed, "std-native"),
            ("", Form::Managed, "std flume rayon"),
            ("", Form::Native, "std-native"),
            ("", Form::Both, "std flume rayon std-native"),
        ] {
            let names: Vec<_> = names.split_whitespace().map(str::to_owned).collect();
            let found = select(&all, &names, form).unwrap();
            let found: Vec<_> = found.iter().map(|it| &*it.name).collect();
            assert_eq!(found.join(" "), selected);
        }
    }
}
