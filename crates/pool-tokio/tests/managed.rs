//! What the user's code may do with a runtime: of its own, of the application's, or none.

use std::{
    future,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use pool::{Backend, Config, Context, Pool, Results};
use pool_conformance::no_error;
use pool_tokio::{Native, Tokio};
use tokio::runtime::{Builder, Handle, Runtime};

fn one_thread() -> Runtime {
    Builder::new_current_thread().build().unwrap()
}

/// So code that needs a runtime says so, and none runs on one that does not drive it.
#[test]
fn all_code_of_the_users_runs_outside_of_every_runtime() {
    struct State(Arc<Mutex<Vec<(&'static str, bool)>>>);
    impl Drop for State {
        fn drop(&mut self) {
            note(&self.0, "drop of the state");
        }
    }
    fn note(inside: &Mutex<Vec<(&'static str, bool)>>, place: &'static str) {
        inside.lock().unwrap().push((place, Handle::try_current().is_ok()));
    }

    let inside = Arc::new(Mutex::new(Vec::new()));
    let [starts, begins, runs, stops] = [(); 4].map(|()| Arc::clone(&inside));
    let runtime = one_thread();
    let _application = runtime.enter();
    let config = Config::new(1)
        .on_worker_start(move |_| note(&starts, "start hook"))
        .on_worker_stop(move |_, _| note(&stops, "stop hook"));
    let init = move |_| {
        note(&begins, "init");
        no_error(State(Arc::clone(&begins)))
    };
    let handler = move |_: &mut State, n: u32, _: &Context| {
        note(&runs, "handler");
        no_error(n)
    };
    let (pool, results) = Tokio::spawn_with_state(config, init, handler).unwrap();
    pool.submit(7).unwrap();
    drop(pool);
    assert_eq!(Iterator::count(results), 1);
    let places = ["start hook", "init", "handler", "drop of the state", "stop hook"];
    assert_eq!(*inside.lock().unwrap(), places.map(|place| (place, false)));
}

/// Tokio forbids to drop a runtime where async code runs, and to block on one: workers are where
/// none does.
#[test]
fn a_state_may_own_a_runtime() {
    struct State(Option<Runtime>, Arc<AtomicBool>);
    impl Drop for State {
        fn drop(&mut self) {
            drop(self.0.take());
            // Relaxed: read after the join.
            self.1.store(true, Ordering::Relaxed);
        }
    }
    fn run<B: Backend>() {
        let dropped = Arc::new(AtomicBool::new(false));
        let init = {
            let dropped = Arc::clone(&dropped);
            move |_| no_error(State(Some(one_thread()), Arc::clone(&dropped)))
        };
        let handler = |state: &mut State, n: u32, _: &Context| {
            let runtime = state.0.as_ref().expect("there until the state is dropped");
            no_error(runtime.block_on(future::ready(n)))
        };
        let (pool, mut results) = B::spawn_with_state(Config::new(1), init, handler).unwrap();
        pool.submit(7).unwrap();
        assert_eq!(results.recv().unwrap().result, Ok(7));
        drop(pool);
        assert!(dropped.load(Ordering::Relaxed));
    }
    run::<Tokio>();
    run::<Native>();
}
