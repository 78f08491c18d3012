//! What becomes of a pool whose library panics, or whose executor drops its workers: it closes,
//! every job ends that can, the results end, and a join returns.

use std::{
    cell::Cell,
    convert::Infallible,
    future::{Future, pending, poll_fn},
    sync::{Arc, Mutex, PoisonError, mpsc as jobs},
    task::{self, Poll, Waker},
};

use pool::{
    Backend, Completion, Config, Context, JobErrorKind, Pool, Results, SpawnError, SubmitError,
    TryRecvError,
};
use pool_conformance::{Gate, PATIENCE, no_error, run_case};
use pool_managed::{AsyncLibrary, Crew, Lane, Library, Managed, Outlet, Queue, lane, mpsc};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    Recv,
    Deliver,
    End,
}

thread_local! {
    /// Where the library panics next, when this thread comes there.
    static FAULT: Cell<Option<Fault>> = const { Cell::new(None) };
}

fn pass(place: Fault) {
    if FAULT.get() == Some(place) {
        FAULT.set(None);
        panic!("a defect of the library: {place:?}");
    }
}

struct Defective;

impl Library for Defective {
    const NAME: &'static str = "defective";
    type Queue<M: Send + 'static> = Jobs<M>;
    type Outlet<M: Send + 'static> = Completions<M>;
    type Inlet<M: Send + 'static> = mpsc::Receiver<M>;

    fn queue<M: Send + 'static>(_capacity: usize) -> Result<Jobs<M>, SpawnError> {
        let (sender, receiver) = jobs::channel();
        Ok(Jobs { sender, receiver: Mutex::new(receiver) })
    }

    fn results<M: Send + 'static>(
        capacity: Option<usize>,
    ) -> Result<(Completions<M>, mpsc::Receiver<M>), SpawnError> {
        let (sender, receiver) = mpsc::channel(capacity)?;
        Ok((Completions(sender), receiver))
    }

    fn start<M: Send + 'static>(jobs: &Arc<Jobs<M>>, crew: Crew<M>) -> Result<(), SpawnError> {
        let jobs = Arc::clone(jobs);
        crew.spawn_all(move |mut work| while work(jobs.recv()) {})
    }
}

impl AsyncLibrary for Defective {
    /// For futures that are polled by hand: it wakes nothing.
    fn recv<M: Send + 'static>(queue: &Jobs<M>) -> impl Future<Output = M> + Send {
        poll_fn(|_| queue.try_recv().map_or(Poll::Pending, Poll::Ready))
    }

    async fn send<M: Send + 'static>(outlet: &Completions<M>, message: M) -> Result<(), M> {
        Outlet::send(outlet, message)
    }

    fn poll_recv<M: Send + 'static>(
        _: &mut mpsc::Receiver<M>,
        _: &mut task::Context<'_>,
    ) -> Poll<Option<M>> {
        unreachable!("these tests await no results")
    }
}

struct Jobs<M> {
    sender: jobs::Sender<M>,
    receiver: Mutex<jobs::Receiver<M>>,
}

impl<M> Jobs<M> {
    fn recv(&self) -> M {
        pass(Fault::Recv);
        let receiver = self.receiver.lock().unwrap_or_else(PoisonError::into_inner);
        receiver.recv().expect("its sender is kept with it")
    }
}

impl<M: Send + 'static> Queue<M> for Jobs<M> {
    fn send(&self, message: M) {
        self.sender.send(message).expect("its receiver is kept with it");
    }

    fn try_recv(&self) -> Option<M> {
        self.receiver.try_lock().ok()?.try_recv().ok()
    }

    fn end(&self, markers: impl Iterator<Item = M>) {
        pass(Fault::End);
        markers.for_each(|marker| self.send(marker));
    }
}

struct Completions<M>(mpsc::Sender<M>);

impl<M: Send + 'static> Outlet<M> for Completions<M> {
    fn send(&self, message: M) -> Result<(), M> {
        pass(Fault::Deliver);
        self.0.send(message)
    }

    fn try_send(&self, message: M) -> bool {
        self.0.try_send(message)
    }
}

/// What came of each job, in the order of their ids.
fn outcomes(results: impl Iterator<Item = Completion<u32, Infallible>>) -> Vec<(u64, Outcome)> {
    let mut outcomes: Vec<_> = results.map(|done| (done.job.get(), outcome(&done))).collect();
    outcomes.sort_unstable();
    outcomes
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Succeeded,
    Panicked,
    Cancelled,
}

