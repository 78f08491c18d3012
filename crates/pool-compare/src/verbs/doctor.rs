//! `doctor`: the facts of this machine that matter to measurements.
//!
//! Of each fact it says whether all is well, or what it does to trust.

use std::{thread, time::Duration, time::Instant};

use pool_measure::{
    cost::Cost,
    environment::Environment,
    machine::{Ticks, cores_online},
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    error::Error,
    figures::percent,
    machine::this_machine,
    tables::{in_words, wrap},
    terminal::answer,
};

/// What can be said on the command line.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print one JSON object in place of the lines
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Result<(), Error> {
    let facts = examine();
    answer(args.json, &json!({"facts": facts}), show(&facts))
}

/// A fact of this machine that matters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Fact {
    /// What it is about: `"cores"`.
    name: &'static str,
    /// What was found, for people.
    value: String,
    /// What it does to trust, and what can be done; `None` if all is well.
    advice: Option<&'static str>,
}

/// Looks around, for a third of a second.
fn examine() -> Vec<Fact> {
    facts(&this_machine(), others(), cores_online())
}

/// What others do meanwhile, as parts of what all cores together could do, from 0 to 1: used by other
/// processes of this machine, and taken by the host for other machines. `None` where the system does
/// not say.
fn others() -> Option<(f64, f64)> {
    let (start, ticks, own) = (Instant::now(), Ticks::so_far()?, Cost::so_far()?);
    thread::sleep(Duration::from_millis(300));
    let (ticks, own) = (Ticks::so_far()? - ticks, Cost::so_far()? - own);
    let float = |number| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    let seconds = |ticks| float(ticks) / f64::from(Ticks::PER_SECOND);
    let all = start.elapsed().as_secs_f64() * float(cores_online()? as u64);
    let part = |seconds: f64| (seconds / all).clamp(0.0, 1.0);
    Some((part(seconds(ticks.busy) - own.cpu.as_secs_f64()), part(seconds(ticks.stolen))))
}

/// What is not as it should be now, a line each.
pub(crate) fn cautions() -> Vec<String> {
    let caution = |Fact { name, value, advice }: Fact| {
        advice.map(|advice| format!("{name}: {value}; {advice}"))
    };
    examine().into_iter().filter_map(caution).collect()
}

/// What each fact does to trust where it is not as it should be, and what can be done: a line each.
const ADVICE: &str = include_str!("doctor.txt");

/// All facts, those that change least first.
fn facts(machine: &Environment, others: Option<(f64, f64)>, online: Option<usize>) -> Vec<Fact> {
    let (usable, online) = (machine.cores, online.unwrap_or(machine.cores).max(machine.cores));
    let (used, stolen) = others.unzip();
    let part = |of: Option<f64>| json!(of.map(|it| format!("{} of all cores", percent(it))));
    let load = format!("{:.2} in the minute before", machine.load_before);
    let slow = machine.governor.as_ref().is_some_and(|it| it != "performance");
    let (commit, changed) = machine.commit.as_ref().map(|it| (&it.id, it.changed)).unzip();
    let all = [
        ("processor", json!(machine.cpu), false),
        ("cores", json!(usable), usable <= 2),
        ("other cores", json!(online - usable), online > usable),
        ("CPU quota", json!(machine.cpu_quota), machine.cpu_quota.is_some()),
        ("virtual", json!(machine.virtual_machine), machine.virtual_machine == Some(true)),
        ("governor", json!(machine.governor), slow),
        ("turbo", json!(machine.turbo), machine.turbo == Some(true)),
        ("load", json!(load), false),
        ("others use", part(used), used.is_some_and(|it| it > 0.05)),
        ("stolen time", part(stolen), stolen.is_some_and(|it| it > 0.01)),
        ("source", json!(commit), changed.is_none_or(|it| it)),
    ];
    let fact = |(name, value, is_bad): (&'static str, Value, bool)| {
        let of = |line: &'static str| line.strip_prefix(name)?.strip_prefix(": ");
        let advice = ADVICE.lines().filter(|_| is_bad).find_map(of);
        Fact { name, value: in_words(&value), advice }
    };
    all.map(fact).into()
}

/// A line for each fact, and one below it for advice.
fn show(facts: &[Fact]) -> String {
    let mut lines = Vec::new();
    for Fact { name, value, advice } in facts {
        let mark = if advice.is_some() { "note" } else { "ok" };
        lines.push(wrap(&format!("{mark:<4}  {name:<11}  {value}")));
        lines.extend(advice.map(|advice| wrap(&format!("        {advice}"))));
    }
    lines.push(match facts.iter().filter(|fact| fact.advice.is_some()).count() {
        0 => "Nothing here stands in the way of good measurements.".to_owned(),
        notes => format!("{notes} of {} can disturb measurements.", facts.len()),
    });
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_disturbs_is_noted_and_what_is_not_known_is_not() {
        let mut machine = this_machine();
        (machine.cores, machine.cpu_quota, machine.governor) = (8, None, None);
        (machine.virtual_machine, machine.turbo, machine.commit) = (None, None, None);
        let noted = |facts: Vec<Fact>| {
            let noted = facts.into_iter().filter(|it| it.advice.is_some());
            noted.map(|it| it.name).collect::<Vec<_>>()
        };
        assert_eq!(noted(facts(&machine, None, Some(8))), ["source"]);
        (machine.cores, machine.cpu_quota) = (2, Some(1.5));
        let all = ["cores", "other cores", "CPU quota", "others use", "stolen time", "source"];
        assert_eq!(noted(facts(&machine, Some((0.5, 0.02)), Some(8))), all);
    }
}
