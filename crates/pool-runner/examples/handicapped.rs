//! The comparison, with a backend in it that is slower by a known amount: it must find that, and
//! by how much.
//!
//! ```sh
//! cargo build --release -p pool-runner --example handicapped
//! cargo compare run --runner target/release/examples/handicapped --backend std,handicapped
//! ```
//!
//! `scripts/validate-compare` does so, and looks whether the intervals have the true ratio.

use std::{error::Error, hint::black_box, marker::PhantomData, process::ExitCode};

use pool::{Backend, Config, Context, Halves, SpawnError, WorkerId};
use pool_runner::{BACKENDS, BackendEntry};
use pool_std::Std;
use pool_workloads::Mix;

/// What each job has to do before its own work: about 5 µs. Rounds rather than a time, so that it
/// is the same in each process, whatever else the machine does; how long a round is, each run
/// notes.
const ROUNDS: u32 = 4000;

/// Backend `B`, but for that.
#[derive(Clone, Copy, Debug)]
struct Handicapped<B>(PhantomData<B>);

impl<B: Backend> Backend for Handicapped<B> {
    const NAME: &'static str = "handicapped";

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
        B::spawn_with_state(config, init, move |state: &mut S, job, context: &Context| {
            black_box(Mix { key: black_box(1), rounds: ROUNDS }.run());
            handler(state, job, context)
        })
    }
}

fn main() -> ExitCode {
    let mut backends = BACKENDS.to_vec();
    backends.push(BackendEntry::of::<Handicapped<Std>>("pool-std"));
    pool_runner::run(&backends)
}
