//! Handles whose pool is being dropped, or has been, on every backend: there, too, a worker of that
//! pool does not wait for what it would have to make itself.

use std::sync::{Arc, Mutex, Weak, mpsc};

use pool::{
    Answer, Backend, Config, Context, Handle, HandleError, Request, Requests, Task, Tasks,
    implement::block_on,
};
use pool_conformance::{PATIENCE, eventually, run_case};

type Wait = fn(Handle<u32>) -> Result<u32, HandleError>;

const WAITS: [Wait; 2] = [Handle::join, |handle| block_on(handle, None).unwrap()];

fn a_worker_that_has_dropped_its_pool_does_not_wait<B: Backend>() {
    for wait in WAITS {
        run_case(B::NAME, PATIENCE, move || {
            let (give, given) = mpsc::channel::<Tasks<B::Pool<Task>>>();
            let (answer, answers) = mpsc::channel();
            let tasks = B::tasks(Config::new(1)).unwrap();
            let last_hold = move |_: &Context| {
                let tasks = given.recv().unwrap();
                let other = tasks.spawn(|_| 7).unwrap();
                drop(tasks);
                answer.send(wait(other)).unwrap();
            };
            tasks.execute(last_hold).unwrap();
            give.send(tasks).unwrap();
            let joined = answers.recv().unwrap();
            assert!(matches!(joined, Err(HandleError::WouldDeadlock { .. })), "{joined:?}");
        });
    }
}

fn a_worker_does_not_wait_while_its_pool_is_dropped_elsewhere<B: Backend>() {
    type Ask = Request<u32, u32, ()>;

    run_case(B::NAME, PATIENCE, || {
        let (give, given) = mpsc::channel::<(Answer<u32, ()>, Weak<B::Pool<Ask>>)>();
        let (answer, answers) = mpsc::channel();
        let given = Mutex::new(given);
        let handler = move |request: Ask, _: &Context| {
            request.answer(|n| {
                if n == 0 {
                    let (other, pool) = given.lock().unwrap().recv().unwrap();
                    eventually("it is being dropped", || pool.strong_count() == 0);
                    answer.send(other.join()).unwrap();
                }
                Ok(n)
            })
        };
        let (pool, _) = B::spawn(Config::new(1).discard_results(), handler).unwrap();
        let pool = Arc::new(pool);
        let dropped = Arc::downgrade(&pool);
        let requests = Requests::new(pool);
        let first = requests.submit_for(0).unwrap();
        give.send((requests.submit_for(1).unwrap(), dropped)).unwrap();
        drop(requests);
        let joined = answers.recv().unwrap();
        assert!(matches!(joined, Err(HandleError::WouldDeadlock { .. })), "{joined:?}");
        assert_eq!(first.join(), Ok(Ok(0)));
    });
}

fn a_worker_does_not_wait<B: Backend>() {
    a_worker_that_has_dropped_its_pool_does_not_wait::<B>();
    a_worker_does_not_wait_while_its_pool_is_dropped_elsewhere::<B>();
}

#[test]
fn a_worker_does_not_wait_for_a_pool_that_is_gone_on_any_backend() {
    a_worker_does_not_wait::<pool_std::Std>();
    a_worker_does_not_wait::<pool_crossbeam::Crossbeam>();
    a_worker_does_not_wait::<pool_flume::Flume>();
    a_worker_does_not_wait::<pool_rayon::Rayon>();
    a_worker_does_not_wait::<pool_tokio::Tokio>();
    a_worker_does_not_wait::<pool_std::Native>();
    a_worker_does_not_wait::<pool_crossbeam::Native>();
    a_worker_does_not_wait::<pool_flume::Native>();
    a_worker_does_not_wait::<pool_rayon::Native>();
    a_worker_does_not_wait::<pool_tokio::Native>();
}
