//! Step 11: bound the results.
//!
//! **What breaks.** A reader that is slower than the workers fills the memory
//! (`backpressure::a_slow_reader_keeps_memory_flat`). A reader that receives the completion of
//! another loses it (`conveniences::run_returns_its_own_jobs_only`).
//!
//! **The change.** The results are a bounded channel, if so configured: `Outlet` is a sender of
//! either kind. A completion can be put back. Values that are never received are dropped one by one,
//! so a `Drop` that panics harms no other. `check_memory` asks for the memory of both channels first.
//!
//! The code is `native.rs` of `pool-std`, its native pool. This step has none of its own.

pub use pool_std::{Native, NativePool, NativeResults};
