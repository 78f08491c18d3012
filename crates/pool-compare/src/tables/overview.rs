//! A row for each cell, a section for each quantity.

use std::iter;

use pool_statistics::median;

use super::{
    grid::{Field, Grid, wrap},
    scaling::scaling,
    words::{NOISY, PREVIEW, efficient, fell_behind, name, noise, off, one_core, rank, said},
};
use crate::{
    analysis::{Analysis, Comparison, Trust},
    cell::Kind,
    figures::Scale,
    once::once,
    protocol::Contender,
};

/// The main quantity of each cell, which a chooser wants to see first; or `all` quantities, of all
/// that was measured.
pub(crate) fn overview(analysis: &Analysis, all: bool) -> String {
    let shown = comparisons(analysis, |it| all || it.is_main());
    let columns = columns(&shown, |it| all || it.backend().is_some());
    let wrapped =
        |lines: Vec<String>| lines.iter().map(|line| wrap(line)).collect::<Vec<_>>().join("\n");
    let mut parts = vec![table(&shown, &columns).blocks(), wrapped(marks(&shown))];
    parts.extend(scaling(&analysis.scaling));
    let mut lines = efficient(analysis);
    lines.extend(one_core(analysis));
    lines.extend(analysis.noise_floor.filter(|_| all).map(noise));
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
    let titles = once(all.iter().map(|it| title(it)));
    all.sort_by_key(|it| titles.iter().position(|of| *of == title(it)));
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
    sections(header, comparisons, |comparison| {
        // One unit for all, so that 980 µs is not taken for more than 1.02 ms.
        let middle = median(comparison.rows.iter().map(|row| row.value.estimate));
        let scale = Scale::of(comparison.quantity().unit, middle.unwrap_or_default());
        let mark = if comparison.trust == Trust::TooNoisy { NOISY } else { "±" };
        let noise = comparison.twin.map(|twin| format!("{mark} {}", off(twin)));
        let field = |contender: &Contender| {
            let Some(row) = comparison.row(&contender.to_string()) else { return String::new() };
            format!("{} {:<2}", scale.show(row.value.estimate), rank(comparison, row))
        };
        iter::once(noise.unwrap_or_default()).chain(columns.iter().map(field)).collect()
    })
}

/// Two contenders in all that was measured of both.
pub(crate) fn pair(analysis: &Analysis, a: &str, b: &str) -> String {
    let both = comparisons(analysis, |it| it.pair(a, b).is_some());
    let header = [a, b, &format!("{a} / {b}"), &format!("{a} is")].map(str::to_owned);
    let grid = sections(header, &both, |comparison| {
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
    fields: impl Fn(&Comparison) -> Vec<F>,
) -> Grid {
    let mut grid = Grid::new(iter::once(String::new()).chain(header));
    for one in comparisons.chunk_by(|a, b| title(a) == title(b)) {
        grid.row([title(one[0])]);
        for comparison in one {
            let name: Field = format!("  {}", name(comparison, " ?")).into();
            grid.row(iter::once(name).chain(fields(comparison).into_iter().map(Into::into)));
        }
    }
    grid
}

/// What the quantity of a section is.
fn title(comparison: &Comparison) -> String {
    let title = match comparison.cell.kind() {
        Kind::Throughput | Kind::Latency => comparison.title(),
        kind => format!("{}: {}", kind.name(), comparison.title()),
    };
    title[..1].to_uppercase() + &title[1..]
}

const RANKS: &str = "Less is better. Rank: 1 plus how many are shown to be better by 5 % (time and CPU time per \
                     job) or 20 % (the rest) or more, of an end also by 1 ms; = is a tie. Noise: how far \
                     one backend, measured twice, is from itself.";

/// What the marks that are there mean.
fn marks(shown: &[&Comparison]) -> Vec<String> {
    if shown.is_empty() {
        return vec!["Nothing has been measured to the end of a process yet.".to_owned()];
    }
    let mut lines = vec![RANKS.to_owned()];
    let noisy = shown.iter().filter(|it| it.trust == Trust::TooNoisy).count();
    if noisy > 0 {
        lines.push(format!(
            "~ too noisy for ranks: {noisy} of {}. Measure for longer (--budget 5m), or when less else \
             runs.",
            shown.len()
        ));
    }
    if shown.iter().any(|it| it.trust == Trust::Preview) {
        lines.push(format!("? is {PREVIEW}."));
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
    use crate::tables::{
        fixtures::{analysis, comparison},
        ranking,
    };

    #[test]
    fn noise_is_a_column_and_leaves_no_ranks_and_no_words() {
        let of = |cell, trust| {
            comparison(cell, trust, &[("std", 150.0), ("flume", 100.0), ("rayon", 101.0)])
        };
        let ranked = ranking(&of("throughput/empty", Trust::TooNoisy), "").text();
        assert!(ranked.contains("\nstd           ~ ") && !ranked.contains("worse"), "{ranked}");
        let all = [of("throughput/empty", Trust::Sound), of("shutdown/idle", Trust::TooNoisy)];
        let shown = overview(&analysis(all.into()), false);
        let lines: Vec<&str> = shown.lines().skip(2).collect();
        assert_eq!(lines[0], "Time per job (recv)");
        assert_eq!(lines[1], "  empty   ± 1 %  150 ns 3   100 ns 1=  101 ns 1=");
        assert!(lines[3].starts_with("  idle   ~ 21 %  150 ns ~"), "{shown}");
        assert!(shown.contains("~ too noisy for ranks: 1 of 2."), "{shown}");
    }
}
