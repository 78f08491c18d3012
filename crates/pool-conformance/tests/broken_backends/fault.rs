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
    ],
    RunsAJobTwice => [
        "exactly_once::the_handler_is_called_once_a_job_whatever_comes_of_it",
    ],
    Reorders => [
        "order::one_worker_is_first_in_first_out",
        "model::random_schedules_match_a_sequential_model",
    ],
    RepeatsIds => [
        "exactly_once::n_jobs_give_n_completions_with_unique_ids",
        "identity::job_ids_count_from_zero_without_gaps",
    ],
    NamesTheWrongWorker => [
        "identity::worker_ids_count_from_zero_and_stay_with_their_threads",
    ],
    LosesPanicMessages => [
        "panics::every_payload_has_a_message",
    ],

    // Workers.
    OneAtATime => [
        "concurrency::as_many_jobs_run_at_once_as_there_are_workers",
        "regressions::book_3651_the_queue_is_not_locked_while_a_job_runs",
    ],
    OneAtATimeInAllPools => [
        "reentrancy::a_handler_runs_a_pool_of_its_own",
    ],
    OneWorkerTooMany => [
        "concurrency::never_more_jobs_run_than_there_are_workers",
    ],
    PanicKillsTheWorker => [
        "panics::every_worker_panics_and_the_pool_still_works",
        "panics::ten_thousand_panics_leave_the_same_threads",
    ],
    FailureKillsTheWorker => [
        "errors::a_failing_job_keeps_its_worker_alive",
    ],
    RebuildsTheState => [
        "identity::each_worker_lives_one_life_on_its_own_thread",
    ],
    BusyWhenIdle => [
        "resources::idle_workers_use_no_cpu",
    ],
    LeaksAThread => [
        "graceful_shutdown::join_waits_until_every_thread_has_really_exited",
        "dropping::dropping_a_pool_drains_it_and_joins_its_threads",
    ],
    ForgetsTheStopHook => [
        "panics::the_stop_hook_runs_after_panics",
        "identity::stop_hooks_are_told_why",
    ],
    NamesNoThreads => [
        "identity::threads_are_named_after_their_workers",
    ],

    // Submitting.
    UnboundedQueue => [
        "backpressure::the_queue_holds_exactly_its_capacity",
    ],
    TrySubmitWaits => [
        "backpressure::a_full_queue_gives_the_same_job_back",
    ],
    SubmitNeverTimesOut => [
        "backpressure::a_timed_submit_gives_the_job_back_after_its_timeout",
    ],
    GivesBackAnotherJob => [
        "backpressure::a_full_queue_gives_the_same_job_back",
        "model::random_schedules_match_a_sequential_model",
    ],
    AcceptsWhenClosed => [
        "lifecycle::every_way_to_submit_is_refused_after_close",
        "conservation::every_job_is_accounted_for_under_a_racing_close",
    ],
    ClosesWithoutWakingSubmitters => [
        "backpressure::a_waiting_submitter_is_woken_by_the_end_with_its_job",
        "regressions::ants_202_submitters_that_wait_when_the_pool_stops_are_woken",
    ],
    ServesSubmittersInAnyOrder => [
        "backpressure::nobody_overtakes_a_waiting_submitter",
    ],
    BlocksOnANestedSubmit => [
        "reentrancy::a_handler_is_refused_rather_than_left_waiting_on_its_own_full_queue",
        "regressions::ants_197_a_nested_submission_to_a_full_pool_does_not_deadlock",
    ],
    RefusesEveryNestedSubmit => [
        "reentrancy::a_handler_submits_to_its_own_pool",
    ],

    // Cancellation and deadlines.
    IgnoresDeadlines => [
        "deadlines::a_job_whose_deadline_passes_in_the_queue_never_runs",
    ],
    IgnoresJobTokens => [
        "cancellation::a_queued_job_that_is_cancelled_never_runs_and_completes_at_once",
    ],
    IgnoresThePoolToken => [
        "pool_cancellation::a_cancelled_pool_with_a_full_queue_terminates",
    ],
    TellsNoRunningJobOfCancellation => [
        "cancellation::a_running_job_sees_its_cancellation_and_decides",
        "cancellation::a_sleep_wakes_when_its_job_is_cancelled",
        "immediate_stop::stop_tells_the_running_jobs_which_still_complete",
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
        "immediate_stop::stop_hands_back_exactly_what_never_started_oldest_first",
        "regressions::rayon_544_a_backlog_can_be_abandoned",
    ],
    StopWaits => [
        "immediate_stop::stop_hands_back_exactly_what_never_started_oldest_first",
        "model::random_schedules_match_a_sequential_model",
    ],
    StopLosesAJob => [
        "immediate_stop::stop_hands_back_exactly_what_never_started_oldest_first",
        "conservation::every_job_is_accounted_for_under_a_racing_stop",
    ],
    StopReverses => [
        "immediate_stop::stop_hands_back_exactly_what_never_started_oldest_first",
    ],
    StopHandsBackAStartedJob => [
        "immediate_stop::stop_hands_back_exactly_what_never_started_oldest_first",
    ],
    JoinDoesNotWait => [
        "graceful_shutdown::join_waits_until_every_thread_has_really_exited",
    ],
    JoinNeverTimesOut => [
        "lifecycle::join_on_an_open_pool_times_out",
    ],
    JoinNamesNobody => [
        "graceful_shutdown::a_join_that_times_out_names_the_busy_workers_and_their_jobs",
    ],
    DropDoesNotJoin => [
        "dropping::dropping_a_pool_drains_it_and_joins_its_threads",
        "dropping::dropping_an_idle_pool_ends_it",
    ],
    DropStops => [
        "dropping::dropping_a_pool_drains_it_and_joins_its_threads",
    ],
    DropInsideAWorkerWaits => [
        "dropping::a_pool_dropped_by_its_own_handler_still_drains",
    ],
    DropWhileUnwindingWaits => [
        "dropping::a_drop_during_unwinding_does_not_wait",
    ],

    // Results.
    UnboundedResults => [
        "backpressure::a_reader_that_does_not_read_stops_the_pool_and_nothing_is_lost",
    ],
    ResultsEndEarly => [
        "results::results_do_not_end_while_a_worker_is_busy",
        "graceful_shutdown::results_end_after_the_last_workers_completion",
    ],
    ResultsNeverEnd => [
        "graceful_shutdown::results_end_after_the_last_workers_completion",
        "model::random_schedules_match_a_sequential_model",
    ],
    DroppedResultsKillWorkers => [
        "dropping::dropping_the_results_neither_blocks_nor_kills_a_worker",
    ],
    UnreadResultsOutliveTheirReader => [
        "dropping::dropping_the_results_drops_what_lies_in_them",
        "dropping::dropping_the_results_drops_what_workers_wait_to_deliver",
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

    // Counting and starting.
    CountsSuccessesEarly => [
        "model::random_schedules_match_a_sequential_model",
    ],
    SpawnPanics => [
        "resources::a_stack_that_the_system_refuses_is_a_typed_error",
        "regressions::tokio_2309_a_refused_thread_is_an_error_and_not_a_panic",
    ],
    FailedSpawnLeaksThreads => [
        "resources::a_thread_refused_to_any_worker_leaves_none_behind",
    ],
}
