//! The answer in words.

use super::{
    Answered,
    decide::{Answer, Because, Judged, Judgement},
    elsewhere::{OtherCell, OtherNeed},
};
use crate::{
    figures::{count, ratio},
    statistics::Verdict,
    tables::{list, wrap},
};

/// All that there is to say.
pub(super) fn show(answered: &Answered) -> String {
    let mut sections = vec![answer(answered), others(answered)];
    let beside: Vec<String> = answered.beside.iter().map(cell).collect();
    sections.extend(bullets("the other ways to end:", &beside));
    sections.extend(changes(answered));
    sections.extend(bullets("take with care:", &answered.cautions));
    sections.join("\n\n")
}

fn answer(answered: &Answered) -> String {
    let mut lines = Vec::new();
    match &answered.pick.answer {
        Answer::Chosen { name, because, tied, preview } => {
            lines.push(format!("pick {name}{}", if *preview { " (a preview)" } else { "" }));
            lines.push(format!("  {}", why(answered, name, *because, tied)));
        }
        Answer::TooNoisy { by_packages } => {
            lines.push("no answer: measure again on a quieter machine (--measure)".to_owned());
            lines.push(format!(
                "  by needs alone {by_packages} is a sound choice: none that has them pulls in \
                 fewer packages"
            ));
        }
        Answer::Nobody => lines.push("no backend has all that is needed".to_owned()),
    }
    if !answered.by_contract.is_empty() {
        let needs = list(&answered.by_contract);
        lines.push(format!("  {needs}: all of them, by the contract"));
    }
    lines.extend(answered.by.iter().map(|by| format!("  {by}")));
    lines.extend(answered.notes.iter().map(|note| format!("  {note}")));
    lines.iter().map(|line| wrap(line)).collect::<Vec<_>>().join("\n")
}

/// Why that one.
fn why(answered: &Answered, name: &str, because: Because, tied: &[String]) -> String {
    let cell = &answered.cell;
    let tied = list(tied);
    let own = answered.pick.backends.iter().find(|it| it.name == name);
    let pulls_in = match own.and_then(|it| it.packages) {
        Some(0) => "no packages".to_owned(),
        Some(number) => count(number, "package"),
        None => "packages that were not counted".to_owned(),
    };
    match because {
        Because::OnlyOne => "because no other has what is needed; so nothing was compared".into(),
        Because::Best => {
            format!("because it is better than all others in {} of {cell}", answered.title)
        }
        Because::FewestPackages => format!(
            "because it pulls in {pulls_in}, the fewest; in {} of {cell} it is tied with {tied}",
            answered.title
        ),
        Because::First => format!(
            "because it comes first in the list; in {} of {cell} it is tied with {tied}, and none \
             of them pulls in fewer packages",
            answered.title
        ),
    }
}

/// Why not another.
fn others(answered: &Answered) -> String {
    let backends = &answered.pick.backends;
    let width = backends.iter().map(|it| it.name.len()).max().unwrap_or_default();
    let line = |it: &Judged| {
        let said = match &it.judgement {
            Judgement::Chosen => return None,
            Judgement::Tied => {
                let packages = it.packages.map(|number| count(number, "package"));
                let packages = packages.unwrap_or_else(|| "unknown packages".to_owned());
                format!("tied; pulls in {packages}")
            }
            Judgement::Worse { ratio: of, verdict } => {
                let word = match verdict {
                    Verdict::Slower | Verdict::SlightlySlower => answered.worse,
                    // Worse than another of those that are tied, and not than the chosen one.
                    _ => "as much here, and beaten by one that is tied with the choice",
                };
                format!("{} {word}", ratio(*of))
            }
            Judgement::Lacks { needs } => {
                let names: Vec<String> = needs.iter().map(ToString::to_string).collect();
                format!("lacks {}", list(&names))
            }
            Judgement::Suitable => "has what is needed; not compared".to_owned(),
        };
        Some(format!("  {:<width$}  {said}", it.name))
    };
    let lines = backends.iter().filter_map(line).map(|line| wrap(&line));
    let title = match answered.pick.answer {
        Answer::Chosen { .. } => "why not another:",
        Answer::TooNoisy { .. } | Answer::Nobody => "the backends:",
    };
    [title.to_owned()].into_iter().chain(lines).collect::<Vec<_>>().join("\n")
}

/// Who is best in another cell, and how far from it the chosen one is.
fn cell(it: &OtherCell) -> String {
    let best = if it.all_tied { "all are tied".to_owned() } else { list(&it.best) };
    let than = it.ratio.map(|of| format!("; the choice takes {}", ratio(of)));
    format!("in {}: {best}{}", it.cell, than.unwrap_or_default())
}

/// What would change the answer.
fn changes(answered: &Answered) -> Option<String> {
    let mut lines: Vec<String> =
        answered.other_cells.iter().filter(|it| !it.all_tied).map(cell).collect();
    let alike: Vec<&str> =
        answered.other_cells.iter().filter(|it| it.all_tied).map(|it| it.cell.as_str()).collect();
    if !alike.is_empty() {
        lines.push(format!("nothing to choose, all are tied in {}", list(&alike)));
    }
    let need = |it: &OtherNeed| format!("--need {} leaves {}", it.need, list(&it.leaves));
    lines.extend(answered.other_needs.iter().map(need));
    let title = match &answered.others_by {
        Some(run) => format!("what would change the answer, by {run}:"),
        None => "what would change the answer:".to_owned(),
    };
    bullets(&title, &lines)
}

/// A list below its title; nothing if it is empty.
fn bullets(title: &str, lines: &[String]) -> Option<String> {
    if lines.is_empty() {
        return None;
    }
    let lines = lines.iter().map(|line| wrap(&format!("  {line}")));
    Some([wrap(title)].into_iter().chain(lines).collect::<Vec<_>>().join("\n"))
}
