//! The answer, and what there is to know of it.

use std::iter;

use serde_json::{Value, json};

use super::{
    decide::{Pick, has, lacks, needs, suitable, unbeaten},
    evidence::changed_since,
    question::Question,
    short::hidden,
};
use crate::{
    analysis::{Comparison, Trust},
    figures::{Scale, count, ratio},
    opened::Opened,
    protocol::{BackendFacts, Quantity},
    store::Difference,
    tables::{Field, Grid, PREVIEW, fell_behind, list, noise, wrap},
    verbs::doctor,
};

/// What was asked, of which backends, and what is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case<'a> {
    pub(super) question: &'a Question,
    pub(super) needs: &'a [String],
    pub(super) backends: &'a [BackendFacts],
    pub(super) run: Option<&'a Opened>,
}

/// The answer, for programs and for people. A value is in the unit of the quantity, `null` if it was
/// not measured; a ratio is over the value of the one that was chosen.
pub(super) fn answer(case: Case<'_>, pick: &Pick, cautions: &[String]) -> (Value, String) {
    let Case { question, needs, backends, .. } = case;
    let Question { cell, quantities, workers, .. } = question;
    let comparison = case.comparison();
    let key = comparison.map_or(quantities[0], |it| it.quantity);
    let all = cell.quantities();
    let of = all.iter().find(|it| it.key == key).unwrap_or(&all[0]);
    let what = format!("{} of {cell}", of.title);
    let because = match &pick.tied[..] {
        _ if comparison.is_none() => {
            "no other has what is needed; so nothing was compared".to_owned()
        }
        [] => format!("it is better than all others in {what}"),
        _ => format!("none of those that are tied in {what} pulls in fewer packages"),
    };

    let value = |it: &BackendFacts| Some(comparison?.row(&it.name)?.value);
    let first = backends.iter().find_map(value).map_or(0.0, |it| it.estimate);
    let scale = Scale::of(of.unit, first);
    let over = format!("/ {}", pick.name);
    let mut grid = Grid::new(["backend", of.title, &over, "packages", ""]);
    let mut judged = Vec::new();
    for it in backends {
        let (name, packages, lacks) = (&it.name, it.packages_pulled_in, lacks(it, needs));
        let (value, ratio) = (value(it), comparison.and_then(|it| it.pair(name, &pick.name)));
        let ratio = ratio.map(|it| it.0);
        let said = match name {
            name if *name == pick.name => "picked".to_owned(),
            name if pick.tied.contains(name) => "tied".to_owned(),
            _ if lacks.is_empty() => String::new(),
            _ => format!("lacks {}", list(&lacks)),
        };
        grid.row([
            name.as_str().into(),
            value.map(|it| Field::value(it, scale)).unwrap_or_default(),
            ratio.map(Field::ratio).unwrap_or_default(),
            packages.map_or("?".to_owned(), |it| it.to_string()).into(),
            said.into(),
        ]);
        judged.push(json!({
            "name": name, "packages": packages, "lacks": lacks, "value": value, "ratio": ratio,
        }));
    }

    let notes = case.notes(&pick.name, of);
    let changes = case.changes(&pick.name);
    let preview = if pick.preview { " (a preview)" } else { "" };
    let noisy = pick.noisy.map(|noise| {
        let noise = hidden(noise);
        format!("the machine was noisy: no difference below {noise} can be shown; --measure again")
    });
    let because_of = [format!("because {because}")].into_iter().chain(noisy);
    let reasons: Vec<_> = because_of.chain(notes.iter().cloned()).collect();
    let titled = |title: &str, lines: &[String]| {
        let lines = lines.iter().map(|it| wrap(&format!("  {it}")));
        iter::once(title.to_owned()).chain(lines).collect::<Vec<_>>().join("\n")
    };
    let mut parts = vec![titled(&format!("pick {}{preview}", pick.name), &reasons), grid.text()];
    for (title, lines) in
        [("what would change the answer:", &changes[..]), ("take with care:", cautions)]
    {
        parts.extend((!lines.is_empty()).then(|| titled(title, lines)));
    }
    let value = json!({
        "pick": pick, "because": because, "cell": cell, "quantity": of.key, "workers": workers,
        "backends": judged, "notes": notes, "changes": changes, "cautions": cautions,
    });
    (value, parts.join("\n\n"))
}

