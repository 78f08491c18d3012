//! A table for each kind of cell: backends as rows, cells as columns.

use super::{
    column::Column,
    ruled::{GAP, WIDTH, ruled},
};
use crate::{
    analysis::{Analysis, Comparison},
    cell::Kind,
    contender::Contender,
};

impl Kind {
    /// What stands above the table of the main quantities.
    fn title(self) -> &'static str {
        match self {
            Self::Throughput => "Throughput: jobs per second, more is better",
            Self::Latency => "Latency, median: from due to result received, less is better",
            Self::Shutdown => "Shutdown: time to end, less is better",
            Self::Cost => {
                "Cost: CPU time per sparse job and per idle second, memory; less is better"
            }
        }
    }

    /// How many quantities are worth a look at once: of latency the median and the tail.
    pub(super) fn in_overview(self) -> usize {
        if self == Self::Latency { 2 } else { 1 }
    }

    /// The comparisons of this kind, each list of one quantity: the main ones first.
    pub(crate) fn quantities(self, analysis: &Analysis) -> Vec<Vec<&Comparison>> {
        let own = |it: &&Comparison| it.cell.kind() == self;
        let all: Vec<&Comparison> = analysis.comparisons.iter().filter(own).collect();
        let place =
            |it: &Comparison| it.cell.quantities().iter().position(|q| q.key == it.quantity);
        let most = all.iter().map(|it| it.cell.quantities().len()).max().unwrap_or_default();
        let at = |index| all.iter().copied().filter(|it| place(it) == Some(index)).collect();
        (0..most).map(at).filter(|list: &Vec<_>| !list.is_empty()).collect()
    }

    /// What stands above a table of these.
    pub(super) fn title_of(self, comparisons: &[&Comparison]) -> String {
        let main = comparisons.iter().all(|it| it.is_main());
        match comparisons.first() {
            Some(first) if !main => {
                format!("Also of {}: {}, less is better", self.name(), first.quantity().title)
            }
            _ => self.title().to_owned(),
        }
    }

    /// A table of comparisons of one quantity, or several below each other if they are too many
    /// for one; with what they are above.
    pub(super) fn table(self, comparisons: &[&Comparison]) -> String {
        let title = self.title_of(comparisons);
        let columns: Vec<Column> = comparisons.iter().map(|it| Column::of(it)).collect();
        let mut parts = vec![title];
        parts.extend(split(&columns).into_iter().map(table));
        parts.join("\n")
    }
}

/// As many columns at once as are not too wide.
fn split(columns: &[Column]) -> Vec<&[Column]> {
    let mut parts = Vec::new();
    let mut rest = columns;
    while !rest.is_empty() {
        let fitting = (1..=rest.len()).rev().find(|&count| width(&rest[..count]) <= WIDTH);
        let (part, others) = rest.split_at(fitting.unwrap_or(1));
        parts.push(part);
        rest = others;
    }
    parts
}

fn width(columns: &[Column]) -> usize {
    let names = contenders(columns).iter().map(|it| it.to_string().chars().count()).max();
    let cells: usize = columns.iter().map(|column| column.width() + GAP).sum();
    // The last column has a padding, too.
    names.unwrap_or_default() + cells + 1
}

/// Everyone in any of the columns: backends, and then who is beside them.
pub(super) fn contenders(columns: &[Column]) -> Vec<&Contender> {
    let mut all: Vec<&Contender> = Vec::new();
    for contender in columns.iter().flat_map(Column::contenders) {
        if !all.contains(&contender) {
            all.push(contender);
        }
    }
    all.sort_by_key(|it| it.backend().is_none());
    all
}

fn table(columns: &[Column]) -> String {
    let headers = columns.iter().map(|column| column.header.clone());
    let header = [String::new()].into_iter().chain(headers).collect();
    let row = |contender: &Contender| {
        let texts = columns.iter().map(|column| column.text(contender));
        [contender.to_string()].into_iter().chain(texts).collect::<Vec<_>>()
    };
    let (backends, beside): (Vec<_>, Vec<_>) =
        contenders(columns).into_iter().partition(|it| it.backend().is_some());
    let section = |of: Vec<&Contender>| of.into_iter().map(row).collect::<Vec<_>>();
    ruled(header, vec![section(backends), section(beside)])
}
