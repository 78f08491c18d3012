//! Holds the flume backend to what it offers to async code.

pool_conformance::async_conformance!(flume_async, pool_flume::Flume);
