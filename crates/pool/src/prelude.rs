//! What a program that uses a pool imports, in one line: the traits, whose methods are called by
//! every such program, and what spawning a pool takes.
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
    AsyncPool, AsyncResults, Backend, Config, Context, Pool, PoolExt, Results, ResultsExt,
    infallible,
};
