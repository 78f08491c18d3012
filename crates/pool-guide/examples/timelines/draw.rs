//! A recording as a picture: a panel for each pool, a lane for each thread.

use maud::{Markup, html};

use crate::recorder::{Recording, Row};

/// What a picture shows, and says.
pub(crate) struct Figure {
    pub(crate) title: &'static str,
    /// What it was recorded from.
    pub(crate) source: &'static str,
    pub(crate) panels: &'static [Panel],
    /// From top to bottom.
    pub(crate) lanes: &'static [&'static str],
    /// What lasts and what leads to another lane, each with its colour, in the order of the key.
    pub(crate) kinds: &'static [(&'static str, &'static str)],
    /// Those of them whose length is written.
    pub(crate) lengths: &'static [&'static str],
}

pub(crate) struct Panel {
    /// In the recording.
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    /// What is to be seen, in lines.
    pub(crate) says: &'static [&'static str],
}

/// The colours of a picture, by their names.
pub(crate) struct Theme {
    pub(crate) name: &'static str,
    colours: [(&'static str, &'static str); 7],
}

/// Distinct with any kind of colour blindness: Okabe and Ito, "Color Universal Design", 2008.
pub(crate) const LIGHT: Theme = Theme {
    name: "light",
    colours: [
        ("ink", "#1b1f24"),
        ("muted", "#59616c"),
        ("rule", "#d9dde3"),
        ("run", "#0072b2"),
        ("wait", "#e69f00"),
        ("hold", "#d55e00"),
        ("idle", "#b9c3cf"),
    ],
};

pub(crate) const DARK: Theme = Theme {
    name: "dark",
    colours: [
        ("ink", "#e7e9ec"),
        ("muted", "#a3abb6"),
        ("rule", "#363c44"),
        ("run", "#2f93cf"),
        ("wait", "#e69f00"),
        ("hold", "#e2762b"),
        ("idle", "#56606c"),
    ],
};

impl Theme {
    fn colour(&self, name: &str) -> &'static str {
        let mut all = self.colours.iter();
        all.find(|(it, _)| *it == name).map_or("#f0f", |(_, colour)| colour)
    }
}

const WIDTH: f64 = 860.0;
/// Where time begins, and ends.
const LEFT: f64 = 84.0;
const RIGHT: f64 = WIDTH - 16.0;
const LANE: f64 = 21.0;
const BAR: f64 = 12.0;
const LINE: f64 = 17.0;
/// About what a letter of the key takes.
const LETTER: f64 = 6.1;

/// Where something is in the picture.
struct Scale {
    first: f64,
    last: f64,
}

impl Scale {
    fn x(&self, micros: f64) -> f64 {
        LEFT + (micros - self.first) / (self.last - self.first) * (RIGHT - LEFT)
    }

    /// So many ms between two marks.
    fn step(&self) -> f64 {
        let least = (self.last - self.first) / 1000.0 / 10.0;
        let unit = 10_f64.powf(least.log10().floor());
        let factor = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * unit >= least);
        factor.unwrap_or(10.0) * unit
    }

    fn marks(&self) -> impl Iterator<Item = f64> {
        let (step, last) = (self.step(), self.last / 1000.0);
        (0..).map(move |it| f64::from(it) * step).take_while(move |millis| *millis <= last)
    }
}

pub(crate) fn svg(figure: &Figure, recording: &Recording, theme: &Theme) -> String {
    let rows = &recording.0;
    let scale = Scale {
        first: rows.iter().map(|row| row.from).fold(0.0, f64::min),
        last: rows.iter().map(|row| row.until).fold(1.0, f64::max),
    };
    let mut y = 46.0;
    let mut panels = Vec::new();
    for panel in figure.panels {
        let of_panel: Vec<_> = rows.iter().filter(|row| row.panel == panel.name).collect();
        panels.push(draw_panel(figure, panel, &of_panel, &scale, theme, &mut y));
    }
    let (ink, muted) = (theme.colour("ink"), theme.colour("muted"));
    let marks = html! {
        @for millis in scale.marks() {
            text.number x=(n(scale.x(millis * 1000.0))) y=(n(y)) { (millis) }
        }
        text.number x=(n(LEFT - 22.0)) y=(n(y)) { "ms" }
    };
    y += 24.0;
    let key = key(figure, rows, theme, &mut y);
    let height = y + 12.0;
    let css = format!(
        "text{{font:12px system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',sans-serif;\
         fill:{ink}}}.title{{font-size:15px;font-weight:600}}.panel{{font-weight:600}}\
         .lane,.key{{font-size:11.5px;fill:{muted}}}.lane{{text-anchor:end}}\
         .number{{font-size:11px;fill:{muted};text-anchor:middle}}.length{{font-size:10.5px}}\
         .within{{text-anchor:end;fill:#fff}}"
    );
    let svg = html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (WIDTH) " " (n(height)) }
            width=(WIDTH) height=(n(height)) role="img" {
            title { (figure.title) }
            style { (css) }
            text.title x="12" y="22" { (figure.title) }
            @for panel in panels { (panel) }
            (marks)
            (key)
            text.key x="12" y=(n(height - 10.0)) { (figure.source) }
        }
    };
    svg.into_string() + "\n"
}

