//! What is found in runs that are made up.

use super::{
    fixture::{configuration, plan, sample, timed},
    *,
};
use crate::quantity::THROUGHPUT;

const CELL: &str = "throughput/cpu-10us";
const TIME: &str = "time_per_job_ns";
const CPU: &str = "cpu_per_job_ns";

/// A little that differs between processes, the less the better.
fn wobble(place: usize, process: u32) -> f64 {
    1.0 + 0.001 * f64::from((process + u32::try_from(place).unwrap()) % 3)
}

fn analysis(plan: &CellPlan, samples: &[Sample]) -> Analysis {
    analyse(&configuration(vec![plan.clone()]), 4, samples)
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
    let plan = plan(CELL, &["serial loop", "std", "std (twin)", "flume", "rayon"]);
    let base = [40e3, 10e3, 10e3, 20e3, 10e3];
    let samples = timed(&plan, 6, |place, process, _| base[place] * wobble(place, process));
    let found = analysis(&plan, &samples);
    let found = only(&found);
    assert_eq!((found.processes, found.trust), (6, Trust::Sound));
    let rows: Vec<_> = found.rows.iter().map(|row| row.contender.to_string()).collect();
    assert_eq!(rows, ["std", "flume", "rayon", "serial loop", "std (twin)"]);
    let ranks: Vec<_> = found.rows.iter().map(|row| (row.rank, row.tied)).collect();
    let (first, third) = ((Some(1), true), (Some(3), false));
    assert_eq!(ranks, [first, third, first, (None, false), (None, false)]);
    assert_eq!(found.pairs.len(), 3);
    let (ratio, verdict) = found.pair("flume", "std").unwrap();
    assert!(about(ratio.estimate, 2.0), "{ratio:?}");
    assert_eq!(verdict, Verdict::Slower);
    let (ratio, verdict) = found.pair("std", "flume").unwrap();
    assert!(about(ratio.estimate, 0.5), "{ratio:?}");
    assert_eq!(verdict, Verdict::Faster);
    assert_eq!(found.pair("std", "rayon").unwrap().1, Verdict::Equivalent);
    assert_eq!(found.pair("std (twin)", "flume"), None);
    assert!(about(found.row("flume").unwrap().value.estimate, 20e3));
    assert_eq!(found.quantity(), &THROUGHPUT[0]);
}

#[test]
fn efficiency_is_by_the_workers_that_can_run_at_once() {
    let plan = plan(CELL, &["std", "std (twin)", "serial loop"]);
    let samples = timed(&plan, 5, |place, _, _| [12e3, 12e3, 36e3][place]);
    let mut configuration = configuration(vec![plan]);
    let efficiency = |configuration: &Configuration, cores| {
        let found = analyse(configuration, cores, &samples);
        let of = |name| only(&found).row(name).unwrap().efficiency;
        assert_eq!(of("serial loop"), None);
        of("std").unwrap()
    };
    assert!(about(efficiency(&configuration, 64), 0.75));
    assert!(about(efficiency(&configuration, 3), 1.0));
    configuration.pinned = true;
    assert!(about(efficiency(&configuration, 64), 3.0));
}

#[test]
fn only_complete_processes_count() {
    let plan = plan(CELL, &["std", "std (twin)", "flume"]);
    let mut samples = timed(&plan, 7, |place, process, _| 1e3 * wobble(place, process));
    // The last visit of the last process, and one in the middle of another.
    samples.pop();
    samples.remove(3);
    let found = analysis(&plan, &samples);
    assert_eq!(only(&found).processes, 5);
    samples.retain(|it| it.process == 0 || it.process == 6);
    assert!(analysis(&plan, &samples).comparisons.is_empty());
}

