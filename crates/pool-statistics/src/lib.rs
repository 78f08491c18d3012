//! The statistics of paired comparisons, on numbers alone.
//!
//! Everything here is of means of logarithms: the mean of logarithms of ratios is that of a
//! ratio and of its inverse alike, which no mean of ratios is. What is repeated is a whole
//! process, since what an address or an early decision of the system does to one process it does
//! to all that is measured in it: values within a process are no independent repetitions, however
//! many there are (T. Kalibera and R. Jones, "Rigorous Benchmarking in Reasonable Time", ISMM
//! 2013). Within a process, [medians](median) keep what a burst of other
//! work did to a visit out of the result.

mod interval;
mod quantile;
mod random_effects;
mod scalability;
mod student;
mod verdict;
mod welch;
mod wilson;

pub use self::{
    interval::Interval,
    quantile::{median, quantile},
    random_effects::random_effects,
    scalability::{FEWEST_COUNTS, Scalability, scalability},
    student::{Estimate, mean, mean_interval},
    verdict::Verdict,
    welch::difference,
    wilson::share_interval,
};
