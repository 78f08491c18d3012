//! What somebody needs of a pool.

use std::{fmt, str::FromStr};

use pool_measure::capability::Capability;
use serde::{Serialize, Serializer};

/// Something that a pool has to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// What some backends can and others cannot.
    Capability(Capability),
    /// No packages but those of the pools.
    StdOnly,
    /// What every backend gives, by the contract.
    Contract(&'static str),
}

const STD_ONLY: &str = "std-only";

/// What every backend gives, by the names under which somebody may look for it.
const CONTRACT: [&str; 12] = [
    "backpressure",
    "batches",
    "bounded",
    "cancellation",
    "deadlines",
    "errors",
    "graceful-shutdown",
    "ordered",
    "panics",
    "stats",
    "stop",
    "worker-state",
];

impl Need {
    /// Whether a backend with these capabilities, that pulls in so many packages, has it.
    pub(super) fn is_met(self, capabilities: &[Capability], packages: Option<usize>) -> bool {
        match self {
            Self::Capability(capability) => capabilities.contains(&capability),
            Self::StdOnly => packages == Some(0),
            Self::Contract(_) => true,
        }
    }

    /// Those that tell backends apart.
    pub(super) fn telling() -> impl Iterator<Item = Self> {
        Capability::ALL.map(Self::Capability).into_iter().chain([Self::StdOnly])
    }
}

impl FromStr for Need {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let capability = Capability::ALL.into_iter().find(|it| it.name() == name);
        let contract = CONTRACT.into_iter().find(|it| *it == name);
        let std_only = (name == STD_ONLY).then_some(Self::StdOnly);
        let found = capability.map(Self::Capability).or(std_only).or(contract.map(Self::Contract));
        found.ok_or_else(|| {
            let capabilities = Capability::ALL.map(Capability::name).join(", ");
            let contract = CONTRACT.join(", ");
            format!(
                "some backends have {capabilities}, {STD_ONLY}; all have, by the contract, {contract}"
            )
        })
    }
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Capability(capability) => capability.name(),
            Self::StdOnly => STD_ONLY,
            Self::Contract(name) => name,
        })
    }
}

impl Serialize for Need {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_need_is_read_back_from_its_name() {
        for name in ["async-submit", "fork", "std-only", "bounded"] {
            assert_eq!(name.parse::<Need>().unwrap().to_string(), name);
        }
        assert!("magic".parse::<Need>().unwrap_err().contains("async-submit"));
    }

    #[test]
    fn only_std_only_asks_for_packages_and_unknown_ones_are_not_none() {
        assert!(Need::StdOnly.is_met(&[], Some(0)));
        assert!(!Need::StdOnly.is_met(&[], Some(1)));
        assert!(!Need::StdOnly.is_met(&[], None));
        assert!(Need::Contract("bounded").is_met(&[], None));
        assert!(!Need::Capability(Capability::Fork).is_met(&[Capability::AsyncSubmit], None));
    }
}