fn draw_panel(
    figure: &Figure,
    panel: &Panel,
    rows: &[&Row],
    scale: &Scale,
    theme: &Theme,
    y: &mut f64,
) -> Markup {
    let mut says = Vec::new();
    says.push((*y, "panel", panel.title));
    for &line in panel.says {
        *y += LINE;
        says.push((*y, "says", line));
    }
    let top = *y + 12.0;
    let height = LANE * figure.lanes.len() as f64;
    *y = top + height + 30.0;
    let middle = |lane: &str| {
        let place = figure.lanes.iter().position(|it| *it == lane).unwrap_or_default();
        top + LANE * (place as f64 + 0.5)
    };
    let colour = |row: &Row| {
        let kind = figure.kinds.iter().find(|(what, _)| *what == row.what);
        theme.colour(kind.map_or("", |(_, colour)| colour))
    };
    let rule = theme.colour("rule");
    html! {
        @for (y, class, line) in says { text class=(class) x="12" y=(n(y)) { (line) } }
        @for millis in scale.marks() {
            @let x = n(scale.x(millis * 1000.0));
            line x1=(x) x2=(x) y1=(n(top)) y2=(n(top + height)) stroke=(rule) {}
        }
        @for lane in figure.lanes {
            text.lane x=(n(LEFT - 10.0)) y=(n(middle(lane) + 4.0)) { (lane) }
        }
        @for row in rows.iter().filter(|row| row.to.is_none()) {
            @let (from, until) = (scale.x(row.from), scale.x(row.until));
            @let (y, width) = (middle(&row.lane), (until - from).max(1.0));
            rect x=(n(from)) y=(n(y - BAR / 2.0)) width=(n(width)) height=(BAR) rx="1.5"
                fill=(colour(row)) {}
        }
        @for row in rows.iter().filter(|row| figure.lengths.contains(&&*row.what)) {
            @let (until, y) = (scale.x(row.until), n(middle(&row.lane) + 4.0));
            @if until - scale.x(row.from) > 3.0 {
                // Within the bar, where there is no room after it.
                @let is_within = until + 50.0 > RIGHT;
                @let x = if is_within { until - 4.0 } else { until + 4.0 };
                text.length.within[is_within] x=(n(x)) y=(y) { (length(row.length())) }
            }
        }
        @for row in rows { @if let Some(to) = &row.to {
            // What wakes a thread stands a little before what that thread wakes in turn.
            @let aside = if colour(row) == theme.colour("ink") { -2.0 } else { 2.0 };
            @let (from, until) = (scale.x(row.from) + aside, scale.x(row.until) + aside);
            (arrow((from, middle(&row.lane)), (until, middle(to)), colour(row)))
        } }
    }
}

/// From the edge of a bar to the edge of another one.
fn arrow((x1, y1): (f64, f64), (x2, y2): (f64, f64), colour: &str) -> Markup {
    let down = (y2 - y1).signum();
    let (y1, y2) = (y1 + down * BAR / 2.0, y2 - down * BAR / 2.0);
    let corner = |dx: f64| format!("{},{}", n(x2 + dx), n(y2 - down * 6.0));
    let tip = format!("{},{} {} {}", n(x2), n(y2), corner(-3.5), corner(3.5));
    html! {
        circle cx=(n(x1)) cy=(n(y1)) r="2" fill=(colour) {}
        line x1=(n(x1)) y1=(n(y1)) x2=(n(x2)) y2=(n(y2 - down * 4.0)) stroke=(colour)
            stroke-width="1.5" {}
        polygon points=(tip) fill=(colour) {}
    }
}

/// What the colours are, in as many lines as it takes.
fn key(figure: &Figure, rows: &[Row], theme: &Theme, y: &mut f64) -> Markup {
    let mut x = 12.0;
    let mut entries = Vec::new();
    for (what, colour) in figure.kinds {
        let width = 24.0 + LETTER * what.len() as f64 + 16.0;
        if x + width > WIDTH {
            x = 12.0;
            *y += LINE;
        }
        let is_arrow = rows.iter().any(|row| row.what == *what && row.to.is_some());
        entries.push((x, *y, *what, theme.colour(colour), is_arrow));
        x += width;
    }
    *y += 20.0;
    html! {
        @for (x, y, what, colour, is_arrow) in entries {
            @if is_arrow { (arrow((x + 8.0, y - 4.0 - 12.0), (x + 8.0, y - 4.0 + 10.0), colour)) }
            @else {
                rect x=(n(x)) y=(n(y - 10.0)) width="16" height=(BAR) rx="1.5" fill=(colour) {}
            }
            text.key x=(n(x + 22.0)) y=(n(y)) { (what) }
        }
    }
}

/// A place, to a tenth of a pixel.
fn n(place: f64) -> String {
    let text = format!("{place:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

fn length(micros: f64) -> String {
    match micros {
        10_000.0.. => format!("{:.0} ms", micros / 1000.0),
        1000.0.. => format!("{:.1} ms", micros / 1000.0),
        _ => format!("{micros:.0} µs"),
    }
}
