//! What a measurement costs the machine: CPU time, context switches, memory.

use std::{
    fs,
    ops::{Add, Sub},
    time::Duration,
};

/// What the whole process has used since it began, or between two moments.
///
/// From `getrusage`, so it covers all threads, those that have ended too. Reading it costs
/// about half a microsecond: once a batch, never once a job.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// CPU time, user and system.
    pub cpu: Duration,
    /// Context switches because a thread went to sleep.
    pub voluntary: u64,
    /// Context switches because a thread's time was up.
    pub involuntary: u64,
}

impl Cost {
    /// What the process has used so far; `None` where the system does not say.
    #[cfg(unix)]
    pub fn so_far() -> Option<Self> {
        use nix::sys::{
            resource::{UsageWho, getrusage},
            time::TimeVal,
        };
        let duration = |time: TimeVal| {
            let seconds = u64::try_from(time.tv_sec()).unwrap_or_default();
            let micros = u64::try_from(time.tv_usec()).unwrap_or_default();
            Duration::from_secs(seconds) + Duration::from_micros(micros)
        };
        let usage = getrusage(UsageWho::RUSAGE_SELF).ok()?;
        Some(Self {
            cpu: duration(usage.user_time()) + duration(usage.system_time()),
            voluntary: u64::try_from(usage.voluntary_context_switches()).ok()?,
            involuntary: u64::try_from(usage.involuntary_context_switches()).ok()?,
        })
    }

    /// What the process has used so far; `None` where the system does not say.
    #[cfg(not(unix))]
    pub fn so_far() -> Option<Self> {
        None
    }

    /// What the process uses while `measured` runs; `None` where the system does not say.
    ///
    /// ```
    /// use pool_measure::cost::Cost;
    ///
    /// let (sum, cost) = Cost::of(|| (1..=1_000_000_u64).sum::<u64>());
    /// assert_eq!(sum, 500_000_500_000);
    /// if let Some(cost) = cost {
    ///     println!("{:?} of CPU time, {} sleeps", cost.cpu, cost.voluntary);
    /// }
    /// ```
    pub fn of<R>(measured: impl FnOnce() -> R) -> (R, Option<Self>) {
        let before = Self::so_far();
        let returned = measured();
        let cost = before.and_then(|before| Some(Self::so_far()? - before));
        (returned, cost)
    }
}

impl Sub for Cost {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            cpu: self.cpu.saturating_sub(earlier.cpu),
            voluntary: self.voluntary.saturating_sub(earlier.voluntary),
            involuntary: self.involuntary.saturating_sub(earlier.involuntary),
        }
    }
}

impl Add for Cost {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            cpu: self.cpu + other.cpu,
            voluntary: self.voluntary + other.voluntary,
            involuntary: self.involuntary + other.involuntary,
        }
    }
}

/// Bytes of memory that the process holds now; `None` where the system does not say (only
/// Linux does).
pub fn resident_bytes() -> Option<u64> {
    /// What the system tells it in, though it says kB.
    const KIB: u64 = 1024;
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * KIB)
}

/// The CPU time that all threads of the process but the calling one have used so far, of those that
/// there are; `None` where the system does not say (only Linux does, if it was built to).
pub fn cpu_of_other_threads() -> Option<Duration> {
    let this = fs::read_link("/proc/thread-self").ok()?;
    let others = fs::read_dir("/proc/self/task").ok()?.flatten();
    let others = others.filter(|thread| Some(thread.file_name().as_ref()) != this.file_name());
    // What has ended meanwhile has no such file any more.
    let stats: Vec<String> =
        others.flat_map(|thread| fs::read_to_string(thread.path().join("schedstat"))).collect();
    let nanos = |stat: &String| stat.split(' ').next()?.parse().ok().map(Duration::from_nanos);
    stats.iter().map(nanos).sum()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::{hint::black_box, thread, time::Instant};

    use super::*;

    #[test]
    fn cpu_time_and_sleeps_of_all_threads_are_counted() {
        let work = || {
            let start = Instant::now();
            while start.elapsed() < Duration::from_millis(30) {
                black_box((0..10_000_u64).sum::<u64>());
            }
            (0..20).for_each(|_| thread::sleep(Duration::from_millis(1)));
        };
        let ((), cost) = Cost::of(|| thread::spawn(work).join().unwrap());
        let cost = cost.unwrap();
        assert!(cost.cpu > Duration::ZERO && cost.voluntary >= 20, "{cost:?}");
    }

    #[test]
    fn memory_that_is_touched_is_resident() {
        const BYTES: usize = 64 << 20;
        let before = resident_bytes().unwrap();
        let block = black_box(vec![1_u8; BYTES]);
        assert!(resident_bytes().unwrap().saturating_sub(before) > BYTES as u64 / 2);
        drop(block);
    }
}
