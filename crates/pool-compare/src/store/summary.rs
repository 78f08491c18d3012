//! `summary.csv`: every figure of a run, one a line, for a spreadsheet, and for this program where
//! the samples are not kept. What the columns mean, and how each figure is computed from the
//! samples, stands in `results/README.md`.

use pool_measure::digits::at_most;
use pool_statistics::{Interval, Scalability, Verdict};
use serde::{Deserialize, Serialize};

use crate::{
    analysis::{
        Analysis, Comparison, Curve, Granularity, Length, OneCore, Pair, Row, Scaling, Trust,
        scaling,
    },
    protocol::{Cell, Configuration, Contender},
};

/// One figure. Its fields are the columns; one that says nothing is empty.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Line {
    kind: String,
    cell: String,
    quantity: String,
    contender: String,
    versus: String,
    processes: Option<usize>,
    /// Not in what was written before there was this column.
    of: Option<usize>,
    estimate: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    rank: String,
    verdict: Option<Verdict>,
    trust: Option<Trust>,
    /// Where it was read.
    #[serde(skip)]
    number: usize,
}

/// The quantity of granularities; those of a law that have intervals, and how far it misses.
const LENGTH: &str = "length_at_50_percent_ns";
const LAW: [&str; 3] = ["serial_part", "coherence", "gains_up_to_workers"];
const MISSES: &str = "misses";

/// Every figure of an analysis, as the text of `summary.csv`, to five digits.
pub(crate) fn summary(analysis: &Analysis) -> String {
    let compared = analysis.comparisons.iter().flat_map(of_comparison);
    let lengths = analysis.granularity.iter().map(of_granularity);
    let scaling = analysis.scaling.iter().flat_map(of_scaling);
    let shared = analysis.one_core.iter().map(of_one_core);
    let mut lines = compared.chain(lengths).chain(scaling).chain(shared);

    let mut writer = csv::Writer::from_writer(Vec::new());
    let written = lines.try_for_each(|line| writer.serialize(line));
    let bytes = written.ok().and_then(|()| writer.into_inner().ok());
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.expect("text is written to memory, and is text")
}

fn of_comparison(comparison: &Comparison) -> Vec<Line> {
    let Comparison { cell, quantity, processes, of, twin, trust, rows, .. } = comparison;
    let line = |kind: &str, contender: &dyn ToString| Line {
        quantity: (*quantity).to_owned(),
        processes: Some(*processes),
        of: Some(*of),
        trust: Some(*trust),
        ..Line::new(kind, cell, contender)
    };
    let mut lines = Vec::new();
    for row in rows {
        let line = |kind| line(kind, &row.contender);
        let rank = row.rank_shown().unwrap_or_default();
        lines.push(Line { rank, ..line("value").with(row.value) });
        let estimate = row.efficiency.map(short);
        lines.extend(estimate.map(|_| Line { estimate, ..line("efficiency") }));
        lines.extend(row.core_time.map(|it| line("core-time").with(it)));
    }
    lines.extend(twin.map(|twin| line("twin", &"").with(twin)));
    for (kind, pairs) in [("ratio", &comparison.pairs), ("beside", &comparison.beside)] {
        lines.extend(pairs.iter().map(|Pair { a, b, ratio, verdict }| Line {
            versus: b.to_string(),
            verdict: Some(*verdict),
            ..line(kind, a).with(*ratio)
        }));
    }
    lines.extend(comparison.fell_behind.iter().map(|it| line("fell-behind", it)));
    lines
}

fn of_granularity(of: &Granularity) -> Line {
    let line = Line {
        quantity: LENGTH.to_owned(),
        processes: Some(of.processes),
        ..Line::new("granularity", &of.receive, &of.contender)
    };
    match of.length {
        Length::At(length) => line.with(length),
        Length::AtMost(shortest) => Line { high: Some(short(shortest)), ..line },
        Length::Beyond(longest) => Line { low: Some(short(longest)), ..line },
    }
}

fn of_scaling(scaling: &Scaling) -> Vec<Line> {
    let of_curve = |curve: &Curve| {
        let law = curve.law?;
        let line = |quantity: &str| Line {
            quantity: quantity.to_owned(),
            ..Line::new("scaling", &scaling.cell, &curve.contender)
        };
        let [serial, coherence, gains_up_to] = LAW.map(line);
        let misses = Line { estimate: Some(short(law.misses)), ..line(MISSES) };
        let gains_up_to = gains_up_to.with(law.gains_up_to);
        Some([serial.with(law.serial), coherence.with(law.coherence), gains_up_to, misses])
    };
    scaling.curves.iter().filter_map(of_curve).flatten().collect()
}

