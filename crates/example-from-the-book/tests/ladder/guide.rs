//! What the guide shows of the steps.
//!
//! `UPDATE_GUIDE=1 cargo test -p example-from-the-book the_guide` writes it.

use std::{env, fmt::Write as _, fs, path::Path};

use libtest_mimic::Failed;
use pool_conformance::{PROOFS, Proof};
use similar::{Algorithm, TextDiff};

use crate::cases::{STEPS, exceptions, first_step, name};

const GUIDE: &str = "pool-guide/from-the-book.md";

/// Compares what is generated of the guide with what would be, or writes it.
pub(crate) fn check() -> Result<(), Failed> {
    let path = crates().join(GUIDE);
    let text = fs::read_to_string(&path)?.replace("\r\n", "\n");
    let mut made = text.clone();
    for (mark, passage) in [("laws", laws()?), ("book", book()?), ("steps", steps()?)] {
        let (begin, end) = (format!("<!-- ladder: {mark} -->\n"), "<!-- /ladder -->\n");
        let parts = made.split_once(&begin).and_then(|(before, rest)| {
            let (_, after) = rest.split_once(end)?;
            Some(format!("{before}{begin}\n{passage}\n{end}{after}"))
        });
        made = parts.ok_or_else(|| format!("{GUIDE} has no {begin}"))?;
    }
    if env::var_os("UPDATE_GUIDE").is_some() {
        fs::write(&path, made)?;
    } else if made != text {
        return Err(format!(
            "{GUIDE} is out of date: UPDATE_GUIDE=1 cargo test -p example-from-the-book the_guide"
        )
        .into());
    }
    Ok(())
}

/// Laws by steps: how many of the cases that prove the law pass.
fn laws() -> Result<String, Failed> {
    let guide = fs::read_to_string(crates().join("pool-guide/laws.md"))?;
    let titles = guide.lines().filter_map(|line| line.strip_prefix("### "));
    let kept: Vec<_> = (1..=STEPS.len()).map(exceptions).collect();
    let mut table = "| law | cases |".to_owned();
    let mut rule = "|---|--:|".to_owned();
    for number in 1..=STEPS.len() {
        let title = source(number)?.title.to_lowercase().replace(' ', "-");
        let anchor = title.replace(|letter: char| !letter.is_alphanumeric() && letter != '-', "");
        _ = write!(table, " [{number}](#{anchor}) |");
        rule += ":-:|";
    }
    _ = writeln!(table, "\n{rule}");
    for (law, title) in (1..=20).zip(titles) {
        _ = write!(table, "| {title} | {} |", kept[0].kept(law).1);
        for exceptions in &kept {
            _ = match exceptions.kept(law) {
                (kept, of) if kept == of => write!(table, " ● |"),
                (0, _) => write!(table, " |"),
                (kept, _) => write!(table, " {kept} |"),
            };
        }
        table.push('\n');
    }
    _ = write!(table, "| all | {} |", PROOFS.len());
    for exceptions in &kept {
        _ = write!(table, " {} |", PROOFS.len() - exceptions.iter().count());
    }
    Ok(table + "\n")
}

/// The first step: its story, the Book's part of it, and the cases that it passes.
fn book() -> Result<String, Failed> {
    let Source { title, story, file, code } = source(1)?;
    let (_, rest) = code.split_once(BOOK).ok_or("the Book's part begins otherwise")?;
    let (pool, _) =
        rest.split_once("/// The sending half").ok_or("the Book's part ends otherwise")?;
    let pool = format!("{file}:\n\n```rust,ignore\n{BOOK}{pool}```");
    Ok(format!("## {title}\n\n{story}\n{pool}\n\n{}", cases(1, "are green")))
}

/// What the Book's part of the first step begins with.
const BOOK: &str = "/// A pool as the Book builds it.";

/// The steps after it: what breaks, what changes, and the cases that pass by it.
fn steps() -> Result<String, Failed> {
    let mut text = String::new();
    for number in 2..=STEPS.len() {
        let Source { title, story, file, code } = source(number)?;
        let before = source(number - 1)?.code;
        let diff = TextDiff::configure().algorithm(Algorithm::Patience).diff_lines(&before, &code);
        let diff = diff.unified_diff().context_radius(2).to_string();
        // Lines have other numbers in the file, which has a head and imports.
        let diff = diff.lines().map(|line| if line.starts_with("@@") { "@@" } else { line });
        let diff = diff.collect::<Vec<_>>().join("\n");
        _ = writeln!(text, "## {title}\n\n{story}\n{file}:\n\n```diff\n{diff}\n```\n");
        text = text + &cases(number, "turn green") + "\n";
    }
    Ok(text.trim_end().to_owned() + "\n")
}

/// A step in its file.
struct Source {
    /// The first line of its head.
    title: String,
    /// The rest of its head.
    story: String,
    /// A link to it.
    file: String,
    /// What stands below its imports.
    code: String,
}

fn source(number: usize) -> Result<Source, Failed> {
    let module = STEPS[number - 1].module;
    let file = crates().join(format!("example-from-the-book/src/{module}.rs"));
    let (head, mut code) = head_and_code(&fs::read_to_string(file)?);
    if number == STEPS.len() {
        // It has no code of its own.
        let native = fs::read_to_string(crates().join("pool-std/src/native.rs"))?;
        code = head_and_code(&native).1;
    }
    let (title, story) = head.split_once("\n\n").ok_or("a head is a title and a story")?;
    // A case's name is a sentence, so it has several underscores; other paths have none.
    let is_case = |span: &&str| span.contains("::") && span.contains('_');
    for case in story.split('`').filter(is_case) {
        if !PROOFS.iter().any(|proof| name(proof) == case && first_step(proof) == Some(number)) {
            return Err(format!("{module} names {case}, which does not pass by it").into());
        }
    }
    let title = title.trim_end_matches('.').to_owned();
    Ok(Source { title, story: story.to_owned(), file: format!("[`{module}.rs`]"), code })
}

/// The documentation of a module, and what stands below its imports.
fn head_and_code(text: &str) -> (String, String) {
    let is_head = |line: &&str| line.starts_with("//!");
    let head = text.lines().take_while(is_head).map(|line| line[3..].trim_start());
    let code = text.lines().skip_while(|line| !line.starts_with("/// "));
    let joined = |lines: Vec<&str>| lines.join("\n") + "\n";
    (joined(head.collect()), joined(code.collect()))
}

/// The cases that pass from this step on, with their laws.
fn cases(number: usize, pass: &str) -> String {
    let cases: Vec<_> = PROOFS.iter().filter(|proof| first_step(proof) == Some(number)).collect();
    let line = |proof: &&Proof| {
        let laws: Vec<_> = proof.laws.iter().map(u8::to_string).collect();
        format!("- `{}`, law {}\n", name(proof), laws.join(", "))
    };
    let list: String = cases.iter().map(line).collect();
    let count = cases.len();
    format!("<details>\n<summary>{count} cases {pass}</summary>\n\n{list}\n</details>\n")
}

/// The directory of all packages.
fn crates() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}
