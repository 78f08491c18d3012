//! Each backend in the words of its library: no two of the five say the same at any length.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// So many lines may be alike: what implementing one trait takes.
const MOST: usize = 8;

/// What every backend has to write as `pool::Backend` has it.
const SIGNATURE: &str = "fn spawn_with_state<";

#[test]
fn no_long_run_of_lines_is_the_same_in_two_backends() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let backends = ["std", "crossbeam", "flume", "rayon", "tokio"]
        .map(|library| sources(&crates.join(format!("pool-{library}/src"))));
    let mut alike = Vec::new();
    for (place, one) in backends.iter().enumerate() {
        for (file, lines) in one {
            for (other, its) in backends[place + 1..].iter().flatten() {
                let run = longest_run(lines, its);
                if run.len() > MOST {
                    alike.push(format!("{}, {}:\n{run:#?}", file.display(), other.display()));
                }
            }
        }
    }
    assert!(alike.is_empty(), "{}", alike.join("\n"));
}

type Lines = Vec<String>;

/// The files below a directory, without their empty lines and the signature.
fn sources(directory: &Path) -> Vec<(PathBuf, Lines)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(directory).expect("a directory of sources") {
        let path = entry.expect("a file").path();
        if path.is_dir() {
            all.extend(sources(&path));
        } else if path.extension().is_some_and(|it| it == "rs") {
            let text = fs::read_to_string(&path).expect("a source file");
            let mut in_signature = false;
            let own = |line: &&str| {
                in_signature |= line.starts_with(SIGNATURE);
                let own = !in_signature && !line.is_empty();
                in_signature &= *line != "{";
                own
            };
            let lines = text.lines().map(str::trim).filter(own).map(str::to_owned).collect();
            all.push((path, lines));
        }
    }
    all
}

/// The longest run of lines that both have.
fn longest_run<'a>(one: &'a Lines, other: &Lines) -> &'a [String] {
    let mut best = 0..0;
    // How long the run is that ends at each line of the other.
    let mut runs = vec![0; other.len() + 1];
    for (end, line) in one.iter().enumerate() {
        for place in (0..other.len()).rev() {
            runs[place + 1] = if other[place] == *line { runs[place] + 1 } else { 0 };
            if runs[place + 1] > best.len() {
                best = end + 1 - runs[place + 1]..end + 1;
            }
        }
    }
    &one[best]
}

#[test]
fn a_run_that_two_texts_have_is_found() {
    let lines = |text: &str| text.split(' ').map(str::to_owned).collect::<Lines>();
    assert_eq!(longest_run(&lines("a b c d a"), &lines("c d a b")), lines("c d a"));
    assert!(longest_run(&lines("a"), &lines("b")).is_empty());
}
