//! Figures of the run, by name, and tables of it.

use pool_measure::capability::Capability;

use super::{RESULTS, Source};
use crate::{
    analysis::{Comparison, Granularity, Length, Row, Trust},
    cell::{Cell, UnknownCell},
    figures,
    protocol::{BackendFacts, Contender},
    report,
    statistics::Interval,
    store::RunFile,
    tables::{self, Grid, list},
};

type Made = Result<String, String>;

/// What these words ask for, for a page.
pub(super) fn figure(source: &Source, page: &str, words: &[&str]) -> Made {
    let analysis = &source.analysis;
    let file = &source.files[0];
    let made = match words[..] {
        ["best", cell] => {
            let comparison = main(source, cell)?;
            if comparison.trust == Trust::TooNoisy {
                return Err(tables::too_noisy(comparison));
            }
            let managed = managed(source, comparison);
            let best = report::backends(&managed).filter_map(|row| row.rank).min();
            let first = report::backends(&managed).filter(|row| row.rank == best);
            let names: Vec<_> = first.map(|row| row.contender.to_string()).collect();
            match &names[..] {
                [most @ .., last] if !most.is_empty() => format!("{} or {last}", most.join(", ")),
                names => names.join(""),
            }
        }
        ["value", cell, contender] => value(main(source, cell)?, contender)?,
        ["value", cell, contender, key] => value(by(source, cell, key)?, contender)?,
        ["range", cell] => {
            let comparison = managed(source, main(source, cell)?);
            let mut values: Vec<f64> =
                report::backends(&comparison).map(|row| row.value.estimate).collect();
            values.sort_by(f64::total_cmp);
            let [least, most] = [values.first(), values.last()].map(|it| {
                figures::value(comparison.quantity().unit, it.copied().unwrap_or_default())
            });
            format!("{least} to {most}")
        }
        ["ratio", cell, a, b] => figures::ratio(ratio(main(source, cell)?, a, b)?),
        ["ratio", cell, a, b, key] => figures::ratio(ratio(by(source, cell, key)?, a, b)?),
        ["shortest", "50", ref of @ ..] => shortest(source, of)?,
        ["need", name] => {
            let has = |it: &&BackendFacts| it.capabilities.iter().any(|it| it.name() == name);
            let managed = file.backends.iter().filter(|it| !it.native);
            let names: Vec<_> = managed.filter(has).map(|it| &*it.name).collect();
            if names.is_empty() {
                return Err(format!("no backend of the run has {name}"));
            }
            list(&names)
        }
        ["packages", name] => file
            .backends
            .iter()
            .find(|it| it.name == name)
            .and_then(|it| it.packages_pulled_in)
            .ok_or_else(|| format!("the run does not say how many packages {name} pulls in"))?
            .to_string(),
        ["floor"] => figures::percent(analysis.noise_floor.ok_or("the run has no noise floor")?),
        ["precision"] => {
            figures::percent(analysis.reached_precision().ok_or("the run has no ratios")?)
        }
        ["machine"] => return Ok(machine(source)),
        ["date"] => date(source),
        ["run"] => return Ok(link(source, page)),
        ["table", kind] => tables::kinds()
            .find(|(name, _)| *name == kind)
            .and_then(|(_, kind)| tables::markdown(analysis, kind))
            .ok_or_else(|| format!("the run has nothing of {kind}"))?,
        ["capabilities"] => {
            let managed = file.backends.iter().filter(|it| !it.native);
            return Ok(capabilities(&managed.collect::<Vec<_>>(), page));
        }
        _ => return Err("no such figure, or not with these words; see --help".to_owned()),
    };
    Ok(in_print(&made))
}

/// A figure of a terminal as it stands on a page: × for x, and brackets that are no link.
pub(super) fn in_print(shown: &str) -> String {
    let word = |word: &str| {
        let (word, after) = word.split_at(word.trim_end_matches([',', ';', '.', ']']).len());
        match word.strip_suffix('x').filter(|number| number.parse::<f64>().is_ok()) {
            Some(number) => format!("{number}×{after}"),
            None => format!("{word}{after}"),
        }
    };
    shown.split(' ').map(word).collect::<Vec<_>>().join(" ").replace('[', "\\[")
}

fn parse(cell: &str) -> Result<Cell, String> {
    cell.parse().map_err(|unknown: UnknownCell| unknown.to_string())
}

/// The comparison of a cell by its main quantity.
pub(super) fn main<'a>(source: &'a Source, cell: &str) -> Result<&'a Comparison, String> {
    let parsed = parse(cell)?;
    let mut all = source.analysis.comparisons.iter();
    all.find(|it| it.is_main() && it.cell == parsed).ok_or_else(|| {
        format!("the run has no cell {cell}; it has {}", source.analysis.cells().join(", "))
    })
}

