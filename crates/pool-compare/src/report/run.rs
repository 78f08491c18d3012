//! What the report says of one run: what is best first, then pictures, then every table.

use maud::{Markup, html};

use super::{
    backends,
    chart::{Curve, efficiency_curves, forest},
    look::Palette,
    scaling::scaling,
    table::{Field, Table, TableRow},
    to_best,
};
use crate::{
    analysis::{Analysis, Comparison, Granularity, Length, Row, Trust, job_length},
    cell::Kind,
    figures::{self, percent, significant},
    protocol::{CellPlan, Contender},
    store::{Ended, RunFile},
    tables::{facts, fell_behind, length, noise, too_noisy},
};

/// One run, and what all runs have in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'a> {
    /// From 1: keeps the ids of the page's elements apart.
    pub(super) number: usize,
    pub(super) file: &'a RunFile,
    pub(super) analysis: &'a Analysis,
    pub(super) palette: &'a Palette,
}

impl<'a> Subject<'a> {
    /// An id that no other run's elements have.
    pub(super) fn id(&self, name: &str) -> String {
        format!("run-{}-{name}", self.number)
    }

    /// The comparisons of each cell's main quantity.
    fn main(&self) -> impl Iterator<Item = &'a Comparison> + use<'a> {
        self.analysis.comparisons.iter().filter(|it| it.is_main())
    }
}

/// All of a run. Sections for which there is no data are left out.
pub(super) fn run(subject: &Subject<'_>) -> Markup {
    let sections = [
        ("glance", "At a glance", glance(subject)),
        ("ratios", "How far from the best", ratios(subject)),
        ("granularity", "Short jobs", granularity(subject)),
        ("scaling", "Sweeps", scaling(subject)),
        ("ranks", "Every cell", ranks(subject)),
        ("environment", "Machine, build and configuration", Some(environment(subject))),
    ];
    html! {
        article.run id=(subject.id("all")) {
            (head(subject))
            @for (name, title, content) in sections {
                @if let Some(content) = content {
                    section id=(subject.id(name)) { h3 { (title) } (content) }
                }
            }
        }
    }
}

fn head(subject: &Subject<'_>) -> Markup {
    let RunFile { environment, configuration, ended, .. } = subject.file;
    let fact = |name: &str, value: &str| html! { div { dt { (name) } dd { (value) } } };
    html! {
        header {
            h2 { (machine(subject.file)) }
            dl.facts {
                (fact("Measured", &date(&environment.date)))
                (fact("Workers", &configuration.workers.to_string()))
                (fact("Preset", &configuration.preset))
                (fact("Results taken", match configuration.linger_us {
                    None => "one by one (recv)",
                    Some(_) => "in batches (recv_batch)",
                }))
            }
            @if let Some(floor) = subject.analysis.noise_floor {
                p.note { "Noise: " span data-value=(floor) { (noise(floor)) } "." }
            }
            @if *ended != Some(Ended::Complete) {
                p.warning { strong { "This run is not complete. " } "It can be resumed." }
            }
        }
    }
}

/// A row for each cell, a column for each backend: its rank, and how far it is from the best.
fn glance(subject: &Subject<'_>) -> Option<Markup> {
    let names = &subject.file.configuration.backends;
    let field = |comparison: &Comparison, name: &String| {
        let row = comparison.row(name)?;
        let ratio = to_best(comparison, row)?.estimate;
        let rank = row.rank_shown().unwrap_or_else(|| "~".to_owned());
        Some(Field::number(ratio, format!("{rank} · {}×", significant(ratio))))
    };
    let row = |comparison: &Comparison| {
        let cell = comparison.cell.to_string();
        let fields = names.iter().map(|it| field(comparison, it).unwrap_or(Field::Nothing));
        let fields = std::iter::once(Field::text(&*cell)).chain(fields).collect();
        TableRow { backend: None, cell: Some(cell), fields }
    };
    let table = Table {
        caption: "Ranks, and times the best".to_owned(),
        head: std::iter::once("cell")
            .chain(names.iter().map(|it| &**it))
            .map(str::to_owned)
            .collect(),
        rows: subject.main().map(row).collect(),
    };
    (!table.rows.is_empty()).then(|| {
        html! {
            p {
                "The rank in each cell, and how many times the best it takes: less is better. "
                "Equal ranks (1=) are ties. ~ is too noisy for ranks."
            }
            (table.render())
        }
    })
}

