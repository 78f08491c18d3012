//! The list of cases against the contract: which laws it has, and which are proved.

use std::collections::BTreeSet;

use pool_conformance::{PROOFS, async_cases};

/// The numbers of the laws, as they stand in the documentation of the `Pool` trait.
fn laws() -> Vec<u8> {
    let source = include_str!("../../pool/src/pool.rs");
    let (_, contract) = source.split_once("/// # Contract").expect("a contract");
    let (contract, _) = contract.split_once("/// # ").expect("a section after it");
    let number = |line: &str| line.strip_prefix("/// ")?.split_once(". **")?.0.parse().ok();
    contract.lines().filter_map(number).collect()
}

#[test]
fn the_laws_are_numbered_without_gaps() {
    let laws = laws();
    assert!(laws.len() >= 20, "only {laws:?}");
    assert!(laws.iter().copied().eq(1..=u8::try_from(laws.len()).unwrap()), "{laws:?}");
}

#[test]
fn every_law_is_proved_by_a_case() {
    let proved: BTreeSet<_> = PROOFS.iter().flat_map(|proof| proof.laws).copied().collect();
    let unproved: Vec<_> = laws().into_iter().filter(|law| !proved.contains(law)).collect();
    assert!(unproved.is_empty(), "no case proves these laws: {unproved:?}");
}

/// The laws 7, 13 and 14 are what the managed pools add; of every other, a part is the core.
#[test]
fn the_core_is_every_law_but_three() {
    let core = |law: &u8| PROOFS.iter().any(|proof| proof.core && proof.laws.contains(law));
    let others: Vec<_> = laws().into_iter().filter(|law| !core(law)).collect();
    assert_eq!(others, [7, 13, 14]);
}

#[test]
fn every_case_proves_laws_that_there_are() {
    let laws = laws();
    for proof in PROOFS.iter().chain(async_cases::PROOFS) {
        assert!(!proof.laws.is_empty(), "what does it prove? {proof:?}");
        assert!(proof.laws.iter().all(|law| laws.contains(law)), "there is no such law: {proof:?}");
        assert!(proof.laws.is_sorted_by(|one, next| one < next), "to be in order: {proof:?}");
    }
}
