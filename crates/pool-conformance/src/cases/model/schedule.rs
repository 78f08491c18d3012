//! What can be asked of a pool, and random sequences of it.

use std::fmt;

use proptest::{collection::vec, prelude::*};

/// How many tokens the jobs of one schedule share.
pub(super) const TOKENS: usize = 3;

/// A pool, and what is asked of it.
#[derive(Clone, Debug)]
pub(super) struct Schedule {
    pub(super) workers: usize,
    pub(super) queue: usize,
    pub(super) steps: Vec<Step>,
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { workers, queue, steps } = self;
        write!(f, "these steps, with {workers} workers and a queue of {queue}:")?;
        steps.iter().try_for_each(|step| write!(f, "\n    {step:?}"))
    }
}

/// One thing that is asked. What makes no sense any more, such as a `Receive` from results
/// that have been dropped, does nothing.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// `submit_with`: from another thread, if it has to wait.
    Submit(Options),
    TrySubmit,
    /// With no time at all.
    SubmitTimeout,
    /// Lets a running job go: this one, counted from the oldest, modulo their number.
    Finish(usize, How),
    Receive,
    TryReceive,
    /// Up to so many, without lingering.
    ReceiveBatch(usize),
    CancelJobs(usize),
    CancelPool,
    Close,
    Stop,
    DropPool,
    DropResults,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Options {
    pub(super) token: Option<usize>,
    /// Whether its deadline has passed; else it is far away.
    pub(super) late: bool,
}

/// How a job ends.
#[derive(Clone, Copy, Debug)]
pub(super) enum How {
    Succeed,
    Fail,
    Panic,
}

pub(super) fn schedules() -> impl Strategy<Value = Schedule> {
    (1..=3_usize, 1..=4_usize, vec(step(), 0..40)).prop_map(|(workers, queue, steps)| Schedule {
        workers,
        queue,
        steps,
    })
}

fn step() -> impl Strategy<Value = Step> {
    let how = prop_oneof![3 => Just(How::Succeed), 1 => Just(How::Fail), 1 => Just(How::Panic)];
    // Most schedules should get somewhere before their pool is closed.
    let beginning_of_the_end = prop_oneof![
        Just(Step::CancelPool),
        Just(Step::Close),
        Just(Step::Stop),
        Just(Step::DropPool),
        Just(Step::DropResults),
    ];
    prop_oneof![
        15 => options().prop_map(Step::Submit),
        6 => Just(Step::TrySubmit),
        2 => Just(Step::SubmitTimeout),
        12 => (0..3_usize, how).prop_map(|(which, how)| Step::Finish(which, how)),
        5 => Just(Step::Receive),
        3 => Just(Step::TryReceive),
        3 => (1..=4_usize).prop_map(Step::ReceiveBatch),
        3 => (0..TOKENS).prop_map(Step::CancelJobs),
        2 => beginning_of_the_end,
    ]
}

fn options() -> impl Strategy<Value = Options> {
    let token = prop::option::weighted(0.4, 0..TOKENS);
    (token, prop::bool::weighted(0.15)).prop_map(|(token, late)| Options { token, late })
}
