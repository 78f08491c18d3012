//! What this machine can do at once, and keeping a measurement to a part of it.

use std::{io, thread};

/// Threads that can run at once, as far as this process may; 1 where the system does not say.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// How many of `workers` workers can run at once: no more than there are cores. At least 1.
pub fn lanes(workers: usize) -> u32 {
    u32::try_from(workers.min(cores())).unwrap_or(u32::MAX).max(1)
}

/// Keeps the calling thread, and those that it starts from now on, to the first core that it
/// may use.
///
/// # Errors
///
/// If the system refuses, or has no such thing (only Linux has).
#[cfg(target_os = "linux")]
pub fn pin_to_one_core() -> io::Result<()> {
    use nix::{
        sched::{CpuSet, sched_getaffinity, sched_setaffinity},
        unistd::Pid,
    };
    let this_thread = Pid::from_raw(0);
    let allowed = sched_getaffinity(this_thread)?;
    let first = (0..CpuSet::count()).find(|&core| allowed.is_set(core).unwrap_or(false));
    let mut one = CpuSet::new();
    one.set(first.ok_or(io::ErrorKind::NotFound)?)?;
    sched_setaffinity(this_thread, &one)?;
    Ok(())
}

/// Keeps the calling thread, and those that it starts from now on, to the first core that it
/// may use.
///
/// # Errors
///
/// If the system refuses, or has no such thing (only Linux has).
#[cfg(not(target_os = "linux"))]
pub fn pin_to_one_core() -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
