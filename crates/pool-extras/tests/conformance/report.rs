//! What a backend keeps of the contract, as a file.

use std::{
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use pool_conformance::Case;
use serde::Deserialize;

const UPDATE: &str = "UPDATE_CONFORMANCE=1 cargo test --package pool-extras --test conformance";

/// What the file says beyond the list of cases.
#[derive(Debug, Deserialize)]
pub(crate) struct Report {
    /// How often each case was run.
    pub(crate) runs: usize,
    /// The cases that failed in at least one run.
    #[serde(default)]
    pub(crate) failed: Vec<Failed>,
}

/// A case that failed.
#[derive(Debug, Deserialize)]
pub(crate) struct Failed {
    /// `group::name`.
    case: String,
    laws: Vec<u8>,
    /// What it said.
    message: String,
}

impl Failed {
    pub(crate) fn new(case: &Case, message: &str) -> Self {
        let message = message.lines().next().unwrap_or_default().to_owned();
        Self { case: name(case), laws: case.laws.to_vec(), message }
    }
}

fn name(case: &Case) -> String {
    format!("{}::{}", case.group, case.name)
}

impl Report {
    /// That of the version in the lock file.
    pub(crate) fn read(library: &str) -> Result<Self, String> {
        let path = path(library).map_err(|error| error.to_string())?;
        let failed = |error: &dyn Error| format!("{}: {error}; {UPDATE}", path.display());
        let text = fs::read_to_string(&path).map_err(|error| failed(&error))?;
        toml::from_str(&text).map_err(|error| failed(&error))
    }

    /// Whether it says that this case fails.
    pub(crate) fn fails(&self, case: &Case) -> bool {
        self.failed.iter().any(|it| it.case == name(case))
    }

    /// Compares the file with what would be written of these cases.
    pub(crate) fn check(&self, library: &str, cases: &[Case]) -> Result<(), String> {
        let path = path(library).map_err(|error| error.to_string())?;
        let text = fs::read_to_string(&path).map_err(|error| error.to_string())?;
        let current = self.text(library, cases).map_err(|error| error.to_string())?;
        let out_of_date = || format!("{} is out of date: {UPDATE}", path.display());
        (text.replace("\r\n", "\n") == current).then_some(()).ok_or_else(out_of_date)
    }

    /// Writes the file; what was written.
    pub(crate) fn write(&self, library: &str, cases: &[Case]) -> Result<String, Box<dyn Error>> {
        let path = path(library)?;
        fs::create_dir_all(path.parent().ok_or("no directory")?)?;
        fs::write(&path, self.text(library, cases)?)?;
        let (of, failed) = (cases.len(), self.failed.len());
        Ok(format!("{}: {} of {of} cases passed", path.display(), of - failed))
    }

    fn text(&self, library: &str, cases: &[Case]) -> Result<String, Box<dyn Error>> {
        let Self { runs, failed } = self;
        let version = version(library)?;
        let mut text = format!(
            "\
# What the managed pool over {library} keeps of the contract: the cases of `pool-conformance` that
# passed in every run, and those that failed in one or more.
# {UPDATE}

library = {library:?}
version = {version:?}
form = \"managed\"
runs = {runs}
cases = {}
passed_cases = {}
",
            cases.len(),
            cases.len() - failed.len(),
        );
        for Failed { case, laws, message } in failed {
            write!(text, "\n[[failed]]\ncase = {case:?}\nlaws = {laws:?}\n")?;
            writeln!(text, "message = {message:?}")?;
        }
        text.push_str("\n[passed]");
        let passed: Vec<_> = cases.iter().filter(|case| !self.fails(case)).collect();
        for of_group in passed.chunk_by(|one, next| one.group == next.group) {
            write!(text, "\n{} = [\n", of_group[0].group)?;
            for case in of_group {
                writeln!(text, "    {:?},", case.name)?;
            }
            text.push(']');
        }
        text.push('\n');
        Ok(text)
    }
}

/// Where the report is.
fn path(library: &str) -> Result<PathBuf, Box<dyn Error>> {
    let file = format!("{library}-{}.toml", version(library)?);
    Ok(root().join("results/conformance").join(file))
}

/// Which version this was built with.
fn version(library: &str) -> Result<String, Box<dyn Error>> {
    #[derive(Deserialize)]
    struct Lock {
        package: Vec<Package>,
    }
    #[derive(Deserialize)]
    struct Package {
        name: String,
        version: String,
    }
    let lock: Lock = toml::from_str(&fs::read_to_string(root().join("Cargo.lock"))?)?;
    let package = lock.package.into_iter().find(|it| it.name == library);
    Ok(package.ok_or_else(|| format!("Cargo.lock has no {library}"))?.version)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
