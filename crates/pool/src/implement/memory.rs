//! Memory that a library takes all at once.

use crate::SpawnError;

/// Checks that the system would give memory for `capacity` messages of type `M`, as a channel
/// needs that allocates its whole bound at once. Gives it back at once.
///
/// Such a channel aborts the process where the allocation fails. This fails instead, so a
/// backend calls it first.
///
/// # Errors
///
/// [`SpawnError::Memory`] if the memory is not to be had.
pub fn check_memory<M>(what: &'static str, capacity: usize) -> Result<(), SpawnError> {
    // A channel's slot has a word of its own next to the message.
    let mut slots = Vec::<(usize, M)>::new();
    slots.try_reserve_exact(capacity).map_err(|source| SpawnError::Memory {
        what,
        bytes: capacity.saturating_mul(size_of::<(usize, M)>()),
        source,
    })
}
