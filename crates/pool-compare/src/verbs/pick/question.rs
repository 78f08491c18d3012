//! What is asked, and which cell answers it.

use clap::ValueEnum;
use pool_workloads::{Speed, Workload};

use crate::{
    cell::{Cell, Load, Scenario, Upkeep},
    error::Error,
    figures::{percent, rate},
    preset::{IN_FLIGHT, busy},
};

/// What a pool is to be good at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Goal {
    /// Jobs per second
    Throughput,
    /// The latency that 99 % of jobs do not exceed
    P99,
    /// The time that it takes to end
    Shutdown,
    /// CPU time
    Cpu,
    /// Memory
    Memory,
}

/// Up to so many jobs a second, workers sleep between two jobs, and waking them is what costs.
const SPARSE: f64 = 1_000.0;

/// The tail first. Where jobs are rare, or the machine is too busy to submit them on time, there
/// is less of it to be known.
const LATENCIES: [&str; 3] = ["sojourn_p99_ns", "sojourn_p90_ns", "sojourn_p50_ns"];

/// The cell and the quantity that answer, and what there is to know of them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Question {
    pub(super) cell: Cell,
    /// The keys of the quantities that answer: the first that has been measured does.
    pub(super) quantities: &'static [&'static str],
    /// Threads that run the jobs of the cell.
    pub(super) workers: usize,
    pub(super) notes: Vec<String>,
}

/// What was said of the jobs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Jobs<'a> {
    /// As it was written: `"50us"`.
    pub(super) length: Option<&'a str>,
    /// Whether they wait for something.
    pub(super) blocking: bool,
    /// Jobs per second.
    pub(super) rate: Option<f64>,
}

impl Question {
    /// Finds what answers; without a goal, throughput, or latency if a rate was given. Jobs are
    /// run by so many workers, and by so many where latency is measured.
    pub(super) fn of(
        goal: Option<Goal>,
        jobs: Jobs<'_>,
        (workers, latency_workers): (usize, usize),
    ) -> Result<Self, Error> {
        let default = if jobs.rate.is_some() { Goal::P99 } else { Goal::Throughput };
        let mut notes = Vec::new();
        let (cell, quantities): (_, &[_]) = match goal.unwrap_or(default) {
            Goal::Throughput => {
                (Cell::throughput(workload(jobs, &mut notes)?.name()), &["time_per_job_ns"])
            }
            Goal::Cpu if jobs.rate.is_some_and(|rate| rate <= SPARSE) => {
                notes.push(
                    "at so low a rate it is waking workers that costs: by one empty job a \
                     millisecond"
                        .to_owned(),
                );
                (Cell::Cost(Upkeep::Sparse), &["cpu_per_job_ns"])
            }
            Goal::Cpu => {
                (Cell::throughput(workload(jobs, &mut notes)?.name()), &["cpu_per_job_ns"])
            }
            Goal::P99 => {
                let workload = workload(jobs, &mut notes)?;
                let load = match jobs.rate {
                    Some(per_second) => {
                        let busy = busy(&workload, per_second, latency_workers)?;
                        let (rate, busy) = (rate(per_second), percent(busy));
                        notes.push(format!("{rate} keep the workers busy for {busy} of the time"));
                        Load::Rate(per_second)
                    }
                    None => {
                        notes.push("no --rate: with four jobs in flight".to_owned());
                        IN_FLIGHT
                    }
                };
                (Cell::Latency { workload: workload.name().to_owned(), load }, &LATENCIES)
            }
            Goal::Shutdown => (Cell::Shutdown(Scenario::Idle), &["elapsed_ns"]),
            Goal::Memory => (Cell::Cost(Upkeep::Memory), &["resident_bytes"]),
        };
        let workers = if cell.is_latency() { latency_workers } else { workers };
        Ok(Self { cell, quantities, workers, notes })
    }
}

fn workload(jobs: Jobs<'_>, notes: &mut Vec<String>) -> Result<Workload, Error> {
    // How fast the machine is does not matter to names and lengths.
    let speed = Speed::new(1.0);
    let name = match jobs.length {
        _ if jobs.blocking => {
            notes.push(
                "jobs that wait are measured by jobs that block for 1 ms; the more of them are \
                 to wait at once, the more --need async-handlers is worth a thought"
                    .to_owned(),
            );
            "blocking-1ms".to_owned()
        }
        Some(length) => format!("cpu-{length}"),
        None => {
            let message = "how long a job takes is missing, for this goal: --job 50us";
            return Err(Error::Usage(message.to_owned()));
        }
    };
    let found = Workload::by_name(&name, speed).ok();
    // A job without any length is not asked about: it is `empty`.
    found.filter(|it| !it.mean_work().is_zero()).ok_or_else(|| {
        let length = jobs.length.unwrap_or_default();
        Error::Usage(format!(
            "--job {length:?}: no length of up to 1s such as 250ns, 50us or 1.5ms"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(goal: Option<Goal>, length: Option<&str>, rate: Option<f64>) -> Result<String, Error> {
        let question = Question::of(goal, Jobs { length, blocking: false, rate }, (4, 2))?;
        Ok(format!("{} {}", question.quantities[0], question.cell))
    }

    #[test]
    fn each_goal_has_its_cell() {
        for (goal, length, rate, expected) in [
            (None, Some("50us"), None, "time_per_job_ns throughput/cpu-50us"),
            (None, Some("0.05ms"), None, "time_per_job_ns throughput/cpu-50us"),
            (None, Some("50us"), Some(2e3), "sojourn_p99_ns latency/cpu-50us/2000-per-s"),
            (Some(Goal::P99), Some("50us"), None, "sojourn_p99_ns latency/cpu-50us/closed-4"),
            (Some(Goal::Cpu), Some("50us"), Some(2e3), "cpu_per_job_ns throughput/cpu-50us"),
            (Some(Goal::Cpu), None, Some(1e3), "cpu_per_job_ns cost/sparse"),
            (Some(Goal::Shutdown), None, None, "elapsed_ns shutdown/idle"),
            (Some(Goal::Memory), None, None, "resident_bytes cost/memory"),
        ] {
            assert_eq!(asked(goal, length, rate).unwrap(), expected);
        }
    }

    #[test]
    fn jobs_that_wait_have_a_workload_of_their_own() {
        let jobs = Jobs { blocking: true, ..Jobs::default() };
        let question = Question::of(None, jobs, (4, 2)).unwrap();
        assert_eq!(question.cell.to_string(), "throughput/blocking-1ms");
        assert!(question.notes[0].contains("async-handlers"));
    }

    #[test]
    fn workers_are_those_that_the_cell_is_measured_with() {
        let jobs = Jobs { length: Some("50us"), rate: Some(20e3), ..Jobs::default() };
        let latency = Question::of(None, jobs, (4, 2)).unwrap();
        assert_eq!(latency.workers, 2);
        assert_eq!(latency.notes, ["20.0 k/s keep the workers busy for 50 % of the time"]);
        assert_eq!(Question::of(Some(Goal::Throughput), jobs, (4, 2)).unwrap().workers, 4);
    }
}
