//! What is found in runs that are made up.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    fixture::{configuration, measured, plan},
    *,
};
use crate::protocol::Axis;

const CELL: &str = "throughput/cpu-10us";
const CPU: &str = "cpu_per_job_ns";
const TWINS_AND_FLUME: [&str; 3] = ["std", "std (twin)", "flume"];

/// A little that differs between processes, the less the better.
fn wobble(place: usize, process: u32) -> f64 {
    1.0 + 0.001 * f64::from((process + u32::try_from(place).unwrap()) % 3)
}

fn analysis(plan: &CellPlan, samples: &[Sample]) -> Analysis {
    analyse(&configuration(vec![plan.clone()]), 4, samples)
}

/// What these cells of these contenders say, by the main quantity: of the cell's place, the
/// contender's, the process and the block.
fn found<const N: usize>(
    cores: usize,
    cells: [impl AsRef<str>; N],
    (contenders, processes): (&[&str], u32),
    value: impl Fn(usize, usize, u32, u32) -> f64,
) -> Analysis {
    let plans = cells.map(|cell| plan(cell.as_ref(), contenders));
    let of_cell = |(cell, plan)| {
        measured(plan, processes, |place, process, block| value(cell, place, process, block))
    };
    let samples: Vec<_> = plans.iter().enumerate().flat_map(of_cell).collect();
    analyse(&configuration(plans.into()), cores, &samples)
}

fn only(analysis: &Analysis) -> &Comparison {
    assert_eq!(analysis.comparisons.len(), 1);
    &analysis.comparisons[0]
}

fn about(found: f64, expected: f64) -> bool {
    (found / expected - 1.0).abs() < 0.01
}

#[test]
fn backends_are_compared_ranked_and_put_before_what_is_measured_beside_them() {
    // The bare loop is what earlier versions measured, and is left out.
    let names = ["serial loop", "std", "std (bare loop)", "std (twin)", "flume", "rayon"];
    let base = [40e3, 10e3, 9e3, 10e3, 20e3, 10e3];
    let found =
        found(4, [CELL], (&names, 6), |_, place, process, _| base[place] * wobble(place, process));
    let found = only(&found);
    assert_eq!((found.processes, found.trust, found.pairs.len()), (6, Trust::Sound, 3));
    let rows: Vec<_> = found.rows.iter().map(|row| row.contender.to_string()).collect();
    assert_eq!(rows, ["std", "flume", "rayon", "serial loop"]);
    let ranks: Vec<_> = found.rows.iter().map(|row| (row.rank, row.tied)).collect();
    let (first, third) = ((Some(1), true), (Some(3), false));
    assert_eq!(ranks, [first, third, first, (None, false)]);
    for (a, b, ratio, verdict) in [
        ("flume", "std", 2.0, Verdict::Slower),
        ("std", "flume", 0.5, Verdict::Faster),
        ("std", "rayon", 1.0, Verdict::Equivalent),
        ("serial loop", "std", 4.0, Verdict::Slower),
        ("std", "serial loop", 0.25, Verdict::Faster),
    ] {
        let (found, said) = found.pair(a, b).unwrap();
        assert!(about(found.estimate, ratio) && said == verdict, "{a}, {b}: {found:?}");
    }
    assert!(about(found.row("flume").unwrap().value.estimate, 20e3));
    assert_eq!(found.quantity(), &THROUGHPUT[0]);
}

#[test]
fn only_complete_processes_count() {
    let plan = plan(CELL, &TWINS_AND_FLUME);
    let mut samples = measured(&plan, 7, |place, process, _| 1e3 * wobble(place, process));
    // The last visit of the last process, and one in the middle of another.
    samples.pop();
    samples.remove(3);
    assert_eq!(only(&analysis(&plan, &samples)).processes, 5);
    samples.retain(|it| it.process == 0 || it.process == 6);
    assert!(analysis(&plan, &samples).comparisons.is_empty());
}