#[test]
fn what_was_not_measured_is_not_compared() {
    let plan = plan(CELL, &["std", "std (twin)", "flume", "serial loop"]);
    let with_cpu = |lacking: fn(&Sample) -> bool| {
        let mut samples = timed(&plan, 6, |place, process, _| 1e3 * wobble(place, process));
        for sample in &mut samples {
            if !lacking(sample) {
                sample.values.insert(CPU.to_owned(), 2e3);
            }
        }
        analysis(&plan, &samples)
    };
    let cell = &plan.cell;
    let found = with_cpu(|_| true);
    assert!(found.find(cell, TIME).is_some() && found.find(cell, CPU).is_none());
    let found = with_cpu(|it| it.contender.backend() == Some("flume"));
    assert!(found.find(cell, TIME).is_some() && found.find(cell, CPU).is_none());
    let found = with_cpu(|it| it.process == 2 && it.block == 1 && it.contender.backend().is_some());
    assert_eq!(found.find(cell, CPU).unwrap().processes, 5);
    assert_eq!(found.find(cell, TIME).unwrap().processes, 6);
    let found = with_cpu(|it| it.contender == Contender::Serial);
    let found = found.find(cell, CPU).unwrap();
    assert_eq!((found.processes, found.rows.len()), (6, 3));
}

#[test]
fn what_fewer_than_half_of_the_processes_have_is_not_compared() {
    let plan = plan("latency/cpu-10us/closed-4", &["std", "std (twin)", "flume"]);
    let with = |having: u32| {
        let mut samples = timed(&plan, 10, |_, _, _| 1.0);
        for sample in &mut samples {
            let mut values = vec![("sojourn_p50_ns".to_owned(), 1e4)];
            // Flume lacks it in one block of some processes.
            let has = sample.process < having
                || sample.block > 0
                || sample.contender.backend() != Some("flume");
            values.extend(has.then(|| ("sojourn_p90_ns".to_owned(), 2e4)));
            sample.values = values.into_iter().collect();
        }
        analysis(&plan, &samples)
    };
    let p90 =
        |found: &Analysis| found.find(&plan.cell, "sojourn_p90_ns").map(|it| (it.processes, it.of));
    assert_eq!(p90(&with(10)), Some((10, 10)));
    assert_eq!(p90(&with(5)), Some((5, 10)));
    assert_eq!(p90(&with(4)), None);
    assert_eq!(with(4).find(&plan.cell, "sojourn_p50_ns").unwrap().processes, 10);
}

#[test]
fn of_ends_the_first_block_is_left_out_unless_each_is_a_process() {
    for (cell, value) in [("shutdown/idle", 1e7), ("shutdown/stop-backlog", 3e7)] {
        let plan = plan(cell, &["std", "std (twin)", "flume"]);
        let mut samples = timed(&plan, 5, |_, _, block| [9e7, 3e7, 1e7 / 3.0][block as usize]);
        for sample in &mut samples {
            let value = sample.values["time_per_job_ns"];
            sample.values = [("elapsed_ns".to_owned(), value)].into();
        }
        let found = analysis(&plan, &samples);
        let found = only(&found).row("flume").unwrap().value.estimate;
        assert!(about(found, value), "{cell}: {found}");
    }
}

#[test]
fn ends_that_differ_by_less_than_a_millisecond_are_ties() {
    let plan = plan("shutdown/idle", &["std", "std (twin)", "flume", "rayon", "tokio"]);
    let nanos = [1e5, 1.5e5, 1.05e6, 1.2e6, 1e7];
    let mut samples = timed(&plan, 6, |place, process, _| nanos[place] * wobble(place, process));
    for sample in &mut samples {
        let value = sample.values["time_per_job_ns"];
        sample.values = [("elapsed_ns".to_owned(), value)].into();
    }
    let found = analysis(&plan, &samples);
    let found = only(&found);
    assert_eq!(found.trust, Trust::Sound, "twins that differ by a half of next to nothing");
    let verdict = |name| found.pair(name, "std").unwrap().1;
    assert_eq!(
        ["flume", "rayon", "tokio"].map(verdict),
        [Verdict::Equivalent, Verdict::Slower, Verdict::Slower]
    );
    assert!(precise(&plan, &samples, 0.02));
}