fn of_one_core(OneCore { cell, contender, visits, share }: &OneCore) -> Line {
    Line { of: Some(*visits), ..Line::new("one-core", cell, contender).with(*share) }
}

/// What is wrong with a line, and with which.
type Wrong = (usize, String);

/// The analysis of a run that a `summary.csv` was written from, but for the noise floor, which is in
/// `run.json`. What only other versions of this program know is passed over.
///
/// # Errors
///
/// The line that makes no sense, and why.
pub(super) fn read(text: &str, of: &Configuration) -> Result<Analysis, Wrong> {
    let parsed = csv::Reader::from_reader(text.as_bytes()).into_deserialize::<Line>();
    let lines = (2..).zip(parsed).map(|(number, line)| {
        line.map(|line| Line { number, ..line }).map_err(|error| (number, error.to_string()))
    });
    let mut lines = lines.collect::<Result<Vec<Line>, Wrong>>()?;
    // Once, a twin had a value of its own.
    let is_shown = |kind: &str, name: &str| match Contender::from(name.to_owned()) {
        Contender::Former(_) => false,
        Contender::Twin(_) => kind == "twin",
        _ => true,
    };
    lines.retain(|it| [&it.contender, &it.versus].iter().all(|name| is_shown(&it.kind, name)));

    let compared: Vec<&Line> = lines.iter().filter(|it| it.trust.is_some()).collect();
    let same = compared.chunk_by(|a, b| (&a.cell, &a.quantity) == (&b.cell, &b.quantity));
    let comparisons = same.map(|lines| comparison(lines, of)).collect::<Result<Vec<_>, _>>()?;
    let of_kind = |kind: &'static str| lines.iter().filter(move |it| it.kind == kind);
    let law = |cell: &Cell, contender: &Contender| {
        let (cell, contender) = (cell.to_string(), contender.to_string());
        let is_its = |it: &&Line| (&it.cell, &it.contender) == (&cell, &contender);
        let find =
            |quantity: &str| of_kind("scaling").filter(is_its).find(|it| it.quantity == quantity);
        let [serial, coherence, gains_up_to] = LAW.map(|it| find(it)?.interval());
        let (serial, coherence, gains_up_to) = (serial?, coherence?, gains_up_to?);
        Some(Scalability { serial, coherence, gains_up_to, misses: find(MISSES)?.estimate? })
    };
    let lengths = of_kind("granularity").filter(|it| it.quantity == LENGTH);
    Ok(Analysis {
        granularity: each(lengths, |it| granularity(it, of))?,
        scaling: scaling(&comparisons, |cell, _, contender| law(cell, contender)),
        one_core: each(of_kind("one-core"), one_core)?,
        comparisons,
        noise_floor: None,
    })
}

/// What each of these lines says.
fn each<'a, T>(
    lines: impl Iterator<Item = &'a Line>,
    read: impl Fn(&Line) -> Option<T>,
) -> Result<Vec<T>, Wrong> {
    let wrong = |line: &Line| (line.number, format!("this is no {}", line.kind));
    lines.map(|line| read(line).ok_or_else(|| wrong(line))).collect()
}

/// One quantity of one cell, of which these lines are.
fn comparison(lines: &[&Line], of: &Configuration) -> Result<Comparison, Wrong> {
    let Line { number, processes, of: all, trust, .. } = lines[0];
    let cell: Option<Cell> = lines[0].cell.parse().ok();
    let quantity = cell.as_ref().map(Cell::quantities).unwrap_or_default().iter();
    let quantity = quantity.map(|it| it.key).find(|key| *key == lines[0].quantity);
    let (Some(cell), Some(quantity), Some(trust)) = (cell, quantity, *trust) else {
        let Line { cell, quantity, .. } = lines[0];
        return Err((*number, format!("no cell {cell:?} has {quantity:?}")));
    };
    let of_kind = |kind: &'static str| lines.iter().copied().filter(move |it| it.kind == kind);
    let row = |line: &Line| {
        let own = |kind| of_kind(kind).find(|it| it.contender == line.contender);
        let rank = line.rank.trim_end_matches('=');
        Some(Row {
            contender: line.contender(),
            value: line.interval()?,
            rank: if rank.is_empty() { None } else { Some(rank.parse().ok()?) },
            tied: line.rank.ends_with('='),
            efficiency: own("efficiency").and_then(|it| it.estimate),
            core_time: own("core-time").and_then(Line::interval),
        })
    };
    Ok(Comparison {
        setting: of.setting(&cell),
        quantity,
        processes: processes.unwrap_or_default(),
        of: all.or(*processes).unwrap_or_default(),
        twin: each(of_kind("twin"), Line::interval)?.pop(),
        trust,
        fell_behind: of_kind("fell-behind").map(Line::contender).collect(),
        rows: each(of_kind("value"), row)?,
        pairs: each(of_kind("ratio"), Line::pair)?,
        beside: each(of_kind("beside"), Line::pair)?,
        cell,
    })
}

