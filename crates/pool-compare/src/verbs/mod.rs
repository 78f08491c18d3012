//! What `cargo compare` can do: a module a verb.

pub(crate) mod check;
pub(crate) mod doctor;
pub(crate) mod pick;
pub(crate) mod readme;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod show;
