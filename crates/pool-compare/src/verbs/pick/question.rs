//! What is asked, and which cell answers it.

use clap::ValueEnum;
use pool_workloads::{Speed, Workload};

use super::Args;
use crate::{
    analysis::{Analysis, Comparison},
    cell::{Cell, Load, Scenario, Upkeep},
    error::Error,
    figures::{percent, rate},
    preset::{IN_FLIGHT, busy, workers},
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

impl Question {
    /// Finds what answers; without a goal, throughput, or latency if a rate was given.
    pub(super) fn of(args: &Args) -> Result<Self, Error> {
        let default = if args.rate.is_some() { Goal::P99 } else { Goal::Throughput };
        let (workers, latency_workers) = workers(args.workers);
        let mut notes = Vec::new();
        let (cell, quantities): (_, &[_]) = match args.goal.unwrap_or(default) {
            Goal::Throughput => (Cell::throughput(workload(args)?.name()), &["time_per_job_ns"]),
            Goal::Cpu if args.rate.is_some_and(|rate| rate <= SPARSE) => {
                let note = "at so low a rate it is waking workers that costs: by one empty job a \
                            millisecond";
                notes.push(note.to_owned());
                (Cell::Cost(Upkeep::Sparse), &["cpu_per_job_ns"])
            }
            Goal::Cpu => (Cell::throughput(workload(args)?.name()), &["cpu_per_job_ns"]),
            Goal::P99 => {
                let workload = workload(args)?;
                let (load, note) = if let Some(per_second) = args.rate {
                    let busy = percent(busy(&workload, per_second, latency_workers)?);
                    let rate = rate(per_second);
                    let note = format!("{rate} keep the workers busy for {busy} of the time");
                    (Load::Rate(per_second), note)
                } else {
                    (IN_FLIGHT, "no --rate: with four jobs in flight".to_owned())
                };
                notes.push(note);
                (Cell::Latency { workload: workload.name().to_owned(), load }, &LATENCIES)
            }
            Goal::Shutdown => (Cell::Shutdown(Scenario::Idle), &["elapsed_ns"]),
            Goal::Memory => (Cell::Cost(Upkeep::Memory), &["resident_bytes"]),
        };
        if cell.workload().is_some_and(|it| it.starts_with("blocking")) {
            let note = "the more jobs are to wait at once, the more --need async-handlers is worth a \
                        thought";
            notes.insert(0, note.to_owned());
        }
        let workers = if cell.is_latency() { latency_workers } else { workers };
        Ok(Self { cell, quantities, workers, notes })
    }

    /// The comparison that answers.
    pub(super) fn comparison<'a>(&self, analysis: &'a Analysis) -> Option<&'a Comparison> {
        self.quantities.iter().find_map(|key| analysis.find(&self.cell, key))
    }
}

fn workload(args: &Args) -> Result<Workload, Error> {
    let job = args.job.as_deref().ok_or_else(|| {
        Error::Usage("how long a job takes is missing, for this goal: --job 50us".to_owned())
    })?;
    // How fast the machine is does not matter to names and lengths.
    let named = |name: &str| Workload::by_name(name, Speed::new(1.0)).ok();
    let found = named(&format!("cpu-{job}")).or_else(|| named(job));
    // A job without any length is not asked about: it is `empty`.
    found.filter(|it| !it.mean_work().is_zero()).ok_or_else(|| {
        let lengths = "no length of up to 1s such as 250ns, 50us or 1.5ms";
        Error::Usage(format!(
            "--job {job:?}: {lengths}, and none of `cargo compare show workloads`"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::{super::tests::args, *};

    #[test]
    fn each_goal_has_its_cell_and_is_measured_with_the_workers_of_that() {
        for (asked, expected) in [
            ("--job 50us", "4 time_per_job_ns throughput/cpu-50us"),
            ("--job 0.05ms", "4 time_per_job_ns throughput/cpu-50us"),
            ("--job 50us --rate 2k/s", "4 sojourn_p99_ns latency/cpu-50us/2000-per-s"),
            ("--job 50us --goal p99", "4 sojourn_p99_ns latency/cpu-50us/closed-4"),
            ("--job 50us --rate 2k/s --goal cpu", "4 cpu_per_job_ns throughput/cpu-50us"),
            ("--rate 1k/s --goal cpu", "4 cpu_per_job_ns cost/sparse"),
            ("--goal shutdown", "4 elapsed_ns shutdown/idle"),
            ("--goal memory", "4 resident_bytes cost/memory"),
            ("--job blocking-1ms", "4 time_per_job_ns throughput/blocking-1ms"),
        ] {
            let question = Question::of(&args(&format!("{asked} --workers 4"))).unwrap();
            let Question { cell, quantities, workers, .. } = question;
            assert_eq!(format!("{workers} {} {cell}", quantities[0]), expected);
        }
        let (all, of_latency) = workers(None);
        let latency = Question::of(&args("--job 50us --rate 2k/s")).unwrap();
        assert_eq!(latency.workers, of_latency);
        assert!(latency.notes[0].starts_with("2.00 k/s keep the workers busy for "));
        assert_eq!(Question::of(&args("--job 50us")).unwrap().workers, all);
        assert!(
            Question::of(&args("--job blocking-1ms")).unwrap().notes[0].contains("async-handlers")
        );
    }
}
