//! Estimates with their intervals, one to a row, on one axis.

use maud::{Markup, html};

use super::{Axis, Layout, Words, line, px, shortened, svg, text};
use crate::{report::series::Series, statistics::Interval};

/// A chart of rows.
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) words: Words,
    pub(crate) axis: Axis,
    pub(crate) groups: Vec<Group>,
}

/// The rows of one cell.
#[derive(Debug)]
pub(crate) struct Group {
    /// The cell's name.
    pub(crate) cell: String,
    /// What is said of it beside its name.
    pub(crate) note: Option<&'static str>,
    /// Between these values, a difference is none that matters.
    pub(crate) band: Option<(f64, f64)>,
    /// Whether the estimates lead to no ranks.
    pub(crate) doubtful: bool,
    pub(crate) rows: Vec<Mark>,
}

/// One estimate.
#[derive(Debug)]
pub(crate) struct Mark {
    pub(crate) name: String,
    pub(crate) series: Series,
    pub(crate) at: Interval,
    /// The estimate for people.
    pub(crate) shown: String,
}

/// Heights, from top to bottom.
const MARGIN: f64 = 26.0;
const HEADING: f64 = 26.0;
const ROW: f64 = 19.0;
const BETWEEN_GROUPS: f64 = 8.0;
const FOOT: f64 = 44.0;

/// The values that an axis for these rows should show: all estimates, and intervals as far as
/// they leave room for these. Of two processes, an interval may be a thousand times as wide.
pub(crate) fn visible(groups: &[Group]) -> Vec<f64> {
    const BEYOND: f64 = 2.0;
    let all = || groups.iter().flat_map(|group| &group.rows).map(|row| row.at);
    let usable = || all().map(|it| it.estimate).filter(|it| it.is_finite() && *it > 0.0);
    let least = usable().fold(f64::INFINITY, f64::min) / BEYOND;
    let greatest = usable().fold(0.0, f64::max) * BEYOND;
    let ends = all().flat_map(|it| [it.low.max(least), it.high.min(greatest)]);
    usable().chain(ends).collect()
}

impl Rows {
    /// Draws it.
    pub(crate) fn svg(&self, layout: Layout) -> Markup {
        let (left, right) = match layout {
            Layout::Wide => (120.0, self.figures_width()),
            Layout::Narrow => (86.0, 12.0),
        };
        let range = (left, layout.width() - right);
        let group_height = |group: &Group| {
            group.rows.iter().fold(HEADING + BETWEEN_GROUPS, |height, _| height + ROW)
        };
        let bottom = self.groups.iter().map(group_height).sum::<f64>() + MARGIN;
        let mut top = MARGIN;
        let groups: Vec<_> = self
            .groups
            .iter()
            .map(|group| {
                let at = top;
                top += group_height(group);
                self.group(group, at, range, layout)
            })
            .collect();
        let content = html! {
            (self.grid(range, bottom))
            @for group in groups { (group) }
            @let middle = f64::midpoint(range.0, range.1);
            (text("label", "middle", (middle, bottom + 36.0), &self.axis.label))
        };
        svg(&self.words, layout, bottom + FOOT, &content)
    }

    /// How wide the figures beside the plot are, at most.
    fn figures_width(&self) -> f64 {
        const MOST: f64 = 300.0;
        const CHARACTER: f64 = 7.0;
        let figures = self.groups.iter().flat_map(|group| &group.rows).map(|row| &row.shown);
        let width = |figure: &String| figure.chars().fold(20.0, |width, _| width + CHARACTER);
        figures.map(width).fold(0.0, f64::max).min(MOST)
    }

    /// The marked values, above and below: charts of many rows are long.
    fn grid(&self, range: (f64, f64), bottom: f64) -> Markup {
        html! {
            @for (x, name) in self.axis.ticks(range, 44.0) {
                (line("grid", (x, MARGIN), (x, bottom)))
                (text("tick", "middle", (x, MARGIN - 8.0), &name))
                (text("tick", "middle", (x, bottom + 16.0), &name))
            }
        }
    }

    fn group(&self, group: &Group, top: f64, range: (f64, f64), layout: Layout) -> Markup {
        let first = top + HEADING;
        let height = group.rows.iter().fold(0.0, |height, _| height + ROW);
        let heading = match group.note {
            Some(note) => format!("{} · {note}", group.cell),
            None => group.cell.clone(),
        };
        let middles = std::iter::successors(Some(first + ROW / 2.0), |y| Some(y + ROW));
        html! {
            g data-cell=(group.cell) {
                (rect("cover", (0.0, layout.width()), top + 4.0, HEADING - 6.0))
                (text("heading", "start", (4.0, top + 18.0), &shortened(&heading, layout.width())))
                @if let Some((low, high)) = group.band {
                    @let at = |value: f64| self.axis.place(value, range);
                    @let (left, best, right) = (at(low), at(1.0), at(high));
                    (rect("band", (left, right), first, height))
                    (line("grid", (best, first), (best, first + height)))
                }
                @for (row, y) in group.rows.iter().zip(middles) {
                    (self.row(row, y, range, layout, group.doubtful))
                }
            }
        }
    }

    fn row(&self, row: &Mark, y: f64, range: (f64, f64), layout: Layout, doubtful: bool) -> Markup {
        let at = |value: f64| self.axis.place(value, range);
        let Interval { low, estimate, high } = row.at;
        let baseline = y + 4.0;
        html! {
            g.row.doubtful[doubtful].(row.series.class()) data-backend=(row.name) {
                title { (row.name) ": " (row.shown) }
                @let name = shortened(&row.name, range.0 - 14.0);
                (text("name", "end", (range.0 - 12.0, baseline), &name))
                @if low < high {
                    (line("interval", (at(low), y), (at(high), y)))
                    // An end that lies beyond the axis has no mark.
                    @for end in [low, high].into_iter().filter(|end| self.axis.shows(*end)) {
                        (line("interval", (at(end), y - 3.5), (at(end), y + 3.5)))
                    }
                }
                (row.series.marker(at(estimate), y, ""))
                @if layout == Layout::Wide {
                    (text("figure", "start", (range.1 + 12.0, baseline), &row.shown))
                }
            }
        }
    }
}

/// From side to side and from the top, so high.
fn rect(class: &str, (left, right): (f64, f64), top: f64, height: f64) -> Markup {
    html! {
        rect class=(class) x=(px(left)) y=(px(top)) width=(px(right - left)) height=(px(height)) {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{protocol::Contender, report::series::Palette};

    #[test]
    fn a_wide_interval_leaves_room_for_the_estimates() {
        let series = Palette::of([]).series(&Contender::Serial);
        let mark = |low, estimate, high| Mark {
            name: String::new(),
            series,
            at: Interval { low, estimate, high },
            shown: String::new(),
        };
        let rows = vec![mark(0.9, 1.0, 1.1), mark(1e-9, 1.5, 1e9)];
        let group = Group { cell: String::new(), note: None, band: None, doubtful: false, rows };
        assert_eq!(visible(&[group]), [1.0, 1.5, 0.9, 1.1, 0.5, 3.0]);
    }
}
