//! What every results half has, if it writes no more than it must.

use std::time::Duration;

use pool::{Completion, Ended, JobId, RecvTimeoutError, Results, ResultsExt, TryRecvError};

/// Has a completion only where one waits for it, and notes what it was asked.
struct OnDemand<T> {
    make: fn() -> T,
    asked: Vec<&'static str>,
}

impl<T> OnDemand<T> {
    fn of(make: fn() -> T) -> Self {
        Self { make, asked: Vec::new() }
    }

    fn completion(&self) -> Completion<T, ()> {
        Completion { job: JobId::new(0), worker: None, result: Ok((self.make)()) }
    }
}

impl<T> Results<T, ()> for OnDemand<T> {
    fn recv(&mut self) -> Result<Completion<T, ()>, Ended> {
        self.asked.push("recv");
        Ok(self.completion())
    }

    fn try_recv(&mut self) -> Result<Completion<T, ()>, TryRecvError> {
        self.asked.push("try_recv");
        Err(TryRecvError::Empty)
    }

    fn recv_timeout(&mut self, _: Duration) -> Result<Completion<T, ()>, RecvTimeoutError> {
        unreachable!("no test has a timeout")
    }
}

impl<T> Iterator for OnDemand<T> {
    type Item = Completion<T, ()>;

    fn next(&mut self) -> Option<Self::Item> {
        self.recv().ok()
    }
}

/// It lingers for the length of one sleep, however long it may, and then is woken.
#[test]
fn a_batch_with_empty_hands_looks_twice_and_then_waits() {
    let asked = |max, linger| {
        let (mut results, mut batch) = (OnDemand::of(|| 7), Vec::new());
        assert_eq!(results.recv_batch(&mut batch, max, linger), Ok(max));
        assert_eq!(batch.len(), max);
        results.asked
    };
    assert_eq!(asked(1, Duration::MAX), ["try_recv", "try_recv", "recv"]);
    assert_eq!(asked(1, Duration::ZERO), ["try_recv", "recv"]);
    assert_eq!(asked(0, Duration::MAX), [""; 0]);
}

#[test]
fn outcomes_are_what_is_received_without_ids() {
    let mut results = OnDemand::of(|| 7);
    assert_eq!(results.outcomes().take(2).collect::<Vec<_>>(), [Ok(7), Ok(7)]);
    assert_eq!(results.asked, ["recv", "recv"]);
}

#[test]
fn what_is_put_back_is_dropped_in_peace() {
    struct Panics;
    impl Drop for Panics {
        fn drop(&mut self) {
            panic!("of a value");
        }
    }
    let mut results = OnDemand::of(|| Panics);
    let completion = results.completion();
    results.put_back(completion);
}
