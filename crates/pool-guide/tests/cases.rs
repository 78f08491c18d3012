//! What the guide for Go programmers says is proved has to be a case.

use std::collections::BTreeSet;

use pool_conformance::CASES;

const GUIDE: &str = include_str!("../from-go.md");

/// A case's name is a sentence, so it has several underscores; nothing else in the guide has.
fn names() -> BTreeSet<&'static str> {
    let spans = GUIDE.split('`').filter(|span| span.matches('_').count() >= 3);
    let is_name = |span: &&str| span.chars().all(|it| it == '_' || it.is_ascii_alphanumeric());
    spans.filter(is_name).collect()
}

#[test]
fn every_case_that_the_guide_names_is_in_the_suite() {
    let cases: BTreeSet<_> = CASES.iter().map(|case| case.name).collect();
    let unknown: Vec<_> = names().into_iter().filter(|name| !cases.contains(name)).collect();
    assert!(unknown.is_empty(), "not in the suite: {unknown:?}");
    assert!(names().len() >= 20, "{:?}", names());
}
