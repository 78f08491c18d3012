//! In which order things are visited: drawn, so that no contender always follows the same
//! other; and drawn from a printed seed, so that a run can be repeated.

use std::hash::{BuildHasher, RandomState};

/// Draws orders. The generator is `SplitMix64`, which mixes even a seed of 0 or 1 well.
#[derive(Debug)]
pub(crate) struct Orders {
    state: u64,
}

/// A seed nobody chose, short enough to be typed again.
pub(crate) fn fresh_seed() -> u64 {
    RandomState::new().hash_one(()) >> 40
}

impl Orders {
    /// The orders that belong to `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// Brings `items` into an order of which each is as likely as any other.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.up_to(last));
        }
    }

    /// From `0` to `max`, both included.
    fn up_to(&mut self, max: usize) -> usize {
        // The remainder favours small numbers by less than max / 2^64.
        let drawn = self.next() % (max as u64 + 1);
        usize::try_from(drawn).unwrap_or(max)
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn splitmix_gives_its_published_numbers() {
        let mut orders = Orders::new(1_234_567);
        let drawn = [(); 3].map(|()| orders.next());
        assert_eq!(
            drawn,
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn one_seed_gives_one_order() {
        let order = |seed| {
            let mut items: Vec<u8> = (0..50).collect();
            Orders::new(seed).shuffle(&mut items);
            items
        };
        assert_eq!(order(7), order(7));
        assert_ne!(order(7), order(8));
    }

    #[test]
    fn every_order_comes_about_equally_often() {
        let mut orders = Orders::new(0);
        let mut seen = HashMap::new();
        for _ in 0..6000 {
            let mut items = [1, 2, 3];
            orders.shuffle(&mut items);
            *seen.entry(items).or_insert(0) += 1;
        }
        assert_eq!(seen.len(), 6);
        assert!(seen.values().all(|count| (850..1150).contains(count)), "{seen:?}");
    }
}
