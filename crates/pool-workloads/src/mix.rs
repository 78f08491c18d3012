//! Work without memory traffic: a linear congruential generator, iterated.
//!
//! Work is counted in rounds, and never in time by a loop that watches the clock: the clock of
//! a thread that was preempted runs on, so such a job would shrink just where threads compete,
//! which is what is to be measured.

use std::hint::black_box;

// The generator of Knuth's MMIX: D. E. Knuth, "The Art of Computer Programming", volume 2,
// 3rd edition, 3.3.4, table 1, line 26.
const MULTIPLIER: u64 = 6_364_136_223_846_793_005;
const INCREMENT: u64 = 1_442_695_040_888_963_407;

/// So many rounds of mixing, from a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mix {
    /// Where the generator begins.
    pub key: u32,
    /// How often it is iterated; 0 for no work at all.
    pub rounds: u32,
}

impl Mix {
    /// Does the work, round by round. One takes about four cycles of the processor: a
    /// multiplication and an addition, which the next one waits for.
    pub fn run(self) -> u64 {
        mix(self.key, self.rounds)
    }

    /// What [`run`](Self::run) gives, computed by other means and in no time.
    pub fn answer(self) -> u64 {
        skip_ahead(self.key, self.rounds)
    }
}

/// Not inlined, so that calibration and workers run the same machine code.
#[inline(never)]
fn mix(key: u32, rounds: u32) -> u64 {
    // The compiler could fold several rounds of a generator it knows into one.
    let multiplier = black_box(MULTIPLIER);
    let increment = black_box(INCREMENT);
    let mut x = u64::from(key);
    for _ in 0..rounds {
        x = x.wrapping_mul(multiplier).wrapping_add(increment);
    }
    x
}

/// Where the generator is after `rounds` rounds, in as many steps as that number has bits.
///
/// F. B. Brown, "Random Number Generation with Arbitrary Strides", Transactions of the
/// American Nuclear Society 71 (1994): k rounds are one round of another generator, and that
/// of 2k follows from that of k.
fn skip_ahead(key: u32, rounds: u32) -> u64 {
    let (mut multiplier, mut increment) = (MULTIPLIER, INCREMENT);
    let mut x = u64::from(key);
    let mut left = rounds;
    while left > 0 {
        if left & 1 == 1 {
            x = x.wrapping_mul(multiplier).wrapping_add(increment);
        }
        increment = increment.wrapping_mul(multiplier.wrapping_add(1));
        multiplier = multiplier.wrapping_mul(multiplier);
        left >>= 1;
    }
    x
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_round_gives_the_key_and_one_round_is_a_step_of_the_generator() {
        assert_eq!(Mix { key: 7, rounds: 0 }.run(), 7);
        assert_eq!(Mix { key: 0, rounds: 1 }.run(), INCREMENT);
        assert_eq!(Mix { key: 1, rounds: 1 }.run(), MULTIPLIER + INCREMENT);
    }

    #[test]
    fn all_rounds_count_up_to_the_most() {
        // The period is 2^64, so going on from 2^32 - 1 rounds by one more is not a return.
        let most = Mix { key: 3, rounds: u32::MAX }.answer();
        let one_less = Mix { key: 3, rounds: u32::MAX - 1 }.answer();
        assert_eq!(one_less.wrapping_mul(MULTIPLIER).wrapping_add(INCREMENT), most);
    }

    proptest! {
        #[test]
        fn the_work_gives_the_answer(key: u32, rounds in 0_u32..20_000) {
            let mix = Mix { key, rounds };
            prop_assert_eq!(mix.run(), mix.answer());
        }
    }
}
