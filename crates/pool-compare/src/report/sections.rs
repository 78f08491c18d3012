//! What the report says: the answers first, then pictures, then every table.

use maud::{Markup, html};

use super::{
    backends,
    chart::{Curve, Point, Values, curves, over_runs, strips},
    look::Palette,
    scaling::scaling,
    table::{Rows, table},
};
use crate::{
    analysis::{Analysis, Comparison, Granularity, Length, Row, Trust, job_length},
    cell::Kind,
    figures::{self, Scale, significant},
    once::once,
    opened::{Opened, Runs},
    quantity::Unit,
    store::{Ended, RunFile},
    tables::{
        Field, Grid, facts, fell_behind, how_many, length, noise, ranking, settings, to_best,
        too_noisy,
    },
};

/// A section: its id, its title and what is in it.
type Section = (&'static str, &'static str, Markup);

/// All sections for which there is data, the answers first.
pub(super) fn all(runs: &Runs, answers: &[(&str, String)], palette: &Palette) -> Vec<Section> {
    let analysis = &runs.analysis;
    let all = [
        ("picks", "Which one", picks(answers)),
        ("matrix", "Every cell", matrix(analysis, palette)),
        ("lengths", "Short jobs", lengths(runs, palette)),
        ("scaling", "Sweeps", scaling(runs, palette)),
        ("ratios", "How far from the best", ratios(runs, palette)),
        ("tables", "All figures", figures_of(analysis, palette)),
        ("environment", "Machine, build and configuration", Some(environment(runs))),
    ];
    all.into_iter().filter_map(|(id, title, content)| Some((id, title, content?))).collect()
}

/// Which runs these are, and what is to be known of them first.
pub(super) fn head(runs: &Runs, palette: &Palette) -> Markup {
    let interrupted = runs.all.iter().any(|it| it.run.file.ended != Some(Ended::Complete));
    html! {
        header {
            @match &runs.all[..] {
                [one] => (facts_of(&one.run.file)),
                runs => {
                    (list(runs, palette))
                    p.note { (how_many(runs.len())) " The small marks in the charts are the runs." }
                }
            }
            @if let Some(floor) = runs.analysis.noise_floor {
                p.note { "Noise: " span data-value=(floor) { (noise(floor)) } "." }
            }
            @if let Some(outside) = runs.outside { p.note { (outside.in_words()) } }
            @if interrupted {
                p.warning { strong { "A run is not complete. " } "It can be resumed." }
            }
        }
    }
}

fn facts_of(file: &RunFile) -> Markup {
    let RunFile { environment, configuration, .. } = file;
    let received = match configuration.linger_us {
        None => "one by one (recv)",
        Some(_) => "in batches (recv_batch)",
    };
    let facts = [
        ("Machine", machine(file)),
        ("Measured", date(&environment.date)),
        ("Workers", configuration.workers.to_string()),
        ("Preset", configuration.preset.clone()),
        ("Results taken", received.to_owned()),
    ];
    html! {
        dl.facts { @for (name, value) in facts { div { dt { (name) } dd { (value) } } } }
    }
}

/// Which runs there are, and what tells them apart.
fn list(runs: &[Opened], palette: &Palette) -> Markup {
    let mut grid = Grid::new(["machine", "measured", "run", "what was asked for"]);
    for file in runs.iter().map(|it| &it.run.file) {
        let (date, run) = (date(&file.environment.date), file.environment.run());
        grid.row([machine(file), date, run, settings(&file.configuration)]);
    }
    table("The runs", &grid, Rows::Runs, palette)
}

/// The comparisons of each cell's main quantity.
fn main(analysis: &Analysis) -> impl Iterator<Item = &Comparison> {
    analysis.comparisons.iter().filter(|it| it.is_main())
}

/// What is asked most, and the answer.
fn picks(answers: &[(&str, String)]) -> Option<Markup> {
    (!answers.is_empty()).then(|| {
        html! {
            dl.picks { @for (question, answer) in answers {
                div { dt { (question) } dd { (answer) } }
            } }
            p.note {
                "Those that are tied do not differ by as much as matters; the first of them pulls "
                "in the fewest packages. For your own jobs and needs: " code { "cargo compare pick" }
            }
        }
    })
}

