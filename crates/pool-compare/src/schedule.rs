//! What is visited when: drawn from the run's seed, so that a run that was interrupted goes on
//! as it would have.

use pool_workloads::generator;
use rand::{Rng, seq::SliceRandom};

use crate::protocol::{CellPlan, Visit};

/// The visits of a process: in each block each contender once, in an order of its own. `cell` is the
/// place of the plan in the configuration.
pub(crate) fn visits(seed: u64, cell: usize, plan: &CellPlan, process: u32) -> Vec<Visit> {
    let mut all = Vec::new();
    for block in 0..plan.blocks {
        let seed = derive(seed, [cell as u64, process.into(), block.into()]);
        let mut contenders = plan.contenders.clone();
        contenders.shuffle(&mut generator(seed));
        let visits = (0..).zip(contenders);
        all.extend(visits.map(|(place, contender)| Visit { block, place, contender, seed }));
    }
    all
}

/// A seed for one of many purposes. What there is so far goes through the generator before a
/// number is added to it, so that neighbours have nothing in common, and no sum stands for two.
fn derive(seed: u64, purpose: [u64; 3]) -> u64 {
    let mixed = |seed| generator(seed).next_u64();
    purpose.into_iter().fold(mixed(seed), |seed, part| mixed(seed.wrapping_add(part)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::analysis::fixture::plan;

    /// The order in each of the three blocks.
    fn orders(visits: &[Visit]) -> Vec<Vec<String>> {
        let of_block =
            |visits: &[Visit]| visits.iter().map(|it| it.contender.to_string()).collect();
        visits.chunk_by(|a, b| a.block == b.block).map(of_block).collect()
    }

    #[test]
    fn each_is_visited_once_in_each_block_and_the_same_seed_gives_the_same_visits() {
        let plan = plan("throughput/empty", &["a", "b", "c", "d"]);
        let found = visits(7, 1, &plan, 2);
        for mut order in orders(&found) {
            order.sort();
            assert_eq!(order, ["a", "b", "c", "d"]);
        }
        assert_eq!((found.len(), visits(7, 1, &plan, 2)), (12, found));
    }

    #[test]
    fn orders_and_jobs_differ_between_seeds_cells_processes_and_blocks() {
        let plan = plan("throughput/empty", &["a", "b", "c", "d"]);
        let (mut seeds, mut found) = (BTreeSet::new(), BTreeSet::new());
        for (seed, cell, process) in
            [(7, 0, 0), (8, 0, 0), (7, 1, 0), (7, 0, 1), (7, 0, 2), (7, 2, 0), (6, 1, 1)]
        {
            let visits = visits(seed, cell, &plan, process);
            seeds.extend(visits.iter().map(|visit| visit.seed));
            found.extend(orders(&visits));
        }
        assert_eq!(seeds.len(), 21);
        assert!(found.len() > 10, "of 24 that there are: {}", found.len());
    }
}
