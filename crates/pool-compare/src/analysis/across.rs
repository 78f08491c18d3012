//! Several runs as one, with the run as a level: what holds over all of them.
//!
//! A run says how far the next process may be from it, not the next host or boot. So a ratio over
//! three runs or more is the mean over all runs that there might be, by
//! [random effects](pool_statistics::random_effects), with 95 % confidence. Of two it has no
//! better interval than from the lower to the higher end of both. Ranks follow from these as in
//! one run: only what holds over the runs is ranked.

use std::ptr;

use pool_statistics::{Estimate, Interval, Verdict, median, random_effects};
use serde::Serialize;

use super::{Analysis, Comparison, Granularity, Length, Pair, Row, Trust, compare::place, scaling};
use crate::{figures::percent, once::once};

/// How many ratios of the one lie outside of their interval of the other, of every two runs both
/// ways, in the main quantities of cells that are quiet in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Outside {
    pub(crate) ratios: u32,
    pub(crate) of: u32,
}

impl Outside {
    pub(crate) fn in_words(self) -> String {
        let Self { ratios, of } = self;
        format!(
            "Of every two runs, {ratios} of {of} ratios ({}) lie outside of their interval in the \
             other run.",
            percent(f64::from(ratios) / f64::from(of))
        )
    }
}

/// What these runs say together, as of one run: of what two runs or more have measured, values are the
/// median of the runs, from the least to the greatest. And how well one run tells of another; `None`
/// if they have no ratio in common.
pub(crate) fn across(runs: &[&Analysis]) -> (Analysis, Option<Outside>) {
    let comparisons =
        of_several(runs, |it| &it.comparisons, |it| (it.cell.clone(), it.quantity), merged);
    let way = |it: &Granularity| (it.contender.clone(), it.receive.clone());
    let granularity = of_several(
        runs,
        |it| &it.granularity,
        way,
        |found| {
            let processes = found.iter().map(|it| it.processes).sum();
            Some(Granularity { processes, length: length(found), ..found[0].clone() })
        },
    );
    // What a machine does to its workers is of that machine.
    let (scaling, one_core) = (scaling(&comparisons, |_, _, _| None), Vec::new());
    let noise_floor = median(runs.iter().filter_map(|run| run.noise_floor));
    let analysis = Analysis { comparisons, granularity, scaling, one_core, noise_floor };
    (analysis, outside(runs))
}