impl Case<'_> {
    /// The comparison that answers.
    pub(super) fn comparison(&self) -> Option<&Comparison> {
        self.question.comparison(&self.run?.analysis)
    }

    /// The run that the answer is by, what the contract costs the one that was picked, and more.
    fn notes(&self, name: &str, of: &Quantity) -> Vec<String> {
        let Self { question, run, .. } = *self;
        let mut notes = Vec::new();
        notes.extend(run.map(|opened| {
            let (run, workers) = (opened.describe(), count(question.workers, "worker"));
            let mode = match opened.run.file.configuration.linger_us {
                Some(_) if !question.cell.is_latency() => "in batches (recv_batch)",
                _ => "one by one (recv)",
            };
            format!("by {run}, {workers}, results taken {mode}")
        }));
        notes.extend(question.notes.iter().cloned());
        if of.key != question.quantities[0] {
            let takes = "a higher percentile takes more jobs: --measure --budget 10m";
            notes.push(format!("judged by {}; {takes}", of.title));
        }
        let native = self.comparison().and_then(|it| it.pair(name, &format!("{name}-native")));
        notes.extend(native.map(|(cost, _)| {
            let cost = ratio(cost);
            format!("what the whole contract costs here: {name} takes {cost} of its native pool")
        }));
        notes
    }

    /// What speaks against the evidence.
    pub(super) fn cautions(&self, pick: &Pick) -> Vec<String> {
        let Some(Opened { run, analysis }) = self.run else { return Vec::new() };
        let comparison = self.comparison();
        let mut cautions = doctor::cautions();
        cautions.extend(changed_since(&run.file).map(
            |Difference { field, values: [then, now] }| {
                format!("{field} was {then} when this was measured, and is {now}: --measure again")
            },
        ));
        let floor = analysis.noise_floor;
        let timed = comparison.is_some_and(Comparison::is_time_per_job);
        cautions.extend(floor.filter(|_| timed).map(noise));
        cautions.extend(comparison.and_then(fell_behind));
        cautions.extend(pick.preview.then(|| PREVIEW.to_owned()));
        cautions
    }

    /// What would change the answer.
    fn changes(&self, name: &str) -> Vec<String> {
        let Self { question, needs: needed, backends, run } = *self;
        let suitable = suitable(backends, needed);
        let among: Vec<&str> = suitable.iter().map(|it| &*it.name).collect();
        let others = run.into_iter().flat_map(|it| &it.analysis.comparisons);
        let others = others.filter(|it| it.is_main() && it.trust != Trust::TooNoisy);
        let by_cells = others.filter(|it| it.cell != question.cell).filter_map(|comparison| {
            let best = unbeaten(comparison, &among);
            let first = best.first().filter(|_| !best.contains(&name))?;
            let than = comparison.pair(name, first).map(|it| ratio(it.0));
            let than = than.map(|it| format!("; {name} takes {it}")).unwrap_or_default();
            Some(format!("in {}: {}{than}", comparison.cell, list(&best)))
        });
        let by_needs = needs().filter_map(|need| {
            let left = suitable.iter().filter(|it| has(it, need)).map(|it| &*it.name);
            let left: Vec<&str> = left.collect();
            let is_change = !left.is_empty() && !left.contains(&name);
            is_change.then(|| format!("--need {need} leaves {}", list(&left)))
        });
        by_cells.chain(by_needs).collect()
    }
}

#[cfg(test)]
mod tests {
    use pool_measure::capability::Capability;

    use super::{
        super::{decide::decide, tests::args},
        *,
    };
    use crate::tables::fixtures::{backend, comparison, opened};

    #[test]
    fn the_answer_comes_first_and_then_why_and_why_not_another() {
        let backends = [
            backend("std", 0, &[]),
            backend("flume", 7, &[Capability::AsyncSubmit]),
            backend("rayon", 6, &[Capability::Fork]),
        ];
        let question = Question::of(&args("--job 50us --workers 2")).unwrap();
        let values = [("std", 100.0), ("flume", 160.0), ("rayon", 101.0)];
        let opened = opened(vec![
            comparison("throughput/cpu-50us", Trust::Sound, &values),
            comparison("throughput/empty", Trust::Sound, &[("std", 9.0), ("flume", 3.0)]),
        ]);
        let (question, backends, run) = (&question, &backends, Some(&opened));
        let case = Case { question, needs: &[], backends, run };
        let pick = decide(&suitable(case.backends, case.needs), case.comparison()).unwrap();
        let (value, text) = answer(case, &pick, &["this is a virtual machine".to_owned()]);
        assert_eq!(value["pick"]["name"], "std");
        assert_eq!(
            text,
            "\
pick std
  because none of those that are tied in time per job of throughput/cpu-50us pulls in fewer packages
  by results/m/r (2026-03-14T15:09:26Z), 2 workers, results taken in batches (recv_batch)

backend       time per job               / std  packages
────────────────────────────────────────────────────────────────
std       100 ns [99, 101]                             0  picked
flume    160 ns [158, 162]     1.6x [1.6, 1.6]         7
rayon    101 ns [100, 102]  1.01x [1.00, 1.02]         6    tied

what would change the answer:
  in throughput/empty: flume; std takes 3.0x [3.0, 3.0]
  --need async-submit leaves flume
  --need fork leaves rayon

take with care:
  this is a virtual machine"
        );
    }
}