/// A picture for each kind of cells.
fn ratios(subject: &Subject<'_>) -> Option<Markup> {
    let chart = |kind: Kind| {
        let comparisons: Vec<_> = subject.main().filter(|it| it.cell.kind() == kind).collect();
        // Of throughput with how results are received.
        let mut titles: Vec<String> = comparisons.iter().map(|it| it.title()).collect();
        titles.dedup();
        let (id, kind) = (subject.id(kind.name()), kind.name());
        let title = format!("{kind}, times the best: {}", titles.join(", "));
        forest((&id, &title), &comparisons, subject.palette)
    };
    let charts: Vec<Markup> = Kind::ALL.into_iter().filter_map(chart).collect();
    (!charts.is_empty()).then(|| {
        html! {
            p {
                "Each mark is how many times the best of its cell a backend takes, with its "
                "interval: all of a cell’s together have 95 % confidence. Within the shaded band "
                "differences are too small to matter. Cells that are too noisy are faded."
            }
            @for chart in &charts { (chart) }
        }
    })
}

/// How short jobs may be and still be worth a pool, for each way of receiving.
fn granularity(subject: &Subject<'_>) -> Option<Markup> {
    let timed = subject.main().filter(|it| it.trust != Trust::TooNoisy);
    let mut charts: Vec<(String, Vec<Curve>)> = Vec::new();
    for comparison in timed {
        let Some(length) = job_length(&comparison.cell) else { continue };
        let receive = comparison.setting.receive();
        if charts.iter().all(|it| it.0 != receive) {
            charts.push((receive.clone(), Vec::new()));
        }
        for (_, lines) in charts.iter_mut().filter(|it| it.0 == receive) {
            for row in backends(comparison) {
                let Some(efficiency) = row.efficiency else { continue };
                let point = (length.as_secs_f64() * 1e9, efficiency);
                match lines.iter_mut().find(|it| it.0 == row.contender) {
                    Some((_, points)) => points.push(point),
                    None => lines.push((row.contender.clone(), vec![point])),
                }
            }
        }
    }
    let chart = |(number, (receive, lines)): (usize, &mut (String, Vec<Curve>))| {
        for (_, points) in &mut *lines {
            points.sort_by(|a, b| a.0.total_cmp(&b.0));
        }
        let title = format!("Efficiency against the length of jobs ({receive})");
        let id = subject.id(&format!("efficiency-{number}"));
        efficiency_curves((&id, &title), lines, subject.palette)
    };
    let charts: Vec<Markup> = (1..).zip(&mut charts).filter_map(chart).collect();
    let all = &subject.analysis.granularity;
    let row = |it: &Granularity| TableRow {
        backend: Some(it.contender.to_string()),
        cell: None,
        fields: vec![
            contender(subject, &it.contender),
            Field::text(&*it.receive),
            match it.length {
                Length::At(at) => Field::interval(at, figures::time),
                Length::AtMost(nanos) | Length::Beyond(nanos) => {
                    Field::number(nanos, length(it.length))
                }
            },
        ],
    };
    let head = ["backend", "results by", "half of the ideal speed from this length on"];
    let table = Table {
        caption: "The shortest jobs at half of the ideal speed".to_owned(),
        head: head.map(str::to_owned).to_vec(),
        rows: all.iter().map(row).collect(),
    };
    (!charts.is_empty()).then(|| {
        html! {
            p {
                "Efficiency is the part of the ideal speed that a pool reaches. The ideal is one "
                "thread alone, times the workers, or the cores if those are fewer: so half of it is "
                "the speed of one thread where there are two."
            }
            @for chart in &charts { (chart) }
            @if !table.rows.is_empty() { (table.render()) }
        }
    })
}

