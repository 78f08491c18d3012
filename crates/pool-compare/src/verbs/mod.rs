//! What `cargo compare` can do: a module a verb.

pub(crate) mod check;
pub(crate) mod checksum;
pub(crate) mod cmp;
pub(crate) mod completions;
pub(crate) mod diff;
pub(crate) mod doctor;
pub(crate) mod kept;
pub(crate) mod list;
pub(crate) mod merge;
pub(crate) mod pick;
pub(crate) mod rank;
pub(crate) mod readme;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod show;
