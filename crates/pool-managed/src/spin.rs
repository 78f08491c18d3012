//! Trying a few times before going to sleep.

use pool::sync::yield_now;

/// As often as crossbeam's channels yield before they park.
const YIELDS: usize = 4;

/// Tries up to a few times, and between tries lets other threads run. `None` if no try
/// succeeded, and it is time to sleep.
///
/// To sleep, and to be woken for one message, costs both sides many times an empty job. A
/// thread that yields first often finds several. On an idle machine the yields cost a few system
/// calls before a long sleep.
pub fn yielding<T>(mut attempt: impl FnMut() -> Option<T>) -> Option<T> {
    for _ in 0..YIELDS {
        if let Some(done) = attempt() {
            return Some(done);
        }
        yield_now();
    }
    attempt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_tries_until_it_succeeds_or_has_yielded_so_often() {
        let tries = |succeeds_at: usize| {
            let mut tries = 0;
            let done = yielding(|| {
                tries += 1;
                (tries == succeeds_at).then_some("done")
            });
            (done, tries)
        };
        assert_eq!(tries(1), (Some("done"), 1));
        assert_eq!(tries(YIELDS + 1), (Some("done"), YIELDS + 1));
        assert_eq!(tries(YIELDS + 2), (None, YIELDS + 1));
    }
}
