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
            batches {
                a_batch_takes_what_is_there_in_order,
                a_batch_is_appended,
                a_batch_of_none_is_had_at_once,
                a_waiting_batch_is_woken_by_the_first_completion,
                a_waiting_batch_is_woken_by_the_end,
                a_full_batch_lingers_no_longer,
                a_batch_that_lingers_ends_with_the_results,
                the_end_of_batches_is_told_as_often_as_one_asks,
                recv_batch_recv_and_try_recv_agree,
                batches_of_many_producers_lose_nothing,
                batches_of_full_results_lose_nothing_and_block_nobody,
                batches_outlive_their_pool,
                whatever_comes_of_a_job_stands_at_its_place_in_a_batch,
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
            cancellation {
                a_queued_job_that_is_cancelled_never_runs_and_completes_at_once,
                a_cancelled_job_frees_its_place_at_once,
                jobs_keep_their_order_around_cancelled_ones,
                jobs_that_share_a_token_are_cancelled_together,
                a_running_job_sees_its_cancellation_and_decides,
                a_sleep_wakes_when_its_job_is_cancelled,
                a_sleep_that_nobody_cancels_lasts,
                cancelling_a_finished_job_does_nothing,
                a_token_that_outlives_its_jobs_keeps_nothing_of_their_pool,
                a_job_submitted_with_a_cancelled_token_completes_without_running,
                cancelling_a_job_does_not_end_its_wait_for_room,
                cancellations_that_race_the_workers_lose_nothing,
                under_full_results_a_worker_delivers_the_cancelled_job,
                a_handler_cancels_a_queued_job,
            }
            pool_cancellation {
                a_cancelled_pool_with_a_full_queue_terminates,
                a_cancelled_pool_refuses_jobs_and_gives_them_back,
                a_pool_born_cancelled_is_closed_and_ends,
                pools_that_share_a_token_end_alone_and_are_cancelled_together,
                a_cancelled_pool_with_full_results_completes_everything_once_it_is_read,
                a_handler_cancels_its_own_pool,
                a_cancellation_that_races_submitters_loses_nothing,
                a_cancellation_right_before_a_close_does_not_hang,
                child_tokens_follow_their_parent_and_never_lead_it,
                a_contexts_token_follows_its_job_and_its_pool,
                a_long_line_of_child_tokens_does_not_overflow_the_stack,
            }
            deadlines {
                a_job_whose_deadline_passes_in_the_queue_never_runs,
                a_job_that_starts_in_time_runs,
                a_running_job_sees_its_deadline_pass_and_decides,
                a_late_job_can_still_be_cancelled,
                a_deadline_does_not_end_the_wait_for_room,
                deadlines_that_race_the_workers_lose_nothing,
            }
            graceful_shutdown {
                close_lets_everything_queued_run,
                results_end_after_the_last_workers_completion,
                a_join_that_times_out_names_the_busy_workers_and_their_jobs,
                a_late_finish_after_a_timeout_is_safe,
                a_worker_that_waits_to_deliver_is_named_as_busy,
                every_joiner_returns_with_the_same_report,
                join_waits_until_every_thread_has_really_exited,
                an_idle_pool_ends_when_it_is_closed,
                the_report_tells_how_long_the_end_took,
            }
            immediate_stop {
                stop_hands_back_exactly_what_never_started_oldest_first,
                stop_tells_the_running_jobs_which_still_complete,
                stop_works_after_close_and_after_the_end,
                stop_ends_an_idle_pool,
                stop_hands_back_what_is_queued_behind_cancelled_jobs,
                stop_under_full_results_loses_nothing,
                a_job_that_is_handed_back_has_not_been_dropped,
                racing_stops_hand_every_job_back_once,
                a_stop_that_races_everything_else_loses_nothing,
            }
            dropping {
                dropping_a_pool_drains_it_and_joins_its_threads,
                dropping_an_idle_pool_ends_it,
                dropping_a_pool_that_has_ended_does_nothing,
                a_pool_dropped_by_its_own_handler_still_drains,
                a_pool_owned_by_its_own_handler_is_dropped_in_peace,
                a_drop_during_unwinding_does_not_wait,
                dropping_the_results_neither_blocks_nor_kills_a_worker,
                dropping_the_results_frees_a_worker_that_waits_to_deliver,
                completions_that_nobody_reads_are_dropped_once,
                results_outlive_their_pool,
            }
            identity {
                worker_ids_count_from_zero_and_stay_with_their_threads,
                threads_are_named_after_their_workers,
                job_ids_count_from_zero_without_gaps,
                each_worker_lives_one_life_on_its_own_thread,
                a_state_that_cannot_be_made_is_reported_by_spawn,
                stop_hooks_are_told_why,
                a_panicking_hook_is_contained,
            }
            reentrancy {
                a_handler_submits_to_its_own_pool,
                a_handler_is_refused_rather_than_left_waiting_on_its_own_full_queue,
                a_crawler_feeds_itself,
                a_handler_closes_its_own_pool,
                a_handler_stops_its_own_pool,
                a_handler_that_joins_its_own_pool_only_looks,
                a_stop_hook_may_use_its_pool,
                a_worker_may_wait_for_room_in_another_pool,
                a_handler_runs_a_pool_of_its_own,
                a_handler_that_panics_amid_a_submission_harms_nobody,
            }
            resources {
                a_thread_refused_to_any_worker_leaves_none_behind,
                a_stack_that_the_system_refuses_is_a_typed_error,
                every_thread_comes_from_the_spawner_and_is_joined,
                bounded_queue_and_results_bound_the_memory,
                a_million_jobs_through_many_producers,
                idle_workers_use_no_cpu,
            }
            regressions {
                threadpool_13_a_panicked_job_can_be_told_from_a_slow_one,
                rayon_10_a_panic_beside_a_slow_job_does_not_hang,
                book_3651_the_queue_is_not_locked_while_a_job_runs,
                gobyexample_125_small_buffers_do_not_deadlock_the_simplest_program,
                threadpool_102_a_producer_is_held_to_the_pace_of_the_workers,
                rayon_1020_a_flood_of_endless_jobs_is_refused,
                ants_197_a_nested_submission_to_a_full_pool_does_not_deadlock,
                rayon_446_waiting_for_a_task_inside_a_task_is_refused,
                rayon_592_a_worker_never_runs_a_job_inside_another,
                tokio_8056_a_job_submitted_by_a_busy_worker_wakes_an_idle_one,
                pond_115_every_waiting_submitter_gets_its_turn,
                quickwit_2862_whoever_waits_on_an_undone_job_is_let_go,
                blocking_24_a_refused_thread_does_not_spoil_the_next_pool,
                blocking_79_threads_refused_for_good_are_not_asked_for_again_and_again,
                tokio_2309_a_refused_thread_is_an_error_and_not_a_panic,
                tokio_8406_a_pool_that_is_short_of_a_thread_keeps_nothing,
                rayon_688_thread_locals_are_gone_when_drop_returns,
                rayon_1242_a_shutdown_that_succeeds_has_ended_every_thread,
                surrealdb_5594_opening_and_closing_in_a_loop_leaks_no_thread,
                tikv_20095_a_panic_does_not_skip_the_stop_hook,
                rayon_544_a_backlog_can_be_abandoned,
                tokio_1923_a_shutdown_waits_no_longer_than_it_is_told,
                tokio_5338_a_blocking_job_can_be_told_to_end,
                tokio_6609_a_drop_after_a_stop_runs_nothing_more,
                ants_202_submitters_that_wait_when_the_pool_stops_are_woken,
                pond_105_a_job_that_races_a_close_is_run_or_refused,
                tokio_7499_a_job_submitted_by_a_job_during_the_end_is_not_lost_silently,
                tunny_33_a_closed_pool_returns_an_error_and_does_not_panic,
                pond_61_a_cancelled_pool_with_a_queued_job_can_be_waited_for,
                pond_138_a_cancellation_amid_a_bulk_of_jobs_leaves_nobody_waiting,
                flume_89_what_nobody_will_receive_is_dropped,
                crossbeam_1102_results_dropped_unread_are_gone_at_once,
            }
            model {
                random_schedules_match_a_sequential_model,
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
