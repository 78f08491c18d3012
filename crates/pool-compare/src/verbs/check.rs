//! `check`: the quick part of the conformance suite, on every backend.

use crate::{
    args::{Form, RunnerArgs},
    checked::broken,
    error::Error,
    interrupt,
    protocol::Checked,
    runner::{Runner, select},
    terminal::{print, print_json},
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
    if interrupt::pressed() {
        let progress = format!("with {} of {} backends checked", checked.len(), names.len());
        return Err(Error::Interrupted { progress });
    }
    if args.json {
        print_json(&serde_json::json!({ "backends": checked }))?;
    } else {
        print(checked.iter().map(line).collect::<Vec<_>>().join("\n"))?;
    }
    let broken = broken(&checked);
    if broken.is_empty() { Ok(()) } else { Err(Error::Broken(broken)) }
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
