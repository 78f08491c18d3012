//! `summary.csv`: every figure of a run, one a line, for a spreadsheet, and for this program where
//! the samples are not kept. What the columns mean, and how each figure is computed from the
//! samples, is told in `results/README.md`.

use serde::{Deserialize, Serialize};

use crate::{
    analysis::{Analysis, Comparison, Granularity, Length, OneCore, Pair, Row, Trust},
    protocol::{Cell, Contender},
    statistics::{Interval, Verdict},
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
}

/// Every figure of an analysis, as the text of `summary.csv`. Numbers are as exact as they are.
pub(crate) fn summary(analysis: &Analysis) -> String {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    let columns =
        "kind cell quantity contender versus processes of estimate low high rank verdict trust";
    let written = writer.write_record(columns.split(' ')).and_then(|()| {
        let compared = analysis.comparisons.iter().flat_map(of_comparison);
        let lengths = analysis.granularity.iter().map(of_granularity);
        let shared = analysis.one_core.iter().map(of_one_core);
        compared.chain(lengths).chain(shared).try_for_each(|line| writer.serialize(line))
    });
    let bytes = written.ok().and_then(|()| writer.into_inner().ok());
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.expect("text is written to memory, and is text")
}

fn of_comparison(comparison: &Comparison) -> Vec<Line> {
    let Comparison { cell, quantity, processes, of, trust, rows, .. } = comparison;
    let line = |kind: &str| Line {
        kind: kind.to_owned(),
        cell: cell.to_string(),
        quantity: (*quantity).to_owned(),
        processes: Some(*processes),
        of: Some(*of),
        trust: Some(*trust),
        ..Line::default()
    };
    let values = rows.iter().map(|row| Line {
        contender: row.contender.to_string(),
        rank: row.rank_shown().unwrap_or_default(),
        ..line("value").of(row.value)
    });
    let efficiencies = rows.iter().filter(|row| row.efficiency.is_some()).map(|row| Line {
        contender: row.contender.to_string(),
        estimate: row.efficiency,
        ..line("efficiency")
    });
    let of_pairs = |kind, pairs: &[Pair]| -> Vec<Line> {
        let one = |pair: &Pair| Line {
            contender: pair.a.to_string(),
            versus: pair.b.to_string(),
            verdict: Some(pair.verdict),
            ..line(kind).of(pair.ratio)
        };
        pairs.iter().map(one).collect()
    };
    let ratios = of_pairs("ratio", &comparison.pairs);
    let beside = of_pairs("beside", &comparison.beside);
    let twin = rows.iter().find_map(|row| match &row.contender {
        Contender::Twin(original) => Some(Line {
            contender: row.contender.to_string(),
            versus: original.clone(),
            ..line("twin").of(comparison.twin?)
        }),
        _ => None,
    });
    let behind = comparison.fell_behind.iter();
    let behind = behind.map(|it| Line { contender: it.to_string(), ..line("fell-behind") });
    values.chain(efficiencies).chain(ratios).chain(beside).chain(twin).chain(behind).collect()
}

/// The quantities of granularities, and the level of efficiency that each is of.
const LENGTHS: [(&str, f64); 2] =
    [("length_at_50_percent_ns", 0.5), ("length_at_90_percent_ns", 0.9)];

fn of_granularity(granularity: &Granularity) -> Line {
    let [(half, _), (most, _)] = LENGTHS;
    let line = Line {
        kind: "granularity".to_owned(),
        quantity: if granularity.level < 0.7 { half } else { most }.to_owned(),
        contender: granularity.contender.to_string(),
        processes: Some(granularity.processes),
        ..Line::default()
    };
    match granularity.length {
        Length::At(length) => line.of(length),
        Length::AtMost(shortest) => Line { high: Some(shortest), ..line },
        Length::Beyond(longest) => Line { low: Some(longest), ..line },
    }
}

fn of_one_core(OneCore { cell, contender, visits, share }: &OneCore) -> Line {
    let (cell, contender) = (cell.to_string(), contender.to_string());
    let kind = "one-core".to_owned();
    Line { kind, cell, contender, of: Some(*visits), ..Line::default() }.of(*share)
}

/// The figures that are read back; others, of another version of this program, are passed over.
const READ: [&str; 8] =
    ["value", "efficiency", "ratio", "beside", "twin", "fell-behind", "granularity", "one-core"];

