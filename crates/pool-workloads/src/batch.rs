//! Many jobs and the one number that all of them give together.

use crate::job::Job;

/// Jobs to run, in any order, and what comes of them.
#[derive(Debug, Default)]
pub struct Batch {
    /// The jobs.
    pub jobs: Vec<Job>,
    /// The wrapping sum of the numbers that the jobs give.
    pub answer: u64,
}

/// From jobs, each with the number it gives.
impl FromIterator<(Job, u64)> for Batch {
    fn from_iter<I: IntoIterator<Item = (Job, u64)>>(jobs: I) -> Self {
        let mut answer = 0_u64;
        let each = jobs.into_iter().map(|(job, number)| {
            answer = answer.wrapping_add(number);
            job
        });
        Self { jobs: each.collect(), answer }
    }
}
