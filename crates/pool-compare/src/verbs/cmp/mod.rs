//! `cmp`: two backends, by a kept run.

use serde::Serialize;

use super::kept::{Opened, RunArgs, print_json};
use crate::{
    analysis::{Comparison, Trust},
    app::App,
    error::Error,
    figures::{self, Scale},
    statistics::{Interval, Verdict},
    tables::{self, wrap},
    terminal,
};

const DETAILS: &str = "\
Of all quantities less is better: where A/B is 2x, B is the better one. Of all
pairs of backends at once, they are in their intervals with 95 % confidence.

Examples:
  cargo compare cmp crossbeam flume
      in all that the latest run of this machine has measured
  cargo compare cmp std tokio --json
      a list of objects: `cell`, `quantity`, `trust`, the values `a` and `b`,
      `ratio` (each with an interval) and `verdict`, which is said of A";

/// What can be said on the command line.
#[derive(Debug, clap::Args)]
#[command(after_help = DETAILS)]
pub(crate) struct Args {
    /// A backend
    #[arg(value_name = "A")]
    a: String,

    /// Another
    #[arg(value_name = "B")]
    b: String,

    #[command(flatten)]
    run: RunArgs,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Two backends in one quantity of one cell; serialized, an element of what `--json` prints.
#[derive(Debug, Serialize)]
struct Beside<'a> {
    cell: String,
    quantity: &'a str,
    trust: Trust,
    /// In the unit of the quantity.
    a: Interval,
    b: Interval,
    /// The first over the second.
    ratio: Interval,
    /// What is said of the first.
    verdict: Verdict,
}

/// Runs the verb.
pub(crate) fn run(args: &Args, _app: &App<'_>) -> Result<(), Error> {
    let opened = Opened::find(args.run.run.as_deref(), &args.run.results)?;
    let backends = &opened.run.file.configuration.backends;
    for name in [&args.a, &args.b] {
        if !backends.contains(name) {
            let there_are = backends.join(", ");
            return Err(Error::Usage(format!(
                "the run has no backend {name:?}; it has {there_are}"
            )));
        }
    }
    if args.a == args.b {
        return Err(Error::Usage(format!("{} is to be compared with another", args.a)));
    }
    let of_both = |it| Some((it, beside(it, &args.a, &args.b)?));
    let all: Vec<_> = opened.analysis.comparisons.iter().filter_map(of_both).collect();
    if args.json {
        return print_json(&all.iter().map(|(_, beside)| beside).collect::<Vec<_>>());
    }
    let mut lines = vec![format!(
        "{} (A) and {} (B) by {}\nof all quantities less is better: where A/B is below 1, A is the better",
        args.a,
        args.b,
        opened.describe()
    )];
    lines.extend(all.iter().map(|(it, beside)| show(it, beside, &args.a, &args.b)));
    terminal::print(lines.join("\n\n"))
}

fn beside<'a>(comparison: &'a Comparison, a: &str, b: &str) -> Option<Beside<'a>> {
    let (ratio, verdict) = comparison.pair(a, b)?;
    Some(Beside {
        cell: comparison.cell.to_string(),
        quantity: comparison.quantity,
        trust: comparison.trust,
        a: comparison.row(a)?.value,
        b: comparison.row(b)?.value,
        ratio,
        verdict,
    })
}

/// For people.
fn show(comparison: &Comparison, beside: &Beside<'_>, a: &str, b: &str) -> String {
    let quantity = comparison.quantity();
    let scale = Scale::of(quantity.unit, beside.a.estimate.min(beside.b.estimate));
    let said = match comparison.trust {
        Trust::TooNoisy => tables::too_noisy(comparison),
        Trust::Preview => {
            let said = tables::verdict(a, b, (beside.ratio, beside.verdict), quantity.difference);
            format!("{said} (a preview)")
        }
        Trust::Sound => tables::verdict(a, b, (beside.ratio, beside.verdict), quantity.difference),
    };
    let mut lines = vec![
        format!("{}: {}", comparison.cell, quantity.title),
        format!(
            "  A {}, B {}, A/B {}",
            scale.interval(beside.a),
            scale.interval(beside.b),
            figures::ratio(beside.ratio)
        ),
        wrap(&format!("  {said}")),
    ];
    lines.extend(tables::fell_behind(comparison).map(|it| wrap(&format!("  {it}"))));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::fixtures::comparison;

    fn shown(trust: Trust) -> String {
        let one = comparison("shutdown/idle", trust, &[("std", 100.0), ("flume", 200.0)]);
        let two = beside(&one, "flume", "std").unwrap();
        assert_eq!(two.verdict, Verdict::Slower);
        show(&one, &two, "flume", "std")
    }

    #[test]
    fn the_better_one_is_named_whichever_came_first() {
        assert_eq!(
            shown(Trust::Sound),
            "\
shutdown/idle: time to end
  A 200 [198, 202] ns, B 100 [99, 101] ns, A/B 2.0x [2.0, 2.0]
  std is better by 2.0x"
        );
    }

    #[test]
    fn what_is_noise_or_a_preview_is_not_told_as_a_fact() {
        assert!(shown(Trust::Preview).ends_with("(a preview)"));
        assert!(shown(Trust::TooNoisy).contains("too noisy"));
        assert!(!shown(Trust::TooNoisy).contains("is better"));
    }

    #[test]
    fn who_was_not_measured_in_a_cell_is_not_told_of_there() {
        let one = comparison("shutdown/idle", Trust::Sound, &[("std", 1.0), ("flume", 2.0)]);
        assert!(beside(&one, "std", "rayon").is_none());
    }
}