/// A row for each cell, a column for each backend: its rank, and how far it is from the best.
fn matrix(analysis: &Analysis, palette: &Palette) -> Option<Markup> {
    let names = once(main(analysis).flat_map(backends).filter_map(|row| row.contender.backend()));
    let field = |comparison: &Comparison, name: &str| {
        let row = comparison.row(name)?;
        let ratio = to_best(comparison, row)?.estimate;
        let rank = row.rank_shown();
        let class = if rank.is_some() { shade(ratio) } else { "noisy" };
        let shown = format!("{} · {}×", rank.as_deref().unwrap_or("~"), significant(ratio));
        Some(Field { class, ..Field::number(ratio, shown) })
    };
    let mut grid = Grid::new(std::iter::once("cell").chain(names.iter().copied()));
    for comparison in main(analysis) {
        let fields = names.iter().map(|it| field(comparison, it).unwrap_or_default());
        grid.row(std::iter::once(comparison.cell.to_string().into()).chain(fields));
    }
    (!grid.rows.is_empty()).then(|| {
        html! {
            p {
                "The rank in each cell, and how many times the best it takes: less is better. "
                "Equal ranks (1=) are ties. ~ is too noisy for ranks."
            }
            // As many as a page is wide: native pools come below the managed ones.
            @for part in grid.split(|it| it.header.len() <= 6) {
                div.matrix { (table("Ranks, and times the best", &part, Rows::Cells, palette)) }
            }
        }
    })
}

/// The class of a field that is so many times the best.
fn shade(ratio: f64) -> &'static str {
    match ratio {
        ..1.05 => "near",
        ..1.25 => "off",
        ..2.0 => "far",
        _ => "farther",
    }
}

/// A picture for each kind of cells.
fn ratios(runs: &Runs, palette: &Palette) -> Option<Markup> {
    let each: Vec<&Analysis> = runs.each().collect();
    let chart = |kind: Kind| {
        let comparisons: Vec<_> =
            main(&runs.analysis).filter(|it| it.cell.kind() == kind).collect();
        // Of throughput with how results are received.
        let titles = once(comparisons.iter().map(|it| it.title()));
        let title = format!("{}, times the best: {}", kind.name(), titles.join(", "));
        strips((kind.name(), &title), &comparisons, palette, &each)
    };
    let charts: Vec<Markup> = Kind::ALL.into_iter().filter_map(chart).collect();
    (!charts.is_empty()).then(|| {
        html! {
            p {
                "Each mark is how many times the best of its cell a backend takes, with its "
                "interval of 95 % confidence. Within the shaded band differences are too small to "
                "matter. Cells that are too noisy to rank are faded."
            }
            @for chart in &charts { (chart) }
        }
    })
}

/// A value of each backend against the length of jobs, where results are received in one way.
fn curve(analysis: &Analysis, receive: &str, value: impl Fn(&Row) -> Option<f64>) -> Vec<Curve> {
    let mut lines: Vec<Curve> = Vec::new();
    for comparison in main(analysis).filter(|it| it.setting.receive() == receive) {
        let Some(length) = job_length(&comparison.cell) else { continue };
        for row in backends(comparison) {
            let Some(value) = value(row) else { continue };
            let (at, doubtful) = (length.as_secs_f64() * 1e9, comparison.trust == Trust::TooNoisy);
            let point = Point { at, value, doubtful };
            match lines.iter_mut().find(|it| it.contender == row.contender) {
                Some(line) => line.points.push(point),
                None => lines.push(Curve::new(&row.contender, vec![point])),
            }
        }
    }
    for line in &mut lines {
        line.points.sort_by(|a, b| a.at.total_cmp(&b.at));
    }
    lines
}

