//! `readme`: the passages of README.md and of the guides that are generated.
//!
//! `comment` and `passage` find them, `expression` says what one may ask for, a module for each
//! family of expressions makes its text, and `page` reads and writes the files.

mod backends;
mod capabilities;
mod comment;
mod excerpt;
mod expression;
mod fault;
mod figures;
mod laws;
mod lines;
mod markup;
mod page;
mod passage;
mod picture;
mod run;
mod scope;
mod table;

use std::{
    fs,
    path::{Component, Path, PathBuf},
};

use self::{
    fault::Fault,
    page::{File, README, pages, write},
    passage::{NamedRun, Passage, Passages},
    scope::{RESULTS, Scope, Source},
};
use crate::{
    app::App,
    error::Error,
    figures::count,
    store::{KeptRun, checkout},
    tables::wrap,
    terminal::{self, Shown, say},
    verbs::kept::{Opened, named},
};

/// What can be said on the command line.
#[derive(Debug, clap::Args)]
#[command(after_help = details())]
pub(crate) struct Args {
    /// Write nothing, and fail if a passage is not as it would be written
    #[arg(long)]
    check: bool,

    /// Take figures from this run: its directory, or its name as in `list runs` [default: the
    /// one that README.md names]
    #[arg(long, value_name = "RUN", conflicts_with = "check")]
    run: Option<PathBuf>,

    /// The checkout [default: where the nearest Cargo.lock is]
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
}

fn details() -> String {
    let expressions = expression::all().map(|it| {
        let takes = if it.takes.is_empty() { String::new() } else { format!(" {}", it.takes) };
        format!("  {}{takes}\n{}", it.name, wrap(&format!("      {}", it.says)))
    });
    let expressions = expressions.collect::<Vec<_>>().join("\n");
    format!(
        "\
A passage stands between two comments, in a sentence or a cell of a table, or
each comment on a line of its own:
  .. is <!-- = best throughput/cpu-10us -->flume<!-- / --> ..
What is around it is not touched. README.md names the run that figures are from:
  <!-- run: MACHINE/RUN -->

Expressions, whose words with spaces are in quotation marks:
{expressions}

Examples:
  cargo compare readme
      makes every passage anew
  cargo compare readme --check
      says which are stale
  cargo compare readme --run results/my-machine/2026-03-14-1a2b3c4d
      names another run first

Exit codes: 0 all is well, 1 a passage is stale or a file could not be written,
2 a passage cannot be made."
    )
}

/// A page, and what is in it.
#[derive(Debug)]
struct Page {
    path: PathBuf,
    text: String,
    found: Passages,
}

/// Runs the verb.
pub(crate) fn run(args: &Args, app: &App<'_>) -> Result<(), Error> {
    let root = args.root.clone().unwrap_or_else(checkout);
    let pages = read(&root, args.run.as_deref())?;
    let source = source(&root, &pages)?;
    let mut told = Told::default();
    let mut files = Vec::new();
    for page in &pages {
        let scope =
            Scope { root: &root, page: &page.path, backends: app.backends, run: source.as_ref() };
        let made = make(&scope, page, &mut told);
        files.push(File::to_be(&root, page.path.clone(), page.found.replaced(&page.text, &made))?);
    }
    told.faults()?;
    let mut drawn = passages(&pages).filter_map(picture::drawn_in);
    if let Some((source, cells)) = source.zip(drawn.next()) {
        if drawn.next().is_some() {
            return Err(Error::Usage(
                "two passages have a picture, whose files are one".to_owned(),
            ));
        }
        for (name, chart) in picture::files(&source, &cells) {
            let file = File::to_be(&root, Path::new(&source.path()).join(name), chart)?;
            if file.is_stale() {
                told.stale(&file.path, None, "a chart");
            }
            files.push(file);
        }
    }
    let amount =
        format!("{} in {}", count(passages(&pages).count(), "passage"), count(pages.len(), "page"));
    if args.check {
        told.all_fresh()?;
        return terminal::print(format_args!("{amount}: all as they should be"));
    }
    let stale: Vec<&File> = files.iter().filter(|it| it.is_stale()).collect();
    write(&root, &stale)?;
    let mut lines: Vec<_> = stale.iter().map(|it| Shown(&it.path).to_string()).collect();
    lines.push(format!("{amount}, {} written", count(stale.len(), "file")));
    terminal::print(lines.join("\n"))
}

fn passages(pages: &[Page]) -> impl Iterator<Item = &Passage> {
    pages.iter().flat_map(|page| &page.found.passages)
}

