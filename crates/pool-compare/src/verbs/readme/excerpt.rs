//! Source as it stands in a file.

use std::{fs, path::Path};

/// A file of Rust, or what is between two comments that name a part of it.
pub(super) fn code(root: &Path, file: &str, name: Option<&str>) -> Result<String, String> {
    let text = fs::read_to_string(root.join(file)).map_err(|error| format!("{file}: {error}"))?;
    let lines: Vec<&str> = match name {
        None => text.lines().collect(),
        Some(name) => anchored(&text, name).ok_or_else(|| {
            format!("{file}: no lines between `// ANCHOR: {name}` and `// ANCHOR_END: {name}`")
        })?,
    };
    let is_mark = |line: &str| line.contains("// ANCHOR: ") || line.contains("// ANCHOR_END: ");
    let lines = || lines.iter().filter(|line| !is_mark(line));
    let indented = lines().filter(|line| !line.trim().is_empty());
    let indent = indented.map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    let lines = lines().map(|line| line.get(indent..).unwrap_or_default().trim_end());
    let code = lines.collect::<Vec<_>>().join("\n");
    Ok(format!("```rust,ignore\n// {file}\n{}\n```", code.trim_matches('\n')))
}

/// The lines between the comments that begin and end a part.
fn anchored<'a>(text: &'a str, name: &str) -> Option<Vec<&'a str>> {
    let is = |line: &str, mark: &str| line.trim() == format!("// {mark}: {name}");
    let mut lines = text.lines().skip_while(|line| !is(line, "ANCHOR"));
    lines.next()?;
    let mut ended = false;
    let part = lines.take_while(|line| {
        ended = is(line, "ANCHOR_END");
        !ended
    });
    let part: Vec<_> = part.collect();
    ended.then_some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_between_the_comments_is_taken_without_its_indent_and_other_marks() {
        let dir = tempfile::tempdir().unwrap();
        let text = "fn f() {\n    // ANCHOR: a\n    if x {\n        // ANCHOR: b\n        y();\n\
                    \x20       // ANCHOR_END: b\n    }\n    // ANCHOR_END: a\n}\n";
        fs::write(dir.path().join("f.rs"), text).unwrap();
        let code = |name| code(dir.path(), "f.rs", name);
        let fenced = |inner: &str| Ok(format!("```rust,ignore\n// f.rs\n{inner}\n```"));
        assert_eq!(code(Some("a")), fenced("if x {\n    y();\n}"));
        assert_eq!(code(Some("b")), fenced("y();"));
        assert_eq!(code(None), fenced("fn f() {\n    if x {\n        y();\n    }\n}"));
        assert!(code(Some("c")).unwrap_err().contains("ANCHOR: c"));
    }
}
