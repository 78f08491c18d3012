//! What the report says: the answers first, then pictures, then every table.

use std::iter::empty;

use maud::{Markup, Render, html};
use pool_statistics::Interval;

use super::{
    backends,
    chart::{Point, Values, curves, plain, strips},
    look::Palette,
    table::table,
};
use crate::{
    analysis::{Analysis, Comparison, Curve, Row, Scaling, Trust, job_length},
    cell::Kind,
    figures::{self, significant},
    once::once,
    opened::Runs,
    store::{Ended, RunFile},
    tables::{
        Field, Grid, doubts, efficient, facts, how_many, noise, rank, ranking, sentences, settings,
        title, to_best,
    },
};

/// A section: its id, its title and what is in it.
type Section = (&'static str, &'static str, Markup);

/// All sections for which there is data, the answers first.
pub(super) fn all(runs: &Runs, answers: &[(&str, String)], palette: &Palette) -> Vec<Section> {
    let analysis = &runs.analysis;
    let all = [
        ("picks", "Which one", picks(answers)),
        ("matrix", "Every cell", matrix(analysis)),
        ("lengths", "Short jobs", lengths(runs, palette)),
        ("scaling", "Sweeps", scaling(runs, palette)),
        ("ratios", "How far from the best", ratios(runs, palette)),
        ("tables", "All figures", figures_of(analysis, palette)),
        ("environment", "Machine, build and configuration", environment(runs)),
    ];
    all.into_iter().filter(|(.., content)| !content.0.is_empty()).collect()
}

/// Which runs these are, and what is to be known of them first.
pub(super) fn head(runs: &Runs) -> Markup {
    let files = || runs.all.iter().map(|it| &it.run.file);
    let of_one = |file: &RunFile| {
        let measured = file.environment.date.replace('T', " ").replace('Z', " UTC");
        let (run, asked) = (file.environment.run(), settings(&file.configuration));
        let names = ["Machine", "Measured", "Run", "Asked for"];
        pairs("facts", names.into_iter().zip([machine(file), measured, run, asked]))
    };
    html! {
        header aria-label="The runs" {
            @for file in files() { (of_one(file)) }
            @if runs.all.len() > 1 {
                p.note { (how_many(runs.all.len())) " The small marks in the charts are the runs." }
            }
            @if let Some(floor) = runs.analysis.noise_floor {
                p.note { "Noise: " (noise(floor)) "." }
            }
            @if let Some(outside) = runs.outside { p.note { (outside.in_words()) } }
            @if files().any(|file| file.ended != Some(Ended::Complete)) {
                p.warning { strong { "A run is not complete. " } "It can be resumed." }
            }
        }
    }
}

/// Things with what is said of each.
fn pairs<V: Render>(class: &str, all: impl IntoIterator<Item = (impl Render, V)>) -> Markup {
    html! {
        dl.(class) { @for (name, value) in all { div { dt { (name) } dd { (value) } } } }
    }
}

/// The comparisons of each cell's main quantity.
fn main(analysis: &Analysis) -> impl Iterator<Item = &Comparison> {
    analysis.comparisons.iter().filter(|it| it.is_main())
}

/// What is asked most, and the answer.
fn picks(answers: &[(&str, String)]) -> Markup {
    html! {
        @if !answers.is_empty() {
            (pairs("picks", answers.iter().map(|(question, answer)| (question, answer))))
            p.note {
                "Those that are tied do not differ by as much as matters; the first of them pulls "
                "in the fewest packages. For your own jobs and needs: " code { "cargo compare pick" }
            }
        }
    }
}

