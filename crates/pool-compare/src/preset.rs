//! How much is measured: what `--quick` and `--full` mean.
//!
//! Amounts are for two cores, where five backends and a twin take a minute and a quarter of
//! an hour. How a visit goes is decided anew with each pool that is started (who wakes whom, and
//! what the system does meanwhile), far more than within it: with short jobs, ratios of two visits
//! scatter by a fifth, whether these take 2 ms or 40. So many short visits tell more than a few long
//! ones; but a visit lasts for two ticks of the system's scheduler, which are 4 ms long.

use std::time::Duration;

use pool_measure::{machine::cores, placement::Placement, protocol::configuration::rarest};
use pool_workloads::{Speed, Workload, fresh_seed};

use crate::{
    cell::{Cell, Load, Scenario, Upkeep},
    error::Error,
    figures::rate,
    protocol::{Axis, BackendFacts, CellPlan, Configuration, Contender},
    statistics::FEWEST_COUNTS,
};

/// What is measured of each cell, and for how long in all.
#[derive(Clone, Debug)]
pub(crate) struct Preset {
    pub(crate) name: &'static str,
    pub(crate) cells: Vec<Amount>,
    /// For all visits together, in seconds.
    pub(crate) budget_s: f64,
    /// Half the width of an interval that is narrow enough, as a part of one.
    pub(crate) precision: f64,
}

/// The backend that the async lane is of.
pub(crate) const TOKIO: &str = "tokio";

/// How much of a cell.
#[derive(Clone, Debug)]
pub(crate) struct Amount {
    pub(crate) cell: Cell,
    blocks: u32,
    visit_ms: u32,
    min_processes: u32,
    max_processes: u32,
    /// Whether native pools are measured, too.
    pub(crate) native: bool,
}

const fn amount(cell: Cell, blocks: u32, visit_ms: u32, processes: [u32; 2]) -> Amount {
    let [min_processes, max_processes] = processes;
    Amount { cell, blocks, visit_ms, min_processes, max_processes, native: false }
}

/// One job alone, many at once, a few all the time: none asks for more cores than the workers and
/// one.
const LONE_AND_MANY: [Load; 3] = [Load::HandOver, Load::Burst(32), IN_FLIGHT];

/// How jobs come where nothing says so.
pub(crate) const IN_FLIGHT: Load = Load::Closed(4);

/// The name of the preset of [`pick`].
pub(crate) const PICK: &str = "pick";

/// A minute.
pub(crate) fn quick() -> Preset {
    let throughput = ["empty", "cpu-250ns", "cpu-1us", "cpu-10us", "cpu-100us", "blocking-1ms"];
    let mut cells: Vec<_> = throughput.into_iter().map(Cell::throughput).map(brief).collect();
    cells
        .extend(growth(cores()).map(|it| brief(Cell::throughput("cpu-1us")).at(Axis::Workers, it)));
    cells.extend(LONE_AND_MANY.map(|load| brief(latency("cpu-10us", load))));
    let endings = [Scenario::Idle, Scenario::Drain, Scenario::StopBacklog];
    cells.extend(endings.into_iter().map(Cell::Shutdown).map(brief));
    cells.push(brief(Cell::Cost(Upkeep::Sparse)));
    Preset { name: "quick", cells, budget_s: 50.0, precision: 0.05 }
}

/// A quarter of an hour.
pub(crate) fn full() -> Preset {
    let lengths = ["100ns", "250ns", "500ns", "1us", "2us", "5us", "10us", "20us", "50us"];
    let mut names: Vec<String> = vec!["empty".to_owned()];
    names.extend(lengths.iter().map(|length| format!("cpu-{length}")));
    let others = ["cpu-100us", "cpu-1ms", "skewed", "payload-64k", "blocking-1ms"];
    names.extend(others.map(str::to_owned));
    let mut cells: Vec<_> = names.into_iter().map(Cell::throughput).map(thorough).collect();
    for workload in ["empty", "cpu-1us", "cpu-10us"] {
        // What the contract costs, whichever way results are received.
        for main in cells.iter_mut().filter(|it| it.cell == Cell::throughput(workload)) {
            main.native = true;
        }
        let one_by_one = thorough(Cell::throughput(workload)).at(Axis::Receive, 0);
        cells.push(Amount { native: true, ..one_by_one });
        // Contention: next to one producer, which all the others have.
        let at = |axis, value| thorough(Cell::throughput(workload)).at(axis, value);
        cells.extend([4, 16].map(|it| at(Axis::Producers, it)));
        cells.extend(growth(cores()).map(|it| at(Axis::Workers, it)));
    }
    cells.push(thorough(Cell::Placement { workload: "cpu-10us".to_owned() }));
    cells.extend(LONE_AND_MANY.map(|load| thorough(latency("cpu-10us", load))));
    // So long that what one thread needs to submit and to receive a job is a small part of it.
    let sustained = [50, 80].map(Load::Sustained);
    cells.extend(sustained.map(|load| thorough(latency("cpu-100us", load))));
    cells.extend(Scenario::ALL.map(|it| thorough(Cell::Shutdown(it))));
    cells.extend(Upkeep::ALL.map(|it| thorough(Cell::Cost(it))));
    Preset { name: "full", cells, budget_s: 13.0 * 60.0, precision: 0.03 }
}

