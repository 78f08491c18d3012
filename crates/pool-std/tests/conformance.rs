//! Holds the std backend to the contract, by its own types. The test `backends` of `pool-conformance`
//! holds all of them to it through trait objects.

pool_conformance::conformance!(static std, pool_std::Std);
