//! Figures of the run: who is best, by how much, and what was measured.

use super::{
    expression::{Expression, Made, Refusal, with_quantity},
    markup::figure,
    scope::{Scope, Source},
};
use crate::{
    analysis::{self, Comparison, Granularity, Length, Row, Trust},
    cell::{Cell, UnknownCell},
    figures,
    quantity::THROUGHPUT,
    report::backends,
    statistics::Interval,
    tables::{self, list, list_or},
};

pub(super) const EXPRESSIONS: [Expression; 9] = [
    Expression::words(
        ["best", "CELL [QUANTITY]"],
        "who ties for first: \"crossbeam, flume or std\"",
        best,
    ),
    Expression::words(["last", "CELL [QUANTITY]"], "who ties for last", last),
    Expression::words(
        ["value", "CELL CONTENDER [QUANTITY]"],
        "what was measured: \"3.10 µs\"; of throughput the time per job",
        value,
    ),
    Expression::words(["rate", "CELL CONTENDER"], "jobs per second: \"14.1 M/s\"", rate),
    Expression::words(
        ["range", "CELL [QUANTITY]"],
        "from the least to the largest of the backends: \"1.30 to 4.00 ms\"",
        range,
    ),
    Expression::words(
        ["ratio", "CELL A B [QUANTITY]"],
        "A over B: \"1.6× [1.5, 1.8]\"; a \"serial loop\" or \"std (bare loop)\", too",
        ratio,
    ),
    Expression::words(
        ["verdict", "CELL A B [QUANTITY]"],
        "which of two is better, and by how much",
        verdict,
    ),
    Expression::words(
        ["efficiency", "CELL CONTENDER"],
        "part of the ideal speed: \"96 %\"",
        efficiency,
    ),
    Expression::words(
        ["metg", "50|90 [BACKEND|least|most]"],
        "shortest job with 50 or 90 % efficiency; of all if none is named",
        metg,
    ),
];

/// Those that rank first.
fn best(scope: &Scope<'_>, words: &[&str]) -> Made {
    let ([cell], key) = with_quantity(words)?;
    let comparison = ranked(scope, cell, key)?;
    Ok(list_or(&names(comparison, |rank, _| rank == 1)))
}

/// Those than whom nobody ranks lower; of those who are all first, nobody is last.
fn last(scope: &Scope<'_>, words: &[&str]) -> Made {
    let ([cell], key) = with_quantity(words)?;
    let comparison = ranked(scope, cell, key)?;
    if backends(comparison).all(|row| row.rank == Some(1)) {
        return Err(format!("{cell}: nobody is last, for all tie").into());
    }
    Ok(list_or(&names(comparison, |rank, lowest| rank == lowest)))
}

/// The backends whose rank is as asked for, given the lowest that there is.
fn names(comparison: &Comparison, wanted: impl Fn(usize, usize) -> bool) -> Vec<String> {
    let lowest = backends(comparison).filter_map(|row| row.rank).max().unwrap_or_default();
    let found =
        backends(comparison).filter(|row| row.rank.is_some_and(|rank| wanted(rank, lowest)));
    found.map(|row| row.contender.to_string()).collect()
}

fn value(scope: &Scope<'_>, words: &[&str]) -> Made {
    let ([cell, contender], key) = with_quantity(words)?;
    let comparison = compared(scope, cell, key)?;
    let value = row(comparison, contender)?.value.estimate;
    Ok(figure(&figures::value(comparison.quantity().unit, value)))
}

fn rate(scope: &Scope<'_>, words: &[&str]) -> Made {
    let [cell, contender] = words else { return Err(Refusal::Words) };
    let comparison = compared(scope, cell, None)?;
    if comparison.quantity != THROUGHPUT[0].key {
        return Err(format!("{cell}: jobs per second are of throughput cells").into());
    }
    let rate = figures::per_second(row(comparison, contender)?.value);
    Ok(figures::rate(rate.estimate))
}

/// From the least to the largest of the backends.
fn range(scope: &Scope<'_>, words: &[&str]) -> Made {
    let ([cell], key) = with_quantity(words)?;
    let comparison = compared(scope, cell, key)?;
    let values = || backends(comparison).map(|row| row.value.estimate);
    let bounds = [values().fold(f64::INFINITY, f64::min), values().fold(0.0, f64::max)];
    let [low, high] = bounds.map(|value| figures::value(comparison.quantity().unit, value));
    Ok(figure(&from_to(&low, &high)))
}

/// Two figures with their units; a unit that they share is told once.
fn from_to(low: &str, high: &str) -> String {
    if low == high {
        return high.to_owned();
    }
    let unit = |shown: &str| shown.rsplit_once(' ').map(|(_, unit)| unit.to_owned());
    let low = match low.rsplit_once(' ') {
        Some((number, of)) if unit(high).as_deref() == Some(of) => number,
        _ => low,
    };
    format!("{low} to {high}")
}

