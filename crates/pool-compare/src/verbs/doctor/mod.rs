//! `doctor`: the facts of this machine that matter to measurements.
//!
//! Of each fact it says whether all is well, or what it does to trust.

mod probe;

use pool_measure::{environment::Environment, machine::cores_online};
use serde::Serialize;

use self::probe::{Others, Probe};
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

/// All facts, those that change least first.
fn facts(machine: &Environment, probe: &Probe, online: Option<usize>) -> Vec<Fact> {
    let fact = |name, value: String, is_bad: bool, advice: &'static str| Fact {
        name,
        value: plain(&value),
        advice: is_bad.then_some(advice),
    };
    let known = |value: Option<String>| value.unwrap_or_else(|| "not known".to_owned());
    let yes_or_no =
        |is_so: Option<bool>| known(is_so.map(|it| if it { "yes" } else { "no" }.into()));
    let (usable, online) = (machine.cores, online.unwrap_or(machine.cores).max(machine.cores));
    let cores = match usable {
        1 => "nothing runs at once: no pool can be faster than one thread",
        2 => "latency is measured with 1 worker; no core is left for anything else",
        _ => "others run on the rest, and share caches and memory with these",
    };
    let Probe { clock, sleep, work, others } = probe;
    let [p90, most] = [work.p90, work.max].map(|over| percent(over - 1.0));
    let used =
        |Others { used, .. }: &Others| format!("; others use {} of all cores", percent(*used));
    let commit = machine.commit.as_ref();
    vec![
        fact("processor", known(machine.cpu.clone()), false, ""),
        fact("cores", format!("{usable} of {online}"), usable <= 2 || online > usable, cores),
        fact(
            "CPU quota",
            machine.cpu_quota.map_or("none".to_owned(), |quota| format!("{quota} cores")),
            machine.cpu_quota.is_some(),
            "when it is used up, everything is halted for up to 100 ms; measure where there is none",
        ),
        fact(
            "virtual",
            yes_or_no(machine.virtual_machine),
            machine.virtual_machine == Some(true),
            "neighbours on the same host come and go: trust ratios, not times, and look at the noise",
        ),
        fact(
            "governor",
            known(machine.governor.clone()),
            machine.governor.as_ref().is_some_and(|it| it != "performance"),
            "frequency follows load: set the governor to performance",
        ),
        fact(
            "turbo",
            yes_or_no(machine.turbo),
            machine.turbo == Some(true),
            "frequency depends on heat, and on how many cores are busy: efficiency looks worse than \
             it is; switch it off for finer comparisons",
        ),
        fact(
            "memory",
            figures::bytes(machine.memory),
            machine.memory < 1 << 30,
            "batches of payloads take up to 256 MiB, twice over: do not let it swap",
        ),
        fact(
            "clock",
            format!("steps of {}", time(clock * 1e9)),
            *clock > 1e-6,
            "waits of short jobs cannot be told apart",
        ),
        fact(
            "timer",
            format!(
                "1 ms of sleep is late by {}, at worst {}",
                time(sleep.median * 1e9),
                time(sleep.worst * 1e9)
            ),
            sleep.median > 2e-4 || sleep.worst > 1e-3,
            "threads are woken late, so latencies are those of the machine as much as of pools",
        ),
        fact(
            "noise",
            format!("the same 1 ms of work takes {p90} longer at p90, {most} at most"),
            work.p90 > 1.05 || work.max > 2.0,
            "smaller differences take many blocks to be seen; close what else runs",
        ),
        fact(
            "load",
            format!(
                "{:.2} in the minute before{}",
                machine.load_before,
                others.as_ref().map(used).unwrap_or_default()
            ),
            others.is_some_and(|it| it.used > 0.05),
            "wait until they are done, or end them",
        ),
        fact(
            "stolen time",
            known(others.map(|it| percent(it.stolen))),
            others.is_some_and(|it| it.stolen > 0.01),
            "the host gives these cores to others: measure at another time, or elsewhere",
        ),
        fact(
            "source",
            commit.map_or("no commit known".to_owned(), |it| it.id.clone()),
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
    Fact { name: "fsync", value, advice: None }
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
    use super::{
        probe::{Late, Work},
        *,
    };

    #[test]
    fn what_disturbs_is_noted_and_what_is_not_known_is_not() {
        let mut machine = this_machine();
        (machine.cores, machine.cpu_quota, machine.governor) = (8, None, None);
        (machine.virtual_machine, machine.turbo, machine.memory) = (None, None, 8 << 30);
        let commit = pool_measure::environment::Commit { id: "1a2b".into(), changed: false };
        machine.commit = Some(commit);
        let mut probe = Probe {
            clock: 1e-8,
            sleep: Late { median: 5e-5, worst: 1e-4 },
            work: Work { p90: 1.01, max: 1.3 },
            others: None,
        };
        let cautions = |machine: &Environment, probe: &Probe| {
            Examination { facts: facts(machine, probe, Some(8)) }.cautions()
        };
        assert_eq!(cautions(&machine, &probe), [""; 0]);
        machine.cores = 4;
        machine.cpu_quota = Some(1.5);
        probe.others = Some(Others { used: 0.5, stolen: 0.02 });
        probe.work.p90 = 1.2;
        let names: Vec<_> = cautions(&machine, &probe);
        let names: Vec<_> = names.iter().filter_map(|it| it.split(':').next()).collect();
        assert_eq!(names, ["cores", "CPU quota", "noise", "load", "stolen time"]);
        let mut examination = examine();
        examination.facts.extend([disk(probe::fsync()), disk(None)]);
        let shown = show(&examination);
        assert!(shown.contains("fsync        4 KiB are safe after "), "{shown}");
        assert!(shown.contains("fsync        not known"), "{shown}");
        assert!(shown.contains("processor") && shown.lines().all(|it| it.chars().count() <= 100));
    }
}
