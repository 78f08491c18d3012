//! The beginning of a worker.

use std::error::Error;

use super::contain;
use crate::{Config, SpawnError, StopReason, WorkerId};

/// What a worker does on its thread before it may receive a job: calls the start hook, and makes
/// the worker's state. If there is none, calls the stop hook as well.
///
/// # Errors
///
/// [`SpawnError::Init`] if `init` fails or panics.
///
/// ```
/// use pool::{Config, SpawnError, WorkerId, implement::init_worker};
///
/// let config = Config::new(1).on_worker_start(|worker| println!("worker {worker} starts"));
/// let state = init_worker(&config, WorkerId::new(0), &|_| Ok::<_, String>(Vec::<u8>::new()));
/// assert!(state.unwrap().is_empty());
/// let state = init_worker(&config, WorkerId::new(0), &|_| Err::<(), _>("no connection"));
/// assert!(matches!(state, Err(SpawnError::Init { .. })));
/// ```
pub fn init_worker<S, X: Into<Box<dyn Error + Send + Sync>>>(
    config: &Config,
    worker: WorkerId,
    init: &impl Fn(WorkerId) -> Result<S, X>,
) -> Result<S, SpawnError> {
    config.call_start_hook(worker);
    let source = match contain(|| init(worker)) {
        Ok(Ok(state)) => return Ok(state),
        Ok(Err(error)) => error.into(),
        Err(message) => format!("panicked: {message}").into(),
    };
    config.call_stop_hook(worker, StopReason::InitFailed);
    Err(SpawnError::Init { worker, source })
}
