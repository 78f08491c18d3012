//! What this machine can do at once, how fast its disk is, and keeping a measurement to a part of
//! it.

use std::{
    fs::{self, File},
    io::{self, Seek, Write},
    ops::Sub,
    thread,
    time::Instant,
};

use pool_statistics::median;
use sysinfo::{CpuRefreshKind, RefreshKind, System};

/// Threads that can run at once, as far as this process may; 1 where the system does not say.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// How many of `workers` workers can run at once: no more than there are `cores`. At least 1.
pub fn parallelism(workers: usize, cores: usize) -> u32 {
    u32::try_from(workers.min(cores)).unwrap_or(u32::MAX).max(1)
}

/// Cores that are switched on, whether or not this process may use them; `None` where the system
/// does not say.
pub fn cores_online() -> Option<usize> {
    let cores = RefreshKind::nothing().with_cpu(CpuRefreshKind::nothing());
    Some(System::new_with_specifics(cores).cpus().len()).filter(|cores| *cores > 0)
}

/// What all cores together have done since the machine started, or between two moments, in
/// hundredths of a second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ticks {
    /// Running something, of any program.
    pub busy: u64,
    /// Ready to run, while the host ran somebody else's machine.
    pub stolen: u64,
}

impl Ticks {
    /// How many there are in a second of one core.
    pub const PER_SECOND: u32 = 100;

    /// Up to now; `None` where the system does not say (only Linux does).
    pub fn so_far() -> Option<Self> {
        parse_ticks(&fs::read_to_string("/proc/stat").ok()?)
    }
}

impl Sub for Ticks {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            busy: self.busy.saturating_sub(earlier.busy),
            stolen: self.stolen.saturating_sub(earlier.stolen),
        }
    }
}

/// From the line of all cores. What guests use is in the time of users as well.
fn parse_ticks(stat: &str) -> Option<Ticks> {
    let line = stat.lines().find_map(|line| line.strip_prefix("cpu "))?;
    let fields: Result<Vec<u64>, _> = line.split_whitespace().take(8).map(str::parse).collect();
    let [user, nice, system, _idle, _io_wait, interrupts, soft, stolen] =
        fields.ok()?.try_into().ok()?;
    Some(Ticks { busy: user + nice + system + interrupts + soft, stolen })
}

/// How many seconds the disk of this file takes to keep 4 KiB, which are written over the start of
/// it: the median of 50 times.
///
/// # Errors
///
/// If the file cannot be written or synced.
pub fn fsync(file: &mut File) -> io::Result<f64> {
    let once = |_| {
        file.rewind()?;
        file.write_all(&[0; 4096])?;
        let start = Instant::now();
        file.sync_data()?;
        Ok(start.elapsed().as_secs_f64())
    };
    let times: io::Result<Vec<f64>> = (0..50).map(once).collect();
    Ok(median(times?).unwrap_or_default())
}

/// The cores that the calling thread may use, by their numbers, ascending.
///
/// # Errors
///
/// If the system refuses, or has no such thing (only Linux has).
pub fn allowed_cores() -> io::Result<Vec<usize>> {
    affinity::get()
}

/// Keeps the calling thread, and those that it starts from now on, to these cores.
///
/// # Errors
///
/// If the system refuses, or has no such thing (only Linux has); if there are no cores.
pub fn keep_to(cores: &[usize]) -> io::Result<()> {
    affinity::set(cores)
}

#[cfg(target_os = "linux")]
mod affinity {
    use std::io;

    use nix::{
        sched::{CpuSet, sched_getaffinity, sched_setaffinity},
        unistd::Pid,
    };

    const THIS_THREAD: Pid = Pid::from_raw(0);

    pub(super) fn get() -> io::Result<Vec<usize>> {
        let allowed = sched_getaffinity(THIS_THREAD)?;
        let is_allowed = |core: &usize| allowed.is_set(*core).unwrap_or(false);
        Ok((0..CpuSet::count()).filter(is_allowed).collect())
    }

    pub(super) fn set(cores: &[usize]) -> io::Result<()> {
        let mut these = CpuSet::new();
        cores.iter().try_for_each(|core| these.set(*core))?;
        Ok(sched_setaffinity(THIS_THREAD, &these)?)
    }
}

#[cfg(not(target_os = "linux"))]
mod affinity {
    use std::io;

    pub(super) fn get() -> io::Result<Vec<usize>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn set(_cores: &[usize]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_workers_run_at_once_than_there_are_cores() {
        assert_eq!([(8, 2), (2, 8), (0, 2)].map(|(it, cores)| parallelism(it, cores)), [2, 2, 1]);
    }

    #[test]
    fn ticks_are_those_of_all_cores() {
        let stat = "cpu  10 1 5 100 4 1 2 7 50 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n";
        assert_eq!(parse_ticks(stat), Some(Ticks { busy: 19, stolen: 7 }));
        assert_eq!(parse_ticks("cpu  10 1 5\n"), None);
    }
}
