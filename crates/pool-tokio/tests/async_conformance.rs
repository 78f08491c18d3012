//! Holds the tokio backend to what it offers to async code.

pool_conformance::async_conformance!(tokio_async, pool_tokio::Tokio);
