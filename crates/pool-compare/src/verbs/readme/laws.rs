//! The laws of the contract, each with the cases that prove it.

use std::fs;

use pool_conformance::{PROOFS, Proof, async_cases};

use super::{
    expression::{Expression, Made, Refusal, nothing},
    scope::Scope,
};

pub(super) const EXPRESSIONS: [Expression; 2] = [
    Expression::words(["count", "laws|cases|backends"], "how many there are: \"20\"", amount),
    Expression::block(
        ["laws", ""],
        "the laws of the contract, and the cases that prove each",
        laws,
    ),
];

/// Where the contract is written.
const CONTRACT: &str = "crates/pool/src/pool.rs";

/// Where the suite is.
const SUITE: &str = "crates/pool-conformance/src";

/// A law, as it is written.
#[derive(Debug, PartialEq, Eq)]
struct Law {
    number: u8,
    title: String,
    /// What it says, without its title if that is a sentence of its own.
    text: String,
}

fn amount(scope: &Scope<'_>, words: &[&str]) -> Made {
    let count = match words {
        ["laws"] => contract(scope)?.len(),
        ["cases"] => PROOFS.len(),
        ["backends"] => scope.backends.len(),
        _ => return Err(Refusal::Words),
    };
    Ok(count.to_string())
}

fn laws(scope: &Scope<'_>, words: &[&str]) -> Made {
    nothing(words)?;
    let proved = |law| proved(scope, &law);
    let laws: Vec<_> = contract(scope)?.into_iter().map(proved).collect::<Result<_, _>>()?;
    Ok(laws.join("\n\n"))
}

/// A law, and the cases that prove it under their groups.
fn proved(scope: &Scope<'_>, law: &Law) -> Made {
    let Law { number, title, text } = law;
    let proofs: Vec<_> = PROOFS
        .iter()
        .chain(async_cases::PROOFS)
        .filter(|proof| proof.laws.contains(number))
        .collect();
    if proofs.is_empty() {
        return Err(format!("no case proves law {number}").into());
    }
    let mut lines = Vec::new();
    for of_group in proofs.chunk_by(|a, b| a.group == b.group) {
        lines.push(format!("- [`{}`]({})", of_group[0].group, source(scope, of_group[0])?));
        lines.extend(of_group.iter().map(|proof| format!("  - `{}`", proof.name)));
    }
    let parts = [format!("### {number}. {title}"), text.clone(), lines.join("\n")];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Ok(parts.join("\n\n"))
}

/// A link to the source of a case: a file, or the first of a directory.
fn source(scope: &Scope<'_>, proof: &Proof) -> Made {
    let group = proof.group;
    let places = ["{}.rs", "cases/{}.rs", "cases/{}/mod.rs"];
    let paths = places.map(|place| format!("{SUITE}/{}", place.replace("{}", group)));
    let found = paths.iter().find(|path| scope.root.join(path).is_file());
    scope.link(found.unwrap_or(&paths[1]))
}

fn contract(scope: &Scope<'_>) -> Result<Vec<Law>, Refusal> {
    let text = fs::read_to_string(scope.root.join(CONTRACT));
    let text = text.map_err(|error| format!("{CONTRACT}: {error}"))?;
    parse(&text).ok_or_else(|| {
        format!("{CONTRACT}: under `# Contract`, no list of laws from `1. **TITLE**` on").into()
    })
}

/// The laws under `# Contract` in the documentation of the trait, numbered from 1 on.
fn parse(source: &str) -> Option<Vec<Law>> {
    let docs = source.lines().map(|line| line.trim_start().strip_prefix("///").map(str::trim));
    let section = docs.skip_while(|line| *line != Some("# Contract")).skip(1);
    let section = section.map_while(|line| line.filter(|text| !text.starts_with("# ")));
    let mut items: Vec<String> = Vec::new();
    for line in section {
        let next = format!("{}. ", items.len() + 1);
        match (line.strip_prefix(&next), items.last_mut()) {
            (Some(first), _) => items.push(first.to_owned()),
            (None, Some(_)) if line.is_empty() => break,
            (None, Some(item)) => {
                item.push('\n');
                item.push_str(line);
            }
            (None, None) => {}
        }
    }
    let laws = (1..).zip(&items).map(|(number, item)| law(number, item));
    laws.collect::<Option<Vec<_>>>().filter(|laws| !laws.is_empty())
}

fn law(number: u8, item: &str) -> Option<Law> {
    let (title, rest) = item.strip_prefix("**")?.split_once("**")?;
    let text = if title.ends_with('.') { rest.trim_start() } else { item };
    let title = title.trim_end_matches('.').replace('\n', " ");
    Some(Law { number, title, text: unlinked(text) })
}

/// The text without its links to items, which lead nowhere from another page.
fn unlinked(text: &str) -> String {
    let mut unlinked = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("](") {
        let (Some((before, shown)), Some((target, after))) =
            (before.rsplit_once('['), after.split_once(')'))
        else {
            break;
        };
        unlinked.push_str(before);
        if target.contains("::") {
            unlinked.push_str(shown);
        } else {
            unlinked.extend(["[", shown, "](", target, ")"]);
        }
        rest = after;
    }
    unlinked + rest
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::verbs::readme::{expression::make, passage::Place, scope::tests::without_run};

    #[test]
    fn a_law_has_a_number_a_title_and_a_text() {
        let source = "\
//! Docs.
/// 1. **Not this.**
///
/// # Contract
///
/// These:
///
/// 1. **First.** Of [`Case`](crate::Case)
///    and [more](https://example.org).
/// 2. **Alone.**
/// 3. **Close** lets
///    [`stop`](Self::stop) wait.
///
/// # Blocking
///
/// 4. **Not this.**
pub trait Pool {}
";
        let law = |number, title: &str, text: &str| Law {
            number,
            title: title.to_owned(),
            text: text.to_owned(),
        };
        let expected = [
            law(1, "First", "Of `Case`\nand [more](https://example.org)."),
            law(2, "Alone", ""),
            law(3, "Close", "**Close** lets\n`stop` wait."),
        ];
        assert_eq!(parse(source).unwrap(), expected);
        assert_eq!(parse("/// # Contract\n///\n/// None.\n"), None);
        assert_eq!(parse("/// # Contract\n///\n/// 1. No title.\n"), None);
    }

    #[test]
    fn every_law_has_the_cases_that_prove_it() {
        let scope = Scope { page: Path::new("crates/pool-guide/laws.md"), ..without_run() };
        let laws = make(&scope, "laws", &Place::Block(String::new())).unwrap();
        assert!(laws.starts_with("### 1. Conservation\n\nEvery accepted job"), "{laws}");
        let case =
            "- [`order`](../pool-conformance/src/cases/order.rs)\n  - `one_worker_is_first_in";
        assert!(laws.contains(case), "{laws}");
        for path in ["cases/regressions/mod.rs)", "src/async_cases.rs)", "cases/model/mod.rs)"] {
            assert!(laws.contains(path), "{path} in {laws}");
        }
        assert!(!laws.contains("::"), "{laws}");
    }

    #[test]
    fn laws_and_cases_are_counted() {
        let made = |expression| make(&without_run(), expression, &Place::Inline).unwrap();
        assert_eq!(made("count laws"), "20");
        assert_eq!(made("count backends"), "5");
        assert!(made("count cases").parse::<usize>().unwrap() > 200);
    }
}
