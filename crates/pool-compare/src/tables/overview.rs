//! A row for each cell, a section for each quantity.

use std::iter;

use pool_measure::rounds::median;

use super::{
    grid::{Grid, wrap},
    scaling::scaling,
    words::{efficient, fell_behind, noise, off, one_core, part, stopped},
};
use crate::{
    analysis::{Analysis, Comparison, Row, Trust, job_length},
    cell::Kind,
    figures::{self, Scale},
    protocol::Contender,
    quantity::Unit,
    store::CellState,
};

/// What marks a cell whose ranks may change.
const PREVIEW: &str = "?";
/// What stands in place of ranks where there are none because of noise.
const NOISY: &str = "~";

/// What a chooser wants to see first: the main quantity of each cell.
pub(crate) fn overview(analysis: &Analysis, cells: &[CellState]) -> String {
    let main = comparisons(analysis, Comparison::is_main);
    let columns = columns(&main, |it| it.backend().is_some());
    let mut parts = vec![table(&main, &columns).text()];
    parts.push(marks(&main).iter().map(|line| wrap(line)).collect::<Vec<_>>().join("\n"));
    parts.extend(core_times(analysis));
    parts.extend(scaling(&analysis.scaling));
    let mut lines = efficient(analysis);
    lines.extend(one_core(analysis));
    lines.extend(stopped(cells, false));
    parts.push(lines.iter().map(|line| wrap(line)).collect::<Vec<_>>().join("\n"));
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

/// All quantities, of all that was measured, and why each cell has ended.
pub(crate) fn everything(analysis: &Analysis, cells: &[CellState]) -> String {
    let all = comparisons(analysis, |_| true);
    let columns = columns(&all, |it| it.backend().is_some());
    let mut parts = vec![table(&all, &columns).text()];
    let others = self::columns(&all, |it| it.backend().is_none());
    let has_others = |it: &&Comparison| it.rows.iter().any(|row| others.contains(&row.contender));
    let beside: Vec<_> = all.iter().copied().filter(has_others).collect();
    if !others.is_empty() {
        parts.push(format!("\nNext to the backends:\n{}", table(&beside, &others).text()));
    }
    parts.extend(core_times(analysis));
    parts.extend(scaling(&analysis.scaling));
    let mut lines = marks(&all);
    lines.extend(efficient(analysis));
    lines.extend(one_core(analysis));
    lines.extend(analysis.noise_floor.map(noise));
    lines.extend(stopped(cells, true));
    parts.push(lines.iter().map(|line| wrap(line)).collect::<Vec<_>>().join("\n"));
    parts.join("\n")
}

/// The table of a kind of cells for a page, with what its marks mean; `None` if nothing of that
/// kind was measured.
pub(crate) fn markdown(analysis: &Analysis, kind: Kind) -> Option<String> {
    let tails = ["sojourn_p90_ns", "first_ns", "elapsed_ns"];
    let shown = comparisons(analysis, |it| {
        it.cell.kind() == kind && (it.is_main() || tails.contains(&it.quantity))
    });
    if shown.is_empty() {
        return None;
    }
    let columns = columns(&shown, |_| true);
    let mut parts = Vec::new();
    for one in shown.chunk_by(|a, b| title(a) == title(b)) {
        let table = table(one, &columns).markdown();
        parts.push(format!("{}:\n\n{table}", title(one[0])));
    }
    let marks: Vec<_> = marks(&shown).iter().map(|line| sentence(line)).collect();
    parts.push(marks.join("\n"));
    Some(parts.join("\n\n"))
}

/// The kinds of cells that there are, with a name for the table of each.
pub(crate) fn kinds() -> impl Iterator<Item = (&'static str, Kind)> {
    Kind::ALL.into_iter().map(|kind| (kind.name(), kind))
}

/// Those that are wanted, the same quantities next to each other.
fn comparisons(analysis: &Analysis, wanted: impl Fn(&Comparison) -> bool) -> Vec<&Comparison> {
    let mut all: Vec<_> = analysis.comparisons.iter().filter(|it| wanted(it)).collect();
    let titles: Vec<&str> = all.iter().map(|it| it.quantity().title).collect();
    let place = |of: &Comparison| {
        let kind = Kind::ALL.iter().position(|kind| *kind == of.cell.kind());
        let quantity = of.cell.quantities().iter().position(|it| it.key == of.quantity);
        // Cells of one kind may have quantities of their own in the same place.
        let title = titles.iter().position(|title| *title == of.quantity().title);
        let linger = of.setting.linger_us;
        (kind, quantity, title, linger.is_none(), linger)
    };
    all.sort_by_key(|it| place(it));
    all
}

/// Those of the contenders that have a column, each once.
fn columns(comparisons: &[&Comparison], wanted: impl Fn(&Contender) -> bool) -> Vec<Contender> {
    let mut all: Vec<Contender> = Vec::new();
    for row in comparisons.iter().flat_map(|it| &it.rows) {
        let is_new = !all.contains(&row.contender);
        let is_twin = matches!(row.contender, Contender::Twin(_));
        if is_new && !is_twin && wanted(&row.contender) {
            all.push(row.contender.clone());
        }
    }
    all.sort_by_key(|it| it.backend().is_none());
    all
}

fn table(comparisons: &[&Comparison], columns: &[Contender]) -> Grid {
    let names = columns.iter().map(ToString::to_string);
    let header = iter::once(String::new()).chain(names).chain(["noise".to_owned()]);
    let mut grid = Grid::new(header);
    let mut heading = String::new();
    for comparison in comparisons {
        let title = title(comparison);
        if title != heading {
            grid.row([title.clone()]);
            heading = title;
        }
        grid.row(row(comparison, columns));
    }
    grid
}

/// What the quantity of a section is.
fn title(comparison: &Comparison) -> String {
    let title = comparison.title();
    match comparison.cell.kind() {
        Kind::Cost => format!("Cost: {title}"),
        Kind::Shutdown => format!("Shutdown: {title}"),
        Kind::Placement => format!("{}, workers placed by the system", capitalised(&title)),
        Kind::Throughput | Kind::Latency => capitalised(&title),
    }
}

fn row(comparison: &Comparison, columns: &[Contender]) -> Vec<String> {
    // One unit for all, so that 980 µs is not taken for more than 1.02 ms.
    let middle = median(comparison.rows.iter().map(|row| row.value.estimate)).unwrap_or_default();
    let scale = Scale::of(comparison.quantity().unit, middle);
    let cell = |contender: &Contender| {
        let row = comparison.rows.iter().find(|row| row.contender == *contender);
        row.map(|row| format!("{} {:<2}", scale.show(row.value.estimate), rank(comparison, row)))
            .unwrap_or_default()
    };
    let name = short_name(comparison);
    let noise = comparison.twin.map(|twin| {
        let mark = if comparison.trust == Trust::TooNoisy { NOISY } else { "±" };
        format!("{mark} {}", part(off(twin)))
    });
    let mark = if comparison.trust == Trust::Preview { PREVIEW } else { "" };
    let Comparison { processes, of, .. } = *comparison;
    let some = if processes < of { format!(" ({processes} of {of})") } else { String::new() };
    let mut cells = vec![format!("  {name}{some} {mark}").trim_end().to_owned()];
    cells.extend(columns.iter().map(cell));
    cells.push(noise.unwrap_or_default());
    cells
}

/// The name of a cell without its kind.
fn short_name(comparison: &Comparison) -> String {
    let name = comparison.cell.to_string();
    name.split_once('/').map_or_else(|| name.clone(), |(_, rest)| rest.to_owned())
}

/// What a job costs of core time next to its own work, where one thread alone was measured. The
/// points of sweeps are left out: they would be many.
fn core_times(analysis: &Analysis) -> Option<String> {
    let timed = |row: &Row| row.core_time.is_some() && row.contender.backend().is_some();
    let all =
        comparisons(analysis, |it| job_length(&it.cell).is_some() && it.rows.iter().any(timed));
    let columns = columns(&all, |it| it.backend().is_some());
    let mut grid =
        Grid::new(iter::once(String::new()).chain(columns.iter().map(ToString::to_string)));
    for one in all.chunk_by(|a, b| a.setting.receive() == b.setting.receive()) {
        grid.row([format!(
            "Core time a job costs next to its work ({})",
            one[0].setting.receive()
        )]);
        for comparison in one {
            let cell = |contender: &Contender| {
                let row = comparison.rows.iter().find(|row| row.contender == *contender);
                row.and_then(|row| row.core_time)
                    .map(|it| Scale::of(Unit::Nanos, it.estimate).about(it))
            };
            let cells = columns.iter().map(|it| cell(it).unwrap_or_default());
            grid.row(iter::once(format!("  {}", short_name(comparison))).chain(cells));
        }
    }
    (!all.is_empty()).then(|| format!("\n{}", grid.text()))
}

fn rank(comparison: &Comparison, row: &Row) -> String {
    let noisy = comparison.trust == Trust::TooNoisy && row.contender.backend().is_some();
    row.rank_shown().unwrap_or_else(|| if noisy { NOISY } else { "" }.to_owned())
}

/// What the marks that are there mean.
fn marks(shown: &[&Comparison]) -> Vec<String> {
    let Some(first) = shown.first() else {
        return vec!["nothing has been measured to the end of a process yet".to_owned()];
    };
    let mut differences: Vec<f64> = shown.iter().map(|it| it.quantity().difference).collect();
    differences.sort_by(f64::total_cmp);
    differences.dedup();
    let [least, most] = [differences.first(), differences.last()]
        .map(|it| it.copied().unwrap_or(first.quantity().difference));
    let matters = match (part(least), part(most)) {
        (one, other) if one == other => one,
        (fine, coarse) => format!("{fine} (time and CPU time per job) or {coarse} (the rest)"),
    };
    let ends = shown.iter().find(|it| it.cell.kind() == Kind::Shutdown);
    let absolute = ends.map(|it| it.quantity()).map(|it| figures::value(it.unit, it.absolute));
    let at_once = absolute.map(|least| format!(", of an end also by {least}")).unwrap_or_default();
    let mut lines = vec![format!(
        "Less is better. A rank is 1 plus the number of backends that are shown to be better by \
         {matters} or more{at_once}; = is a tie. Noise: by how much one backend, measured twice, differs \
         from itself."
    )];
    let noisy: Vec<_> = shown.iter().filter(|it| it.trust == Trust::TooNoisy).collect();
    if !noisy.is_empty() {
        lines.push(format!(
            "~ too noisy for ranks: {} of {}. Measure for longer (--budget 5m), or when less else \
             runs.",
            noisy.len(),
            shown.len()
        ));
    }
    if shown.iter().any(|it| it.processes < it.of) {
        lines.push("(9 of 12): so many of the processes have the figure.".to_owned());
    }
    if shown.iter().any(|it| it.trust == Trust::Preview) {
        lines.push("? is a preview: fewer than 5 processes, so ranks may change.".to_owned());
    }
    for comparison in shown {
        let line = fell_behind(comparison).map(|words| format!("{}: {words}", comparison.cell));
        // Of several quantities of a cell, once.
        lines.extend(line.filter(|line| !lines.contains(line)));
    }
    lines
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn sentence(line: &str) -> String {
    let line = capitalised(line);
    if line.ends_with('.') { line } else { format!("{line}.") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        store::Stopped,
        tables::{
            WIDTH,
            fixtures::{about, analysis, comparison},
        },
    };

    const FIVE: [(&str, f64); 5] =
        [("std", 150.0), ("crossbeam", 100.0), ("flume", 101.0), ("rayon", 300.0), ("tokio", 99.0)];

    fn beside(contender: Contender, value: f64) -> Row {
        Row {
            contender,
            value: about(value),
            rank: None,
            tied: false,
            efficiency: None,
            core_time: None,
        }
    }

    #[test]
    fn cells_are_rows_and_noise_is_a_column() {
        let mut sound = comparison("throughput/empty", Trust::Sound, &FIVE);
        sound.rows.push(beside(Contender::Serial, 10.0));
        let noisy = comparison("shutdown/idle", Trust::TooNoisy, &FIVE);
        let state = CellState { cell: noisy.cell.clone(), processes: 5, stopped: Stopped::Budget };
        let shown = overview(&analysis(vec![sound, noisy]), &[state]);
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines.iter().all(|line| line.chars().count() <= WIDTH), "{shown}");
        assert_eq!(lines[2], "Time per job (recv)");
        assert!(lines[3].starts_with("  empty  150 ns 4   100 ns 1="), "{shown}");
        assert!(lines[5].contains("150 ns ~") && lines[5].ends_with("~ 21 %"), "{shown}");
        assert!(shown.contains("~ too noisy for ranks: 1 of 2."), "{shown}");
        assert!(!shown.contains("serial loop"), "{shown}");
    }

    #[test]
    fn all_that_was_measured_is_shown_if_asked_for() {
        let mut one = comparison("throughput/empty", Trust::Preview, &FIVE);
        one.rows.push(beside(Contender::Serial, 10.0));
        one.rows.push(beside(Contender::AsyncLane, 50.0));
        let shown = everything(&analysis(vec![one]), &[]);
        assert!(shown.contains("serial loop  tokio (async lane)"), "{shown}");
        assert!(shown.contains("  empty ?"), "{shown}");
    }

    #[test]
    fn a_page_has_the_same_table() {
        let mut one = comparison("throughput/empty", Trust::Sound, &FIVE);
        one.rows.push(beside(Contender::Serial, 10.0));
        let shown = markdown(&analysis(vec![one]), Kind::Throughput).unwrap();
        let header = "|  | std | crossbeam | flume | rayon | tokio | serial loop | noise |";
        assert!(
            shown.starts_with(&format!("Time per job (recv):\n\n{header}\n|---|--:")),
            "{shown}"
        );
        assert!(shown.contains("\n| empty | 150 ns 4 | 100 ns 1= |"), "{shown}");
        assert_eq!(markdown(&analysis(Vec::new()), Kind::Cost), None);
    }
}
