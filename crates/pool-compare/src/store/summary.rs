//! `summary.csv`: every figure of a run, one a line, for a spreadsheet, and for this program where
//! the samples are not kept. What the columns mean, and how each figure is computed from the
//! samples, is told in `results/README.md`.

use serde::{Deserialize, Serialize};

use crate::{
    analysis::{
        Analysis, Comparison, Curve, Granularity, Length, OneCore, Pair, Row, Scaling, Trust,
        scaling,
    },
    protocol::{Cell, Configuration, Contender},
    statistics::{Interval, Scalability, Verdict},
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

const COLUMNS: &str =
    "kind cell quantity contender versus processes of estimate low high rank verdict trust";

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

    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    let written = writer
        .write_record(COLUMNS.split(' '))
        .and_then(|()| lines.try_for_each(|line| writer.serialize(line)));
    let bytes = written.ok().and_then(|()| writer.into_inner().ok());
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.expect("text is written to memory, and is text")
}

fn of_comparison(comparison: &Comparison) -> Vec<Line> {
    let Comparison { cell, quantity, processes, of, trust, rows, .. } = comparison;
    let line = |kind: &str, contender: &Contender| Line {
        quantity: (*quantity).to_owned(),
        processes: Some(*processes),
        of: Some(*of),
        trust: Some(*trust),
        ..Line::new(kind, cell, contender)
    };
    let values = rows.iter().map(|row| Line {
        rank: row.rank_shown().unwrap_or_default(),
        ..line("value", &row.contender).with(row.value)
    });
    let efficiencies = rows.iter().filter_map(|row| {
        let estimate = Some(short(row.efficiency?));
        Some(Line { estimate, ..line("efficiency", &row.contender) })
    });
    let core_times =
        rows.iter().filter_map(|row| Some(line("core-time", &row.contender).with(row.core_time?)));
    let of_pairs = |kind: &'static str, pairs: &'_ [Pair]| -> Vec<Line> {
        let one = |Pair { a, b, ratio, verdict }: &Pair| Line {
            versus: b.to_string(),
            verdict: Some(*verdict),
            ..line(kind, a).with(*ratio)
        };
        pairs.iter().map(one).collect()
    };
    let twins = rows.iter().filter_map(|row| match &row.contender {
        Contender::Twin(original) => {
            let line = line("twin", &row.contender).with(comparison.twin?);
            Some(Line { versus: original.clone(), ..line })
        }
        _ => None,
    });
    let behind = comparison.fell_behind.iter().map(|it| line("fell-behind", it));
    values
        .chain(efficiencies)
        .chain(core_times)
        .chain(of_pairs("ratio", &comparison.pairs))
        .chain(of_pairs("beside", &comparison.beside))
        .chain(twins)
        .chain(behind)
        .collect()
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
    const COMPARED: [&str; 7] =
        ["value", "efficiency", "core-time", "ratio", "beside", "twin", "fell-behind"];
    let parsed = csv::Reader::from_reader(text.as_bytes()).into_deserialize::<Line>();
    let lines = (2..).zip(parsed).map(|(number, line)| {
        line.map(|line| Line { number, ..line }).map_err(|error| (number, error.to_string()))
    });
    let mut lines = lines.collect::<Result<Vec<Line>, Wrong>>()?;
    let is_former = |name: &str| matches!(Contender::from(name.to_owned()), Contender::Former(_));
    lines.retain(|it| !is_former(&it.contender) && !is_former(&it.versus));
    let (compared, others): (Vec<Line>, Vec<Line>) =
        lines.into_iter().partition(|it| COMPARED.contains(&&*it.kind));

    let same = compared.chunk_by(|a, b| (&a.cell, &a.quantity) == (&b.cell, &b.quantity));
    let comparisons = same.map(|lines| comparison(lines, of)).collect::<Result<Vec<_>, _>>()?;
    let of_kind = |kind: &'static str| others.iter().filter(move |it| it.kind == kind);
    let lengths = of_kind("granularity").filter(|it| it.quantity == LENGTH);
    let one_core = |line: &Line| {
        let (cell, contender, share) = (line.cell()?, line.contender(), line.interval()?);
        let visits = line.of.ok_or_else(|| line.wrong("no visits"))?;
        Ok::<_, Wrong>(OneCore { cell, contender, visits, share })
    };
    let law = |cell: &Cell, contender: &Contender| {
        let (cell, contender) = (cell.to_string(), contender.to_string());
        let find = |quantity: &str| {
            let mut own = of_kind("scaling").filter(|it| it.cell == cell);
            own.find(|it| it.contender == contender && it.quantity == quantity)
        };
        let [serial, coherence, gains_up_to] = LAW.map(|it| find(it)?.interval().ok());
        let misses = find(MISSES)?.estimate?;
        Some(Scalability {
            serial: serial?,
            coherence: coherence?,
            gains_up_to: gains_up_to?,
            misses,
        })
    };
    Ok(Analysis {
        granularity: lengths.map(|it| granularity(it, of)).collect::<Result<_, _>>()?,
        scaling: scaling(&comparisons, |cell, _, contender| law(cell, contender)),
        one_core: of_kind("one-core").map(one_core).collect::<Result<_, _>>()?,
        comparisons,
        noise_floor: None,
    })
}

