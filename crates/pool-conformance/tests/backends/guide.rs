//! What the guide says that each library gives by itself.
//!
//! `UPDATE_GUIDE=1 cargo test -p pool-conformance --test backends guide` writes it.

use std::{env, fmt::Write as _, fs, path::Path};

use libtest_mimic::Failed;
use pool_conformance::{Exceptions, PROOFS, Proof, async_cases};

use crate::list::BACKENDS;

/// What may have the passages, from the root of the repository.
const FILES: [&str; 2] = ["README.md", "crates/pool-guide/laws.md"];

/// The laws, for their titles.
const CONTRACT: &str = include_str!("../../../pool/src/pool.rs");

/// Compares the passages with the lists of exceptions, or writes them.
pub(crate) fn check() -> Result<(), Failed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let update = env::var_os("UPDATE_GUIDE").is_some();
    for file in FILES {
        let path = root.join(file);
        let text = fs::read_to_string(&path)?;
        let text = text.replace("\r\n", "\n");
        let spliced = splice(&text, "native pools: table", &table()?)?;
        let spliced = splice(&spliced, "native pools: exceptions", &reasons()?)?;
        let spliced = splice(&spliced, "laws: cases", &laws())?;
        if update {
            fs::write(&path, spliced)?;
        } else if spliced != text {
            return Err(format!(
                "{file} is out of date: \
                 UPDATE_GUIDE=1 cargo test -p pool-conformance --test backends guide"
            )
            .into());
        }
    }
    Ok(())
}

/// `text` with `passage` between `<!-- NAME -->` and `<!-- /NAME -->`, if it has these.
fn splice(text: &str, name: &str, passage: &str) -> Result<String, String> {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->\n"));
    let Some((before, rest)) = text.split_once(&begin) else { return Ok(text.to_owned()) };
    let (_, after) = rest.split_once(&end).ok_or_else(|| format!("{end:?} is missing"))?;
    Ok(format!("{before}{begin}\n{passage}\n{end}{after}"))
}

/// Laws by native pools: how many of the cases that prove the law each passes.
fn table() -> Result<String, String> {
    let natives = natives()?;
    let mut table = "| law |".to_owned();
    let mut rule = "|---|".to_owned();
    for (name, _) in &natives {
        _ = write!(table, " {name} |");
        rule += ":-:|";
    }
    _ = writeln!(table, "\n{rule}");
    for (law, title) in (1..).zip(titles()) {
        _ = write!(table, "| {law}. {title} |");
        for (_, exceptions) in &natives {
            _ = match exceptions.kept(law) {
                (kept, of) if kept == of => write!(table, " all {of} |"),
                (0, of) => write!(table, " none of {of} |"),
                (kept, of) => write!(table, " {kept} of {of} |"),
            };
        }
        table.push('\n');
    }
    for (title, counts) in [("all", (|_| true) as fn(&Proof) -> bool), ("core", |it| it.core)] {
        let of = PROOFS.iter().filter(|proof| counts(proof)).count();
        _ = write!(table, "| {title} |");
        for (_, exceptions) in &natives {
            let kept = of - exceptions.iter().filter(|it| counts(it.proof)).count();
            _ = write!(table, " {kept} of {of} |");
        }
        table.push('\n');
    }
    Ok(table)
}

/// The cases that each native pool fails, with the reasons.
fn reasons() -> Result<String, String> {
    let mut text = String::new();
    for (name, exceptions) in natives()? {
        _ = writeln!(text, "**{name}** fails {} cases:\n", exceptions.iter().count());
        for exception in exceptions.iter() {
            let core = if exception.proof.core { " **(core)**" } else { "" };
            let (group, case) = (exception.proof.group, exception.proof.name);
            _ = writeln!(text, "- `{group}::{case}`{core}: {}", exception.reason);
        }
        text.push('\n');
    }
    Ok(text.trim_end().to_owned() + "\n")
}

/// The native pools by the names of their libraries.
fn natives() -> Result<Vec<(&'static str, Exceptions)>, String> {
    let natives = BACKENDS.iter().filter(|entry| entry.exceptions.is_some());
    let name = |name: &'static str| name.strip_suffix("-native").unwrap_or(name);
    natives.map(|entry| Ok((name(entry.subject.name()), entry.exceptions()?))).collect()
}

/// Each law with its text and its cases.
fn laws() -> String {
    let mut text = String::new();
    for (law, (title, says)) in (1..).zip(titles().into_iter().zip(texts())) {
        _ = write!(text, "### {law}. {title}\n\n{says}\n");
        let mut last = "";
        for proof in PROOFS.iter().chain(async_cases::PROOFS).filter(|it| it.laws.contains(&law)) {
            if proof.group != last {
                last = proof.group;
                _ = writeln!(text, "- [`{last}`](../pool-conformance/src/{})", file_of(last));
            }
            _ = writeln!(text, "  - `{}`", proof.name);
        }
        text.push('\n');
    }
    text.trim_end().to_owned() + "\n"
}

/// The file that has the cases of a group, in the sources of the suite.
fn file_of(group: &str) -> String {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let places =
        [format!("{group}.rs"), format!("cases/{group}.rs"), format!("cases/{group}/mod.rs")];
    places.into_iter().find(|place| sources.join(place).exists()).expect("a group is a module")
}

/// The titles of the laws, in their order.
fn titles() -> Vec<String> {
    let title = |line: &str| {
        let (_, rest) = line.split_once(". **")?;
        Some(rest.split_once("**")?.0.trim_end_matches('.').to_owned())
    };
    contract().filter_map(title).collect()
}

/// What the laws say, in their order, without links.
fn texts() -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for line in contract() {
        if let Some((_, rest)) = line.split_once(". **") {
            // A title that ends with a full stop is no part of the sentence.
            let (title, rest) = rest.split_once("**").unwrap_or((rest, ""));
            let is_apart = title.ends_with('.') && !rest.is_empty();
            texts.push(if is_apart {
                rest.trim().to_owned()
            } else {
                format!("**{title}**{rest}")
            });
        } else if let Some(text) = texts.last_mut() {
            _ = write!(text, "\n{}", line.trim());
        }
    }
    let plain = |text: String| {
        let mut parts = text.split("](");
        let first = parts.next().unwrap_or_default().to_owned();
        let rest = parts.map(|part| part.split_once(')').unwrap_or(("", part)).1);
        rest.fold(first, |text, part| text + part).replace("[`", "`").trim().to_owned() + "\n"
    };
    texts.into_iter().map(plain).collect()
}

/// The lines of the contract that are laws.
fn contract() -> impl Iterator<Item = &'static str> {
    let (_, contract) = CONTRACT.split_once("/// # Contract").expect("a contract");
    let (contract, _) = contract.split_once("/// # ").expect("a section after it");
    let lines = contract.lines().map(|line| line.trim().trim_start_matches("///"));
    let is_law = |line: &&str| line.trim_start().starts_with(|first: char| first.is_ascii_digit());
    lines.skip_while(move |line| !is_law(line)).take_while(|line| !line.is_empty())
}
