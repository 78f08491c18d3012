//! The report of runs that are made up.

mod browser;
pub(crate) mod fixture;

use super::*;
use crate::{
    analysis::Analysis,
    opened::Opened,
    protocol::{Input, InputKind},
};

/// The report of one run, or of several.
pub(super) fn page(runs: &[Opened]) -> String {
    render(&fixture::runs(runs), &[("jobs of 1 µs", "std".to_owned())])
}

#[test]
fn sections_come_in_order_and_those_without_data_are_left_out() {
    let sections = |html: &str| -> Vec<String> {
        let ids = html.split("<section id=\"").skip(1).filter_map(|it| it.split('"').next());
        ids.map(str::to_owned).collect()
    };
    let all = ["picks", "matrix", "lengths", "scaling", "ratios", "tables", "environment"];
    assert_eq!(sections(&page(&[fixture::run()])), all);
    let empty = Opened { analysis: Analysis::default(), ..fixture::run() };
    assert_eq!(sections(&page(&[empty])), ["picks", "environment"]);
}

#[test]
fn each_of_several_runs_has_a_small_mark_in_the_charts() {
    let marks = |html: &str| html.matches("class=\"of-run\"").count();
    assert_eq!(marks(&page(&[fixture::run()])), 0);
    let several = page(&[fixture::run(), fixture::run()]);
    let analysis = fixture::run().analysis;
    let main = analysis.comparisons.iter().filter(|it| it.is_main());
    assert!(marks(&several) >= 2 * main.map(|it| backends(it).count()).sum::<usize>());
    let swept = several.split("id=\"scaling\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert_eq!(marks(swept), 2 * 5 * 6, "of two runs, five curves of six points");
}

#[test]
fn nothing_is_loaded_from_anywhere_or_run() {
    let html = page(&[fixture::run()]);
    for load in ["http://", "https://", "src=", "@import", "url(", "<script"] {
        assert!(!html.contains(load), "{load}");
    }
}

#[test]
fn text_from_files_is_escaped_and_directories_are_left_out() {
    let hostile = "<script>alert(1)</script>\"'&<b title=\"";
    let mut run = fixture::run();
    run.run.file.environment.cpu = Some(hostile.to_owned());
    run.run.file.environment.date = hostile.to_owned();
    run.run.file.configuration.preset = hostile.to_owned();
    run.run.file.configuration.backends[1] = hostile.to_owned();
    let path = "/home/somebody/jobs.csv".to_owned();
    let input = Input { kind: InputKind::Trace, path, sha256: "0".repeat(64) };
    run.run.file.configuration.input = Some(input);
    let html = page(&[run.clone(), run]);
    assert!(!html.contains("<script") && !html.contains("<b title"));
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;'&amp;&lt;b"));
    assert!(html.contains("jobs.csv") && !html.contains("somebody"));
}
