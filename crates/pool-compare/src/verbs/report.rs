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

    /// Replace the output even if it is no report
    #[arg(long)]
    force: bool,
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Result<(), Error> {
    let runs = Runs::open(&args.runs, &args.results, &[])?;
    let path = match (&args.output, &runs.all[..]) {
        (Some(path), _) => path.clone(),
        (None, [one]) => one.run.directory.join(REPORT),
        (None, _) => args.results.directory().join(REPORT),
    };
    // A symbolic link stays, and what it leads to is replaced.
    let target = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
    let usage = |problem| Err(Error::Usage(format!("--output {}: {problem}", Shown(&path))));
    if !whole::directory_of(&target).is_dir() {
        return usage("there is no such directory");
    }
    if target.exists() && !is_report(&target) && !(args.force && target.is_file()) {
        return usage("what is there is no report; --force replaces a file");
    }
    let picks = pick::answers(&runs.all[0].run.file.backends, &runs.analysis);
    let page = render(&runs, &picks);
    let written = whole::replace(&target, page.as_bytes());
    written.map_err(|error| Error::unwritten(&target, &error))?;
    print(Shown(&path))
}

/// Whether it is a file that says, in its head, that it is a report.
fn is_report(path: &Path) -> bool {
    let text = if path.is_file() { fs::read_to_string(path).ok() } else { None };
    let mark = format!("=\"{GENERATOR}\"");
    text.is_some_and(|text| text.split_once("</head>").is_some_and(|it| it.0.contains(&mark)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture;

    #[test]
    fn reports_lie_by_their_runs_and_what_is_no_report_stays_unless_forced() {
        let dir = tempfile::tempdir().unwrap();
        let results = ResultsArgs { results: Some(dir.path().to_owned()) };
        let report = |runs: &[&PathBuf], force| {
            let runs = runs.iter().map(|&it| it.clone()).collect();
            run(&Args { runs, output: None, results: results.clone(), force })
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
            report(&[&one], false).unwrap();
            let html = fs::read_to_string(one.join(REPORT)).unwrap();
            assert!(html.contains("throughput/cpu-10us") && html.contains("shutdown/idle"));
        }
        report(&[&one, &other], false).unwrap();
        let html = fs::read_to_string(dir.path().join(REPORT)).unwrap();
        assert!(html.contains("All that is known of ") && html.contains("The runs"));
        assert!(!other.join(REPORT).exists());

        let page = one.join(REPORT);
        fs::write(&page, "My thesis on cargo compare report").unwrap();
        let error = report(&[&one], false).unwrap_err().to_string();
        assert!(error.ends_with("no report; --force replaces a file"), "{error}");
        report(&[&one], true).unwrap();
        #[cfg(unix)]
        {
            let elsewhere = dir.path().join("elsewhere.html");
            fs::rename(&page, &elsewhere).unwrap();
            std::os::unix::fs::symlink(&elsewhere, &page).unwrap();
            report(&[&one], false).unwrap();
            assert!(page.is_symlink() && elsewhere.is_file());
        }
    }
}