/// Of how many processes of ten a quantity is known, and of how many contenders, by who lacks it.
#[test]
fn what_was_not_measured_is_not_compared() {
    let plan = plan("latency/cpu-10us/closed-4", &["std", "std (twin)", "flume", "serial loop"]);
    let known = |lacks: &dyn Fn(&Sample) -> bool| {
        let mut samples = measured(&plan, 10, |_, _, _| 1e4);
        for sample in samples.iter_mut().filter(|it| !lacks(it)) {
            sample.values.insert("sojourn_p90_ns".to_owned(), 2e4);
        }
        let found = analysis(&plan, &samples);
        assert_eq!(found.find(&plan.cell, "sojourn_p50_ns").unwrap().processes, 10);
        let p90 = found.find(&plan.cell, "sojourn_p90_ns");
        p90.map(|it| (it.processes, it.of, it.rows.len()))
    };
    let flume = |it: &Sample| it.contender.backend() == Some("flume") && it.block == 0;
    assert_eq!(known(&|_| false), Some((10, 10, 3)));
    assert_eq!(known(&flume), None);
    assert_eq!(known(&|it| flume(it) && it.process > 4), Some((5, 10, 3)));
    assert_eq!(known(&|it| flume(it) && it.process > 3), None);
    assert_eq!(known(&|it| it.contender == Contender::Serial && it.block == 0), Some((10, 10, 2)));
}

#[test]
fn of_ends_the_first_block_is_left_out_unless_each_is_a_process() {
    for (cell, value) in [("shutdown/idle", 1e7), ("shutdown/stop-backlog", 3e7)] {
        let found = found(4, [cell], (&TWINS_AND_FLUME, 5), |_, _, _, block| {
            [9e7, 3e7, 1e7 / 3.0][block as usize]
        });
        let found = found.comparisons[0].row("flume").unwrap().value.estimate;
        assert!(about(found, value), "{cell}: {found}");
    }
}

#[test]
fn ends_that_differ_by_less_than_a_millisecond_are_ties() {
    let plan = plan("shutdown/idle", &["std", "std (twin)", "flume", "rayon", "tokio"]);
    let nanos = [1e5, 1.5e5, 1.05e6, 1.2e6, 1e7];
    let samples = measured(&plan, 6, |place, process, _| nanos[place] * wobble(place, process));
    let found = analysis(&plan, &samples);
    let found = only(&found);
    assert_eq!(found.trust, Trust::Sound, "twins that differ by a half of next to nothing");
    assert_eq!(
        ["flume", "rayon", "tokio"].map(|name| found.pair(name, "std").unwrap().1),
        [Verdict::Equivalent, Verdict::Slower, Verdict::Slower]
    );
    assert!(precise(&plan, &samples, 0.02));
}

#[test]
fn visits_in_which_all_workers_shared_a_core_are_counted() {
    let shares = |cell, cpu: f64| -> Vec<_> {
        let plan = plan(cell, &TWINS_AND_FLUME);
        let mut samples = measured(&plan, 5, |_, _, _| 1e4);
        for sample in &mut samples {
            let shared = sample.block == 0 && sample.contender.backend() == Some("flume");
            sample.values.insert(CPU.to_owned(), if shared { cpu } else { 1.9e4 });
        }
        let found = analysis(&plan, &samples).one_core.into_iter();
        found.map(|it| (it.contender.to_string(), it.visits, it.share.estimate)).collect()
    };
    let both = |flume| [("std".to_owned(), 15, 0.0), ("flume".to_owned(), 15, flume)];
    assert_eq!(shares("placement/cpu-10us", 1.1e4), both(5.0 / 15.0));
    assert_eq!(shares("placement/cpu-10us", 1.4e4), both(0.0));
    assert!(shares(CELL, 1.1e4).is_empty(), "workers have their cores");
}

