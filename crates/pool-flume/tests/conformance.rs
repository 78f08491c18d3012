//! Holds the flume backend to the contract.

pool_conformance::conformance!(flume, pool_flume::Flume);