/// How many times as much `A` takes as `B`.
fn ratio(scope: &Scope<'_>, words: &[&str]) -> Made {
    let ([cell, a, b], key) = with_quantity(words)?;
    let comparison = compared(scope, cell, key)?;
    Ok(figure(&figures::ratio(ratio_of(scope.run()?, comparison, a, b)?)))
}

fn ratio_of(
    source: &Source,
    comparison: &Comparison,
    a: &str,
    b: &str,
) -> Result<Interval, Refusal> {
    let [row_a, row_b] = [row(comparison, a)?, row(comparison, b)?];
    if a == b {
        return Err(format!("{a} is to be compared with another").into());
    }
    if let Some((ratio, _)) = comparison.pair(a, b) {
        return Ok(ratio);
    }
    let run = &source.opened.run;
    let plan = run.file.configuration.cells.iter().find(|plan| plan.cell == comparison.cell);
    let ratio = plan.and_then(|plan| {
        let both = (&row_a.contender, &row_b.contender);
        analysis::ratio(both, comparison.quantity(), plan, &run.samples)
    });
    ratio.ok_or_else(|| format!("{}: {a} and {b} were not compared", comparison.cell).into())
}

/// Which of two backends is better, in words.
fn verdict(scope: &Scope<'_>, words: &[&str]) -> Made {
    let ([cell, a, b], key) = with_quantity(words)?;
    let comparison = ranked(scope, cell, key)?;
    let pair = comparison.pair(a, b).ok_or_else(|| {
        let names: Vec<_> = backends(comparison).map(|row| row.contender.to_string()).collect();
        format!("{cell}: a verdict is of two of {}", list(&names))
    })?;
    Ok(figure(&tables::verdict(a, b, pair, comparison.quantity().difference)))
}

fn efficiency(scope: &Scope<'_>, words: &[&str]) -> Made {
    let [cell, contender] = words else { return Err(Refusal::Words) };
    let efficiency = row(compared(scope, cell, None)?, contender)?.efficiency;
    let unknown = || format!("{cell}: the efficiency of {contender} is not known there");
    Ok(figures::percent(efficiency.ok_or_else(unknown)?))
}

/// The shortest job that is worth it.
fn metg(scope: &Scope<'_>, words: &[&str]) -> Made {
    let (level, of) = match words {
        [level] => (level, None),
        [level, of] => (level, Some(*of)),
        _ => return Err(Refusal::Words),
    };
    let level = match *level {
        "50" => 0.5,
        "90" => 0.9,
        _ => return Err(Refusal::Words),
    };
    let found: Vec<_> = scope.run()?.opened.analysis.lengths(level).collect();
    if found.is_empty() {
        return Err(
            "the run has too few lengths of jobs to tell the shortest that is worth it".into()
        );
    }
    let by_length =
        |a: &&&Granularity, b: &&&Granularity| nanos(a.length).total_cmp(&nanos(b.length));
    let one = match of {
        None => {
            let all =
                found.iter().map(|it| format!("{} {}", it.contender, tables::length(it.length)));
            return Ok(figure(&all.collect::<Vec<_>>().join(", ")));
        }
        Some("least") => found.iter().min_by(by_length),
        Some("most") => found.iter().max_by(by_length),
        Some(name) => found.iter().find(|it| it.contender.backend() == Some(name)),
    };
    let one = one.ok_or_else(|| {
        let names: Vec<_> = found.iter().map(|it| it.contender.to_string()).collect();
        format!(
            "unknown backend {:?}, expected one of: {}",
            of.unwrap_or_default(),
            names.join(", ")
        )
    })?;
    Ok(figure(&tables::length(one.length)))
}

fn nanos(length: Length) -> f64 {
    match length {
        Length::At(interval) => interval.estimate,
        Length::AtMost(nanos) | Length::Beyond(nanos) => nanos,
    }
}

/// A comparison of the run; of the main quantity of its cell if none is named.
fn compared<'a>(
    scope: &Scope<'a>,
    cell: &str,
    key: Option<&str>,
) -> Result<&'a Comparison, Refusal> {
    let opened = &scope.run()?.opened;
    let parsed: Cell = cell.parse().map_err(|unknown: UnknownCell| unknown.to_string())?;
    let found = |key: &str| opened.analysis.find(&parsed, key);
    let Some(main) = parsed.quantities().iter().find_map(|it| found(it.key)) else {
        let there_are = opened.cells().join(", ");
        return Err(format!("the run has no cell {cell:?}; it has {there_are}").into());
    };
    let Some(key) = key else { return Ok(main) };
    found(key).ok_or_else(|| {
        let keys = parsed.quantities().iter().map(|it| it.key).filter(|key| found(key).is_some());
        let there_are = list(&keys.collect::<Vec<_>>());
        format!("{cell}: {key:?} was not measured; there are {there_are}").into()
    })
}