/// A row for each cell, a column for each backend: its rank, and how far it is from the best.
fn matrix(analysis: &Analysis) -> Markup {
    let names = once(main(analysis).flat_map(backends).filter_map(|row| row.contender.backend()));
    let field = |comparison: &Comparison, name: &str| {
        let row = comparison.row(name)?;
        let ratio = to_best(comparison, row)?.estimate;
        let class = match ratio {
            _ if row.rank.is_none() => "noisy",
            ..1.05 => "",
            ..1.25 => "off",
            ..2.0 => "far",
            _ => "farther",
        };
        let shown = format!("{} · {}×", rank(comparison, row), significant(ratio));
        Some(Field { class, ..shown.into() })
    };
    let mut grid = Grid::new(std::iter::once("cell").chain(names.iter().copied()));
    for comparison in main(analysis) {
        let fields = names.iter().map(|it| field(comparison, it).unwrap_or_default());
        grid.row(std::iter::once(comparison.cell.to_string().into()).chain(fields));
    }
    html! {
        @if !grid.rows.is_empty() {
            p {
                "The rank in each cell, and how many times the best it takes: less is better. "
                "Equal ranks (1=) are ties. ~ is too noisy for ranks."
            }
            (table("Ranks, and times the best", &grid, None))
        }
    }
}

/// Charts next to each other, with who is who in them, between what is to be known of them and what
/// follows; nothing without any.
fn charts(
    words: &str,
    runs: &Runs,
    palette: &Palette,
    charts: impl Iterator<Item = Markup>,
    follows: impl Iterator<Item = String>,
) -> Markup {
    let mut charts = charts.peekable();
    let contenders = once(main(&runs.analysis).flat_map(backends).map(|row| &row.contender));
    html! {
        @if charts.peek().is_some() {
            p { (words) }
            ul.key { @for contender in contenders {
                @let look = palette.look(contender);
                li.(look.class) { (look.sign()) (contender) }
            } }
            div.charts { @for chart in charts { (chart) } }
            @for sentence in follows { p.note { (sentence) "." } }
        }
    }
}

/// A picture for each kind of cells; of throughput for each way of receiving.
fn ratios(runs: &Runs, palette: &Palette) -> Markup {
    let each: Vec<&Analysis> = runs.each().collect();
    let all = || main(&runs.analysis);
    let group =
        |it: &Comparison| (it.cell.kind(), it.is_time_per_job().then_some(it.setting.linger_us));
    let chart = |one: &(Kind, _)| {
        let comparisons: Vec<_> = all().filter(|it| group(it) == *one).collect();
        let titles = once(comparisons.iter().map(|it| it.title()));
        let title = format!("{}: {}", one.0.name(), titles.join(", "));
        strips(&title, &comparisons, palette, &each)
    };
    let groups = once(all().map(group));
    let words = "Each mark is how many times the best of its cell a backend takes, with its interval of \
                 95 % confidence. Within the shaded band differences are too small to matter. Cells that \
                 are too noisy to rank are faded.";
    charts(words, runs, palette, groups.iter().filter_map(chart), empty())
}