/// Numbers of workers that show how the rate grows: up to so many as a law takes, spread over the
/// cores. None where there are but two cores, which have no room to grow.
fn growth(cores: usize) -> impl Iterator<Item = usize> {
    let ladder = [1].into_iter().chain((1..30).flat_map(|power| [1 << power, 3 << (power - 1)]));
    let all: Vec<usize> = ladder.take_while(|it| cores > 2 && *it <= cores).collect();
    let most = all.len().min(FEWEST_COUNTS);
    (0..most).map(move |place| all[place * (all.len() - 1) / (most - 1)])
}

/// A minute for the one cell that a choice hangs on; the caller says which.
pub(crate) fn pick() -> Preset {
    Preset { name: PICK, cells: Vec::new(), budget_s: 60.0, precision: 0.05 }
}

/// How long a latency visit may take, in milliseconds: enough for the 90th percentile at 1,000 jobs a
/// second; for the 99th at 2,000.
const BRIEF_MS: f64 = 600.0;
const PATIENT_MS: f64 = 2_800.0;

/// Less than that, and the system has not looked once where threads run.
const TWO_TICKS_MS: u32 = 8;

/// A cell as a quick run measures it.
pub(crate) fn brief(cell: Cell) -> Amount {
    match &cell {
        Cell::Throughput { workload, .. } => match workload.as_str() {
            // Nothing of them is shorter than a millisecond, and hardly anything varies.
            "blocking-1ms" => amount(cell, 3, 15, [5, 8]),
            _ => amount(cell, 6, TWO_TICKS_MS, [5, 10]),
        },
        Cell::Placement { .. } => amount(cell, 6, TWO_TICKS_MS, [5, 10]),
        Cell::Latency { workload, load } => {
            let visit_ms = window(workload, *load, BRIEF_MS);
            amount(cell, 1, visit_ms, [5, 12])
        }
        Cell::Shutdown(Scenario::Idle) => amount(cell, 16, 5, [5, 10]),
        // Each visit is a process.
        Cell::Shutdown(Scenario::StopBacklog) => amount(cell, 3, 15, [5, 8]),
        Cell::Shutdown(_) => amount(cell, 6, 5, [5, 8]),
        Cell::Cost(Upkeep::Sparse) => amount(cell, 3, 25, [5, 6]),
        Cell::Cost(Upkeep::Idle) => amount(cell, 1, 100, [5, 6]),
        Cell::Cost(Upkeep::Memory) => amount(cell, 1, 5, [5, 6]),
    }
}

/// A cell as it is measured where there is nothing else to measure.
pub(crate) fn patient(cell: Cell) -> Amount {
    match &cell {
        Cell::Latency { workload, load } => {
            let visit_ms = window(workload, *load, PATIENT_MS);
            amount(cell, 1, visit_ms, [5, 12])
        }
        _ => thorough(cell),
    }
}

/// A cell as a full run measures it.
pub(crate) fn thorough(cell: Cell) -> Amount {
    match &cell {
        Cell::Throughput { workload, .. } => match workload.as_str() {
            "blocking-1ms" => amount(cell, 6, 20, [8, 16]),
            _ => amount(cell, 10, TWO_TICKS_MS, [8, 24]),
        },
        Cell::Placement { .. } => amount(cell, 10, TWO_TICKS_MS, [8, 24]),
        Cell::Latency { workload, load } => {
            let visit_ms = window(workload, *load, PATIENT_MS);
            amount(cell, 1, visit_ms, [8, 24])
        }
        Cell::Shutdown(Scenario::StopBacklog) => amount(cell, 6, 15, [8, 24]),
        Cell::Shutdown(Scenario::Idle) => amount(cell, 24, 5, [8, 24]),
        Cell::Shutdown(_) => amount(cell, 10, 5, [8, 24]),
        Cell::Cost(Upkeep::Sparse) => amount(cell, 4, 50, [8, 12]),
        Cell::Cost(Upkeep::Idle) => amount(cell, 1, 300, [6, 8]),
        Cell::Cost(Upkeep::Memory) => amount(cell, 1, 5, [8, 10]),
    }
}