/// Its value is more than that of another; but block by block it is less.
#[test]
fn the_best_is_the_one_that_no_pair_shows_to_be_beaten() {
    // Rayon is better in two blocks of three, and bad in those in which all are good.
    let [all, rayon] = [[10e3, 30e3, 50e3], [31e3, 29e3, 49e3]];
    let names = ["std", "std (twin)", "flume", "rayon"];
    let found = found(4, [CELL], (&names, 6), |_, place, _, block| {
        [all, all, all, rayon][place][block as usize]
    });
    let found = only(&found);
    let of = |name| found.row(name).unwrap().value.estimate;
    assert!(of("rayon") > of("flume"), "by values alone it would be flume");
    assert_eq!(found.best_first()[0].contender.to_string(), "rayon");
    let ratios = ["std", "flume"].map(|it| found.pair(it, "rayon").unwrap().0.estimate);
    assert!(ratios.iter().all(|ratio| *ratio > 1.0), "{ratios:?}");
}

#[test]
fn values_below_the_least_are_taken_for_it() {
    let found = found(4, ["cost/idle"], (&TWINS_AND_FLUME, 5), |_, place, _, _| {
        [0.0, 7_000.0, 300.0][place]
    });
    assert_eq!(only(&found).pair("std", "flume").unwrap().1, Verdict::Equivalent);
    assert!(about(only(&found).row("std").unwrap().value.estimate, 10_000.0));
}

#[test]
fn who_has_more_jobs_than_it_can_do_fell_behind() {
    let plan = plan("latency/cpu-10us/5000-per-s", &["std", "std (twin)", "flume", "rayon"]);
    let mut samples = measured(&plan, 5, |_, _, _| 1e4);
    for sample in &mut samples {
        // Rayon in one visit of three, flume in most.
        let law = match sample.contender.backend() {
            Some("flume") if sample.process > 0 => 0.5,
            Some("rayon") if sample.block == 0 => 0.5,
            _ => 0.99,
        };
        sample.values.insert("little_ratio".to_owned(), law);
    }
    let flume = Contender::Backend("flume".to_owned());
    assert_eq!(only(&analysis(&plan, &samples)).fell_behind, [flume]);
}

#[test]
fn twins_that_differ_veto_ranks() {
    // Of one backend or of the other: each has its turn.
    let names = ["std", "flume", "std (twin)", "flume (twin)"];
    for (base, is_noisy) in [
        ([1e3, 5e3, 1e3, 5e3], false),
        ([1e3, 5e3, 1.2e3, 5e3], true),
        ([1e3, 5e3, 1e3, 6e3], true),
    ] {
        let plan = plan(CELL, &names);
        let samples = measured(&plan, 8, |place, process, _| base[place] * wobble(place, process));
        let found = analysis(&plan, &samples);
        assert_eq!(only(&found).trust == Trust::TooNoisy, is_noisy, "{base:?}");
        assert!(only(&found).rows.iter().all(|row| row.rank.is_none() == is_noisy));
        assert_eq!(precise(&plan, &samples, 0.02), !is_noisy);
    }
}

#[test]
fn few_processes_are_a_preview_and_one_decides_nothing() {
    let of_so_many = |processes| {
        found(4, [CELL], (&TWINS_AND_FLUME, processes), |_, place, process, _| {
            [1e3, 1e3, 5e3][place] * wobble(place, process)
        })
    };
    let few = of_so_many(4);
    let rank = only(&few).row("flume").unwrap().rank;
    assert_eq!((only(&few).trust, rank), (Trust::Preview, Some(2)));

    let one = of_so_many(1);
    assert_eq!(one.noise_floor, None);
    let found = only(&one);
    assert_eq!((found.processes, found.trust, found.twin), (1, Trust::Preview, None));
    let (ratio, verdict) = found.pair("flume", "std").unwrap();
    assert_eq!((ratio, verdict), (Interval::exactly(ratio.estimate), Verdict::Undecided));
    assert_eq!(found.rows.iter().filter(|row| row.rank == Some(1)).count(), 2);
}

