//! `doctor`: the facts of this machine that matter to measurements.
//!
//! Of each fact it says whether all is well, or what it does to trust.

mod probe;

use pool_measure::{environment::Environment, machine::cores_online};
use serde::Serialize;

use self::probe::Probe;
use crate::{
    error::Error,
    figures::{percent, time},
    machine::this_machine,
    shown::plain,
    tables::wrap,
    terminal::{print, print_json},
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
    if args.json { print_json(&serde_json::json!({"facts": facts})) } else { print(show(&facts)) }
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

/// Looks around and measures a few things of the machine itself, for about half a second.
fn examine() -> Vec<Fact> {
    facts(&this_machine(), &Probe::take(), cores_online())
}

/// What is not as it should be now, a line each.
pub(crate) fn cautions() -> Vec<String> {
    let caution = |Fact { name, value, advice }: Fact| {
        advice.map(|advice| format!("{name}: {value}; {advice}"))
    };
    examine().into_iter().filter_map(caution).collect()
}

/// What each fact does to trust where it is not as it should be, and what can be done: a line each.
const ADVICE: &str = include_str!("advice.txt");

/// All facts, those that change least first.
fn facts(machine: &Environment, probe: &Probe, online: Option<usize>) -> Vec<Fact> {
    let known = |value: Option<String>| value.unwrap_or_else(|| "not known".to_owned());
    let yes_or_no =
        |is_so: Option<bool>| known(is_so.map(|it| if it { "yes" } else { "no" }.into()));
    let (usable, online) = (machine.cores, online.unwrap_or(machine.cores).max(machine.cores));
    let Probe { late: [late, latest], work: [p90, longest], others } = *probe;
    let [over_p90, over_longest] = [p90, longest].map(|over| percent(over - 1.0));
    let [late_shown, latest_shown] = [late, latest].map(|it| time(it * 1e9));
    let used = others.map(|it| format!("; others use {} of all cores", percent(it.used)));
    let (load, used) = (machine.load_before, used.unwrap_or_default());
    let quota = machine.cpu_quota.map_or("none".into(), |it| format!("{it} cores"));
    let late_by = format!("1 ms of sleep is late by {late_shown}, at worst {latest_shown}");
    let noise =
        format!("the same 1 ms of work takes {over_p90} longer at p90, {over_longest} at most");
    let stolen = known(others.map(|it| percent(it.stolen)));
    let commit = machine.commit.as_ref();
    let source = commit.map_or("no commit known", |it| &*it.id).to_owned();
    let slow = machine.governor.as_ref().is_some_and(|it| it != "performance");
    let all = [
        ("processor", known(machine.cpu.clone()), false),
        ("cores", format!("{usable} of {online}"), usable <= 2 || online > usable),
        ("CPU quota", quota, machine.cpu_quota.is_some()),
        ("virtual", yes_or_no(machine.virtual_machine), machine.virtual_machine == Some(true)),
        ("governor", known(machine.governor.clone()), slow),
        ("turbo", yes_or_no(machine.turbo), machine.turbo == Some(true)),
        ("timer", late_by, late > 2e-4 || latest > 1e-3),
        ("noise", noise, p90 > 1.05 || longest > 2.0),
        (
            "load",
            format!("{load:.2} in the minute before{used}"),
            others.is_some_and(|it| it.used > 0.05),
        ),
        ("stolen time", stolen, others.is_some_and(|it| it.stolen > 0.01)),
        ("source", source, commit.is_none_or(|it| it.changed)),
    ];
    let fact = |(name, value, is_bad): (_, String, bool)| {
        let few = ["no core", "one core", "two cores"].get(usable).filter(|_| name == "cores");
        let about = few.copied().unwrap_or(name);
        let mut advice =
            ADVICE.lines().filter_map(|line| line.strip_prefix(about)?.strip_prefix(": "));
        Fact { name, value: plain(&value), advice: advice.find(|_| is_bad) }
    };
    all.into_iter().map(fact).collect()
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
    use super::{probe::Others, *};

    #[test]
    fn what_disturbs_is_noted_and_what_is_not_known_is_not() {
        let mut machine = this_machine();
        (machine.cores, machine.cpu_quota, machine.governor) = (8, None, None);
        (machine.virtual_machine, machine.turbo) = (None, None);
        let commit = pool_measure::environment::Commit { id: "1a2b".into(), changed: false };
        machine.commit = Some(commit);
        let mut probe = Probe { late: [5e-5, 1e-4], work: [1.01, 1.3], others: None };
        let noted = |machine: &Environment, probe: &Probe| {
            let facts = facts(machine, probe, Some(8)).into_iter();
            facts.filter(|it| it.advice.is_some()).map(|it| it.name).collect::<Vec<_>>()
        };
        assert_eq!(noted(&machine, &probe), [""; 0]);
        (machine.cores, machine.cpu_quota, probe.work[0]) = (4, Some(1.5), 1.2);
        probe.others = Some(Others { used: 0.5, stolen: 0.02 });
        assert_eq!(noted(&machine, &probe), ["cores", "CPU quota", "noise", "load", "stolen time"]);
        let shown = show(&facts(&machine, &probe, Some(8)));
        assert!(shown.contains("5 of 11 can disturb") && shown.contains("others run on the rest"));
        assert!(shown.lines().all(|it| it.chars().count() <= 100), "{shown}");
    }
}