/// The analysis that a `summary.csv` was written from, but for the noise floor, which is in
/// `run.json`.
///
/// # Errors
///
/// The line that makes no sense, and why.
pub(super) fn read(text: &str) -> Result<Analysis, (usize, String)> {
    let mut analysis = Analysis {
        comparisons: Vec::new(),
        granularity: Vec::new(),
        one_core: Vec::new(),
        noise_floor: None,
    };
    let lines = csv::Reader::from_reader(text.as_bytes()).into_deserialize::<Line>();
    for (number, line) in (2..).zip(lines) {
        let line = line.map_err(|error| (number, error.to_string()))?;
        if READ.contains(&&*line.kind) {
            take(&mut analysis, &line).map_err(|problem| (number, problem))?;
        }
    }
    Ok(analysis)
}

fn take(analysis: &mut Analysis, line: &Line) -> Result<(), String> {
    let contender = Contender::from(line.contender.clone());
    if line.kind == "granularity" {
        let level = LENGTHS.iter().find(|(name, _)| *name == line.quantity);
        let (_, level) = level.ok_or_else(|| format!("no quantity {:?}", line.quantity))?;
        let length = match (line.estimate, line.low, line.high) {
            (Some(_), ..) => Length::At(line.interval()?),
            (None, None, Some(shortest)) => Length::AtMost(shortest),
            (None, Some(longest), _) => Length::Beyond(longest),
            (None, None, None) => return Err("no length".to_owned()),
        };
        let processes = line.processes.unwrap_or_default();
        analysis.granularity.push(Granularity { contender, level: *level, processes, length });
        return Ok(());
    }
    let cell: Cell = line.cell.parse().map_err(|_| format!("no cell {:?}", line.cell))?;
    if line.kind == "one-core" {
        let (visits, share) = (line.of.ok_or("no visits")?, line.interval()?);
        analysis.one_core.push(OneCore { cell, contender, visits, share });
        return Ok(());
    }
    let mut quantities = cell.quantities().iter();
    let quantity = quantities.find(|it| it.key == line.quantity);
    let quantity = quantity.ok_or_else(|| format!("no quantity {:?}", line.quantity))?.key;
    let is_it = |it: &Comparison| it.cell == cell && it.quantity == quantity;
    if !analysis.comparisons.last().is_some_and(is_it) {
        analysis.comparisons.push(Comparison {
            cell,
            quantity,
            processes: line.processes.unwrap_or_default(),
            of: line.of.or(line.processes).unwrap_or_default(),
            twin: None,
            trust: line.trust.ok_or("no trust")?,
            fell_behind: Vec::new(),
            rows: Vec::new(),
            pairs: Vec::new(),
            beside: Vec::new(),
        });
    }
    let Some(comparison) = analysis.comparisons.last_mut() else { return Ok(()) };
    let pair = || -> Result<Pair, String> {
        let verdict = line.verdict.ok_or("no verdict")?;
        let (a, b) = (contender.clone(), Contender::from(line.versus.clone()));
        Ok(Pair { a, b, ratio: line.interval()?, verdict })
    };
    match &*line.kind {
        "value" => {
            let rank = line.rank.trim_end_matches('=');
            let rank = if rank.is_empty() { None } else { Some(rank.parse()) };
            let rank = rank.transpose().map_err(|_| format!("no rank {:?}", line.rank))?;
            let (value, tied) = (line.interval()?, line.rank.ends_with('='));
            comparison.rows.push(Row { contender, value, rank, tied, efficiency: None });
        }
        "efficiency" => {
            let row = comparison.rows.iter_mut().find(|row| row.contender == contender);
            row.ok_or("an efficiency without a value")?.efficiency = line.estimate;
        }
        "ratio" => comparison.pairs.push(pair()?),
        "beside" => comparison.beside.push(pair()?),
        "twin" => comparison.twin = Some(line.interval()?),
        _ => comparison.fell_behind.push(contender),
    }
    Ok(())
}

impl Line {
    fn of(self, Interval { low, estimate, high }: Interval) -> Self {
        Self { estimate: Some(estimate), low: Some(low), high: Some(high), ..self }
    }

