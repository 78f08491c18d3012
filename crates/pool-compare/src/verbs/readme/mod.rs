//! `readme`: the parts of README.md and of the guides that are generated.

mod excerpt;
mod figure;
mod go;
mod picture;
mod splice;

use std::{
    fs,
    path::{Path, PathBuf},
};

use self::splice::{Part, parts};
use crate::{
    analysis::Analysis,
    error::Error,
    opened::{Opened, Several, named},
    protocol::BackendFacts,
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
    /// As they are named: `MACHINE/RUN`.
    runs: Vec<String>,
    files: Vec<RunFile>,
    /// What they say, together if there are several.
    analysis: Analysis,
}

impl Source {
    /// From these runs, with spaces between them.
    fn of(root: PathBuf, runs: &str) -> Result<Self, Error> {
        let runs: Vec<String> = runs.split_whitespace().map(str::to_owned).collect();
        let results = root.join(RESULTS);
        let directories: Vec<PathBuf> = runs.iter().map(|run| results.join(run)).collect();
        let (opened, analysis) = if let [directory] = &directories[..] {
            let opened = Opened::of(KeptRun::read(directory)?);
            let analysis = opened.analysis.clone();
            (vec![opened], analysis)
        } else {
            let Several { runs, across } = Several::open(&directories, &results)?;
            (runs, across.analysis)
        };
        let files = opened.into_iter().map(|it| it.run.file).collect();
        Ok(Self { root, runs, files, analysis })
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
    source.files.iter().try_for_each(has_the_five_alone)?;
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
        let parts = match parts(&text) {
            Ok(parts) => parts,
            Err(line) => {
                faults.push(format!("{page}, line {line}: a part that is not ended by <!-- / -->"));
                continue;
            }
        };
        let mut made = Vec::new();
        for part in &parts {
            match part_of(source, page, part) {
                Ok(text) => made.push(text),
                Err(problem) => {
                    faults
                        .push(format!("{page}, line {}: {}: {problem}", part.line, part.words[0]));
                }
            }
            if part.words[0] == "picture" {
                outputs.extend(picture::files(source, &part.words[1..]));
            }
        }
        if made.len() == parts.len() {
            outputs
                .push(Output { path: page.into(), text: splice::replaced(&text, &parts, &made) });
        }
    }
    Ok((outputs, faults))
}

/// The text of a part, or what is wrong.
fn part_of(source: &Source, page: &str, part: &Part) -> Result<String, String> {
    let words: Vec<&str> = part.words.iter().map(String::as_str).collect();
    let made = match words[..] {
        ["code", file] => excerpt::code(&source.root, file, None),
        ["code", file, name] => excerpt::code(&source.root, file, Some(name)),
        ["picture", ref cells @ ..] => picture::picture(source, cells),
        ["go", run] => go::table(&source.root, run, &figure::up(page)),
        _ => figure::figure(source, page, &words),
    };
    if !part.is_block && made.as_ref().is_ok_and(|text| text.contains('\n')) {
        return Err("it takes lines of its own".to_owned());
    }
    made
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
    use crate::report::tests::fixture;

    /// From a run that is made up.
    pub(super) fn source() -> Source {
        let (file, analysis) = fixture::run();
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..").into();
        Source { root, runs: vec!["machine/run".to_owned()], files: vec![file], analysis }
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
        let wrong = "<!-- = best nothing -->x<!-- / --> <!-- = table cost -->x<!-- / -->";
        let (_, faults) = make(&source(), wrong).unwrap();
        assert_eq!(
            faults,
            [
                "README.md, line 1: best: there is no cell \"nothing\"; `cargo compare show cells` \
                 lists them",
                "README.md, line 1: table: it takes lines of its own",
            ]
        );
    }

    #[test]
    fn a_run_with_others_than_the_five_is_refused() {
        let mut run = source().files.remove(0);
        has_the_five_alone(&run).unwrap();
        run.backends.push(BackendFacts {
            name: "kanal".to_owned(),
            package: "pool-extras".to_owned(),
            packages_pulled_in: None,
            capabilities: Vec::new(),
            native: false,
        });
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
