// The pages are what `build.rs` makes of the guides. Where a link is better to lead to an item than
// to the file that has it, its definition stands here: the first one counts.
#![doc = include_str!(concat!(env!("OUT_DIR"), "/README.md"))]
#![allow(clippy::doc_markdown, reason = "the guides name products, which are no code")]

/// Declares the page of the examples.
macro_rules! examples {
    ($(#[$head:meta])* $($name:literal)+) => {
        $(#[$head])*
        $(
            #[doc = concat!("## ", $name, "\n\n````no_run\n")]
            #[doc = include_str!(concat!("../examples/", $name, ".rs"))]
            #[doc = "\n````\n"]
        )+
        pub mod examples {}
    };
}

examples! {
    /// The examples, in order: a course.
    ///
    /// Each is a program: `cargo run -p pool-guide --example 01_first_pool`.
    "01_first_pool"
    "02_errors"
    "03_backpressure"
    "04_worker_state"
    "05_cancellation"
    "06_graceful_shutdown"
    "07_ordered_results"
    "08_closures"
    "09_async_ends"
    "10_async_handlers"
    "11_choose_a_backend"
    "12_fork_join"
    "13_jobs_that_find_jobs"
    "14_a_service"
}

#[doc = include_str!(concat!(env!("OUT_DIR"), "/from-go.md"))]
pub mod from_go {}

#[doc = include_str!(concat!(env!("OUT_DIR"), "/from-the-book.md"))]
pub mod from_the_book {}

/// [contract]: pool::Pool#contract
///
#[doc = include_str!(concat!(env!("OUT_DIR"), "/laws.md"))]
pub mod laws {}

#[doc = include_str!(concat!(env!("OUT_DIR"), "/limits.md"))]
pub mod limits {}

#[doc = include_str!(concat!(env!("OUT_DIR"), "/methodology.md"))]
pub mod methodology {}

/// [laws]: pool_durable::Source#contract
///
#[doc = include_str!(concat!(env!("OUT_DIR"), "/outgrowing.md"))]
pub mod outgrowing {}

/// The five native pools on one page, aligned step by step: `crates/pool-guide/side-by-side.html`.
///
/// It is one file, to be opened in a browser. The example `side_by_side` makes it from the sources.
pub mod side_by_side {}

/// [`Requests`]: pool::Requests
/// [`Tasks`]: pool::Tasks
/// [`Handle::cancel`]: pool::Handle::cancel
/// [hook]: pool::Config::on_job_end
/// [`Stats`]: pool::Stats
///
#[doc = include_str!(concat!(env!("OUT_DIR"), "/recipes.md"))]
pub mod recipes {}

/// [`Pool`]: pool::Pool
/// [`Context`]: pool::Context
///
#[doc = include_str!(concat!(env!("OUT_DIR"), "/tour.md"))]
pub mod tour {}
