//! Bounds that are valid and more than there is memory for: the size of what waits counts as well.
//!
//! Not among the cases of the suite, whose jobs are erased: there each is as large as a box.

use std::convert::Infallible;

use pool::{Backend, Config, Context, SpawnError};

/// So many times the largest bound is more than any address space.
const HUGE: usize = 1 << 24;

/// A bound of these would take 64 gigabytes at once; and yet a few of them fit on a stack.
const BIG: usize = 1 << 12;

/// What there is not enough memory for, if a pool with such jobs does not start.
fn bounded_queue<B: Backend, const BYTES: usize>() -> Option<&'static str> {
    let config = Config::new(1).queue(Config::MAX_CAPACITY);
    let handler = |_: [u8; BYTES], _: &Context| Ok::<_, Infallible>(());
    short_of(B::spawn(config, handler))
}

/// The same with such values.
fn bounded_results<B: Backend, const BYTES: usize>() -> Option<&'static str> {
    let config = Config::new(1).results(Config::MAX_CAPACITY);
    let handler = |(): (), _: &Context| -> Result<[u8; BYTES], Infallible> { unreachable!() };
    short_of(B::spawn(config, handler))
}

fn short_of<P>(spawned: Result<P, SpawnError>) -> Option<&'static str> {
    match spawned.err()? {
        SpawnError::Memory { what, .. } => Some(what),
        other => panic!("{other}"),
    }
}

/// They allocate the whole queue at once, and would abort the process.
#[test]
fn an_array_beyond_all_memory_is_a_typed_error() {
    fn both<B: Backend>() {
        assert_eq!(bounded_queue::<B, HUGE>(), Some("queue"), "{}", B::NAME);
        assert_eq!(bounded_results::<B, HUGE>(), Some("results"), "{}", B::NAME);
    }
    both::<pool_std::Std>();
    both::<pool_std::Native>();
    both::<pool_crossbeam::Crossbeam>();
    both::<pool_crossbeam::Native>();
    // Their queue is a deque, and their results are std's.
    assert_eq!(bounded_results::<pool_rayon::Rayon, HUGE>(), Some("results"));
    assert_eq!(bounded_results::<pool_rayon::Native, HUGE>(), Some("results"));
}

/// They allocate as messages come.
#[test]
fn a_bound_that_nothing_fills_takes_no_memory() {
    fn both<B: Backend>() {
        assert_eq!(bounded_queue::<B, BIG>(), None, "{}", B::NAME);
        assert_eq!(bounded_results::<B, BIG>(), None, "{}", B::NAME);
    }
    both::<pool_flume::Flume>();
    both::<pool_flume::Native>();
    both::<pool_tokio::Tokio>();
    both::<pool_tokio::Native>();
    assert_eq!(bounded_queue::<pool_rayon::Rayon, BIG>(), None);
    assert_eq!(bounded_queue::<pool_rayon::Native, BIG>(), None);
}
