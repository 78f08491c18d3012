//! One contract for worker pools: typed jobs in, typed completions out, a fixed number of
//! workers, and an end that neither hangs nor loses a job.
//!
//! A pool has two halves, as a channel has. Jobs go into the [`Pool`]; [`Completion`]s come
//! out of the [`Results`]. A [`Backend`] makes both, over the library it is named for. The
//! laws that all of them keep are written on [`Pool`]; `pool-conformance` checks that they
//! do.
//!
//! This crate is the contract, with small helpers for its implementors. It has no
//! dependency, starts no thread of its own accord, and carries no job by itself. For that,
//! choose a backend: `pool-std`, `pool-crossbeam`, `pool-flume`, `pool-rayon` or `pool-tokio`,
//! which [the guide compares](../pool_guide/index.html#the-five-backends), or
//! [`pool-any`](../pool_any/index.html) to choose at run time.
//!
//! ```
//! use std::time::Duration;
//! use pool::{Backend, Config, Context, Pool, PoolExt};
//! use pool_std::Std;
//!
//! let handler = |word: &'static str, _: &Context| word.parse::<f64>();
//! let (pool, results) = Std::spawn(Config::new(3), handler)?;
//! for word in ["1.5", "2", "three"] {
//!     pool.submit(word)?;
//! }
//! pool.close();
//!
//! for completion in results {
//!     match completion.result {
//!         Ok(number) => println!("job {}: {number}", completion.job),
//!         Err(error) => println!("{error}"), // job 2 failed: invalid float literal
//!     }
//! }
//! let report = pool.shutdown(Duration::from_secs(1))?;
//! assert_eq!((report.stats.succeeded, report.stats.failed), (2, 1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where to look
//!
//! `use pool::prelude::*` imports what every program needs: [`prelude`].
//!
//! | to | see |
//! |---|---|
//! | see whole programs, in order, or find one | [the examples](../pool_guide/index.html#examples) |
//! | start from a whole service | [its example](../pool_guide/examples/index.html#14_a_service) |
//! | set priorities, limit rates, retry, cancel by name, measure | [recipes](../pool_guide/recipes/index.html) |
//! | submit, close, stop, join | [`Pool`] |
//! | run a whole set of jobs, keep input order, shut down | [`PoolExt`] |
//! | wait until all jobs have ended, and go on | [`wait_idle`](PoolExt::wait_idle) |
//! | receive, iterate, receive in batches | [`Results`], [`ResultsExt`] |
//! | ask about the job from inside the handler | [`Context`] |
//! | cancel | [`CancellationToken`], [`JobOptions`], [`Handle::cancel`], [`Config::cancellation_token`] |
//! | run closures, and wait for one of them | [`Tasks`], [`Handle`] |
//! | ask, and wait for the answer | [`Requests`] |
//! | submit and receive by `.await` | [`AsyncPool`], [`AsyncResults`] |
//! | learn of each job, and how long it waited and ran | [`Config::on_job_start`], [`Config::on_job_end`] |
//! | write a pool by hand | [`implement`] |
//! | make a pool of a library, by a layer that keeps every law | [`pool-managed`](../pool_managed/index.html) |
//! | choose a backend, or see how they differ | [the guides](../pool_guide/index.html) |

mod asynchronous;
mod backend;
mod cancel;
mod completion;
mod config;
mod context;
mod error;
mod ext;
mod forward;
mod handle;
mod held;
mod id;
pub mod implement;
mod inbox;
mod infallible;
mod observer;
mod options;
mod ordered;
mod pool;
pub mod prelude;
mod requests;
mod results;
mod stats;
#[doc(hidden)]
pub mod sync;
mod tasks;

pub use self::{
    asynchronous::{AsyncPool, AsyncResults, BoxedSubmission, DynAsyncPool},
    backend::{Backend, Halves},
    cancel::{CancelGuard, CancellationToken, Cancelled},
    completion::{Completion, JobError, JobErrorKind},
    config::{BoundError, Config, ConfigError, StopReason},
    context::{Context, ContextError},
    error::{
        BusyWorker, Ended, JoinTimeout, RecvTimeoutError, Refusal, RefusalReason, RunError,
        SpawnError, SubmitBatchError, SubmitError, SubmitTimeoutError, TryRecvError,
        TrySubmitError,
    },
    ext::PoolExt,
    handle::{Handle, HandleError},
    id::{JobId, JobIds, JobIdsIter, WorkerId},
    infallible::infallible,
    observer::{JobEnd, JobOutcome, JobStart},
    options::{JobOptions, Wait},
    ordered::{MapOrdered, MapUnordered},
    pool::Pool,
    requests::{Answer, Request, RequestFailed, Requests},
    results::{Results, ResultsExt},
    stats::{ShutdownReport, Stats},
    tasks::{Task, Tasks},
};
