//! What is visited when: drawn from the run's seed, so that a run that was interrupted goes on
//! as it would have.

use pool_workloads::generator;
use rand::{Rng, seq::SliceRandom};

use crate::protocol::{CellPlan, Visit};

/// The visits of a process: in each block once everyone who is [visited](CellPlan::visited), in an order
/// of its own. `cell` is the place of the plan in the configuration.
pub(crate) fn visits(seed: u64, cell: usize, plan: &CellPlan, process: u32) -> Vec<Visit> {
    let mut all = Vec::with_capacity(plan.visits());
    for block in 0..plan.blocks {
        let seed = derive(seed, [cell as u64, process.into(), block.into()]);
        let mut contenders: Vec<_> = plan.visited(process).cloned().collect();
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

    #[test]
    fn blocks_visit_each_once_in_orders_that_differ_and_that_a_seed_gives_again() {
        let plan = plan("throughput/empty", &["a", "b", "c", "d"]);
        let (mut seeds, mut orders) = (BTreeSet::new(), BTreeSet::new());
        for (seed, cell, process) in
            [(7, 0, 0), (8, 0, 0), (7, 1, 0), (7, 0, 1), (7, 0, 2), (7, 2, 0), (6, 1, 1)]
        {
            let found = visits(seed, cell, &plan, process);
            assert_eq!(visits(seed, cell, &plan, process), found);
            for block in found.chunk_by(|a, b| a.block == b.block) {
                let order: Vec<_> = block.iter().map(|it| &it.contender).collect();
                assert_eq!(order.iter().collect::<BTreeSet<_>>().len(), 4, "{order:?}");
                seeds.insert(block[0].seed);
                orders.insert(format!("{order:?}"));
            }
        }
        assert_eq!(seeds.len(), 21);
        assert!(orders.len() > 10, "of 24 that there are: {}", orders.len());
    }

    #[test]
    fn twins_take_turns_by_processes() {
        let twin_in = |names: &[&str], process| -> Vec<String> {
            let visits = visits(1, 0, &plan("throughput/empty", names), process).into_iter();
            let twins = visits.filter(|it| it.contender.is_twin());
            twins.map(|it| it.contender.to_string()).collect()
        };
        let two = ["a", "b", "a (twin)", "b (twin)"];
        assert_eq!(twin_in(&two, 0), ["a (twin)"; 3]);
        assert_eq!(twin_in(&two, 1), ["b (twin)"; 3]);
        assert_eq!(twin_in(&["a", "b", "b (twin)"], 1), ["b (twin)"; 3]);
        assert_eq!(twin_in(&["a", "b"], 0), [""; 0]);
    }
}
