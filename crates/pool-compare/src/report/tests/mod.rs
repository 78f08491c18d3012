//! The report of the run that README.md names.

mod browser;

use super::*;
use crate::{
    analysis::Analysis,
    opened::{Opened, Runs},
    protocol::{Input, InputKind},
    verbs::readme::tests::run,
};

/// One run, or several as if they said the same as the first.
pub(crate) fn runs(runs: &[Opened]) -> Runs {
    Runs { analysis: runs[0].analysis.clone(), all: runs.to_vec(), outside: None }
}

/// The report of one run, or of several.
fn page(all: &[Opened]) -> String {
    render(&runs(all), &[("jobs of 1 µs", "std".to_owned())])
}

#[test]
fn sections_come_in_order_and_those_without_data_are_left_out() {
    let sections = |html: &str| -> Vec<String> {
        let ids = html.split("<section id=\"").skip(1).filter_map(|it| it.split('"').next());
        ids.map(str::to_owned).collect()
    };
    let all = ["picks", "matrix", "lengths", "scaling", "ratios", "tables", "environment"];
    assert_eq!(sections(&page(&[run()])), all);
    let empty = Opened { analysis: Analysis::default(), ..run() };
    assert_eq!(sections(&page(&[empty])), ["picks", "environment"]);
}

#[test]
fn each_of_several_runs_has_a_small_mark_in_the_charts() {
    let marks = |html: &str| html.matches("class=\"of-run\"").count();
    assert_eq!(marks(&page(&[run()])), 0);
    let several = page(&[run(), run()]);
    for section in ["scaling", "lengths", "ratios"] {
        let section = several.split(&format!("id=\"{section}\"")).nth(1).unwrap();
        let section = section.split("</section>").next().unwrap();
        // Two for each that the runs have together.
        assert!(marks(section) >= section.matches("class=\"marker\"").count(), "{section}");
    }
}

#[test]
fn nothing_is_loaded_or_run_text_from_files_is_escaped_and_directories_are_left_out() {
    let hostile = "<script>alert(1)</script>\"'&<b title=\"";
    let mut run = run();
    run.run.file.environment.cpu = Some(hostile.to_owned());
    run.run.file.environment.date = hostile.to_owned();
    run.run.file.configuration.preset = hostile.to_owned();
    run.run.file.configuration.backends[1] = hostile.to_owned();
    let path = "/home/somebody/jobs.csv".to_owned();
    let input = Input { kind: InputKind::Trace, path, sha256: "0".repeat(64) };
    run.run.file.configuration.input = Some(input);
    let html = page(&[run.clone(), run]);
    for bad in ["http://", "https://", "src=", "@import", "url(", "<script", "<b title"] {
        assert!(!html.contains(bad), "{bad}");
    }
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;'&amp;&lt;b"));
    assert!(html.contains("jobs.csv") && !html.contains("somebody"));
}
