//! `check`: the quick part of the conformance suite, on every backend. It comes before all that is
//! measured, too.

use crate::{
    args::{Form, RunnerArgs},
    error::Error,
    protocol::{Checked, Failure},
    runner::{Runner, select},
    terminal::{answer, say},
};

/// What can be said on the command line.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Backends to check [default: all]
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    backend: Vec<String>,

    #[command(flatten)]
    runner: RunnerArgs,

    /// Print one JSON object in place of the lines
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Result<(), Error> {
    let runner = Runner::find(&args.runner)?;
    let backends = select(&runner.describe()?.backends, &args.backend, Form::Both)?;
    let names: Vec<String> = backends.into_iter().map(|it| it.name).collect();
    let checked = runner.check(&names)?;
    let lines = checked.iter().map(line).collect::<Vec<_>>().join("\n");
    answer(args.json, &serde_json::json!({ "backends": checked }), lines)?;
    none_broken(&checked)
}

/// `crossbeam  24 cases  ok  0.3 s`
fn line(Checked { backend, cases, failures, complete, seconds }: &Checked) -> String {
    let outcome = match failures.len() {
        0 if *complete => "ok".to_owned(),
        0 => "not finished".to_owned(),
        failed => format!("{failed} failed"),
    };
    format!("{backend:<10}  {cases:>2} cases  {outcome:<8}  {seconds:.1} s")
}

/// Checks backends before they are measured: one that breaks the contract is not.
pub(crate) fn check(runner: &Runner, names: &[String]) -> Result<(), Error> {
    let checked = runner.check(names)?;
    let cases: usize = checked.iter().map(|it| it.cases).sum();
    say(format_args!("checked {} backends with {cases} cases", checked.len()));
    none_broken(&checked)
}

/// An error that names those that broke the contract; says how, a line for each failure.
fn none_broken(checked: &[Checked]) -> Result<(), Error> {
    let broken = checked.iter().filter(|it| !it.passed());
    for Checked { backend, failures, .. } in broken.clone() {
        for Failure { case, laws, message } in failures {
            let laws = laws.iter().map(u8::to_string).collect::<Vec<_>>().join(" or ");
            say(format_args!("{backend} breaks the contract, law {laws}: {case}: {message}"));
        }
    }
    let names: Vec<_> = broken.map(|it| &*it.backend).collect();
    if names.is_empty() {
        return Ok(());
    }
    let (names, others) = (names.join(", "), "`run --backend` measures others");
    Err(Error::Failed(format!("these break the contract: {names}; {others}")))
}