/// Reads all pages, and names another run in the README if one is given.
fn read(root: &Path, run: Option<&Path>) -> Result<Vec<Page>, Error> {
    let mut told = Told::default();
    let mut read = Vec::new();
    for (path, text) in pages(root)? {
        let page = Passages::of(&text).and_then(|found| match &found.run {
            Some(named) if path != Path::new(README) => {
                Err(Fault::at(named.line, format!("the run is named in {README} alone")))
            }
            _ => Ok(found),
        });
        match page {
            Ok(found) => read.push(Page { path, text, found }),
            Err(fault) => told.fault(&path, &fault),
        }
    }
    told.faults()?;
    if let (Some(run), Some(readme)) = (run, read.first_mut()) {
        let Some(named) = &readme.found.run else {
            let comment = "`<!-- run: MACHINE/RUN -->`";
            return Err(Error::Usage(format!("{README} has no {comment} that could name a run")));
        };
        readme.text = named.renamed(&readme.text, &kept_name(run, root)?);
        readme.found = Passages::of(&readme.text).map_err(|Fault { line, problem }| {
            Error::Usage(format!("{README}:{line}: {problem}"))
        })?;
    }
    Ok(read)
}

/// What the README calls a run: where it lies below the results of the checkout.
fn kept_name(run: &Path, root: &Path) -> Result<String, Error> {
    let results = root.join(RESULTS);
    let directory = KeptRun::read(&named(run, &results)?)?.directory;
    let [directory, below] = [&directory, &results].map(|path| fs::canonicalize(path).ok());
    let name = directory.zip(below).and_then(|(directory, below)| {
        let name = directory.strip_prefix(below).ok()?;
        let parts =
            name.components().map(|it| it.as_os_str().to_str()).collect::<Option<Vec<_>>>()?;
        Some(parts.join("/")).filter(|name| is_name(name))
    });
    name.ok_or_else(|| {
        Error::Usage(format!("{}: a run of a README is kept below {RESULTS}", Shown(run)))
    })
}

/// Whether this may be the name of a run: `MACHINE/RUN`.
fn is_name(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    let mut normal = || parts.next().is_some_and(|it| matches!(it, Component::Normal(_)));
    normal() && normal() && parts.next().is_none()
}

/// The run that the README names.
fn source(root: &Path, pages: &[Page]) -> Result<Option<Source>, Error> {
    let Some(run) = pages.first().and_then(|readme| readme.found.run.as_ref()) else {
        return Ok(None);
    };
    match open(root, run) {
        Ok(source) => Ok(Some(source)),
        Err(problem) => Err(Error::Usage(format!("{README}:{}: {problem}", run.line))),
    }
}

fn open(root: &Path, run: &NamedRun) -> Result<Source, String> {
    let name = run.name.clone();
    if !is_name(&name) {
        return Err(format!("{name:?} is no MACHINE/RUN below {RESULTS}"));
    }
    let kept = KeptRun::read(&root.join(RESULTS).join(&name)).map_err(|error| error.to_string())?;
    Ok(Source { name, opened: Opened::of(kept) })
}

/// What the passages of a page are to have, as far as they can be made.
fn make(scope: &Scope<'_>, page: &Page, told: &mut Told) -> Vec<String> {
    let mut all = Vec::new();
    for passage in &page.found.passages {
        let line = passage.line;
        match expression::make(scope, &passage.expression, &passage.place) {
            Ok(text) => {
                let content = passage.laid_out(&text);
                if passage.content(&page.text) != content {
                    told.stale(&page.path, Some(line), &passage.expression);
                }
                all.push(content);
            }
            Err(problem) => told.fault(&page.path, &Fault { line, problem }),
        }
    }
    all
}

/// What is to be told of passages, a line each.
#[derive(Debug, Default)]
struct Told {
    faults: Vec<String>,
    stale: Vec<String>,
}

impl Told {
    fn fault(&mut self, page: &Path, fault: &Fault) {
        self.faults.push(format!("{}:{}: {}", Shown(page), fault.line, fault.problem));
    }

    fn stale(&mut self, file: &Path, line: Option<usize>, what: &str) {
        let line = line.map(|line| format!(":{line}")).unwrap_or_default();
        self.stale.push(format!("{}{line}: stale: {what}", Shown(file)));
    }

    /// Tells what is wrong; an error if anything is.
    fn faults(&self) -> Result<(), Error> {
        for line in &self.faults {
            say(format_args!("{line}"));
        }
        let count = self.faults.len();
        if count == 0 { Ok(()) } else { Err(Error::Faulty { count }) }
    }

    /// Tells what is stale; an error if anything is.
    fn all_fresh(&self) -> Result<(), Error> {
        for line in &self.stale {
            say(format_args!("{line}"));
        }
        let count = self.stale.len();
        if count == 0 { Ok(()) } else { Err(Error::Stale { count }) }
    }
}
