//! Whether two runs may be compared at all.

use std::fmt::Debug;

use crate::store::{RunFile, same_speed};

/// The first thing by which two runs differ so that their figures mean something else: its
/// name, and what it is in either. `None` if they may be compared.
pub(super) fn difference(old: &RunFile, new: &RunFile) -> Option<String> {
    let (machine, other_machine) = (&old.environment, &new.environment);
    let (plan, other_plan) = (&old.configuration, &new.configuration);
    differs("cpu", &machine.cpu, &other_machine.cpu)
        .or_else(|| differs("cores", &machine.cores, &other_machine.cores))
        .or_else(|| differs("cpu_quota", &machine.cpu_quota, &other_machine.cpu_quota))
        .or_else(|| {
            let (old, new) = (&machine.virtual_machine, &other_machine.virtual_machine);
            differs("virtual_machine", old, new)
        })
        .or_else(|| differs("governor", &machine.governor, &other_machine.governor))
        .or_else(|| differs("turbo", &machine.turbo, &other_machine.turbo))
        .or_else(|| differs("target", &machine.target, &other_machine.target))
        .or_else(|| differs("preset", &plan.preset, &other_plan.preset))
        .or_else(|| differs("workers", &plan.workers, &other_plan.workers))
        .or_else(|| differs("latency_workers", &plan.latency_workers, &other_plan.latency_workers))
        .or_else(|| differs("queue", &plan.queue, &other_plan.queue))
        .or_else(|| differs("linger_us", &plan.linger_us, &other_plan.linger_us))
        .or_else(|| differs("pinned", &plan.pinned, &other_plan.pinned))
        .or_else(|| {
            let (old, new) = (plan.rounds_per_micro, other_plan.rounds_per_micro);
            (!same_speed(old, new)).then(|| said("rounds_per_micro", &old, &new))
        })
        .or_else(|| blocks(old, new))
}

/// The first cell of both of which a process has another number of blocks.
fn blocks(old: &RunFile, new: &RunFile) -> Option<String> {
    let plans = &new.configuration.cells;
    old.configuration.cells.iter().find_map(|plan| {
        let other = plans.iter().find(|it| it.cell == plan.cell)?;
        differs(&format!("blocks of {}", plan.cell), &plan.blocks, &other.blocks)
    })
}

fn differs<T: PartialEq + Debug>(name: &str, old: &T, new: &T) -> Option<String> {
    (old != new).then(|| said(name, old, new))
}

fn said<T: Debug>(name: &str, old: &T, new: &T) -> String {
    format!("{name} was {old:?} and is {new:?}")
}

/// What two runs were built with and from, where it differs: what one compares them for.
pub(super) fn versions(old: &RunFile, new: &RunFile) -> Vec<String> {
    let (old, new) = (&old.environment, &new.environment);
    let text =
        |name: &str, old: &str, new: &str| (old != new).then(|| format!("{name}: {old} -> {new}"));
    let commit = |environment: &pool_measure::environment::Environment| {
        environment.commit.as_ref().map_or_else(
            || "unknown".to_owned(),
            |it| format!("{}{}", it.id, if it.changed { " with changes" } else { "" }),
        )
    };
    let unknown = "none".to_owned();
    let kernel = |it: &Option<String>| it.clone().unwrap_or_else(|| "unknown".to_owned());
    let names = old.libraries.keys().chain(new.libraries.keys());
    let names: std::collections::BTreeSet<_> = names.collect();
    let library = |name: &String| {
        let version = |of: &std::collections::BTreeMap<String, String>| {
            of.get(name).unwrap_or(&unknown).clone()
        };
        text(name, &version(&old.libraries), &version(&new.libraries))
    };
    let single = [
        text("compiler", &old.compiler, &new.compiler),
        text("profile", &old.profile, &new.profile),
        text("allocator", &old.allocator, &new.allocator),
        text("kernel", &kernel(&old.kernel), &kernel(&new.kernel)),
        text("source", &commit(old), &commit(new)),
    ];
    single.into_iter().flatten().chain(names.into_iter().filter_map(library)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture;

    fn changed(change: impl FnOnce(&mut RunFile)) -> Option<String> {
        let mut file = fixture::run_file();
        change(&mut file);
        difference(&fixture::run_file(), &file)
    }

    #[test]
    fn runs_of_other_source_and_compiler_are_compared() {
        let other = |file: &mut RunFile| {
            file.environment.compiler = "rustc 2.0.0".to_owned();
            file.environment.commit = None;
            file.configuration.rounds_per_micro *= 1.04;
        };
        assert_eq!(changed(other), None);
    }

    #[test]
    fn runs_of_a_machine_that_was_set_otherwise_are_not() {
        let governor = changed(|file| file.environment.governor = Some("powersave".to_owned()));
        assert!(governor.unwrap().starts_with("governor was "));
        let turbo = changed(|file| file.environment.turbo = Some(true));
        assert!(turbo.unwrap().starts_with("turbo was "));
        let quota = changed(|file| file.environment.cpu_quota = Some(1.5));
        assert_eq!(quota.unwrap(), "cpu_quota was None and is Some(1.5)");
        let speed = changed(|file| file.configuration.rounds_per_micro *= 1.06);
        assert!(speed.unwrap().starts_with("rounds_per_micro was "));
    }
}
