//! Holds the async-channel backend to what it offers to async code.

pool_conformance::async_conformance!(async_channel_async, example_async_channel::AsyncChannel);
