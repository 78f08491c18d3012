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
