//! What a backend can beyond the contract, where that is a reason to choose it.

use pool::{AsyncPool, AsyncResults, Backend};
use serde::{Deserialize, Serialize};

/// Something that some backends can and others cannot.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum Capability {
    /// `submit_async(job).await`. Made by [`async_submit`](Self::async_submit).
    AsyncSubmit,
    /// `recv_async().await`, and results as a `Stream`. Made by
    /// [`async_results`](Self::async_results).
    AsyncResults,
    /// Handlers that are futures: more jobs in flight than threads.
    AsyncHandlers,
    /// A handler may fork onto the pool's own threads, as by `rayon::join`.
    Fork,
}

impl Capability {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::AsyncSubmit, Self::AsyncResults, Self::AsyncHandlers, Self::Fork];

    /// That submitting to `B` can be awaited: compiles only if it can.
    pub const fn async_submit<B: Backend>() -> Self
    where
        B::Pool<()>: AsyncPool<()>,
    {
        Self::AsyncSubmit
    }

    /// That the results of `B` can be awaited: compiles only if they can.
    pub const fn async_results<B: Backend>() -> Self
    where
        B::Results<(), ()>: AsyncResults<(), ()>,
    {
        Self::AsyncResults
    }

    /// Its name on a command line: `"async-submit"`.
    pub fn name(self) -> &'static str {
        self.into()
    }
}
