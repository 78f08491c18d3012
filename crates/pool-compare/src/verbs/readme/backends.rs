//! What backends can, pull in and consist of.

use pool_measure::{dependencies::packages, entry::BackendEntry};

use super::{
    expression::{Expression, Made, Refusal},
    lines::Lines,
    scope::Scope,
};
use crate::{tables::list, verbs::pick::Need};

pub(super) const EXPRESSIONS: [Expression; 3] = [
    Expression::words(
        ["need", "CAPABILITY"],
        "who has what pick takes for --need: \"flume and tokio\"",
        need,
    ),
    Expression::words(["packages", "BACKEND"], "how many it pulls in", pulled_in),
    Expression::words(
        ["lines", "BACKEND [FILE]"],
        "of code, in the files that all have; or in one that it has besides",
        lines,
    ),
];

/// Those that have what somebody needs.
fn need(scope: &Scope<'_>, words: &[&str]) -> Made {
    let [name] = words else { return Err(Refusal::Words) };
    let need: Need =
        name.parse().map_err(|there_are| format!("unknown need {name:?}: {there_are}"))?;
    let has = |it: &&BackendEntry| need.is_met(it.capabilities, packages(it.package));
    let names: Vec<_> = scope.backends.iter().filter(has).map(BackendEntry::name).collect();
    if names.is_empty() {
        return Err(format!("no backend has {name}").into());
    }
    Ok(list(&names))
}

/// How many packages it pulls in.
fn pulled_in(scope: &Scope<'_>, words: &[&str]) -> Made {
    let [name] = words else { return Err(Refusal::Words) };
    let package = scope.backend(name)?.package;
    let count = packages(package).ok_or_else(|| format!("what {package} pulls in is not known"))?;
    Ok(count.to_string())
}

/// Its lines of code: those of the files that all backends have, or of one that they have not.
fn lines(scope: &Scope<'_>, words: &[&str]) -> Made {
    let (name, file) = match words {
        [name] => (name, None),
        [name, file] => (name, Some(*file)),
        _ => return Err(Refusal::Words),
    };
    let lines = lines_of(scope, scope.backend(name)?)?;
    let Some(file) = file else { return Ok(lines.common.to_string()) };
    let found = lines.others.iter().find(|(name, _)| name == file);
    let count = found.map(|(_, count)| count.to_string());
    Ok(count.ok_or_else(|| {
        let others: Vec<_> = lines.others.iter().map(|(name, _)| name).collect();
        format!("{name} has no file {file:?} beside those that all have; it has {}", list(&others))
    })?)
}

pub(super) fn lines_of(scope: &Scope<'_>, backend: &BackendEntry) -> Result<Lines, Refusal> {
    let sources = sources(backend);
    Lines::of(&scope.root.join(&sources)).map_err(|error| format!("{sources}: {error}").into())
}

/// Where the source of a backend is.
fn sources(backend: &BackendEntry) -> String {
    format!("crates/{}/src", backend.package)
}

#[cfg(test)]
mod tests {
    use crate::verbs::readme::{expression::make, passage::Place, scope::tests::without_run};

    fn made(expression: &str) -> Result<String, String> {
        make(&without_run(), expression, &Place::Inline)
    }

    #[test]
    fn those_that_have_a_capability_are_named() {
        assert_eq!(made("need async-submit").unwrap(), "flume and tokio");
        assert_eq!(made("need fork").unwrap(), "rayon");
        assert_eq!(made("need std-only").unwrap(), "std");
        assert!(made("need magic").unwrap_err().contains("async-submit"));
    }

    #[test]
    fn packages_are_counted() {
        assert_eq!(made("packages std").unwrap(), "0");
        assert!(made("packages kanal").unwrap_err().starts_with("unknown backend \"kanal\""));
    }

    #[test]
    fn the_code_of_a_backend_is_counted_and_what_only_it_has_apart() {
        let lines = |expression| made(expression).unwrap().parse::<usize>().unwrap();
        assert!(lines("lines tokio") > lines("lines tokio async_lane.rs"));
        assert!(lines("lines std") > 50);
        assert!(made("lines tokio pool.rs").unwrap_err().contains("it has async_lane.rs"));
    }
}