fn granularity(line: &Line, of: &Configuration) -> Option<Granularity> {
    let length = match (line.estimate, line.low, line.high) {
        (Some(_), ..) => Length::At(line.interval()?),
        (None, None, Some(shortest)) => Length::AtMost(shortest),
        (None, longest, _) => Length::Beyond(longest?),
    };
    // Runs of before had one way of receiving.
    let receive = if line.cell.is_empty() { of.receive() } else { line.cell.clone() };
    let processes = line.processes.unwrap_or_default();
    Some(Granularity { contender: line.contender(), receive, processes, length })
}

fn one_core(line: &Line) -> Option<OneCore> {
    let (cell, contender) = (line.cell.parse().ok()?, line.contender());
    Some(OneCore { cell, contender, visits: line.of?, share: line.interval()? })
}

impl Line {
    fn new(kind: &str, cell: &impl ToString, contender: &dyn ToString) -> Self {
        let (cell, contender) = (cell.to_string(), contender.to_string());
        Self { kind: kind.to_owned(), cell, contender, ..Self::default() }
    }

    fn with(self, Interval { low, estimate, high }: Interval) -> Self {
        let [estimate, low, high] = [estimate, low, high].map(|it| Some(short(it)));
        Self { estimate, low, high, ..self }
    }

    fn contender(&self) -> Contender {
        self.contender.clone().into()
    }

    fn interval(&self) -> Option<Interval> {
        Some(Interval { low: self.low?, estimate: self.estimate?, high: self.high? })
    }

    fn pair(&self) -> Option<Pair> {
        let (a, b) = (self.contender(), self.versus.clone().into());
        Some(Pair { a, b, ratio: self.interval()?, verdict: self.verdict? })
    }
}

fn short(value: f64) -> f64 {
    at_most(5, value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture;

    /// A line of each kind.
    const TEXT: &str = include_str!("fixture.csv");

    fn read(text: &str) -> Result<Analysis, Wrong> {
        super::read(text, &fixture::run_file().configuration)
    }

    #[test]
    fn every_figure_is_read_and_written() {
        let analysis = read(TEXT).unwrap();
        assert_eq!(summary(&analysis), TEXT);
        let [comparison, preview] = &analysis.comparisons[..] else { panic!() };
        assert_eq!((comparison.processes, comparison.of, preview.rows[0].rank), (6, 8, Some(1)));
        let value = Interval { low: 0.1, estimate: 0.25, high: 1e21 };
        assert_eq!(comparison.rows[0].value, value);
        assert_eq!(analysis.scaling[0].curves[0].law.unwrap().serial.low.to_string(), "900");
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        for (change, line, says) in [
            (("time_per_job_ns", "speed"), 2, "no cell \"throughput/cpu-10us\" has \"speed\""),
            (("cpu-10us", ""), 2, "no cell \"throughput/\" has \"time_per_job_ns\""),
            (("1=,,", "first,,"), 2, "this is no value"),
            (("slightly-faster", ""), 7, "this is no ratio"),
        ] {
            let error = read(&TEXT.replacen(change.0, change.1, 1)).unwrap_err();
            assert_eq!(error, (line, says.to_owned()));
        }
    }

    #[test]
    fn what_other_versions_wrote_is_read_as_far_as_it_is_known() {
        let before = "kind,cell,quantity,contender,versus,processes,estimate,low,high,rank,\
                      verdict,trust\n\
                      value,latency/cpu-10us/80%,sojourn_p50_ns,std,,6,2.0,1.0,3.0,1,,sound\n\
                      value,latency/cpu-10us/80%,sojourn_p50_ns,std (bare loop),,6,2.0,1.0,3.0,,,sound\n\
                      granularity,,length_at_50_percent_ns,std,,6,,,100.0,,,\n\
                      granularity,,length_at_90_percent_ns,std,,6,,,100.0,,,\n\
                      of-another-version,,speed,std,,6,1,,,,,\n";
        let Analysis { comparisons, granularity, .. } = read(before).unwrap();
        assert_eq!((comparisons[0].of, comparisons[0].rows.len()), (6, 1));
        assert_eq!((granularity.len(), &*granularity[0].receive), (1, "recv_batch 1000 µs"));
    }
}
