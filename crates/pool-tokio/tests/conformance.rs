//! Holds the tokio backend to the contract.

pool_conformance::conformance!(tokio, pool_tokio::Tokio);
