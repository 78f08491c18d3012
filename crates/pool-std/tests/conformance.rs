//! Holds the std backend to the contract.

pool_conformance::conformance!(std, pool_std::Std);
