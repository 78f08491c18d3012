//! What the guide says is so, where its code is not run with the documentation.

use pool_conformance::CASES;

const GUIDE: &str = include_str!("../README.md");

#[test]
fn every_case_that_the_guide_names_is_in_the_suite() {
    let names: Vec<_> = GUIDE
        .split('`')
        .filter_map(|quoted| quoted.split_once("::"))
        .filter(|(group, _)| CASES.iter().any(|case| case.group == *group))
        .collect();
    assert!(names.len() >= 8, "only {names:?}");
    for (group, name) in names {
        assert!(
            CASES.iter().any(|case| (case.group, case.name) == (group, name)),
            "the guide names {group}::{name}, which is no case"
        );
    }
}

/// The macros make hundreds of tests, which the documentation's need not compile once more.
#[test]
fn the_lines_for_the_suite_are_those_of_this_crate() {
    for test in [include_str!("conformance.rs"), include_str!("async_conformance.rs")] {
        let line = test.lines().last().unwrap();
        assert!(GUIDE.lines().any(|it| it == line), "the guide does not say {line}");
    }
}
