//! How much is measured: what a quick and a full run are.
//!
//! Amounts are for two cores, where five backends and a twin take a minute and a quarter of
//! an hour. How a visit goes is decided anew with each pool that is started (who wakes whom, and
//! what the system does meanwhile), far more than within it: with short jobs, ratios of two visits
//! scatter by a fifth, whether these take 2 ms or 40. So many short visits tell more than a few long
//! ones; but a visit lasts for two ticks of the system's scheduler, which are 4 ms long.

use std::time::Duration;

use pool_measure::{machine::cores, placement::Placement, protocol::configuration::rarest};
use pool_statistics::FEWEST_COUNTS;
use pool_workloads::{Speed, Workload, fresh_seed};

use crate::{
    cell::{Cell, Load},
    error::Error,
    figures::rate,
    protocol::{Axis, BackendFacts, CellPlan, Configuration, Contender},
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
const TOKIO: &str = "tokio";

/// How much of a cell.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Amount {
    pub(crate) cell: Cell,
    blocks: u32,
    visit_ms: u32,
    min_processes: u32,
    max_processes: u32,
    /// Whether native pools are measured, too.
    pub(crate) native: bool,
}

/// How jobs come where nothing says so.
pub(crate) const IN_FLIGHT: Load = Load::Closed(4);

/// A minute for the one cell that a choice hangs on; the caller says which.
pub(crate) const PICK: Preset =
    Preset { name: "pick", cells: Vec::new(), budget_s: 60.0, precision: 0.05 };

/// The cells of the presets.
const CELLS: &str = include_str!("presets.txt");

/// A minute.
pub(crate) fn quick() -> Preset {
    preset("quick", brief, 50.0, 0.05)
}

/// A quarter of an hour.
pub(crate) fn full() -> Preset {
    preset("full", thorough, 14.0 * 60.0, 0.03)
}

fn preset(name: &'static str, of: fn(Cell) -> Amount, budget_s: f64, precision: f64) -> Preset {
    let mut cells = Vec::new();
    for line in CELLS.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split_whitespace().collect();
        if !words.contains(&name) {
            continue;
        }
        let growing = words[0].strip_suffix("/workers=*");
        let cell: Cell = growing.unwrap_or(words[0]).parse().expect("the name of a cell");
        let native = name == "full" && words.contains(&"native");
        let mut add = |cell| cells.push(Amount { native, ..of(cell) });
        match growing {
            None => add(cell),
            Some(_) => counts(cores())
                .for_each(|workers| add(cell.clone().at(Axis::Workers, Some(workers)))),
        }
    }
    Preset { name, cells, budget_s, precision }
}

/// Numbers of workers that show how the rate grows: up to so many as a law takes, spread over the
/// cores. None where there are but two cores, which have no room to grow.
fn counts(cores: usize) -> impl Iterator<Item = usize> {
    let ladder = [1].into_iter().chain((1..30).flat_map(|power| [1 << power, 3 << (power - 1)]));
    let all: Vec<usize> = ladder.take_while(|it| cores > 2 && *it <= cores).collect();
    let most = all.len().min(FEWEST_COUNTS);
    (0..most).map(move |place| all[place * (all.len() - 1) / (most - 1)])
}

/// What runs longest without telling more: nothing of it is shorter than a millisecond, and hardly
/// anything varies.
const BLOCKING: &str = "blocking-1ms";

