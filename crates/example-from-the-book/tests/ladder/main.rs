//! Holds every step to the suite: `src/cases.txt` says from which step on each case passes.
//!
//! A test is named `step::group::case`. Those of the steps before are ignored; but each case is run
//! at the last step before its own, and has to fail there.
//!
//! ```sh
//! cargo test -p example-from-the-book                                    # everything
//! cargo test -p example-from-the-book -- --include-ignored runs_one_job  # one case, at every step
//! ```

mod cases;
mod guide;

use std::{panic, process::ExitCode};

use libtest_mimic::{Arguments, Failed, Trial};
use pool_conformance::{CASES, Case, PROOFS, Proof, alone};

use self::cases::{STEPS, Step, first_step, last_to_fail};

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert_with(alone::at_a_time);
    if !arguments.nocapture {
        // Handlers panic by the thousand, and how a case failed is said at its end.
        panic::set_hook(Box::new(|_| {}));
    }
    alone::begin();
    // The last step is held to the suite with the other native pools.
    let steps = (1..).zip(STEPS).take(STEPS.len() - 1);
    let trials = steps.flat_map(|step| CASES.iter().zip(PROOFS).map(move |case| trial(step, case)));
    let mut trials: Vec<_> = trials.collect();
    trials.push(Trial::test("every_case_fails_before_its_step", every_case_fails));
    trials.push(Trial::test("the_list_has_every_case", cases::check));
    trials.push(Trial::test("the_guide_is_up_to_date", guide::check));
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A case at a step; ignored if it does not pass yet.
fn trial((number, step): (usize, &'static Step), (case, proof): (&'static Case, &Proof)) -> Trial {
    let passes = first_step(proof).is_some_and(|first| first <= number);
    let run = move || {
        let outcome = step.subject.try_case(case, alone::patience());
        outcome.map_err(|error| error.to_string().into())
    };
    Trial::test(step.test(proof), run).with_ignored_flag(!passes)
}

/// Each case at the step before its own: if it passes there, the list is wrong.
fn every_case_fails() -> Result<(), Failed> {
    let names = PROOFS.iter().filter_map(|proof| Some(last_to_fail(proof)?.test(proof)));
    let passed = alone::those_that_pass(names.collect());
    if passed.is_empty() {
        return Ok(());
    }
    Err(format!("src/cases.txt has these one step too late, for they pass: {passed:#?}").into())
}