/// What a chart against the length of jobs is of, and the value of a row.
type ByLength = (&'static str, Values, fn(&Row) -> Option<f64>);

/// How short jobs may be and still be worth a pool, and what a job costs next to its work; for each
/// way of receiving.
fn lengths(runs: &Runs, palette: &Palette) -> Markup {
    const CHARTS: [ByLength; 2] = [
        ("Efficiency", Values::EFFICIENCY, |row| row.efficiency),
        ("Core time that a job costs next to its work", Values::CORE_TIME, |row| {
            // What is below 0 by noise has no place among ratios.
            row.core_time.map(|it| it.estimate).filter(|it| *it > 0.0)
        }),
    ];
    let timed = main(&runs.analysis).filter(|it| job_length(&it.cell).is_some());
    let ways = once(timed.map(|it| it.setting.receive()));
    let chart = |receive: &String, (name, values, value): ByLength| {
        let of_cell = |comparison: &Comparison| -> Vec<Point> {
            let Some(length) = job_length(&comparison.cell) else { return Vec::new() };
            let (at, doubtful) = (length.as_secs_f64() * 1e9, comparison.trust == Trust::TooNoisy);
            let point = |row: &Row| {
                Some(Point { contender: row.contender.clone(), at, value: value(row)?, doubtful })
            };
            backends(comparison).filter_map(point).collect()
        };
        let points = |analysis: &Analysis| {
            let its = main(analysis).filter(|it| it.setting.receive() == *receive);
            its.flat_map(of_cell).collect()
        };
        curves(&format!("{name} ({receive})"), (Values::LENGTH, values), runs, palette, points)
    };
    let all = ways.iter().flat_map(|receive| CHARTS.map(|it| chart(receive, it)));
    let words = "Efficiency is the part of the ideal speed that a pool reaches. The ideal is one thread \
                 alone, times the workers, or the cores if those are fewer: so half of it is the speed \
                 of one thread where there are two.";
    charts(words, runs, palette, all.flatten(), efficient(&runs.analysis).into_iter())
}

/// How rates grow along the axes that were swept, and up to where each backend gains.
fn scaling(runs: &Runs, palette: &Palette) -> Markup {
    let all = &runs.analysis.scaling;
    let of_curve = |values: &[usize], Curve { contender, rates, .. }: &Curve| -> Vec<Point> {
        let point = |(value, rate): (&usize, &Interval)| Point {
            contender: contender.clone(),
            at: f64::from(u32::try_from(*value).unwrap_or(u32::MAX)),
            value: rate.estimate,
            doubtful: false,
        };
        values.iter().zip(rates).map(point).collect()
    };
    let chart = |of: &Scaling| {
        let points = |analysis: &Analysis| {
            let all = analysis.scaling.iter();
            let its = all.filter(|it| it.axis == of.axis && it.cell == of.cell);
            let curves = its.flat_map(|it| it.curves.iter().map(|curve| (&*it.values, curve)));
            curves.flat_map(|(values, curve)| of_curve(values, curve)).collect()
        };
        let along = Values::log(of.axis.name(), plain);
        curves(&title(of), (along, Values::RATE), runs, palette, points)
    };
    let words = "Equal steps are equal ratios: where the rate grows as the number does, a line is \
                 straight. A backend gains as long as a tenth more workers bring at least a hundredth \
                 more jobs, by the Universal Scalability Law, and as far as twice the largest number \
                 measured.";
    charts(words, runs, palette, all.iter().filter_map(chart), all.iter().flat_map(sentences))
}

/// Every comparison as a table, folded.
fn figures_of(analysis: &Analysis, palette: &Palette) -> Markup {
    html! {
        @for comparisons in analysis.comparisons.chunk_by(|a, b| a.cell == b.cell) {
            @let cell = comparisons[0].cell.to_string();
            section.cell {
                details {
                    summary { (cell) ": " (comparisons[0].cell.describe()) }
                    @for comparison in comparisons { (one(comparison, palette)) }
                }
            }
        }
    }
}

/// A comparison, and how far it is to be trusted.
fn one(comparison: &Comparison, palette: &Palette) -> Markup {
    let caption = format!("{}: {}", comparison.cell, comparison.title());
    let grid = ranking(comparison, comparison.quantity().title);
    html! {
        (table(&caption, &grid, Some(palette)))
        p.basis {
            "processes: " (comparison.processes)
            @if let Some(twin) = comparison.twin {
                ", the same backend twice: " (figures::ratio(twin))
            }
            @for doubt in doubts(comparison) { "; " (doubt) }
        }
    }
}

/// Where, with what and how much was measured: all that `run.json` says of it.
fn environment(runs: &Runs) -> Markup {
    html! {
        @for file in runs.all.iter().map(|it| &it.run.file) {
            details {
                summary { "All that is known of " (file.environment.run()) }
                (pairs("facts all", facts(file)))
            }
        }
    }
}

/// The machine in a line.
pub(crate) fn machine(file: &RunFile) -> String {
    let cpu = file.environment.cpu.as_deref().unwrap_or("a machine without a name");
    format!("{cpu}, {}", figures::count(file.environment.cores, "core"))
}
