//! How much work a microsecond is.

use std::{
    fmt,
    hint::black_box,
    time::{Duration, Instant},
};

use crate::mix::Mix;

/// How fast this machine mixes, with which lengths become rounds.
///
/// ```
/// use std::time::Duration;
/// use pool_workloads::Speed;
///
/// let speed = Speed::new(812.0);
/// assert_eq!(speed.to_string(), "1 µs of work is 812 rounds of mixing");
/// assert_eq!(speed.rounds(Duration::from_micros(10)), 8_120);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speed {
    rounds_per_micro: f64,
}

/// How long a slice is, at least; at most it is about twice as long. Short enough that many
/// slices fit between two preemptions even beside a busy neighbour, and long enough for the
/// clock.
const SLICE: Duration = Duration::from_micros(200);

/// For how long slices are measured: long enough to meet a moment of quiet.
const LIMIT: Duration = Duration::from_millis(120);

impl Speed {
    /// A given speed, in rounds per microsecond: for tests, and for doing what another machine
    /// did.
    ///
    /// # Panics
    ///
    /// If `rounds_per_micro` is not a finite number above 0.
    pub const fn new(rounds_per_micro: f64) -> Self {
        assert!(
            rounds_per_micro > 0.0 && rounds_per_micro.is_finite(),
            "a speed is a finite number above 0"
        );
        Self { rounds_per_micro }
    }

    /// Measures the speed of this machine on the calling thread, which takes an eighth of a second.
    ///
    /// That of the fastest of many short slices: whatever else happens on a machine makes a
    /// slice slower, never faster, so the fastest is the one that nothing happened in, and
    /// repeats well where a mean does not.
    pub fn measure() -> Self {
        let mut rounds = 1 << 10;
        let mut fastest = time(rounds);
        while fastest < SLICE {
            rounds *= 2;
            fastest = time(rounds);
        }
        let start = Instant::now();
        while start.elapsed() < LIMIT {
            fastest = fastest.min(time(rounds));
        }
        Self::of(rounds, fastest)
    }

    /// That of so many rounds in this time.
    fn of(rounds: u32, took: Duration) -> Self {
        // No clock is so coarse that a slice takes no time; and if it were, 1 ns is a speed.
        let micros = took.max(Duration::from_nanos(1)).as_secs_f64() * 1e6;
        Self::new(f64::from(rounds) / micros)
    }

    /// Rounds of mixing in a microsecond.
    pub fn rounds_per_micro(&self) -> f64 {
        self.rounds_per_micro
    }

    /// How many rounds take as long as `work`, to the nearest; at most `u32::MAX`, which on
    /// current machines is several seconds.
    pub fn rounds(&self, work: Duration) -> u32 {
        let rounds = (work.as_secs_f64() * 1e6 * self.rounds_per_micro).round();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "not negative, and `as` saturates"
        )]
        let rounds = rounds as u32;
        rounds
    }
}

fn time(rounds: u32) -> Duration {
    let start = Instant::now();
    black_box(Mix { key: black_box(1), rounds }.run());
    start.elapsed()
}

impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1 µs of work is {:.0} rounds of mixing", self.rounds_per_micro)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_are_to_the_nearest_and_end_at_the_most_a_job_can_have() {
        let speed = Speed::new(1.5);
        for (work, rounds) in [
            (Duration::ZERO, 0),
            (Duration::from_nanos(300), 0),
            (Duration::from_nanos(400), 1),
            (Duration::from_micros(2), 3),
            (Duration::from_secs(1), 1_500_000),
            (Duration::MAX, u32::MAX),
        ] {
            assert_eq!(speed.rounds(work), rounds, "{work:?}");
        }
    }

    #[test]
    fn a_speed_is_rounds_over_microseconds() {
        let speed = Speed::of(160_000, Duration::from_micros(200));
        assert_eq!(speed.rounds(Duration::from_micros(10)), 8_000);
        assert_eq!(Speed::of(1, Duration::ZERO), Speed::of(1, Duration::from_nanos(1)));
    }

    #[test]
    fn no_machine_is_so_fast_as_to_have_left_out_the_work() {
        // A round takes about four cycles. However loaded a machine is, that makes it slower.
        let rounds = Speed::measure().rounds_per_micro();
        assert!(rounds < 10_000.0, "{rounds}");
    }
}
