//! What somebody needs of a pool.

use std::str::FromStr;

use pool_measure::capability::Capability;
use serde::Serialize;

use crate::protocol::BackendFacts;

/// Something that a pool has to have, by its name on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Need(&'static str);

/// No packages but those of the pools.
const STD_ONLY: &str = "std-only";

/// What every managed backend gives, by the names under which somebody may look for it.
const CONTRACT: &str = "backpressure, batches, bounded, cancellation, deadlines, errors, \
                        graceful-shutdown, ordered, panics, stats, stop, worker-state";

impl Need {
    /// That submitting can be awaited.
    pub(super) const ASYNC_SUBMIT: Self = Self("async-submit");

    /// Whether a backend has it.
    pub(super) fn is_met(self, by: &BackendFacts) -> bool {
        match self.0 {
            STD_ONLY => by.packages_pulled_in == Some(0),
            _ if self.is_contract() => !by.native,
            name => by.capabilities.iter().any(|it| it.name() == name),
        }
    }

    /// Whether every managed backend has it.
    pub(super) fn is_contract(self) -> bool {
        CONTRACT.split(", ").any(|it| it == self.0)
    }

    /// Those that tell backends apart.
    pub(super) fn telling() -> impl Iterator<Item = Self> {
        Capability::ALL.map(Capability::name).into_iter().chain([STD_ONLY]).map(Self)
    }
}

impl FromStr for Need {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let mut all = Self::telling().chain(CONTRACT.split(", ").map(Self));
        all.find(|it| it.0 == name).ok_or_else(|| {
            let telling = Self::telling().map(|it| it.0).collect::<Vec<_>>().join(", ");
            format!("some backends have {telling}; all have, by the contract, {CONTRACT}")
        })
    }
}

impl AsRef<str> for Need {
    fn as_ref(&self) -> &str {
        self.0
    }
}
