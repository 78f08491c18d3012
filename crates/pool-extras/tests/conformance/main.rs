//! Holds each of the extras to the contract, and keeps what came of it: `results/conformance/` has a
//! report for each library and version.
//!
//! A test is named `backend::group::case`. Cases that fail, by the report, are ignored; another test
//! sees that the report is of this version of the library, and of these cases.
//!
//! ```sh
//! cargo test -p pool-extras --test conformance kanal::order
//! UPDATE_CONFORMANCE=1 cargo test -p pool-extras --test conformance   # writes the reports
//! ```

mod report;

use std::{
    env,
    error::Error,
    io, panic,
    process::{Command, ExitCode},
};

use libtest_mimic::{Arguments, Trial};
use pool::{Backend, Config, Context, PoolExt};
use pool_conformance::{CASES, Case, PATIENCE, Subject, alone, async_cases};
use pool_extras::{AsyncChannel, Crossfire, Kanal};

use self::report::{Failed, Report};

/// A backend, and its cases of awaiting; none if it cannot be awaited.
type Extra = (Subject, fn() -> Vec<Case>);

const EXTRAS: [Extra; 3] = [
    (Subject::of::<Crossfire>(), async_cases::cases::<Crossfire>),
    (Subject::of::<Kanal>(), Vec::new),
    (Subject::of::<AsyncChannel>(), async_cases::cases::<AsyncChannel>),
];

/// How often a case is run for a report: some are lost only now and then.
const RUNS: usize = 5;

/// Processes at a time, most of which wait.
const PROCESSES: usize = 4;

/// The variable that asks for reports.
const UPDATE: &str = "UPDATE_CONFORMANCE";

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert_with(alone::at_a_time);
    if !arguments.nocapture {
        // Those of cases are in their results, those of jobs are what some cases are about.
        panic::set_hook(Box::new(|_| ()));
    }
    if env::var_os(UPDATE).is_none() {
        let trials = EXTRAS.iter().flat_map(trials).collect();
        return libtest_mimic::run(&arguments, trials).exit_code();
    }
    match EXTRAS.iter().try_for_each(update) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// All of its cases.
fn cases(&(_, async_cases): &Extra) -> Vec<Case> {
    CASES.iter().copied().chain(async_cases()).collect()
}

/// The tests of one backend.
fn trials(extra: &Extra) -> Vec<Trial> {
    let (subject, cases) = (extra.0, cases(extra));
    let library = subject.name();
    let report = Report::read(library);
    let fails = |case: &Case| report.as_ref().is_ok_and(|it| it.fails(case));
    let trial = |case: &Case| {
        let (case, name) = (*case, name(library, case));
        let run = move || subject.try_case(&case, PATIENCE).map_err(|error| error.to_string());
        Trial::test(name, move || Ok(run()?)).with_ignored_flag(fails(&case))
    };
    let mut trials: Vec<_> = cases.iter().map(trial).collect();
    let is_current = move || Ok(report.and_then(|it| it.check(library, &cases))?);
    trials.push(Trial::test(format!("{library}::the_report_is_current"), is_current));
    trials
}

/// Runs all cases of a backend, and writes what came of it.
fn update(extra: &Extra) -> Result<(), Box<dyn Error>> {
    let (subject, cases) = (extra.0, cases(extra));
    let library = subject.name();
    let handler = move |case: Case, _: &Context| {
        let failure = (0..RUNS).find_map(|_| alone(&name(library, &case)).transpose());
        failure.transpose().map(|message| Some(Failed::new(&case, &message?)))
    };
    let (pool, mut results) = AsyncChannel::spawn(Config::new(PROCESSES), handler)?;
    let failed: Result<Vec<_>, _> = pool.map_ordered(&mut results, cases.clone()).collect();
    let report = Report { runs: RUNS, failed: failed?.into_iter().flatten().collect() };
    println!("{}", report.write(library, &cases)?);
    Ok(())
}

/// Runs a test in a process of its own: what a failing one leaves behind, such as a thread that
/// spins, disturbs no other. What it said if it failed.
fn alone(name: &str) -> io::Result<Option<String>> {
    let mut process = Command::new(env::current_exe()?);
    process.args(["--exact", name, "--include-ignored"]).env_remove(UPDATE);
    let output = process.output()?;
    if output.status.success() {
        return Ok(None);
    }
    let stdout = String::from_utf8_lossy(&output.stdout);
    let said = stdout.split_once(&format!("---- {name} ----\n"));
    Ok(Some(said.map_or_else(|| output.status.to_string(), |(_, said)| said.to_owned())))
}

/// That of the test of a case.
fn name(library: &str, case: &Case) -> String {
    format!("{library}::{}::{}", case.group, case.name)
}
