//! Who does not use this crate builds none of it.

use std::process::Command;

/// Everything that is built for `package`, its tests and optional parts too.
fn built_for(package: &str) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--package", package, "--all-features", "--edges", "all"])
        .args(["--prefix", "none", "--format", "{p}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo can be run");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo tree failed: {errors}");
    let stdout = String::from_utf8(output.stdout).expect("names are UTF-8");
    let names = stdout.lines().filter_map(|line| line.split_whitespace().next());
    names.map(str::to_owned).collect()
}

#[test]
fn the_other_crates_build_nothing_of_it() {
    for package in ["pool", "pool-any", "pool-compare", "pool-conformance", "pool-measure"] {
        let built = built_for(package);
        assert!(built.iter().any(|name| name == "pool"), "{built:?}");
        for heavy in ["pool-durable", "rusqlite", "postgres", "libsqlite3-sys"] {
            assert!(!built.iter().any(|name| name == heavy), "{package} builds {heavy}");
        }
    }
}
