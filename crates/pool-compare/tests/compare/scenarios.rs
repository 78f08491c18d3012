//! What the program answers, by tables of what it is asked.

use std::{fs, path::Path};

use crate::support::{Said, all_kept, run};

/// Files that the tables name.
const FILES: [(&str, &str); 19] = [
    ("file", "not a directory"),
    ("empty.csv", ""),
    ("header.csv", "arrival_us,work_us\n"),
    ("trace.csv", "arrival_us,work_us\n0,1\n50,2\n90,1\n"),
    ("words.csv", "arrival_us,work_us\n0,10\nsoon,10\n"),
    ("backwards.csv", "arrival_us,work_us\n5,10\n4,10\n"),
    ("binary.csv", "arrival_us,work_us\n\0\u{1}\n"),
    ("broken.toml", "name = \n"),
    ("unknown.toml", "colour = \"blue\"\n[work]\ndistribution = \"fixed\"\nmean = \"1us\"\n"),
    ("negative.toml", "rate = -5\n[work]\ndistribution = \"fixed\"\nmean = \"1us\"\n"),
    ("taken.toml", "name = \"cpu-10us\"\n[work]\ndistribution = \"fixed\"\nmean = \"1us\"\n"),
    (
        "mine.toml",
        "name = \"mine\"\nproducers = 2\nrate = 20000\n\
         [work]\ndistribution = \"exponential\"\nmean = \"5us\"\n",
    ),
    ("met", "# All of them.\nshutdown/idle <= 4e6\n"),
    ("missed", "shutdown/idle <= 2.5e6 # but std"),
    ("sign", "throughput/empty < 1"),
    ("number", "throughput/empty <= soon"),
    ("key", "throughput/empty speed <= 1"),
    ("d/a file", "abc"),
    ("d/sub/ä", "\0"),
];

fn prepare(dir: &Path) {
    fs::create_dir_all(dir.join("d/sub")).unwrap();
    for (name, text) in FILES {
        fs::write(dir.join(name), text).unwrap();
    }
    fs::create_dir_all(dir.join("none")).unwrap();
    for (run, text) in [("foreign", "{\"rows\": []}"), ("broken", "{\"format\": ")] {
        let run = dir.join("runs/machine").join(run);
        fs::create_dir_all(&run).unwrap();
        fs::write(run.join("run.json"), text).unwrap();
        fs::write(run.join("samples.jsonl"), "").unwrap();
    }
}

/// Scenarios, with an empty line between them. A line is, by its first sign:
///
/// - `$`, the exit code and the arguments, behind what is set in the environment; and behind ` => ` what
///   is said in one error, and nothing else;
/// - `>` and `!`, what is in standard output and in standard error, and `-`, what is in neither;
/// - `=`, what is in a file; `~`, what is changed in one into what, behind ` => `; `x`, what is removed.
///
/// `RUN` is the first run that is kept.
#[test]
fn scenarios_go_as_they_are_written() {
    let all = concat!(include_str!("scenarios.txt"), "\n", include_str!("bad-input.txt"));
    for scenario in all.split("\n\n") {
        let dir = tempfile::tempdir().unwrap();
        prepare(dir.path());
        let mut said = Said::default();
        for line in scenario.lines().filter(|line| !line.starts_with('#')) {
            let first = all_kept(dir.path()).into_iter().next().unwrap_or_default();
            let (mark, text) = line.split_once(' ').unwrap();
            let text = text.replace("RUN", first.to_str().unwrap());
            let (file, part) = text.split_once(' ').unwrap_or((&text, ""));
            let path = dir.path().join(file);
            let is_so = match mark {
                "$" => {
                    let (arguments, error) = part.split_once(" => ").unwrap_or((part, ""));
                    said = run(dir.path(), arguments);
                    let errors = said.stderr.matches("error: ").count();
                    let alone = error.is_empty() || errors == 1 && said.stdout.is_empty();
                    alone && said.code == file.parse().ok() && said.stderr.contains(error)
                }
                ">" => said.stdout.contains(&text),
                "!" => said.stderr.contains(&text),
                "-" => !said.stdout.contains(&text) && !said.stderr.contains(&text),
                "=" => fs::read_to_string(path).unwrap().contains(part),
                "~" => {
                    let (old, new) = part.split_once(" => ").unwrap();
                    let before = fs::read_to_string(&path).unwrap();
                    fs::write(path, before.replace(old, new)).unwrap();
                    before.contains(old)
                }
                _ => fs::remove_file(path).is_ok(),
            };
            assert!(is_so, "{line}\n{scenario}\n{}{}", said.stdout, said.stderr);
        }
    }
}
