//! One job, whatever the workload: a value that is moved into a queue, and run to a number.

/// A job: two words, so that what travels through the queues is the same in all workloads.
#[derive(Debug)]
pub enum Job {
    /// Nothing but the number it gives.
    Empty(u32),
}

impl Job {
    /// Does the work.
    pub fn run(self) -> u64 {
        match self {
            Self::Empty(key) => u64::from(key),
        }
    }
}
