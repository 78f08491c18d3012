//! The report of runs that are made up here, because nothing is to be measured for it.

mod browser;
pub(crate) mod fixture;
mod markup;
mod page;