#[test]
fn measuring_ends_when_pairs_are_known_well_or_differ_anyhow() {
    let plan = plan(CELL, &["std", "std (twin)", "flume", "rayon"]);
    // Flume takes nine times as long, give or take its noise; rayon in every other process a little
    // longer.
    let ends = |(flume, rayon): (f64, f64), processes, precision| {
        let samples = measured(&plan, processes, |place, process, _| {
            let even = process.is_multiple_of(2);
            1e3 * match place {
                2 => 9.0 * (1.0 + if even { flume } else { -flume }),
                3 if even => 1.0 + rayon,
                _ => 1.0,
            }
        });
        precise(&plan, &samples, precision)
    };
    assert!(!ends((0.0, 0.0), 4, 0.02), "fewer than the plan wants");
    assert!(ends((0.0, 0.0), 5, 0.02));
    assert!(ends((0.2, 0.0), 6, 0.02), "ninefold, give or take a fifth");
    assert!(!ends((0.0, 0.05), 6, 0.02) && ends((0.0, 0.05), 6, 0.2));
    assert!(!ends((0.0, 0.0), 0, 0.02));
}

#[test]
fn granularity_is_where_the_efficiency_crosses_a_half_or_beyond_the_lengths_for_most_processes() {
    let cells = ["1ms", "10us", "10us/receive=100us", "10us/producers=4", "1ms/producers=4"]
        .map(|it| format!("throughput/cpu-{it}"));
    // Four workers at once; std adds 100 us to a job, give or take, and rayon 10 ms. With 10 us jobs flume's
    // efficiency is below a half in two of five processes.
    let names = ["std", "flume", "rayon", "serial loop"];
    let found = found(4, cells, (&names, 5), |cell, place, process, _| {
        let length = [1e6, 1e4, 1e4, 1e4, 1e6][cell];
        let few = if process < 2 && cell == 1 { 15e3 } else { 0.0 };
        let overhead = [1e5 * wobble(0, process), few, 1e7];
        overhead.get(place).map_or(4.0 * length, |it| length + it)
    });
    // Of one way of receiving there is one length only, and other axes have none.
    assert!(found.granularity.iter().all(|it| it.receive == "recv"));
    let lengths: Vec<_> = found.granularity.iter().map(|it| it.length).collect();
    let [Length::At(std), flume, rayon] = lengths[..] else { panic!("{lengths:?}") };
    assert!((9e4..11e4).contains(&std.estimate) && std.low < std.high, "{std:?}");
    assert_eq!((flume, rayon), (Length::AtMost(1e4), Length::Beyond(1e6)));
}

#[test]
fn efficiency_and_core_time_are_by_the_workers_that_can_run_at_once() {
    let cells = ["", "/workers=2", "/workers=64"].map(|axis| format!("{CELL}{axis}"));
    let plans = cells.map(|cell| plan(&cell, &["std", "serial loop"]));
    // Of 10,000 ns on one thread; 600 ns are added, and 30 ns more or less.
    let of_cell = |(at_once, plan): (f64, &CellPlan)| {
        measured(plan, 5, |place, process, _| match place {
            0 => (10_600.0 + 30.0 * (f64::from(process) - 2.0)) / at_once,
            _ => 10_000.0,
        })
    };
    let samples: Vec<_> = [4.0, 2.0, 4.0].into_iter().zip(&plans).flat_map(of_cell).collect();
    let mut configuration = configuration(plans.into());
    let found = analyse(&configuration, 4, &samples);
    assert_eq!(found.comparisons.len(), 3);
    for comparison in &found.comparisons {
        let [std, serial] = ["std", "serial loop"].map(|it| comparison.row(it).unwrap());
        let Interval { low, estimate, high } = std.core_time.unwrap();
        assert!(about(estimate, 600.0) && 500.0 < low && low < 600.0 && 600.0 < high);
        assert!(about(std.efficiency.unwrap(), 10_000.0 / 10_600.0));
        assert_eq!((serial.core_time, serial.efficiency), (None, None));
    }
    configuration.pinned = true;
    let on_one_core = analyse(&configuration, 4, &samples);
    assert!(about(on_one_core.comparisons[0].row("std").unwrap().efficiency.unwrap(), 3.774));
}

