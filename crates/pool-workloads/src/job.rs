//! One job, whatever the workload: a value that is moved into a queue, and run to a number.

use std::{future::Future, path::PathBuf, sync::Arc, thread, time::Duration};

use crate::{checksum, mix::Mix, payload::Payload};

/// A job: two words, so that what travels through the queues is alike in all workloads.
///
/// Made by [`Workload::batch`](crate::Workload::batch), which knows what it will give.
#[derive(Debug)]
pub enum Job {
    /// Mixes: work that needs the processor alone. With no rounds, no work at all.
    Mix(Mix),
    /// Sums 64 KiB that came with the job.
    Payload(Payload),
    /// Blocks its thread: waits, as for a disk or another machine.
    Sleep(Sleep),
    /// Checksums a file.
    File(Arc<PathBuf>),
}

/// Waits, then gives its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sleep {
    /// How long it waits, in microseconds.
    pub micros: u32,
    /// What it gives.
    pub key: u32,
}

impl Job {
    /// Does the work, on this thread, and gives a number.
    ///
    /// Never panics. A file that cannot be read any more gives a wrong number, which is found
    /// when the answer is checked.
    pub fn run(self) -> u64 {
        match self {
            Self::Mix(mix) => mix.run(),
            Self::Payload(payload) => payload.run(),
            Self::Sleep(sleep) => {
                thread::sleep(sleep.duration());
                sleep.key.into()
            }
            Self::File(path) => checksum::run(&path),
        }
    }

    /// The same for an async handler: what would block its thread with [`Sleep`] awaits
    /// `sleep` (as `tokio::time::sleep` is) instead; everything else is as in
    /// [`run`](Self::run).
    pub async fn run_async<F>(self, sleep: impl FnOnce(Duration) -> F) -> u64
    where
        F: Future<Output = ()>,
    {
        match self {
            Self::Sleep(it) => {
                sleep(it.duration()).await;
                it.key.into()
            }
            other => other.run(),
        }
    }
}

impl Sleep {
    /// How long it waits.
    pub fn duration(self) -> Duration {
        Duration::from_micros(self.micros.into())
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::ready,
        pin::pin,
        task::{Context, Poll, Waker},
    };

    use super::*;

    #[test]
    fn a_job_is_two_words() {
        const fn size_in_a_queue<T: Send + 'static>() -> usize {
            size_of::<T>()
        }
        assert_eq!(size_in_a_queue::<Job>(), 16);
    }

    #[test]
    fn a_sleep_gives_its_key() {
        assert_eq!(Job::Sleep(Sleep { micros: 1, key: 7 }).run(), 7);
    }

    #[test]
    fn an_async_job_awaits_its_sleep_and_runs_all_else() {
        let run = |job: Job| {
            let mut slept = None;
            let number = {
                let mut future = pin!(job.run_async(|duration| {
                    slept = Some(duration);
                    ready(())
                }));
                future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
            };
            (number, slept)
        };
        let minute = Sleep { micros: 60_000_000, key: 7 };
        assert_eq!(run(Job::Sleep(minute)), (Poll::Ready(7), Some(Duration::from_secs(60))));
        let mix = Mix { key: 7, rounds: 100 };
        assert_eq!(run(Job::Mix(mix)), (Poll::Ready(mix.answer()), None));
    }

    #[test]
    fn a_file_that_is_gone_does_not_panic() {
        assert_eq!(Job::File(Arc::new(PathBuf::from("/nowhere/at/all"))).run(), 0);
    }
}