#[test]
fn visits_in_which_all_workers_shared_a_core_are_counted() {
    let placed = plan("placement/cpu-10us", &["std", "std (twin)", "flume"]);
    let measured = |plan: &CellPlan, one_core: f64| {
        let mut samples = timed(plan, 5, |_, _, _| 1e4);
        for sample in &mut samples {
            let shared = sample.block == 0 && sample.contender.backend() == Some("flume");
            sample.values.insert(CPU.to_owned(), 1e4 * if shared { one_core } else { 1.9 });
        }
        analysis(plan, &samples).one_core
    };
    let found = measured(&placed, 1.1);
    let found: Vec<_> =
        found.iter().map(|it| (it.contender.to_string(), it.visits, it.share.estimate)).collect();
    assert_eq!(found, [("std".to_owned(), 15, 0.0), ("flume".to_owned(), 15, 5.0 / 15.0)]);
    assert!(measured(&placed, 1.4).iter().all(|it| it.share.estimate < 0.01));
    assert!(measured(&plan(CELL, &["std", "flume"]), 1.0).is_empty(), "workers have their cores");
}

/// Its value is more than that of another; but block by block it is less.
#[test]
fn the_best_is_the_one_that_no_pair_shows_to_be_beaten() {
    let plan = plan(CELL, &["std", "std (twin)", "flume", "rayon"]);
    // Rayon is better in two blocks of three, and bad in those in which all are good.
    let base = [[10.0, 30.0, 50.0], [10.0, 30.0, 50.0], [10.0, 30.0, 50.0], [31.0, 29.0, 49.0]];
    let samples = timed(&plan, 6, |place, _, block| 1e3 * base[place][block as usize]);
    let found = analysis(&plan, &samples);
    let found = only(&found);
    let of = |name| found.row(name).unwrap().value.estimate;
    assert!(of("rayon") > of("flume"), "by values alone it would be flume");
    assert_eq!(found.best_first()[0].contender.to_string(), "rayon");
    let ratios = ["std", "flume"].map(|it| found.pair(it, "rayon").unwrap().0.estimate);
    assert!(ratios.iter().all(|ratio| *ratio > 1.0), "{ratios:?}");
}

#[test]
fn values_below_the_least_are_taken_for_it() {
    let plan = plan("cost/idle", &["std", "std (twin)", "flume"]);
    let mut samples = Vec::new();
    for process in 0..5 {
        for block in 0..3 {
            for (place, contender) in plan.contenders.iter().enumerate() {
                let values = [("cpu_per_second_ns", [0.0, 7_000.0, 300.0][place])];
                samples.push(sample(&plan.cell, contender, (process, block), &values));
            }
        }
    }
    let found = analysis(&plan, &samples);
    let found = only(&found);
    assert_eq!(found.pair("std", "flume").unwrap().1, Verdict::Equivalent);
    assert!(about(found.row("std").unwrap().value.estimate, 10_000.0));
}

#[test]
fn who_has_more_jobs_than_it_can_do_fell_behind() {
    let plan = plan("latency/cpu-10us/5000-per-s", &["std", "std (twin)", "flume", "rayon"]);
    let mut samples = timed(&plan, 5, |_, _, _| 1e3);
    for sample in &mut samples {
        // Rayon in one visit of three, flume in most.
        let law = match sample.contender.backend() {
            Some("flume") if sample.process > 0 => 0.5,
            Some("rayon") if sample.block == 0 => 0.5,
            _ => 0.99,
        };
        sample.values = [("sojourn_p50_ns", 1e4), ("sojourn_p90_ns", 1e4), ("little_ratio", law)]
            .map(|(key, value)| (key.to_owned(), value))
            .into();
    }
    let found = analysis(&plan, &samples);
    let behind = found.comparisons.iter().map(|it| it.fell_behind.clone());
    let flume = vec![Contender::Backend("flume".to_owned())];
    assert_eq!(behind.collect::<Vec<_>>(), [flume.clone(), flume]);
}

