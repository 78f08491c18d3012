//! Which programs have pools in them, asked of cargo.

use std::process::Command;

/// All packages that `package` is built of on this system, tests aside.
fn tree(package: &str) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--package", package, "--edges", "normal,build"])
        .args(["--prefix", "none", "--format", "{p}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let stdout = String::from_utf8(output.stdout).unwrap();
    stdout.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

const POOLS: [&str; 5] = ["pool-std", "pool-crossbeam", "pool-flume", "pool-rayon", "pool-tokio"];

#[test]
fn only_the_runner_has_pools_in_it() {
    for package in ["pool-measure", "pool-compare", "pool-workloads"] {
        let tree = tree(package);
        let found: Vec<_> = POOLS.iter().filter(|pool| tree.iter().any(|it| it == *pool)).collect();
        assert!(found.is_empty(), "{package} has {found:?}");
    }
    let runner = tree("pool-runner");
    assert!(POOLS.iter().all(|pool| runner.iter().any(|it| it == pool)));
    assert!(!runner.iter().any(|it| it == "clap"), "the command line is not measured");
    let extra = |it: &String| ["pool-extras", "crossfire", "kanal"].contains(&it.as_str());
    assert!(!runner.iter().any(extra), "the extras are apart from the five");
}
