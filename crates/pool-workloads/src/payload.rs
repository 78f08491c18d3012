//! Work that is memory traffic: 64 KiB that come with a job, and are summed by a worker.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

/// 64 KiB of numbers behind a thin pointer, so that it travels as light as any other job. Cheap to
/// clone: the numbers are shared, so that a job neither makes nor frees them.
///
/// The numbers are an arithmetic sequence, whose sum is known without adding them up.
#[derive(Clone)]
pub struct Payload(Arc<[u64; Self::WORDS]>);

/// Buffers for payloads, that are filled once and used again and again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Buffers(Arc<OnceLock<Vec<Payload>>>);

impl Buffers {
    /// 64 MiB, more than a cache holds.
    const COUNT: u32 = 1024;

    /// The payload of a job, and what it will give.
    pub(crate) fn job(&self, key: u32) -> (Payload, u64) {
        let all = self.0.get_or_init(|| (0..Self::COUNT).map(Payload::new).collect());
        let key = key % Self::COUNT;
        (all[key as usize].clone(), Payload::answer(key))
    }
}

impl Payload {
    /// How many numbers of 8 bytes there are.
    pub const WORDS: usize = Self::BYTES / size_of::<u64>();

    /// How many bytes there are.
    pub const BYTES: usize = 64 * 1024;

    /// The sequence of `key`: its first number is the key, and its step follows from the key.
    pub fn new(key: u32) -> Self {
        let (first, step) = (u64::from(key), step(key));
        let word = |n| step.wrapping_mul(n).wrapping_add(first);
        // By way of a slice, which is filled where it will be; an array would be on the stack.
        let words: Arc<[u64]> = (0..Self::WORDS as u64).map(word).collect();
        match words.try_into() {
            Ok(words) => Self(words),
            Err(_) => unreachable!("as long as the array"),
        }
    }

    /// The wrapping sum of all numbers, by adding them up.
    pub fn run(&self) -> u64 {
        self.0.iter().fold(0, |sum, word| sum.wrapping_add(*word))
    }

    /// What [`run`](Self::run) gives for the payload of `key`: n a + d n (n - 1) / 2.
    pub fn answer(key: u32) -> u64 {
        let n = Self::WORDS as u64;
        n.wrapping_mul(key.into()).wrapping_add(step(key).wrapping_mul(n * (n - 1) / 2))
    }
}

/// Odd, so that no two numbers of a sequence are the same.
fn step(key: u32) -> u64 {
    u64::from(!key) << 1 | 1
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Payload").field(&self.0[0]).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn adding_up_gives_the_answer(key: u32) {
            prop_assert_eq!(Payload::new(key).run(), Payload::answer(key));
        }
    }

    #[test]
    fn buffers_are_used_again_and_have_their_answers() {
        let buffers = Buffers::default();
        let (first, answer) = buffers.job(1);
        assert_eq!(first.run(), answer);
        let (again, _) = buffers.job(1 + Buffers::COUNT);
        assert!(Arc::ptr_eq(&first.0, &again.0));
        assert_ne!(buffers.job(2).1, answer);
    }

    #[test]
    fn a_payload_of_another_key_has_another_sum() {
        assert_ne!(Payload::answer(0), Payload::answer(1));
    }
}
