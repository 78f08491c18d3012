// The guides are read on paths of files, too, where links lead to files; the definitions here
// come first, and so make them lead to modules.
//! [tour]: crate::tour
//! [from-the-book]: crate::from_the_book
//! [side-by-side]: crate::side_by_side
//! [from-go]: crate::from_go
//! [laws]: crate::laws
//! [methodology]: crate::methodology
//! [limits]: crate::limits
//! [outgrowing]: crate::outgrowing
//! [std]: pool_std
//! [crossbeam]: pool_crossbeam
//! [flume]: pool_flume
//! [rayon]: pool_rayon
//! [Tokio]: pool_tokio
//! [`pool-any`]: pool_any
//!
#![doc = include_str!("../README.md")]
#![allow(clippy::doc_markdown, reason = "the guides name products, which are no code")]

/// [laws]: crate::laws
///
#[doc = include_str!("../from-go.md")]
pub mod from_go {}

/// [laws]: crate::laws
/// [exceptions]: crate::laws#what-each-library-gives-by-itself
/// [tour]: crate::tour
/// [`pool-managed`]: pool_managed
/// [`pool-std`]: pool_std
/// [`step_01_the_book.rs`]: example_from_the_book::step_01_the_book
/// [`step_02_contain_panics.rs`]: example_from_the_book::step_02_contain_panics
/// [`step_03_send_values.rs`]: example_from_the_book::step_03_send_values
/// [`step_04_start_all_or_none.rs`]: example_from_the_book::step_04_start_all_or_none
/// [`step_05_close_without_waiting.rs`]: example_from_the_book::step_05_close_without_waiting
/// [`step_06_count.rs`]: example_from_the_book::step_06_count
/// [`step_07_bound_the_queue.rs`]: example_from_the_book::step_07_bound_the_queue
/// [`step_08_stop.rs`]: example_from_the_book::step_08_stop
/// [`step_09_join_with_a_timeout.rs`]: example_from_the_book::step_09_join_with_a_timeout
/// [`step_10_cancel.rs`]: example_from_the_book::step_10_cancel
/// [`step_11_bound_the_results.rs`]: example_from_the_book::step_11_bound_the_results
///
#[doc = include_str!("../from-the-book.md")]
pub mod from_the_book {}

/// [contract]: pool::Pool#contract
///
#[doc = include_str!("../laws.md")]
pub mod laws {}

/// [methodology]: crate::methodology
///
#[doc = include_str!("../limits.md")]
pub mod limits {}

/// [limits]: crate::limits
///
#[doc = include_str!("../methodology.md")]
pub mod methodology {}

/// [`pool-durable`]: pool_durable
/// [laws]: pool_durable::Source#contract
/// [limits]: crate::limits
///
#[doc = include_str!("../outgrowing.md")]
pub mod outgrowing {}

/// The five native pools on one page, aligned step by step: `crates/pool-guide/side-by-side.html`.
///
/// It is one file, to be opened in a browser. The example `side_by_side` makes it from the sources.
pub mod side_by_side {}

/// [side-by-side]: crate::side_by_side
/// [`Pool`]: pool::Pool
/// [`Context`]: pool::Context
/// [`pool-any`]: pool_any
/// [`pool-managed`]: pool_managed
/// [`pool-std`]: pool_std
/// [`pool-crossbeam`]: pool_crossbeam
/// [`pool-flume`]: pool_flume
/// [`pool-rayon`]: pool_rayon
/// [`pool-tokio`]: pool_tokio
///
#[doc = include_str!("../tour.md")]
pub mod tour {}
