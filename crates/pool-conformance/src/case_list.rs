//! The one list of cases, and of what each proves.

use std::sync::LazyLock;

use crate::Erased;

/// Hands the list of cases to one of this crate's macros, as
/// `macro!(backend; group { case: [law, ...] mark, ... } ...)`. The numbers are those of the
/// contract's laws: a case that fails shows that one of these is broken. The mark `full` takes a
/// case out of the [core](crate::Proof::core); those of the laws 7, 13 and 14 are out without it.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_case {
    ($callback:ident, $backend:ty) => {
        $crate::$callback! {
            $backend;
            lifecycle {
                runs_one_job: [1],
                an_invalid_config_is_a_typed_error: [17],
                join_on_an_open_pool_times_out: [12],
                a_pool_is_open_then_closing_then_ended: [10, 12],
                join_takes_the_longest_timeout_for_none: [12],
                close_without_jobs_ends_the_pool: [10],
                close_stop_and_join_may_come_in_any_order: [10, 11, 12],
                close_stop_and_join_may_race: [1, 12],
                every_way_to_submit_is_refused_after_close: [6, 10],
                a_job_may_close_the_pool_as_it_is_dropped: [10, 13],
                two_pools_do_not_touch: [20],
                a_thousand_pools_in_a_row: [15, 20],
            }
            concurrency {
                as_many_jobs_run_at_once_as_there_are_workers: [3],
                a_backlog_is_shared_by_all_workers: [3],
                a_slow_job_holds_up_no_other: [3],
                never_more_jobs_run_than_there_are_workers: [3, 5],
            }
            exactly_once {
                n_jobs_give_n_completions_with_unique_ids: [1, 16],
                the_handler_is_called_once_a_job_whatever_comes_of_it: [2],
                successes_and_failures_are_delivered_and_nothing_more: [1, 8],
                no_completion_comes_before_the_handler_returned: [1],
                recv_try_recv_and_recv_timeout_agree: [1, 4],
                many_producers_lose_nothing: [1],
                the_last_completion_survives_the_pool: [1, 15],
                every_value_is_dropped_exactly_once: [1],
                stats_never_overestimate_and_add_up: [1],
            }
            conservation {
                every_job_is_accounted_for_when_the_pool_is_dropped: [1, 2],
                every_job_is_accounted_for_under_a_racing_close: [1, 2],
                every_job_is_accounted_for_under_a_racing_stop: [1, 2, 11],
                every_job_is_accounted_for_under_a_racing_cancellation: [1, 2],
                every_job_is_accounted_for_when_all_ends_race: [1, 2, 11],
            }
            order {
                one_worker_is_first_in_first_out: [4],
                one_worker_keeps_the_order_of_each_producer: [4],
                plain_results_come_in_completion_order: [3],
                jobs_behind_cancelled_ones_keep_their_order: [4, 13],
                jobs_keep_their_order_while_others_are_cancelled: [4, 13],
                an_ordered_map_waits_for_the_slowest_first_job: [4],
                an_ordered_map_keeps_input_order_in_the_smallest_pool: [4],
                an_error_stands_at_its_place_in_an_ordered_map: [4, 8],
                an_ordered_map_reads_an_endless_iterator_only_so_far_ahead: [4, 19],
                an_ordered_map_takes_as_many_jobs_as_its_window_holds: [4, 19],
                an_ordered_map_gives_a_ready_result_before_it_asks_for_more: [4],
                an_iterator_that_has_ended_is_not_asked_again: [4],
                an_ordered_map_may_be_abandoned: [1, 4],
                an_ordered_map_puts_back_what_it_has_not_given_out: [1, 4],
                an_ordered_map_takes_no_job_that_it_does_not_submit: [1, 4],
                an_ordered_map_keeps_every_worker_busy: [3, 4],
                dropping_an_ordered_map_waits_for_no_running_job: [4],
                an_ordered_map_among_other_submitters_loses_nothing: [1, 4],
                an_ordered_map_keeps_nothing_that_is_not_its_own: [1, 4],
                an_ordered_map_ends_with_a_stopped_pool: [4, 11],
                an_unordered_map_gives_each_result_as_its_job_ends: [1, 3],
                an_unordered_map_among_other_submitters_loses_nothing: [1],
                an_unordered_map_ends_with_a_stopped_pool: [11],
            }
            backpressure {
                the_queue_holds_exactly_its_capacity: [5],
                a_full_queue_gives_the_same_job_back: [5, 6],
                a_submit_waits_until_a_place_is_free: [5],
                a_place_is_free_once_the_job_is_taken: [5],
                capacity_one_carries_many_jobs: [1, 5],
                a_timed_submit_gives_the_job_back_after_its_timeout: [5, 6],
                a_timed_submit_succeeds_once_there_is_room: [5],
                a_cancelled_job_makes_room_for_a_waiting_submitter: [5, 13],
                a_waiting_submitter_is_woken_by_the_end_with_its_job: [6, 10],
                waiting_submitters_are_served_in_order: [5] full,
                nobody_overtakes_a_waiting_submitter: [5] full,
                a_submitter_that_gives_up_holds_up_no_other: [5],
                no_place_is_lost_as_somebody_joins_the_line: [5],
                no_place_is_lost_between_those_who_wait_and_those_who_give_up: [5],
                the_counters_never_exceed_the_bounds: [3, 5],
                a_reader_that_does_not_read_stops_the_pool_and_nothing_is_lost: [1, 19],
                a_slow_reader_keeps_memory_flat: [19],
            }
            errors {
                an_error_shows_the_job_and_its_source: [8],
                an_error_without_a_source_says_what_happened: [8],
                a_failing_job_keeps_its_worker_alive: [8],
                the_first_error_and_all_errors_are_easy_to_get: [8],
                the_good_prefix_and_then_the_error_can_be_had: [4, 8],
                a_refusal_can_be_printed_whatever_the_job_is: [6],
            }
            panics {
                a_panic_gives_a_completion_with_id_and_message: [9],
                every_payload_has_a_message: [9],
                every_worker_panics_and_the_pool_still_works: [9],
                ten_thousand_panics_leave_the_same_threads: [9],
                a_payload_whose_drop_panics_is_contained: [9] full,
                a_job_whose_drop_panics_is_contained: [9] full,
                a_cancelled_pool_contains_jobs_whose_drop_panics: [9, 13],
                a_discarded_value_whose_drop_panics_is_contained: [9, 15] full,
                a_pool_can_be_dropped_while_its_jobs_panic: [9, 15],
                a_panic_after_close_deadlocks_nothing: [9, 10],
                the_stop_hook_runs_after_panics: [9, 16],
                a_state_whose_drop_panics_is_contained: [9, 16] full,
            }
            results {
                a_slow_reader_loses_nothing: [1],
                iterating_after_join_yields_what_was_left: [1],
                the_end_is_told_as_often_as_one_asks: [10],
                results_do_not_end_while_a_worker_is_busy: [10],
                a_waiting_reader_is_woken_by_a_completion: [1],
                a_waiting_reader_is_woken_by_the_end: [10],
                a_timed_receive_waits_for_its_timeout: [1],
                what_was_put_back_is_received_first: [1, 10],
                what_was_put_back_is_dropped_with_the_results: [9, 15],
                a_pool_that_discards_its_results_keeps_none: [1, 10, 19],
            }
            batches {
                a_batch_takes_what_is_there_in_order: [1, 4],
                a_batch_is_appended: [1],
                a_batch_of_none_is_had_at_once: [1, 10],
                a_waiting_batch_is_woken_by_the_first_completion: [1],
                a_waiting_batch_is_woken_by_the_end: [10],
                a_full_batch_lingers_no_longer: [1],
                a_batch_that_lingers_ends_with_the_results: [10],
                the_end_of_batches_is_told_as_often_as_one_asks: [10],
                recv_batch_recv_and_try_recv_agree: [1, 4],
                batches_of_many_producers_lose_nothing: [1],
                batches_of_full_results_lose_nothing_and_block_nobody: [1],
                batches_outlive_their_pool: [1, 15],
                whatever_comes_of_a_job_stands_at_its_place_in_a_batch: [4, 8],
            }
            conveniences {
                run_ends_whatever_the_capacities: [1],
                run_returns_completions_as_they_came: [3],
                run_returns_its_own_jobs_only: [1],
                run_puts_back_the_completions_of_others_in_order: [1],
                run_puts_everything_back_when_its_iterator_panics: [1],
                run_on_a_closed_pool_gives_the_job_back: [6],
                run_on_a_stopped_pool_accounts_for_every_job: [1, 11],
                submit_batch_waits_for_room: [4, 5],
                submit_batch_gives_back_what_was_not_taken: [6, 10],
                batches_of_many_submitters_have_the_ids_of_their_jobs: [1, 16],
                submit_batch_from_a_worker_does_not_wait: [6, 7],
                an_idle_pool_can_be_waited_for_and_goes_on: [1],
                waiting_for_an_idle_pool_from_a_worker_only_looks: [7],
            }
            requests {
                each_request_gets_its_own_answer: [1],
                a_request_uses_the_state_of_its_worker: [9],
                an_answer_that_is_an_error_is_counted_as_a_failure: [8, 9],
                a_refused_request_gives_its_job_back: [5, 6],
                a_request_that_is_not_run_says_so: [13, 14],
                a_stop_hands_back_what_was_asked: [11],
                waiting_for_an_answer_of_ones_own_pool_is_refused: [7],
            }
            tasks {
                a_handle_returns_what_its_closure_returned: [1],
                execute_runs_a_closure_nobody_waits_for: [1, 15],
                a_handle_waits_until_its_closure_ends: [1],
                a_finished_handle_has_its_value_at_once: [1],
                a_panic_is_an_error_of_its_handle: [9],
                what_a_closure_panicked_with_can_be_had: [9],
                a_payload_that_nobody_asks_for_is_dropped_in_peace: [9],
                a_handle_can_be_awaited: [1],
                a_handle_of_a_closure_not_run_says_so: [13, 14],
                a_handle_follows_its_closure_out_of_a_stopped_pool: [11],
                a_refused_closure_is_dropped_with_its_error: [6],
                dropping_a_handle_abandons_the_value_but_not_the_closure: [1],
                waiting_for_a_handle_inside_its_own_pool_is_refused: [7],
                a_finished_handle_can_be_joined_inside_its_own_pool: [7],
                waiting_for_a_handle_of_another_pool_is_allowed: [7, 20],
                a_closure_may_spawn_others_while_there_is_room: [7],
                a_closure_is_refused_when_the_queue_is_full: [5, 6],
                waiting_inside_a_closure_from_elsewhere_is_refused: [7, 20],
                waiting_for_a_handle_as_a_worker_leaves_is_refused: [7],
                dropping_tasks_drops_their_pool: [15],
            }
            cancellation {
                a_queued_job_that_is_cancelled_never_runs_and_completes_at_once: [13],
                a_cancelled_job_frees_its_place: [13],
                jobs_keep_their_order_around_cancelled_ones: [4, 13],
                jobs_that_share_a_token_are_cancelled_together: [13],
                a_running_job_sees_its_cancellation_and_decides: [13],
                a_sleep_wakes_when_its_job_is_cancelled: [13],
                a_sleep_that_nobody_cancels_lasts: [13],
                cancelling_a_finished_job_does_nothing: [1, 13],
                a_token_that_outlives_its_jobs_keeps_nothing_of_their_pool: [13],
                a_job_submitted_with_a_cancelled_token_completes_without_running: [13],
                cancelling_a_job_does_not_end_its_wait_for_room: [5, 13],
                cancellations_that_race_the_workers_lose_nothing: [1, 13],
                under_full_results_a_worker_delivers_the_cancelled_job: [13],
                a_handler_cancels_a_queued_job: [13],
            }
            pool_cancellation {
                a_cancelled_pool_with_a_full_queue_terminates: [13],
                a_cancelled_pool_refuses_jobs_and_gives_them_back: [6, 13],
                a_pool_born_cancelled_is_closed_and_ends: [13],
                pools_that_share_a_token_end_alone_and_are_cancelled_together: [13, 20],
                a_cancelled_pool_with_full_results_completes_everything_once_it_is_read: [1, 13],
                a_handler_cancels_its_own_pool: [13],
                a_cancellation_that_races_submitters_loses_nothing: [1, 13],
                a_cancellation_right_before_a_close_does_not_hang: [12, 13],
                child_tokens_follow_their_parent_and_never_lead_it: [13],
                a_contexts_token_follows_its_job_and_its_pool: [13],
                a_long_line_of_child_tokens_does_not_overflow_the_stack: [13],
            }
            deadlines {
                a_job_whose_deadline_passes_in_the_queue_never_runs: [14],
                a_job_that_starts_in_time_runs: [14],
                a_timeout_counts_from_each_submission: [14],
                a_running_job_sees_its_deadline_pass_and_decides: [14],
                a_late_job_can_still_be_cancelled: [13, 14],
                a_running_job_that_is_late_and_cancelled_is_told_so: [13, 14],
                a_queued_job_that_is_late_and_cancelled_completes_as_cancelled: [13, 14],
                a_deadline_does_not_end_the_wait_for_room: [5, 14],
                deadlines_that_race_the_workers_lose_nothing: [1, 14],
            }
            graceful_shutdown {
                close_lets_everything_queued_run: [10, 12],
                results_end_after_the_last_workers_completion: [10],
                a_join_that_times_out_names_the_busy_workers_and_their_jobs: [12],
                a_late_finish_after_a_timeout_is_safe: [12],
                a_worker_that_waits_to_deliver_is_named_as_busy: [12],
                every_joiner_returns_with_the_same_report: [12],
                join_waits_until_every_thread_has_really_exited: [12],
                an_idle_pool_ends_when_it_is_closed: [10, 12],
                the_report_tells_how_long_the_end_took: [12],
                a_timed_join_does_not_wait_for_a_thread_that_does_not_exit: [12],
                a_pool_whose_shutdown_timed_out_is_dropped_at_once: [12, 15],
                a_pool_that_was_given_up_ends_by_itself: [15],
                the_token_of_the_end_is_cancelled_after_the_last_worker: [12, 16],
            }
            immediate_stop {
                stop_hands_back_exactly_what_never_started_oldest_first: [11],
                stop_tells_the_running_jobs_which_still_complete: [11],
                stop_works_after_close_and_after_the_end: [11],
                stop_ends_an_idle_pool: [11],
                stop_hands_back_what_is_queued_behind_cancelled_jobs: [11, 13],
                stop_under_full_results_loses_nothing: [1, 11],
                a_job_that_is_handed_back_has_not_been_dropped: [1, 11],
                racing_stops_hand_every_job_back_once: [1, 11],
                stop_hands_back_the_jobs_of_many_submitters_oldest_first: [11],
                a_stop_hands_back_a_job_or_lets_it_run: [11],
                a_stop_leaves_no_job_in_the_queue: [11],
                a_stop_that_races_everything_else_loses_nothing: [1, 11],
            }
            dropping {
                dropping_a_pool_drains_it_and_joins_its_threads: [15],
                dropping_an_idle_pool_ends_it: [15],
                dropping_a_pool_that_has_ended_does_nothing: [15],
                a_pool_dropped_by_its_own_handler_still_drains: [15],
                a_pool_owned_by_its_own_handler_is_dropped_in_peace: [15],
                a_pool_dropped_by_a_thread_local_of_its_worker_is_dropped_in_peace: [12, 15],
                a_drop_during_unwinding_does_not_wait: [15],
                dropping_the_results_neither_blocks_nor_kills_a_worker: [15],
                dropping_the_results_frees_a_worker_that_waits_to_deliver: [15],
                dropping_the_results_drops_what_lies_in_them: [15],
                dropping_the_results_drops_what_workers_wait_to_deliver: [15],
                no_completion_slips_by_as_the_results_are_dropped: [15],
                completions_that_nobody_reads_are_dropped_once: [15],
                results_outlive_their_pool: [1, 15],
            }
            identity {
                worker_ids_count_from_zero_and_stay_with_their_threads: [16],
                threads_are_named_after_their_workers: [16],
                job_ids_count_from_zero_without_gaps: [16],
                each_worker_lives_one_life_on_its_own_thread: [9, 16],
                a_state_that_cannot_be_made_is_reported_by_spawn: [16, 17],
                stop_hooks_are_told_why: [16],
                a_panicking_hook_is_contained: [9, 16] full,
                hooks_are_told_of_each_job_that_runs: [2, 9, 16],
            }
            reentrancy {
                a_handler_submits_to_its_own_pool: [7],
                a_handler_is_refused_rather_than_left_waiting_on_its_own_full_queue: [6, 7],
                a_crawler_feeds_itself: [7],
                a_handler_closes_its_own_pool: [10],
                a_handler_stops_its_own_pool: [11],
                a_handler_that_joins_its_own_pool_only_looks: [12],
                a_stop_hook_may_use_its_pool: [10, 12],
                a_worker_may_wait_for_room_in_another_pool: [7, 20],
                a_handler_runs_a_pool_of_its_own: [20],
                a_handler_that_panics_amid_a_submission_harms_nobody: [7, 9],
                a_handler_that_runs_jobs_on_its_own_pool_is_refused: [6, 7],
                a_handler_that_maps_jobs_over_its_own_pool_is_refused: [6, 7],
                a_worker_is_one_for_as_long_as_its_thread_lives: [7],
            }
            resources {
                a_thread_refused_to_any_worker_leaves_none_behind: [17],
                a_stack_that_the_system_refuses_is_a_typed_error: [17],
                every_thread_comes_from_the_spawner_and_is_joined: [12],
                bounded_queue_and_results_bound_the_memory: [19],
                a_million_jobs_through_many_producers: [1],
                idle_workers_use_no_cpu: [18],
            }
            regressions {
                threadpool_13_a_panicked_job_can_be_told_from_a_slow_one: [9],
                rayon_10_a_panic_beside_a_slow_job_does_not_hang: [9],
                book_3651_the_queue_is_not_locked_while_a_job_runs: [3],
                gobyexample_125_small_buffers_do_not_deadlock_the_simplest_program: [1],
                threadpool_102_a_producer_is_held_to_the_pace_of_the_workers: [5],
                rayon_1020_a_flood_of_endless_jobs_is_refused: [5, 6],
                ants_197_a_nested_submission_to_a_full_pool_does_not_deadlock: [7],
                rayon_446_waiting_for_a_task_inside_a_task_is_refused: [7],
                rayon_592_a_worker_never_runs_a_job_inside_another: [3],
                tokio_8056_a_job_submitted_by_a_busy_worker_wakes_an_idle_one: [3],
                pond_115_every_waiting_submitter_gets_its_turn: [5],
                quickwit_2862_whoever_waits_on_an_undone_job_is_let_go: [11, 13],
                blocking_24_a_refused_thread_does_not_spoil_the_next_pool: [17],
                blocking_79_threads_refused_for_good_are_not_asked_for_again_and_again: [17],
                tokio_2309_a_refused_thread_is_an_error_and_not_a_panic: [17],
                tokio_8406_a_pool_that_is_short_of_a_thread_keeps_nothing: [17],
                rayon_688_thread_locals_are_gone_when_drop_returns: [15],
                rayon_1242_a_shutdown_that_succeeds_has_ended_every_thread: [12],
                surrealdb_5594_opening_and_closing_in_a_loop_leaks_no_thread: [15],
                tikv_20095_a_panic_does_not_skip_the_stop_hook: [9, 16],
                rayon_544_a_backlog_can_be_abandoned: [11],
                tokio_1923_a_shutdown_waits_no_longer_than_it_is_told: [12],
                tokio_5338_a_blocking_job_can_be_told_to_end: [11],
                tokio_6609_a_drop_after_a_stop_runs_nothing_more: [11, 15],
                ants_202_submitters_that_wait_when_the_pool_stops_are_woken: [6, 11],
                pond_105_a_job_that_races_a_close_is_run_or_refused: [1, 10],
                tokio_7499_a_job_submitted_by_a_job_during_the_end_is_not_lost_silently: [6, 10],
                tunny_33_a_closed_pool_returns_an_error_and_does_not_panic: [6],
                pond_61_a_cancelled_pool_with_a_queued_job_can_be_waited_for: [12, 13],
                pond_138_a_cancellation_amid_a_bulk_of_jobs_leaves_nobody_waiting: [1, 13],
                flume_89_what_nobody_will_receive_is_dropped: [15],
                crossbeam_1102_results_dropped_unread_are_gone_at_once: [15],
            }
            model {
                random_schedules_match_a_sequential_model:
                    [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16],
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
    /// The laws of the [contract](pool::Pool#contract) that it proves, by their numbers.
    pub laws: &'static [u8],
    /// Whether it is one that [native pools](Proof::core) are held to.
    pub core: bool,
    /// Its body, which panics if the backend breaks one of them. Best called by
    /// [`run_case`](crate::run_case).
    pub body: fn(),
}

/// Every case, for whichever backend is [under test](crate::Subject): compiled once.
pub static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| for_each_case!(__case_vec, Erased));

/// Which laws a case proves, whatever the backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The group of the case.
    pub group: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The laws of the [contract](pool::Pool#contract), by their numbers.
    pub laws: &'static [u8],
    /// Whether a pool has to pass it that is written with its library alone.
    ///
    /// The core is what a user needs to trust a pool at all. The rest is what the managed pools
    /// give on top: no deadlock on the own queue (7), cancellation (13), deadlines (14), the fair
    /// line of those who wait for room, and whatever panics as it is dropped or woken.
    pub core: bool,
}

/// Every case's proof, in the order of the list.
pub const PROOFS: &[Proof] = for_each_case!(__proofs, _);

impl Proof {
    /// That of the case `group::name`.
    pub fn of(group: &str, name: &str) -> Option<&'static Self> {
        PROOFS.iter().find(|proof| (proof.group, proof.name) == (group, name))
    }

    /// What a failure of the case is announced by: where it is, and which laws it proves. The
    /// last part of `module` is the group.
    #[doc(hidden)]
    pub fn title(module: &str, name: &str) -> String {
        let group = module.rsplit("::").next().expect("a module has a name");
        let laws = Self::of(group, name).map_or(&[][..], |proof| proof.laws);
        let laws: Vec<_> = laws.iter().map(u8::to_string).collect();
        format!("{module}::{name} (laws: {})", laws.join(", "))
    }
}

