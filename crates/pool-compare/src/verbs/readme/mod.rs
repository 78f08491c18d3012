//! `readme`: the parts of README.md and of the guides that are generated.

mod figure;
mod go;
mod picture;
mod splice;

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    analysis::Comparison,
    error::Error,
    figures::count,
    opened::{Opened, Runs, named},
    protocol::Contender,
    shown::Shown,
    store::{KeptRun, RunFile, checkout},
    terminal::{print, say},
    whole,
};

/// What can be said on the command line.
#[derive(Debug, clap::Args)]
#[command(after_help = include_str!("../../help/readme.txt"))]
pub(crate) struct Args {
    /// Write nothing, and fail if a part is not as it would be written
    #[arg(long)]
    check: bool,

    /// Take figures from this run, or from several taken together: directories, or names as in
    /// `show runs` [default: those that README.md names]
    #[arg(long, value_name = "RUN,...", value_delimiter = ',', conflicts_with = "check")]
    run: Vec<PathBuf>,

    /// The checkout [default: where the nearest Cargo.lock is]
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
}

/// The page that says which runs figures are from.
const README: &str = "README.md";

/// All pages with generated parts.
const PAGES: [&str; 4] =
    [README, "crates/pool-guide/from-go.md", "crates/pool-guide/limits.md", "results/README.md"];

/// What README.md names the runs by.
const RUN: &str = "<!-- run: ";

/// Where runs are kept, from the checkout on.
const RESULTS: &str = "results";

/// What parts are made from.
struct Source {
    root: PathBuf,
    /// The runs as they are named: `MACHINE/RUN`.
    names: Vec<String>,
    runs: Runs,
}

impl Source {
    /// From these runs, with spaces between them.
    fn of(root: PathBuf, runs: &str) -> Result<Self, Error> {
        let names: Vec<String> = runs.split_whitespace().map(str::to_owned).collect();
        let open = |name| Ok(Opened::of(KeptRun::summary(&root.join(RESULTS).join(name))?));
        let runs = Runs::of(names.iter().map(open).collect::<Result<_, Error>>()?)?;
        Ok(Self { root, names, runs })
    }

    fn files(&self) -> impl Iterator<Item = &RunFile> {
        self.runs.all.iter().map(|it| &it.run.file)
    }

    /// The first run, which has what the others have.
    fn file(&self) -> &RunFile {
        &self.runs.all[0].run.file
    }

    /// Without the native pools, which keep less: pages compare them by `ratio` and `value`.
    fn managed(&self, of: &Comparison) -> Comparison {
        of.only(|it| !self.is_native(it))
    }

    fn is_native(&self, contender: &Contender) -> bool {
        let mut native = self.file().backends.iter().filter(|it| it.native);
        native.any(|it| contender.backend() == Some(&it.name))
    }
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Result<(), Error> {
    let root = args.root.clone().unwrap_or_else(checkout);
    let readme = read(&root, README)?;
    let named_run = readme.split_once(RUN).and_then(|(_, rest)| Some(rest.split_once(" -->")?.0));
    let old = named_run
        .ok_or_else(|| Error::Usage(format!("{README} names no run: {RUN}MACHINE/RUN -->")))?;
    let runs = if args.run.is_empty() {
        old.to_owned()
    } else {
        let name = |run: &PathBuf| name(&named(run, &root.join(RESULTS))?);
        args.run.iter().map(name).collect::<Result<Vec<_>, _>>()?.join(" ")
    };
    let readme = readme.replacen(&format!("{RUN}{old} -->"), &format!("{RUN}{runs} -->"), 1);
    let source = Source::of(root.clone(), &runs)?;
    if let Some(other) = source.files().find_map(other) {
        let problem = "is none of the five; measure without --extras and --runner";
        return Err(Error::Usage(format!("the run has {other}, which {problem}")));
    }
    let mut files = make(&source, &readme)?;
    files.retain(|(path, text)| fs::read_to_string(root.join(path)).ok().as_ref() != Some(text));
    for (path, text) in &files {
        if args.check {
            say(format_args!("{}: out of date", Shown(path)));
        } else {
            let written = whole::replace(&root.join(path), text.as_bytes());
            written.map_err(|error| Error::unwritten(path, &error))?;
            print(format_args!("{}: written", Shown(path)))?;
        }
    }
    if !args.check || files.is_empty() {
        return Ok(());
    }
    let what = count(files.len(), "file");
    Err(Error::Failed(format!("out of date: {what}; `cargo compare readme` writes them again")))
}

/// A backend that is none of the five: others stand in runs of their own, and in no table of a page.
fn other(run: &RunFile) -> Option<&str> {
    // Of the five it is known how many packages they pull in.
    let others = run.backends.iter().filter(|it| it.packages_pulled_in.is_none());
    others.map(|it| &*it.name).find(|name| run.configuration.backends.iter().any(|it| it == name))
}

/// Every page and picture as it is to be, with its place in the checkout; says what cannot be made.
fn make(source: &Source, readme: &str) -> Result<Vec<(PathBuf, String)>, Error> {
    let (mut files, mut faults) = (Vec::new(), 0);
    for page in PAGES {
        let text = if page == README { readme.to_owned() } else { read(&source.root, page)? };
        let (made, wrong) = splice::spliced(&text, |words| match words {
            ["picture", cells @ ..] => {
                let (shown, drawn) = picture::picture(source, cells)?;
                files.extend(drawn);
                Ok(shown)
            }
            ["go", run] => go::table(&source.root, run, &figure::up(page)),
            words => figure::figure(source, page, words),
        });
        for fault in &wrong {
            say(format_args!("{page}: {fault}"));
        }
        faults += wrong.len();
        files.push((page.into(), made));
    }
    match faults {
        0 => Ok(files),
        _ => Err(Error::Usage(format!(
            "{} cannot be made; nothing was written",
            count(faults, "part")
        ))),
    }
}

fn read(root: &Path, page: &str) -> Result<String, Error> {
    fs::read_to_string(root.join(page))
        .map_err(|error| Error::Usage(format!("{page}: {error}; --root names a checkout")))
}

/// `MACHINE/RUN`, from the directory of a run.
fn name(directory: &Path) -> Result<String, Error> {
    let mut names = directory.iter().rev().map(|it| it.to_string_lossy().into_owned());
    match (names.next(), names.next()) {
        (Some(run), Some(machine)) => Ok(format!("{machine}/{run}")),
        _ => Err(Error::Usage(format!("--run {}: not in {RESULTS}/", Shown(directory)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{protocol::BackendFacts, report::tests::fixture, tables::fixtures::backend};

    /// From a run that is made up.
    pub(super) fn source() -> Source {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..").into();
        Source {
            root,
            names: vec!["machine/run".to_owned()],
            runs: fixture::runs(&[fixture::run()]),
        }
    }

    #[test]
    fn a_run_with_others_than_the_five_is_refused() {
        let mut run = fixture::run().run.file;
        let kanal = backend("kanal", 0, &[]);
        run.backends.push(BackendFacts { packages_pulled_in: None, ..kanal });
        assert_eq!(other(&run), None);
        run.configuration.backends.push("kanal".to_owned());
        assert_eq!(other(&run), Some("kanal"));
    }

    /// That of this repository, with the run that it names.
    #[test]
    fn the_pages_of_this_repository_are_up_to_date() {
        let root = Some(concat!(env!("CARGO_MANIFEST_DIR"), "/../..").into());
        run(&Args { check: true, run: Vec::new(), root }).unwrap();
    }
}
