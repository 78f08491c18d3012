//! A look into a queue: `cargo run -p pool-durable --example queue -- jobs.db`.
//!
//! `queue PLACE` counts the jobs, `queue PLACE dead` lists the dead ones with their last errors,
//! `queue PLACE revive ID...` has these tried again, `queue PLACE put TEXT...` puts jobs. A place
//! is a file, or the URL of a PostgreSQL database.

#![allow(clippy::doc_markdown, reason = "SQLite and PostgreSQL are names, no code")]

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use pool_durable::{NewJob, SourceError};

/// A look into a queue.
#[derive(Parser)]
struct Arguments {
    /// A file of SQLite, or the URL of a PostgreSQL database
    place: String,
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Subcommand)]
enum Verb {
    /// Lists the jobs that have failed for good
    Dead {
        /// How many
        #[arg(long, default_value_t = 100)]
        most: usize,
    },
    /// Has dead jobs tried again
    Revive {
        /// Which ones
        #[arg(required = true)]
        ids: Vec<i64>,
    },
    /// Puts jobs
    Put {
        /// Their payloads
        #[arg(required = true)]
        payloads: Vec<String>,
    },
}

fn main() -> ExitCode {
    if let Err(error) = look(Arguments::parse()) {
        eprintln!("error: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn look(arguments: Arguments) -> Result<(), SourceError> {
    let mut queue = pool_durable::open(&arguments.place)?;
    match arguments.verb {
        None => {
            let counts = queue.counts()?;
            println!("{:8} ready\n{:8} delayed", counts.ready, counts.delayed);
            println!("{:8} leased\n{:8} dead", counts.leased, counts.dead);
        }
        Some(Verb::Dead { most }) => {
            for dead in queue.dead(most)? {
                let payload = String::from_utf8_lossy(&dead.payload);
                println!(
                    "{} {payload:?}, {} attempts: {}",
                    dead.id, dead.attempts, dead.last_error
                );
            }
        }
        Some(Verb::Revive { ids }) => {
            println!("{} of {} were dead and are ready", queue.revive(&ids)?, ids.len());
        }
        Some(Verb::Put { payloads }) => {
            let jobs: Vec<NewJob> = payloads.into_iter().map(NewJob::from).collect();
            println!("put as {:?}", queue.put(&jobs)?);
        }
    }
    Ok(())
}
