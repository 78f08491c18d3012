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
}

/// Every figure of an analysis, as the text of `summary.csv`. Numbers are as exact as they are.
pub(crate) fn summary(analysis: &Analysis) -> String {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    let columns =
        "kind cell quantity contender versus processes of estimate low high rank verdict trust";
    let written = writer.write_record(columns.split(' ')).and_then(|()| {
        let compared = analysis.comparisons.iter().flat_map(of_comparison);
        let lengths = analysis.granularity.iter().map(of_granularity);
        let scaling = analysis.scaling.iter().flat_map(of_scaling);
        let shared = analysis.one_core.iter().map(of_one_core);
        let mut all = compared.chain(lengths).chain(scaling).chain(shared);
        all.try_for_each(|line| writer.serialize(line))
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
    let core_times = rows.iter().filter_map(|row| {
        let line = Line { contender: row.contender.to_string(), ..line("core-time") };
        Some(line.of(row.core_time?))
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
    let values = values.chain(efficiencies).chain(core_times);
    values.chain(ratios).chain(beside).chain(twin).chain(behind).collect()
}

/// The quantity of granularities.
const LENGTH: &str = "length_at_50_percent_ns";
/// Those of a law with intervals, and how far it misses.
const LAW: [&str; 3] = ["serial_part", "coherence", "gains_up_to_workers"];
const MISSES: &str = "misses";

fn of_granularity(granularity: &Granularity) -> Line {
    let line = Line {
        kind: "granularity".to_owned(),
        cell: granularity.receive.clone(),
        quantity: LENGTH.to_owned(),
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

fn of_scaling(scaling: &Scaling) -> Vec<Line> {
    let of_curve = |curve: &Curve| {
        let law = curve.law?;
        let line = |quantity: &str| Line {
            kind: "scaling".to_owned(),
            cell: scaling.cell.to_string(),
            quantity: quantity.to_owned(),
            contender: curve.contender.to_string(),
            ..Line::default()
        };
        let [serial, coherence, gains_up_to] = LAW.map(line);
        let misses = Line { estimate: Some(law.misses), ..line(MISSES) };
        Some([
            serial.of(law.serial),
            coherence.of(law.coherence),
            gains_up_to.of(law.gains_up_to),
            misses,
        ])
    };
    scaling.curves.iter().filter_map(of_curve).flatten().collect()
}

fn of_one_core(OneCore { cell, contender, visits, share }: &OneCore) -> Line {
    let (cell, contender) = (cell.to_string(), contender.to_string());
    let kind = "one-core".to_owned();
    Line { kind, cell, contender, of: Some(*visits), ..Line::default() }.of(*share)
}

/// The analysis of a run that a `summary.csv` was written from, but for the noise floor, which is in
/// `run.json`. Figures that another version of this program knows are passed over.
///
/// # Errors
///
/// The line that makes no sense, and why.
pub(super) fn read(text: &str, of: &Configuration) -> Result<Analysis, (usize, String)> {
    let mut analysis = Analysis::default();
    let mut laws = Vec::new();
    let lines = csv::Reader::from_reader(text.as_bytes()).into_deserialize::<Line>();
    for (number, line) in (2..).zip(lines) {
        let line = line.map_err(|error| (number, error.to_string()))?;
        let named = [&line.contender, &line.versus].map(|it| Contender::from(it.clone()));
        if named.iter().any(|it| matches!(it, Contender::Former(_))) {
            continue;
        }
        match &*line.kind {
            "value" | "efficiency" | "core-time" | "ratio" | "beside" | "twin" | "fell-behind"
            | "one-core" => take(&mut analysis, &line, of),
            "granularity" if line.quantity == LENGTH => {
                length(&line, of).map(|it| analysis.granularity.push(it))
            }
            "scaling" => {
                laws.push(line);
                Ok(())
            }
            _ => Ok(()),
        }
        .map_err(|problem| (number, problem))?;
    }
    analysis.scaling =
        scaling(&analysis.comparisons, |cell, _, contender| law(&laws, cell, contender));
    Ok(analysis)
}

fn length(line: &Line, of: &Configuration) -> Result<Granularity, String> {
    let length = match (line.estimate, line.low, line.high) {
        (Some(_), ..) => Length::At(line.interval()?),
        (None, None, Some(shortest)) => Length::AtMost(shortest),
        (None, Some(longest), _) => Length::Beyond(longest),
        (None, None, None) => return Err("no length".to_owned()),
    };
    // Runs of before had one way of receiving.
    let receive = Some(line.cell.clone()).filter(|it| !it.is_empty());
    Ok(Granularity {
        contender: line.contender.clone().into(),
        receive: receive.unwrap_or_else(|| of.receive()),
        processes: line.processes.unwrap_or_default(),
        length,
    })
}

/// The law of a backend over workers, of which cells have this in common.
fn law(lines: &[Line], cell: &Cell, contender: &Contender) -> Option<Scalability> {
    let (cell, contender) = (cell.to_string(), contender.to_string());
    let find = |quantity: &str| {
        let mut own = lines.iter().filter(|it| it.cell == cell && it.contender == contender);
        own.find(|it| it.quantity == quantity)
    };
    let [serial, coherence, gains_up_to] = LAW.map(|it| find(it)?.interval().ok());
    Some(Scalability {
        serial: serial?,
        coherence: coherence?,
        gains_up_to: gains_up_to?,
        misses: find(MISSES)?.estimate?,
    })
}

fn take(analysis: &mut Analysis, line: &Line, of: &Configuration) -> Result<(), String> {
    let contender = Contender::from(line.contender.clone());
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
            setting: of.setting(&cell),
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
            let (efficiency, core_time) = (None, None);
            comparison.rows.push(Row { contender, value, rank, tied, efficiency, core_time });
        }
        kind @ ("efficiency" | "core-time") => {
            let row = comparison.rows.iter_mut().find(|row| row.contender == contender);
            let row = row.ok_or_else(|| format!("{kind} without a value"))?;
            match kind {
                "efficiency" => row.efficiency = line.estimate,
                _ => row.core_time = Some(line.interval()?),
            }
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
        store::fixture,
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
        one.rows[0].core_time = Some(Interval { low: -1.5, estimate: 10.0, high: 21.5 });
        let at = Interval { low: 900.0, estimate: 1000.0, high: 1100.5 };
        let lengths = [Length::At(at), Length::AtMost(100.0), Length::Beyond(1e6)];
        let contender = || Contender::Backend("std".to_owned());
        let granularity = lengths.map(|length| Granularity {
            contender: contender(),
            receive: "recv_batch 100 µs".to_owned(),
            processes: 6,
            length,
        });
        let law = Scalability { serial: at, coherence: at, gains_up_to: at, misses: 0.5 };
        let mut other =
            comparison("throughput/cpu-10us/workers=3", Trust::Preview, &[("std", 1.0)]);
        other.rows[0].value = interval;
        let mut all = vec![one, other];
        let run = fixture::run_file().configuration;
        for it in &mut all {
            it.setting = run.setting(&it.cell);
        }
        let scaling = scaling(&all, |_, _, of| (*of == contender()).then_some(law));
        let one_core = vec![OneCore {
            cell: "placement/cpu-10us".parse().unwrap(),
            contender: contender(),
            visits: 80,
            share: Interval { low: 0.04, estimate: 0.09, high: 0.17 },
        }];
        let granularity = granularity.into();
        Analysis { granularity, scaling, one_core, ..tables::fixtures::analysis(all) }
    }

    fn read_back(text: &str) -> Result<Analysis, (usize, String)> {
        read(text, &fixture::run_file().configuration)
    }

    #[test]
    fn every_figure_has_a_line() {
        let cell = "throughput/cpu-10us,time_per_job_ns";
        let other = "throughput/cpu-10us/workers=3,time_per_job_ns";
        let lengths = "recv_batch 100 µs,length_at_50_percent_ns,std,,6";
        let third = "0.3333333333333333,0.1,1e21";
        let expected = [
            "kind,cell,quantity,contender,versus,processes,of,estimate,low,high,rank,verdict,trust",
            &format!("value,{cell},std,,6,8,{third},1=,,too-noisy"),
            &format!("value,{cell},\"a,\"\"b\"\"\",,6,8,{third},,,too-noisy"),
            &format!("value,{cell},std (twin),,6,8,{third},,,too-noisy"),
            &format!("efficiency,{cell},std,,6,8,0.5,,,,,too-noisy"),
            &format!("core-time,{cell},std,,6,8,10.0,-1.5,21.5,,,too-noisy"),
            &format!(
                "ratio,{cell},std,\"a,\"\"b\"\"\",6,8,0.75,0.5,0.9,,slightly-faster,too-noisy"
            ),
            &format!(
                "beside,{cell},serial loop,\"a,\"\"b\"\"\",6,8,0.75,0.5,0.9,,slightly-faster,too-noisy"
            ),
            &format!("twin,{cell},std (twin),std,6,8,1.0,0.99,1.01,,,too-noisy"),
            &format!("fell-behind,{cell},std,,6,8,,,,,,too-noisy"),
            &format!("value,{other},std,,2,2,{third},1,,preview"),
            &format!("granularity,{lengths},,1000.0,900.0,1100.5,,,"),
            &format!("granularity,{lengths},,,,100.0,,,"),
            &format!("granularity,{lengths},,,1000000.0,,,,"),
            "scaling,throughput/cpu-10us,serial_part,std,,,,1000.0,900.0,1100.5,,,",
            "scaling,throughput/cpu-10us,coherence,std,,,,1000.0,900.0,1100.5,,,",
            "scaling,throughput/cpu-10us,gains_up_to_workers,std,,,,1000.0,900.0,1100.5,,,",
            "scaling,throughput/cpu-10us,misses,std,,,,0.5,,,,,",
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
        let found = read_back(&with_more).unwrap();
        assert_eq!(summary(&found), text);
        let scaling = |of: &Analysis| serde_json::to_value(&of.scaling).unwrap();
        assert_eq!(scaling(&found), scaling(&analysis()));
        for (change, says) in [
            (("time_per_job_ns", "speed"), "no quantity \"speed\""),
            (("1=,,", "first,,"), "no rank \"first\""),
            (("cpu-10us", ""), "no cell \"throughput/\""),
        ] {
            let error = read_back(&text.replacen(change.0, change.1, 1)).unwrap_err();
            assert!(error.0 > 1 && error.1 == says, "{error:?}");
        }
    }

    #[test]
    fn a_summary_of_before_had_fewer_columns_one_way_of_receiving_and_another_level() {
        let before = "kind,cell,quantity,contender,versus,processes,estimate,low,high,rank,\
                      verdict,trust\n\
                      value,latency/cpu-10us/80%,sojourn_p50_ns,std,,6,2.0,1.0,3.0,1,,sound\n\
                      granularity,,length_at_50_percent_ns,std,,6,,,100.0,,,\n\
                      granularity,,length_at_90_percent_ns,std,,6,,,100.0,,,\n";
        let Analysis { comparisons, granularity, .. } = read_back(before).unwrap();
        assert_eq!((comparisons[0].processes, comparisons[0].of), (6, 6));
        let run = fixture::run_file().configuration;
        let receive = run.receive();
        assert_eq!(granularity.iter().map(|it| &it.receive).collect::<Vec<_>>(), [&receive]);
    }

    #[test]
    fn without_figures_there_are_the_names_of_the_columns() {
        assert_eq!(summary(&Analysis::default()).lines().count(), 1);
    }
}
