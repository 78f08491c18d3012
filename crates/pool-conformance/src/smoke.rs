//! A part of the suite that takes a second or two.

use std::sync::LazyLock;

use crate::{Case, Erased};

/// The cases that a backend should pass before anyone measures it: one or more to each of the
/// contract's promises, chosen to be quick.
///
/// They are no substitute for the suite, which is what proves a backend.
pub static SMOKE: LazyLock<Vec<Case>> = LazyLock::new(|| {
    crate::__case_vec! {
        Erased;
        lifecycle {
            runs_one_job,
            every_way_to_submit_is_refused_after_close,
        }
        concurrency {
            as_many_jobs_run_at_once_as_there_are_workers,
        }
        exactly_once {
            n_jobs_give_n_completions_with_unique_ids,
            many_producers_lose_nothing,
            every_value_is_dropped_exactly_once,
        }
        conservation {
            every_job_is_accounted_for_under_a_racing_stop,
        }
        order {
            one_worker_is_first_in_first_out,
        }
        backpressure {
            the_queue_holds_exactly_its_capacity,
            a_full_queue_gives_the_same_job_back,
            a_submit_waits_until_a_place_is_free,
        }
        errors {
            an_error_shows_the_job_and_its_source,
        }
        panics {
            a_panic_gives_a_completion_with_id_and_message,
        }
        results {
            a_slow_reader_loses_nothing,
        }
        batches {
            recv_batch_recv_and_try_recv_agree,
        }
        cancellation {
            a_queued_job_that_is_cancelled_never_runs_and_completes_at_once,
            a_running_job_sees_its_cancellation_and_decides,
        }
        deadlines {
            a_job_whose_deadline_passes_in_the_queue_never_runs,
        }
        graceful_shutdown {
            close_lets_everything_queued_run,
            a_join_that_times_out_names_the_busy_workers_and_their_jobs,
            join_waits_until_every_thread_has_really_exited,
        }
        immediate_stop {
            stop_hands_back_exactly_what_never_started_oldest_first,
            stop_tells_the_running_jobs_which_still_complete,
        }
        dropping {
            dropping_a_pool_drains_it_and_joins_its_threads,
        }
    }
});