#[test]
fn twins_that_differ_veto_ranks() {
    let plan = plan(CELL, &["std", "std (twin)", "flume"]);
    let samples =
        timed(&plan, 8, |place, process, _| [1e3, 1.1e3, 5e3][place] * wobble(place, process));
    let found = analysis(&plan, &samples);
    let found = only(&found);
    assert_eq!(found.trust, Trust::TooNoisy);
    assert!(found.rows.iter().all(|row| row.rank.is_none() && !row.tied));
    assert!(!precise(&plan, &samples, 0.02));
}

#[test]
fn few_processes_are_a_preview_and_one_decides_nothing() {
    let plan = plan(CELL, &["std", "std (twin)", "flume"]);
    let samples =
        timed(&plan, 4, |place, process, _| [1e3, 1e3, 5e3][place] * wobble(place, process));
    let found = analysis(&plan, &samples);
    let found = only(&found);
    assert_eq!((found.trust, found.row("flume").unwrap().rank), (Trust::Preview, Some(2)));

    let of_one = analysis(&plan, &samples[..9]);
    assert_eq!(of_one.noise_floor, None);
    let found = only(&of_one);
    assert_eq!((found.processes, found.trust, found.twin), (1, Trust::Preview, None));
    let (ratio, verdict) = found.pair("flume", "std").unwrap();
    assert_eq!(ratio, Interval::exactly(ratio.estimate));
    assert_eq!(verdict, Verdict::Undecided);
    assert_eq!(found.rows.iter().filter(|row| row.rank == Some(1)).count(), 2);
}

#[test]
fn measuring_ends_when_pairs_are_known_well_or_differ_anyhow() {
    let plan = plan(CELL, &["std", "std (twin)", "flume", "rayon"]);
    let with = |noise: f64, processes| {
        timed(&plan, processes, |place, process, _| {
            let sign = if process.is_multiple_of(2) { 1.0 } else { -1.0 };
            [1e3, 1e3, 9e3, 1e3][place] * if place == 2 { 1.0 + sign * noise } else { 1.0 }
        })
    };
    assert!(!precise(&plan, &with(0.0, 4), 0.02), "fewer than the plan wants");
    assert!(precise(&plan, &with(0.0, 5), 0.02));
    assert!(precise(&plan, &with(0.2, 6), 0.02), "ninefold, give or take a fifth");
    let close = timed(&plan, 6, |place, process, _| {
        1e3 * if place == 3 && process.is_multiple_of(2) { 1.05 } else { 1.0 }
    });
    assert!(!precise(&plan, &close, 0.02));
    assert!(precise(&plan, &close, 0.2));
    assert!(!precise(&plan, &[], 0.02));
}

#[test]
fn granularity_is_where_the_efficiencies_of_the_lengths_cross_a_level() {
    let cells =
        ["throughput/cpu-1ms", "throughput/empty", "throughput/cpu-1us", "throughput/cpu-10us"];
    let plans: Vec<_> =
        cells.iter().map(|cell| plan(cell, &["std", "flume", "serial loop"])).collect();
    // Four workers at once; std adds 1 us to a job, flume 100 us.
    let lengths = [1e6, 1.0, 1e3, 1e4];
    let samples: Vec<_> = plans
        .iter()
        .zip(lengths)
        .flat_map(|(plan, length)| {
            timed(plan, 5, |place, process, _| {
                let overhead = [1e3, 1e5][place.min(1)] * wobble(0, process);
                if place == 2 { 4.0 * length } else { length + overhead }
            })
        })
        .collect();
    let found = analyse(&configuration(plans), 4, &samples).granularity;
    let [std, flume] = &found[..] else { panic!("{found:?}") };
    assert!(
        matches!(std.length, Length::At(it) if it.estimate > 900.0 && it.estimate < 1_100.0 && it.low < it.high)
    );
    assert!(matches!(flume.length, Length::At(it) if it.estimate > 1e4 && it.estimate < 1e6));
}

