//! On which cores workers run.
//!
//! Where the system places threads, now and then all workers of a pool share one core for longer
//! than a short measurement takes. That is the system's doing and not the pool's, so what compares
//! pools gives each worker a core of its own. Only Linux has a call for that.

use std::sync::LazyLock;

use crate::machine::{allowed_cores, keep_to};

/// On which cores workers run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// Where the system places them.
    System,
    /// Each on a core of its own.
    Apart,
}

/// The cores that this process was started on, as far as the system says.
static CORES: LazyLock<Vec<usize>> = LazyLock::new(|| allowed_cores().unwrap_or_default());

impl Placement {
    /// Each of so many workers on a core of its own, where there are as many cores and the system
    /// keeps threads to them; or else where the system places them.
    pub fn apart(workers: usize) -> Self {
        // Kept to the cores that it may use anyway, to see whether that is possible.
        let possible = workers <= CORES.len() && keep_to(&CORES).is_ok();
        if possible { Self::Apart } else { Self::System }
    }

    /// Keeps the calling thread, which is that of a worker, to its core. Workers are counted from
    /// 0, and have the last core, the one before it, and so on: most interrupts go to the first.
    pub fn settle(self, worker: usize) {
        let core = CORES.len().checked_sub(worker + 1).filter(|_| self == Self::Apart);
        if let Some(core) = core {
            // That it can be done was tried before.
            _ = keep_to(&CORES[core..=core]);
        }
    }

    /// Keeps the calling thread, and those that it starts from now on, to the cores that so many
    /// workers do not have, if there are any: so that submitting and receiving take no core from
    /// them.
    pub fn leave_cores_to(self, workers: usize) {
        let free = CORES.len().saturating_sub(workers);
        if self == Self::Apart && free > 0 {
            _ = keep_to(&CORES[..free]);
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::thread;

    use super::*;

    /// Where a worker of this number, or another thread, is kept to.
    fn cores_of(settle: impl FnOnce() + Send + 'static) -> Vec<usize> {
        let on_its_own_thread = thread::spawn(|| {
            settle();
            allowed_cores().unwrap()
        });
        on_its_own_thread.join().unwrap()
    }

    #[test]
    fn each_worker_has_a_core_where_there_are_enough_and_the_rest_is_for_those_who_drive() {
        let cores = CORES.len();
        let apart = Placement::apart(cores);
        assert_eq!(apart, Placement::Apart);
        for (worker, core) in CORES.iter().rev().enumerate() {
            assert_eq!(cores_of(move || apart.settle(worker)), [*core]);
        }
        assert_eq!(cores_of(move || apart.leave_cores_to(cores - 1)), CORES[..1]);
        assert_eq!(cores_of(move || apart.leave_cores_to(cores)), *CORES);
        let by_the_system = Placement::apart(cores + 1);
        assert_eq!(by_the_system, Placement::System);
        assert_eq!(cores_of(move || by_the_system.settle(0)), *CORES);
    }
}
