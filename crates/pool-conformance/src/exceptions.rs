//! What a native pool does not keep, case by case.

use std::{collections::BTreeSet, error, fmt};

use crate::{PROOFS, Proof, case_list::BEYOND_THE_CORE};

/// The cases that a native pool fails, each with the reason.
///
/// A native pool is written with its library alone, and gives what that library gives. The list
/// stands in a file next to it, one case a line, and is exact both ways: every case in it fails,
/// every other passes.
///
/// ```
/// use pool_conformance::Exceptions;
///
/// let list = "panics::a_job_whose_drop_panics_is_contained: no job is dropped under a guard";
/// let exceptions = Exceptions::parse(list).unwrap();
/// let (kept, of) = exceptions.kept(9);
/// assert_eq!(of - kept, 1);
/// ```
#[derive(Clone, Debug)]
pub struct Exceptions(Vec<Exception>);

/// A case that a native pool fails.
#[derive(Clone, Copy, Debug)]
pub struct Exception {
    /// The case.
    pub proof: &'static Proof,
    /// Why: what the library lacks, and what one would have to write.
    pub reason: &'static str,
}

impl Exceptions {
    /// Reads a list: `group::case: reason`, one a line. Empty lines, and those that begin with
    /// `#`, say nothing.
    ///
    /// # Errors
    ///
    /// If a line is none of these, names no case of the suite, or names one a second time.
    pub fn parse(list: &'static str) -> Result<Self, ListError> {
        let mut exceptions = Vec::new();
        let mut names = BTreeSet::new();
        for (line, text) in (1..).zip(list.lines()) {
            if text.trim().is_empty() || text.starts_with('#') {
                continue;
            }
            let error = |problem| ListError { line, text: text.to_owned(), problem };
            let (name, reason) = text.split_once(": ").ok_or_else(|| error(Problem::Form))?;
            let (group, case) = name.split_once("::").ok_or_else(|| error(Problem::Form))?;
            let proof = Proof::of(group, case).ok_or_else(|| error(Problem::Unknown))?;
            if !names.insert(name) {
                return Err(error(Problem::Duplicate));
            }
            exceptions.push(Exception { proof, reason: reason.trim() });
        }
        Ok(Self(exceptions))
    }

    /// The exceptions, in the order of the list.
    pub fn iter(&self) -> impl Iterator<Item = Exception> {
        self.0.iter().copied()
    }

    /// Whether the pool fails the case `group::name`.
    pub fn contains(&self, group: &str, name: &str) -> bool {
        self.0.iter().any(|it| (it.proof.group, it.proof.name) == (group, name))
    }

    /// Of the cases that count for `law`, how many the pool passes, and how many there are.
    ///
    /// A case counts for the laws that it proves; if one of the laws beyond the
    /// [core](Proof::core) is among them, for that alone. So a pool that does not cancel queued
    /// jobs at once does not look as if it lost some.
    pub fn kept(&self, law: u8) -> (usize, usize) {
        let counts = |proof: &Proof| {
            let beyond = |law: &u8| BEYOND_THE_CORE.contains(law);
            proof.laws.contains(&law) && (beyond(&law) || !proof.laws.iter().any(beyond))
        };
        let of = PROOFS.iter().filter(|proof| counts(proof)).count();
        (of - self.0.iter().filter(|it| counts(it.proof)).count(), of)
    }
}

/// A list of exceptions that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListError {
    line: usize,
    text: String,
    problem: Problem,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Problem {
    Form,
    Unknown,
    Duplicate,
}

impl fmt::Display for ListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problem = match self.problem {
            Problem::Form => "expected `group::case: reason`",
            Problem::Unknown => "the suite has no such case",
            Problem::Duplicate => "the case is in the list already",
        };
        write!(f, "line {}: {problem}, at `{}`", self.line, self.text)
    }
}

impl error::Error for ListError {}

#[cfg(test)]
mod tests {
    use super::*;

    const CASE: &str = "lifecycle::runs_one_job: it does not";

    #[test]
    fn a_list_has_its_cases_and_their_reasons() {
        let list = Exceptions::parse("# head\n\nlifecycle::runs_one_job: it does not: at all\n");
        let list: Vec<_> = list.unwrap().iter().collect();
        assert_eq!((list[0].proof.name, list[0].reason), ("runs_one_job", "it does not: at all"));
        assert_eq!(list.len(), 1);
    }

    #[test]
    fn a_law_that_is_kept_less_says_by_how_much() {
        let (none, one) = (Exceptions::parse("").unwrap(), Exceptions::parse(CASE).unwrap());
        let (all, of) = none.kept(1);
        assert_eq!((all, one.kept(1)), (of, (of - 1, of)));
        assert_eq!(one.kept(20), none.kept(20));

        let list = "order::jobs_behind_cancelled_ones_keep_their_order: of the laws 4 and 13";
        let one = Exceptions::parse(list).unwrap();
        assert_eq!(one.kept(4), none.kept(4));
        assert_ne!(one.kept(13), none.kept(13));
    }

    #[test]
    fn a_list_that_is_wrong_says_where() {
        for (list, expected) in [
            ("lifecycle::runs_one_job", "expected `group::case: reason`"),
            ("runs_one_job: why", "expected `group::case: reason`"),
            ("lifecycle::runs_two_jobs: why", "the suite has no such case"),
            (
                "lifecycle::runs_one_job: a\nlifecycle::runs_one_job: b",
                "the case is in the list already",
            ),
        ] {
            let error = Exceptions::parse(list).unwrap_err().to_string();
            let (line, text) = (list.lines().count(), list.lines().last().unwrap());
            assert_eq!(error, format!("line {line}: {expected}, at `{text}`"));
        }
    }
}