fn latency(workload: &str, load: Load) -> Cell {
    Cell::Latency { workload: workload.to_owned(), load }
}

/// How long a visit of a latency measures, at most so long, in milliseconds.
fn window(workload: &str, load: Load, most_ms: f64) -> u32 {
    /// Of what the user brings, a guess.
    const GUESS: Duration = Duration::from_micros(20);
    /// About what it takes to submit a job and to be woken for its result, in seconds.
    const DRIVEN: f64 = 5e-6;
    // How fast the machine is does not matter to lengths.
    let mean = Workload::by_name(workload, Speed::new(1.0)).map(|it| it.mean_work());
    let mean = mean.unwrap_or(GUESS).as_secs_f64();
    let millis = match load {
        // 600 jobs, for the 90th percentile; 50 bursts, for their median.
        Load::HandOver => 300.0,
        Load::Burst(_) => 100.0,
        Load::Sustained(percent) => relaxations(mean, f64::from(percent) / 100.0).max(150.0),
        Load::Closed(_) => percentiles(1.0 / (mean + DRIVEN), most_ms),
        Load::Rate(rate) => percentiles(rate, most_ms),
        // Whatever comes in that time.
        Load::Recorded | Load::Capacity(_) => most_ms,
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few seconds")]
    let millis = millis.clamp(50.0, most_ms).ceil() as u32;
    millis
}

/// How long jobs have to come in until percentiles are known that have fifty jobs above them: the
/// 99th, the 90th or the median, as far as that takes at most so long.
fn percentiles(rate: f64, most_ms: f64) -> f64 {
    /// A few more than are needed, for they come at random.
    const JOBS: [f64; 3] = [5_400.0, 560.0, 120.0];
    let takes = JOBS.into_iter().map(|jobs| jobs / rate * 1e3).find(|millis| *millis <= most_ms);
    takes.unwrap_or(most_ms)
}

/// How long it takes for a queue before one worker to forget a hundred times how long it was, in
/// milliseconds: a hundred relaxation times of M/M/1.
fn relaxations(mean: f64, busy: f64) -> f64 {
    100.0 * mean / (1.0 - busy.sqrt()).powi(2) * 1e3
}

impl Amount {
    /// As much of the cell with another value on an axis.
    pub(crate) fn at(self, axis: Axis, value: usize) -> Self {
        Self { cell: self.cell.at(axis, Some(value)), ..self }
    }

    /// Exactly so many processes.
    pub(crate) fn processes(self, processes: u32) -> Self {
        Self { min_processes: processes, max_processes: processes, ..self }
    }

    /// Whether there is a core for who submits and who receives, next to so many workers, if the cell
    /// needs one.
    pub(crate) fn has_a_core_left(&self, latency_workers: usize) -> bool {
        !matches!(self.cell.load(), Some(Load::Sustained(_))) || latency_workers < cores()
    }

    /// Refuses what a visit could tell nothing of.
    ///
    /// # Errors
    ///
    /// If the cell has a rate, and it is too low; if it needs a core that is not there; if it is not
    /// measured any more.
    pub(crate) fn check(&self, latency_workers: usize) -> Result<(), Error> {
        let cell = &self.cell;
        if !self.has_a_core_left(latency_workers) {
            return Err(Error::Usage(format!(
                "{cell}: no core is left for who submits and who receives; give fewer workers \
                 (--workers), or measure closed-4"
            )));
        }
        if let Some(Load::Capacity(percent)) = cell.load() {
            return Err(Error::Usage(format!(
                "{cell}: a part of each one's own capacity is not measured any more; measure a part \
                 of the workers' time: sustained-{percent}%"
            )));
        }
        let Some(Load::Rate(rate)) = cell.load() else { return Ok(()) };
        let least = rarest(Duration::from_millis(self.visit_ms.into())).ceil();
        if rate >= least {
            return Ok(());
        }
        Err(Error::Usage(format!(
            "{}: so few jobs come in a visit that nothing can be told of them; give a rate of \
             {least}/s or more",
            self.cell
        )))
    }

    /// The plan, for these backends; the first has a twin.
    pub(crate) fn plan(self, backends: &[BackendFacts]) -> CellPlan {
        let Self { cell, blocks, visit_ms, min_processes, max_processes, native } = self;
        let backends: Vec<_> = backends.iter().filter(|it| native || !it.native).collect();
        let contenders = contenders(&cell, &backends);
        CellPlan { cell, contenders, blocks, visit_ms, min_processes, max_processes }
    }
}

/// What is visited: all backends, the twin, and what is worth seeing next to them.
fn contenders(cell: &Cell, backends: &[&BackendFacts]) -> Vec<Contender> {
    let mut all: Vec<_> = backends.iter().map(|it| Contender::Backend(it.name.clone())).collect();
    all.extend(backends.first().map(|first| Contender::Twin(first.name.clone())));
    if let Cell::Throughput { workload, .. } = cell {
        match workload.as_str() {
            "blocking-1ms" if backends.iter().any(|it| it.name == TOKIO) => {
                all.push(Contender::AsyncLane);
            }
            // Nothing to compare nothing with; and one thread alone would sleep all the time.
            "empty" | "blocking-1ms" => {}
            _ => all.push(Contender::Serial),
        }
    }
    all
}

/// Which part of the time the workers are busy; an error if they cannot keep up, for then latency
/// has no bound.
pub(crate) fn busy(workload: &Workload, per_second: f64, workers: usize) -> Result<f64, Error> {
    let busy = workload.mean_work().as_secs_f64() * per_second;
    #[expect(clippy::cast_precision_loss, reason = "there are far fewer workers than 2^53")]
    let part = busy / workers as f64;
    if part < 1.0 {
        return Ok(part);
    }
    let (rate, name) = (rate(per_second), workload.name());
    Err(Error::Usage(format!(
        "{rate} of {name} is work for {busy:.1} workers, and latency is measured with {workers}: \
         no pool can do that; give a lower rate, or more workers (--workers {:.0})",
        busy.floor() + 1.0
    )))
}

/// Jobs that may wait: enough that nothing waits for want of a place.
pub(crate) const QUEUE: usize = 1024;

/// For how long results are collected: most of the speed is had, whatever the scheduler does.
pub(crate) const LINGER_US: u64 = 100;

/// How many workers run jobs, and how many where latency is measured: as many as asked for; or
/// one a core, and there one less, for the thread that submits.
pub(crate) fn workers(asked_for: Option<usize>) -> (usize, usize) {
    let cores = cores();
    asked_for.map_or((cores, cores.saturating_sub(1).max(1)), |workers| (workers, workers))
}

/// These cells of these backends, otherwise as usual: the usual number of workers, results in
/// batches, a fresh seed, the preset's time.
pub(crate) fn configuration(
    preset: &Preset,
    cells: impl IntoIterator<Item = Amount>,
    backends: &[BackendFacts],
    rounds_per_micro: f64,
) -> Configuration {
    let (workers, latency_workers) = workers(None);
    Configuration {
        preset: preset.name.to_owned(),
        seed: fresh_seed(),
        workers,
        latency_workers,
        producers: 1,
        queue: QUEUE,
        results_bound: None,
        linger_us: Some(LINGER_US),
        pinned: false,
        workers_pinned: Placement::apart(1) == Placement::Apart,
        rounds_per_micro,
        backends: backends.iter().map(|it| it.name.clone()).collect(),
        input: None,
        cells: cells.into_iter().map(|amount| amount.plan(backends)).collect(),
        budget_s: Some(preset.budget_s),
        precision: preset.precision,
    }
}

/// The same without some backends. The first that is left has the twin.
pub(crate) fn without(mut configuration: Configuration, broken: &[String]) -> Configuration {
    if broken.is_empty() {
        return configuration;
    }
    configuration.backends.retain(|name| !broken.contains(name));
    for plan in &mut configuration.cells {
        plan.contenders.retain(|contender| match contender {
            Contender::Backend(name) => !broken.contains(name),
            Contender::Twin(_) | Contender::Former(_) => false,
            Contender::AsyncLane => !broken.iter().any(|name| name == TOKIO),
            Contender::Serial => true,
        });
        plan.contenders.extend(configuration.backends.first().cloned().map(Contender::Twin));
    }
    configuration
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(name: &str) -> BackendFacts {
        BackendFacts {
            name: name.to_owned(),
            package: String::new(),
            packages_pulled_in: None,
            capabilities: Vec::new(),
            native: false,
        }
    }

    #[test]
    fn a_quick_run_fits_into_a_minute_and_a_full_one_into_a_quarter_of_an_hour() {
        let mut backends = ["a", "b", "c", "d", "e"].map(facts).to_vec();
        let native = ["f", "g", "h", "i", "j"].map(facts);
        let as_native = |it| BackendFacts { native: true, ..it };
        backends.extend(native.map(as_native));
        for (preset, most_s) in [(quick(), 60.0), (full(), 900.0)] {
            let plans = preset.cells.into_iter().map(|amount| amount.plan(&backends));
            let least_ms: f64 = plans
                .map(|plan| {
                    let contenders = u32::try_from(plan.contenders.len()).unwrap();
                    f64::from(contenders * plan.blocks * plan.min_processes * plan.visit_ms)
                })
                .sum();
            assert!(preset.budget_s < most_s * 0.95);
            assert!(least_ms < preset.budget_s * 1e3, "{}: {least_ms} ms", preset.name);
        }
    }

    #[test]
    fn a_full_run_compares_native_pools_where_the_contract_shows_in_both_ways_of_receiving() {
        let native = BackendFacts { native: true, ..facts("std-native") };
        let backends = [facts("std"), native];
        let plans = full().cells.into_iter().map(|amount| amount.plan(&backends));
        let has =
            |plan: &CellPlan| plan.contenders.iter().any(|it| it.backend() == Some("std-native"));
        let cells: Vec<_> = plans.filter(has).map(|plan| plan.cell.to_string()).collect();
        let both = |it| [format!("throughput/{it}"), format!("throughput/{it}/receive=each")];
        let [mut found, mut expected] =
            [cells, ["empty", "cpu-1us", "cpu-10us"].map(both).concat()];
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn more_than_two_cores_are_counted_up_to_the_last_on_the_ladder() {
        let counts = |cores| growth(cores).collect::<Vec<_>>();
        assert!(counts(1).is_empty() && counts(2).is_empty());
        assert_eq!(counts(4), [1, 2, 3, 4]);
        assert_eq!(counts(8), [1, 2, 3, 4, 6, 8]);
        assert_eq!(counts(64), [1, 3, 6, 12, 24, 64]);
    }

    #[test]
    fn the_tail_of_latency_is_measured_as_far_as_the_time_allows() {
        let jobs =
            |rate, most_ms| f64::from(window("cpu-10us", Load::Rate(rate), most_ms)) / 1e3 * rate;
        let above = |jobs: f64, part: f64| jobs * (1.0 - part);
        assert!(above(jobs(5_000.0, BRIEF_MS), 0.9) > 50.0);
        for rate in [2_000.0, 5_000.0] {
            assert!(above(jobs(rate, PATIENT_MS), 0.99) > 50.0);
        }
        assert!(above(jobs(100.0, PATIENT_MS), 0.5) > 50.0);
    }

    #[test]
    fn a_queue_has_the_time_to_be_as_long_as_it_is_in_the_mean() {
        let of = |load| window("cpu-100us", load, PATIENT_MS);
        assert_eq!([50, 80].map(|percent| of(Load::Sustained(percent))), [150, 898]);
        assert_eq!(of(Load::Sustained(99)), 2_800, "as long as there is time");
        assert_eq!((of(Load::HandOver), of(Load::Burst(32))), (300, 100));
    }

    #[test]
    fn what_nothing_can_be_told_of_is_refused() {
        let rate = |rate| latency("cpu-10us", Load::Rate(rate));
        assert!(brief(rate(17.0)).check(1).is_ok() && patient(rate(4.0)).check(1).is_ok());
        assert_eq!(
            brief(rate(16.5)).check(1).unwrap_err().to_string(),
            "latency/cpu-10us/16.5-per-s: so few jobs come in a visit that nothing can be told of \
             them; give a rate of 17/s or more"
        );
        let sustained = || brief(latency("cpu-100us", Load::Sustained(50)));
        assert!(sustained().check(cores()).is_err_and(|it| it.to_string().contains("no core")));
        assert!(sustained().check(cores() - 1).is_ok());
        let of_before = brief(latency("cpu-10us", Load::Capacity(80))).check(1).unwrap_err();
        assert!(of_before.to_string().ends_with("sustained-80%"), "{of_before}");
    }

    #[test]
    fn without_a_backend_all_that_is_its_own_is_left_out_and_the_next_has_the_twin() {
        let cells = ["throughput/blocking-1ms", "throughput/empty"];
        let cells = || cells.map(|cell| thorough(cell.parse().unwrap()));
        let all = configuration(&quick(), cells(), &["tokio", "std"].map(facts), 1.0);
        let names = |of: &Configuration, cell: usize| {
            of.cells[cell].contenders.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(names(&all, 0), ["tokio", "std", "tokio (twin)", "tokio (async lane)"]);
        let left = without(all.clone(), &["tokio".to_owned()]);
        assert_eq!(left.backends, ["std"]);
        assert_eq!(names(&left, 0), ["std", "std (twin)"]);
        assert_eq!(names(&left, 1), ["std", "std (twin)"]);
        assert_eq!(without(all.clone(), &[]), all);
    }
}
