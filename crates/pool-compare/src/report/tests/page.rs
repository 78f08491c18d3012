//! What is on the page.

use std::collections::HashSet;

use super::{
    fixture::{self, BACKENDS},
    markup::{assert_well_formed, tags},
};
use crate::{
    analysis::{Analysis, Length},
    protocol::{Input, InputKind},
    report::{Theme, forest_svg, ratio::to_best, render},
    store::summary,
};

/// The sections of a page, by the last part of their ids.
fn sections(html: &str) -> Vec<String> {
    let tags = tags(html).into_iter().filter(|tag| tag.name == "section" && !tag.closes);
    tags.filter_map(|tag| Some(tag.attribute("id")?.rsplit('-').next()?.to_owned())).collect()
}

#[test]
fn the_page_of_one_run_or_several_is_well_formed() {
    assert_well_formed(&render(&[fixture::run()]));
    assert_well_formed(&render(&[fixture::run(), fixture::without(&["cost"])]));
    assert_well_formed(&render(&[]));
}

#[test]
fn several_runs_are_listed_at_the_top() {
    let html = render(&[fixture::run(), fixture::run()]);
    assert!(html.contains("href=\"#run-2-all\"") && html.contains("id=\"run-2-all\""));
    assert!(!render(&[fixture::run()]).contains("href=\"#run-"));
}

#[test]
fn nothing_is_loaded_from_anywhere() {
    let html = render(&[fixture::run()]);
    for load in ["http://", "https://", "src=", "@import", "url(", "fetch(", "//cdn"] {
        assert!(!html.contains(load), "{load}");
    }
    let loaded: Vec<_> = tags(&html)
        .iter()
        .filter(|tag| tag.name == "link")
        .map(|tag| tag.attribute("href"))
        .collect();
    assert_eq!(loaded, [Some("data:,")]);
}

#[test]
fn sections_come_in_order_and_those_without_data_are_left_out() {
    let last = ["environment", "method", "traces"];
    let all = ["summary", "ranks", "ratios", "granularity", "latency", "shutdown", "cost"];
    assert_eq!(sections(&render(&[fixture::run()])), [&all[..], &last].concat());
    let some = fixture::without(&["latency", "cost", "throughput/cpu"]);
    let left = ["summary", "ranks", "ratios", "shutdown"];
    assert_eq!(sections(&render(&[some])), [&left[..], &last].concat());
    let none = fixture::without(&["throughput", "latency", "shutdown", "cost"]);
    assert_eq!(sections(&render(&[none])), last);
}

#[test]
fn text_from_files_is_escaped_wherever_it_stands() {
    let hostile = "<script>alert(1)</script>\"'&<b title=\"";
    let mut run = fixture::run_of(&["std", hostile]);
    run.0.environment.cpu = Some(hostile.to_owned());
    run.0.environment.date = hostile.to_owned();
    run.0.configuration.preset = hostile.to_owned();
    run.0.environment.libraries.insert(hostile.to_owned(), hostile.to_owned());
    let html = render(&[run.clone(), run.clone()]);
    assert!(!html.contains("<script>alert") && !html.contains("<b title"));
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;'&amp;&lt;b"));
    assert_well_formed(&html);
    let cells: Vec<_> = run.1.comparisons.iter().map(|it| it.cell.clone()).collect();
    assert_well_formed(&forest_svg(&run.1, &cells, Theme::Light).unwrap());
}

#[test]
fn the_file_of_the_jobs_is_named_without_the_directories_of_whoever_measured() {
    let mut run = fixture::run();
    let path = "/home/somebody/jobs.csv".to_owned();
    let input = Input { kind: InputKind::Trace, path, sha256: "0".repeat(64) };
    run.0.configuration.input = Some(input);
    let html = render(&[run]);
    assert!(html.contains("jobs.csv") && !html.contains("somebody"));
}

/// The numbers of a page that can be read by programs.
fn numbers(html: &str) -> HashSet<u64> {
    let tags = tags(html);
    let of = |name| tags.iter().filter_map(move |tag| tag.attribute(name));
    let all = of("data-value").chain(of("data-low")).chain(of("data-high"));
    all.map(|text| text.parse::<f64>().unwrap().to_bits()).collect()
}

