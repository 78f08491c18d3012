//! What a join of the native pool waits for.

use std::{
    cell::RefCell,
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use pool::{Backend, Config, Context, Pool};
use pool_crossbeam::Native;

thread_local! {
    static LATE: RefCell<Option<Late>> = const { RefCell::new(None) };
}

/// Takes its time to be dropped, and says when it has been.
struct Late(Arc<AtomicBool>);

impl Drop for Late {
    fn drop(&mut self) {
        // A join that does not wait for this returns before it is over.
        thread::sleep(Duration::from_millis(20));
        self.0.store(true, Ordering::Release);
    }
}

#[test]
fn a_join_returns_after_what_a_thread_drops_last() {
    let dropped = Arc::new(AtomicBool::new(false));
    let config = Config::new(1).spawner({
        let dropped = Arc::clone(&dropped);
        move |builder, body| {
            let late = Late(Arc::clone(&dropped));
            builder.spawn(move || {
                // Used before the pool's own thread-locals, so dropped after them.
                LATE.set(Some(late));
                body();
            })
        }
    });
    let handler = |(): (), _: &Context| Ok::<_, Infallible>(());
    let (pool, _results) = Native::spawn(config, handler).unwrap();
    pool.close();
    pool.join(None).unwrap();
    assert!(dropped.load(Ordering::Acquire));
}
