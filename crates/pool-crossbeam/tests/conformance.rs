//! Holds the crossbeam backend to the contract.

pool_conformance::conformance!(crossbeam, pool_crossbeam::Crossbeam);
