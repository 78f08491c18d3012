//! What came of the check of a backend.

use std::{
    fmt,
    time::{Duration, Instant},
};

use pool::CancellationToken;
use pool_conformance::{Case, CaseError, try_case};
use pool_measure::entry::BackendEntry;
use serde::Serialize;

/// How long a case may take before it counts as hung: they are quick.
const PATIENCE: Duration = Duration::from_secs(20);

/// What came of the check of a backend.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Checked {
    pub(crate) backend: &'static str,
    /// Cases that were run.
    pub(crate) cases: usize,
    /// Those that failed.
    pub(crate) failures: Vec<Failure>,
    /// Whether all were run: not if one hung, as others would too; and not after Ctrl-C.
    pub(crate) complete: bool,
    pub(crate) seconds: f64,
}

/// A case that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Failure {
    /// Its group and name: `"order/one_worker_is_first_in_first_out"`.
    pub(crate) case: String,
    /// The laws of the contract that it proves: one of them is broken.
    pub(crate) laws: &'static [u8],
    /// What it said, the first line of it.
    pub(crate) message: String,
}

impl Checked {
    /// Runs the cases of a backend, one after the other.
    pub(super) fn of(backend: &BackendEntry, interrupt: &CancellationToken) -> Self {
        Self::by_cases(backend.name(), &(backend.smoke)(), PATIENCE, interrupt)
    }

    pub(super) fn by_cases(
        backend: &'static str,
        cases: &[Case],
        patience: Duration,
        interrupt: &CancellationToken,
    ) -> Self {
        let start = Instant::now();
        let (mut run, mut failures, mut hung) = (0, Vec::new(), false);
        for case in cases {
            if interrupt.is_cancelled() || hung {
                break;
            }
            let name = format!("{}/{}", case.group, case.name);
            run += 1;
            if let Err(error) = try_case(&name, patience, case.body) {
                hung = matches!(error, CaseError::Hung(_));
                let message = first_line(&error.to_string());
                failures.push(Failure { case: name, laws: case.laws, message });
            }
        }
        let seconds = start.elapsed().as_secs_f64();
        Self { backend, cases: run, failures, complete: run == cases.len(), seconds }
    }

    /// Whether it may be measured.
    pub(crate) fn passed(&self) -> bool {
        self.complete && self.failures.is_empty()
    }

    /// A line for each failure.
    pub(crate) fn complaints(&self) -> impl Iterator<Item = String> {
        self.failures.iter().map(|Failure { case, laws, message }| {
            let laws: Vec<_> = laws.iter().map(u8::to_string).collect();
            let laws = laws.join(" or ");
            format!("{} breaks the contract, law {laws}: {case}: {message}", self.backend)
        })
    }
}

/// The first line that says something.
fn first_line(message: &str) -> String {
    let line = message.lines().map(str::trim).find(|line| !line.is_empty());
    line.unwrap_or("failed without a message").to_owned()
}

/// `crossbeam  24 cases  ok  0.3 s`
impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { backend, cases, failures, complete, seconds } = self;
        let outcome = match failures.len() {
            0 if *complete => "ok".to_owned(),
            0 => "not finished".to_owned(),
            failed => format!("{failed} failed"),
        };
        write!(f, "{backend:<10}  {cases:>2} cases  {outcome:<8}  {seconds:.1} s")
    }
}