    fn interval(&self) -> Result<Interval, String> {
        match (self.low, self.estimate, self.high) {
            (Some(low), Some(estimate), Some(high)) => Ok(Interval { low, estimate, high }),
            _ => Err("no interval".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::Row,
        tables::{self, fixtures::comparison},
    };

    fn analysis() -> Analysis {
        let values = [("std", 1.0), ("a,\"b\"", 3.0)];
        let mut one = comparison("throughput/cpu-10us", Trust::TooNoisy, &values);
        let interval = Interval { low: 0.1, estimate: 1.0 / 3.0, high: 1e21 };
        one.rows.iter_mut().for_each(|row| row.value = interval);
        (one.rows[0].rank, one.rows[0].tied, one.rows[0].efficiency) = (Some(1), true, Some(0.5));
        let twin = Contender::Twin("std".to_owned());
        one.rows.push(Row { contender: twin, efficiency: None, ..one.rows[1].clone() });
        one.twin = Some(Interval { low: 0.99, estimate: 1.0, high: 1.01 });
        one.pairs[0].ratio = Interval { low: 0.5, estimate: 0.75, high: 0.9 };
        one.pairs[0].verdict = Verdict::SlightlyFaster;
        one.beside = vec![Pair { a: Contender::Serial, ..one.pairs[0].clone() }];
        one.of = 8;
        one.fell_behind = vec![Contender::Backend("std".to_owned())];
        let at = Interval { low: 900.0, estimate: 1000.0, high: 1100.5 };
        let lengths =
            [(0.5, Length::At(at)), (0.9, Length::AtMost(100.0)), (0.9, Length::Beyond(1e6))];
        let granularity = lengths.map(|(level, length)| {
            let contender = Contender::Backend("std".to_owned());
            Granularity { contender, level, processes: 6, length }
        });
        let one_core = vec![OneCore {
            cell: "placement/cpu-10us".parse().unwrap(),
            contender: Contender::Backend("std".to_owned()),
            visits: 80,
            share: Interval { low: 0.04, estimate: 0.09, high: 0.17 },
        }];
        Analysis {
            granularity: granularity.into(),
            one_core,
            ..tables::fixtures::analysis(vec![one])
        }
    }

    #[test]
    fn every_figure_has_a_line() {
        let cell = "throughput/cpu-10us,time_per_job_ns";
        let third = "0.3333333333333333,0.1,1e21";
        let expected = [
            "kind,cell,quantity,contender,versus,processes,of,estimate,low,high,rank,verdict,trust",
            &format!("value,{cell},std,,6,8,{third},1=,,too-noisy"),
            &format!("value,{cell},\"a,\"\"b\"\"\",,6,8,{third},,,too-noisy"),
            &format!("value,{cell},std (twin),,6,8,{third},,,too-noisy"),
            &format!("efficiency,{cell},std,,6,8,0.5,,,,,too-noisy"),
            &format!(
                "ratio,{cell},std,\"a,\"\"b\"\"\",6,8,0.75,0.5,0.9,,slightly-faster,too-noisy"
            ),
            &format!(
                "beside,{cell},serial loop,\"a,\"\"b\"\"\",6,8,0.75,0.5,0.9,,slightly-faster,too-noisy"
            ),
            &format!("twin,{cell},std (twin),std,6,8,1.0,0.99,1.01,,,too-noisy"),
            &format!("fell-behind,{cell},std,,6,8,,,,,,too-noisy"),
            "granularity,,length_at_50_percent_ns,std,,6,,1000.0,900.0,1100.5,,,",
            "granularity,,length_at_90_percent_ns,std,,6,,,,100.0,,,",
            "granularity,,length_at_90_percent_ns,std,,6,,,1000000.0,,,,",
            "one-core,placement/cpu-10us,,std,,,80,0.09,0.04,0.17,,,",
        ];
        let text = summary(&analysis());
        assert_eq!(text.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn numbers_are_read_back_as_they_were() {
        let text = summary(&analysis());
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let line = reader.records().next().unwrap().unwrap();
        assert_eq!(line[7].parse::<f64>().unwrap().to_bits(), (1.0_f64 / 3.0).to_bits());
    }

    #[test]
    fn what_is_read_back_is_what_was_written_and_what_makes_no_sense_is_named() {
        let text = summary(&analysis());
        let with_more = format!("{text}of-another-version,,speed,std,,6,,1,,,,,\n");
        assert_eq!(summary(&read(&with_more).unwrap()), text);
        for (change, says) in [
            (("time_per_job_ns", "speed"), "no quantity \"speed\""),
            (("1=,,", "first,,"), "no rank \"first\""),
            (("cpu-10us", ""), "no cell \"throughput/\""),
        ] {
            let error = read(&text.replacen(change.0, change.1, 1)).unwrap_err();
            assert!(error.0 > 1 && error.1 == says, "{error:?}");
        }
    }

    #[test]
    fn a_summary_of_before_the_column_of_all_processes_is_read() {
        let before = "kind,cell,quantity,contender,versus,processes,estimate,low,high,rank,\
                      verdict,trust\n\
                      value,latency/cpu-10us/80%,sojourn_p50_ns,std,,6,2.0,1.0,3.0,1,,sound\n";
        let read = read(before).unwrap();
        assert_eq!((read.comparisons[0].processes, read.comparisons[0].of), (6, 6));
    }

    #[test]
    fn without_figures_there_are_the_names_of_the_columns() {
        let empty = Analysis { noise_floor: None, ..tables::fixtures::analysis(Vec::new()) };
        assert_eq!(summary(&empty).lines().count(), 1);
    }
}
