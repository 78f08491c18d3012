//! A visit: one contender, in one cell, measured once.

mod values;

use std::time::Duration;

use pool_measure::{
    contender::Shape,
    cost::Cost,
    protocol::{
        CellPlan, Configuration, Contender, Setting, Work,
        cell::{Cell, Load, Scenario, Upkeep},
        configuration::{LONGER, MEDIAN},
    },
    shutdown::Running,
    throughput::{self, Sample, Session, jobs_lasting},
};
use pool_workloads::{Arrivals, Speed, Trace, Workload, generator};
use rand::RngExt;

use self::values::{Values, latencies, nanos, per_job, values};
use crate::{
    async_lane,
    entry::{BackendEntry, Entry, FLOORS},
};

/// Makes the visits of one cell.
#[derive(Debug)]
pub(crate) struct Visitor<'a> {
    cell: Cell,
    backends: &'a [BackendEntry],
    /// Of a cell without a workload, the one that its jobs are from.
    workload: Workload,
    /// What the jobs of the workload are from, if that is a trace.
    trace: Option<Trace>,
    speed: Speed,
    /// About how long a visit measures.
    lasting: Duration,
    /// How the pools are set up.
    setting: Setting,
}

/// What is wrong with a cell that follows a trace, if there is none.
const NO_TRACE: &str = "jobs are to come as in a trace, and there is none";

/// An error as what it says.
fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// The jobs of cells that name no workload.
const OTHERWISE: &str = "cpu-10us";

impl<'a> Visitor<'a> {
    /// For a cell of a configuration, whose workload may be from a file: `work`.
    ///
    /// # Errors
    ///
    /// If the cell's workload is neither that one nor any of the list, or if the cell follows a
    /// trace and there is none.
    pub(crate) fn new(
        configuration: &Configuration,
        backends: &'a [BackendEntry],
        plan: &CellPlan,
        work: Option<&Work>,
    ) -> Result<Self, String> {
        let cell = plan.cell.clone();
        let speed = Speed::new(configuration.rounds_per_micro);
        let name = cell.workload().unwrap_or(OTHERWISE);
        let own = work.filter(|work| work.name() == name);
        let workload = match own {
            Some(own) => own
                .workload(speed)
                .ok_or_else(|| format!("{cell}: there are no files to checksum"))?,
            None => {
                Workload::by_name(name, speed).map_err(|unknown| format!("{cell}: {unknown}"))?
            }
        };
        let trace = own.and_then(Work::trace).cloned();
        if cell.is_recorded() && trace.is_none() {
            return Err(format!("{cell}: {NO_TRACE}"));
        }
        Ok(Self {
            cell,
            backends,
            workload,
            trace,
            speed,
            lasting: Duration::from_millis(plan.visit_ms.max(1).into()),
            setting: configuration.setting(&plan.cell),
        })
    }

    /// Visits a contender: a fresh start, something to warm up, and then what is measured.
    ///
    /// The jobs are those of the seed, so everyone in a block is to be given the same.
    ///
    /// # Errors
    ///
    /// If there is no such contender, it is not to be measured in this cell, or its results were
    /// wrong.
    ///
    /// # Panics
    ///
    /// If the system refuses a thread, or a pool loses a job.
    pub(crate) fn visit(&self, contender: &Contender, seed: u64) -> Result<Values, String> {
        let measured = match &self.cell {
            Cell::Throughput { .. } => self.throughput(contender, seed),
            Cell::Latency { load, .. } => self.latency(contender, *load, seed),
            Cell::Shutdown(scenario) => self.shutdown(contender, *scenario, seed),
            Cell::Cost(upkeep) => self.upkeep(contender, *upkeep),
        };
        measured.map_err(|problem| format!("{}, {contender}: {problem}", self.cell))
    }

