//! `cargo compare`: builds the command line and the program that measures, and starts the former.
//!
//! An alias of cargo's runs one program of one package. With this one, both are built side by side,
//! and what they share is built once: a first build takes two thirds of the time.

use std::{
    env,
    path::PathBuf,
    process::{Command, ExitCode, ExitStatus},
};

const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");

fn main() -> ExitCode {
    match launch() {
        Ok(status) => status.code().and_then(|it| u8::try_from(it).ok()).unwrap_or(1).into(),
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// Builds both, and with `--extras` that runner too. Then runs the command line, in place of this
/// program where the system can do that.
fn launch() -> Result<ExitStatus, String> {
    // What `cargo run` was, so that all is of one toolchain.
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(&cargo);
    build.args(["build", "--release", "--manifest-path", MANIFEST]);
    build.args(["--package", "pool-compare", "--package", "pool-runner"]);
    if env::args_os().any(|it| it == "--extras") {
        build.args(["--package", "pool-extras"]);
    }
    let built =
        build.status().map_err(|error| format!("{} cannot be run: {error}", cargo.display()))?;
    if !built.success() {
        // Cargo has said why.
        return Ok(built);
    }
    let program = beside_this().map_err(|error| format!("this program is not known: {error}"))?;
    let mut compare = Command::new(&program);
    compare.args(env::args_os().skip(1));
    replace(compare).map_err(|error| format!("{} cannot be run: {error}", program.display()))
}

/// Cargo puts all programs of a profile into one directory.
fn beside_this() -> std::io::Result<PathBuf> {
    let name = format!("pool-compare{}", env::consts::EXE_SUFFIX);
    Ok(env::current_exe()?.with_file_name(name))
}

/// Returns only if it cannot.
#[cfg(unix)]
fn replace(mut command: Command) -> std::io::Result<ExitStatus> {
    Err(std::os::unix::process::CommandExt::exec(&mut command))
}

#[cfg(not(unix))]
fn replace(mut command: Command) -> std::io::Result<ExitStatus> {
    command.status()
}
