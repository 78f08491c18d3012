//! A half behind a pointer does what it does by itself, in its own way.
//!
//! What a trait provides would work through a pointer without being forwarded, call by virtual
//! call. This is how one would notice.

use std::time::Duration;

use pool::{Completion, Ended, RecvTimeoutError, Results, TryRecvError};

/// Results that end, but say of a batch that it had seven.
struct Sevens;

impl Results<(), ()> for Sevens {
    fn recv(&mut self) -> Result<Completion<(), ()>, Ended> {
        Err(Ended)
    }

    fn try_recv(&mut self) -> Result<Completion<(), ()>, TryRecvError> {
        Err(TryRecvError::Ended)
    }

    fn recv_timeout(&mut self, _: Duration) -> Result<Completion<(), ()>, RecvTimeoutError> {
        Err(RecvTimeoutError::Ended)
    }

    fn recv_batch(
        &mut self,
        _: &mut Vec<Completion<(), ()>>,
        _: usize,
        _: Duration,
    ) -> Result<usize, Ended> {
        Ok(7)
    }
}

impl Iterator for Sevens {
    type Item = Completion<(), ()>;

    fn next(&mut self) -> Option<Self::Item> {
        None
    }
}

fn receive(mut results: impl Results<(), ()>) -> Result<usize, Ended> {
    results.recv_batch(&mut Vec::new(), 1, Duration::ZERO)
}

#[test]
fn a_batch_is_received_as_the_results_behind_the_pointer_do() {
    let boxed: Box<dyn Results<(), ()>> = Box::new(Sevens);
    assert_eq!(receive(boxed), Ok(7));
    assert_eq!(receive(&mut Sevens), Ok(7));
}