/// One quantity of one cell, of which these lines are.
fn comparison(lines: &[Line], of: &Configuration) -> Result<Comparison, Wrong> {
    let first = &lines[0];
    let cell = first.cell()?;
    let quantity = cell.quantities().iter().find(|it| it.key == first.quantity);
    let no_quantity = || first.wrong(format!("no quantity {:?}", first.quantity));
    let trust = first.trust.ok_or_else(|| first.wrong("no trust"));
    let of_kind = |kind: &'static str| lines.iter().filter(move |it| it.kind == kind);
    let pairs = |kind| of_kind(kind).map(Line::pair).collect::<Result<Vec<_>, _>>();
    let row = |line: &Line| {
        let own = |kind| of_kind(kind).find(|it| it.contender == line.contender);
        let rank = line.rank.trim_end_matches('=');
        let rank = if rank.is_empty() { Ok(None) } else { rank.parse().map(Some) };
        Ok(Row {
            contender: line.contender(),
            value: line.interval()?,
            rank: rank.map_err(|_| line.wrong(format!("no rank {:?}", line.rank)))?,
            tied: line.rank.ends_with('='),
            efficiency: own("efficiency").and_then(|it| it.estimate),
            core_time: own("core-time").map(Line::interval).transpose()?,
        })
    };
    Ok(Comparison {
        setting: of.setting(&cell),
        quantity: quantity.ok_or_else(no_quantity)?.key,
        processes: first.processes.unwrap_or_default(),
        of: first.of.or(first.processes).unwrap_or_default(),
        twin: of_kind("twin").next().map(Line::interval).transpose()?,
        trust: trust?,
        fell_behind: of_kind("fell-behind").map(Line::contender).collect(),
        rows: of_kind("value").map(row).collect::<Result<_, Wrong>>()?,
        pairs: pairs("ratio")?,
        beside: pairs("beside")?,
        cell,
    })
}

fn granularity(line: &Line, of: &Configuration) -> Result<Granularity, Wrong> {
    let length = match (line.estimate, line.low, line.high) {
        (Some(_), ..) => Length::At(line.interval()?),
        (None, None, Some(shortest)) => Length::AtMost(shortest),
        (None, Some(longest), _) => Length::Beyond(longest),
        (None, None, None) => return Err(line.wrong("no length")),
    };
    // Runs of before had one way of receiving.
    let receive = Some(line.cell.clone()).filter(|it| !it.is_empty());
    Ok(Granularity {
        contender: line.contender(),
        receive: receive.unwrap_or_else(|| of.receive()),
        processes: line.processes.unwrap_or_default(),
        length,
    })
}

