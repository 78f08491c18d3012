//! `completions`: for a shell.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::{app::App, cli::Cli, error::Error, terminal};

const DETAILS: &str = "\
The completions are for a program called `pool-compare`, as cargo's alias cannot be
completed: install it with `cargo install --path crates/pool-compare`, or name
an alias of the shell so.

Examples:
  cargo compare completions bash > ~/.local/share/bash-completion/completions/pool-compare
  cargo compare completions fish > ~/.config/fish/completions/pool-compare.fish";

/// What can be said on the command line.
#[derive(Debug, clap::Args)]
#[command(after_help = DETAILS)]
pub(crate) struct Args {
    /// For which shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Runs the verb.
pub(crate) fn run(args: &Args, _app: &App<'_>) -> Result<(), Error> {
    // To memory first: a pipe that is closed would be a panic in there, and is no error here.
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), NAME, &mut text);
    terminal::print(String::from_utf8_lossy(&text).trim_end())
}

/// What the program is called where it is installed.
const NAME: &str = "pool-compare";
