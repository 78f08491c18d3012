//! The steps, and which cases of the suite they pass.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    sync::LazyLock,
};

use example_from_the_book::{
    step_01_the_book, step_02_contain_panics, step_03_send_values, step_04_start_all_or_none,
    step_05_close_without_waiting, step_06_count, step_07_bound_the_queue, step_08_stop,
    step_09_join_with_a_timeout, step_10_cancel, step_11_bound_the_results,
};
use libtest_mimic::Failed;
use pool_conformance::{Exceptions, PROOFS, Proof, Subject, alone};

/// A step: a whole pool.
pub(crate) struct Step {
    /// The module, and the name of its file.
    pub(crate) module: &'static str,
    pub(crate) subject: Subject,
}

macro_rules! steps {
    ($($module:ident,)+) => {
        &[$(Step { module: stringify!($module), subject: Subject::of::<$module::Native>() },)+]
    };
}

/// The first step is the first.
pub(crate) static STEPS: &[Step] = steps![
    step_01_the_book,
    step_02_contain_panics,
    step_03_send_values,
    step_04_start_all_or_none,
    step_05_close_without_waiting,
    step_06_count,
    step_07_bound_the_queue,
    step_08_stop,
    step_09_join_with_a_timeout,
    step_10_cancel,
    step_11_bound_the_results,
];

impl Step {
    /// The test of a case at this step.
    pub(crate) fn test(&self, proof: &Proof) -> String {
        format!("{}::{}", &self.module[..7], name(proof))
    }
}

/// `group::case`.
pub(crate) fn name(proof: &Proof) -> String {
    format!("{}::{}", proof.group, proof.name)
}

/// The cases, each under the step from which on it passes. Some that need a race to be lost pass at
/// the step before, too, by luck, and say so.
const LIST: &str = include_str!("../../src/cases.txt");
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/cases.txt");
const LUCKY: &str = ": by luck before";

/// What `pool-std`'s native pool does not pass.
const NEVER: &str = include_str!("../../../pool-std/src/native-exceptions.txt");

/// When a case passes.
#[derive(Debug, PartialEq)]
struct Passes {
    /// The number of the first step from which on it does.
    from: usize,
    by_luck_before: bool,
}

static PASSES: LazyLock<BTreeMap<&str, Passes>> = LazyLock::new(|| {
    let mut from = 0;
    let mut passes = BTreeMap::new();
    for line in LIST.lines().filter(|line| !line.is_empty()) {
        match line.strip_prefix("# From step ").and_then(|line| line.strip_suffix(" on")) {
            Some(step) => from = step.parse().expect("the number of a step"),
            None => {
                let case = line.trim_end_matches(LUCKY);
                let before = passes.insert(case, Passes { from, by_luck_before: case != line });
                assert_eq!(before, None, "{case} is there twice");
            }
        }
    }
    passes
});

/// The number of the step from which on the case passes; `None` if even the last does not.
pub(crate) fn first_step(proof: &Proof) -> Option<usize> {
    PASSES.get(name(proof).as_str()).map(|passes| passes.from)
}

/// The last step that does not pass the case; `None` if there is none, or it may by luck.
pub(crate) fn last_to_fail(proof: &Proof) -> Option<&'static Step> {
    let Passes { from, by_luck_before } = PASSES.get(name(proof).as_str())?;
    if *by_luck_before { None } else { STEPS.get(from.checked_sub(2)?) }
}

/// What the step of this number does not pass.
pub(crate) fn exceptions(number: usize) -> Exceptions {
    let later = |proof: &&Proof| first_step(proof).is_none_or(|first| first > number);
    let list = PROOFS.iter().filter(later).map(|proof| name(proof) + ": later\n");
    Exceptions::parse(list.collect::<String>().leak()).expect("it is made of cases")
}

/// Every case of the suite is in the list, but for the exceptions of the last step. Compares, or
/// writes the list with what is missing.
pub(crate) fn check() -> Result<(), Failed> {
    let never = Exceptions::parse(NEVER)?;
    let passes = |proof: &&Proof| !never.contains(proof.group, proof.name);
    let missing = PROOFS.iter().filter(passes).filter(|proof| first_step(proof).is_none());
    let missing: Vec<_> = missing.collect();
    let known: BTreeSet<_> = PROOFS.iter().filter(passes).map(name).collect();
    let excess: Vec<_> = PASSES.keys().filter(|case| !known.contains(**case)).collect();
    if missing.is_empty() && excess.is_empty() {
        return Ok(());
    }
    if env::var_os("UPDATE_GUIDE").is_some() {
        return Ok(fs::write(FILE, list(&find(&missing)))?);
    }
    let missing: Vec<_> = missing.into_iter().map(name).collect();
    Err(format!(
        "src/cases.txt lacks {missing:#?}, and has {excess:#?}, which are no cases or fail at the \
         last step, too: UPDATE_GUIDE=1 cargo test -p example-from-the-book the_list"
    )
    .into())
}

/// Runs cases at every step, and says from which on they pass.
fn find(cases: &[&Proof]) -> BTreeMap<String, usize> {
    // The last step passes what it does not except.
    let steps = &STEPS[..STEPS.len() - 1];
    let tests = cases.iter().flat_map(|proof| steps.iter().map(|step| step.test(proof)));
    let passed = alone::those_that_pass(tests.collect());
    let from = |proof: &Proof| {
        let fails = |step: &Step| !passed.contains(&step.test(proof));
        steps.iter().rposition(fails).map_or(1, |last_to_fail| last_to_fail + 2)
    };
    cases.iter().map(|proof| (name(proof), from(proof))).collect()
}

/// The text of the list, with the cases found.
fn list(found: &BTreeMap<String, usize>) -> String {
    let first = |proof: &Proof| first_step(proof).or_else(|| found.get(&name(proof)).copied());
    let section = |number: usize| {
        let cases = PROOFS.iter().filter(|proof| first(proof) == Some(number)).map(|proof| {
            let lucky = PASSES.get(&*name(proof)).is_some_and(|passes| passes.by_luck_before);
            format!("{}{}\n", name(proof), if lucky { LUCKY } else { "" })
        });
        format!("# From step {number} on\n{}", cases.collect::<String>())
    };
    (1..=STEPS.len()).map(section).collect::<Vec<_>>().join("\n")
}
