//! What is measured of a worker pool, and how: one definition of each quantity, for the
//! benchmarks and for the comparison alike.

pub mod contender;