/// How much is measured of the cells whose names begin so, in a quick run and in a full one: blocks,
/// the milliseconds of a visit (of a latency at most), and from how many processes to how many.
///
/// In less than 8 ms the system has not looked once where threads run. A latency has the time for
/// the 90th percentile at 1,000 jobs a second; in a full run for the 99th at 2,000. Those that a quick run
/// has by default have three short visits in each process, for one in six is far off, and no 90th
/// percentile of a lone job. Empty jobs vary most.
const AMOUNTS: [(&str, [[u32; 4]; 2]); 13] = [
    ("throughput/blocking-1ms", [[3, 15, 5, 8], [6, 20, 8, 16]]),
    ("throughput/empty", [[12, 8, 5, 10], [10, 8, 8, 32]]),
    ("throughput/", [[6, 8, 5, 10], [10, 8, 8, 32]]),
    ("placement/", [[6, 8, 5, 10], [10, 8, 8, 24]]),
    ("latency/cpu-10us/hand-over", [[3, 100, 5, 12], [1, 2_800, 8, 24]]),
    ("latency/cpu-10us/closed-4", [[3, 50, 5, 12], [1, 2_800, 8, 24]]),
    ("latency/", [[1, 600, 5, 12], [1, 2_800, 8, 24]]),
    ("shutdown/idle", [[16, 5, 5, 10], [24, 5, 8, 24]]),
    // Each visit is a process.
    ("shutdown/stop-backlog", [[3, 15, 5, 8], [6, 15, 8, 24]]),
    ("shutdown/", [[6, 5, 5, 8], [10, 5, 8, 24]]),
    ("cost/sparse", [[3, 25, 5, 6], [4, 50, 8, 12]]),
    ("cost/idle", [[1, 100, 5, 6], [1, 300, 6, 8]]),
    ("cost/memory", [[1, 5, 5, 6], [1, 5, 8, 10]]),
];

fn amount(cell: Cell, of: usize) -> Amount {
    let name = cell.to_string();
    let mut all = AMOUNTS.into_iter().filter(|(begin, _)| name.starts_with(begin));
    let (_, amounts) = all.next().expect("an amount for each kind of cells");
    let [blocks, most_ms, min_processes, max_processes] = amounts[of];
    let visit_ms = window(&cell, most_ms);
    Amount { cell, blocks, visit_ms, min_processes, max_processes, native: false }
}

/// A cell as a quick run measures it.
pub(crate) fn brief(cell: Cell) -> Amount {
    amount(cell, 0)
}

/// A cell as a full run measures it.
pub(crate) fn thorough(cell: Cell) -> Amount {
    amount(cell, 1)
}

/// A cell as it is measured where there is nothing else to measure, of so many contenders in so much
/// time: a latency for as long as its tail takes, if that fits.
pub(crate) fn patient(cell: Cell, contenders: usize, budget: Duration) -> Amount {
    let most = thorough(cell);
    if !most.cell.is_latency() {
        return most;
    }
    let least = Amount { min_processes: 5, max_processes: 12, ..most };
    let visits = u128::from(least.blocks * least.min_processes) * contenders as u128;
    let each_ms = u32::try_from(budget.as_millis() / visits.max(1)).unwrap_or(u32::MAX);
    let visit_ms = least.visit_ms.max(window(&least.cell, each_ms));
    Amount { visit_ms, ..least }
}