fn outcome(completion: &Completion<u32, Infallible>) -> Outcome {
    match completion.result.as_ref().map_err(|error| &error.kind) {
        Ok(_) => Outcome::Succeeded,
        Err(JobErrorKind::Panicked(_)) => Outcome::Panicked,
        Err(JobErrorKind::Cancelled) => Outcome::Cancelled,
        Err(other) => panic!("{other:?}"),
    }
}

/// Runs jobs on a pool of so many workers, each of which has a fault after its first; `before` is
/// done while all workers are busy. Returns what came of each job.
fn run(
    fault: Fault,
    workers: usize,
    jobs: u32,
    before: impl FnOnce(&dyn Pool<u32>) + Send + 'static,
) -> Vec<(u64, Outcome)> {
    run_case("a defect of the library", PATIENCE, move || {
        let gate = Gate::new();
        let at_gate = gate.clone();
        let handler = move |n: u32, _: &Context| {
            at_gate.pass();
            FAULT.set(Some(fault));
            no_error(n)
        };
        let (pool, results) = Managed::<Defective>::spawn(Config::new(workers), handler).unwrap();
        for n in 0..jobs {
            pool.submit(n).unwrap();
        }
        gate.wait_for_arrivals(workers);
        before(&pool);
        gate.open();
        let outcomes = outcomes(results);
        assert_eq!(pool.submit(7), Err(SubmitError::Closed(7)));
        assert_eq!(pool.stop(), []);
        let stats = pool.join(None).unwrap().stats;
        assert_eq!((stats.queued, stats.running, stats.settled()), (0, 0, u64::from(jobs)));
        outcomes
    })
}

#[test]
fn a_panic_as_a_worker_receives_cancels_the_pool() {
    use Outcome::{Cancelled, Succeeded};
    let outcomes = run(Fault::Recv, 1, 3, |_| {});
    assert_eq!(outcomes, [(0, Succeeded), (1, Cancelled), (2, Cancelled)]);
    let outcomes = run(Fault::Recv, 2, 4, |_| {});
    assert_eq!(outcomes, [(0, Succeeded), (1, Succeeded), (2, Cancelled), (3, Cancelled)]);
}

/// The completion itself has gone into the library, and is not made a second time.
#[test]
fn a_panic_as_a_worker_delivers_cancels_the_pool() {
    let outcomes = run(Fault::Deliver, 1, 3, |_| {});
    assert_eq!(outcomes, [(1, Outcome::Cancelled), (2, Outcome::Cancelled)]);
}

/// The last job has been taken, and its handler not been called.
#[test]
fn a_job_in_hand_as_the_library_panics_completes_as_panicked() {
    let outcomes = run(Fault::End, 1, 2, |pool| pool.close());
    assert_eq!(outcomes, [(0, Outcome::Succeeded), (1, Outcome::Panicked)]);
}

/// One task that runs a job, and one that was never polled: either cancels the pool.
#[test]
fn a_task_that_is_dropped_before_its_end_cancels_the_pool() {
    for begun in [true, false] {
        run_case("a dropped task", PATIENCE, move || {
            let handler = |n: u32, _: Context| async move {
                pending::<()>().await;
                no_error(n)
            };
            let lane = lane::<_, _, _, Defective, _, _>(&Config::new(2), handler).unwrap();
            let Lane { pool, mut results, workers, .. } = lane;
            let mut workers: Vec<_> = workers.into_iter().map(Box::pin).collect();
            for n in 0..3 {
                pool.submit(n).unwrap();
            }
            if begun {
                let mut cx = task::Context::from_waker(Waker::noop());
                assert!(workers[0].as_mut().poll(&mut cx).is_pending());
            }
            drop(workers.remove(0));
            assert_eq!(pool.submit(3), Err(SubmitError::Closed(3)));
            let first = if begun { Outcome::Panicked } else { Outcome::Cancelled };
            let came = outcomes(results.by_ref().take(3));
            assert_eq!(came, [(0, first), (1, Outcome::Cancelled), (2, Outcome::Cancelled)]);
            assert_eq!(results.try_recv(), Err(TryRecvError::Empty), "a task is there still");
            drop(workers);
            assert_eq!(results.try_recv(), Err(TryRecvError::Ended));
            assert_eq!(pool.join(None).unwrap().stats.settled(), 3);
        });
    }
}