/// How short jobs may be and still be worth a pool, and what a job costs next to its work; for each
/// way of receiving.
fn lengths(runs: &Runs, palette: &Palette) -> Option<Markup> {
    let timed = main(&runs.analysis).filter(|it| job_length(&it.cell).is_some());
    let ways = once(timed.map(|it| it.setting.receive()));
    let charts = |(number, receive): (usize, &String)| {
        let lines = over_runs(runs, |it| curve(it, receive, |row| row.efficiency));
        let title = format!("Efficiency against the length of jobs ({receive})");
        let id = format!("efficiency-{number}");
        let efficiency = curves((&id, &title), Values::Efficiency, &lines, palette)?;
        // What is below 0 by noise has no place among ratios.
        let core_time = |row: &Row| row.core_time.map(|it| it.estimate).filter(|it| *it > 0.0);
        let lines = over_runs(runs, |it| curve(it, receive, core_time));
        let title = format!("Core time that a job costs next to its work ({receive})");
        let core_time =
            curves((&format!("core-time-{number}"), &title), Values::CoreTime, &lines, palette);
        Some(html! { (efficiency) @if let Some(core_time) = core_time { (core_time) } })
    };
    let charts: Vec<Markup> = (1..).zip(&ways).filter_map(charts).collect();
    let caption = "The shortest jobs at half of the ideal speed";
    let head = ["backend", "results by", "half of the ideal speed from this length on"];
    let mut grid = Grid::new(head);
    for Granularity { contender, receive, length: found, .. } in &runs.analysis.granularity {
        let field = match *found {
            Length::At(at) => Field::value(at, Scale::of(Unit::Nanos, at.estimate)),
            Length::AtMost(nanos) | Length::Beyond(nanos) => Field::number(nanos, length(*found)),
        };
        grid.row([contender.to_string().into(), receive.as_str().into(), field]);
    }
    (!charts.is_empty()).then(|| {
        html! {
            p {
                "Efficiency is the part of the ideal speed that a pool reaches. The ideal is one "
                "thread alone, times the workers, or the cores if those are fewer: so half of it is "
                "the speed of one thread where there are two."
            }
            @for chart in &charts { (chart) }
            @if !grid.rows.is_empty() {
                details { summary { (caption) } (table(caption, &grid, Rows::Contenders, palette)) }
            }
        }
    })
}

/// Every comparison as a table, folded.
fn figures_of(analysis: &Analysis, palette: &Palette) -> Option<Markup> {
    let all = &analysis.comparisons;
    (!all.is_empty()).then(|| {
        html! {
            @for comparisons in all.chunk_by(|a, b| a.cell == b.cell) {
                @let cell = comparisons[0].cell.to_string();
                section.cell data-cell=(cell) {
                    details {
                        summary { (cell) ": " (comparisons[0].cell.describe()) }
                        @for comparison in comparisons { (one(comparison, palette)) }
                    }
                }
            }
        }
    })
}

/// A comparison, and how far it is to be trusted.
fn one(comparison: &Comparison, palette: &Palette) -> Markup {
    let caption = format!("{}: {}", comparison.cell, comparison.title());
    let grid = ranking(comparison, comparison.quantity().title);
    html! {
        (table(&caption, &grid, Rows::Contenders, palette))
        p.basis {
            (figures::count(comparison.processes, "process"))
            @if let Some(twin) = comparison.twin {
                ", the same backend twice: "
                span data-value=(twin.estimate) data-low=(twin.low) data-high=(twin.high) {
                    (figures::ratio(twin))
                }
            }
            @match comparison.trust {
                Trust::Sound => {}
                Trust::Preview => "; a preview, of fewer than five processes",
                Trust::TooNoisy => { "; " (too_noisy(comparison)) }
            }
            @if let Some(words) = fell_behind(comparison) { "; " (words) }
        }
    }
}

/// Where, with what and how much was measured: all that `run.json` says of it.
fn environment(runs: &Runs) -> Markup {
    html! {
        @for file in runs.all.iter().map(|it| &it.run.file) {
            details {
                summary { "All that is known of " (file.environment.run()) }
                dl.facts.all {
                    @for (name, value) in facts(file) { div { dt { (name) } dd { (value) } } }
                }
            }
        }
    }
}

/// The machine in a line.
pub(crate) fn machine(file: &RunFile) -> String {
    let cpu = file.environment.cpu.as_deref().unwrap_or("a machine without a name");
    format!("{cpu}, {}", figures::count(file.environment.cores, "core"))
}

#[rustfmt::skip]
const MONTHS: [&str; 12] = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
];

/// `2026-03-14T15:09:26Z` as `14 March 2026, 15:09 UTC`; anything else as it is.
pub(crate) fn date(date: &str) -> String {
    let parse = || {
        let (day, time) = date.strip_suffix('Z')?.split_once('T')?;
        let mut day = day.splitn(3, '-');
        let (year, month, day) = (day.next()?, day.next()?, day.next()?);
        let month = MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
        Some(format!("{} {month} {year}, {} UTC", day.parse::<u8>().ok()?, time.get(..5)?))
    };
    parse().unwrap_or_else(|| date.to_owned())
}