/// All numbers of the analysis.
fn analysed(analysis: &Analysis) -> Vec<f64> {
    let mut all: Vec<f64> = analysis.noise_floor.into_iter().collect();
    let mut intervals = Vec::new();
    for comparison in &analysis.comparisons {
        intervals.extend(comparison.twin);
        for row in &comparison.rows {
            intervals.push(row.value);
            all.extend(row.efficiency);
            intervals.extend(to_best(comparison, row).filter(|ratio| ratio.low < ratio.high));
        }
    }
    for it in &analysis.granularity {
        match it.length {
            Length::At(length) => intervals.push(length),
            Length::AtMost(length) | Length::Beyond(length) => all.push(length),
        }
    }
    all.extend(intervals.iter().flat_map(|it| [it.low, it.estimate, it.high]));
    all
}

#[test]
fn every_number_of_the_analysis_is_on_the_page_exactly() {
    let run = fixture::run();
    let analysis = run.1.clone();
    let shown = numbers(&render(&[run]));
    for number in analysed(&analysis) {
        assert!(shown.contains(&number.to_bits()), "{number} is not there");
    }
}

#[test]
fn figures_are_those_of_the_summary() {
    let run = fixture::run();
    let summary = summary(&run.1);
    let shown = numbers(&render(&[run]));
    let mut lines = csv::Reader::from_reader(summary.as_bytes());
    let columns = lines.headers().unwrap().clone();
    let mut compared = 0;
    for line in lines.records() {
        let line = line.unwrap();
        let field = |name| &line[columns.iter().position(|it| it == name).unwrap()];
        if matches!(field("kind"), "value" | "twin" | "efficiency" | "granularity") {
            let figures = ["estimate", "low", "high"].map(field);
            for figure in figures.into_iter().filter(|it| !it.is_empty()) {
                let exact: f64 = figure.parse().unwrap();
                assert!(shown.contains(&exact.to_bits()), "{line:?}");
                compared += 1;
            }
        }
    }
    assert!(compared > 100);
}

#[test]
fn ties_noise_and_previews_are_said_plainly() {
    let html = render(&[fixture::run()]);
    for said in [
        ">1=<",
        "Too noisy to rank anyone: throughput/blocking-1ms.",
        "Previews, of fewer than five processes: cost/memory.",
        "throughput/blocking-1ms · too noisy to rank",
        "METG(50)",
        "M/s",
    ] {
        assert!(html.contains(said), "{said}");
    }
    let mut interrupted = fixture::run();
    interrupted.0.ended = None;
    assert!(render(&[interrupted]).contains("This run is not complete."));
    assert!(!html.contains("This run is not complete."));
}

#[test]
fn processes_that_are_not_complete_are_in_no_curve() {
    let (file, analysis, mut samples) = fixture::run();
    let with = render(&[(file.clone(), analysis.clone(), samples.clone())]);
    let complete = samples.iter().map(|it| it.process).max();
    samples.retain(|it| Some(it.process) != complete);
    assert_eq!(render(&[(file, analysis, samples)]), with);
}

#[test]
fn every_chart_says_in_words_what_it_shows() {
    let html = render(&[fixture::run()]);
    let tags = tags(&html);
    let charts: Vec<_> = tags
        .iter()
        .filter(|tag| tag.attribute("class").is_some_and(|it| it.starts_with("chart")))
        .collect();
    assert!(charts.len() > 10);
    for chart in charts {
        assert_eq!(chart.attribute("role"), Some("img"));
        assert!(chart.attribute("aria-labelledby").is_some());
    }
    assert!(!html.contains("></title>") && !html.contains("></desc>"));
}

#[test]
fn a_forest_plot_stands_alone_in_light_and_dark() {
    let (_, analysis, _) = fixture::run();
    let cell = |name: &str| name.parse().unwrap();
    let cells = [cell("throughput/empty"), cell("throughput/cpu-10us")];
    let [light, dark] = [Theme::Light, Theme::Dark].map(|theme| {
        let svg = forest_svg(&analysis, &cells, theme).unwrap();
        assert_well_formed(&svg);
        assert!(svg.starts_with("<svg xmlns=") && !svg.contains("var("));
        assert!(BACKENDS.iter().all(|name| svg.contains(name)));
        svg
    });
    assert_ne!(light, dark);
    assert_eq!(forest_svg(&analysis, &[cell("latency/other/50%")], Theme::Light), None);
}
