//! The examples: each prints what its head says, is short, and stands in the guide's table.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// An example of the course: a file of `examples/`, by its name.
struct Example {
    name: String,
    text: String,
}

fn examples() -> Vec<Example> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let entries = fs::read_dir(directory).expect("there are examples");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a file").path()).collect();
    // Directories are the programs that make the guide's page and pictures.
    paths.retain(|path| path.is_file());
    paths.sort();
    let read = |path: PathBuf| Example {
        name: path.file_stem().expect("a name").to_string_lossy().into_owned(),
        text: fs::read_to_string(path).expect("UTF-8"),
    };
    paths.into_iter().map(read).collect()
}

impl Example {
    /// What it prints, as its head says.
    fn promise(&self) -> String {
        let command = format!("//! $ cargo run -p pool-guide --example {}\n", self.name);
        let (_, rest) = self.text.split_once(&command).expect("the head has the command");
        let (output, _) = rest.split_once("//! ```\n").expect("the head's block ends");
        let lines = output.lines().map(|line| line.trim_start_matches("//!").trim_start());
        lines.flat_map(|line| [line, "\n"]).collect()
    }

    /// `cargo test` builds the examples, next to the directory of the tests.
    fn command(&self) -> Command {
        let tests = env::current_exe().expect("the path of this test");
        let target = tests.ancestors().nth(2).expect("target/debug/deps/examples-0123");
        let mut command = Command::new(target.join("examples").join(&self.name));
        command.stdin(Stdio::null()).stderr(Stdio::null());
        command
    }
}

#[test]
fn each_example_prints_what_its_head_says() {
    for example in examples() {
        let output = example.command().output().expect("`cargo test` without `--test` builds them");
        assert!(output.status.success(), "{}: {}", example.name, output.status);
        assert_eq!(String::from_utf8_lossy(&output.stdout), example.promise(), "{}", example.name);
    }
}

#[test]
fn the_examples_are_numbered_and_have_fewer_than_60_lines() {
    for (number, example) in (1..).zip(examples()) {
        let head = format!("//! {number}. ");
        assert!(example.name.starts_with(&format!("{number:02}_")), "{}", example.name);
        assert!(example.text.starts_with(&head), "{} does not start with {head}", example.name);
        assert!(example.text.lines().count() < 60, "{} is too long", example.name);
    }
}

/// Every example of the workspace can be found from the guide's first page.
#[test]
fn every_example_is_in_the_table() {
    const GUIDE: &str = include_str!("../README.md");
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = 0;
    for package in fs::read_dir(crates).expect("crates/ can be read") {
        let package = package.expect("an entry");
        for example in fs::read_dir(package.path().join("examples")).into_iter().flatten() {
            let example = example.expect("an entry").file_name();
            let path = format!("examples/{}", example.to_string_lossy());
            let package = package.file_name();
            let link = match package.to_string_lossy().as_ref() {
                "pool-guide" => format!("]: {path}"),
                other => format!("]: ../{other}/{path}"),
            };
            assert!(GUIDE.contains(&link), "README.md of the guide lacks `{link}`");
            found += 1;
        }
    }
    assert!(found > 15, "only {found} found");
}

/// Ctrl-C in the middle: the program ends by itself, and each job has had one end.
#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_sixth_example_with_no_job_lost() {
    use std::io::{BufRead, BufReader};

    let example = examples().remove(5);
    let mut command = example.command();
    // More reports than there is patience for.
    let mut child = command
        .arg("1000000")
        .stdout(Stdio::piped())
        .spawn()
        .expect("`cargo test` without `--test` builds it");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    // Its handler is there from the first line on.
    lines.next().expect("a line").expect("UTF-8");
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().expect("`kill`").success());

    let last = lines.map(|line| line.expect("UTF-8")).last().expect("a last line");
    assert!(child.wait().expect("it ends").success());
    let numbers: Vec<u64> = last.split(' ').filter_map(|word| word.parse().ok()).collect();
    let [submitted, finished, interrupted, not_begun] = numbers[..] else { panic!("{last}") };
    assert!(submitted < 1_000_000);
    assert_eq!(finished + interrupted + not_begun, submitted, "{last}");
}
