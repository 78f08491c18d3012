//! A visit: one contender, in one cell, measured once.

mod values;

use std::{error::Error, time::Duration};

use pool_measure::{
    contender::Shape,
    latency,
    machine::{cores, parallelism},
    protocol::{
        CellPlan, Configuration, Contender, Work,
        cell::{Cell, Load, Scenario, Upkeep},
        configuration::{LONGER, MEDIAN},
    },
    shutdown::{self, Running},
    throughput::{self, Sample, jobs_lasting},
    upkeep,
    words::Start,
};
use pool_workloads::{Arrivals, Speed, Trace, Workload, generator};
use rand::RngExt;

pub(crate) use self::values::{Values, number, values};
use self::values::{nanos, per_job, timed};
use crate::{async_lane, entry::BackendEntry};

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
    shape: Shape,
    producers: usize,
}

/// What was measured, or why it could not be.
type Visited = Result<Values, Box<dyn Error>>;

/// What is wrong with a cell that follows a trace, if there is none.
const NO_TRACE: &str = "jobs are to come as in a trace, and there is none";

/// The jobs of cells that name no workload.
const OTHERWISE: &str = "cpu-10us";

impl<'a> Visitor<'a> {
    /// For a cell of a configuration, whose workload may be from a file: `work`.
    ///
    /// # Errors
    ///
    /// If the cell's workload is neither that one nor any of the list.
    pub(crate) fn new(
        configuration: &Configuration,
        backends: &'a [BackendEntry],
        plan: &CellPlan,
        work: Option<&Work>,
    ) -> Result<Self, Box<dyn Error>> {
        let cell = plan.cell.clone();
        let setting = configuration.setting(&cell);
        let speed = Speed::new(configuration.rounds_per_micro);
        let name = cell.workload().unwrap_or(OTHERWISE);
        let own = work.filter(|work| work.name() == name);
        let workload = match own {
            Some(own) => own.workload(speed).ok_or("there are no files to checksum")?,
            None => Workload::by_name(name, speed)?,
        };
        Ok(Self {
            cell,
            backends,
            workload,
            trace: match own {
                Some(Work::Trace(trace)) => Some(trace.clone()),
                _ => None,
            },
            speed,
            lasting: Duration::from_millis(plan.visit_ms.max(1).into()),
            shape: setting.into(),
            producers: setting.producers,
        })
    }

