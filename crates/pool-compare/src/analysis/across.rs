//! Several runs as one, with the run as a level: what holds over all of them.
//!
//! A run says how far the next process may be from it, not the next host or boot. So a ratio over
//! three runs or more is the mean over all runs that there might be, by
//! [random effects](crate::statistics::random_effects), with 95 % confidence. Of two it has no
//! better interval than from the lower to the higher end of both. Ranks follow from these as in
//! one run: only what holds over the runs is ranked.

use pool_measure::quantile::median;
use serde::Serialize;

use super::{
    Analysis, Comparison, Granularity, Length, OneCore, Pair, Row, Trust, compare::place, law,
    scaling,
};
use crate::{
    figures::percent,
    statistics::{Estimate, Interval, Scalability, Verdict, random_effects},
};

/// What several runs say together.
#[derive(Debug, Serialize)]
pub(crate) struct Across {
    /// As of one run. Its values are the median of the runs, from the least to the greatest; of
    /// what two runs or more have measured.
    pub(crate) analysis: Analysis,
    /// How well one run tells of another; `None` if they have no ratio in common.
    pub(crate) outside: Option<Outside>,
}

/// How many ratios of the one lie outside of their interval of the other, of every two runs both
/// ways, in the main quantities of cells that are quiet in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Outside {
    pub(crate) ratios: usize,
    pub(crate) of: usize,
}

impl Outside {
    pub(crate) fn in_words(self) -> String {
        let Self { ratios, of } = self;
        #[expect(clippy::cast_precision_loss, reason = "far fewer ratios than 2^53")]
        let part = ratios as f64 / of as f64;
        format!(
            "Of every two runs, {ratios} of {of} ratios ({}) lie outside of their interval in the \
             other run.",
            percent(part)
        )
    }
}

/// Says what these runs mean together.
pub(crate) fn across(runs: &[&Analysis]) -> Across {
    let comparisons = of_several(
        runs.iter().flat_map(|run| &run.comparisons),
        |a, b| a.quantity == b.quantity && a.cell == b.cell,
        merged,
    );
    let granularity = of_several(
        runs.iter().flat_map(|run| &run.granularity),
        |a, b| a.contender == b.contender && a.receive == b.receive,
        |found| {
            let processes = found.iter().map(|it| it.processes).sum();
            Some(Granularity { processes, length: length(found), ..found[0].clone() })
        },
    );
    let one_core = of_several(
        runs.iter().flat_map(|run| &run.one_core),
        |a, b| a.contender == b.contender && a.cell == b.cell,
        |found| {
            let visits = found.iter().map(|it| it.visits).sum();
            let share = spread(found.iter().map(|it| it.share.estimate));
            Some(OneCore { visits, share, ..found[0].clone() })
        },
    );
    let scaling = scaling(&comparisons, |cell, _, contender| {
        let laws = runs.iter().filter_map(|run| law(&run.scaling, cell, contender));
        middle(&laws.collect::<Vec<_>>())
    });
    let noise_floor = median(runs.iter().filter_map(|run| run.noise_floor));
    let analysis = Analysis { comparisons, granularity, scaling, one_core, noise_floor };
    Across { analysis, outside: outside(runs) }
}

