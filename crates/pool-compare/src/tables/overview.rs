//! A row for each cell, a section for each quantity.

use std::iter;

use pool_measure::quantile::median;

use super::{
    grid::{Field, Grid, wrap},
    scaling::scaling,
    words::{efficient, fell_behind, noise, off, one_core, part, said, stopped},
};
use crate::{
    analysis::{Analysis, Comparison, Row, Trust, job_length},
    cell::Kind,
    figures::{self, Scale},
    once::once,
    protocol::Contender,
    quantity::Unit,
    store::CellState,
};

/// What stands in place of ranks where there are none because of noise.
const NOISY: &str = "~";

/// The main quantity of each cell, which a chooser wants to see first; or `all` quantities, of all
/// that was measured, and why each cell has ended.
pub(crate) fn overview(analysis: &Analysis, cells: &[CellState], all: bool) -> String {
    let shown = comparisons(analysis, |it| all || it.is_main());
    let columns = columns(&shown, |it| all || it.backend().is_some());
    let wrapped =
        |lines: Vec<String>| lines.iter().map(|line| wrap(line)).collect::<Vec<_>>().join("\n");
    let mut parts = vec![table(&shown, &columns).blocks(), wrapped(marks(&shown))];
    parts.extend(core_times(analysis));
    parts.extend(scaling(&analysis.scaling));
    let mut lines = efficient(analysis);
    lines.extend(one_core(analysis));
    lines.extend(analysis.noise_floor.filter(|_| all).map(noise));
    lines.extend(stopped(cells).filter(|_| all));
    parts.push(wrapped(lines));
    parts.retain(|part| !part.is_empty());
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
    let of_one =
        |one: &[&Comparison]| format!("{}:\n\n{}", title(one[0]), table(one, &columns).markdown());
    let tables = shown.chunk_by(|a, b| title(a) == title(b)).map(of_one);
    Some(tables.chain([marks(&shown).join("\n")]).collect::<Vec<_>>().join("\n\n"))
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

/// Those of the contenders that have a column, each once: the backends, then others.
fn columns(comparisons: &[&Comparison], wanted: impl Fn(&Contender) -> bool) -> Vec<Contender> {
    let all = once(comparisons.iter().flat_map(|it| &it.rows).map(|row| &row.contender));
    let mut all: Vec<Contender> = all.into_iter().filter(|it| wanted(it)).cloned().collect();
    all.sort_by_key(|it| it.backend().is_none());
    all
}

/// The value of each contender, with its rank; and the noise, which is that of the twins.
fn table(comparisons: &[&Comparison], columns: &[Contender]) -> Grid {
    let names = columns.iter().map(ToString::to_string);
    let header = iter::once("noise".to_owned()).chain(names);
    sections(header, comparisons, title, |comparison| {
        // One unit for all, so that 980 µs is not taken for more than 1.02 ms.
        let middle = median(comparison.rows.iter().map(|row| row.value.estimate));
        let scale = Scale::of(comparison.quantity().unit, middle.unwrap_or_default());
        let mark = if comparison.trust == Trust::TooNoisy { NOISY } else { "±" };
        let noise = comparison.twin.map(|twin| format!("{mark} {}", part(off(twin))));
        let field = |contender: &Contender| {
            let Some(row) = comparison.row(&contender.to_string()) else { return String::new() };
            let rank = row.rank_shown();
            let noisy = mark == NOISY && contender.backend().is_some();
            let rank = rank.as_deref().unwrap_or(if noisy { NOISY } else { "" });
            format!("{} {rank:<2}", scale.show(row.value.estimate))
        };
        iter::once(noise.unwrap_or_default()).chain(columns.iter().map(field)).collect()
    })
}

/// Two contenders in all that was measured of both.
pub(crate) fn pair(analysis: &Analysis, a: &str, b: &str) -> String {
    let both = comparisons(analysis, |it| it.pair(a, b).is_some());
    let header = [a, b, &format!("{a} / {b}"), &format!("{a} is")].map(str::to_owned);
    let grid = sections(header, &both, title, |comparison| {
        let Some((ratio, verdict)) = comparison.pair(a, b) else { return Vec::new() };
        let values =
            [a, b].map(|name| comparison.row(name).map_or(f64::NAN, |it| it.value.estimate));
        let scale = Scale::of(comparison.quantity().unit, values[0].min(values[1]));
        let [one, other] = values.map(|value| scale.show(value));
        let is_noisy = comparison.trust == Trust::TooNoisy;
        let said = if is_noisy { NOISY } else { said(verdict) };
        vec![one.into(), other.into(), Field::ratio(ratio), said.into()]
    });
    let notes = "Less is better. Ratios have 95 % confidence, for all pairs of backends at once. ~ is too \
                 noisy to say; ? is a preview, of fewer than 5 processes.";
    format!("{}\n{}", grid.text(), wrap(notes))
}

/// A row for each of these, below the title that it shares with its neighbours.
fn sections<F: Into<Field>>(
    header: impl IntoIterator<Item = String>,
    comparisons: &[&Comparison],
    title: impl Fn(&Comparison) -> String,
    fields: impl Fn(&Comparison) -> Vec<F>,
) -> Grid {
    let mut grid = Grid::new(iter::once(String::new()).chain(header));
    for one in comparisons.chunk_by(|a, b| title(a) == title(b)) {
        grid.row([title(one[0])]);
        for comparison in one {
            let preview = if comparison.trust == Trust::Preview { " ?" } else { "" };
            let name = comparison.cell.to_string();
            let name = name.split_once('/').map_or(&*name, |(_, rest)| rest);
            let name: Field = format!("  {name}{preview}").into();
            grid.row(iter::once(name).chain(fields(comparison).into_iter().map(Into::into)));
        }
    }
    grid
}

/// What the quantity of a section is.
fn title(comparison: &Comparison) -> String {
    let title = comparison.title();
    let mut chars = title.chars();
    let capitalised: String =
        chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect();
    match comparison.cell.kind() {
        Kind::Cost => format!("Cost: {title}"),
        Kind::Shutdown => format!("Shutdown: {title}"),
        Kind::Placement => format!("{capitalised}, workers placed by the system"),
        Kind::Throughput | Kind::Latency => capitalised,
    }
}

/// What a job costs of core time next to its own work, where one thread alone was measured.
fn core_times(analysis: &Analysis) -> Option<String> {
    let timed = |row: &Row| row.core_time.is_some() && row.contender.backend().is_some();
    let all =
        comparisons(analysis, |it| job_length(&it.cell).is_some() && it.rows.iter().any(timed));
    let columns = columns(&all, |it| it.backend().is_some());
    let title = |it: &Comparison| {
        format!("Core time a job costs next to its work ({})", it.setting.receive())
    };
    let grid = sections(columns.iter().map(ToString::to_string), &all, title, |comparison| {
        let field = |contender: &Contender| {
            let core_time = comparison.row(&contender.to_string()).and_then(|row| row.core_time);
            core_time.map(|it| Scale::of(Unit::Nanos, it.estimate).about(it)).unwrap_or_default()
        };
        columns.iter().map(field).collect()
    });
    (!all.is_empty()).then(|| format!("\n{}", grid.blocks()))
}

/// What the marks that are there mean.
fn marks(shown: &[&Comparison]) -> Vec<String> {
    if shown.is_empty() {
        return vec!["Nothing has been measured to the end of a process yet.".to_owned()];
    }
    let mut differences: Vec<f64> = shown.iter().map(|it| it.quantity().difference).collect();
    differences.sort_by(f64::total_cmp);
    differences.dedup();
    let matters = match &differences[..] {
        [fine, .., coarse] => {
            format!("{} (time and CPU time per job) or {} (the rest)", part(*fine), part(*coarse))
        }
        one => one.iter().copied().map(part).collect(),
    };
    let ends = shown.iter().map(|it| it.quantity()).find(|it| it.absolute > 0.0);
    let absolute = ends.map(|it| figures::value(it.unit, it.absolute));
    let at_once = absolute.map(|least| format!(", of an end also by {least}")).unwrap_or_default();
    let mut lines = vec![format!(
        "Less is better. Rank: 1 plus how many are shown to be better by {matters} or more{at_once}; \
         = is a tie. Noise: how far one backend, measured twice, is from itself."
    )];
    let noisy = shown.iter().filter(|it| it.trust == Trust::TooNoisy).count();
    if noisy > 0 {
        lines.push(format!(
            "~ too noisy for ranks: {noisy} of {}. Measure for longer (--budget 5m), or when less else \
             runs.",
            shown.len()
        ));
    }
    if shown.iter().any(|it| it.trust == Trust::Preview) {
        lines.push("? is a preview: fewer than 5 processes, so ranks may change.".to_owned());
    }
    for comparison in shown {
        let Comparison { cell, processes, of, .. } = comparison;
        let title = comparison.quantity().title;
        let some = format!("{cell}: {title} is known of {processes} of {of} processes.");
        lines.extend((processes < of).then_some(some));
        let behind = fell_behind(comparison).map(|words| format!("{cell}: {words}."));
        // Of several quantities of a cell, once.
        lines.extend(behind.filter(|line| !lines.contains(line)));
    }
    lines
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

    /// Of five backends, and of what is measured next to them.
    fn measured(trust: Trust) -> Comparison {
        let mut one = comparison("throughput/empty", trust, &FIVE);
        let serial = one.rows[0].clone();
        let value = about(10.0);
        one.rows.push(Row { contender: Contender::Serial, value, rank: None, ..serial });
        one
    }

    #[test]
    fn cells_are_rows_and_noise_is_a_column() {
        let noisy = comparison("shutdown/idle", Trust::TooNoisy, &FIVE);
        let state = CellState { cell: noisy.cell.clone(), processes: 5, stopped: Stopped::Budget };
        let shown = overview(&analysis(vec![measured(Trust::Sound), noisy]), &[state], false);
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines.iter().all(|line| line.chars().count() <= WIDTH), "{shown}");
        assert_eq!(lines[2], "Time per job (recv)");
        assert!(lines[3].starts_with("  empty   ± 1 %  150 ns 4   100 ns 1="), "{shown}");
        assert!(lines[5].starts_with("  idle   ~ 21 %  150 ns ~"), "{shown}");
        assert!(shown.contains("~ too noisy for ranks: 1 of 2."), "{shown}");
        assert!(!shown.contains("serial loop"), "{shown}");
        let all = overview(&analysis(vec![measured(Trust::Preview)]), &[], true);
        assert!(all.contains("serial loop") && all.contains("  empty ?"), "{all}");
    }
}
