//! `doctor`: the facts of this machine that matter to measurements.
//!
//! It tells of each fact whether all is well, or what it does to trust.

mod facts;
mod probe;
mod table;

use serde::Serialize;

use self::probe::Probe;
use super::kept::{print_json, this_machine};
use crate::{app::App, error::Error, terminal};

/// What can be said on the command line.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print one JSON object in place of the table
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub(crate) fn run(args: &Args, _app: &App<'_>) -> Result<(), Error> {
    let examination = examine();
    if args.json {
        return print_json(&examination);
    }
    terminal::print(table::table(&examination))
}

/// The facts of this machine that matter, now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Examination {
    pub(crate) facts: Vec<Fact>,
}

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Fact {
    /// What it is about: `"cores"`.
    pub(crate) name: &'static str,
    /// What was found, for people.
    pub(crate) value: String,
    /// What it does to trust, and what can be done; `None` if all is well.
    pub(crate) advice: Option<String>,
}

/// Looks around and measures a few things of the machine itself, for about half a second.
pub(crate) fn examine() -> Examination {
    let environment = this_machine();
    Examination { facts: facts::facts(&environment, &Probe::take()) }
}

impl Examination {
    /// What there is to mind, a line each.
    pub(crate) fn cautions(&self) -> Vec<String> {
        let caution = |fact: &Fact| {
            let Fact { name, value, advice } = fact;
            advice.as_ref().map(|advice| format!("{name}: {value}; {advice}"))
        };
        self.facts.iter().filter_map(caution).collect()
    }
}

impl Fact {
    /// A fact that is as it should be.
    fn ok(name: &'static str, value: impl Into<String>) -> Self {
        Self { name, value: value.into(), advice: None }
    }

    /// The same, to be minded if that is so.
    fn mind(self, whether: bool, advice: impl Into<String>) -> Self {
        Self { advice: whether.then(|| advice.into()).or(self.advice), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_minded_is_a_caution() {
        let examination = Examination {
            facts: vec![
                Fact::ok("cores", "8").mind(false, "too few"),
                Fact::ok("build", "debug").mind(true, "figures mean nothing"),
            ],
        };
        assert_eq!(examination.cautions(), ["build: debug; figures mean nothing"]);
    }

    #[test]
    fn this_machine_is_examined_and_shown_within_80_columns() {
        let examination = examine();
        let table = table::table(&examination);
        let width = table.lines().map(|line| line.chars().count()).max();
        assert!(width <= Some(80), "\n{table}");
        for fact in &examination.facts {
            assert!(table.contains(fact.name), "{fact:?} in\n{table}");
        }
    }
}
