//! Holds the rayon backend to the contract.

pool_conformance::conformance!(rayon, pool_rayon::Rayon);
