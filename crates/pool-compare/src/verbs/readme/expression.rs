//! What a passage may ask for: the families of expressions, and how one is read.

use super::{
    backends, capabilities, excerpt, figures, laws, passage::Place, picture, run, scope::Scope,
    table,
};
use crate::tables::list;

/// Something that a passage may ask for, by its first word.
#[derive(Debug)]
pub(super) struct Expression {
    pub(super) name: &'static str,
    /// What is written behind the name.
    pub(super) takes: &'static str,
    /// What it makes, in a few words.
    pub(super) says: &'static str,
    pub(super) form: Form,
    /// Makes the text, given the words behind the name.
    pub(super) make: Make,
}

pub(super) type Make = fn(&Scope<'_>, &[&str]) -> Made;
pub(super) type Made = Result<String, Refusal>;

impl Expression {
    pub(super) const fn words(
        [name, takes]: [&'static str; 2],
        says: &'static str,
        make: Make,
    ) -> Self {
        Self { name, takes, says, form: Form::Words, make }
    }

    pub(super) const fn block(
        [name, takes]: [&'static str; 2],
        says: &'static str,
        make: Make,
    ) -> Self {
        Self { name, takes, says, form: Form::Block, make }
    }
}

/// Where the text may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// In a sentence or a cell, or on a line of its own.
    Words,
    /// Only on lines of its own.
    Block,
}

/// Why a text cannot be made.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The words behind the name are not those that it takes.
    Words,
    /// What they ask for is not there, or not to be told.
    Because(String),
}

impl<S: Into<String>> From<S> for Refusal {
    fn from(problem: S) -> Self {
        Self::Because(problem.into())
    }
}

/// The families, in the order in which the help tells of them.
const FAMILIES: [&[Expression]; 8] = [
    &figures::EXPRESSIONS,
    &run::EXPRESSIONS,
    &backends::EXPRESSIONS,
    &table::EXPRESSIONS,
    &capabilities::EXPRESSIONS,
    &picture::EXPRESSIONS,
    &excerpt::EXPRESSIONS,
    &laws::EXPRESSIONS,
];

/// Everything that a passage may ask for.
pub(super) fn all() -> impl Iterator<Item = &'static Expression> {
    FAMILIES.into_iter().flatten()
}

/// What a passage is to say at its place.
pub(super) fn make(scope: &Scope<'_>, expression: &str, place: &Place) -> Result<String, String> {
    let words = words(expression)?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let there_are = || list(&all().map(|it| it.name).collect::<Vec<_>>());
    let Some((name, behind)) = words.split_first() else {
        return Err(format!("a passage says what it is to have; there are {}", there_are()));
    };
    let Some(found) = all().find(|it| it.name == *name) else {
        return Err(format!("unknown expression {name:?}; there are {}", there_are()));
    };
    if found.form == Form::Block && *place == Place::Inline {
        return Err(format!("`{name}` makes a block: put each comment on a line of its own"));
    }
    (found.make)(scope, behind).map_err(|refusal| match refusal {
        Refusal::Words if found.takes.is_empty() => format!("`{name}` takes no words behind it"),
        Refusal::Words => format!("`{name}` takes {}", found.takes),
        Refusal::Because(problem) => problem,
    })
}

/// Words separated by spaces; what is in quotation marks is one.
fn words(expression: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut rest = expression.trim_start();
    while !rest.is_empty() {
        let (word, after) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let (word, after) = quoted.split_once('"').ok_or("a quotation does not end")?;
                if !(after.is_empty() || after.starts_with(char::is_whitespace)) {
                    return Err(format!("behind the quotation {word:?} there is no space"));
                }
                (word, after)
            }
            None => rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len())),
        };
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    Ok(words)
}

/// So many words, and the key of a quantity if one more is there.
pub(super) fn with_quantity<'a, const N: usize>(
    words: &[&'a str],
) -> Result<([&'a str; N], Option<&'a str>), Refusal> {
    match words.split_first_chunk() {
        Some((first, [])) => Ok((*first, None)),
        Some((first, [key])) => Ok((*first, Some(key))),
        _ => Err(Refusal::Words),
    }
}

/// For what takes no words.
pub(super) fn nothing(words: &[&str]) -> Result<(), Refusal> {
    if words.is_empty() { Ok(()) } else { Err(Refusal::Words) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verbs::readme::scope::tests::{scope, without_run};

    fn refused(expression: &str) -> String {
        make(&scope(), expression, &Place::Inline).unwrap_err()
    }

    #[test]
    fn quotations_are_one_word() {
        let words = |text| words(text).unwrap();
        assert_eq!(words("code a/b.rs  \"fn recv\" x"), ["code", "a/b.rs", "fn recv", "x"]);
        assert_eq!(words(" \"\" "), [""]);
        assert!(words("").is_empty());
    }

    #[test]
    fn quotations_that_do_not_fit_are_told() {
        assert_eq!(words("code \"fn").unwrap_err(), "a quotation does not end");
        assert!(words("code \"fn\"x").unwrap_err().contains("no space"));
    }

    #[test]
    fn what_is_unknown_is_told_with_what_there_is() {
        let said = refused("bets throughput/empty");
        assert!(said.starts_with("unknown expression \"bets\"; there are best, last,"), "{said}");
        assert!(refused("").starts_with("a passage says what it is to have; there are best"));
    }

    #[test]
    fn what_it_takes_is_told_where_something_else_stands() {
        assert_eq!(refused("value"), "`value` takes CELL CONTENDER [QUANTITY]");
        assert_eq!(refused("floor now"), "`floor` takes no words behind it");
    }

    #[test]
    fn a_block_has_lines_of_its_own() {
        assert!(refused("table throughput").contains("line of its own"));
    }

    #[test]
    fn every_name_is_there_once() {
        let names: Vec<_> = all().map(|it| it.name).collect();
        assert!(names.iter().all(|name| names.iter().filter(|it| *it == name).count() == 1));
    }

    #[test]
    fn what_needs_a_run_says_how_to_name_one() {
        let said = make(&without_run(), "floor", &Place::Inline).unwrap_err();
        assert!(said.contains("<!-- run: MACHINE/RUN -->"), "{said}");
    }
}
