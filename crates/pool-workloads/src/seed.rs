//! Random numbers that can be had again.

use std::hash::{BuildHasher, RandomState};

use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

/// The generator of `seed`: the same numbers for the same seed, on every machine and with
/// every version of rand, which a generator that it does not name would not promise.
///
/// Any seed will do, neighbours too: `SplitMix64` spreads it over the generator's state.
pub fn generator(seed: u64) -> Xoshiro256PlusPlus {
    Xoshiro256PlusPlus::seed_from_u64(seed)
}

/// A seed drawn at random, below 2^24, so that a person can type it to have the same run
/// again.
pub fn fresh_seed() -> u64 {
    // std's own hash maps are seeded by the system; this is how to get at that.
    RandomState::new().hash_one(()) >> 40
}

#[cfg(test)]
mod tests {
    use rand::Rng;

    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers_now_and_in_ten_years() {
        let first: Vec<_> = [0, 1, u64::MAX].map(|seed| generator(seed).next_u64()).into();
        assert_eq!(
            first,
            [5_987_356_902_031_041_503, 14_971_601_782_005_023_387, 6_254_647_548_650_071_986]
        );
    }

    #[test]
    fn a_fresh_seed_is_short_and_another_each_time() {
        let seeds: Vec<_> = (0..8).map(|_| fresh_seed()).collect();
        assert!(seeds.iter().all(|seed| *seed < 1 << 24));
        assert!(seeds.iter().any(|seed| *seed != seeds[0]));
    }
}
