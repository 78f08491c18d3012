//! `doctor`: the facts of this machine that matter to measurements.
//!
//! Of each fact it says whether all is well, or what it does to trust.

mod facts;
mod probe;

use serde::Serialize;

use self::probe::Probe;
use crate::{
    error::Error,
    machine::this_machine,
    tables::wrap,
    terminal::{print, print_json, say},
};

/// What can be said on the command line.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print one JSON object in place of the table
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Result<(), Error> {
    let examination = examine();
    if args.json {
        return print_json(&examination);
    }
    print(table(&examination))
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
    /// What is not as it should be, a line each.
    pub(crate) fn cautions(&self) -> Vec<String> {
        let caution = |fact: &Fact| {
            let Fact { name, value, advice } = fact;
            advice.as_ref().map(|advice| format!("{name}: {value}; {advice}"))
        };
        self.facts.iter().filter_map(caution).collect()
    }
}

/// Says what is not as it should be.
pub(crate) fn say_cautions() {
    for caution in examine().cautions() {
        say(format_args!("{}", wrap(&format!("note: {caution}"))));
    }
}

/// A line for each fact, and one below it for advice.
fn table(examination: &Examination) -> String {
    let mut lines = Vec::new();
    for Fact { name, value, advice } in &examination.facts {
        let mark = if advice.is_some() { "note" } else { "ok" };
        lines.push(wrap(&format!("{mark:<4}  {name:<11}  {value}")));
        lines.extend(advice.as_ref().map(|advice| wrap(&format!("        {advice}"))));
    }
    let notes = examination.facts.iter().filter(|fact| fact.advice.is_some()).count();
    lines.push(match notes {
        0 => "Nothing here stands in the way of good measurements.".to_owned(),
        notes => format!("{notes} of {} can disturb measurements.", examination.facts.len()),
    });
    lines.join("\n")
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
    fn this_machine_is_examined_and_shown() {
        let examination = examine();
        let table = table(&examination);
        let width = table.lines().map(|line| line.chars().count()).max();
        assert!(width <= Some(100), "\n{table}");
        for fact in &examination.facts {
            assert!(table.contains(fact.name), "{fact:?} in\n{table}");
        }
    }
}
