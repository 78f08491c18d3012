//! Keeping what different cores write apart.

use std::ops::{Deref, DerefMut};

/// A value that shares its cache line with nothing else, nor the pair of lines that some
/// processors fetch together.
#[derive(Debug, Default)]
#[repr(align(128))]
pub(crate) struct Padded<T>(pub(crate) T);

impl<T> Deref for Padded<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Padded<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}
