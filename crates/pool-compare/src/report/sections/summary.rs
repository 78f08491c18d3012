//! Who leads, in two sentences for each kind of cell.

use maud::{Markup, html};

use super::{capitalised, section as within};
use crate::{
    analysis::{Comparison, Trust},
    cell::Kind,
    report::{ratio::backends, subject::Subject},
    tables::list,
};

/// The section; `None` if nothing was compared.
pub(crate) fn section(subject: &Subject<'_>) -> Option<Markup> {
    let kinds: Vec<_> = Kind::ALL
        .into_iter()
        .map(|kind| (kind, subject.main_of_kind(kind).collect::<Vec<_>>()))
        .filter(|(_, cells)| !cells.is_empty())
        .collect();
    let content = html! {
        dl.summary {
            @for (kind, cells) in &kinds {
                dt { (capitalised(kind.name())) }
                dd { (leaders(cells)) " " (doubts(cells)) }
            }
        }
    };
    (!kinds.is_empty()).then(|| within(subject, "summary", "Who leads", &content))
}

/// Who is first, in how many of the cells that have ranks.
fn leaders(cells: &[&Comparison]) -> String {
    let ranked: Vec<_> =
        cells.iter().filter(|it| backends(it).any(|row| row.rank.is_some())).collect();
    let mut firsts: Vec<(String, usize, usize)> = Vec::new();
    for row in ranked.iter().flat_map(|it| backends(it)).filter(|row| row.rank == Some(1)) {
        let (name, alone) = (row.contender.to_string(), usize::from(!row.tied));
        match firsts.iter_mut().find(|(it, ..)| *it == name) {
            Some((_, first, by_itself)) => {
                *first += 1;
                *by_itself += alone;
            }
            None => firsts.push((name, 1, alone)),
        }
    }
    // Stable: who comes first as often stays in the order of the run.
    firsts.sort_by_key(|(_, first, _)| std::cmp::Reverse(*first));
    let of = ranked.len();
    match &firsts[..] {
        [] => "No cell has ranks.".to_owned(),
        [(name, ..)] if of == 1 => format!("{name} leads in the one cell that has ranks."),
        all if of == 1 => {
            let names: Vec<_> = all.iter().map(|(name, ..)| name.clone()).collect();
            format!("{} tie for first in the one cell that has ranks.", list(&names))
        }
        [(leader, first, alone), others @ ..] => {
            let others: Vec<_> = others
                .iter()
                .map(|(name, first, alone)| format!("{name} in {first} ({})", how(*first, *alone)))
                .collect();
            let others = match &others[..] {
                [] => String::new(),
                others => format!("; {}", list(others)),
            };
            format!("{leader} is first in {first} of {of} cells ({}){others}.", how(*first, *alone))
        }
    }
}

/// How often somebody who is first is so alone.
fn how(first: usize, alone: usize) -> String {
    match alone {
        0 => "tied".to_owned(),
        _ if alone == first => "alone".to_owned(),
        _ => format!("{alone} alone"),
    }
}

/// Which cells say nothing, or little.
fn doubts(cells: &[&Comparison]) -> String {
    let names = |trust: Trust| {
        let of_it = cells.iter().filter(|it| it.trust == trust);
        of_it.map(|it| it.cell.to_string()).collect::<Vec<_>>()
    };
    let (noisy, previews) = (names(Trust::TooNoisy), names(Trust::Preview));
    match (&noisy[..], &previews[..]) {
        ([], []) => "No cell was too noisy.".to_owned(),
        (noisy, []) => format!("Too noisy to rank anyone: {}.", list(noisy)),
        ([], previews) => format!("Previews, of fewer than five processes: {}.", list(previews)),
        (noisy, previews) => format!(
            "Too noisy to rank anyone: {}; previews, of fewer than five processes: {}.",
            list(noisy),
            list(previews)
        ),
    }
}