/// The laws that no case of the core proves.
pub(crate) const BEYOND_THE_CORE: [u8; 3] = [7, 13, 14];

/// Whether a case is of the core: not if it is marked, or proves a law beyond the core.
#[doc(hidden)]
pub const fn is_core(laws: &[u8], marks: &[&str]) -> bool {
    let (mut core, mut at) = (marks.is_empty(), 0);
    while at < laws.len() * BEYOND_THE_CORE.len() {
        core &= laws[at % laws.len()] != BEYOND_THE_CORE[at / laws.len()];
        at += 1;
    }
    core
}

/// Makes [`Case`]s of the list, or of a part of it, which need not repeat the laws.
#[doc(hidden)]
#[macro_export]
macro_rules! __case_vec {
    ($backend:ty; $($group:ident { $($case:ident $(: $laws:tt $($mark:ident)?)?,)+ })+) => {
        vec![$($($crate::case_list::case(
            stringify!($group),
            stringify!($case),
            $crate::cases::$group::$case::<$backend>,
        ),)+)+]
    };
}

/// The case of this name, with this body.
pub(crate) fn case(group: &str, name: &str, body: fn()) -> Case {
    let &Proof { group, name, laws, core } = Proof::of(group, name).expect("it is in the list");
    Case { group, name, laws, core, body }
}

#[doc(hidden)]
#[macro_export]
macro_rules! __proofs {
    ($backend:ty; $($group:ident { $($case:ident: $laws:tt $($mark:ident)?,)+ })+) => {
        &[$($($crate::Proof {
            group: stringify!($group),
            name: stringify!($case),
            laws: &$laws,
            core: $crate::is_core(&$laws, &[$(stringify!($mark))?]),
        },)+)+]
    };
}
