//! From the thread pool of the Rust Book to the native pool of `pool-std`, in small steps.
//!
//! A module is a step, and a whole pool. The next module differs by one idea. So a `diff` of two
//! files is a lesson:
//!
//! ```sh
//! cd crates/example-from-the-book/src
//! diff -u step_06_count.rs step_07_bound_the_queue.rs
//! ```
//!
//! | step | what it adds |
//! |---|---|
//! | [1](step_01_the_book) | the pool that the Book's last chapter builds |
//! | [2](step_02_contain_panics) | a job may panic |
//! | [3](step_03_send_values) | jobs are values, and workers have a state |
//! | [4](step_04_start_all_or_none) | a thread may be refused, and has a name |
//! | [5](step_05_close_without_waiting) | the end is announced first, and waited for later |
//! | [6](step_06_count) | counters |
//! | [7](step_07_bound_the_queue) | the queue has a bound, and submitters wait |
//! | [8](step_08_stop) | what waits is handed back |
//! | [9](step_09_join_with_a_timeout) | the wait for the end has a limit |
//! | [10](step_10_cancel) | a job can be cancelled, or be too late |
//! | [11](step_11_bound_the_results) | the results have a bound: this is `pool-std` |
//!
//! `cases.txt` says from which step on each case of the suite passes. The guide [*From the
//! Book*](../pool_guide/from_the_book/index.html) has the diffs, each with its cases.

pub mod step_01_the_book;
pub mod step_02_contain_panics;
pub mod step_03_send_values;
pub mod step_04_start_all_or_none;
pub mod step_05_close_without_waiting;
pub mod step_06_count;
pub mod step_07_bound_the_queue;
pub mod step_08_stop;
pub mod step_09_join_with_a_timeout;
pub mod step_10_cancel;
pub mod step_11_bound_the_results;