#[test]
fn a_level_that_most_processes_reach_outside_of_the_lengths_is_said_to_lie_there() {
    let plans = ["throughput/cpu-10us", "throughput/cpu-1ms"]
        .map(|cell| plan(cell, &["std", "flume", "rayon", "serial loop"]));
    // Efficiencies; flume's at 10 us is below a half in two of five processes.
    let samples = plans.iter().zip([1e4, 1e6]).flat_map(|(plan, length)| {
        timed(plan, 5, |place, process, _| match place {
            0 => length / 0.8,
            1 if process < 2 && length < 1e5 => length / 0.4,
            1 => length / 0.6,
            2 => length / 0.3,
            _ => 4.0 * length,
        })
    });
    let samples: Vec<_> = samples.collect();
    let mut configuration = configuration(plans.to_vec());
    let found = analyse(&configuration, 4, &samples).granularity;
    let found: Vec<_> = found.iter().map(|it| it.length).collect();
    let (at_most, beyond) = (Length::AtMost(1e4), Length::Beyond(1e6));
    assert_eq!(found, [at_most, at_most, beyond]);

    configuration.cells.pop();
    assert!(analyse(&configuration, 4, &samples).granularity.is_empty(), "one length only");
}

#[test]
fn each_way_of_receiving_has_lengths_of_its_own_and_other_axes_have_none() {
    let axes = ["", "/receive=100us", "/producers=4"];
    let cells =
        axes.iter().flat_map(|axis| ["1us", "10us"].map(|it| format!("throughput/cpu-{it}{axis}")));
    let plans: Vec<_> = cells.map(|cell| plan(&cell, &["std", "serial loop"])).collect();
    let samples: Vec<_> =
        plans.iter().flat_map(|plan| timed(plan, 2, |place, _, _| [2.0, 4.0][place])).collect();
    let found = analyse(&configuration(plans), 4, &samples).granularity;
    let ways: Vec<_> = found.iter().map(|it| &*it.receive).collect();
    assert_eq!(ways, ["recv", "recv_batch 100 µs"]);
}

#[test]
fn what_a_job_costs_next_to_its_work_is_the_cores_time_less_that_of_one_thread() {
    let plans = [("", 4.0), ("/workers=2", 2.0), ("/workers=64", 4.0)]
        .map(|(axis, cores)| (plan(&format!("{CELL}{axis}"), &["std", "serial loop"]), cores));
    let samples = plans.iter().flat_map(|(plan, cores)| {
        // 600 ns, and 30 ns more or less.
        timed(plan, 5, |place, process, _| match place {
            0 => (10_600.0 + 30.0 * (f64::from(process) - 2.0)) / cores,
            _ => 10_000.0,
        })
    });
    let samples: Vec<_> = samples.collect();
    let found = analyse(&configuration(plans.map(|it| it.0).into()), 4, &samples);
    for comparison in &found.comparisons {
        let row = comparison.row("std").unwrap();
        let core_time = row.core_time.unwrap();
        assert!(about(core_time.estimate, 600.0) && core_time.low > 500.0, "{core_time:?}");
        assert!(core_time.low < 600.0 && core_time.high > 600.0, "{core_time:?}");
        assert_eq!(comparison.row("serial loop").unwrap().core_time, None);
    }
    assert_eq!(found.comparisons.len(), 3);
}

