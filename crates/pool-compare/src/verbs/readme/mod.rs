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
    opened::Opened,
    protocol::Contender,
    store::{KeptRun, checkout},
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

    /// Take figures from this run in results/ [default: the one that README.md names]
    #[arg(long, value_name = "MACHINE/RUN", conflicts_with = "check")]
    run: Option<String>,
}

/// The page that says which run figures are from.
const README: &str = "README.md";

/// All pages with generated parts.
const PAGES: [&str; 4] =
    [README, "crates/pool-guide/from-go.md", "crates/pool-guide/limits.md", "results/README.md"];

/// What README.md names the run by.
const RUN: &str = "<!-- run: ";

/// Where runs are kept, from the checkout on.
const RESULTS: &str = "results";

/// What parts are made from.
struct Source {
    root: PathBuf,
    /// `MACHINE/RUN`.
    name: String,
    run: Opened,
}

impl Source {
    fn open(root: PathBuf, name: String) -> Result<Self, Error> {
        let run = Opened::of(KeptRun::summary(&root.join(RESULTS).join(&name))?);
        Ok(Self { root, name, run })
    }

    /// Without the native pools, which keep less: pages compare them by `ratio` and `value`.
    fn managed(&self, of: &Comparison) -> Comparison {
        of.only(|it| !self.is_native(it))
    }

    fn is_native(&self, contender: &Contender) -> bool {
        let mut native = self.run.run.file.backends.iter().filter(|it| it.native);
        native.any(|it| contender.backend() == Some(&it.name))
    }
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Result<(), Error> {
    let root = checkout();
    let readme = read(&root, README)?;
    let old = named_in(&readme)?;
    let name = args.run.as_deref().unwrap_or(old).to_owned();
    let readme = readme.replacen(&format!("{RUN}{old} -->"), &format!("{RUN}{name} -->"), 1);
    let source = Source::open(root, name)?;
    let path = |page: &Path| source.root.join(page);
    let mut files = make(&source, &readme)?;
    files.retain(|(page, text)| fs::read_to_string(path(page)).ok().as_ref() != Some(text));
    for (page, text) in &files {
        if args.check {
            say(format_args!("{}: out of date", page.display()));
        } else {
            let written = whole::replace(&path(page), text.as_bytes());
            written.map_err(|error| Error::unwritten(page, &error))?;
            print(format_args!("{}: written", page.display()))?;
        }
    }
    if !args.check || files.is_empty() {
        return Ok(());
    }
    let what = count(files.len(), "file");
    Err(Error::Failed(format!("out of date: {what}; `cargo compare readme` writes them again")))
}

/// The run that README.md names: `MACHINE/RUN`.
fn named_in(readme: &str) -> Result<&str, Error> {
    let named = readme.split_once(RUN).and_then(|(_, rest)| Some(rest.split_once(" -->")?.0));
    named.ok_or_else(|| Error::Usage(format!("{README} names no run: {RUN}MACHINE/RUN -->")))
}

/// Every page and picture as it is to be, with its place in the checkout.
fn make(source: &Source, readme: &str) -> Result<Vec<(PathBuf, String)>, Error> {
    let mut files = Vec::new();
    for page in PAGES {
        let text = if page == README { readme.to_owned() } else { read(&source.root, page)? };
        let made = splice::spliced(&text, |words| match words {
            ["picture", cells @ ..] => {
                let (shown, drawn) = picture::picture(source, cells)?;
                files.extend(drawn);
                Ok(shown)
            }
            ["go", run] => go::table(&source.root, run, &figure::up(page)),
            words => figure::figure(source, page, words),
        });
        let made = made.map_err(|fault| Error::Usage(format!("{page}: {fault}")))?;
        files.push((page.into(), made));
    }
    Ok(files)
}

fn read(root: &Path, page: &str) -> Result<String, Error> {
    fs::read_to_string(root.join(page))
        .map_err(|error| Error::Usage(format!("{page}: {error}; this is for a checkout")))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(super) fn source() -> Source {
        let root = checkout();
        let name = named_in(&read(&root, README).unwrap()).unwrap().to_owned();
        Source::open(root, name).unwrap()
    }

    /// The run that README.md names: of ten backends, with all kinds of cells.
    pub(crate) fn run() -> Opened {
        source().run
    }

    #[test]
    fn the_pages_of_this_repository_are_up_to_date() {
        super::run(&Args { check: true, run: None }).unwrap();
    }
}
