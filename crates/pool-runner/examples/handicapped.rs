//! The comparison, with two backends in it that are slower by a known amount: it must find that, and
//! by how much.
//!
//! ```sh
//! cargo build --release -p pool-runner --example handicapped
//! cargo compare run --runner target/release/examples/handicapped --backend std,handicapped
//! cargo compare run --runner target/release/examples/handicapped --backend std,serialised \
//!     --cell throughput/blocking-1ms --sweep workers=1,2,3,4,6,8
//! ```
//!
//! In `serialised` a part of each job is serial: no other job runs meanwhile. Jobs that sleep need no
//! cores, so two are enough to find that part.
//!
//! `scripts/validate-compare` does so, and looks whether the intervals have the truth.

use std::{
    error::Error,
    hint::black_box,
    marker::PhantomData,
    process::ExitCode,
    sync::{PoisonError, RwLock},
};

use pool::{Backend, Config, Context, Halves, SpawnError, WorkerId};
use pool_conformance::Subject;
use pool_runner::{BACKENDS, BackendEntry};
use pool_std::Std;
use pool_workloads::Mix;

/// What each job has to do before its own work: about 5 µs. Rounds rather than a time, so that it
/// is the same in each process, whatever else the machine does; how long a round is, each run
/// notes.
const ROUNDS: u32 = 4000;

/// What each job has to do after its own work, alone: about 200 µs, against which handing over the
/// lock is little.
const SERIAL_ROUNDS: u32 = 160_000;

/// Backend `B`, but for the one or the other.
#[derive(Clone, Copy, Debug)]
struct Handicapped<B, const IS_SERIAL: bool>(PhantomData<B>);

impl<B: Backend, const IS_SERIAL: bool> Backend for Handicapped<B, IS_SERIAL> {
    const NAME: &'static str = if IS_SERIAL { "serialised" } else { "handicapped" };

    type Pool<J: Send + 'static> = B::Pool<J>;

    type Results<T: Send + 'static, E: Send + 'static> = B::Results<T, E>;

    fn spawn_with_state<J, T, E, S, X, I, H>(
        config: Config,
        init: I,
        handler: H,
    ) -> Result<Halves<Self, J, T, E>, SpawnError>
    where
        J: Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
        S: 'static,
        X: Into<Box<dyn Error + Send + Sync>>,
        I: Fn(WorkerId) -> Result<S, X> + Send + Sync + 'static,
        H: Fn(&mut S, J, &Context) -> Result<T, E> + Send + Sync + 'static,
    {
        let lock = RwLock::new(());
        B::spawn_with_state(config, init, move |state: &mut S, job, context: &Context| {
            let work = |rounds| black_box(Mix { key: black_box(1), rounds }.run());
            if !IS_SERIAL {
                work(ROUNDS);
                return handler(state, job, context);
            }
            let with_others = lock.read().unwrap_or_else(PoisonError::into_inner);
            let result = handler(state, job, context);
            drop(with_others);
            let _alone = lock.write().unwrap_or_else(PoisonError::into_inner);
            work(SERIAL_ROUNDS);
            result
        })
    }
}

fn main() -> ExitCode {
    let mut backends = BACKENDS.to_vec();
    backends.push(BackendEntry::of::<Handicapped<Std, false>>("pool-std"));
    backends.push(BackendEntry {
        // A job that waits holds up all others, which is against the contract: so the pool below is
        // checked.
        subject: Subject::of::<Std>(),
        ..BackendEntry::of::<Handicapped<Std, true>>("pool-std")
    });
    pool_runner::run(&backends)
}