    /// The jobs of a visit, and when they came, if that was recorded. A trace is begun at a place
    /// that is drawn: a visit is too short for all of it.
    fn jobs(&self, seed: u64) -> (Workload, Option<Arrivals>) {
        let Some(trace) = &self.trace else { return (self.workload.clone(), None) };
        let place = generator(seed).random_range(0..trace.entries().len());
        let trace = trace.starting_at(place);
        let arrivals = Arrivals::of_trace(&trace);
        (Workload::trace(trace, self.speed), Some(arrivals))
    }

    fn throughput(&self, contender: &Contender, seed: u64) -> Result<Values, String> {
        let (workload, _) = self.jobs(seed);
        let shape = Shape::from(self.setting);
        let each = workload.mean_work();
        // One thread alone does less in the time: the first of the jobs that the pools are given.
        let threads = if *contender == Contender::Serial { 1 } else { shape.workers };
        let jobs = jobs_lasting(self.lasting, &workload, each, threads);
        let sample = if *contender == Contender::Serial {
            throughput::serial(workload.batch(jobs / 10 + 1, seed)).map_err(text)?;
            throughput::serial(workload.batch(jobs, seed)).map_err(text)?
        } else {
            let session = self.start(contender, shape)?;
            throughput::visit(session, &workload, 1, jobs, self.setting.producers, seed)
                .map_err(text)?
        };
        Ok(per_job(&sample))
    }

    fn start(&self, contender: &Contender, shape: Shape) -> Result<Box<dyn Session>, String> {
        match contender {
            Contender::AsyncLane => Ok(async_lane::start(shape, self.setting.queue)),
            _ => Ok(self.entry(contender)?.start(shape)),
        }
    }

    fn latency(&self, contender: &Contender, load: Load, seed: u64) -> Result<Values, String> {
        let entry = self.entry(contender)?;
        let shape = self.one_by_one();
        let (workload, recorded) = self.jobs(seed);
        let mut values = Values::new();
        // Neighbours of a seed are as good as any: lengths and arrivals must not go together.
        let poisson = |rate| Arrivals::poisson(rate, seed.wrapping_add(1)).map_err(text);
        let arrivals = match load {
            Load::Rate(rate) => poisson(rate)?,
            Load::Recorded => recorded.ok_or(NO_TRACE)?,
            Load::Capacity(percent) => {
                let capacity = self.capacity(entry, shape, seed)?;
                values.insert("capacity_per_s".to_owned(), capacity);
                poisson(capacity * f64::from(percent) / 100.0)?
            }
        };
        let due = self
            .due(&arrivals)
            .ok_or("jobs are too rare to be waited for; measure a higher rate")?;
        let batch = workload.batch(due.len(), seed);
        values.extend(latencies(&entry.open_loop(shape, batch, &due).map_err(text)?));
        Ok(values)
    }

    /// Jobs a second that a contender can do, by a short look.
    fn capacity(&self, entry: &Entry, shape: Shape, seed: u64) -> Result<f64, String> {
        const LOOK: Duration = Duration::from_millis(20);
        let each = self.workload.mean_work();
        let jobs = jobs_lasting(LOOK, &self.workload, each, shape.workers);
        let session = entry.start(shape);
        let visited = throughput::visit(session, &self.workload, 1, jobs, 1, seed);
        visited.map(|it| it.jobs_per_second()).map_err(text)
    }

    /// When jobs are due: those of the time that a visit measures; but where they are rare, as
    /// many as a median takes, if ten times as long is enough for them. `None` if not even one
    /// comes in that time.
    fn due(&self, arrivals: &Arrivals) -> Option<Vec<Duration>> {
        /// So that they fit into memory many times over.
        const MOST: usize = 200_000;
        let mut due = arrivals.due(MOST.min(self.workload.largest_batch()));
        let within = |time: Duration| due.partition_point(|at| *at < time);
        let few = within(self.lasting * LONGER).min(MEDIAN);
        due.truncate(within(self.lasting).max(few));
        (!due.is_empty()).then_some(due)
    }