    /// Visits a contender: a fresh start, something to warm up, and then what is measured.
    ///
    /// The jobs are those of the seed, so everyone in a block is to be given the same.
    ///
    /// # Errors
    ///
    /// If there is no such contender, it is not to be measured in this cell, or its results were
    /// wrong; or if the cell follows a trace and there is none.
    ///
    /// # Panics
    ///
    /// If the system refuses a thread, or a pool loses a job.
    pub(crate) fn visit(&self, contender: &Contender, seed: u64) -> Visited {
        match &self.cell {
            Cell::Throughput { .. } | Cell::Placement { .. } => self.throughput(contender, seed),
            Cell::Latency { load, .. } => self.latency(contender, *load, seed),
            Cell::Shutdown(scenario) => self.shutdown(contender, *scenario, seed),
            Cell::Cost(upkeep) => self.upkeep(contender, *upkeep),
        }
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

    fn throughput(&self, contender: &Contender, seed: u64) -> Visited {
        /// Of the async lane, so many times as many jobs as are in flight: of fewer, the rate would be
        /// that of their number.
        const TIMES: usize = 10;
        let (workload, _) = self.jobs(seed);
        let (shape, queue) = (self.shape, self.shape.queue);
        let jobs = |threads| jobs_lasting(self.lasting, workload.mean_work(), threads);
        let visit =
            |session, jobs| throughput::visit(session, &workload, 1, jobs, self.producers, seed);
        match contender {
            // One thread alone does less in the time: the first of the jobs that the pools are given.
            Contender::Serial => {
                throughput::serial(workload.batch(jobs(1) / 10 + 1, seed))?;
                Ok(per_job(&throughput::serial(workload.batch(jobs(1), seed))?))
            }
            // As many jobs in flight as may wait elsewhere.
            Contender::AsyncLane => {
                let session = async_lane::start(shape, queue);
                let mut all = per_job(&visit(session, jobs(shape.workers).max(TIMES * queue))?);
                all.extend(values([("jobs_in_flight", number(queue))]));
                Ok(all)
            }
            _ => {
                let session = (self.backend(contender)?.start)(shape);
                Ok(per_job(&visit(session, jobs(shape.workers))?))
            }
        }
    }

    fn latency(&self, contender: &Contender, load: Load, seed: u64) -> Visited {
        /// Of a lone job, and of a burst.
        const PERIODS: [Duration; 2] = [Duration::from_micros(500), Duration::from_millis(2)];
        /// About what one thread needs to submit a job and to be woken for its result.
        const DRIVEN: Duration = Duration::from_micros(5);
        let each = self.workload.mean_work();
        let (start, shape) = (self.backend(contender)?.words, self.shape);
        // Neighbours of a seed are as good as any: lengths and arrivals must not go together.
        let poisson = |rate| Arrivals::poisson(rate, seed.wrapping_add(1));
        let (workload, recorded) = self.jobs(seed);
        let closed = |in_flight, period, each: Duration| {
            let within = |time: Duration| {
                usize::try_from(time.as_nanos() / each.as_nanos()).unwrap_or(usize::MAX)
            };
            let batch = workload.batch(self.enough(within).max(1), seed);
            Ok(timed(&latency::closed_loop(start, shape, batch, in_flight, period)?))
        };
        let arrivals = match load {
            Load::HandOver => return closed(1, PERIODS[0], PERIODS[0].max(each + DRIVEN)),
            Load::Closed(in_flight) => {
                let each = (each / parallelism(shape.workers, cores())).max(DRIVEN);
                return closed(in_flight.into(), Duration::ZERO, each);
            }
            Load::Burst(jobs) => return self.bursts(start, jobs.into(), PERIODS[1], seed),
            Load::Sustained(percent) => {
                poisson(number(shape.workers) * f64::from(percent) / 100.0 / each.as_secs_f64())?
            }
            Load::Rate(rate) => poisson(rate)?,
            Load::Recorded => recorded.ok_or(NO_TRACE)?,
            // The command line says what to measure in its place.
            Load::Capacity(_) => return Err("it is not measured any more".into()),
        };
        let due = self
            .due(&arrivals)
            .ok_or("jobs are too rare to be waited for; measure a higher rate")?;
        let batch = workload.batch(due.len(), seed);
        Ok(timed(&latency::open_loop(start, shape, batch, &due)?))
    }

    /// How many jobs are measured in a visit, if so many come within a time: as many as come while it
    /// measures; but as many as a median takes, if ten times as long is enough for them.
    fn enough(&self, within: impl Fn(Duration) -> usize) -> usize {
        within(self.lasting).max(within(self.lasting * LONGER).min(MEDIAN))
    }

    fn bursts(&self, start: Start, jobs: usize, period: Duration, seed: u64) -> Visited {
        /// Of which the median is taken, and of which the ideal is measured.
        const FEWEST: u32 = 5;
        let shape = self.shape;
        let batch = |burst: u32| self.workload.batch(jobs, seed.wrapping_add(burst.into()));
        let alone = (0..FEWEST).map(|burst| throughput::serial(batch(burst)));
        let alone: Sample = alone.sum::<Result<_, _>>()?;
        let ideal = alone.wall / FEWEST / parallelism(shape.workers, cores());
        let bursts = self.lasting.as_nanos() / period.max(ideal).as_nanos();
        let bursts = u32::try_from(bursts).unwrap_or(u32::MAX).max(FEWEST);
        let measured = latency::bursts(start, shape, (0..bursts).map(batch).collect(), period)?;
        let [first, last, ideal] = [measured.first, measured.last, ideal].map(nanos);
        Ok(values([
            ("bursts", f64::from(bursts)),
            ("first_ns", first),
            ("last_ns", last),
            ("ideal_ns", ideal),
            ("last_over_ideal", last / ideal.max(1.0)),
        ]))
    }

    /// When jobs are due; `None` if they are too rare to be waited for.
    fn due(&self, arrivals: &Arrivals) -> Option<Vec<Duration>> {
        /// So that they fit into memory many times over.
        const MOST: usize = 200_000;
        let mut due = arrivals.due(MOST);
        due.truncate(self.enough(|time| due.partition_point(|at| *at < time)));
        (!due.is_empty()).then_some(due)
    }

    fn shutdown(&self, contender: &Contender, scenario: Scenario, seed: u64) -> Visited {
        /// Jobs that a drain has to do.
        const DRAINED: usize = 1_000;
        /// Jobs that a stop has to hand back.
        const BACKLOG: usize = 100_000;
        /// How long a job goes on that does not listen.
        const DEAF: Running = Running::Deaf(Duration::from_millis(5));
        let (start, shape) = (self.backend(contender)?.words, self.shape);
        let elapsed = |elapsed| values([("elapsed_ns", nanos(elapsed))]);
        let stop = |queued, running| shutdown::stop(start, shape, queued, running);
        Ok(match scenario {
            Scenario::Idle => elapsed(shutdown::idle(start, shape)),
            Scenario::Drain => {
                let drain = shutdown::drain(start, shape, || self.workload.batch(DRAINED, seed));
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
            Scenario::LastCompletion => elapsed(shutdown::last_completion_to_joined(start, shape)),
        })
    }

    fn upkeep(&self, contender: &Contender, upkeep: Upkeep) -> Visited {
        const INTERVAL: Duration = Duration::from_millis(1);
        let (start, shape) = (self.backend(contender)?.words, self.shape);
        // What the system does not tell is absent.
        Ok(match upkeep {
            Upkeep::Sparse => {
                let jobs = u32::try_from(self.lasting.as_millis()).unwrap_or(u32::MAX).max(1);
                let cost = upkeep::sparse(start, shape, jobs, INTERVAL);
                let mut values =
                    per_job(&Sample { jobs: jobs as usize, wall: INTERVAL * jobs, cost });
                // The pace is ours.
                values.remove("time_per_job_ns");
                values
            }
            Upkeep::Idle => {
                let cpu = upkeep::idle(start, shape, self.lasting);
                let per_second = |cpu| nanos(cpu) / self.lasting.as_secs_f64();
                values(cpu.map(|cpu| ("cpu_per_second_ns", per_second(cpu))))
            }
            Upkeep::Memory => {
                let bytes = upkeep::memory(start, shape.workers, shape.queue);
                #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
                let of = |bytes: u64| ("resident_bytes", bytes as f64);
                values(bytes.map(of))
            }
        })
    }

    fn backend(&self, contender: &Contender) -> Result<&'a BackendEntry, Box<dyn Error>> {
        let (Contender::Backend(name) | Contender::Twin(name)) = contender else {
            return Err("it is not measured in this cell; leave it out".into());
        };
        let found = self.backends.iter().find(|backend| backend.name == name);
        found.ok_or_else(|| "there is no backend of that name".into())
    }
}

#[cfg(test)]
mod tests;
