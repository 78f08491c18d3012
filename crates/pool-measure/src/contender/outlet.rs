//! Where results leave a worker, where that is a channel of `std`.

use std::sync::mpsc;

/// One of the two senders of `std::sync::mpsc`.
#[derive(Debug)]
pub enum Outlet<T> {
    /// Any number of results may wait.
    Unbounded(mpsc::Sender<T>),
    /// So many; then the worker does.
    Bounded(mpsc::SyncSender<T>),
}

impl<T> Outlet<T> {
    /// A channel for so many results, or for any number.
    pub fn new(results: Option<usize>) -> (Self, mpsc::Receiver<T>) {
        match results {
            Some(results) => {
                let (sender, receiver) = mpsc::sync_channel(results);
                (Self::Bounded(sender), receiver)
            }
            None => {
                let (sender, receiver) = mpsc::channel();
                (Self::Unbounded(sender), receiver)
            }
        }
    }

    /// Sends a result; waits for room. False if the receiver is gone: the measurement was
    /// given up.
    pub fn send(&self, result: T) -> bool {
        match self {
            Self::Unbounded(sender) => sender.send(result).is_ok(),
            Self::Bounded(sender) => sender.send(result).is_ok(),
        }
    }
}

impl<T> Clone for Outlet<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Unbounded(sender) => Self::Unbounded(sender.clone()),
            Self::Bounded(sender) => Self::Bounded(sender.clone()),
        }
    }
}
