//! The steps of a pool: what each does, what differs, and which items belong to it.

/// A step, which is lit in all columns at once.
pub(crate) struct Step {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    /// What it does, and what differs between the libraries: a sentence or two of Markdown.
    pub(crate) head: &'static str,
    pub(crate) native: &'static [Static],
    /// What under the layer is left to write of it.
    pub(crate) managed: &'static [Static],
    /// What the layer does of it.
    pub(crate) layer: &'static str,
}

/// What stands at the same height in all columns.
pub(crate) struct Row<'a> {
    pub(crate) title: &'a str,
    /// The items of it, one below the other, as far as a library has them.
    pub(crate) items: &'a [&'a str],
    /// What is said of a library that has none of them.
    pub(crate) without: &'a str,
    /// Whether it is only shown when it is asked for.
    pub(crate) folded: bool,
}

type Static = Row<'static>;

const fn row(title: &'static str, items: &'static [&'static str], without: &'static str) -> Static {
    Row { title, items, without, folded: false }
}

const fn folded(
    title: &'static str,
    items: &'static [&'static str],
    without: &'static str,
) -> Static {
    Row { title, items, without, folded: true }
}

/// All steps, in order.
pub(crate) const STEPS: &[Step] = &[
    Step {
        id: "types",
        title: "The types",
        head: "A pool has a half that submits and a half that receives; the workers share some of it. \
               **std** and **rayon** share counts behind mutexes, with condition variables. \
               **crossbeam** and **flume** share channels, which say by disconnecting that something \
               is over. **Tokio** shares an async mutex around its one receiver, and a token.",
        native: &[
            row("The half that submits", &["NativePool", "Opened", "Debug for NativePool"], ""),
            row("What the workers share", &["Shared", "Intake", "Senders", "Queue", "RunJob"], ""),
            folded(
                "impl Backend for Native",
                &["Native", "Backend::NAME", "Backend::Pool", "Backend::Results"],
                "",
            ),
            folded("What is imported", &["use"], ""),
        ],
        managed: &[
            row("The library", &["Mpsc", "Channels", "Threads", "Library::NAME"], ""),
            row(
                "Its queue",
                &["SharedReceiver", "BothEnds", "Tickets", "State", "Pool", "InTurn"],
                "",
            ),
        ],
        layer: "The layer has the pool's two halves. A library names its queue.",
    },
    Step {
        id: "spawn",
        title: "Spawn",
        head: "All workers start, or none does. With **std**, **crossbeam** and **flume** a worker is a \
               thread of std. **rayon** starts its threads by our `spawn_handler`. **Tokio** runs each \
               worker as one long blocking task on a runtime.",
        native: &[
            row(
                "spawn_with_state, and what it calls",
                &[
                    "Backend::spawn_with_state",
                    "open",
                    "NativePool::build_runtime",
                    "NativePool::start_workers",
                    "refused",
                ],
                "",
            ),
            folded(
                "On threads that are there already: rayon and Tokio",
                &["Native::spawn_on", "Native::spawn_async", "asynchronous::run_jobs"],
                "Each pool starts threads of its own: there is no executor to join.",
            ),
        ],
        managed: &[row(
            "The queue, and the start of the workers",
            &["Library::queue", "Library::start"],
            "",
        )],
        layer: "The layer starts threads of std; rayon gets them by its spawn_handler.",
    },
    Step {
        id: "worker",
        title: "The worker",
        head: "A worker takes the oldest job, runs it and sends the completion. With **crossbeam** and \
               **flume** each worker has a clone of the receiver. With **std** and **Tokio** the workers \
               wait for the one receiver in turns. (**std**'s channel is **crossbeam**'s since Rust 1.67: \
               this mutex is the difference.) **rayon** has no loop: a ticket runs one job.",
        native: &[row(
            "The worker's loop",
            &["run_jobs", "Shared::next_job", "redeem_ticket", "put_back_ticket", "thread_local!"],
            "",
        )],
        managed: &[row(
            "How a worker waits",
            &[
                "SharedReceiver::recv",
                "InTurn::recv",
                "AsyncLibrary::recv",
                "Tickets::redeem",
                "thread_local!",
                "redeem",
            ],
            "`for message in &receiver`: in `start`, above.",
        )],
        layer: "The layer runs the job, and counts it. A library says how a worker waits.",
    },
    Step {
        id: "submit",
        title: "Submit",
        head: "A submission waits for room, for the close or for a timeout. Only a job that is accepted \
               gets an id. **crossbeam** waits for all three by one `select!`, and **Tokio** reserves a \
               permit. **flume** first receives a place. **std** and **rayon** count, and wait at a \
               condition variable.",
        native: &[
            row("Pool::admit", &["Pool::admit"], ""),
            row(
                "What it calls",
                &[
                    "NativePool::send",
                    "NativePool::reserve",
                    "Shared::enter_if_worker",
                    "wait_while",
                ],
                "Nothing of its own.",
            ),
            folded(
                "Awaited, submit_async: flume and Tokio",
                &["AsyncPool for NativePool"],
                "Waits by blocking its thread, and cannot be awaited.",
            ),
        ],
        managed: &[row("Queue::send", &["Queue::send"], "")],
        layer: "The layer has one fair line for all libraries. There is room by the time that it sends.",
    },
    Step {
        id: "close",
        title: "Close",
        head: "After a close no job comes in, and what is queued still runs. The channels of **std**, \
               **crossbeam** and **flume** end when their sender is dropped. **rayon** lets go of its \
               threads after the last job. **Tokio** cancels a token, and the next worker closes the \
               receiver.",
        native: &[row(
            "Pool::close, and what it calls",
            &["Pool::close", "Shared::close", "Shared::end_if_over", "Shared::run_on"],
            "",
        )],
        managed: &[row(
            "The end of the queue",
            &["Queue::end", "Tickets::open"],
            "Each worker is sent an end marker, as a message like others.",
        )],
        layer: "The layer refuses jobs from then on, and sends end markers after the last.",
    },
    Step {
        id: "stop",
        title: "Stop",
        head: "A stop hands back the jobs that have not begun, and cancels those that run. The channels \
               give them up one by one. **rayon** gives nothing back: so the jobs wait in a deque of our \
               own, and the tickets that are left find nothing.",
        native: &[row("Pool::stop", &["Pool::stop"], "")],
        managed: &[row("What is queued comes out", &["Queue::try_recv"], "")],
        layer: "The layer drains the queue; each job is claimed by a worker, a stop or a cancellation.",
    },
    Step {
        id: "join",
        title: "Join",
        head: "A join waits until every worker's thread has exited, and no longer than its timeout. A \
               thread of std is joined without one. So **std** and **rayon** count threads, **crossbeam** \
               and **flume** wait until a channel disconnects. **Tokio** waits for a `JoinSet` and for a \
               channel that closes.",
        native: &[
            row("Pool::join", &["Pool::join"], ""),
            row(
                "What it waits for",
                &["Alive", "Alive::new", "Drop for Alive", "wait_for"],
                "A channel of which each thread holds a sender; nothing is ever sent.",
            ),
            row("Dropped, or let go", &["Drop for NativePool", "Pool::detach"], ""),
        ],
        managed: &[],
        layer: "Nothing is left to write: the layer joins the threads that it has started.",
    },
    Step {
        id: "stats",
        title: "Stats",
        head: "How many jobs wait, run and have ended. The channels of **crossbeam** and **flume** know \
               their length, and **Tokio**'s its capacity. **std**'s does not: the pool counts.",
        native: &[
            row("Pool::stats", &["Pool::stats", "NativePool::queued"], ""),
            row("Which pool this is", &["Pool::pool_id", "Pool::is_worker"], ""),
        ],
        managed: &[],
        layer: "Nothing is left to write: the layer counts.",
    },
    Step {
        id: "results",
        title: "Results",
        head: "Completions reach the reader by a channel, until the last worker is gone. **flume**'s and \
               **Tokio**'s can be awaited, too. **rayon** has no channel and takes std's. **std** has two \
               types of sender, for bounded and unbounded results; **Tokio** has two at both ends.",
        native: &[
            row(
                "The workers' end",
                &[
                    "Outlet",
                    "Outlet::channel",
                    "Outlet::send",
                    "SendFn",
                    "Channel",
                    "results::channel",
                ],
                "`Sender`: one type, bounded or not.",
            ),
            row("The reader's end", &["NativeResults"], ""),
            row("Results::recv", &["Results::recv", "Iterator for NativeResults"], ""),
            row("Results::try_recv", &["Results::try_recv"], ""),
            row("Results::recv_timeout", &["Results::recv_timeout"], ""),
            folded("Results::put_back", &["Results::put_back"], ""),
            folded(
                "Awaited, recv_async: flume and Tokio",
                &["AsyncResults for NativeResults", "Stream for NativeResults"],
                "Its channel cannot be awaited.",
            ),
            row("When the reader leaves first", &["Drop for NativeResults"], ""),
        ],
        managed: &[
            row("The channel", &["Library::results"], ""),
            row(
                "The workers' end",
                &[
                    "Completions",
                    "Completions::send_at_once",
                    "Outlet for Completions",
                    "AsyncLibrary::send",
                    "Drop for Completions",
                ],
                "`pool_managed::mpsc`: std's channel, written once.",
            ),
            row(
                "The reader's end",
                &[
                    "Unread",
                    "Unread::look",
                    "Unread::wait",
                    "Inlet for Unread",
                    "AsyncLibrary::poll_recv",
                    "Drop for Unread",
                    "Task",
                    "Task::replace",
                    "Task::wake",
                ],
                "`pool_managed::mpsc`, too.",
            ),
        ],
        layer: "The layer delivers what is owed, and drops results that have no reader. A library carries it.",
    },
];