/// Every comparison as a table, folded.
fn ranks(subject: &Subject<'_>) -> Option<Markup> {
    let all = &subject.analysis.comparisons;
    (!all.is_empty()).then(|| {
        html! {
            @for comparisons in all.chunk_by(|a, b| a.cell == b.cell) {
                @let cell = comparisons[0].cell.to_string();
                section.cell data-cell=(cell) {
                    details {
                        summary { (cell) ": " (comparisons[0].cell.describe()) }
                        @for comparison in comparisons { (table(subject, comparison)) }
                    }
                }
            }
        }
    })
}

fn table(subject: &Subject<'_>, comparison: &Comparison) -> Markup {
    let quantity = comparison.quantity();
    let has_efficiency = comparison.rows.iter().any(|row| row.efficiency.is_some());
    let mut head = vec!["contender", "rank", quantity.title, "times the best"];
    head.extend(
        has_efficiency
            .then_some(["efficiency", "core time next to its work"])
            .into_iter()
            .flatten(),
    );
    let row = |row: &Row| {
        let ratio = to_best(comparison, row);
        let mut fields = vec![
            contender(subject, &row.contender),
            row.rank_shown().map_or(Field::Nothing, |shown| {
                let rank = u32::try_from(row.rank.unwrap_or_default()).unwrap_or(u32::MAX);
                Field::number(f64::from(rank), shown)
            }),
            Field::interval(row.value, |value| figures::value(quantity.unit, value)),
            ratio.map_or(Field::Nothing, |it| Field::interval(it, significant)),
        ];
        let efficiency = row.efficiency.map_or(Field::Nothing, |it| Field::number(it, percent(it)));
        let core_time =
            row.core_time.map_or(Field::Nothing, |it| Field::interval(it, figures::time));
        fields.extend(has_efficiency.then_some([efficiency, core_time]).into_iter().flatten());
        let (backend, cell) = (row.contender.to_string(), comparison.cell.to_string());
        TableRow { backend: Some(backend), cell: Some(cell), fields }
    };
    let table = Table {
        caption: format!("{}: {}", comparison.cell, comparison.title()),
        head: head.into_iter().map(str::to_owned).collect(),
        rows: comparison.best_first().into_iter().map(row).collect(),
    };
    html! {
        (table.render())
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

fn contender(subject: &Subject<'_>, contender: &Contender) -> Field {
    Field::Contender(contender.to_string(), subject.palette.look(contender))
}

/// Where, with what and how much was measured: all that `run.json` says of it.
fn environment(subject: &Subject<'_>) -> Markup {
    html! {
        details {
            summary { "All that is known" }
            dl.facts.all {
                @for (name, value) in facts(subject.file) {
                    div { dt { (name) } dd { (value) } }
                }
            }
            (plans(subject.file).render())
        }
    }
}

fn plans(file: &RunFile) -> Table {
    let row = |plan: &CellPlan| {
        let state = file.cells.iter().find(|it| it.cell == plan.cell);
        let (cell, number) =
            (plan.cell.to_string(), |it: u32| Field::number(it.into(), it.to_string()));
        TableRow {
            backend: None,
            cell: Some(cell.clone()),
            fields: vec![
                Field::text(cell),
                state.map_or(Field::Nothing, |it| number(it.processes)),
                number(plan.blocks),
                number(plan.visit_ms),
                state.map_or(Field::Nothing, |it| Field::text(it.stopped.describe())),
            ],
        }
    };
    let head = ["cell", "processes", "blocks in each", "a visit, ms", "why no more"];
    Table {
        caption: "How much was measured of each cell".to_owned(),
        head: head.map(str::to_owned).to_vec(),
        rows: file.configuration.cells.iter().map(row).collect(),
    }
}

/// The machine in a line.
pub(crate) fn machine(file: &RunFile) -> String {
    let cpu = file.environment.cpu.as_deref().unwrap_or("a machine without a name");
    format!("{cpu}, {}", figures::count(file.environment.cores, "core"))
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
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