/// Of 10,000 ns, 5 % are serial in std; in flume nothing is, but every two workers cost each other
/// 1 %.
#[test]
fn a_sweep_finds_the_serial_part_and_the_coherence_that_were_planted() {
    const COUNTS: [u32; 7] = [1, 2, 4, 6, 8, 12, 16];
    let plans = COUNTS.map(|it| plan(&format!("{CELL}/workers={it}"), &["std", "flume"]));
    let samples = plans.iter().zip(COUNTS).flat_map(|(plan, count)| {
        timed(plan, 6, move |place, process, block| {
            let workers = f64::from(count);
            let law = [0.05, 0.01 * workers][place] * (workers - 1.0) + 1.0;
            // Each process has its luck, of some 2 %, another at each count.
            let luck = f64::from((process * 7 + count * 5 + block) % 11) - 5.0;
            1e4 * law / workers * (1.0 + 0.005 * luck)
        })
    });
    let samples: Vec<_> = samples.collect();
    let found = analyse(&configuration(plans.into()), 64, &samples).scaling;
    let [Scaling { axis, cell, values, curves, .. }] = &found[..] else { panic!("{found:?}") };
    assert_eq!((*axis, cell.to_string()), (crate::protocol::Axis::Workers, CELL.to_owned()));
    assert_eq!(*values, COUNTS.map(|it| it as usize));
    let [std, flume] = &curves[..] else { panic!("{curves:?}") };
    assert!(about(std.rates[0].estimate, 1e5), "{std:?}");
    let has = |interval: Interval, truth: f64| interval.low <= truth && truth <= interval.high;
    let (std, flume) = (std.law.unwrap(), flume.law.unwrap());
    assert!(has(std.serial, 0.05) && has(std.coherence, 0.0), "{std:?}");
    assert!(std.serial.low > 0.03 && std.serial.high < 0.07, "{std:?}");
    assert!(has(flume.serial, 0.0) && has(flume.coherence, 0.01), "{flume:?}");
    assert!(has(flume.gains_up_to, 9.09) && flume.gains_up_to.high < 13.0, "{flume:?}");
    assert!((std.gains_up_to.estimate - 32.0).abs() < 1.0, "{std:?}");
}

#[test]
fn cells_are_curves_along_each_axis_in_which_they_alone_differ() {
    let cells = ["", "/producers=4", "/producers=4/workers=2", "/receive=100us", "/queue=1"];
    let plans = cells.map(|axes| plan(&format!("{CELL}{axes}"), &["std"]));
    let samples: Vec<_> = plans.iter().flat_map(|plan| timed(plan, 2, |_, _, _| 1e3)).collect();
    let found = analyse(&configuration(plans.into()), 4, &samples).scaling;
    let curves = found.iter().map(|it| format!("{} {} {:?}", it.axis, it.cell, it.values));
    assert_eq!(
        curves.collect::<Vec<_>>(),
        [
            "workers throughput/cpu-10us/producers=4 [2, 4]",
            "producers throughput/cpu-10us [1, 4]",
            "queue throughput/cpu-10us [1, 64]",
        ]
    );
    assert!(found.iter().all(|it| it.curves[0].law.is_none()));
}

#[test]
fn the_noise_floor_is_the_median_of_what_the_twins_show_where_jobs_are_timed() {
    let plans = ["throughput/empty", "throughput/cpu-10us", "throughput/skewed", "cost/sparse"]
        .map(|cell| plan(cell, &["std", "std (twin)", "flume"]));
    let noisy = |noise: f64| {
        move |place: usize, process: u32, _| {
            1e3 * if place == 1 && process.is_multiple_of(2) { 1.0 + noise } else { 1.0 }
        }
    };
    let samples: Vec<_> = plans
        .iter()
        .zip([0.3, 0.02, 0.0, 0.5])
        .flat_map(|(plan, noise)| timed(plan, 6, noisy(noise)))
        .collect();
    let found = analyse(&configuration(plans.to_vec()), 4, &samples);
    let of_the_second = found.comparisons[1].twin.unwrap().half_width();
    assert!(of_the_second > 0.0);
    assert_eq!(found.noise_floor, Some(of_the_second));
}

