//! `Abandoned`: nothing stays in a channel whose reader has gone.

use std::sync::Arc;

use pool::{machinery::Abandoned, sync::lock};
use shuttle::{sync::Mutex, thread};

use crate::explore::explore;

/// A channel that keeps what nobody reads.
#[derive(Debug, Default)]
struct Channel {
    messages: Mutex<Vec<&'static str>>,
    abandoned: Abandoned,
}

impl Channel {
    /// Runs `act` on a thread of its own while the reader goes; nothing may be left after both.
    fn while_the_reader_goes(act: fn(&Self)) {
        let channel = Arc::new(Self::default());
        let acting = thread::spawn({
            let channel = Arc::clone(&channel);
            move || act(&channel)
        });
        channel.abandoned.go();
        channel.discard();
        acting.join().unwrap();
        assert_eq!(*lock(&channel.messages), [""; 0]);
    }

    fn send(&self, message: &'static str) {
        lock(&self.messages).push(message);
    }

    fn discard(&self) {
        lock(&self.messages).clear();
    }
}

#[test]
fn of_a_delivery_and_the_readers_going_the_later_one_clears_the_channel() {
    explore(|| {
        Channel::while_the_reader_goes(|channel| {
            channel.send("a worker's");
            if channel.abandoned.is_gone() {
                channel.discard();
            }
        });
    });
}

#[test]
fn a_cancellation_leaves_nothing_to_a_reader_that_has_gone() {
    explore(|| {
        Channel::while_the_reader_goes(|channel| {
            if let Some(_reader) = channel.abandoned.keep() {
                channel.send("a cancellation's");
            }
        });
    });
}
