//! `doctor`: the facts of this machine that matter to measurements.
//!
//! Of each fact it says whether all is well, or what it does to trust.

mod probe;

use pool_measure::{environment::Environment, machine::cores_online};
use serde::Serialize;

use self::probe::Probe;
use crate::{
    error::Error,
    figures::{self, percent, time},
    machine::this_machine,
    shown::plain,
    tables::wrap,
    terminal::{print, print_json, say},
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
    let mut examination = examine();
    examination.facts.push(disk(probe::fsync()));
    if args.json { print_json(&examination) } else { print(show(&examination)) }
}

/// The facts of this machine that matter, now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Examination {
    facts: Vec<Fact>,
}

/// One fact.
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
pub(crate) fn examine() -> Examination {
    Examination { facts: facts(&this_machine(), &Probe::take(), cores_online()) }
}

impl Examination {
    /// What is not as it should be, a line each.
    pub(crate) fn cautions(&self) -> Vec<String> {
        let caution = |Fact { name, value, advice }: &Fact| {
            advice.map(|advice| format!("{name}: {value}; {advice}"))
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

impl Fact {
    fn new(name: &'static str, value: impl AsRef<str>) -> Self {
        Self { name, value: plain(value.as_ref()), advice: None }
    }

    /// The same with this advice, if there is need for it.
    fn note(self, is_bad: bool, advice: &'static str) -> Self {
        Self { advice: is_bad.then_some(advice), ..self }
    }
}

/// All facts, those that change least first.
fn facts(machine: &Environment, probe: &Probe, online: Option<usize>) -> Vec<Fact> {
    let known = |value: Option<String>| value.unwrap_or_else(|| "not known".to_owned());
    let yes_or_no =
        |is_so: Option<bool>| known(is_so.map(|it| if it { "yes" } else { "no" }.into()));
    let (usable, online) = (machine.cores, online.unwrap_or(machine.cores).max(machine.cores));
    let Probe { clock, late: [late, latest], work: [p90, longest], others } = *probe;
    let [over_p90, over_longest] = [p90, longest].map(|over| percent(over - 1.0));
    let [late_shown, latest_shown] = [late, latest].map(|it| time(it * 1e9));
    let used = others.map(|it| format!("; others use {} of all cores", percent(it.used)));
    let (load, used) = (machine.load_before, used.unwrap_or_default());
    let commit = machine.commit.as_ref();
    vec![
        Fact::new("processor", known(machine.cpu.clone())),
        Fact::new("cores", format!("{usable} of {online}")).note(
            usable <= 2 || online > usable,
            match usable {
                1 => "nothing runs at once: no pool can be faster than one thread",
                2 => "latency is measured with 1 worker; no core is left for anything else",
                _ => "others run on the rest, and share caches and memory with these",
            },
        ),
        Fact::new("CPU quota", machine.cpu_quota.map_or("none".into(), |it| format!("{it} cores")))
            .note(
                machine.cpu_quota.is_some(),
                "when it is used up, everything is halted for up to 100 ms; measure where there is none",
            ),
        Fact::new("virtual", yes_or_no(machine.virtual_machine)).note(
            machine.virtual_machine == Some(true),
            "neighbours on the same host come and go: trust ratios, not times, and look at the noise",
        ),
        Fact::new("governor", known(machine.governor.clone())).note(
            machine.governor.as_ref().is_some_and(|it| it != "performance"),
            "frequency follows load: set the governor to performance",
        ),
        Fact::new("turbo", yes_or_no(machine.turbo)).note(
            machine.turbo == Some(true),
            "frequency depends on heat, and on how many cores are busy: efficiency looks worse than \
             it is; switch it off for finer comparisons",
        ),
        Fact::new("memory", figures::bytes(machine.memory)).note(
            machine.memory < 1 << 30,
            "batches of payloads take up to 256 MiB, twice over: do not let it swap",
        ),
        Fact::new("clock", format!("steps of {}", time(clock * 1e9)))
            .note(clock > 1e-6, "waits of short jobs cannot be told apart"),
        Fact::new("timer", format!("1 ms of sleep is late by {late_shown}, at worst {latest_shown}"))
            .note(
                late > 2e-4 || latest > 1e-3,
                "threads are woken late, so latencies are those of the machine as much as of pools",
            ),
        Fact::new(
            "noise",
            format!("the same 1 ms of work takes {over_p90} longer at p90, {over_longest} at most"),
        )
        .note(
            p90 > 1.05 || longest > 2.0,
            "smaller differences take many blocks to be seen; close what else runs",
        ),
        Fact::new("load", format!("{load:.2} in the minute before{used}")).note(
            others.is_some_and(|it| it.used > 0.05),
            "wait until they are done, or end them",
        ),
        Fact::new("stolen time", known(others.map(|it| percent(it.stolen)))).note(
            others.is_some_and(|it| it.stolen > 0.01),
            "the host gives these cores to others: measure at another time, or elsewhere",
        ),
        Fact::new("source", commit.map_or("no commit known", |it| &*it.id)).note(
            commit.is_none_or(|it| it.changed),
            "the commit does not say what is measured: commit, then measure",
        ),
    ]
}

/// What decides how fast a durable queue is, and no pool.
fn disk(fsync: Option<f64>) -> Fact {
    let value = fsync.map_or("not known".to_owned(), |fsync| {
        format!("4 KiB are safe after {}, in the working directory", time(fsync * 1e9))
    });
    Fact::new("fsync", value)
}

/// A line for each fact, and one below it for advice.
fn show(Examination { facts }: &Examination) -> String {
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
        (machine.virtual_machine, machine.turbo, machine.memory) = (None, None, 8 << 30);
        let commit = pool_measure::environment::Commit { id: "1a2b".into(), changed: false };
        machine.commit = Some(commit);
        let mut probe = Probe { clock: 1e-8, late: [5e-5, 1e-4], work: [1.01, 1.3], others: None };
        let noted = |machine: &Environment, probe: &Probe| {
            let facts = facts(machine, probe, Some(8)).into_iter();
            facts.filter(|it| it.advice.is_some()).map(|it| it.name).collect::<Vec<_>>()
        };
        assert_eq!(noted(&machine, &probe), [""; 0]);
        (machine.cores, machine.cpu_quota, probe.work[0]) = (4, Some(1.5), 1.2);
        probe.others = Some(Others { used: 0.5, stolen: 0.02 });
        assert_eq!(noted(&machine, &probe), ["cores", "CPU quota", "noise", "load", "stolen time"]);
        let mut examination = examine();
        examination.facts.extend([disk(probe::fsync()), disk(None)]);
        let shown = show(&examination);
        assert!(shown.contains("fsync        4 KiB are safe after "), "{shown}");
        assert!(shown.contains("fsync        not known"), "{shown}");
        assert!(shown.contains("processor") && shown.lines().all(|it| it.chars().count() <= 100));
    }
}
