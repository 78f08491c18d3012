//! `summary.csv`: every figure of a run, one a line, for a spreadsheet. What the columns mean, and
//! how each figure is computed from the samples, is told in `results/README.md`.

use serde::Serialize;

use crate::{
    analysis::{Analysis, Comparison, Granularity, Length, OneCore, Trust},
    protocol::Contender,
    statistics::{Interval, Verdict},
};

/// One figure. Its fields are the columns; one that says nothing is empty.
#[derive(Debug, Default, Serialize)]
struct Line {
    kind: &'static str,
    cell: String,
    quantity: &'static str,
    contender: String,
    versus: String,
    processes: Option<usize>,
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
        "kind cell quantity contender versus processes estimate low high rank verdict trust";
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
    let Comparison { cell, quantity, processes, trust, rows, .. } = comparison;
    let line = |kind| Line {
        kind,
        cell: cell.to_string(),
        quantity,
        processes: Some(*processes),
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
    let ratios = comparison.pairs.iter().map(|pair| Line {
        contender: pair.a.to_string(),
        versus: pair.b.to_string(),
        verdict: Some(pair.verdict),
        ..line("ratio").of(pair.ratio)
    });
    let twin = rows.iter().find_map(|row| match &row.contender {
        Contender::Twin(original) => Some(Line {
            contender: row.contender.to_string(),
            versus: original.clone(),
            ..line("twin").of(comparison.twin?)
        }),
        _ => None,
    });
    values.chain(efficiencies).chain(ratios).chain(twin).collect()
}

fn of_granularity(granularity: &Granularity) -> Line {
    let line = Line {
        kind: "granularity",
        quantity: if granularity.level < 0.7 {
            "length_at_50_percent_ns"
        } else {
            "length_at_90_percent_ns"
        },
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

fn of_one_core(OneCore { cell, contender, share, .. }: &OneCore) -> Line {
    let (cell, contender) = (cell.to_string(), contender.to_string());
    Line { kind: "one-core", cell, contender, ..Line::default() }.of(*share)
}

impl Line {
    fn of(self, Interval { low, estimate, high }: Interval) -> Self {
        Self { estimate: Some(estimate), low: Some(low), high: Some(high), ..self }
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
        let at = Interval { low: 900.0, estimate: 1000.0, high: 1100.5 };
        let lengths =
            [(0.5, Length::At(at)), (0.9, Length::AtMost(100.0)), (0.9, Length::Beyond(1e6))];
        let granularity = lengths.map(|(level, length)| {
            let contender = Contender::Backend("std".to_owned());
            Granularity { contender, level, processes: 6, length }
        });
        Analysis { granularity: granularity.into(), ..tables::fixtures::analysis(vec![one]) }
    }

    #[test]
    fn every_figure_has_a_line() {
        let cell = "throughput/cpu-10us,time_per_job_ns";
        let third = "0.3333333333333333,0.1,1e21";
        let expected = [
            "kind,cell,quantity,contender,versus,processes,estimate,low,high,rank,verdict,trust",
            &format!("value,{cell},std,,6,{third},1=,,too-noisy"),
            &format!("value,{cell},\"a,\"\"b\"\"\",,6,{third},,,too-noisy"),
            &format!("value,{cell},std (twin),,6,{third},,,too-noisy"),
            &format!("efficiency,{cell},std,,6,0.5,,,,,too-noisy"),
            &format!("ratio,{cell},std,\"a,\"\"b\"\"\",6,0.75,0.5,0.9,,slightly-faster,too-noisy"),
            &format!("twin,{cell},std (twin),std,6,1.0,0.99,1.01,,,too-noisy"),
            "granularity,,length_at_50_percent_ns,std,,6,1000.0,900.0,1100.5,,,",
            "granularity,,length_at_90_percent_ns,std,,6,,,100.0,,,",
            "granularity,,length_at_90_percent_ns,std,,6,,1000000.0,,,,",
        ];
        let text = summary(&analysis());
        assert_eq!(text.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn numbers_are_read_back_as_they_were() {
        let text = summary(&analysis());
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let line = reader.records().next().unwrap().unwrap();
        assert_eq!(line[6].parse::<f64>().unwrap().to_bits(), (1.0_f64 / 3.0).to_bits());
    }

    #[test]
    fn without_figures_there_are_the_names_of_the_columns() {
        let empty = Analysis { noise_floor: None, ..tables::fixtures::analysis(Vec::new()) };
        assert_eq!(summary(&empty).lines().count(), 1);
    }
}
