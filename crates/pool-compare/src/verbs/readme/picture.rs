//! A chart of some cells of the run, for light pages and for dark ones.

use maud::html;

use super::{
    Output, README, RESULTS, Source,
    figure::{comparison, date, link, machine},
};
use crate::{
    analysis::{Analysis, Comparison},
    cell::Cell,
    report::{Theme, description, strips_svg},
};

/// What a chart is drawn for, and what that is called in the names of files.
const THEMES: [(&str, Theme); 2] = [("light", Theme::Light), ("dark", Theme::Dark)];

/// The lines of the page that show it.
pub(super) fn picture(source: &Source, cells: &[&str]) -> Result<String, String> {
    let all = cells.iter().map(|it| Ok(source.managed(comparison(source, it, &[])?)));
    let all: Vec<Comparison> = all.collect::<Result<_, String>>()?;
    let said = description(&all.iter().collect::<Vec<_>>());
    let alt = format!("What each takes, as times the best of each cell. {said}");
    let [light, dark] =
        ["light", "dark"].map(|theme| format!("{RESULTS}/{}/{}", source.names[0], file(theme)));
    let for_dark = html! { source media="(prefers-color-scheme: dark)" srcset=(dark); };
    let image = html! { img src=(light) alt=(alt); };
    let (for_dark, image) = (for_dark.into_string(), image.into_string());
    let caption = format!("{}, {}: {}.", machine(source), date(source), link(source, README));
    Ok(format!("<picture>\n  {for_dark}\n  {image}\n</picture>\n\n{caption}"))
}

/// What the chart for a theme is called, next to the first run.
fn file(theme: &str) -> String {
    format!("readme-{theme}.svg")
}

/// The charts of these cells; none for those that the run does not have.
pub(super) fn files(source: &Source, cells: &[String]) -> Vec<Output> {
    let cells: Vec<Cell> = cells.iter().filter_map(|cell| cell.parse().ok()).collect();
    let comparisons =
        source.runs.analysis.comparisons.iter().map(|it| source.managed(it)).collect();
    let analysis = Analysis { comparisons, ..Analysis::default() };
    let chart = |(name, theme)| {
        let text = strips_svg(&analysis, &cells, theme)?;
        Some(Output { path: [RESULTS, &source.names[0], &file(name)].iter().collect(), text })
    };
    THEMES.into_iter().filter_map(chart).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::tests::source, *};

    #[test]
    fn what_is_to_be_seen_is_said_in_words_and_drawn_twice() {
        let cells = ["throughput/empty", "throughput/blocking-1ms"];
        let made = picture(&source(), &cells).unwrap();
        assert!(made.contains(" throughput/empty: std 1.00×, crossbeam "), "{made}");
        assert!(made.contains(" throughput/blocking-1ms: too noisy to rank."), "{made}");
        assert_eq!(files(&source(), &cells.map(str::to_owned)).len(), 2);
        assert!(picture(&source(), &["throughput/cpu-3us"]).is_err());
    }
}
