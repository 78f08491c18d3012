//! `report`: one HTML file.

use std::path::PathBuf;

use crate::{
    error::Error, opened::Runs, report::render, shown::Shown, store::ResultsArgs, terminal::print,
    verbs::pick, whole,
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
    print(Shown(&path))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::store::fixture;

    #[test]
    fn a_report_lies_by_its_run_and_one_of_several_by_all() {
        let dir = tempfile::tempdir().unwrap();
        let runs = [(); 2].map(|()| {
            let mut recorder = fixture::recorder(dir.path());
            for sample in fixture::samples() {
                recorder.append(&sample).unwrap();
            }
            recorder.directory().to_owned()
        });
        let results = ResultsArgs { results: Some(dir.path().to_owned()) };
        for (runs, at) in [(&runs[..1], runs[0].as_path()), (&runs, dir.path())] {
            run(&Args { runs: runs.to_vec(), output: None, results: results.clone() }).unwrap();
            let html = fs::read_to_string(at.join(REPORT)).unwrap();
            assert!(html.contains("shutdown/idle"), "{html}");
        }
        assert!(!runs[1].join(REPORT).exists());
    }
}