/// How long a visit measures, in milliseconds; of a latency at most so long.
fn window(cell: &Cell, most_ms: u32) -> u32 {
    /// Of what the user brings, a guess.
    const GUESS: Duration = Duration::from_micros(20);
    /// About what it takes to submit a job and to be woken for its result, in seconds.
    const DRIVEN: f64 = 5e-6;
    let Cell::Latency { workload, load } = cell else { return most_ms };
    // How fast the machine is does not matter to lengths.
    let mean = Workload::by_name(workload, Speed::new(1.0)).map(|it| it.mean_work());
    let mean = mean.unwrap_or(GUESS).as_secs_f64();
    let most = f64::from(most_ms);
    let millis = match *load {
        // 600 jobs, for the 90th percentile; 50 bursts, for their median.
        Load::HandOver => 300.0,
        Load::Burst(_) => 100.0,
        // For a queue before one worker to forget a hundred times how long it was: a hundred
        // relaxation times of M/M/1.
        Load::Sustained(percent) => {
            let busy = f64::from(percent) / 100.0;
            (1e5 * mean / (1.0 - busy.sqrt()).powi(2)).max(150.0)
        }
        Load::Closed(_) => percentiles(1.0 / (mean + DRIVEN), most),
        Load::Rate(rate) => percentiles(rate, most),
        // Whatever comes in that time.
        Load::Recorded | Load::Capacity(_) => most,
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few minutes")]
    let millis = millis.min(most).max(50.0).ceil() as u32;
    millis
}

/// How many jobs have to come in until the 99th percentile, the 90th and the median have fifty above
/// them: a few more than that takes, for they come at random.
pub(crate) const PERCENTILE_JOBS: [f64; 3] = [5_400.0, 560.0, 120.0];

/// For how many milliseconds jobs have to come until the highest percentile is known for which that is
/// at most so long.
fn percentiles(rate: f64, most_ms: f64) -> f64 {
    let mut all = PERCENTILE_JOBS.into_iter().map(|jobs| jobs / rate * 1e3);
    all.find(|millis| *millis <= most_ms).unwrap_or(most_ms)
}

impl Amount {
    /// As much of the cell with another value on an axis.
    pub(crate) fn at(self, axis: Axis, value: impl Into<Option<usize>>) -> Self {
        Self { cell: self.cell.at(axis, value.into()), ..self }
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

    /// Refuses what a visit could tell nothing of: too low a rate, a core that is not there, what is not
    /// measured any more.
    pub(crate) fn check(&self, latency_workers: usize) -> Result<(), Error> {
        let least = rarest(Duration::from_millis(self.visit_ms.into())).ceil();
        let problem = match self.cell.load() {
            _ if !self.has_a_core_left(latency_workers) => {
                "no core is left for who submits and who receives; give fewer workers (--workers), or \
                 measure closed-4"
                    .to_owned()
            }
            Some(Load::Capacity(percent)) => format!(
                "a part of each one's own capacity is not measured any more; measure a part of the \
                 workers' time: sustained-{percent}%"
            ),
            Some(Load::Rate(rate)) if rate < least => format!(
                "so few jobs come in a visit that nothing can be told of them; give a rate of \
                 {least}/s or more"
            ),
            _ => return Ok(()),
        };
        Err(Error::Usage(format!("{}: {problem}", self.cell)))
    }

    /// The plan, for these backends, each with a twin.
    pub(crate) fn plan(self, backends: &[BackendFacts]) -> CellPlan {
        let Self { cell, blocks, visit_ms, min_processes, max_processes, native } = self;
        let backends: Vec<_> = backends.iter().filter(|it| native || !it.native).collect();
        let contenders = contenders(&cell, &backends);
        CellPlan { cell, contenders, blocks, visit_ms, min_processes, max_processes }
    }
}

/// What is visited: all backends, their twins by turns, and what is worth seeing next to them.
fn contenders(cell: &Cell, backends: &[&BackendFacts]) -> Vec<Contender> {
    let mut all: Vec<_> = backends.iter().map(|it| Contender::Backend(it.name.clone())).collect();
    all.extend(backends.iter().map(|it| Contender::Twin(it.name.clone())));
    if let Cell::Throughput { workload, .. } = cell {
        match workload.as_str() {
            BLOCKING if backends.iter().any(|it| it.name == TOKIO) => {
                all.push(Contender::AsyncLane);
            }
            // Nothing to compare nothing with; and one thread alone would sleep all the time.
            "empty" | BLOCKING => {}
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

/// These cells of these backends with so many workers, otherwise as usual: results in batches, a fresh
/// seed, the preset's time.
pub(crate) fn configuration(
    preset: &Preset,
    cells: impl IntoIterator<Item = Amount>,
    backends: &[BackendFacts],
    rounds_per_micro: f64,
    (workers, latency_workers): (usize, usize),
) -> Configuration {
    Configuration {
        preset: preset.name.to_owned(),
        seed: fresh_seed(),
        workers,
        latency_workers,
        queue: QUEUE,
        linger_us: Some(LINGER_US),
        workers_pinned: Placement::apart(1) == Placement::Apart,
        rounds_per_micro,
        backends: backends.iter().map(|it| it.name.clone()).collect(),
        cells: cells.into_iter().map(|amount| amount.plan(backends)).collect(),
        budget_s: Some(preset.budget_s),
        precision: preset.precision,
        ..Configuration::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(name: &str) -> BackendFacts {
        let native = name.ends_with("-native");
        BackendFacts { name: name.to_owned(), native, ..BackendFacts::default() }
    }

    #[test]
    fn a_quick_run_fits_into_a_minute_and_a_full_one_into_a_quarter_of_an_hour() {
        let managed = ["a", "b", "c", "d", "e"].map(facts);
        let native = ["a", "b", "c", "d", "e"].map(|it| facts(&format!("{it}-native")));
        let backends = [managed, native].concat();
        for (preset, most_s) in [(quick(), 60.0), (full(), 900.0)] {
            let plans = preset.cells.into_iter().map(|amount| amount.plan(&backends));
            let least_ms: f64 = plans
                .map(|plan| {
                    let visits = u32::try_from(plan.visits()).unwrap();
                    f64::from(visits * plan.min_processes * plan.visit_ms)
                })
                .sum();
            assert!(preset.budget_s < most_s * 0.95);
            assert!(least_ms < preset.budget_s * 1e3, "{}: {least_ms} ms", preset.name);
        }
    }

    #[test]
    fn more_than_two_cores_are_counted_up_to_the_last_on_the_ladder() {
        let counts = |cores| counts(cores).collect::<Vec<_>>();
        assert!(counts(1).is_empty() && counts(2).is_empty());
        assert_eq!(counts(4), [1, 2, 3, 4]);
        assert_eq!(counts(8), [1, 2, 3, 4, 6, 8]);
        assert_eq!(counts(64), [1, 3, 6, 12, 24, 64]);
    }

    #[test]
    fn a_latency_is_measured_for_as_long_as_its_tail_or_its_queue_takes_and_the_time_allows() {
        type Of = fn(Cell) -> Amount;
        let minutes: [Of; 2] = [
            |cell| patient(cell, 3, Duration::from_secs(60)),
            |cell| patient(cell, 3, Duration::from_secs(240)),
        ];
        for (cell, of, visit_ms) in [
            // 560 jobs, 5,400 and 120.
            ("cpu-10us/5000-per-s", brief as Of, 112),
            ("cpu-10us/2000-per-s", thorough, 2_700),
            ("cpu-10us/100-per-s", thorough, 1_200),
            ("cpu-10us/400-per-s", minutes[0], 1_400),
            ("cpu-10us/400-per-s", minutes[1], 13_500),
            ("cpu-100us/sustained-50%", thorough, 150),
            ("cpu-100us/sustained-80%", thorough, 898),
            ("cpu-100us/sustained-99%", thorough, 2_800),
            ("cpu-100us/hand-over", thorough, 300),
            ("cpu-100us/burst-32", thorough, 100),
        ] {
            assert_eq!(of(format!("latency/{cell}").parse().unwrap()).visit_ms, visit_ms, "{cell}");
        }
    }

    #[test]
    fn every_backend_has_a_twin_and_jobs_that_block_the_async_lane_of_tokio() {
        let names = |backends: &[&str]| {
            let backends: Vec<_> = backends.iter().copied().map(facts).collect();
            let plan = thorough(Cell::throughput(BLOCKING)).plan(&backends);
            plan.contenders.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let all = ["tokio", "std", "tokio (twin)", "std (twin)", "tokio (async lane)"];
        assert_eq!(names(&["tokio", "std"]), all);
        assert_eq!(names(&["std"]), ["std", "std (twin)"]);
    }
}
