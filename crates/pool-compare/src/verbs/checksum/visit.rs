//! One visit: every file once, by the serial loop or through one backend's pool.

use std::{
    convert::Infallible,
    fmt,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use pool::{Config, Context, JobError, JobErrorKind, JobId, Pool, Results, WorkerId};
use pool_any::Kind;

use super::{
    job::{Buffer, Checksum, FileError, Job, checksum},
    stop::Stop,
    walk::File,
};
use crate::{contender::SERIAL, error::Error, terminal::Progress};

/// Who does the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contender {
    /// The baseline: one plain thread, and no pool at all.
    Serial,
    /// A pool of this backend.
    Backend(Kind),
}

/// What came of a visit.
#[derive(Debug)]
pub(crate) struct Visit {
    /// One for each file, in the files' order.
    pub(crate) outcomes: Vec<Outcome>,
    /// From just before the first file is submitted to the last result received.
    pub(crate) elapsed: Duration,
}

/// What came of one file.
#[derive(Debug)]
pub(crate) enum Outcome {
    Done(Checksum),
    Failed(JobError<FileError>),
    /// The run was stopped first.
    NotDone,
}

/// Checksums all of `files`, unless it is stopped.
///
/// # Errors
///
/// If the backend's pool cannot be started.
pub(crate) fn visit(
    contender: Contender,
    files: &[File],
    workers: usize,
    stop: &Stop,
    progress: &Progress,
) -> Result<Visit, Error> {
    match contender {
        Contender::Serial => Ok(serial(files, stop, progress)),
        Contender::Backend(kind) => one_pool(kind, files, workers, stop, progress),
    }
}

fn serial(files: &[File], stop: &Stop, progress: &Progress) -> Visit {
    let mut buffer = Buffer::new();
    let mut outcomes = Vec::with_capacity(files.len());
    let start = Instant::now();
    for (file, job) in files.iter().zip((0..).map(JobId::new)) {
        let worker = WorkerId::new(0);
        let context = Context::new(worker, job, stop.deadline, stop.token.clone(), None);
        let result = checksum(&mut buffer, &file.path, &context);
        let result = result.map_err(|error| JobError { job, kind: JobErrorKind::Failed(error) });
        outcomes.push(result.into());
        progress.advance(file.weight());
    }
    Visit { outcomes, elapsed: start.elapsed() }
}

fn one_pool(
    kind: Kind,
    files: &[File],
    workers: usize,
    stop: &Stop,
    progress: &Progress,
) -> Result<Visit, Error> {
    let (pool, results) = pool_any::spawn_with_state(
        kind,
        Config::new(workers).thread_name("checksum"),
        |_| Ok::<_, Infallible>(Buffer::new()),
        |buffer, job: Job, context| checksum(buffer, &job, context),
    )
    .map_err(|source| Error::Spawn { backend: kind, source })?;
    let pool: Arc<dyn Pool<Job>> = Arc::from(pool);
    let _stops_on_ctrl_c = stop.token.on_cancel({
        let pool = Arc::clone(&pool);
        // What it hands back is known here already: the files without a result.
        move || drop(pool.stop())
    });
    let visit = submit_and_receive(&*pool, results, files, stop, progress);
    _ = pool.join(None);
    Ok(visit)
}

/// This thread submits, waiting where the queue is full, while another one receives.
fn submit_and_receive(
    pool: &dyn Pool<Job>,
    results: Box<dyn Results<Checksum, FileError>>,
    files: &[File],
    stop: &Stop,
    progress: &Progress,
) -> Visit {
    let mut outcomes: Vec<_> = files.iter().map(|_| Outcome::NotDone).collect();
    let mut last_received = None;
    let start = thread::scope(|scope| {
        scope.spawn(|| {
            for completion in results {
                last_received = Some(Instant::now());
                // Nobody else submits, so ids count the files.
                let index = usize::try_from(completion.job.get()).unwrap_or(usize::MAX);
                if let (Some(outcome), Some(file)) = (outcomes.get_mut(index), files.get(index)) {
                    *outcome = completion.result.into();
                    progress.advance(file.weight());
                }
            }
        });
        let start = Instant::now();
        for file in files {
            if pool.submit_with(Arc::clone(&file.path), stop.job_options()).is_err() {
                break; // stopped
            }
        }
        pool.close();
        start
    });
    let end = last_received.unwrap_or(start);
    Visit { outcomes, elapsed: end.saturating_duration_since(start) }
}

impl Visit {
    /// The files that were not come to, by their place among the files.
    pub(crate) fn not_done(&self) -> Vec<usize> {
        let outcomes = self.outcomes.iter().enumerate();
        outcomes.filter_map(|(n, o)| matches!(o, Outcome::NotDone).then_some(n)).collect()
    }
}

impl From<Result<Checksum, JobError<FileError>>> for Outcome {
    fn from(result: Result<Checksum, JobError<FileError>>) -> Self {
        match result {
            Ok(checksum) => Self::Done(checksum),
            Err(error) => match error.kind {
                JobErrorKind::Failed(FileError::Io(_)) | JobErrorKind::Panicked(_) => {
                    Self::Failed(error)
                }
                // Stopped, cancelled, or too late to begin.
                _ => Self::NotDone,
            },
        }
    }
}

impl fmt::Display for Contender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Serial => f.write_str(SERIAL),
            Self::Backend(kind) => kind.fmt(f),
        }
    }
}
