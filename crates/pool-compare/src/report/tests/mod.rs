//! The report of runs that are made up.

mod browser;
pub(crate) mod fixture;

use super::*;
use crate::{
    cell::Cell,
    protocol::{Input, InputKind},
    store::summary,
};

/// The sections of a page, by the last part of their ids.
fn sections(html: &str) -> Vec<&str> {
    let ids = html.split("<section id=\"").skip(1).filter_map(|it| it.split('"').next());
    ids.filter_map(|id| id.rsplit('-').next()).collect()
}

#[test]
fn sections_come_in_order_and_those_without_data_are_left_out() {
    let all = ["glance", "ratios", "granularity", "scaling", "ranks", "environment"];
    assert_eq!(sections(&render(&[fixture::run()])), all);
    assert_eq!(sections(&render(&[fixture::without("")])), ["environment"]);
    let html = render(&[fixture::run(), fixture::without("cost")]);
    assert!(html.contains("href=\"#run-2-all\"") && html.contains("id=\"run-2-all\""));
}

#[test]
fn nothing_is_loaded_from_anywhere() {
    let html = render(&[fixture::run()]);
    for load in ["http://", "https://", "src=", "@import", "url(", "fetch(", "//cdn"] {
        assert!(!html.contains(load), "{load}");
    }
}

#[test]
fn text_from_files_is_escaped_and_directories_are_left_out() {
    let hostile = "<script>alert(1)</script>\"'&<b title=\"";
    let mut run = fixture::run();
    run.0.environment.cpu = Some(hostile.to_owned());
    run.0.environment.date = hostile.to_owned();
    run.0.configuration.preset = hostile.to_owned();
    run.0.configuration.backends[1] = hostile.to_owned();
    let path = "/home/somebody/jobs.csv".to_owned();
    let input = Input { kind: InputKind::Trace, path, sha256: "0".repeat(64) };
    run.0.configuration.input = Some(input);
    let html = render(&[run.clone(), run]);
    assert!(!html.contains("<script>alert") && !html.contains("<b title"));
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;'&amp;&lt;b"));
    assert!(html.contains("jobs.csv") && !html.contains("somebody"));
}

#[test]
fn figures_are_those_of_the_summary() {
    let run = fixture::run();
    let html = render(std::slice::from_ref(&run));
    let summary = summary(&run.1);
    let mut lines = csv::Reader::from_reader(summary.as_bytes());
    let columns = lines.headers().unwrap().clone();
    let estimate = columns.iter().position(|it| it == "estimate").unwrap();
    let values = lines.records().map(Result::unwrap).filter(|it| &it[0] == "value");
    let mut compared = 0;
    for line in values {
        compared += 1;
        let value: f64 = line[estimate].parse().unwrap();
        assert!(html.contains(&format!("data-value=\"{value}\"")), "{line:?}");
    }
    assert!(compared > 50, "{compared}");
}

#[test]
fn a_chart_of_its_own_has_its_colours_in_it() {
    let (file, analysis) = fixture::run();
    let cells: Vec<Cell> = file.configuration.cells.into_iter().map(|plan| plan.cell).collect();
    let chart = forest_svg(&analysis, &cells, Theme::Dark).unwrap();
    assert!(chart.starts_with("<svg xmlns=") && !chart.contains("var(--"));
    assert!(chart.contains("throughput/blocking-1ms · too noisy to rank"));
    assert_eq!(forest_svg(&analysis, &[], Theme::Dark), None);
}

#[test]
fn a_date_is_written_as_people_do_and_anything_else_as_it_is() {
    assert_eq!(date("2026-03-04T15:09:26Z"), "4 March 2026, 15:09 UTC");
    for odd in ["", "yesterday", "2026-13-04T15:09:26Z", "2026-03-04TéZ"] {
        assert_eq!(date(odd), odd);
    }
}
