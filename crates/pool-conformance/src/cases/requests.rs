//! One request, one answer: `Requests`.
//!
//! After tunny's `Process`, Erlang's `gen_server:call` and tower's `Service`.

use std::{
    panic::panic_any,
    sync::{Arc, OnceLock, Weak},
    thread,
    time::Duration,
};

use pool::{
    Answer, Backend, CancellationToken, Config, Context, HandleError, JobOptions, Pool, Request,
    Requests, SubmitError, TrySubmitError,
};

use crate::{Gate, fixtures::cancelled_by, no_error};

/// A request for a number, by a number that is no more than 100.
type Ask = Request<u32, u32, String>;

type Asked<B> = Requests<<B as Backend>::Pool<Ask>>;

/// A pool that answers each request with its triple.
fn asked<B: Backend>(config: Config) -> Asked<B> {
    answering::<B>(config, |n, _| if n > 100 { Err(format!("{n} is too much")) } else { Ok(3 * n) })
}

fn answering<B: Backend>(
    config: Config,
    handler: impl Fn(u32, &Context) -> Result<u32, String> + Send + Sync + 'static,
) -> Asked<B> {
    let answer = move |request: Ask, context: &Context| request.answer(|job| handler(job, context));
    let (pool, _) = B::spawn(config.discard_results(), answer).unwrap();
    Requests::new(pool)
}

/// Many ask at once, and each gets the answer to what it has asked.
pub fn each_request_gets_its_own_answer<B: Backend>() {
    let requests = asked::<B>(Config::new(2).queue(4));
    thread::scope(|scope| {
        for asker in 0..4 {
            let requests = &requests;
            scope.spawn(move || {
                for n in 0..25 {
                    let n = 25 * asker + n;
                    assert_eq!(requests.submit_for(n).unwrap().join(), Ok(Ok(3 * n)));
                }
            });
        }
    });
    // Asked for in another order than it was submitted in.
    let answers: Vec<_> = (0..50).map(|n| requests.submit_for(n).unwrap()).collect();
    let answers = answers.into_iter().rev().map(|answer| answer.join().unwrap().unwrap());
    assert!(answers.eq((0..50).rev().map(|n| 3 * n)));
}

/// A request has the state of the worker that answers it.
pub fn a_request_uses_the_state_of_its_worker<B: Backend>() {
    let (pool, _) = B::spawn_with_state(
        Config::new(1).discard_results(),
        |_| no_error(0),
        |sum: &mut u32, request: Ask, _: &Context| {
            request.answer(|n| {
                *sum += n;
                Ok(*sum)
            })
        },
    )
    .unwrap();
    let requests = Requests::new(pool);
    let sums = [1, 2, 3].map(|n| requests.submit_for(n).unwrap());
    assert_eq!(sums.map(Answer::join), [Ok(Ok(1)), Ok(Ok(3)), Ok(Ok(6))]);
}

/// An error is an answer like any other, and the pool counts it; so with a panic.
pub fn an_answer_that_is_an_error_is_counted_as_a_failure<B: Backend>() {
    let requests = answering::<B>(Config::new(1), |n, _| match n {
        0 => panic_any(7_u8),
        1 => Err("one".to_owned()),
        n => Ok(n),
    });
    let [panics, fails, succeeds] = [0, 1, 2].map(|n| requests.submit_for(n).unwrap());
    let job = panics.job();
    let panicked = HandleError::Panicked { job, message: "non-string payload".into() };
    assert_eq!(panics.join(), Err(panicked));
    assert_eq!(fails.join(), Ok(Err("one".to_owned())));
    assert_eq!(succeeds.join(), Ok(Ok(2)));
    requests.pool().close();
    let stats = requests.pool().join(None).unwrap().stats;
    assert_eq!((stats.panicked, stats.failed, stats.succeeded), (1, 1, 1));
}

