//! `report`: one HTML file.

use std::path::PathBuf;

use crate::{
    error::Error, opened::Runs, report::render, store::ResultsArgs, terminal::print, verbs::pick,
    whole,
};

/// What the report is called where no other name is given.
const REPORT: &str = "report.html";

/// What `report` is asked to do.
#[derive(Debug, clap::Args)]
#[command(after_help = include_str!("../help/report.txt"))]
pub(crate) struct Args {
    /// The runs to report on, several taken together: directories, or names as in `show runs`
    /// [default: the newest of this machine]
    #[arg(value_name = "RUN")]
    runs: Vec<PathBuf>,

    /// Where to write the report [default: report.html in the run's directory; of several runs,
    /// in the results directory]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    results: ResultsArgs,
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Result<(), Error> {
    let runs = Runs::open(&args.runs, &args.results, &[])?;
    let path = match (&args.output, &runs.all[..]) {
        (Some(path), _) => path.clone(),
        (None, [one]) => one.run.directory.join(REPORT),
        (None, _) => args.results.directory().join(REPORT),
    };
    let picks = pick::answers(&runs.all[0].run.file.backends, &runs.analysis);
    let page = render(&runs, &picks);
    let written = whole::replace(&path, page.as_bytes());
    written.map_err(|error| Error::unwritten(&path, &error))?;
    print(path.display())
}