/// What has the same key in two runs or more, as one.
fn of_several<'a, T, K: PartialEq>(
    runs: &[&'a Analysis],
    of: fn(&'a Analysis) -> &'a Vec<T>,
    key: impl Fn(&T) -> K,
    as_one: impl Fn(&[&'a T]) -> Option<T>,
) -> Vec<T> {
    let all = || runs.iter().flat_map(|run| of(run));
    let with = |one: K| {
        let its: Vec<&T> = all().filter(|it| key(it) == one).collect();
        if its.len() > 1 { as_one(&its) } else { None }
    };
    once(all().map(&key)).into_iter().filter_map(with).collect()
}

/// The same quantity of the same cell in two runs or more. Those in which it is too noisy do not
/// count; but if fewer than two are left, all do, and it has no ranks.
fn merged(runs: &[&Comparison]) -> Option<Comparison> {
    let quiet: Vec<&Comparison> =
        runs.iter().copied().filter(|it| it.trust != Trust::TooNoisy).collect();
    let is_noisy = quiet.len() < 2;
    let used = if is_noisy { runs } else { &quiet[..] };
    let first = used.first()?;
    let row = |row: &Row| {
        let name = row.contender.to_string();
        let all: Vec<&Row> = used.iter().map(|it| it.row(&name)).collect::<Option<_>>()?;
        let of_all = |value: fn(&Row) -> Option<f64>| {
            all.iter().map(|it| value(it)).collect::<Option<Vec<f64>>>()
        };
        Some(Row {
            contender: row.contender.clone(),
            value: spread(all.iter().map(|it| it.value.estimate)),
            rank: None,
            tied: false,
            efficiency: of_all(|it| it.efficiency).and_then(median),
            core_time: of_all(|it| Some(it.core_time?.estimate)).map(|it| spread(it.into_iter())),
        })
    };
    let sound = used.iter().filter(|it| it.trust == Trust::Sound).count();
    let mut fell_behind = first.fell_behind.clone();
    fell_behind.retain(|it| used.iter().all(|of| of.fell_behind.contains(it)));
    let mut merged = Comparison {
        processes: used.iter().map(|it| it.processes).sum(),
        of: used.iter().map(|it| it.of).sum(),
        twin: hull(used.iter().filter_map(|it| it.twin)),
        trust: match sound {
            _ if is_noisy => Trust::TooNoisy,
            0 | 1 => Trust::Preview,
            _ => Trust::Sound,
        },
        fell_behind,
        rows: first.rows.iter().filter_map(row).collect(),
        pairs: Vec::new(),
        beside: Vec::new(),
        ..(*first).clone()
    };
    let pair = |pair: &Pair, comparisons: fn(&Comparison) -> usize| {
        let (a, b) = (pair.a.to_string(), pair.b.to_string());
        let ratio = |it: &&Comparison| Some((it.pair(&a, &b)?.0, it.processes, comparisons(it)));
        let ratio = pooled(&used.iter().map(ratio).collect::<Option<Vec<_>>>()?)?;
        let verdict = Verdict::of(ratio, merged.matters_between(&a, &b));
        Some(Pair { ratio, verdict, ..pair.clone() })
    };
    let pairs: Vec<Pair> =
        first.pairs.iter().filter_map(|it| pair(it, |of| of.pairs.len())).collect();
    let beside = first.beside.iter().filter_map(|it| pair(it, |_| 1)).collect();
    if !is_noisy {
        let rows = &mut merged.rows;
        let backends = rows.iter().take_while(|row| row.contender.backend().is_some()).count();
        place(&mut rows[..backends], &pairs);
    }
    Some(Comparison { pairs, beside, ..merged })
}

/// A ratio that was found in each run, by so many processes, for so many comparisons at once.
fn pooled(runs: &[(Interval, usize, usize)]) -> Option<Interval> {
    let known = |it: &(Interval, usize, usize)| Estimate::of_logs(it.0, it.1, it.2);
    let effects = runs.iter().map(known).collect::<Option<Vec<_>>>();
    let effects = effects.and_then(|it| random_effects(&it)).map(Interval::exp);
    effects.or_else(|| hull(runs.iter().map(|it| it.0)))
}

/// From the lowest to the highest end of all; `None` of none.
fn hull(all: impl Iterator<Item = Interval> + Clone) -> Option<Interval> {
    all.clone().next()?;
    let Interval { low, high, .. } = spread(all.clone().flat_map(|it| [it.low, it.high]));
    Some(Interval { low, high, ..spread(all.map(|it| it.estimate)) })
}

/// The median, between the least and the greatest. Of an even number, it is the geometric mean of
/// the two in the middle; the arithmetic, if not all are above 0.
fn spread(values: impl Iterator<Item = f64> + Clone) -> Interval {
    let ends = (f64::INFINITY, f64::NEG_INFINITY);
    let (low, high) = values.clone().fold(ends, |(low, high), it| (low.min(it), high.max(it)));
    let logs = values.clone().map(f64::ln);
    let middle = if low > 0.0 { median(logs).map(f64::exp) } else { median(values) };
    Interval { low, estimate: middle.unwrap_or(f64::NAN), high }
}

/// One length in several runs; what lies outside of those measured counts as their end.
fn length(runs: &[&Granularity]) -> Length {
    let all = |is: fn(&Length) -> bool| runs.iter().all(|it| is(&it.length));
    if all(|it| matches!(it, Length::AtMost(_))) || all(|it| matches!(it, Length::Beyond(_))) {
        return runs[0].length;
    }
    Length::At(spread(runs.iter().map(|it| match it.length {
        Length::At(at) => at.estimate,
        Length::AtMost(end) | Length::Beyond(end) => end,
    })))
}

fn outside(runs: &[&Analysis]) -> Option<Outside> {
    let (mut ratios, mut of) = (0, 0);
    let is_quiet = |it: &&Comparison| it.is_main() && it.trust != Trust::TooNoisy;
    let others = |one| runs.iter().filter(move |other| !ptr::eq(**other, one));
    for (one, other) in runs.iter().flat_map(|one| others(*one).map(move |other| (one, other))) {
        for of_one in one.comparisons.iter().filter(is_quiet) {
            let of_other = other.find(&of_one.cell, of_one.quantity).filter(is_quiet);
            for Pair { a, b, ratio, .. } in &of_one.pairs {
                let found = of_other.and_then(|it| it.pair(&a.to_string(), &b.to_string()));
                let Some((Interval { estimate, .. }, _)) = found else { continue };
                of += 1;
                ratios += u32::from(!(ratio.low..=ratio.high).contains(&estimate));
            }
        }
    }
    (of > 0).then_some(Outside { ratios, of })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::fixtures::{analysis, comparison};

    const CELL: &str = "throughput/empty";

    /// A run in which flume takes so many times as long as std, which is known to 1 %.
    fn run(flume: f64, trust: Trust) -> Analysis {
        analysis(vec![comparison(CELL, trust, &[("std", 100.0), ("flume", 100.0 * flume)])])
    }

    fn together(runs: &[Analysis]) -> Analysis {
        across(&runs.iter().collect::<Vec<_>>()).0
    }

    fn sound<const N: usize>(flume: [f64; N]) -> Analysis {
        together(&flume.map(|it| run(it, Trust::Sound)))
    }

    fn ranks(of: &Analysis) -> Vec<Option<usize>> {
        of.comparisons[0].rows.iter().map(|row| row.rank).collect()
    }

    /// To a thousandth.
    #[track_caller]
    fn about(found: Interval, expected: [f64; 3]) {
        let parts = [found.low, found.estimate, found.high];
        let near = parts.iter().zip(expected).all(|(it, expected)| (it - expected).abs() < 1e-3);
        assert!(near, "{found:?}, not {expected:?}");
    }

    #[test]
    fn three_runs_are_known_as_well_as_they_agree() {
        assert_eq!(ranks(&sound([1.2, 1.21, 1.19])), [Some(1), Some(2)]);
        let scattered = sound([1.1, 1.2, 1.4]);
        assert_eq!(ranks(&scattered), [Some(1), Some(1)]);
        // By hand: their own errors are nothing against the scatter of ln 1.1, ln 1.2 and ln 1.4,
        // whose mean is 0.2047 and whose standard deviation 0.1223; t is 4.303.
        let (mean, half) = (-0.2047_f64, 4.303 * 0.1223 / 3.0_f64.sqrt());
        let Comparison { pairs, rows, processes, .. } = &scattered.comparisons[0];
        about(pairs[0].ratio, [mean - half, mean, mean + half].map(f64::exp));
        about(rows[1].value, [110.0, 120.0, 140.0]);
        assert_eq!(*processes, 18);
    }

    #[test]
    fn two_runs_rank_where_both_do() {
        assert_eq!(ranks(&sound([1.2, 1.3])), [Some(1), Some(2)]);
        assert_eq!(ranks(&sound([1.2, 1.04])), [Some(1), Some(1)]);
        let ratio = sound([1.2, 1.3]).comparisons[0].pairs[0].ratio;
        about(ratio, [0.99 / 1.3, 1.0 / 1.56_f64.sqrt(), 1.01 / 1.2]);
    }

    #[test]
    fn a_noisy_run_does_not_count_and_a_quiet_one_alone_gives_no_rank() {
        let noisy = || run(9.0, Trust::TooNoisy);
        let quiet = || run(1.2, Trust::Sound);
        assert_eq!(ranks(&together(&[quiet(), noisy(), quiet()])), [Some(1), Some(2)]);
        let alone = [quiet(), noisy()];
        assert_eq!(ranks(&together(&alone)), [None, None]);
        assert_eq!(together(&alone).comparisons[0].trust, Trust::TooNoisy);
        assert_eq!(outside(&[&alone[0], &alone[1]]), None);
        assert!(together(&[quiet()]).comparisons.is_empty());
    }

    #[test]
    fn what_else_runs_say_is_the_median_of_the_runs() {
        let run = |value: f64| {
            let mut one = comparison(CELL, Trust::Sound, &[("std", 100.0)]);
            one.rows[0].core_time = Some(Interval::exactly(value));
            let (contender, receive) = ("std".parse().unwrap(), "recv".to_owned());
            let length = Length::At(Interval::exactly(value));
            let granularity = vec![Granularity { contender, receive, processes: 5, length }];
            Analysis { granularity, ..analysis(vec![one]) }
        };
        let Analysis { comparisons, granularity, .. } =
            together(&[run(-5.0), run(20.0), run(10.0)]);
        about(comparisons[0].rows[0].core_time.unwrap(), [-5.0, 10.0, 20.0]);
        let Length::At(length) = granularity[0].length else { panic!() };
        about(length, [-5.0, 10.0, 20.0]);
        assert_eq!(granularity[0].processes, 15);
    }

    #[test]
    fn ratios_outside_of_the_interval_of_another_run_are_counted_both_ways() {
        // Each interval reaches 1 % to either side: 1.2 and 1.205 have each other.
        let runs = [1.2, 1.205, 1.3].map(|it| run(it, Trust::Sound));
        assert_eq!(outside(&runs.each_ref()), Some(Outside { ratios: 4, of: 6 }));
    }
}
