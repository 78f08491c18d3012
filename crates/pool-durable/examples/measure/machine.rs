//! Where and when it was measured.

use std::{
    fmt::Write as _,
    fs::File,
    io::{Seek, SeekFrom, Write as _},
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use sysinfo::System;

use crate::AnyError;

/// A few lines for people.
pub(crate) fn describe(directory: &Path, rounds: u16) -> Result<String, AnyError> {
    let system = System::new_with_specifics(
        sysinfo::RefreshKind::nothing().with_cpu(sysinfo::CpuRefreshKind::nothing()),
    );
    let brand = system.cpus().first().map_or("unknown", |cpu| cpu.brand());
    let cores = std::thread::available_parallelism()?;
    let kernel = System::kernel_long_version();
    let load = System::load_average().one;
    let fsync = fsync(directory)?.as_secs_f64() * 1e3;
    let sqlite = pool_durable::rusqlite::version();
    let postgres = first_line("postgres", &["--version"]).unwrap_or_else(|| "none".to_owned());
    let mut text = String::new();
    writeln!(text, "cpu        {brand}, {cores} cores\nkernel     {kernel}\nload       {load:.1}")?;
    writeln!(text, "fsync      {fsync:.2} ms, the median of 200 after 4 KiB each")?;
    writeln!(text, "sqlite     {sqlite}\npostgres   {postgres}\nrounds     {rounds}")?;
    Ok(text)
}

/// `2026-03-14-1a2b3c4d`.
pub(crate) fn name_of_run() -> Result<String, AnyError> {
    let date = first_line("date", &["--utc", "+%F"]).ok_or("date gives no date")?;
    let commit = first_line("git", &["rev-parse", "--short=8", "HEAD"]);
    Ok(format!("{date}-{}", commit.as_deref().unwrap_or("unknown")))
}

fn first_line(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().next().map(str::to_owned)
}

/// How long the disk takes to keep what was written.
fn fsync(directory: &Path) -> Result<Duration, AnyError> {
    let mut file = File::create(directory.join("fsync"))?;
    let mut times = Vec::new();
    for _ in 0..200 {
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&[0; 4096])?;
        let begun = Instant::now();
        file.sync_data()?;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    Ok(times[100])
}
