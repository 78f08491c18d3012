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
    opened::{Opened, Runs, named},
    protocol::{BackendFacts, Contender},
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

/// A file of the checkout, and what is to be in it.
struct Output {
    path: PathBuf,
    text: String,
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Result<(), Error> {
    let root = args.root.clone().unwrap_or_else(checkout);
    let mut readme = read(&root, README)?;
    let runs = if args.run.is_empty() {
        splice::named_run(&readme).map(str::to_owned).ok_or_else(|| {
            Error::Usage("README.md names no run: <!-- run: MACHINE/RUN -->".to_owned())
        })?
    } else {
        let name = |run: &PathBuf| name(&named(run, &root.join(RESULTS))?);
        args.run.iter().map(name).collect::<Result<Vec<_>, _>>()?.join(" ")
    };
    readme = splice::name_run(&readme, &runs);
    let source = Source::of(root.clone(), &runs)?;
    source.files().try_for_each(has_the_five_alone)?;
    let (outputs, faults) = make(&source, &readme)?;
    for fault in &faults {
        say(format_args!("{fault}"));
    }
    if !faults.is_empty() {
        return Err(Error::Faulty(faults.len()));
    }
    let is_stale =
        |it: &&Output| fs::read_to_string(root.join(&it.path)).ok().as_ref() != Some(&it.text);
    let stale: Vec<_> = outputs.iter().filter(is_stale).collect();
    for Output { path, text } in &stale {
        if args.check {
            say(format_args!("{}: out of date", Shown(path)));
        } else {
            whole::replace(&root.join(path), text.as_bytes())
                .map_err(|source| Error::Unwritten { path: path.clone(), source })?;
            print(format_args!("{}: written", Shown(path)))?;
        }
    }
    if args.check && !stale.is_empty() { Err(Error::Stale(stale.len())) } else { Ok(()) }
}

/// Others stand apart from the five: in their own runs, and in no table of a page.
fn has_the_five_alone(run: &RunFile) -> Result<(), Error> {
    let measured = |it: &&BackendFacts| run.configuration.backends.contains(&it.name);
    // Of the five it is known how many packages they pull in.
    let other = |it: &&BackendFacts| it.packages_pulled_in.is_none();
    match run.backends.iter().filter(measured).find(other) {
        Some(BackendFacts { name, .. }) => {
            let problem = "is none of the five; measure without --extras and --runner";
            Err(Error::Usage(format!("the run has {name}, which {problem}")))
        }
        None => Ok(()),
    }
}

/// Every page and picture as it is to be, and why parts cannot be made.
fn make(source: &Source, readme: &str) -> Result<(Vec<Output>, Vec<String>), Error> {
    let (mut outputs, mut faults) = (Vec::new(), Vec::new());
    for page in PAGES {
        let text = if page == README { readme.to_owned() } else { read(&source.root, page)? };
        let made = splice::spliced(&text, |words| match words {
            ["picture", cells @ ..] => {
                let (shown, files) = picture::picture(source, cells)?;
                outputs.extend(files);
                Ok(shown)
            }
            ["go", run] => go::table(&source.root, run, &figure::up(page)),
            words => figure::figure(source, page, words),
        });
        match made {
            Ok(text) => outputs.push(Output { path: page.into(), text }),
            Err(all) => faults.extend(all.iter().map(|it| format!("{page}, {it}"))),
        }
    }
    Ok((outputs, faults))
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
    use crate::{report::tests::fixture, tables::fixtures::backend};

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
    fn a_page_is_made_from_its_parts_and_all_that_is_wrong_is_named() {
        let page = "a <!-- = best throughput/empty -->x<!-- / --> b\n\
                    <!-- = table cost -->\n<!-- / -->\n";
        let (outputs, faults) = make(&source(), page).unwrap();
        assert!(faults.is_empty(), "{faults:?}");
        let readme = &outputs[0].text;
        assert!(readme.starts_with("a <!-- = best throughput/empty -->std<!-- / --> b\n"));
        assert!(readme.contains("-->\n\nCost: "), "{readme}");
        let (_, faults) = make(&source(), "<!-- = best nothing -->x<!-- / -->").unwrap();
        assert!(faults[0].starts_with("README.md, line 1: best: there is no cell \"nothing\""));
    }

    #[test]
    fn a_run_with_others_than_the_five_is_refused() {
        let mut run = fixture::run().run.file;
        let kanal = backend("kanal", 0, &[]);
        run.backends.push(BackendFacts { packages_pulled_in: None, ..kanal });
        has_the_five_alone(&run).unwrap();
        run.configuration.backends.push("kanal".to_owned());
        let refused = has_the_five_alone(&run).unwrap_err().to_string();
        assert!(refused.starts_with("the run has kanal, which is none of the five"), "{refused}");
    }

    /// That of this repository, with the run that it names.
    #[test]
    fn the_pages_of_this_repository_are_up_to_date() {
        let root = Some(concat!(env!("CARGO_MANIFEST_DIR"), "/../..").into());
        run(&Args { check: true, run: Vec::new(), root }).unwrap();
    }
}
