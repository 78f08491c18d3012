//! Keeping apart what different cores write.

use std::ops::Deref;

/// A value that shares its cache line with nothing else, nor the pair of lines that some
/// processors fetch together.
#[derive(Debug, Default)]
#[repr(align(128))]
pub struct Padded<T>(pub T);

impl<T> Deref for Padded<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
