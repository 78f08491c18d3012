//! The visits of a cell, as the statistics need them.

use std::collections::BTreeMap;

use pool_statistics::{median, share_interval};

use super::OneCore;
use crate::{
    cell::Kind,
    protocol::{Cell, CellPlan, Contender, Quantity, Sample},
    quantity::THROUGHPUT,
};

/// All complete processes of one cell.
pub(super) struct Visits<'a> {
    pub(super) cell: &'a Cell,
    /// All but twins, backends first.
    contenders: Vec<&'a Contender>,
    /// By number: for each contender, its visits block by block; and if there are twins, then those of
    /// the one whose turn it was.
    processes: BTreeMap<u32, Vec<Vec<&'a Sample>>>,
}

/// The logarithms of one quantity in all processes that have it.
pub(super) struct Logs<'a> {
    /// Those that have the quantity, backends first.
    pub(super) contenders: Vec<&'a Contender>,
    /// Their numbers, ascending.
    pub(super) processes: Vec<u32>,
    /// How many there are, with those that lack the quantity.
    pub(super) of: usize,
    /// For each contender, process by process, block by block.
    pub(super) values: Vec<Vec<Vec<f64>>>,
    /// Of the twin whose turn it was over its original, process by process: the median over blocks;
    /// empty without twins. Where only a larger difference matters, the ratio is as much nearer to 1.
    pub(super) twins: Vec<f64>,
}

