//! A comparison as a ranking.

use serde::Serialize;

use crate::{
    analysis::{Comparison, Row, Trust},
    figures::{self, Scale},
    statistics::{Interval, Verdict},
    tables::{Grid, fell_behind, too_noisy, verdict, wrap},
};

/// One comparison; serialized, an element of what `--json` prints.
#[derive(Debug, Serialize)]
pub(super) struct Ranking<'a> {
    cell: String,
    quantity: &'a str,
    trust: Trust,
    /// The best first.
    backends: Vec<Ranked>,
}

#[derive(Debug, Serialize)]
struct Ranked {
    name: String,
    /// `None` if there are no ranks, because of noise.
    rank: Option<usize>,
    tied: bool,
    /// In the unit of the quantity.
    value: Interval,
    /// Its value over that of the first; of all pairs at once, with 95 % confidence. `None` for
    /// the first itself.
    ratio_to_best: Option<Interval>,
    /// What is said of it and the first.
    verdict: Option<Verdict>,
}

impl<'a> Ranking<'a> {
    pub(super) fn of(comparison: &'a Comparison) -> Self {
        let mut rows = comparison.best_first();
        rows.retain(|row| row.contender.backend().is_some());
        let best = rows.first().map(|row| row.contender.to_string()).unwrap_or_default();
        let ranked = |row: &&Row| {
            let name = row.contender.to_string();
            let pair = comparison.pair(&name, &best);
            Ranked {
                rank: row.rank,
                tied: row.tied,
                value: row.value,
                ratio_to_best: pair.map(|(ratio, _)| ratio),
                verdict: pair.map(|(_, verdict)| verdict),
                name,
            }
        };
        Self {
            cell: comparison.cell.to_string(),
            quantity: comparison.quantity,
            trust: comparison.trust,
            backends: rows.iter().map(ranked).collect(),
        }
    }
}

/// For people. `values` says what the values and what is behind them are.
pub(super) fn show(comparison: &Comparison, values: &str) -> String {
    let ranking = Ranking::of(comparison);
    let quantity = comparison.quantity();
    let best = ranking.backends.first();
    let scale = Scale::of(quantity.unit, best.map_or(0.0, |it| it.value.estimate));
    let first = best.map(|it| format!("/ {}", it.name)).unwrap_or_default();
    let mut grid = Grid::new(["", "rank", values, &first]);
    for it in &ranking.backends {
        let tie = if it.tied { "=" } else { " " };
        let rank = it.rank.map_or_else(|| "~ ".to_owned(), |rank| format!("{rank}{tie}"));
        let ratio = it.ratio_to_best.map(figures::ratio).unwrap_or_default();
        grid.row([it.name.clone(), rank, scale.interval(it.value), ratio]);
    }
    let title = format!("{}: {}, less is better", comparison.cell, comparison.title());
    let mut lines = vec![title, grid.text()];
    match comparison.trust {
        Trust::TooNoisy => lines.push(wrap(&too_noisy(comparison))),
        Trust::Preview => {
            lines.push("a preview: fewer than 5 processes, and ranks may change".to_owned());
        }
        Trust::Sound => {}
    }
    lines.extend(fell_behind(comparison).map(|it| wrap(&it)));
    // What noise hides is not to be put in words.
    if let Some(best) = best.filter(|_| comparison.trust != Trust::TooNoisy) {
        lines.extend(ranking.backends.iter().filter_map(|it| {
            let pair = (it.ratio_to_best?, it.verdict?);
            let said = verdict(&it.name, &best.name, pair, quantity);
            Some(wrap(&format!("{} and {}: {said}", it.name, best.name)))
        }));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::fixtures::comparison;

    const THREE: [(&str, f64); 3] = [("std", 150.0), ("flume", 100.0), ("rayon", 101.0)];

    #[test]
    fn the_best_is_first_and_the_others_are_compared_with_it() {
        let one = comparison("throughput/empty", Trust::Sound, &THREE);
        let shown = show(&one, "with 95 % confidence");
        assert_eq!(
            shown,
            "\
throughput/empty: time per job (recv), less is better
       rank  with 95 % confidence             / flume
─────────────────────────────────────────────────────
flume    1=      100 [99, 101] ns
rayon    1=     101 [100, 102] ns  1.01x [1.00, 1.02]
std      3      150 [148, 152] ns     1.5x [1.5, 1.5]
rayon and flume: equivalent: any difference is below 5 %
std and flume: flume is better by 1.48x to 1.52x"
        );
    }

    #[test]
    fn noise_leaves_no_ranks_and_no_words() {
        let one = comparison("throughput/empty", Trust::TooNoisy, &THREE);
        let shown = show(&one, "");
        assert!(shown.contains("too noisy") && !shown.contains("is better by"), "{shown}");
        assert!(Ranking::of(&one).backends.iter().all(|it| it.rank.is_none()));
    }
}