/// What is the same in two runs or more, as one.
fn of_several<'a, T: 'a>(
    all: impl Iterator<Item = &'a T>,
    is_same: impl Fn(&T, &T) -> bool,
    as_one: impl Fn(&[&'a T]) -> Option<T>,
) -> Vec<T> {
    let mut groups: Vec<Vec<&T>> = Vec::new();
    for one in all {
        match groups.iter_mut().find(|group| is_same(group[0], one)) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups.iter().filter(|group| group.len() > 1).filter_map(|group| as_one(group)).collect()
}

/// The same quantity of the same cell in two runs or more. Those in which it is too noisy do not
/// count; but if fewer than two are left, all do, and it has no ranks.
fn merged(runs: &[&Comparison]) -> Option<Comparison> {
    let quiet: Vec<&Comparison> =
        runs.iter().copied().filter(|it| it.trust != Trust::TooNoisy).collect();
    let is_noisy = quiet.len() < 2;
    let used = if is_noisy { runs } else { &quiet[..] };
    let first = used.first()?;
    let in_all = |name: &str| -> Option<Vec<&Row>> { used.iter().map(|it| it.row(name)).collect() };
    let row = |row: &Row| {
        let all = in_all(&row.contender.to_string())?;
        let efficiency = all.iter().map(|it| it.efficiency).collect::<Option<Vec<_>>>();
        let core_time = all.iter().map(|it| Some(it.core_time?.estimate));
        let core_time = core_time.collect::<Option<Vec<_>>>();
        Some(Row {
            contender: row.contender.clone(),
            value: spread(all.iter().map(|it| it.value.estimate)),
            rank: None,
            tied: false,
            efficiency: efficiency.and_then(median),
            core_time: core_time.map(|it| spread(it.into_iter())),
        })
    };
    let sound = used.iter().filter(|it| it.trust == Trust::Sound).count();
    let mut fell_behind = first.fell_behind.clone();
    fell_behind.retain(|it| used.iter().all(|of| of.fell_behind.contains(it)));
    let mut merged = Comparison {
        processes: used.iter().map(|it| it.processes).sum(),
        of: used.iter().map(|it| it.of).sum(),
        twin: used.iter().filter_map(|it| it.twin).reduce(hull),
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
        let ratio = pooled(&used.iter().map(ratio).collect::<Option<Vec<_>>>()?);
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
fn pooled(runs: &[(Interval, usize, usize)]) -> Interval {
    let estimates = runs
        .iter()
        .map(|&(ratio, processes, comparisons)| Estimate::of_logs(ratio, processes, comparisons));
    let effects = estimates.collect::<Option<Vec<_>>>().and_then(|it| random_effects(&it));
    effects.map_or_else(
        || {
            let ends = runs.iter().map(|it| it.0).reduce(hull);
            let Interval { estimate, .. } = spread(runs.iter().map(|it| it.0.estimate));
            Interval { estimate, ..ends.unwrap_or(Interval::exactly(estimate)) }
        },
        Interval::exp,
    )
}

/// The median, between the least and the greatest. Of an even number, it is the geometric mean of
/// the two in the middle; the arithmetic, if not all are above 0.
fn spread(values: impl Iterator<Item = f64> + Clone) -> Interval {
    let low = values.clone().fold(f64::INFINITY, f64::min);
    let estimate = if low <= 0.0 {
        median(values.clone())
    } else {
        median(values.clone().map(f64::ln)).map(f64::exp)
    };
    let high = values.fold(f64::NEG_INFINITY, f64::max);
    Interval { low, estimate: estimate.unwrap_or(f64::NAN), high }
}

/// The law of two runs or more, as their values.
fn middle(laws: &[Scalability]) -> Option<Scalability> {
    let of = |value: fn(&Scalability) -> f64| spread(laws.iter().map(value));
    (laws.len() > 1).then(|| Scalability {
        serial: of(|it| it.serial.estimate),
        coherence: of(|it| it.coherence.estimate),
        gains_up_to: of(|it| it.gains_up_to.estimate),
        misses: of(|it| it.misses).high,
    })
}

fn hull(a: Interval, b: Interval) -> Interval {
    let estimate = (a.estimate * b.estimate).sqrt();
    Interval { low: a.low.min(b.low), estimate, high: a.high.max(b.high) }
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
    for (place, one) in runs.iter().enumerate() {
        for (_, other) in runs.iter().enumerate().filter(|(it, _)| *it != place) {
            for of_one in one.comparisons.iter().filter(is_quiet) {
                let of_other = other.find(&of_one.cell, of_one.quantity).filter(is_quiet);
                let Some(of_other) = of_other else { continue };
                for Pair { a, b, ratio, .. } in &of_one.pairs {
                    if let Some((found, _)) = of_other.pair(&a.to_string(), &b.to_string()) {
                        of += 1;
                        let is_inside = (ratio.low..=ratio.high).contains(&found.estimate);
                        ratios += usize::from(!is_inside);
                    }
                }
            }
        }
    }
    (of > 0).then_some(Outside { ratios, of })
}

#[cfg(test)]
mod tests {
    use super::{super::Scaling, *};
    use crate::tables::fixtures::{analysis, comparison};

    const CELL: &str = "throughput/empty";

    /// A run in which flume takes so many times as long as std, known to 1 %.
    fn run(flume: f64, trust: Trust) -> Analysis {
        analysis(vec![comparison(CELL, trust, &[("std", 100.0), ("flume", 100.0 * flume)])])
    }

    fn together(runs: &[Analysis]) -> Across {
        across(&runs.iter().collect::<Vec<_>>())
    }

    fn ranks(of: &Across) -> Vec<Option<usize>> {
        of.analysis.comparisons[0].rows.iter().map(|row| row.rank).collect()
    }

    fn sound(flume: &[f64]) -> Across {
        together(&flume.iter().map(|it| run(*it, Trust::Sound)).collect::<Vec<_>>())
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
        assert_eq!(ranks(&sound(&[1.2, 1.21, 1.19])), [Some(1), Some(2)]);
        let scattered = sound(&[1.1, 1.2, 1.4]);
        assert_eq!(ranks(&scattered), [Some(1), Some(1)]);
        // By hand: their own errors are nothing against the scatter of ln 1.1, ln 1.2 and ln 1.4,
        // whose mean is 0.2047 and whose standard deviation 0.1223; t is 4.303.
        let half = 4.303 * 0.1223 / 3.0_f64.sqrt();
        let Comparison { pairs, rows, processes, .. } = &scattered.analysis.comparisons[0];
        let Interval { low, estimate, high } = pairs[0].ratio;
        let logs = Interval { low: low.ln(), estimate: estimate.ln(), high: high.ln() };
        about(logs, [-0.2047 - half, -0.2047, -0.2047 + half]);
        about(rows[1].value, [110.0, 120.0, 140.0]);
        assert_eq!(*processes, 18);
    }

    #[test]
    fn two_runs_rank_where_both_do() {
        assert_eq!(ranks(&sound(&[1.2, 1.3])), [Some(1), Some(2)]);
        assert_eq!(ranks(&sound(&[1.2, 1.04])), [Some(1), Some(1)]);
        let ratio = sound(&[1.2, 1.3]).analysis.comparisons[0].pairs[0].ratio;
        about(ratio, [0.99 / 1.3, 1.0 / 1.56_f64.sqrt(), 1.01 / 1.2]);
    }

    #[test]
    fn a_noisy_run_does_not_count_and_a_quiet_one_alone_gives_no_rank() {
        let noisy = || run(9.0, Trust::TooNoisy);
        let quiet = || run(1.2, Trust::Sound);
        assert_eq!(ranks(&together(&[quiet(), noisy(), quiet()])), [Some(1), Some(2)]);
        let alone = together(&[quiet(), noisy()]);
        assert_eq!(ranks(&alone), [None, None]);
        assert_eq!(alone.analysis.comparisons[0].trust, Trust::TooNoisy);
        assert_eq!(alone.outside, None);
        assert!(together(&[quiet()]).analysis.comparisons.is_empty());
    }

    #[test]
    fn ends_that_differ_by_less_than_a_millisecond_are_ties_over_all_runs() {
        let ends = |std: f64| {
            let values = [("std", std), ("flume", 2.0 * std)];
            let run = || analysis(vec![comparison("shutdown/idle", Trust::Sound, &values)]);
            ranks(&together(&[run(), run(), run()]))
        };
        assert_eq!(ends(1e4), [Some(1), Some(1)]);
        assert_eq!(ends(1e7), [Some(1), Some(2)]);
    }

    #[test]
    fn visits_on_one_core_are_those_of_all_runs() {
        let with = |share: f64| {
            let (cell, contender) = ("placement/empty".parse().unwrap(), "std".parse().unwrap());
            let one = OneCore { cell, contender, visits: 80, share: Interval::exactly(share) };
            Analysis { one_core: vec![one], ..analysis(Vec::new()) }
        };
        let found = together(&[with(0.0), with(0.1)]).analysis.one_core;
        assert_eq!((found.len(), found[0].visits), (1, 160));
        about(found[0].share, [0.0, 0.05, 0.1]);
        assert!(together(&[with(0.1), analysis(Vec::new())]).analysis.one_core.is_empty());
    }

    #[test]
    fn core_times_and_laws_are_the_median_of_the_runs() {
        let run = |serial: f64, core_time: f64| {
            let cells = [1, 2].map(|workers| {
                let cell = format!("{CELL}/workers={workers}");
                let mut one = comparison(&cell, Trust::Sound, &[("std", 100.0)]);
                one.setting.workers = workers;
                one.rows[0].core_time = Some(Interval::exactly(core_time));
                one
            });
            let [coherence, gains_up_to, serial] = [0.0, 8.0, serial].map(Interval::exactly);
            let law = Scalability { serial, coherence, gains_up_to, misses: serial.estimate };
            Analysis { scaling: scaling(&cells, |_, _, _| Some(law)), ..analysis(cells.into()) }
        };
        let found = together(&[run(0.1, -5.0), run(0.3, 10.0), run(0.2, 20.0)]).analysis;
        about(found.comparisons[0].rows[0].core_time.unwrap(), [-5.0, 10.0, 20.0]);
        let Scaling { values, curves, .. } = &found.scaling[0];
        assert_eq!((&values[..], curves[0].rates.len()), (&[1, 2][..], 2));
        let law = curves[0].law.unwrap();
        about(law.serial, [0.1, 0.2, 0.3]);
        about(law.coherence, [0.0; 3]);
        assert!((law.misses - 0.3).abs() < 1e-9);
    }

    #[test]
    fn ratios_outside_of_the_interval_of_another_run_are_counted_both_ways() {
        // Each interval reaches 1 % to either side: 1.2 and 1.205 have each other.
        let outside = sound(&[1.2, 1.205, 1.3]).outside.unwrap();
        assert_eq!(outside, Outside { ratios: 4, of: 6 });
    }
}
