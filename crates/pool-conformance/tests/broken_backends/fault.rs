//! What can be wrong with a backend, and which cases find it.

use std::{env, sync::LazyLock};

/// The variable that names this process's fault.
pub(crate) const VARIABLE: &str = "BROKEN_BACKEND_FAULT";

/// Whether this is what is wrong with the backend of this process.
pub(crate) fn is(fault: Fault) -> bool {
    static CURRENT: LazyLock<Option<Fault>> = LazyLock::new(|| {
        let name = env::var(VARIABLE).ok()?;
        FAULTS.iter().map(|(fault, _)| *fault).find(|fault| name == format!("{fault:?}"))
    });
    *CURRENT == Some(fault)
}

macro_rules! faults {
    ($($fault:ident => [$($case:literal),+ $(,)?],)+) => {
        /// One fault. Each stands for a slip that real pools have made.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Fault {
            $($fault,)+
        }

        /// Every fault, and the cases that it must fail.
        pub(crate) const FAULTS: &[(Fault, &[&str])] = &[
            $((Fault::$fault, &[$($case),+]),)+
        ];
    };
}

faults! {
    // Jobs and completions.
    LosesACompletion => [
        "exactly_once::n_jobs_give_n_completions_with_unique_ids",
        "model::random_schedules_match_a_sequential_model",
        "exactly_once::successes_and_failures_are_delivered_and_nothing_more",
        "exactly_once::many_producers_lose_nothing",
        "conservation::every_job_is_accounted_for_when_the_pool_is_dropped",
        "conservation::every_job_is_accounted_for_under_a_racing_cancellation",
        "results::a_slow_reader_loses_nothing",
        "results::iterating_after_join_yields_what_was_left",
        "results::a_waiting_reader_is_woken_by_a_completion",
        "conveniences::run_ends_whatever_the_capacities",
        "deadlines::deadlines_that_race_the_workers_lose_nothing",
        "resources::a_million_jobs_through_many_producers",
        "regressions::threadpool_13_a_panicked_job_can_be_told_from_a_slow_one",
        "lifecycle::close_stop_and_join_may_race",
    ],
    PanicsInsteadOfRunning => [
        "tasks::a_handle_can_be_awaited",
        "requests::each_request_gets_its_own_answer",
        "tasks::a_handle_returns_what_its_closure_returned",
        "tasks::a_finished_handle_has_its_value_at_once",
        "tasks::a_finished_handle_can_be_joined_inside_its_own_pool",
        "tasks::dropping_a_handle_abandons_the_value_but_not_the_closure",
        "order::an_ordered_map_keeps_input_order_in_the_smallest_pool",
    ],
    RunsAJobTwice => [
        "exactly_once::the_handler_is_called_once_a_job_whatever_comes_of_it",
        "exactly_once::stats_never_overestimate_and_add_up",
    ],
    Reorders => [
        "order::one_worker_keeps_the_order_of_each_producer",
        "cancellation::jobs_keep_their_order_around_cancelled_ones",
        "order::one_worker_is_first_in_first_out",
        "model::random_schedules_match_a_sequential_model",
    ],
    RepeatsIds => [
        "exactly_once::n_jobs_give_n_completions_with_unique_ids",
        "identity::job_ids_count_from_zero_without_gaps",
        "errors::an_error_shows_the_job_and_its_source",
        "conveniences::submit_batch_waits_for_room",
        "conveniences::batches_of_many_submitters_have_the_ids_of_their_jobs",
    ],
    NamesTheWrongWorker => [
        "identity::worker_ids_count_from_zero_and_stay_with_their_threads",
        "lifecycle::runs_one_job",
    ],
    LosesPanicMessages => [
        "order::an_error_stands_at_its_place_in_an_ordered_map",
        "panics::every_payload_has_a_message",
        "errors::an_error_without_a_source_says_what_happened",
        "panics::a_panic_gives_a_completion_with_id_and_message",
    ],

    // Workers.
    OneAtATime => [
        "order::an_unordered_map_gives_each_result_as_its_job_ends",
        "order::an_ordered_map_keeps_every_worker_busy",
        "order::plain_results_come_in_completion_order",
        "order::an_ordered_map_waits_for_the_slowest_first_job",
        "concurrency::as_many_jobs_run_at_once_as_there_are_workers",
        "regressions::book_3651_the_queue_is_not_locked_while_a_job_runs",
        "concurrency::a_backlog_is_shared_by_all_workers",
        "concurrency::a_slow_job_holds_up_no_other",
        "conveniences::run_returns_completions_as_they_came",
        "regressions::rayon_10_a_panic_beside_a_slow_job_does_not_hang",
        "regressions::tokio_8056_a_job_submitted_by_a_busy_worker_wakes_an_idle_one",
    ],
    OneAtATimeInAllPools => [
        "reentrancy::a_handler_runs_a_pool_of_its_own",
    ],
    OneWorkerTooMany => [
        "concurrency::never_more_jobs_run_than_there_are_workers",
    ],
    PanicKillsTheWorker => [
        "tasks::a_payload_that_nobody_asks_for_is_dropped_in_peace",
        "panics::every_worker_panics_and_the_pool_still_works",
        "panics::ten_thousand_panics_leave_the_same_threads",
        "panics::a_payload_whose_drop_panics_is_contained",
        "panics::a_job_whose_drop_panics_is_contained",
        "panics::a_pool_can_be_dropped_while_its_jobs_panic",
        "panics::a_panic_after_close_deadlocks_nothing",
        "reentrancy::a_handler_that_panics_amid_a_submission_harms_nobody",
    ],
    FailureKillsTheWorker => [
        "errors::a_failing_job_keeps_its_worker_alive",
        "errors::the_first_error_and_all_errors_are_easy_to_get",
        "errors::the_good_prefix_and_then_the_error_can_be_had",
    ],
    RebuildsTheState => [
        "requests::a_request_uses_the_state_of_its_worker",
        "identity::each_worker_lives_one_life_on_its_own_thread",
    ],
    BusyWhenIdle => [
        "resources::idle_workers_use_no_cpu",
    ],
    LeaksAThread => [
        "graceful_shutdown::join_waits_until_every_thread_has_really_exited",
        "dropping::dropping_a_pool_drains_it_and_joins_its_threads",
        "lifecycle::a_thousand_pools_in_a_row",
        "regressions::surrealdb_5594_opening_and_closing_in_a_loop_leaks_no_thread",
    ],
    ForgetsTheJobHooks => [
        "identity::hooks_are_told_of_each_job_that_runs",
    ],
    ForgetsTheStopHook => [
        "panics::the_stop_hook_runs_after_panics",
        "identity::stop_hooks_are_told_why",
        "panics::a_state_whose_drop_panics_is_contained",
        "identity::a_panicking_hook_is_contained",
        "regressions::tikv_20095_a_panic_does_not_skip_the_stop_hook",
    ],
    NamesNoThreads => [
        "identity::threads_are_named_after_their_workers",
    ],

    // Submitting.
    UnboundedQueue => [
        "tasks::a_closure_is_refused_when_the_queue_is_full",
        "backpressure::the_queue_holds_exactly_its_capacity",
        "backpressure::a_submit_waits_until_a_place_is_free",
        "backpressure::a_place_is_free_once_the_job_is_taken",
        "backpressure::a_timed_submit_succeeds_once_there_is_room",
        "regressions::threadpool_102_a_producer_is_held_to_the_pace_of_the_workers",
        "regressions::rayon_1020_a_flood_of_endless_jobs_is_refused",
    ],
    LosesAPlace => [
        "backpressure::capacity_one_carries_many_jobs",
        "backpressure::no_place_is_lost_as_somebody_joins_the_line",
        "backpressure::no_place_is_lost_between_those_who_wait_and_those_who_give_up",
        "regressions::pond_115_every_waiting_submitter_gets_its_turn",
    ],
    TrySubmitWaits => [
        "backpressure::a_full_queue_gives_the_same_job_back",
    ],
    SubmitNeverTimesOut => [
        "backpressure::a_timed_submit_gives_the_job_back_after_its_timeout",
        "backpressure::a_submitter_that_gives_up_holds_up_no_other",
    ],
    GivesBackAnotherJob => [
        "backpressure::a_full_queue_gives_the_same_job_back",
        "model::random_schedules_match_a_sequential_model",
    ],
    AcceptsWhenClosed => [
        "requests::a_refused_request_gives_its_job_back",
        "tasks::a_refused_closure_is_dropped_with_its_error",
        "lifecycle::every_way_to_submit_is_refused_after_close",
        "conservation::every_job_is_accounted_for_under_a_racing_close",
        "lifecycle::a_pool_is_open_then_closing_then_ended",
        "conveniences::run_on_a_closed_pool_gives_the_job_back",
        "conveniences::run_on_a_stopped_pool_accounts_for_every_job",
        "conveniences::submit_batch_gives_back_what_was_not_taken",
        "regressions::pond_105_a_job_that_races_a_close_is_run_or_refused",
        "regressions::tokio_7499_a_job_submitted_by_a_job_during_the_end_is_not_lost_silently",
        "regressions::tunny_33_a_closed_pool_returns_an_error_and_does_not_panic",
    ],
    ClosesWithoutWakingSubmitters => [
        "backpressure::a_waiting_submitter_is_woken_by_the_end_with_its_job",
        "regressions::ants_202_submitters_that_wait_when_the_pool_stops_are_woken",
    ],
    ServesSubmittersInAnyOrder => [
        "backpressure::nobody_overtakes_a_waiting_submitter",
        "backpressure::waiting_submitters_are_served_in_order",
    ],
    BlocksOnANestedSubmit => [
        "reentrancy::a_handler_is_refused_rather_than_left_waiting_on_its_own_full_queue",
        "regressions::ants_197_a_nested_submission_to_a_full_pool_does_not_deadlock",
        "conveniences::submit_batch_from_a_worker_does_not_wait",
        "reentrancy::a_crawler_feeds_itself",
        "regressions::rayon_592_a_worker_never_runs_a_job_inside_another",
    ],
    RefusesEveryNestedSubmit => [
        "tasks::a_closure_may_spawn_others_while_there_is_room",
        "reentrancy::a_handler_submits_to_its_own_pool",
    ],

    // Cancellation and deadlines.
    OneTokenCancelsAll => [
        "cancellation::jobs_that_share_a_token_are_cancelled_together",
        "cancellation::cancelling_a_finished_job_does_nothing",
    ],
    TokensHoldThePool => [
        "cancellation::a_token_that_outlives_its_jobs_keeps_nothing_of_their_pool",
    ],
    CancelledJobsKeepTheirPlaces => [
        "cancellation::a_cancelled_job_frees_its_place",
        "cancellation::cancellations_that_race_the_workers_lose_nothing",
        "order::jobs_keep_their_order_while_others_are_cancelled",
    ],
    CancellationsWaitForAWorker => [
        "cancellation::a_queued_job_that_is_cancelled_never_runs_and_completes_at_once",
        "deadlines::a_late_job_can_still_be_cancelled",
        "tasks::a_handle_of_a_closure_not_run_says_so",
        "pool_cancellation::child_tokens_follow_their_parent_and_never_lead_it",
    ],
    GivesUpOnLateSubmissions => [
        "cancellation::cancelling_a_job_does_not_end_its_wait_for_room",
        "deadlines::a_deadline_does_not_end_the_wait_for_room",
    ],
    TellsATooEarlyDeadline => [
        "cancellation::a_sleep_that_nobody_cancels_lasts",
        "deadlines::a_job_that_starts_in_time_runs",
        "deadlines::a_timeout_counts_from_each_submission",
    ],
    IgnoresDeadlines => [
        "tasks::a_handle_of_a_closure_not_run_says_so",
        "deadlines::a_job_whose_deadline_passes_in_the_queue_never_runs",
    ],
    IgnoresJobTokens => [
        "requests::a_request_that_is_not_run_says_so",
        "cancellation::jobs_that_share_a_token_are_cancelled_together",
        "cancellation::a_job_submitted_with_a_cancelled_token_completes_without_running",
        "cancellation::under_full_results_a_worker_delivers_the_cancelled_job",
        "cancellation::a_handler_cancels_a_queued_job",
        "order::jobs_behind_cancelled_ones_keep_their_order",
        "deadlines::a_queued_job_that_is_late_and_cancelled_completes_as_cancelled",
        "cancellation::a_queued_job_that_is_cancelled_never_runs_and_completes_at_once",
        "lifecycle::a_job_may_close_the_pool_as_it_is_dropped",
        "pool_cancellation::a_long_line_of_child_tokens_does_not_overflow_the_stack",
        "backpressure::a_cancelled_job_makes_room_for_a_waiting_submitter",
    ],
    IgnoresThePoolToken => [
        "pool_cancellation::a_cancelled_pool_with_a_full_queue_terminates",
        "panics::a_cancelled_pool_contains_jobs_whose_drop_panics",
        "pool_cancellation::a_cancelled_pool_refuses_jobs_and_gives_them_back",
        "pool_cancellation::a_pool_born_cancelled_is_closed_and_ends",
        "pool_cancellation::pools_that_share_a_token_end_alone_and_are_cancelled_together",
        "pool_cancellation::a_cancelled_pool_with_full_results_completes_everything_once_it_is_read",
        "pool_cancellation::a_handler_cancels_its_own_pool",
        "pool_cancellation::a_cancellation_that_races_submitters_loses_nothing",
        "regressions::quickwit_2862_whoever_waits_on_an_undone_job_is_let_go",
        "regressions::pond_61_a_cancelled_pool_with_a_queued_job_can_be_waited_for",
        "regressions::pond_138_a_cancellation_amid_a_bulk_of_jobs_leaves_nobody_waiting",
    ],
    TellsNoRunningJobOfCancellation => [
        "deadlines::a_running_job_that_is_late_and_cancelled_is_told_so",
        "cancellation::a_running_job_sees_its_cancellation_and_decides",
        "cancellation::a_sleep_wakes_when_its_job_is_cancelled",
        "immediate_stop::stop_tells_the_running_jobs_which_still_complete",
        "pool_cancellation::a_contexts_token_follows_its_job_and_its_pool",
        "regressions::tokio_5338_a_blocking_job_can_be_told_to_end",
    ],
    TellsNoRunningJobOfItsDeadline => [
        "deadlines::a_running_job_sees_its_deadline_pass_and_decides",
    ],

    // The end.
    CloseDropsQueuedJobs => [
        "graceful_shutdown::close_lets_everything_queued_run",
    ],
    CloseWaits => [
        "graceful_shutdown::close_lets_everything_queued_run",
    ],
    IgnoresStop => [
        "order::an_unordered_map_ends_with_a_stopped_pool",
        "order::an_ordered_map_ends_with_a_stopped_pool",
        "immediate_stop::stop_hands_back_exactly_what_never_started_oldest_first",
        "regressions::rayon_544_a_backlog_can_be_abandoned",
        "immediate_stop::stop_works_after_close_and_after_the_end",
        "immediate_stop::a_stop_leaves_no_job_in_the_queue",
        "reentrancy::a_handler_stops_its_own_pool",
        "regressions::tokio_6609_a_drop_after_a_stop_runs_nothing_more",
    ],
    StopWaits => [
        "immediate_stop::stop_hands_back_exactly_what_never_started_oldest_first",
        "model::random_schedules_match_a_sequential_model",
    ],
    StopLosesAJob => [
        "requests::a_stop_hands_back_what_was_asked",
        "tasks::a_handle_follows_its_closure_out_of_a_stopped_pool",
        "immediate_stop::stop_hands_back_exactly_what_never_started_oldest_first",
        "conservation::every_job_is_accounted_for_under_a_racing_stop",
        "lifecycle::close_stop_and_join_may_come_in_any_order",
        "conservation::every_job_is_accounted_for_when_all_ends_race",
        "immediate_stop::stop_under_full_results_loses_nothing",
        "immediate_stop::a_job_that_is_handed_back_has_not_been_dropped",
        "immediate_stop::racing_stops_hand_every_job_back_once",
        "immediate_stop::a_stop_hands_back_a_job_or_lets_it_run",
    ],
    StopReverses => [
        "immediate_stop::stop_hands_back_exactly_what_never_started_oldest_first",
        "immediate_stop::stop_hands_back_what_is_queued_behind_cancelled_jobs",
        "immediate_stop::stop_hands_back_the_jobs_of_many_submitters_oldest_first",
    ],
    StopHandsBackAStartedJob => [
        "immediate_stop::stop_hands_back_exactly_what_never_started_oldest_first",
        "immediate_stop::a_stop_that_races_everything_else_loses_nothing",
    ],
    JoinDoesNotWait => [
        "graceful_shutdown::join_waits_until_every_thread_has_really_exited",
        "lifecycle::join_takes_the_longest_timeout_for_none",
        "graceful_shutdown::a_late_finish_after_a_timeout_is_safe",
        "graceful_shutdown::every_joiner_returns_with_the_same_report",
        "graceful_shutdown::the_report_tells_how_long_the_end_took",
        "regressions::rayon_1242_a_shutdown_that_succeeds_has_ended_every_thread",
    ],
    JoinNeverTimesOut => [
        "lifecycle::join_on_an_open_pool_times_out",
        "graceful_shutdown::a_timed_join_does_not_wait_for_a_thread_that_does_not_exit",
        "regressions::tokio_1923_a_shutdown_waits_no_longer_than_it_is_told",
    ],
    JoinNamesNobody => [
        "graceful_shutdown::a_join_that_times_out_names_the_busy_workers_and_their_jobs",
        "graceful_shutdown::a_worker_that_waits_to_deliver_is_named_as_busy",
    ],
    TellsNobodyOfTheEnd => [
        "graceful_shutdown::the_token_of_the_end_is_cancelled_after_the_last_worker",
    ],
    DropDoesNotJoin => [
        "tasks::dropping_tasks_drops_their_pool",
        "dropping::dropping_a_pool_drains_it_and_joins_its_threads",
        "dropping::dropping_an_idle_pool_ends_it",
        "regressions::rayon_688_thread_locals_are_gone_when_drop_returns",
    ],
    DropStops => [
        "dropping::dropping_a_pool_drains_it_and_joins_its_threads",
        "exactly_once::the_last_completion_survives_the_pool",
        "dropping::results_outlive_their_pool",
    ],
    DropInsideAWorkerWaits => [
        "dropping::a_pool_dropped_by_its_own_handler_still_drains",
        "dropping::a_pool_owned_by_its_own_handler_is_dropped_in_peace",
    ],
    DropWhileUnwindingWaits => [
        "dropping::a_drop_during_unwinding_does_not_wait",
    ],

    // Results.
    UnboundedResults => [
        "backpressure::a_reader_that_does_not_read_stops_the_pool_and_nothing_is_lost",
        "backpressure::a_slow_reader_keeps_memory_flat",
        "resources::bounded_queue_and_results_bound_the_memory",
    ],
    ResultsEndEarly => [
        "results::results_do_not_end_while_a_worker_is_busy",
        "graceful_shutdown::results_end_after_the_last_workers_completion",
    ],
    ResultsNeverEnd => [
        "graceful_shutdown::results_end_after_the_last_workers_completion",
        "model::random_schedules_match_a_sequential_model",
        "results::the_end_is_told_as_often_as_one_asks",
        "results::a_waiting_reader_is_woken_by_the_end",
        "batches::a_waiting_batch_is_woken_by_the_end",
    ],
    DroppedResultsKillWorkers => [
        "dropping::dropping_the_results_neither_blocks_nor_kills_a_worker",
        "dropping::dropping_the_results_frees_a_worker_that_waits_to_deliver",
    ],
    UnreadResultsOutliveTheirReader => [
        "dropping::dropping_the_results_drops_what_lies_in_them",
        "dropping::dropping_the_results_drops_what_workers_wait_to_deliver",
        "dropping::completions_that_nobody_reads_are_dropped_once",
        "regressions::flume_89_what_nobody_will_receive_is_dropped",
        "regressions::crossbeam_1102_results_dropped_unread_are_gone_at_once",
    ],
    CompletionsSlipByADrop => [
        "dropping::no_completion_slips_by_as_the_results_are_dropped",
    ],
    BatchLosesWhatIsTooMuch => [
        "batches::a_batch_takes_what_is_there_in_order",
        "batches::recv_batch_recv_and_try_recv_agree",
        "batches::batches_of_many_producers_lose_nothing",
        "batches::batches_of_full_results_lose_nothing_and_block_nobody",
        "batches::batches_outlive_their_pool",
        "model::random_schedules_match_a_sequential_model",
        "batches::whatever_comes_of_a_job_stands_at_its_place_in_a_batch",
    ],
    BatchReplacesWhatTheVectorHolds => [
        "batches::a_batch_is_appended",
        "batches::the_end_of_batches_is_told_as_often_as_one_asks",
    ],
    BatchTellsTheEndTooEarly => [
        "batches::a_batch_that_lingers_ends_with_the_results",
        "batches::a_batch_takes_what_is_there_in_order",
        "batches::the_end_of_batches_is_told_as_often_as_one_asks",
    ],
    BatchLingersPastTheEnd => [
        "batches::a_batch_that_lingers_ends_with_the_results",
        "batches::a_batch_takes_what_is_there_in_order",
    ],
    BatchLingersWhenFull => [
        "batches::a_full_batch_lingers_no_longer",
    ],
    BatchWaitsUntilItIsFull => [
        "batches::a_waiting_batch_is_woken_by_the_first_completion",
    ],
    BatchOfNoneWaits => [
        "batches::a_batch_of_none_is_had_at_once",
    ],

    LosesWhatIsPutBack => [
        "order::an_unordered_map_among_other_submitters_loses_nothing",
        "order::an_ordered_map_may_be_abandoned",
        "order::an_ordered_map_puts_back_what_it_has_not_given_out",
        "order::an_ordered_map_among_other_submitters_loses_nothing",
        "results::what_was_put_back_is_received_first",
        "conveniences::run_returns_its_own_jobs_only",
        "conveniences::run_puts_back_the_completions_of_others_in_order",
        "conveniences::run_puts_everything_back_when_its_iterator_panics",
        "results::what_was_put_back_is_dropped_with_the_results",
    ],
    TimedReceiveDoesNotWait => [
        "results::a_timed_receive_waits_for_its_timeout",
    ],
    TryRecvSeesNothing => [
        "order::an_ordered_map_gives_a_ready_result_before_it_asks_for_more",
        "exactly_once::recv_try_recv_and_recv_timeout_agree",
    ],
    KeepsDiscardedResults => [
        "results::a_pool_that_discards_its_results_keeps_none",
    ],

    // Whose thread it is.
    TakesNoThreadForAWorker => [
        "requests::waiting_for_an_answer_of_ones_own_pool_is_refused",
        "conveniences::waiting_for_an_idle_pool_from_a_worker_only_looks",
        "tasks::waiting_for_a_handle_inside_its_own_pool_is_refused",
        "tasks::waiting_inside_a_closure_from_elsewhere_is_refused",
        "tasks::waiting_for_a_handle_as_a_worker_leaves_is_refused",
        "reentrancy::a_handler_that_runs_jobs_on_its_own_pool_is_refused",
        "reentrancy::a_handler_that_maps_jobs_over_its_own_pool_is_refused",
        "reentrancy::a_worker_is_one_for_as_long_as_its_thread_lives",
        "regressions::rayon_446_waiting_for_a_task_inside_a_task_is_refused",
    ],
    TakesEveryThreadForAWorker => [
        "tasks::a_handle_waits_until_its_closure_ends",
        "tasks::waiting_for_a_handle_of_another_pool_is_allowed",
    ],
    IgnoresThatItIsGivenUp => [
        "graceful_shutdown::a_pool_that_was_given_up_ends_by_itself",
        "graceful_shutdown::a_pool_whose_shutdown_timed_out_is_dropped_at_once",
    ],

    // Counting and starting.
    CountsRunningJobsAsQueued => [
        "backpressure::the_counters_never_exceed_the_bounds",
    ],
    CountsPanicsAsFailures => [
        "tasks::what_a_closure_panicked_with_can_be_had",
        "requests::an_answer_that_is_an_error_is_counted_as_a_failure",
        "tasks::execute_runs_a_closure_nobody_waits_for",
        "tasks::a_panic_is_an_error_of_its_handle",
        "conservation::every_job_is_accounted_for_when_the_pool_is_dropped",
    ],
    OverstatesItsCapacity => [
        "order::dropping_an_ordered_map_waits_for_no_running_job",
        "order::an_ordered_map_takes_as_many_jobs_as_its_window_holds",
    ],
    CountsSuccessesEarly => [
        "conveniences::an_idle_pool_can_be_waited_for_and_goes_on",
        "model::random_schedules_match_a_sequential_model",
        "exactly_once::no_completion_comes_before_the_handler_returned",
    ],
    SpawnPanics => [
        "resources::a_stack_that_the_system_refuses_is_a_typed_error",
        "regressions::tokio_2309_a_refused_thread_is_an_error_and_not_a_panic",
        "identity::a_state_that_cannot_be_made_is_reported_by_spawn",
        "regressions::blocking_24_a_refused_thread_does_not_spoil_the_next_pool",
        "regressions::blocking_79_threads_refused_for_good_are_not_asked_for_again_and_again",
        "regressions::tokio_8406_a_pool_that_is_short_of_a_thread_keeps_nothing",
    ],
    FailedSpawnLeaksThreads => [
        "resources::a_thread_refused_to_any_worker_leaves_none_behind",
    ],
}