impl Line {
    fn new(kind: &str, cell: &impl ToString, contender: &Contender) -> Self {
        let (cell, contender) = (cell.to_string(), contender.to_string());
        Self { kind: kind.to_owned(), cell, contender, ..Self::default() }
    }

    fn with(self, Interval { low, estimate, high }: Interval) -> Self {
        let [estimate, low, high] = [estimate, low, high].map(|it| Some(short(it)));
        Self { estimate, low, high, ..self }
    }

    fn wrong(&self, problem: impl Into<String>) -> Wrong {
        (self.number, problem.into())
    }

    fn cell(&self) -> Result<Cell, Wrong> {
        self.cell.parse().map_err(|_| self.wrong(format!("no cell {:?}", self.cell)))
    }

    fn contender(&self) -> Contender {
        self.contender.clone().into()
    }

    fn interval(&self) -> Result<Interval, Wrong> {
        match (self.low, self.estimate, self.high) {
            (Some(low), Some(estimate), Some(high)) => Ok(Interval { low, estimate, high }),
            _ => Err(self.wrong("no interval")),
        }
    }

    fn pair(&self) -> Result<Pair, Wrong> {
        let verdict = self.verdict.ok_or_else(|| self.wrong("no verdict"))?;
        let (a, b) = (self.contender(), self.versus.clone().into());
        Ok(Pair { a, b, ratio: self.interval()?, verdict })
    }
}