    fn shutdown(
        &self,
        contender: &Contender,
        scenario: Scenario,
        seed: u64,
    ) -> Result<Values, String> {
        /// Jobs that a drain has to do.
        const DRAINED: usize = 1_000;
        /// Jobs that a stop has to hand back.
        const BACKLOG: usize = 100_000;
        /// How long a job goes on that does not listen.
        const DEAF: Running = Running::Deaf(Duration::from_millis(5));
        let backend = self.backend(contender)?;
        let workers = self.setting.workers;
        let elapsed = |elapsed| values([("elapsed_ns", nanos(elapsed))]);
        let stop = |queued, running| (backend.stop)(workers, queued, running);
        Ok(match scenario {
            Scenario::Idle => elapsed((backend.idle_shutdown)(workers)),
            Scenario::Drain => {
                let drain = (backend.drain)(workers, &|| self.workload.batch(DRAINED, seed));
                values([("elapsed_ns", nanos(drain.elapsed)), ("ideal_ns", nanos(drain.ideal))])
            }
            Scenario::StopBacklog => {
                let stop = stop(BACKLOG, Running::Waiting);
                values([("elapsed_ns", nanos(stop.joined)), ("in_hand_ns", nanos(stop.in_hand))])
            }
            Scenario::StopWaiting => elapsed(stop(0, Running::Waiting).joined),
            Scenario::StopPolling => elapsed(stop(0, Running::Polling).joined),
            Scenario::StopDeaf => {
                let stop = stop(0, DEAF);
                elapsed(stop.joined.saturating_sub(stop.ran_on))
            }
            Scenario::LastCompletion => elapsed((backend.last_completion_to_joined)(workers)),
        })
    }

    fn upkeep(&self, contender: &Contender, upkeep: Upkeep) -> Result<Values, String> {
        const INTERVAL: Duration = Duration::from_millis(1);
        // What the system does not tell is absent.
        Ok(match upkeep {
            Upkeep::Sparse => {
                let jobs = u32::try_from(self.lasting.as_millis()).unwrap_or(u32::MAX).max(1);
                let shape = self.one_by_one();
                let cost = self.entry(contender)?.sparse(shape, jobs, INTERVAL);
                let mut values =
                    per_job(&Sample { jobs: jobs as usize, wall: INTERVAL * jobs, cost });
                // The pace is ours.
                values.remove("time_per_job_ns");
                values
            }
            Upkeep::Idle => {
                let cost = (self.backend(contender)?.idle)(self.setting.workers, self.lasting);
                let per_second = |cost: Cost| nanos(cost.cpu) / self.lasting.as_secs_f64();
                values(cost.map(|cost| ("cpu_per_second_ns", per_second(cost))))
            }
            Upkeep::Memory => {
                let bytes: Option<u64> =
                    (self.backend(contender)?.memory)(self.setting.workers, self.setting.queue);
                #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
                let of = |bytes| ("resident_bytes", bytes as f64);
                values(bytes.map(of))
            }
        })
    }

    /// The same, but that each result is taken as it comes.
    fn one_by_one(&self) -> Shape {
        Shape { linger: None, ..self.setting.into() }
    }

    fn entry(&self, contender: &Contender) -> Result<&Entry, String> {
        match contender {
            Contender::BareLoop(name) => FLOORS
                .iter()
                .find(|floor| floor.name == name)
                .ok_or_else(|| "there is no bare loop of that name".to_owned()),
            _ => Ok(&self.backend(contender)?.pool),
        }
    }

    fn backend(&self, contender: &Contender) -> Result<&'a BackendEntry, String> {
        match contender {
            Contender::Backend(name) | Contender::Twin(name) => self
                .backends
                .iter()
                .find(|backend| backend.name() == name)
                .ok_or_else(|| "there is no backend of that name".to_owned()),
            Contender::Serial | Contender::AsyncLane | Contender::BareLoop(_) => {
                Err("it is not measured in this cell; leave it out".to_owned())
            }
        }
    }
}

#[cfg(test)]
mod tests;
