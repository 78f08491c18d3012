//! A chart of some cells of the run, for light pages and for dark ones.

use std::path::PathBuf;

use maud::html;

use super::{
    README, RESULTS, Source,
    figure::{comparison, date, link, machine},
};
use crate::report::{Theme, description, strips_svg};

/// The lines of the page that show it, and its two files, next to the run.
pub(super) fn picture(
    source: &Source,
    cells: &[&str],
) -> Result<(String, [(PathBuf, String); 2]), String> {
    let all = cells.iter().map(|it| Ok(source.managed(comparison(source, it, &[])?)));
    let all = all.collect::<Result<Vec<_>, String>>()?;
    let all: Vec<_> = all.iter().collect();
    let draw = |theme| strips_svg(&all, theme).ok_or("there is nothing to be drawn");
    let path = |name: &str| format!("{RESULTS}/{}/readme-{name}.svg", source.name);
    let (light, dark) = (path("light"), path("dark"));
    let alt = format!("What each takes, as times the best of each cell. {}", description(&all));
    let for_dark = html! { source media="(prefers-color-scheme: dark)" srcset=(dark); };
    let image = html! { img src=(light) alt=(alt); };
    let (for_dark, image) = (for_dark.into_string(), image.into_string());
    let caption = format!("{}, {}: {}.", machine(source), date(source), link(source, README));
    let shown = format!("<picture>\n  {for_dark}\n  {image}\n</picture>\n\n{caption}");
    Ok((shown, [(light.into(), draw(Theme::Light)?), (dark.into(), draw(Theme::Dark)?)]))
}
