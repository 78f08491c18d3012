//! The pool's own coordination under a model checker.
//!
//! `scripts/shuttle` builds this with `--cfg shuttle`, which swaps the primitives that
//! `pool::sync` hands out for [shuttle]'s, which schedules the threads of a test itself: one
//! at a time, with a choice at every lock, atomic, channel and park. A test is a small
//! scene of a few threads; `explore` plays it under thousands of schedules, and a schedule
//! in which all threads wait is a failure, so "no thread waits for ever" needs no assertion.
//!
//! `scripts/shuttle` also plants bugs, one at a time, and requires that each is found. The
//! plants are patches, in `plants/`.
//!
//! What this cannot see: shuttle is sequentially consistent, so orderings weaker than that
//! are argued beside each atomic, not tested; it has no time, so no timeout ever fires
//! (deadlines in these tests are already over); and `Arc` is std's, whose counting is not
//! scheduled.
//!
//! [shuttle]: https://docs.rs/shuttle

#![cfg(all(test, shuttle))]

// Modules of other crates, compiled here once more as they stand: scenes reach what users cannot,
// and need nothing of pool-std that bypasses `pool::sync`.
#[allow(dead_code)]
#[path = "../../pool-managed/src/admission/mod.rs"]
mod admission;
#[allow(unreachable_pub)]
#[path = "../../pool-std/src/managed.rs"]
mod std_library;

/// The managed std pool.
type Std = pool_managed::Managed<std_library::Mpsc>;
type StdPool<J> = pool_managed::ManagedPool<J, std_library::Mpsc>;
type StdResults<T, E> = pool_managed::ManagedResults<T, E, std_library::Mpsc>;

mod backend;
mod cancellation;
mod claim;
mod contention;
mod ending;
mod entry;
mod explore;
mod join;
mod returned;
mod rig;
mod serving;
mod startup;
mod tasks;
