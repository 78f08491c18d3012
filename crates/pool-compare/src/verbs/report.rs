//! `report`: one HTML file.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    error::Error,
    opened::Runs,
    report::{GENERATOR, render},
    shown::Shown,
    store::ResultsArgs,
    terminal::print,
    verbs::pick,
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
    if path.exists() && !is_report(&path) {
        let problem = "what is there is no report; name another file with --output";
        return Err(Error::Usage(format!("{}: {problem}", Shown(&path))));
    }
    let picks = pick::answers(&runs.all[0].run.file.backends, &runs.analysis);
    let page = render(&runs, &picks);
    let written = whole::replace(&path, page.as_bytes());
    written.map_err(|error| Error::unwritten(&path, &error))?;
    print(Shown(&path))
}

/// Whether it is a file that says, in its head, that it is a report.
fn is_report(path: &Path) -> bool {
    let mark = format!("=\"{GENERATOR}\"");
    let text = fs::read_to_string(path).unwrap_or_default();
    text.split_once("</head>").is_some_and(|it| it.0.contains(&mark))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture;

    #[test]
    fn reports_lie_by_their_runs_and_what_is_no_report_stays() {
        let dir = tempfile::tempdir().unwrap();
        let results = ResultsArgs { results: Some(dir.path().to_owned()) };
        let report = |runs: &[&PathBuf]| {
            let runs = runs.iter().map(|&it| it.clone()).collect();
            run(&Args { runs, output: None, results: results.clone() })
        };
        let [one, other] = [(); 2].map(|()| {
            let mut recorder = fixture::recorder(dir.path());
            for sample in fixture::samples() {
                recorder.append(&sample).unwrap();
            }
            recorder.directory().to_owned()
        });
        // Twice: over itself; and a run with a report is a run as before.
        for _ in 0..2 {
            report(&[&one]).unwrap();
        }
        report(&[&one, &other]).unwrap();
        let html = fs::read_to_string(dir.path().join(REPORT)).unwrap();
        assert!(html.contains("All that is known of ") && html.contains("shutdown/idle"));
        assert!(one.join(REPORT).exists() && !other.join(REPORT).exists());
        fs::write(one.join(REPORT), "My thesis on cargo compare report").unwrap();
        let error = report(&[&one]).unwrap_err().to_string();
        assert!(error.contains("what is there is no report"), "{error}");
    }
}
