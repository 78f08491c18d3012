//! Bugs that bit the users of other pools, each by the name of its project and the number of
//! its report. A case's first line says what the bug was.

mod ends;
mod jobs;
mod threads;

pub use self::{ends::*, jobs::*, threads::*};