/// The same by another quantity.
fn by<'a>(source: &'a Source, cell: &str, key: &str) -> Result<&'a Comparison, String> {
    let cell = parse(cell)?;
    let found = source.analysis.find(&cell, key);
    found.ok_or_else(|| format!("{cell}: {key} was not measured"))
}

fn row<'a>(comparison: &'a Comparison, contender: &str) -> Result<&'a Row, String> {
    comparison.row(contender).ok_or_else(|| {
        let names: Vec<_> = comparison.rows.iter().map(|row| row.contender.to_string()).collect();
        format!("{} has no {contender}; it has {}", comparison.cell, names.join(", "))
    })
}

/// Without the native pools, which keep less: pages compare them by `ratio` and `value`.
pub(super) fn managed(source: &Source, of: &Comparison) -> Comparison {
    let mut left = of.clone();
    left.rows.retain(|row| !is_native(source, &row.contender));
    left.pairs.retain(|pair| !is_native(source, &pair.a) && !is_native(source, &pair.b));
    left
}

fn is_native(source: &Source, contender: &Contender) -> bool {
    let mut all = source.files[0].backends.iter().filter(|it| it.native);
    all.any(|native| contender.backend() == Some(&native.name))
}

fn value(comparison: &Comparison, contender: &str) -> Made {
    let value = row(comparison, contender)?.value.estimate;
    Ok(figures::value(comparison.quantity().unit, value))
}

fn ratio(comparison: &Comparison, a: &str, b: &str) -> Result<Interval, String> {
    row(comparison, a)?;
    row(comparison, b)?;
    let found = comparison.pair(a, b).map(|it| it.0);
    found.ok_or_else(|| format!("{}: {a} and {b} were not compared", comparison.cell))
}

fn shortest(source: &Source, of: &[&str]) -> Made {
    let receive = source.files[0].configuration.receive();
    let all = source.analysis.granularity.iter();
    let is_own = |it: &&Granularity| it.receive == receive && !is_native(source, &it.contender);
    let found: Vec<&Granularity> = all.filter(is_own).collect();
    let nanos = |it: &Granularity| match it.length {
        Length::At(interval) => interval.estimate,
        Length::AtMost(nanos) | Length::Beyond(nanos) => nanos,
    };
    let one = match of {
        [] => {
            let all =
                found.iter().map(|it| format!("{} {}", it.contender, tables::length(it.length)));
            return Ok(all.collect::<Vec<_>>().join(", "));
        }
        ["least"] => found.iter().min_by(|a, b| nanos(a).total_cmp(&nanos(b))),
        [name, ..] => found.iter().find(|it| it.contender.backend() == Some(name)),
    };
    let one = one.ok_or("it was not measured at two lengths")?;
    Ok(tables::length(one.length))
}

/// The machines and what ran on them, each once.
pub(super) fn machine(source: &Source) -> String {
    each(source, machine_of)
}

/// Something of each run, each once.
fn each(source: &Source, of: fn(&RunFile) -> String) -> String {
    let mut all: Vec<String> = source.files.iter().map(of).collect();
    all.dedup();
    list(&all)
}

fn machine_of(file: &RunFile) -> String {
    let environment = &file.environment;
    let is_virtual = environment.virtual_machine == Some(true);
    let machine =
        format!("{}{}", report::machine(file), if is_virtual { " (virtual)" } else { "" });
    // Without the commit that it was built from.
    let compiler: Vec<_> = environment.compiler.split(' ').take(2).collect();
    let parts = [Some(machine), environment.system.clone(), Some(compiler.join(" "))];
    // What a machine calls itself is no markup.
    let escaped = |c: char| {
        let c = c.to_string();
        if "\\`*_[]<|".contains(&c) { format!("\\{c}") } else { c }
    };
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ").chars().map(escaped).collect()
}

/// The day, or the days: `14 March 2026`.
pub(super) fn date(source: &Source) -> String {
    each(source, |file| {
        let date = report::date(&file.environment.date);
        date.split(',').next().unwrap_or_default().to_owned()
    })
}

/// Links to the files of the runs.
pub(super) fn link(source: &Source, page: &str) -> String {
    let link = |run: &String| format!("[`{RESULTS}/{run}`]({}{RESULTS}/{run})", up(page));
    list(&source.runs.iter().map(link).collect::<Vec<_>>())
}

/// From the directory of a page to the checkout.
pub(super) fn up(page: &str) -> String {
    "../".repeat(page.matches('/').count())
}

