//! The one list of cases.

use pool::Backend;

/// Hands the list of cases to one of this crate's macros, as
/// `macro!(backend; group { case, ... } ...)`.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_case {
    ($callback:ident, $backend:ty) => {
        $crate::$callback! {
            $backend;
            lifecycle {
                runs_one_job,
                an_invalid_config_is_a_typed_error,
                join_on_an_open_pool_times_out,
                a_pool_is_open_then_closing_then_ended,
                join_takes_the_longest_timeout_for_none,
                close_without_jobs_ends_the_pool,
                close_lets_running_and_queued_jobs_finish,
                close_stop_and_join_may_come_in_any_order,
                close_stop_and_join_may_race,
                every_way_to_submit_is_refused_after_close,
                a_job_may_close_the_pool_as_it_is_dropped,
                every_joiner_is_released_with_the_same_report,
                two_pools_do_not_touch,
                a_worker_may_wait_for_room_in_another_pool,
                a_thousand_pools_in_a_row,
            }
            concurrency {
                as_many_jobs_run_at_once_as_there_are_workers,
                a_backlog_is_shared_by_all_workers,
                a_slow_job_holds_up_no_other,
                never_more_jobs_run_than_there_are_workers,
            }
            exactly_once {
                n_jobs_give_n_completions_with_unique_ids,
                a_refused_job_uses_up_no_id,
                the_handler_is_called_once_a_job_whatever_comes_of_it,
                successes_and_failures_are_delivered_and_nothing_more,
                no_completion_comes_before_the_handler_returned,
                recv_try_recv_and_recv_timeout_agree,
                many_producers_lose_nothing,
                the_last_completion_survives_the_pool,
                every_value_is_dropped_exactly_once,
                stats_never_overestimate_and_add_up,
            }
            conservation {
                every_job_is_accounted_for_when_the_pool_is_dropped,
                every_job_is_accounted_for_under_a_racing_close,
                every_job_is_accounted_for_under_a_racing_stop,
                every_job_is_accounted_for_under_a_racing_cancellation,
                every_job_is_accounted_for_when_all_ends_race,
            }
            order {
                one_worker_is_first_in_first_out,
                one_worker_keeps_the_order_of_each_producer,
                plain_results_come_in_completion_order,
                jobs_behind_cancelled_ones_keep_their_order,
                jobs_keep_their_order_while_others_are_cancelled,
                an_ordered_map_waits_for_the_slowest_first_job,
                an_ordered_map_keeps_input_order_in_the_smallest_pool,
                an_error_stands_at_its_place_in_an_ordered_map,
                an_ordered_map_reads_an_endless_iterator_only_so_far_ahead,
                an_ordered_map_may_be_abandoned,
                an_ordered_map_keeps_nothing_that_is_not_its_own,
                an_ordered_map_ends_with_a_stopped_pool,
            }
            backpressure {
                the_queue_holds_exactly_its_capacity,
                a_full_queue_gives_the_same_job_back,
                a_submit_waits_until_a_place_is_free,
                a_place_is_free_once_the_job_is_taken,
                capacity_one_carries_many_jobs,
                a_timed_submit_gives_the_job_back_after_its_timeout,
                a_timed_submit_succeeds_once_there_is_room,
                a_cancelled_job_makes_room_for_a_waiting_submitter,
                a_waiting_submitter_is_woken_by_the_end_with_its_job,
                waiting_submitters_are_served_in_order,
                nobody_overtakes_a_waiting_submitter,
                a_submitter_that_gives_up_holds_up_no_other,
                no_place_is_lost_as_somebody_joins_the_line,
                no_place_is_lost_between_those_who_wait_and_those_who_give_up,
                a_reader_that_does_not_read_stops_the_pool_and_nothing_is_lost,
                a_slow_reader_keeps_memory_flat,
            }
            errors {
                an_error_shows_the_job_and_its_source,
                an_error_without_a_source_says_what_happened,
                a_failing_job_keeps_its_worker_alive,
                the_first_error_and_all_errors_are_easy_to_get,
                the_good_prefix_and_then_the_error_can_be_had,
                a_refusal_can_be_printed_whatever_the_job_is,
            }
            panics {
                a_panic_gives_a_completion_with_id_and_message,
                every_payload_has_a_message,
                every_worker_panics_and_the_pool_still_works,
                ten_thousand_panics_leave_the_same_threads,
                a_payload_whose_drop_panics_is_contained,
                a_job_whose_drop_panics_is_contained,
                a_cancelled_pool_contains_jobs_whose_drop_panics,
                a_discarded_value_whose_drop_panics_is_contained,
                a_pool_can_be_dropped_while_its_jobs_panic,
                a_panic_after_close_deadlocks_nothing,
                the_stop_hook_runs_after_panics,
                a_state_whose_drop_panics_is_contained,
            }
            results {
                a_slow_reader_loses_nothing,
                dropped_results_neither_block_nor_kill_a_worker,
                dropping_full_results_releases_the_workers,
                iterating_after_join_yields_what_was_left,
                the_end_is_told_as_often_as_one_asks,
                results_do_not_end_while_a_worker_is_busy,
                a_waiting_reader_is_woken_by_a_completion,
                a_waiting_reader_is_woken_by_the_end,
                a_timed_receive_waits_for_its_timeout,
            }
            conveniences {
                run_ends_whatever_the_capacities,
                run_returns_completions_as_they_came,
                run_returns_its_own_jobs_only,
                run_on_a_closed_pool_gives_the_job_back,
                run_on_a_stopped_pool_accounts_for_every_job,
                submit_batch_waits_for_room,
                submit_batch_gives_back_what_was_not_taken,
                submit_batch_from_a_worker_does_not_wait,
            }
            tasks {
                a_handle_returns_what_its_closure_returned,
                execute_runs_a_closure_nobody_waits_for,
                a_handle_waits_until_its_closure_ends,
                a_finished_handle_has_its_value_at_once,
                a_panic_is_an_error_of_its_handle,
                a_handle_of_a_closure_not_run_says_so,
                a_handle_follows_its_closure_out_of_a_stopped_pool,
                a_refused_closure_is_dropped_with_its_error,
                dropping_a_handle_abandons_the_value_but_not_the_closure,
                waiting_for_a_handle_inside_its_own_pool_is_refused,
                a_finished_handle_can_be_joined_inside_its_own_pool,
                waiting_for_a_handle_of_another_pool_is_allowed,
                a_closure_may_spawn_others_while_there_is_room,
            }
        }
    };
}

/// One case of the suite, for one backend.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Which group it is in: `"lifecycle"`.
    pub group: &'static str,
    /// Its name: a sentence about behaviour.
    pub name: &'static str,
    /// Its body, which panics if the backend breaks the law. Best called by
    /// [`run_case`](crate::run_case).
    pub body: fn(),
}

/// Every case, for backend `B`.
pub fn cases<B: Backend + 'static>() -> Vec<Case> {
    for_each_case!(__case_vec, B)
}

#[doc(hidden)]
#[macro_export]
macro_rules! __case_vec {
    ($backend:ty; $($group:ident { $($case:ident,)+ })+) => {
        vec![$($($crate::Case {
            group: stringify!($group),
            name: stringify!($case),
            body: $crate::cases::$group::$case::<$backend>,
        },)+)+]
    };
}
