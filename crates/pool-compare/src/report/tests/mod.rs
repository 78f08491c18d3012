//! The report of runs that are made up here, because nothing is to be measured for it.

mod browser;
pub(crate) mod fixture;
mod markup;
mod page;

/// A chart in a file of its own.
pub(crate) fn chart() -> String {
    let (file, analysis, _) = fixture::run();
    let cells: Vec<_> = file.configuration.cells.into_iter().map(|plan| plan.cell).collect();
    super::forest_svg(&analysis, &cells, super::Theme::Light).unwrap()
}
