//! A worker pool under axum: one request, one job, one answer; and an end that loses none.
//!
//! `cargo run -p example-axum`, then `curl localhost:3000/primes/100000`, then Ctrl-C.
//!
//! A web server's own threads must not compute for long: meanwhile they serve no other request.
//! So a handler hands the work to a pool, and awaits the answer. What happens when:
//!
//! | | the client gets |
//! |---|---|
//! | the job is done | 200 and the answer |
//! | the queue is full | 503, at once: the bound is what sheds load |
//! | the handler fails | 422 and the error |
//! | the handler panics | 500; the worker lives on |
//! | the client goes away while the job waits | nothing; the job is skipped |
//! | the server is shutting down | the answers under way, for as long as `grace` lasts |
//! | ... and after that | 500; running jobs are cancelled, waiting ones dropped |

use std::{error::Error, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::get,
};
use pool::{Backend, Config, Context, Pool, PoolExt, ShutdownReport};
use pool_std::{Std, StdPool};
use tokio::{net::TcpListener, select, sync::oneshot, task::spawn_blocking, time::sleep};

/// How long a job that is cancelled may take to notice.
const HEED: Duration = Duration::from_secs(10);

/// What is asked, and where the answer goes.
struct Job {
    n: usize,
    answer: oneshot::Sender<Result<usize, String>>,
}

/// Serves `GET /primes/{n}` by calling `compute` on the pool's workers, until `signal` is ready.
///
/// From then on no connection is accepted, and the requests under way are answered. Jobs that have
/// not ended after `grace` are cancelled.
///
/// # Errors
///
/// If the pool cannot start, if the server fails, or if a job still runs 20 seconds after it was
/// cancelled.
pub async fn serve(
    listener: TcpListener,
    config: Config,
    compute: impl Fn(usize, &Context) -> Result<usize, String> + Send + Sync + 'static,
    grace: Duration,
    signal: impl Future<Output = ()> + Send + 'static,
) -> Result<ShutdownReport, Box<dyn Error + Send + Sync>> {
    let run = move |job: Job, context: &Context| {
        if !job.answer.is_closed() {
            _ = job.answer.send(compute(job.n, context));
        }
        Ok::<_, String>(())
    };
    let (pool, _) = Std::spawn(config.discard_results(), run)?;
    let pool = Arc::new(pool);
    let router = Router::new().route("/primes/{n}", get(prime)).with_state(Arc::clone(&pool));

    let (ending, ends) = oneshot::channel();
    let ending = async move {
        signal.await;
        _ = ending.send(());
    };
    let late = async {
        _ = ends.await;
        sleep(grace).await;
        pool.stop();
        sleep(HEED).await;
    };
    select! {
        // Returns once every request is answered.
        served = axum::serve(listener, router).with_graceful_shutdown(ending) => served?,
        () = late => {}
    }
    // Blocks its thread, so it needs one that may block.
    Ok(spawn_blocking(move || pool.shutdown(HEED)).await??)
}

type Refusal = (StatusCode, String);

async fn prime(
    State(pool): State<Arc<StdPool<Job>>>,
    Path(n): Path<usize>,
) -> Result<String, Refusal> {
    let (answer, answered) = oneshot::channel();
    // Never blocks.
    pool.try_submit(Job { n, answer })
        .map_err(|refused| (StatusCode::SERVICE_UNAVAILABLE, refused.to_string()))?;
    match answered.await {
        Ok(Ok(prime)) => Ok(format!("{prime}\n")),
        Ok(Err(error)) => Err((StatusCode::UNPROCESSABLE_ENTITY, error)),
        // The job was dropped without an answer: a panic, or a stop.
        Err(_) => Err((StatusCode::INTERNAL_SERVER_ERROR, "not computed".to_owned())),
    }
}
