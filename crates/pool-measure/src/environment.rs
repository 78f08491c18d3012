//! Where and with what something was measured: kept beside every result, because a figure
//! without it means nothing.
//!
//! Names of hosts and users are not recorded.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};

use crate::machine::cores;

/// The lock file that this was built from.
const CARGO_LOCK: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock"));

/// The libraries that backends and baselines are built on; std's version is the compiler's.
const LIBRARIES: [&str; 11] = [
    "async-channel",
    "crossbeam",
    "crossbeam-channel",
    "crossfire",
    "executors",
    "flume",
    "kanal",
    "rayon-core",
    "rusty_pool",
    "threadpool",
    "tokio",
];

/// The machine, the build and the moment. What the system does not tell is `None`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Environment {
    /// When, in UTC: `2026-03-14T15:09:26Z`.
    pub date: String,
    /// The processor, as it calls itself.
    pub cpu: Option<String>,
    /// Threads that can run at once, as far as the process may.
    pub cores: usize,
    /// CPU seconds a second that the process's control groups allow, the least of them.
    pub cpu_quota: Option<f64>,
    /// Whether this is a virtual machine.
    pub virtual_machine: Option<bool>,
    /// How the processor's frequency is governed: `"performance"`, `"schedutil"`.
    pub governor: Option<String>,
    /// Whether the processor may go above its nominal frequency.
    pub turbo: Option<bool>,
    /// Bytes of memory.
    pub memory: u64,
    /// The system and its version.
    pub system: Option<String>,
    /// The system's kernel.
    pub kernel: Option<String>,
    /// Threads that ran or wanted to, on average over the minute before.
    pub load_before: f64,
    /// The same, when the measurements had ended; their own load is in it.
    pub load_after: Option<f64>,
    /// The compiler: `"rustc 1.89.0 (29483883e 2025-08-04)"`.
    pub compiler: String,
    /// What it compiled for: `"x86_64-unknown-linux-gnu"`.
    pub target: String,
    /// How: profile, level of optimisation, and flags such as `-C target-cpu=native`.
    pub profile: String,
    /// The memory allocator.
    pub allocator: String,
    /// The commit of the source, and whether it was changed since.
    pub commit: Option<Commit>,
    /// The SHA-256 of `Cargo.lock`, in hexadecimal digits.
    pub cargo_lock: String,
    /// The versions of the libraries compared.
    pub libraries: BTreeMap<String, String>,
}

/// Which source it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// The commit's name, shortened.
    pub id: String,
    /// Whether a file of it had been changed.
    pub changed: bool,
}

impl Environment {
    /// Looks around. `source` is where the source lies, to ask git for its commit.
    pub fn look(source: &Path) -> Self {
        let what = RefreshKind::nothing()
            .with_cpu(CpuRefreshKind::nothing())
            .with_memory(MemoryRefreshKind::nothing().with_ram());
        let system = System::new_with_specifics(what);
        let cpu = system.cpus().first().map(|cpu| cpu.brand().trim().to_owned());
        Self {
            date: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
            cpu: cpu.filter(|brand| !brand.is_empty()),
            cores: cores(),
            cpu_quota: cpu_quota(),
            virtual_machine: is_virtual(),
            governor: line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
            turbo: turbo(),
            memory: system.total_memory(),
            system: System::long_os_version(),
            kernel: System::kernel_version(),
            load_before: System::load_average().one,
            load_after: None,
            compiler: env!("BUILT_BY").to_owned(),
            target: env!("BUILT_FOR").to_owned(),
            profile: env!("BUILT_AS").to_owned(),
            allocator: "the system's".to_owned(),
            commit: commit(source),
            cargo_lock: sha256(CARGO_LOCK.as_bytes()),
            libraries: libraries(CARGO_LOCK),
        }
    }

    /// Looks at the load once more.
    pub fn look_again(&mut self) {
        self.load_after = Some(System::load_average().one);
    }

    /// A name for the machine that may be a directory's: `"amd-epyc-7763-2-cores"`.
    pub fn machine(&self) -> String {
        named(&format!("{} {} cores", self.cpu.as_deref().unwrap_or("unknown"), self.cores))
    }

    /// A name for the run that may be a directory's: `"2026-03-14-1a2b3c4d"`.
    pub fn run(&self) -> String {
        let day = self.date.split('T').next().unwrap_or_default();
        let commit = self.commit.as_ref().map_or("unknown", |commit| &commit.id);
        named(&format!("{day} {commit}"))
    }

    /// Makes a new directory `<machine>/<run>` in `results`, with a number behind it if there is
    /// one of that name already.
    ///
    /// # Errors
    ///
    /// Which directory could not be made, and why.
    pub fn make_directory(&self, results: &Path) -> Result<PathBuf, (PathBuf, io::Error)> {
        let machine = results.join(self.machine());
        if let Err(error) = fs::create_dir_all(&machine) {
            return Err((machine, error));
        }
        let mut directory = machine.join(self.run());
        let mut number = 1_u32;
        loop {
            match fs::create_dir(&directory) {
                Ok(()) => return Ok(directory),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    number += 1;
                    directory = machine.join(format!("{}-{number}", self.run()));
                }
                Err(error) => return Err((directory, error)),
            }
        }
    }
}

