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
    use crate::protocol::{Cell, Contender};

    fn plan() -> CellPlan {
        CellPlan {
            cell: Cell::throughput("empty"),
            contenders: ["a", "b", "c", "d"].map(|it| Contender::Backend(it.to_owned())).to_vec(),
            blocks: 3,
            visit_ms: 1,
            min_processes: 1,
            max_processes: 1,
        }
    }

    fn order(visits: &[Visit], block: u32) -> Vec<String> {
        let of_it = visits.iter().filter(|visit| visit.block == block);
        of_it.map(|visit| visit.contender.to_string()).collect()
    }

    #[test]
    fn each_is_visited_once_in_each_block() {
        let visits = visits(7, 0, &plan(), 0);
        assert_eq!(visits.len(), 12);
        for block in 0..3 {
            let all: BTreeSet<_> = order(&visits, block).into_iter().collect();
            assert_eq!(all.len(), 4);
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_visits() {
        assert_eq!(visits(7, 1, &plan(), 2), visits(7, 1, &plan(), 2));
    }

    #[test]
    fn orders_and_jobs_differ_between_seeds_cells_processes_and_blocks() {
        let mut seeds = BTreeSet::new();
        let mut orders = BTreeSet::new();
        for (seed, cell, process) in
            [(7, 0, 0), (8, 0, 0), (7, 1, 0), (7, 0, 1), (7, 0, 2), (7, 2, 0), (6, 1, 1)]
        {
            let visits = visits(seed, cell, &plan(), process);
            seeds.extend(visits.iter().map(|visit| visit.seed));
            orders.extend((0..3).map(|block| order(&visits, block)));
        }
        assert_eq!(seeds.len(), 21);
        assert!(orders.len() > 10, "of 24 that there are: {}", orders.len());
    }
}