/// To five digits: more are no knowledge, and would make the file half as long again.
fn short(value: f64) -> f64 {
    format!("{value:.4e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        store::fixture,
        tables::{self, fixtures::comparison},
    };

    fn configuration() -> Configuration {
        fixture::run_file().configuration
    }

    /// With something of everything.
    fn analysis() -> Analysis {
        let std = || Contender::Backend("std".to_owned());
        let mut one =
            comparison("throughput/cpu-10us", Trust::TooNoisy, &[("std", 1.0), ("a,\"b\"", 3.0)]);
        let interval = Interval { low: 0.1, estimate: 0.25, high: 1e21 };
        one.rows.iter_mut().for_each(|row| row.value = interval);
        let twin = Contender::Twin("std".to_owned());
        one.rows.push(Row { contender: twin, ..one.rows[1].clone() });
        (one.rows[0].rank, one.rows[0].tied, one.rows[0].efficiency) = (Some(1), true, Some(0.5));
        one.rows[0].core_time = Some(Interval { low: -1.5, estimate: 10.0 / 3.0, high: 21.5 });
        one.twin = Some(Interval { low: 0.99, estimate: 1.0, high: 1.01 });
        one.pairs[0].ratio = Interval { low: 0.5, estimate: 0.75, high: 0.9 };
        one.pairs[0].verdict = Verdict::SlightlyFaster;
        one.beside = vec![Pair { a: Contender::Serial, ..one.pairs[0].clone() }];
        (one.of, one.fell_behind) = (8, vec![std()]);
        let other = comparison("throughput/cpu-10us/workers=3", Trust::Preview, &[("std", 100.0)]);
        let mut all = vec![one, other];
        for it in &mut all {
            it.setting = configuration().setting(&it.cell);
        }

        let at = Interval { low: 900.0, estimate: 1000.0, high: 1100.5 };
        let lengths = [Length::At(at), Length::AtMost(100.0), Length::Beyond(1e6)];
        let receive = "recv_batch 100 µs".to_owned();
        let granularity = lengths.map(|length| Granularity {
            contender: std(),
            receive: receive.clone(),
            processes: 6,
            length,
        });
        let law = Scalability { serial: at, coherence: at, gains_up_to: at, misses: 0.5 };
        let scaling = scaling(&all, |_, _, of| (*of == std()).then_some(law));
        let cell = "placement/cpu-10us".parse().unwrap();
        let share = Interval { low: 0.04, estimate: 0.09, high: 0.17 };
        let one_core = vec![OneCore { cell, contender: std(), visits: 80, share }];
        let granularity = granularity.into();
        Analysis { granularity, scaling, one_core, ..tables::fixtures::analysis(all) }
    }

    #[test]
    fn every_figure_has_a_line_and_is_read_back() {
        let cell = "throughput/cpu-10us,time_per_job_ns";
        let lengths = "granularity,recv_batch 100 µs,length_at_50_percent_ns,std,,6";
        let quarter = "0.25,0.1,1e21";
        let ratio = "\"a,\"\"b\"\"\",6,8,0.75,0.5,0.9,,slightly-faster,too-noisy";
        let expected = [
            "kind,cell,quantity,contender,versus,processes,of,estimate,low,high,rank,verdict,trust",
            &format!("value,{cell},std,,6,8,{quarter},1=,,too-noisy"),
            &format!("value,{cell},\"a,\"\"b\"\"\",,6,8,{quarter},,,too-noisy"),
            &format!("value,{cell},std (twin),,6,8,{quarter},,,too-noisy"),
            &format!("efficiency,{cell},std,,6,8,0.5,,,,,too-noisy"),
            &format!("core-time,{cell},std,,6,8,3.3333,-1.5,21.5,,,too-noisy"),
            &format!("ratio,{cell},std,{ratio}"),
            &format!("beside,{cell},serial loop,{ratio}"),
            &format!("twin,{cell},std (twin),std,6,8,1.0,0.99,1.01,,,too-noisy"),
            &format!("fell-behind,{cell},std,,6,8,,,,,,too-noisy"),
            "value,throughput/cpu-10us/workers=3,time_per_job_ns,std,,2,2,100.0,99.0,101.0,1,,preview",
            &format!("{lengths},,1000.0,900.0,1100.5,,,"),
            &format!("{lengths},,,,100.0,,,"),
            &format!("{lengths},,,1000000.0,,,,"),
            "scaling,throughput/cpu-10us,serial_part,std,,,,1000.0,900.0,1100.5,,,",
            "scaling,throughput/cpu-10us,coherence,std,,,,1000.0,900.0,1100.5,,,",
            "scaling,throughput/cpu-10us,gains_up_to_workers,std,,,,1000.0,900.0,1100.5,,,",
            "scaling,throughput/cpu-10us,misses,std,,,,0.5,,,,,",
            "one-core,placement/cpu-10us,,std,,,80,0.09,0.04,0.17,,,",
        ];
        let text = summary(&analysis());
        assert_eq!(text.lines().collect::<Vec<_>>(), expected);
        let found = read(&text, &configuration()).unwrap();
        assert_eq!(summary(&found), text);
        let scaling = |of: &Analysis| serde_json::to_value(&of.scaling).unwrap();
        assert_eq!(scaling(&found), scaling(&analysis()));
        assert_eq!(summary(&Analysis::default()).lines().collect::<Vec<_>>(), expected[..1]);
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        let text = summary(&analysis());
        for (change, line, says) in [
            (("time_per_job_ns", "speed"), 2, "no quantity \"speed\""),
            (("1=,,", "first,,"), 2, "no rank \"first\""),
            (("cpu-10us", ""), 2, "no cell \"throughput/\""),
            (("slightly-faster", ""), 7, "no verdict"),
        ] {
            let error = read(&text.replacen(change.0, change.1, 1), &configuration()).unwrap_err();
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
        let Analysis { comparisons, granularity, .. } = read(before, &configuration()).unwrap();
        assert_eq!((comparisons[0].processes, comparisons[0].of), (6, 6));
        assert_eq!(comparisons[0].rows.len(), 1);
        let receive = configuration().receive();
        assert_eq!(granularity.iter().map(|it| &it.receive).collect::<Vec<_>>(), [&receive]);
    }
}
