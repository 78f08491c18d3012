//! What a program that uses a pool imports, in one line: the traits, whose methods are called by
//! every such program, and what stands in the signatures of its own functions.
//!
//! ```
//! use pool::prelude::*;
//! use pool_std::Std;
//!
//! let (pool, mut results) = Std::spawn(Config::new(2), infallible(|n: u64, _| n * n))?;
//! let completions = pool.run(&mut results, 1..=3)?;
//! assert_eq!(completions.len(), 3);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use crate::{
    AsyncPool, AsyncResults, Backend, Config, Context, ContextError, Pool, PoolExt, Results,
    ResultsExt, WorkerId, infallible,
};