/// The same, if there are ranks: on noise no sentence is built.
fn ranked<'a>(scope: &Scope<'a>, cell: &str, key: Option<&str>) -> Result<&'a Comparison, Refusal> {
    let comparison = compared(scope, cell, key)?;
    if comparison.trust == Trust::TooNoisy {
        return Err(format!("{cell}: {}", tables::too_noisy(comparison)).into());
    }
    Ok(comparison)
}

fn row<'a>(comparison: &'a Comparison, contender: &str) -> Result<&'a Row, Refusal> {
    comparison.row(contender).ok_or_else(|| {
        let names: Vec<_> = comparison.rows.iter().map(|row| row.contender.to_string()).collect();
        let cell = &comparison.cell;
        format!("{cell} was not measured of {contender:?}, but of {}", list(&names)).into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verbs::readme::{expression::make, passage::Place, scope::tests::scope};

    fn made(expression: &str) -> String {
        make(&scope(), expression, &Place::Inline).unwrap()
    }

    fn refused(expression: &str) -> String {
        make(&scope(), expression, &Place::Inline).unwrap_err()
    }

    #[test]
    fn those_that_tie_for_first_are_named() {
        let first = made("best throughput/cpu-1ms");
        assert_eq!(first, "std, crossbeam, flume, rayon or tokio");
        assert_eq!(made("best throughput/empty"), "std");
        assert_eq!(made("last throughput/empty"), "tokio");
    }

    #[test]
    fn nobody_is_last_where_all_tie() {
        assert!(refused("last throughput/cpu-1ms").ends_with("nobody is last, for all tie"));
    }

    #[test]
    fn nothing_is_built_on_noise() {
        for name in ["best", "last"] {
            let said = refused(&format!("{name} throughput/blocking-1ms"));
            assert!(said.starts_with("throughput/blocking-1ms: too noisy for ranks"), "{said}");
        }
        assert!(refused("verdict throughput/blocking-1ms std flume").contains("too noisy"));
    }

    #[test]
    fn a_value_has_the_unit_of_its_quantity() {
        assert!(made("value throughput/cpu-10us std").ends_with(" µs"));
        assert!(made("value cost/memory flume").ends_with(" kB"));
        assert!(made("value throughput/empty \"serial loop\"").ends_with(" ns"));
        assert!(made("value latency/cpu-10us/50% std sojourn_p99_ns").ends_with(" µs"));
        assert!(made("rate throughput/empty std").ends_with(" M/s"));
        assert!(made("efficiency throughput/cpu-10us std").ends_with(" %"));
    }

    #[test]
    fn a_range_tells_its_unit_once() {
        assert_eq!(from_to("1.30 us", "4.00 us"), "1.30 to 4.00 us");
        assert_eq!(from_to("900 ns", "4.00 us"), "900 ns to 4.00 us");
        assert_eq!(from_to("4.00 us", "4.00 us"), "4.00 us");
        assert!(made("range shutdown/idle").contains(" to "));
    }

    #[test]
    fn a_ratio_has_its_interval_and_the_other_way_round_is_its_inverse() {
        let slower = made("ratio throughput/empty tokio std");
        assert!(slower.starts_with("3.") && slower.contains("× \\["), "{slower}");
        assert!(made("ratio throughput/empty std tokio").starts_with("0."));
    }

    #[test]
    fn lengths_of_jobs_are_told_of_all_or_one() {
        assert!(made("metg 50").starts_with("std at most 1.00 µs, crossbeam at most"));
        assert_eq!(made("metg 50 tokio"), "1.30 µs");
        assert_eq!(made("metg 50 least"), "at most 1.00 µs");
        assert_eq!(made("metg 90 most"), "over 1.00 ms");
    }

    #[test]
    fn what_the_run_has_not_is_told_with_what_it_has() {
        for (expression, told) in [
            ("value throughput std", "there is no cell \"throughput\""),
            ("value throughput/cpu-3us std", "the run has no cell \"throughput/cpu-3us\"; it has"),
            ("value throughput/empty corssbeam", "but of std, crossbeam, flume,"),
            ("value shutdown/idle std cpu_per_job_ns", "was not measured; there are elapsed_ns"),
            ("rate shutdown/idle std", "jobs per second are of throughput cells"),
            ("ratio throughput/empty std std", "with another"),
            ("ratio throughput/empty std \"serial loop\"", "were not compared"),
            ("verdict throughput/empty std \"serial loop\"", "a verdict is of two of std,"),
            ("efficiency throughput/payload-64k std", "is not known there"),
            ("metg 75", "`metg` takes 50|90"),
            ("metg 50 kanal", "unknown backend \"kanal\", expected one of: std,"),
        ] {
            let said = refused(expression);
            assert!(said.contains(told), "{expression}: {said}");
        }
    }
}
