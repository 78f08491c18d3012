//! How many packages a backend pulls in.
//!
//! The lock file cannot tell: it has every feature that anything in the workspace asks for,
//! and every system's packages. cargo can, but is not there when a comparison is shown; so
//! what it says is written down here, and a test asks it again.

/// Of each backend's package, the packages in its closure: normal dependencies on Linux, with
/// the features that the backend asks for, without the packages of this workspace.
const PACKAGES: [(&str, usize); 5] = [
    ("pool-std", 0),
    ("pool-crossbeam", 2),
    ("pool-flume", 7),
    ("pool-rayon", 6),
    ("pool-tokio", 9),
];

/// How many packages a program gets with a backend's package besides those of this workspace;
/// `None` if it is none of the five.
///
/// ```
/// use pool_runner::packages;
///
/// assert_eq!(packages("pool-std"), Some(0));
/// assert_eq!(packages("somebody-elses"), None);
/// ```
pub fn packages(package: &str) -> Option<usize> {
    PACKAGES.iter().find(|(name, _)| *name == package).map(|(_, count)| *count)
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, process::Command};

    use super::*;
    use crate::BACKENDS;

    fn according_to_cargo(package: &str) -> usize {
        let output = Command::new(env!("CARGO"))
            .args(["tree", "--offline", "--package", package, "--edges", "normal"])
            .args(["--target", "x86_64-unknown-linux-gnu"])
            .args(["--prefix", "none", "--format", "{p}"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .expect("cargo can be run");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "cargo tree failed: {errors}");
        let stdout = String::from_utf8(output.stdout).expect("names are UTF-8");
        // A package that was told of before has a mark behind its version.
        let name_and_version = |line: &str| {
            let words: Vec<&str> = line.split_whitespace().take(2).collect();
            words.join(" ")
        };
        let packages: BTreeSet<_> = stdout.lines().map(name_and_version).collect();
        packages.iter().filter(|it| !it.starts_with("pool")).count()
    }

    #[test]
    fn the_numbers_are_what_cargo_says() {
        for entry in &BACKENDS {
            let package = entry.package;
            assert_eq!(packages(package), Some(according_to_cargo(package)), "{package}");
        }
    }
}