#[test]
fn what_is_measured_beside_a_backend_is_compared_with_it() {
    let plan = plan(CELL, &["std", "std (bare loop)", "std (twin)", "serial loop"]);
    let samples =
        timed(&plan, 6, |place, process, _| [3e3, 1e3, 3e3, 2e3][place] * wobble(place, process));
    let found = analysis(&plan, &samples);
    let of = |a: &str, b: &str| only(&found).pair(a, b).map(|it| it.0);
    let pool = of("std", "serial loop").unwrap();
    assert!(about(pool.estimate, 1.5) && pool.low < pool.high, "{pool:?}");
    assert!(about(of("serial loop", "std").unwrap().estimate, 1.0 / 1.5));
    // Of an earlier version.
    assert!(
        of("std", "std (bare loop)").is_none() && only(&found).row("std (bare loop)").is_none()
    );
}

/// Programs read this: a name that changes here breaks them.
#[test]
fn an_analysis_as_json_is_as_documented() {
    let lengths = [("throughput/cpu-10us", 1e4), ("throughput/cpu-1ms", 1e6)];
    let plans = lengths.map(|(cell, _)| plan(cell, &["std", "flume", "std (twin)", "serial loop"]));
    let samples = plans.iter().zip(lengths).flat_map(|(plan, (_, length))| {
        timed(plan, 5, |place, _, _| {
            [length + 5e3, length * 4.0, length + 5e3, length * 4.0][place]
        })
    });
    let samples: Vec<_> = samples.collect();
    let found = analyse(&configuration(plans.to_vec()), 4, &samples);
    let mut found = serde_json::to_value(found).unwrap();
    round(&mut found);

    let interval = |it: f64| serde_json::json!({ "low": it, "estimate": it, "high": it });
    assert_eq!(
        found["comparisons"][0],
        serde_json::json!({
            "cell": "throughput/cpu-10us",
            "setting": {
                "workers": 4, "apart": true, "producers": 1, "queue": 64, "results_bound": null,
                "linger_us": null,
            },
            "quantity": "time_per_job_ns", "processes": 5, "of": 5,
            "twin": interval(1.0), "trust": "sound", "fell_behind": [],
            "rows": [
                {
                    "contender": "std", "value": interval(15e3), "rank": 1, "tied": false,
                    "efficiency": 0.667, "core_time_ns": interval(20e3),
                },
                {
                    "contender": "flume", "value": interval(40e3), "rank": 2, "tied": false,
                    "efficiency": 0.25, "core_time_ns": interval(120e3),
                },
                {
                    "contender": "std (twin)", "value": interval(15e3), "rank": null, "tied": false,
                    "efficiency": 0.667, "core_time_ns": interval(20e3),
                },
                {
                    "contender": "serial loop", "value": interval(40e3), "rank": null, "tied": false,
                    "efficiency": null, "core_time_ns": null,
                },
            ],
            "pairs": [
                { "a": "std", "b": "flume", "ratio": interval(0.375), "verdict": "faster" },
            ],
            "beside": [
                { "a": "std (twin)", "b": "std", "ratio": interval(1.0), "verdict": "equivalent" },
                { "a": "serial loop", "b": "std", "ratio": interval(2.667), "verdict": "slower" },
                { "a": "serial loop", "b": "flume", "ratio": interval(1.0), "verdict": "equivalent" },
            ],
        })
    );
    assert_eq!(
        found["granularity"],
        serde_json::json!([
            { "contender": "std", "receive": "recv", "processes": 5, "length_ns": { "at-most": 10e3 } },
            { "contender": "flume", "receive": "recv", "processes": 5, "length_ns": { "beyond": 1e6 } },
        ])
    );
    assert_eq!(found["scaling"], serde_json::json!([]));
    assert_eq!(found["noise_floor"], 0.0);
}

/// To what can be compared with a number as it is written.
fn round(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Array(all) => all.iter_mut().for_each(round),
        serde_json::Value::Object(all) => all.values_mut().for_each(round),
        serde_json::Value::Number(number) if number.is_f64() => {
            let rounded = (number.as_f64().unwrap() * 1e3).round() / 1e3;
            *value = (rounded + 0.0).into();
        }
        _ => {}
    }
}
