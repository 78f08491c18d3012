//! The tour's excerpts are what stands in the source.

use std::{fs, path::Path};

const TOUR: &str = include_str!("../tour.md");

/// Files, and pieces of them. A piece is some lines that follow one another; `// ...` is between
/// two.
fn excerpts() -> Vec<(&'static str, Vec<Vec<&'static str>>)> {
    let blocks = TOUR.split("```rust,ignore\n// ").skip(1);
    blocks
        .map(|block| {
            let (code, _) = block.split_once("\n```").expect("a fence ends");
            let mut lines = code.lines().map(str::trim);
            let file = lines.next().expect("a line that names the file");
            let lines: Vec<_> = lines.collect();
            (file, lines.split(|line| *line == "// ...").map(<[_]>::to_vec).collect())
        })
        .collect()
}

#[test]
fn every_excerpt_of_the_tour_stands_in_the_source() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut missing = Vec::new();
    for (file, pieces) in excerpts() {
        let source = fs::read_to_string(root.join(file)).unwrap_or_default();
        let source: Vec<_> = source.lines().map(str::trim).collect();
        for piece in pieces {
            if !source.windows(piece.len()).any(|lines| lines == piece) {
                missing.push(format!("{file}:\n{}", piece.join("\n")));
            }
        }
    }
    assert!(missing.is_empty(), "the tour shows what is not there:\n{}", missing.join("\n\n"));
    assert!(excerpts().len() > 20, "only {}", excerpts().len());
}
