//! What the guide says that each library gives by itself.
//!
//! `UPDATE_GUIDE=1 cargo test -p pool-conformance --test backends guide` writes it.

use std::{env, fmt::Write as _, fs, path::Path};

use libtest_mimic::Failed;
use pool_conformance::{Exceptions, PROOFS, Proof};

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

/// The titles of the laws, in their order.
fn titles() -> Vec<String> {
    let (_, contract) = CONTRACT.split_once("/// # Contract").expect("a contract");
    let (contract, _) = contract.split_once("/// # ").expect("a section after it");
    let title = |line: &str| {
        let (_, rest) = line.strip_prefix("/// ")?.split_once(". **")?;
        Some(rest.split_once("**")?.0.trim_end_matches('.').to_owned())
    };
    contract.lines().filter_map(title).collect()
}