#[test]
fn a_sweep_of_workers_has_rates_and_the_law_of_each_backend() {
    const COUNTS: [u32; 6] = [1, 2, 4, 6, 8, 12];
    let cells = COUNTS.map(|it| format!("{CELL}/workers={it}"));
    let found = found(64, cells, (&["std", "flume"], 6), |cell, place, process, _| {
        let workers = f64::from(COUNTS[cell]);
        let law = [0.05, 0.01 * workers][place] * (workers - 1.0) + 1.0;
        1e4 * law / workers * wobble(place, process)
    });
    let [Scaling { axis: Axis::Workers, cell, values, curves, .. }] = &found.scaling[..] else {
        panic!("{:?}", found.scaling);
    };
    assert_eq!((&*cell.to_string(), &values[..]), (CELL, &COUNTS.map(|it| it as usize)[..]));
    assert!(about(curves[0].rates[0].estimate, 1e5), "{curves:?}");
    let [std, flume] = [0, 1].map(|it| curves[it].law.unwrap());
    assert!((std.serial.estimate - 0.05).abs() < 1e-3 && flume.serial.estimate < 1e-3);
    assert!(std.coherence.estimate < 1e-3 && about(flume.coherence.estimate, 0.01));
}

#[test]
fn cells_are_curves_along_each_axis_in_which_they_alone_differ() {
    let cells = ["", "/producers=4", "/producers=4/workers=2", "/receive=100us", "/queue=1"]
        .map(|axes| format!("{CELL}{axes}"));
    let found = found(4, cells, (&["std"], 2), |_, _, _, _| 1e3).scaling;
    let curves: Vec<_> =
        found.iter().map(|it| format!("{} {} {:?}", it.axis, it.cell, it.values)).collect();
    let expected = [
        "workers throughput/cpu-10us/producers=4 [2, 4]",
        "producers throughput/cpu-10us [1, 4]",
        "queue throughput/cpu-10us [1, 64]",
    ];
    assert_eq!(curves, expected);
    assert!(found.iter().all(|it| it.curves[0].law.is_none()));
}

#[test]
fn the_noise_floor_is_the_median_of_what_the_twins_show_where_jobs_are_timed() {
    let cells = ["throughput/empty", "throughput/cpu-10us", "throughput/skewed", "cost/sparse"];
    let found = found(4, cells, (&TWINS_AND_FLUME, 6), |cell, place, process, _| {
        let noise = [0.3, 0.02, 0.0, 0.5][cell];
        1e3 * if place == 1 && process.is_multiple_of(2) { 1.0 + noise } else { 1.0 }
    });
    let of_the_second = found.comparisons[1].twin.unwrap().half_width();
    assert!(of_the_second > 0.0);
    assert_eq!(found.noise_floor, Some(of_the_second));
}

/// Programs read this: a name that changes here breaks them.
#[test]
fn an_analysis_as_json_is_as_documented() {
    let mut found = crate::verbs::readme::tests::run().analysis;
    let lengths = [Length::At(Interval::exactly(1.0)), Length::AtMost(1.0), Length::Beyond(1.0)];
    found.granularity.iter_mut().zip(lengths).for_each(|(it, length)| it.length = length);
    let [serial, coherence, gains_up_to] = [Interval::exactly(1.0); 3];
    let law = pool_statistics::Scalability { serial, coherence, gains_up_to, misses: 0.0 };
    found.scaling[0].curves[0].law = Some(law);

    let (_, documented) = include_str!("mod.rs").split_once("//! ```json\n").unwrap();
    let (documented, _) = documented.split_once("//! ```\n").unwrap();
    let documented = documented.replace("//!", "").replace(", ...", "");
    let documented = serde_json::from_str(&documented).unwrap();
    assert_eq!(names(&documented), names(&serde_json::to_value(found).unwrap()));
}

/// The names of all fields, behind those of what they are in.
fn names(value: &Value) -> BTreeSet<String> {
    let named = |(name, value): (&String, &Value)| {
        let inner = names(value).into_iter().map(|it| format!("{name}.{it}"));
        inner.chain([name.clone()]).collect::<Vec<_>>()
    };
    match value {
        Value::Object(fields) => fields.iter().flat_map(named).collect(),
        Value::Array(all) => all.iter().flat_map(names).collect(),
        _ => BTreeSet::new(),
    }
}
