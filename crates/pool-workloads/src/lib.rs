//! Jobs worth measuring, with known answers.
//!
//! A [`Job`] is a value small enough to travel through any queue; running it gives a number.
//! The numbers of a whole batch add up to its answer, which is known beforehand, so that a
//! measurement can be checked after its clock has stopped.

mod job;

pub use self::job::Job;