fn capabilities(backends: &[&BackendFacts], page: &str) -> String {
    let names = backends.iter().map(|it| it.name.as_str());
    let mut grid = Grid::new([""].into_iter().chain(names).chain(["proved by"]));
    let mut row = |what: &str, of_each: &dyn Fn(&BackendFacts) -> String, proof: &str| {
        let name = proof.rsplit('/').next().unwrap_or(proof);
        let mut cells = vec![what.to_owned()];
        cells.extend(backends.iter().copied().map(of_each));
        cells.push(format!("[`{name}`]({}{proof})", up(page)));
        grid.row(cells);
    };
    for capability in Capability::ALL {
        let (what, proof) = match capability {
            Capability::AsyncSubmit => {
                ("`submit_async(job).await`", "crates/pool-conformance/src/async_cases.rs")
            }
            Capability::AsyncResults => (
                "`recv_async().await`, results as a `Stream`",
                "crates/pool-conformance/src/async_cases.rs",
            ),
            Capability::AsyncHandlers => (
                "Async handlers: more jobs in flight than threads",
                "crates/pool-tokio/tests/async_lane.rs",
            ),
            Capability::Fork => {
                ("A handler forks onto the pool's threads", "crates/pool-any/tests/capabilities.rs")
            }
            other => (other.name(), "crates/pool-measure/src/capability.rs"),
        };
        let has = |it: &BackendFacts| it.capabilities.contains(&capability);
        row(what, &|it| if has(it) { "●" } else { "" }.to_owned(), proof);
    }
    let packages =
        |it: &BackendFacts| it.packages_pulled_in.map_or("?".to_owned(), |it| it.to_string());
    row("Packages pulled in", &packages, "crates/pool-runner/src/dependencies.rs");
    grid.markdown()
}

#[cfg(test)]
mod tests {
    use super::{super::tests::source, *};

    fn made(words: &[&str]) -> Made {
        figure(&source(), "README.md", words)
    }

    #[test]
    fn figures_are_found_by_their_names() {
        for (words, said) in [
            (&["best", "throughput/cpu-1ms"][..], "std, crossbeam, flume, rayon or tokio"),
            (&["best", "throughput/empty"], "std"),
            (&["shortest", "50"], "std at most 1.00 µs, crossbeam at most"),
            (&["shortest", "50", "tokio"], "1.30 \\[1.17, 1.43] µs"),
            (&["shortest", "50", "least"], "at most 1.00 µs"),
            (&["ratio", "throughput/empty", "tokio", "std"], "3."),
            (&["ratio", "throughput/empty", "std", "tokio"], "0."),
            (&["floor"], "1.2 %"),
            (&["date"], "14 March 2026"),
            (&["machine"], "AMD EPYC 7763 64-Core Processor, 2 cores"),
            (&["run"], "[`results/machine/run`](results/machine/run)"),
            (&["table", "cost"], "Cost: CPU time per job:\n\n|  | std | crossbeam |"),
        ] {
            let made = made(words).unwrap();
            assert!(made.starts_with(said), "{words:?}: {made}");
        }
        let unit = |words: &[&str]| made(words).unwrap().rsplit(' ').next().unwrap().to_owned();
        assert_eq!(unit(&["value", "throughput/cpu-10us", "std"]), "µs");
        assert_eq!(unit(&["value", "throughput/empty", "serial loop"]), "ns");
        assert!(made(&["range", "shutdown/idle"]).unwrap().contains(" to "));
    }

    #[test]
    fn what_the_run_has_not_is_answered_with_what_it_has() {
        for (words, said) in [
            (&["value", "throughput", "std"][..], "there is no cell \"throughput\""),
            (&["value", "throughput/cpu-3us", "std"], "no cell throughput/cpu-3us; it has"),
            (&["value", "throughput/empty", "corssbeam"], "it has std, crossbeam, flume,"),
            (&["value", "shutdown/idle", "std", "cpu_per_job_ns"], "was not measured"),
            (&["best", "throughput/blocking-1ms"], "too noisy for ranks"),
            (&["shortest", "90"], "--help"),
            (&["need", "magic"], "no backend"),
            (&["speed"], "--help"),
        ] {
            assert!(made(words).unwrap_err().contains(said), "{words:?}");
        }
    }

    #[test]
    fn units_and_factors_are_as_in_print() {
        assert_eq!(in_print("1.6x [1.5, 1.8]"), "1.6× \\[1.5, 1.8]");
        assert_eq!(in_print("flux by 1.20x to 1.40x"), "flux by 1.20× to 1.40×");
    }
}
