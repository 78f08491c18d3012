//! What expressions may look at.

use std::path::{Component, Path};

use pool_measure::entry::BackendEntry;

use super::expression::Refusal;
use crate::verbs::kept::Opened;

/// What the expressions of a page may look at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope<'a> {
    /// The checkout.
    pub(super) root: &'a Path,
    /// The page, from there on.
    pub(super) page: &'a Path,
    pub(super) backends: &'a [BackendEntry],
    /// The run that figures are from, if one is named.
    pub(super) run: Option<&'a Source>,
}

/// The run that figures are from.
#[derive(Debug)]
pub(super) struct Source {
    /// As it is named: `MACHINE/RUN`.
    pub(super) name: String,
    pub(super) opened: Opened,
}

impl Source {
    /// Where it is kept, from the checkout on.
    pub(super) fn path(&self) -> String {
        format!("{RESULTS}/{}", self.name)
    }
}

/// Where runs are kept, from the checkout on.
pub(super) const RESULTS: &str = "results";

impl<'a> Scope<'a> {
    /// The run that figures are from.
    pub(super) fn run(&self) -> Result<&'a Source, Refusal> {
        self.run.ok_or_else(|| {
            "figures are from a run, and README.md names none: `<!-- run: MACHINE/RUN -->`".into()
        })
    }

    /// The backend of that name.
    pub(super) fn backend(&self, name: &str) -> Result<&'a BackendEntry, Refusal> {
        self.backends.iter().find(|it| it.name() == name).ok_or_else(|| {
            let known: Vec<_> = self.backends.iter().map(BackendEntry::name).collect();
            let known = known.join(", ");
            format!("unknown backend {name:?}, expected one of: {known}").into()
        })
    }

    /// How the page links to a file of the checkout, which has to be there.
    pub(super) fn link(&self, path: &str) -> Result<String, Refusal> {
        if !self.root.join(path).exists() {
            return Err(format!("{path}: there is no such file to link to").into());
        }
        Ok(relative(self.page.parent().unwrap_or(Path::new("")), Path::new(path)))
    }
}

/// The way from a directory to a file, both from the same place on.
fn relative(from: &Path, to: &Path) -> String {
    let common = from.components().zip(to.components()).take_while(|(from, to)| from == to).count();
    let up = from.components().skip(common).map(|_| "..".into());
    let down =
        to.components().skip(common).map(|it: Component<'_>| it.as_os_str().to_string_lossy());
    up.chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::LazyLock;

    use pool_measure::entry::BACKENDS;

    use super::*;
    use crate::{report::tests::fixture, store::KeptRun};

    static ROOT: LazyLock<&Path> =
        LazyLock::new(|| Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")));

    static SOURCE: LazyLock<Source> = LazyLock::new(|| {
        let (file, analysis, samples) = fixture::run();
        let run = KeptRun { directory: "results/machine/run".into(), file, samples };
        Source { name: "machine/run".to_owned(), opened: Opened { run, analysis } }
    });

    /// That of README.md in this repository, with a run that is made up.
    pub(in super::super) fn scope() -> Scope<'static> {
        Scope { run: Some(&SOURCE), ..without_run() }
    }

    /// The same without a run.
    pub(in super::super) fn without_run() -> Scope<'static> {
        Scope { root: *ROOT, page: Path::new("README.md"), backends: &BACKENDS, run: None }
    }

    #[test]
    fn links_lead_from_the_page_to_the_file() {
        for (page, link) in [
            ("README.md", "crates/pool/src/pool.rs"),
            ("crates/pool-guide/tour.md", "../pool/src/pool.rs"),
            ("docs/tour.md", "../crates/pool/src/pool.rs"),
        ] {
            let scope = Scope { page: Path::new(page), ..without_run() };
            assert_eq!(scope.link("crates/pool/src/pool.rs").unwrap(), link);
        }
        let missing = scope().link("crates/missing.rs").unwrap_err();
        assert_eq!(missing, "crates/missing.rs: there is no such file to link to".into());
    }

    #[test]
    fn an_unknown_backend_is_told_with_those_there_are() {
        let unknown = scope().backend("corssbeam").unwrap_err();
        let said =
            "unknown backend \"corssbeam\", expected one of: std, crossbeam, flume, rayon, tokio";
        assert_eq!(unknown, said.into());
    }
}