/// What cannot be asked comes back, as it was.
pub fn a_refused_request_gives_its_job_back<B: Backend>() {
    let gate = Gate::new();
    let at_gate = gate.clone();
    let requests = answering::<B>(Config::new(1).queue(1), move |n, _| {
        at_gate.pass();
        Ok(n)
    });
    let running = requests.try_submit_for(1).unwrap();
    gate.wait_for_arrivals(1);
    let queued = requests.try_submit_for(2).unwrap();
    assert_eq!(requests.try_submit_for(3).unwrap_err(), TrySubmitError::Full(3));
    requests.pool().close();
    assert_eq!(requests.try_submit_for(4).unwrap_err(), TrySubmitError::Closed(4));
    assert_eq!(requests.submit_for(5).unwrap_err(), SubmitError::Closed(5));
    gate.open();
    assert_eq!((running.join(), queued.join()), (Ok(Ok(1)), Ok(Ok(2))));
}

/// Cancelled or late in the queue, a request is not answered; while it runs, the handler decides.
/// A handle cancels its own request, and no other below the same token.
pub fn a_request_that_is_not_run_says_so<B: Backend>() {
    let gate = Gate::new();
    let at_gate = gate.clone();
    let requests = answering::<B>(Config::new(1), move |n, context| {
        at_gate.pass();
        context.check().map_err(|error| error.to_string()).map(|()| n)
    });
    let ask = |options| requests.submit_for_with(7, options).unwrap();
    let (client, other) = (CancellationToken::new(), CancellationToken::new());
    let cancellable = cancelled_by(&other).cancellable();

    let running = ask(JobOptions::new().cancellable());
    gate.wait_for_arrivals(1);
    let [queued, late, by_handle, by_parent, spared] = [
        cancelled_by(&client),
        JobOptions::new().timeout(Duration::ZERO),
        cancellable.clone(),
        cancelled_by(&client).cancellable(),
        cancellable,
    ]
    .map(ask);
    assert!(running.cancel() && by_handle.cancel());
    assert!(!queued.cancel(), "nothing said that it may be");
    client.cancel();
    gate.open();
    assert_eq!(running.join(), Ok(Err("cancelled".to_owned())));
    for answer in [queued, late, by_handle, by_parent] {
        let job = answer.job();
        assert_eq!(answer.join(), Err(HandleError::NotRun { job }));
    }
    assert!(spared.wait_timeout(Duration::MAX) && spared.cancel());
    assert_eq!(spared.join(), Ok(Ok(7)), "cancelled too late");
}

/// A stop hands requests back, and what was asked can be had of them; the asker is told.
pub fn a_stop_hands_back_what_was_asked<B: Backend>() {
    let gate = Gate::new();
    let at_gate = gate.clone();
    let requests = answering::<B>(Config::new(1), move |n, _| {
        at_gate.pass();
        Ok(n)
    });
    let running = requests.submit_for(0).unwrap();
    gate.wait_for_arrivals(1);
    let queued = [1, 2, 3].map(|n| requests.submit_for(n).unwrap());
    let undone = requests.pool().stop();
    assert!(!queued.iter().any(Answer::is_finished), "they may yet be answered");
    let asked = undone.into_iter().map(|(_, request)| request.into_job());
    assert!(asked.eq([1, 2, 3]));
    gate.open();
    assert_eq!(running.join(), Ok(Ok(0)));
    assert!(queued.map(Answer::join).iter().all(Result::is_err));
}

/// A handler that asks its own pool for an answer is refused: its worker may have to give it.
pub fn waiting_for_an_answer_of_ones_own_pool_is_refused<B: Backend>() {
    let own = Arc::new(OnceLock::<Weak<Asked<B>>>::new());
    let itself = Arc::clone(&own);
    let requests = Arc::new(answering::<B>(Config::new(1), move |n, _| {
        let own = itself.get().and_then(Weak::upgrade).expect("the case has it");
        match n {
            0 => Ok(0),
            n => match own.submit_for(n - 1).expect("there is room").join() {
                Err(HandleError::WouldDeadlock { job }) => Err(format!("waits for {job}")),
                other => Err(format!("{other:?}")),
            },
        }
    }));
    own.set(Arc::downgrade(&requests)).unwrap();
    let answer = requests.submit_for(1).unwrap();
    assert_eq!(answer.join(), Ok(Err("waits for 1".to_owned())));
}
