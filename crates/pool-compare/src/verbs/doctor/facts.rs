//! What each fact does to trust.

use std::time::Duration;

use pool_measure::{environment::Environment, machine::cores_online};

use super::{
    Fact,
    probe::{Late, Others, Probe, Work},
};
use crate::figures;

/// The system does not say, or it does not have it.
const UNKNOWN: &str = "not told";

/// All facts, those that change least first.
pub(super) fn facts(environment: &Environment, probe: &Probe) -> Vec<Fact> {
    vec![
        Fact::ok("processor", environment.cpu.as_deref().unwrap_or(UNKNOWN)),
        cores(environment.cores, cores_online()),
        quota(environment.cpu_quota),
        virtual_machine(environment.virtual_machine),
        governor(environment.governor.as_deref()),
        turbo(environment.turbo),
        memory(environment.memory),
        clock(probe.clock),
        timer(probe.sleep),
        noise(probe.work),
        load(environment.load_before, probe.others),
        steal(probe.others),
        source(environment),
    ]
}

fn cores(usable: usize, online: Option<usize>) -> Fact {
    let online = online.unwrap_or(usable).max(usable);
    let value = if online > usable { format!("{usable} of {online}") } else { usable.to_string() };
    let fact = Fact::ok("cores", value)
        .mind(online > usable, "others run on the rest, and share caches and memory with these");
    match usable {
        1 => fact.mind(true, "nothing runs at once: no pool can be faster than one thread"),
        2 => {
            fact.mind(true, "latency is measured with 1 worker; no core is left for anything else")
        }
        _ => fact,
    }
}

fn quota(quota: Option<f64>) -> Fact {
    let value = quota.map_or("none".to_owned(), |quota| format!("{quota} cores"));
    let advice = "when it is used up, everything is halted for up to 100 ms, pools and all; \
                  measure where there is none";
    Fact::ok("CPU quota", value).mind(quota.is_some(), advice)
}

fn virtual_machine(is_virtual: Option<bool>) -> Fact {
    let advice = "neighbours on the same host come and go: trust ratios taken block by block, \
                  not times, and look at the twin";
    Fact::ok("virtual", yes_or_no(is_virtual)).mind(is_virtual == Some(true), advice)
}

fn governor(governor: Option<&str>) -> Fact {
    let steady = matches!(governor, None | Some("performance"));
    let advice = "frequency follows load: set the governor to performance";
    Fact::ok("governor", governor.unwrap_or(UNKNOWN)).mind(!steady, advice)
}

fn turbo(turbo: Option<bool>) -> Fact {
    let advice = "frequency depends on heat, and on how many cores are busy: efficiency looks \
                  worse than it is; switch it off for finer comparisons";
    Fact::ok("turbo", yes_or_no(turbo)).mind(turbo == Some(true), advice)
}

fn memory(bytes: u64) -> Fact {
    const ENOUGH: u64 = 1 << 30;
    let advice = "batches of payloads take up to 256 MiB, twice over: do not let it swap";
    Fact::ok("memory", figures::bytes(bytes)).mind(bytes < ENOUGH, advice)
}

fn clock(resolution: Duration) -> Fact {
    const FINE: Duration = Duration::from_micros(1);
    let advice = "waits of short jobs cannot be told apart";
    Fact::ok("clock", format!("steps of {resolution:?}")).mind(resolution > FINE, advice)
}

fn timer(late: Late) -> Fact {
    const USUAL: Duration = Duration::from_micros(200);
    const WORST: Duration = Duration::from_millis(1);
    let value =
        format!("1 ms of sleep is late by {}, at worst {}", shown(late.median), shown(late.worst));
    let advice = "threads are woken late, so latencies tell of the machine as much as of pools";
    Fact::ok("timer", value).mind(late.median > USUAL || late.worst > WORST, advice)
}

fn noise(work: Work) -> Fact {
    const STEADY: f64 = 1.05;
    const STALL: f64 = 2.0;
    let [p90, max] = [work.p90, work.max].map(|over| (over - 1.0) * 100.0);
    let value = format!("the same 1 ms of work takes {p90:.1} % longer at p90, {max:.0} % at most");
    let advice = "smaller differences than this take many blocks to be seen; close what else runs";
    Fact::ok("noise", value).mind(work.p90 > STEADY || work.max > STALL, advice)
}

fn load(average: f64, others: Option<Others>) -> Fact {
    const QUIET: f64 = 0.05;
    let average = format!("{average:.2} in the minute before");
    match others {
        None => Fact::ok("load", average),
        Some(Others { used, .. }) => {
            let value = format!("{average}; others use {:.0} % of all cores now", used * 100.0);
            Fact::ok("load", value).mind(used > QUIET, "wait until they are done, or end them")
        }
    }
}

fn steal(others: Option<Others>) -> Fact {
    const LITTLE: f64 = 0.01;
    let stolen = others.map(|others| others.stolen);
    let value = stolen.map_or(UNKNOWN.to_owned(), |part| format!("{:.1} %", part * 100.0));
    let advice = "the host gives these cores to others: measure at another time, or elsewhere";
    Fact::ok("stolen time", value).mind(stolen > Some(LITTLE), advice)
}

fn source(environment: &Environment) -> Fact {
    match &environment.commit {
        None => Fact::ok("source", "no commit known").mind(true, "nobody can tell what it was"),
        Some(commit) => {
            let changed = if commit.changed { ", changed" } else { "" };
            let advice = "the commit does not say what was measured: commit, then measure";
            Fact::ok("source", format!("{}{changed}", commit.id)).mind(commit.changed, advice)
        }
    }
}

fn yes_or_no(what: Option<bool>) -> &'static str {
    match what {
        Some(true) => "yes",
        Some(false) => "no",
        None => UNKNOWN,
    }
}

fn shown(duration: Duration) -> String {
    figures::time(duration.as_secs_f64() * 1e9)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minded(fact: &Fact) -> bool {
        fact.advice.is_some()
    }

    #[test]
    fn few_cores_and_cores_of_others_are_minded() {
        assert!(minded(&cores(1, Some(1))) && minded(&cores(2, None)));
        assert!(minded(&cores(4, Some(8))));
        assert_eq!(cores(4, Some(8)).value, "4 of 8");
        assert!(!minded(&cores(8, Some(8))));
    }

    #[test]
    fn what_the_system_does_not_tell_is_no_reason_to_worry() {
        let facts = [quota(None), virtual_machine(None), governor(None), turbo(None), steal(None)];
        assert!(!facts.iter().any(minded), "{facts:?}");
    }

    #[test]
    fn what_disturbs_is_minded() {
        let others = |used, stolen| Some(Others { used, stolen });
        assert!(minded(&load(0.0, others(0.5, 0.0))) && !minded(&load(9.0, others(0.01, 0.0))));
        assert!(minded(&steal(others(0.0, 0.02))) && !minded(&steal(others(0.0, 0.0))));
        assert!(minded(&noise(Work { p90: 1.2, max: 1.3 })));
        assert!(!minded(&noise(Work { p90: 1.01, max: 1.3 })));
        assert!(minded(&quota(Some(1.5))) && minded(&governor(Some("powersave"))));
    }
}
