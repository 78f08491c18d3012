//! The clock of a machine, for engines that have none of their own.

#[cfg(not(unix))]
use std::time::SystemTime;

#[cfg(unix)]
use nix::{
    sys::time::TimeValLike,
    time::{ClockId, clock_gettime},
};

/// Milliseconds of a clock that all processes of this machine share, and that cannot be set.
#[cfg(unix)]
pub(crate) fn uptime() -> i64 {
    let time = clock_gettime(ClockId::CLOCK_MONOTONIC).expect("every Unix has this clock");
    time.num_milliseconds()
}

/// Milliseconds since 1970, in place of such a clock.
#[cfg(not(unix))]
pub(crate) fn uptime() -> i64 {
    let since_1970 = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX)
}

/// From which start of the machine [`uptime`] counts; empty where that is not known.
pub(crate) fn boot() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default()
}
