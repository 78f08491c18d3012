use super::{
    fixtures::{about, analysis, comparison},
    *,
};
use crate::{
    analysis::{Granularity, Length, Row, Trust},
    contender::Contender,
    statistics::Interval,
    store::Stopped,
};

const FIVE: [(&str, f64); 5] =
    [("std", 71.0), ("crossbeam", 70.0), ("flume", 140.0), ("rayon", 145.0), ("tokio", 400.0)];

fn beside(contender: Contender, nanos: f64) -> Row {
    Row { contender, value: about(nanos), rank: None, tied: false, efficiency: None }
}

#[test]
fn a_cell_shows_ranks_with_ties_and_one_unit() {
    let shown = overview(&analysis(vec![comparison("throughput/empty", Trust::Sound, &FIVE)]), &[]);
    assert_eq!(
        shown,
        "\
Throughput: jobs per second, more is better
───────────────────────
                 empty
───────────────────────
std        1= 14.1 M/s
crossbeam  1= 14.3 M/s
flume      3= 7.14 M/s
rayon      3= 6.90 M/s
tokio      5  2.50 M/s
───────────────────────

a rank is 1 and how many are shown to be better by 5 %; = has others beside it
noise floor of throughput: one backend measured twice agrees with itself to
  1.2 %
ratios of throughput are known to 1 % in the median"
    );
}

#[test]
fn who_is_beside_stands_below_a_rule_and_has_no_rank() {
    let mut one = comparison("throughput/empty", Trust::Sound, &FIVE);
    one.rows.push(beside(Contender::Twin("std".to_owned()), 71.0));
    one.rows.push(beside(Contender::Serial, 10.0));
    let shown = overview(&analysis(vec![one]), &[]);
    assert!(shown.contains("\nserial loop      100 M/s\n"), "{shown}");
    assert!(!shown.contains("twin"), "{shown}");
    assert_eq!(shown.lines().filter(|line| line.starts_with('─')).count(), 4, "{shown}");
}

#[test]
fn noise_takes_the_ranks_and_is_explained() {
    let one = comparison("shutdown/idle", Trust::TooNoisy, &FIVE);
    let shown = overview(&analysis(vec![one]), &[]);
    assert!(shown.contains("~  71.0 ns"), "{shown}");
    let why = "~ shutdown/idle, time to end: too noisy for ranks: the same backend twice";
    assert!(shown.contains(why), "{shown}");
    assert!(!shown.contains("a rank is"), "{shown}");
}

#[test]
fn noise_without_bounds_is_told_in_a_short_number() {
    let mut one = comparison("latency/cpu-10us/80%", Trust::TooNoisy, &FIVE);
    one.twin = Some(Interval { low: 1e-9, estimate: 2.0, high: 1e9 });
    assert!(too_noisy(&one).ends_with("differed by -100 % to over 1000 %"));
}

#[test]
fn a_preview_is_marked() {
    let shown = overview(&analysis(vec![comparison("cost/sparse", Trust::Preview, &FIVE)]), &[]);
    assert!(shown.contains("sparse ?"), "{shown}");
    assert!(shown.contains("? is a preview"), "{shown}");
}

#[test]
fn however_many_cells_there_are_no_table_is_wider_than_a_terminal() {
    let mut all: Vec<_> = ["empty", "cpu-1us", "cpu-10us", "cpu-100us", "cpu-1ms", "skewed"]
        .iter()
        .chain(&["payload-64k", "blocking-1ms"])
        .map(|name| comparison(&format!("throughput/{name}"), Trust::Preview, &FIVE))
        .collect();
    all[0].rows.push(beside(Contender::BareLoop("crossbeam".to_owned()), 1.0));
    all.push(comparison("latency/cpu-100us/2000.5-per-s", Trust::TooNoisy, &FIVE));
    let mut analysis = analysis(all);
    let at = |name: &str| Granularity {
        contender: Contender::Backend(name.to_owned()),
        level: 0.5,
        length: Length::At(about(412.0)),
    };
    analysis.granularity = FIVE.iter().map(|(name, _)| at(name)).collect();
    let shown = everything(&analysis, &[]);
    for line in shown.lines() {
        assert!(line.chars().count() <= 80, "{line}\n{shown}");
    }
    for name in ["empty", "blocking-1ms", "cpu-100us/2000.5-per-s"] {
        assert!(shown.contains(name), "{shown}");
    }
    let worth = "shortest job worth a pool (half of ideal speed): std 412 ns, crossbeam 412 ns,";
    assert!(shown.contains(worth), "{shown}");
}

#[test]
fn cells_that_could_be_more_precise_are_named() {
    let state =
        |cell: &str, stopped| CellState { cell: cell.parse().unwrap(), processes: 5, stopped };
    let cells = [
        state("throughput/empty", Stopped::Precise),
        state("shutdown/idle", Stopped::Budget),
        state("shutdown/drain", Stopped::Budget),
    ];
    let shown =
        overview(&analysis(vec![comparison("throughput/empty", Trust::Sound, &FIVE)]), &cells);
    assert!(shown.contains("measured until precise enough: 1 of 3 cells"), "{shown}");
    assert!(shown.contains("time was up for: shutdown/idle and shutdown/drain"), "{shown}");
}

#[test]
fn a_run_without_a_complete_process_says_so() {
    let mut nothing = analysis(Vec::new());
    nothing.noise_floor = None;
    assert_eq!(overview(&nothing, &[]), "nothing has been measured to the end of a process yet");
}
