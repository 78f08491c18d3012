//! What two runs were built with and from.

use std::collections::{BTreeMap, BTreeSet};

use pool_measure::environment::Environment;

/// Where that differs: what one compares them for.
pub(super) fn versions(old: &Environment, new: &Environment) -> Vec<String> {
    let unknown = || "not known".to_owned();
    let commit = |of: &Environment| {
        of.commit.as_ref().map_or_else(unknown, |it| {
            format!("{}{}", it.id, if it.changed { " with changes" } else { "" })
        })
    };
    let facts = |of: &Environment| {
        let mut facts = BTreeMap::from([
            ("compiler".to_owned(), of.compiler.clone()),
            ("profile".to_owned(), of.profile.clone()),
            ("allocator".to_owned(), of.allocator.clone()),
            ("kernel".to_owned(), of.kernel.clone().unwrap_or_else(unknown)),
            ("source".to_owned(), commit(of)),
        ]);
        facts.extend(of.libraries.clone());
        facts
    };
    let (old, new) = (facts(old), facts(new));
    let names: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let changed = names.into_iter().filter(|name| old.get(*name) != new.get(*name));
    let none = "none".to_owned();
    let version = |of: &BTreeMap<String, String>, name| of.get(name).unwrap_or(&none).clone();
    changed
        .map(|name| format!("{name}: {} -> {}", version(&old, name), version(&new, name)))
        .collect()
}
