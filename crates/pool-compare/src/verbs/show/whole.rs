//! All that a run says, or several together.

use serde_json::{Value, json};

use super::{View, changes};
use crate::{
    opened::{Opened, Runs},
    tables::{self, wrap},
};

/// All of a run, for programs.
pub(crate) fn json(Opened { run, analysis }: &Opened) -> Value {
    let directory = run.directory.display().to_string();
    json!({"directory": directory, "run": run.file, "analysis": analysis})
}

pub(super) fn view(Runs { all, analysis, outside }: &Runs) -> View {
    let changes = match &all[..] {
        [one] => return (json(one), of_one(one)),
        [old, new] => changes::changes(&old.analysis, &new.analysis),
        _ => Vec::new(),
    };
    let names: Vec<_> = all.iter().map(|it| it.run.directory.display().to_string()).collect();
    let value =
        json!({"runs": names, "analysis": analysis, "outside": outside, "changes": changes});
    let mut parts = vec![heading(all), tables::overview(analysis, false)];
    parts.extend((!changes.is_empty()).then(|| changes::show(&changes)));
    parts.extend(outside.map(|it| wrap(&it.in_words())));
    (value, parts.join("\n\n"))
}

fn of_one(Opened { run, analysis }: &Opened) -> String {
    let fact = |(name, value)| wrap(&format!("{name:<27}  {value}"));
    let facts = tables::facts(&run.file).into_iter().map(fact);
    let files = "run.json has what was measured, and where; summary.csv has every figure";
    let parts = [
        facts.collect::<Vec<_>>().join("\n"),
        tables::overview(analysis, true),
        wrap(&format!("{}: {files}", run.directory.display())),
    ];
    parts.join("\n\n")
}

/// Which runs, by number, in what two of them differ, and how they are taken together.
pub(super) fn heading(runs: &[Opened]) -> String {
    let line = |(number, it): (usize, &Opened)| {
        let what = tables::settings(&it.run.file.configuration);
        wrap(&format!("{number}  {}: {what}", it.describe()))
    };
    let mut lines: Vec<String> = (1..).zip(runs).map(line).collect();
    if let [old, new] = runs {
        let [old, new] = [old, new].map(|it| tables::facts(&it.run.file));
        let changed = old.iter().filter_map(|(name, old)| {
            let (_, new) = new.iter().find(|(it, new)| it == name && new != old)?;
            Some(wrap(&format!("   {name}: {old} -> {new}")))
        });
        lines.extend(changed);
    }
    lines.push(wrap(tables::how_many(runs.len())));
    lines.join("\n")
}