/// The letters and digits of a text, in words that are joined by hyphens.
fn named(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}

fn line(path: &str) -> Option<String> {
    Some(fs::read_to_string(path).ok()?.trim().to_owned())
}

/// From the control groups of version 2.
fn cpu_quota() -> Option<f64> {
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    let own = groups.lines().find_map(|group| group.strip_prefix("0::/"))?;
    least_quota(own, |group| line(&format!("/sys/fs/cgroup/{}/cpu.max", group.display())))
}

/// Of a group and all that it lies in, each of which may limit it; `limit` reads one's, in
/// microseconds of each period: `"200000 100000"`, or `"max 100000"`.
fn least_quota(own: &str, limit: impl Fn(&Path) -> Option<String>) -> Option<f64> {
    let quota = |group| {
        let limit = limit(group)?;
        let (quota, period) = limit.split_once(' ')?;
        Some(quota.parse::<f64>().ok()? / period.parse::<f64>().ok()?)
    };
    Path::new(own).ancestors().filter_map(quota).min_by(f64::total_cmp)
}

/// A hypervisor shows itself to what runs on it by a flag of the processor.
fn is_virtual() -> Option<bool> {
    let info = fs::read_to_string("/proc/cpuinfo").ok()?;
    let flags = info.lines().find(|line| line.starts_with("flags"))?;
    Some(flags.split_whitespace().any(|flag| flag == "hypervisor"))
}

fn turbo() -> Option<bool> {
    let boost = line("/sys/devices/system/cpu/cpufreq/boost").map(|flag| flag == "1");
    boost.or_else(|| line("/sys/devices/system/cpu/intel_pstate/no_turbo").map(|flag| flag == "0"))
}

fn commit(source: &Path) -> Option<Commit> {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").arg("-C").arg(source).args(arguments).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim().to_owned())
    };
    let id = git(&["rev-parse", "--short=8", "HEAD"])?;
    Some(Commit {
        id,
        changed: !git(&["status", "--porcelain", "--untracked-files=no"])?.is_empty(),
    })
}

/// The SHA-256 of some content, in hexadecimal digits.
pub fn sha256(content: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(content).iter().fold(String::new(), |mut text, byte| {
        _ = write!(text, "{byte:02x}");
        text
    })
}

/// From the lock file: in each package its name comes right before its version.
fn libraries(lock: &str) -> BTreeMap<String, String> {
    let value = |line: &str, key: &str| {
        Some(line.strip_prefix(key)?.trim_matches(['=', ' ', '"']).to_owned())
    };
    let lines: Vec<&str> = lock.lines().collect();
    let packages = lines
        .windows(2)
        .filter_map(|pair| Some((value(pair[0], "name")?, value(pair[1], "version")?)));
    packages.filter(|(name, _)| LIBRARIES.contains(&name.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_library_that_is_compared_is_found_in_the_lock_file() {
        let versions = libraries(CARGO_LOCK);
        assert_eq!(versions.len(), LIBRARIES.len(), "{versions:?}");
        assert!(versions.values().all(|version| version.starts_with(|c: char| c.is_ascii_digit())));
    }

    #[test]
    fn the_least_quota_of_all_groups_around_the_process_counts() {
        let of = |own: &str, limits: &[(&str, &str)]| {
            least_quota(own, |group| {
                let found = limits.iter().find(|(name, _)| Path::new(name) == group);
                found.map(|(_, limit)| (*limit).to_owned())
            })
        };
        assert_eq!(of("a/b", &[("a", "150000 100000"), ("a/b", "max 100000")]), Some(1.5));
        assert_eq!(of("a/b", &[("a", "400000 100000"), ("a/b", "200000 100000")]), Some(2.0));
        // A container sees its own group as the root.
        assert_eq!(of("", &[("", "50000 100000")]), Some(0.5));
        assert_eq!(of("a/b", &[("c", "50000 100000")]), None);
    }

    #[test]
    fn names_of_directories_have_no_odd_characters() {
        let mut environment = Environment::look(Path::new("."));
        environment.cpu = Some("Intel(R) Xeon(R) CPU @ 2.20GHz".to_owned());
        environment.cores = 2;
        assert_eq!(environment.machine(), "intel-r-xeon-r-cpu-2-20ghz-2-cores");
        environment.date = "../2026-03-14T15:09:26Z".to_owned();
        environment.commit = Some(Commit { id: "1a2b3c4d".to_owned(), changed: false });
        assert_eq!(environment.run(), "2026-03-14-1a2b3c4d");
    }
}
