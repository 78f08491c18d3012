//! Figures of the run, by name, and tables of it.

use super::{RESULTS, Source};
use crate::{
    analysis::{Comparison, Row, Trust},
    cell::{Cell, Kind, UnknownCell},
    figures,
    opened::Opened,
    protocol::BackendFacts,
    report,
    tables::{self, list, listed},
};

type Made = Result<String, String>;

/// What these words ask for, for a page.
pub(super) fn figure(source: &Source, page: &str, words: &[&str]) -> Made {
    let Opened { run, analysis } = &source.run;
    let managed = || run.file.backends.iter().filter(|it| !it.native);
    Ok(match words[..] {
        ["best", cell] => best(source, cell)?,
        ["value", cell, contender, ref key @ ..] => {
            let comparison = comparison(source, cell, key)?;
            let value = row(comparison, contender)?.value.estimate;
            figures::value(comparison.quantity().unit, value)
        }
        ["range", cell] => {
            let comparison = comparison(source, cell, &[])?;
            let managed = source.managed(comparison);
            let values = || report::backends(&managed).map(|row| row.value.estimate);
            let ends = [values().fold(f64::INFINITY, f64::min), values().fold(0.0, f64::max)];
            ends.map(|it| figures::value(comparison.quantity().unit, it)).join(" to ")
        }
        ["ratio", cell, a, b, ref key @ ..] => {
            let comparison = comparison(source, cell, key)?;
            row(comparison, a)?;
            row(comparison, b)?;
            let ratio = comparison.pair(a, b).map(|it| it.0);
            let ratio = ratio.ok_or_else(|| format!("{cell}: {a} and {b} were not compared"))?;
            no_link(&figures::times(ratio))
        }
        ["shortest"] => no_link(&shortest(source)),
        ["need", name] => {
            let has = |it: &&BackendFacts| it.capabilities.iter().any(|it| it.name() == name);
            let names: Vec<_> = managed().filter(has).map(|it| &*it.name).collect();
            if names.is_empty() {
                return Err(format!("no backend of the run has {name}"));
            }
            list(&names)
        }
        ["packages", name] => managed()
            .find(|it| it.name == name)
            .and_then(|it| it.packages_pulled_in)
            .ok_or_else(|| format!("the run does not say how many packages {name} pulls in"))?
            .to_string(),
        ["floor"] => figures::percent(analysis.noise_floor.ok_or("the run has no noise floor")?),
        ["precision"] => {
            figures::percent(analysis.reached_precision().ok_or("the run has no ratios")?)
        }
        ["machine"] => machine(source),
        ["date"] => date(source).to_owned(),
        ["run"] => link(source, page),
        ["table", kind] => Kind::ALL
            .into_iter()
            .find(|it| it.name() == kind)
            .and_then(|kind| tables::markdown(analysis, kind))
            .ok_or_else(|| format!("the run has nothing of {kind}"))?,
        _ => return Err("no such figure, or not with these words; see --help".to_owned()),
    })
}

/// Brackets that are no link.
pub(super) fn no_link(text: &str) -> String {
    text.replace('[', "\\[")
}

/// The comparison of a cell by this quantity, or its main one.
pub(super) fn comparison<'a>(
    Source { run: Opened { analysis, .. }, .. }: &'a Source,
    cell: &str,
    key: &[&str],
) -> Result<&'a Comparison, String> {
    let parsed: Cell = cell.parse().map_err(|unknown: UnknownCell| unknown.to_string())?;
    let key = key.first().unwrap_or(&parsed.quantities()[0].key);
    analysis.find(&parsed, key).ok_or_else(|| {
        let there_are = analysis.cells().join(", ");
        format!("the run has no {key} of {cell}; it has the cells {there_are}")
    })
}

fn row<'a>(comparison: &'a Comparison, contender: &str) -> Result<&'a Row, String> {
    comparison.row(contender).ok_or_else(|| {
        let names: Vec<_> = comparison.rows.iter().map(|row| row.contender.to_string()).collect();
        format!("{} has no {contender}; it has {}", comparison.cell, names.join(", "))
    })
}

/// Which of the managed backends rank first.
fn best(source: &Source, cell: &str) -> Made {
    let comparison = comparison(source, cell, &[])?;
    if comparison.trust == Trust::TooNoisy {
        return Err(tables::too_noisy(comparison));
    }
    let managed = source.managed(comparison);
    let best = report::backends(&managed).filter_map(|row| row.rank).min();
    let first = report::backends(&managed).filter(|row| row.rank == best);
    let names: Vec<_> = first.map(|row| row.contender.to_string()).collect();
    Ok(listed(&names, "or"))
}

/// The shortest job of each managed backend at half of the ideal speed.
fn shortest(source: &Source) -> String {
    let Opened { run, analysis } = &source.run;
    let receive = run.file.configuration.receive();
    let all = analysis.granularity.iter();
    let own = all.filter(|it| it.receive == receive && !source.is_native(&it.contender));
    let said = own.map(|it| format!("{} {}", it.contender, tables::length(it.length)));
    said.collect::<Vec<_>>().join(", ")
}

/// The machine and what ran on it.
pub(super) fn machine(source: &Source) -> String {
    let file = &source.run.run.file;
    let environment = &file.environment;
    let is_virtual = environment.virtual_machine == Some(true);
    let machine = report::machine(file) + if is_virtual { " (virtual)" } else { "" };
    // Without the commit that it was built from.
    let compiler: Vec<_> = environment.compiler.split(' ').take(2).collect();
    let parts = [Some(machine), environment.system.clone(), Some(compiler.join(" "))];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The day: `2026-03-14`.
pub(super) fn date(source: &Source) -> &str {
    source.run.run.file.environment.date.split('T').next().unwrap_or_default()
}

/// A link to the files of the run.
pub(super) fn link(Source { name, .. }: &Source, page: &str) -> String {
    format!("[`{RESULTS}/{name}`]({}{RESULTS}/{name})", up(page))
}

/// From the directory of a page to the checkout.
pub(super) fn up(page: &str) -> String {
    "../".repeat(page.matches('/').count())
}

#[cfg(test)]
mod tests {
    use super::{super::tests::source, *};

    #[test]
    fn what_the_run_has_not_is_answered_with_what_it_has() {
        for (words, said) in [
            (&["value", "throughput", "std"][..], "there is no cell \"throughput\""),
            (&["value", "throughput/cpu-3us", "std"], "no time_per_job_ns of throughput/cpu-3us"),
            (&["value", "throughput/empty", "corssbeam"], "it has std, crossbeam, flume,"),
            (&["value", "shutdown/idle", "std", "cpu_per_job_ns"], "no cpu_per_job_ns of"),
            (&["shortest", "90"], "--help"),
            (&["need", "magic"], "no backend"),
            (&["speed"], "--help"),
        ] {
            let problem = figure(&source(), "README.md", words).unwrap_err();
            assert!(problem.contains(said), "{words:?}: {problem}");
        }
    }
}
