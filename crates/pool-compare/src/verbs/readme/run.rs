//! The run that the figures are from: what machine it was, when, and how well it knows.

use super::{
    expression::{Expression, Made, nothing},
    markup::plain,
    scope::{RESULTS, Scope, Source},
};
use crate::{figures::percent, report};

pub(super) const EXPRESSIONS: [Expression; 6] = [
    Expression::words(
        ["floor", ""],
        "how well the ratio of a backend to itself is known, in the median",
        floor,
    ),
    Expression::words(
        ["precision", ""],
        "how well ratios of throughput are known, in the median",
        precision,
    ),
    Expression::words(["workers", ""], "how many the run had", workers),
    Expression::words(["machine", ""], "what the run was measured on", |scope, words| {
        of_run(scope, words, machine)
    }),
    Expression::words(["date", ""], "and when", |scope, words| of_run(scope, words, date)),
    Expression::words(["run", ""], "a link to it", run),
];

fn of_run(scope: &Scope<'_>, words: &[&str], tell: fn(&Source) -> String) -> Made {
    nothing(words)?;
    Ok(tell(scope.run()?))
}

/// How well the ratio of a backend to itself is known.
fn floor(scope: &Scope<'_>, words: &[&str]) -> Made {
    nothing(words)?;
    let floor = scope.run()?.opened.analysis.noise_floor;
    Ok(percent(floor.ok_or("the run has no noise floor: no twin was measured in it")?))
}

/// How well ratios of throughput are known.
fn precision(scope: &Scope<'_>, words: &[&str]) -> Made {
    nothing(words)?;
    let reached = scope.run()?.opened.analysis.reached_precision();
    Ok(percent(reached.ok_or("the run has no ratios of throughput")?))
}

fn workers(scope: &Scope<'_>, words: &[&str]) -> Made {
    nothing(words)?;
    Ok(scope.run()?.opened.run.file.configuration.workers.to_string())
}

/// The machine and what ran on it, in a line.
pub(super) fn machine(source: &Source) -> String {
    let file = &source.opened.run.file;
    let environment = &file.environment;
    let machine = report::machine(file);
    let machine = match environment.virtual_machine {
        Some(true) => format!("{machine} (virtual)"),
        _ => machine,
    };
    // Without the commit that it was built from.
    let compiler: Vec<_> = environment.compiler.split(' ').take(2).collect();
    let parts = [Some(machine), environment.system.clone(), Some(compiler.join(" "))];
    plain(&parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

/// The day: `14 March 2026`.
pub(super) fn date(source: &Source) -> String {
    let date = report::date(&source.opened.run.file.environment.date);
    date.split(',').next().unwrap_or_default().to_owned()
}

fn run(scope: &Scope<'_>, words: &[&str]) -> Made {
    nothing(words)?;
    link(scope)
}

/// The run, as a link to its files.
pub(super) fn link(scope: &Scope<'_>) -> Made {
    let source = scope.run()?;
    let to = scope.link(&source.path())?;
    Ok(format!("[`{RESULTS}/{}`]({to})", source.name))
}

#[cfg(test)]
mod tests {
    use crate::verbs::readme::{expression::make, passage::Place, scope::tests::scope};

    #[test]
    fn the_run_is_told_in_words() {
        let made = |expression| make(&scope(), expression, &Place::Inline).unwrap();
        assert_eq!(made("floor"), "1.2 %");
        assert_eq!(made("workers"), "2");
        assert_eq!(made("date"), "14 March 2026");
        assert!(made("precision").ends_with(" %"));
        let machine = made("machine");
        assert!(machine.starts_with("AMD EPYC 7763 64-Core Processor, 2 cores"), "{machine}");
        assert!(machine.contains(", rustc 1.") && !machine.contains("rustc 1.89.0 ("), "{machine}");
    }

    #[test]
    fn a_run_that_is_not_there_is_not_linked_to() {
        let said = make(&scope(), "run", &Place::Inline).unwrap_err();
        assert!(said.starts_with("results/machine/run: there is no such file"), "{said}");
    }
}
