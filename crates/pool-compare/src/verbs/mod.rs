//! What `cargo compare` can do: a module a verb.

pub(crate) mod checksum;
