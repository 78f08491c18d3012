//! A chart of some cells of the run, for light pages and for dark ones.

use maud::html;

use super::{
    Output, README, RESULTS, Source,
    figure::{comparison, date, link, machine},
};
use crate::{
    analysis::Comparison,
    report::{Theme, description, strips_svg},
};

/// The lines of the page that show it, and its two files, next to the first run.
pub(super) fn picture(source: &Source, cells: &[&str]) -> Result<(String, [Output; 2]), String> {
    let all = cells.iter().map(|it| Ok(source.managed(comparison(source, it, &[])?)));
    let all: Vec<Comparison> = all.collect::<Result<_, String>>()?;
    let all: Vec<&Comparison> = all.iter().collect();
    let draw = |name: &str, theme| {
        let path = format!("{RESULTS}/{}/readme-{name}.svg", source.names[0]).into();
        let text = strips_svg(&all, theme).ok_or("there is nothing to be drawn")?;
        Ok::<_, String>(Output { path, text })
    };
    let (light, dark) = (draw("light", Theme::Light)?, draw("dark", Theme::Dark)?);
    let said = description(&all);
    let alt = format!("What each takes, as times the best of each cell. {said}");
    let (path, dark_path) = (light.path.display(), dark.path.display());
    let for_dark = html! { source media="(prefers-color-scheme: dark)" srcset=(dark_path); };
    let image = html! { img src=(path) alt=(alt); };
    let (for_dark, image) = (for_dark.into_string(), image.into_string());
    let caption = format!("{}, {}: {}.", machine(source), date(source), link(source, README));
    let shown = format!("<picture>\n  {for_dark}\n  {image}\n</picture>\n\n{caption}");
    Ok((shown, [light, dark]))
}

#[cfg(test)]
mod tests {
    use super::{super::tests::source, *};

    #[test]
    fn what_is_to_be_seen_is_said_in_words_and_drawn_twice() {
        let cells = ["throughput/empty", "throughput/blocking-1ms"];
        let (shown, [_, dark]) = picture(&source(), &cells).unwrap();
        assert!(shown.contains(" throughput/empty: std 1.00×, crossbeam "), "{shown}");
        assert!(shown.contains(" throughput/blocking-1ms: too noisy to rank."), "{shown}");
        assert!(dark.text.starts_with("<svg xmlns=") && !dark.text.contains("var(--"));
        assert!(dark.text.contains("Empty jobs") && dark.text.contains("too noisy to rank"));
        assert!(picture(&source(), &["throughput/cpu-3us"]).is_err());
    }
}
