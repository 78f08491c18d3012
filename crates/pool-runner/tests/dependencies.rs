//! Which packages there are in what is built, asked of cargo.

use std::{collections::BTreeSet, process::Command};

use pool_runner::{BACKENDS, packages};

/// All packages that `package` is built of on Linux, tests aside.
fn tree(package: &str, edges: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--package", package, "--edges", edges])
        .args(["--target", "x86_64-unknown-linux-gnu", "--prefix", "none", "--format", "{p}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let stdout = String::from_utf8(output.stdout).unwrap();
    // A name and a version; what was said before has a mark behind them.
    let package = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    stdout.lines().map(package).collect()
}

fn has(tree: &BTreeSet<String>, package: &str) -> bool {
    tree.iter().any(|it| it.split(' ').next() == Some(package))
}

#[test]
fn only_the_runner_has_pools_in_it() {
    let pools = BACKENDS.map(|it| it.package);
    for package in ["pool-measure", "pool-compare", "pool-workloads"] {
        let tree = tree(package, "normal,build");
        assert!(!pools.iter().any(|pool| has(&tree, pool)), "{package}: {tree:?}");
    }
    let runner = tree("pool-runner", "normal,build");
    assert!(pools.iter().all(|pool| has(&runner, pool)));
    assert!(!has(&runner, "clap"), "the command line is not measured");
    let extras = ["pool-extras", "crossfire", "kanal"];
    assert!(!extras.iter().any(|it| has(&runner, it)), "the extras are apart from the five");
}

#[test]
fn a_backend_pulls_in_as_many_packages_as_is_written_down() {
    for package in BACKENDS.map(|it| it.package) {
        let tree = tree(package, "normal");
        let others = tree.iter().filter(|it| !it.starts_with("pool")).count();
        assert_eq!(packages(package), Some(others), "{package}");
    }
}
