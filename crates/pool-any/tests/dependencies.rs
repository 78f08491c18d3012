//! Which crate may depend on which: what ARCHITECTURE.md promises, asked of cargo.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

/// What `package` depends on directly, tests and benches aside.
fn dependencies(package: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--package", package, "--edges", "normal,build"])
        .args(["--depth", "1", "--prefix", "none", "--format", "{p}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo can be run");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo tree failed: {errors}");
    let stdout = String::from_utf8(output.stdout).expect("names are UTF-8");
    // The first line is the package itself.
    let names = stdout.lines().skip(1).filter_map(|line| line.split_whitespace().next());
    names.map(str::to_owned).collect()
}

#[track_caller]
fn assert_depends_on(package: &str, expected: &[&str]) {
    let expected: BTreeSet<_> = expected.iter().map(|&name| name.to_owned()).collect();
    assert_eq!(dependencies(package), expected, "the dependencies of {package}");
}

#[test]
fn the_contract_depends_on_nothing() {
    assert_depends_on("pool", &[]);
}

#[test]
fn a_backend_depends_on_the_contract_the_layer_and_its_own_library() {
    let depends_on = |package, library: &[&str]| {
        assert_depends_on(package, &[&["pool", "pool-managed"], library].concat());
    };
    depends_on("pool-std", &[]);
    depends_on("pool-crossbeam", &["crossbeam-channel", "crossbeam-utils"]);
    depends_on("pool-flume", &["flume", "futures-core"]);
    depends_on("pool-rayon", &["rayon"]);
    depends_on("pool-tokio", &["tokio", "tokio-util", "futures-core"]);
    depends_on("example-async-channel", &["async-channel", "futures-core"]);
}

#[test]
fn a_native_pool_does_not_use_the_layer() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for library in ["std", "crossbeam", "flume", "rayon", "tokio"] {
        let src = crates.join(format!("pool-{library}/src"));
        let entries = fs::read_dir(src.join("native")).into_iter().flatten();
        files.extend(entries.map(|entry| entry.expect("a file").path()));
        files.push(src.join("native.rs"));
    }
    files.retain(|file| file.exists());
    assert!(files.len() >= 5, "{files:?}");
    for file in files {
        let text = fs::read_to_string(&file).expect("a source file");
        assert!(!text.contains("pool_managed"), "{} uses the layer", file.display());
    }
}

/// A lock file has what is needed under any `cfg`. The workspace's own says nothing of what a
/// user's has, so this asks for that of a package outside of it.
#[test]
fn a_users_lock_file_has_our_packages_and_nothing_else() {
    let user = Path::new(env!("CARGO_TARGET_TMPDIR")).join("user");
    fs::create_dir_all(user.join("src")).expect("a directory");
    fs::write(user.join("src/lib.rs"), "").expect("a source file");
    let pool_std = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pool-std");
    let manifest = format!(
        "[workspace]\n[package]\nname = 'user'\nedition = '2024'\n\
         [dependencies]\npool-std.path = '{}'\n",
        pool_std.display()
    );
    fs::write(user.join("Cargo.toml"), manifest).expect("a manifest");
    let output = Command::new(env!("CARGO"))
        .args(["generate-lockfile", "--offline"])
        .current_dir(&user)
        .output()
        .expect("cargo can be run");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo generate-lockfile failed: {errors}");

    let lock = fs::read_to_string(user.join("Cargo.lock")).expect("a lock file");
    let names = lock.lines().filter_map(|line| line.strip_prefix("name = "));
    let packages: BTreeSet<_> = names.map(|name| name.trim_matches('"')).collect();
    let ours = ["pool", "pool-managed", "pool-std", "user"].into();
    assert!(packages.is_subset(&ours) && packages.contains("pool-std"), "{packages:?}");
}

#[test]
fn the_suite_depends_on_no_backend() {
    let dependencies = dependencies("pool-conformance");
    let ours: Vec<_> = dependencies.iter().filter(|name| name.starts_with("pool")).collect();
    assert_eq!(ours, ["pool"]);
}

#[test]
fn the_workloads_depend_on_no_pool() {
    let dependencies = dependencies("pool-workloads");
    assert!(!dependencies.iter().any(|name| name.starts_with("pool")), "{dependencies:?}");
}

#[test]
fn what_is_measured_by_default_is_the_five_and_their_libraries() {
    let dependencies = dependencies("pool-measure");
    for baseline in ["executors", "qubit-thread-pool", "rusty_pool", "threadpool"] {
        assert!(!dependencies.contains(baseline), "{baseline} is not optional");
    }
}

/// The lints forbid `unsafe` and deny undocumented items, where they are asked for.
#[test]
fn every_package_takes_the_lints_of_the_workspace() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let crates = fs::read_dir(root.join("crates")).expect("crates/ can be read");
    let packages = crates.map(|entry| entry.expect("an entry").path());
    for package in packages.chain([root.join("benches")]) {
        let manifest = package.join("Cargo.toml");
        let text = fs::read_to_string(&manifest).expect("a package has a manifest");
        assert!(text.contains("[lints]\nworkspace = true"), "{}", manifest.display());
    }
}