impl<'a> Visits<'a> {
    /// What is complete among `samples`: processes that visited everyone in every block. What a
    /// visit measured twice counts as it was measured last. Of shutdown, the first block of a process
    /// is left out, and of any cell what only earlier versions measured.
    pub(super) fn of(plan: &'a CellPlan, samples: &'a [Sample]) -> Self {
        let is_backend = |it: &&Contender| it.backend().is_some();
        let known = plan.contenders.iter().filter(|it| !matches!(it, Contender::Former(_)));
        let (twins, known): (Vec<_>, Vec<_>) = known.partition(|it| it.is_twin());
        let (mut contenders, beside): (Vec<_>, Vec<_>) = known.into_iter().partition(is_backend);
        contenders.extend(beside);
        let places = contenders.len() + usize::from(!twins.is_empty());
        let place = |of: &Contender| match of {
            Contender::Twin(_) => Some(contenders.len()).filter(|it| *it < places),
            _ => contenders.iter().position(|it| *it == of),
        };

        let blocks = usize::try_from(plan.blocks).unwrap_or(usize::MAX);
        let mut found: BTreeMap<u32, Vec<BTreeMap<u32, &Sample>>> = BTreeMap::new();
        for sample in samples.iter().filter(|it| it.block < plan.blocks && it.cell == plan.cell) {
            if let Some(place) = place(&sample.contender) {
                let process =
                    found.entry(sample.process).or_insert_with(|| vec![BTreeMap::new(); places]);
                process[place].insert(sample.block, sample);
            }
        }
        found.retain(|_, process| process.iter().all(|of_one| of_one.len() == blocks));
        // The first end of a process finds its memory as no other does.
        let ends_again = plan.cell.kind() == Kind::Shutdown && !plan.cell.alone() && blocks > 1;
        let first = usize::from(ends_again);
        let in_order = |process: Vec<BTreeMap<u32, &'a Sample>>| {
            process.into_iter().map(|of_one| of_one.into_values().skip(first).collect()).collect()
        };
        let processes = found.into_iter().map(|(number, it)| (number, in_order(it))).collect();
        Self { cell: &plan.cell, contenders, processes }
    }

    /// How often all workers of each backend together had one core.
    pub(super) fn one_core(&self) -> impl Iterator<Item = OneCore> {
        /// Two workers use more where each has its own.
        const ONE: f64 = 1.3;
        let is_on_one = |visit: &&Sample| {
            let of = |quantity: &Quantity| visit.values.get(quantity.key).copied();
            let [time, cpu] = THROUGHPUT.each_ref().map(of);
            Some(cpu? / time? < ONE)
        };
        self.contenders.iter().enumerate().filter_map(move |(place, contender)| {
            let visits = self.processes.values().flat_map(|process| &process[place]);
            let on_one: Vec<bool> = visits.filter_map(is_on_one).collect();
            let share = share_interval(on_one.iter().filter(|it| **it).count(), on_one.len())?;
            contender.backend()?;
            let (cell, contender) = (self.cell.clone(), (*contender).clone());
            Some(OneCore { cell, contender, visits: on_one.len(), share })
        })
    }

    /// To whom more jobs came than it could do, as most of its visits say.
    pub(super) fn fell_behind(&self) -> Vec<Contender> {
        /// Of Little's law: at a tenth more than can be done.
        const KEPT_UP: f64 = 0.9;
        let of_law = |visit: &&Sample| visit.values.get("little_ratio").copied();
        let behind = |(place, contender): (usize, &&Contender)| {
            let visits = self.processes.values().flat_map(|process| &process[place]);
            let fell = median(visits.filter_map(of_law)).is_some_and(|ratio| ratio < KEPT_UP);
            fell.then(|| (*contender).clone())
        };
        self.contenders.iter().enumerate().filter_map(behind).collect()
    }

    /// What was measured of one quantity; `None` if fewer than half of the processes have it of every
    /// backend and its twin: that would be of those in which all went well. A process that lacks it of
    /// one of them does not count, and what else lacks it anywhere is left out.
    pub(super) fn logs(&self, quantity: &Quantity) -> Option<Logs<'a>> {
        let log = |visit: &&Sample| {
            let value = visit.values.get(quantity.key).filter(|value| value.is_finite())?;
            Some(value.max(quantity.least).ln())
        };
        let logs_of = |of_one: &Vec<&Sample>| of_one.iter().map(log).collect::<Option<Vec<f64>>>();
        let may_lack = |place: usize| {
            self.contenders.get(place).is_some_and(|contender| contender.backend().is_none())
        };
        let of_process = |(number, process): (&u32, &Vec<Vec<&Sample>>)| {
            let logs: Vec<_> = process.iter().map(logs_of).collect();
            let is_known = logs.iter().enumerate().all(|(it, logs)| logs.is_some() || may_lack(it));
            is_known.then_some((*number, logs))
        };
        let known: Vec<_> = self.processes.iter().filter_map(of_process).collect();
        if known.is_empty() || 2 * known.len() < self.processes.len() {
            return None;
        }
        let of_one = |(place, contender): (usize, &&'a Contender)| {
            let logs = known.iter().map(|(_, logs)| logs[place].clone());
            Some((*contender, logs.collect::<Option<Vec<_>>>()?))
        };
        let (contenders, values) = self.contenders.iter().enumerate().filter_map(of_one).unzip();
        let twins =
            known.iter().filter_map(|(number, logs)| self.twin(*number, logs, quantity)).collect();
        let processes = known.iter().map(|(number, _)| *number).collect();
        Some(Logs { contenders, processes, of: self.processes.len(), values, twins })
    }

    /// The ratio of the twin to its original in a process.
    fn twin(&self, process: u32, logs: &[Option<Vec<f64>>], quantity: &Quantity) -> Option<f64> {
        let last = self.contenders.len();
        let twin = self.processes[&process].get(last)?.first()?;
        let Contender::Twin(name) = &twin.contender else { return None };
        let original = self.contenders.iter().position(|it| it.backend() == Some(name))?;
        let ratio = |(twin, own): (&f64, &f64)| {
            let matters = quantity.difference_from(twin.min(*own).exp());
            (twin - own) * quantity.difference.ln_1p() / matters.ln_1p()
        };
        median(logs[last].as_ref()?.iter().zip(logs[original].as_ref()?).map(ratio))
    }
}

impl Logs<'_> {
    /// The place of a contender, to ask for it with.
    pub(super) fn place(&self, contender: &Contender) -> Option<usize> {
        self.contenders.iter().position(|it| *it == contender)
    }

    /// How many of the contenders are backends; these come first.
    pub(super) fn backends(&self) -> usize {
        self.contenders.iter().filter(|it| it.backend().is_some()).count()
    }

    /// The value of a contender in each process: the median over blocks.
    pub(super) fn levels(&self, of: usize) -> Vec<f64> {
        self.values[of].iter().filter_map(|blocks| median(blocks.iter().copied())).collect()
    }

    /// The ratio of `a` to `b` in each process: the median over blocks of their ratio in each.
    pub(super) fn ratios(&self, a: usize, b: usize) -> Vec<f64> {
        let processes = self.values[a].iter().zip(&self.values[b]);
        let ratio = |(a, b): (&Vec<f64>, &Vec<f64>)| median(a.iter().zip(b).map(|(a, b)| a - b));
        processes.filter_map(ratio).collect()
    }
}
