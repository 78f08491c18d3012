//! Holds the async-channel backend to the contract.

pool_conformance::conformance!(async_channel, example_async_channel::AsyncChannel);
