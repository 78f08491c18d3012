//! The figures of a run, and what the guide says of them.

use std::{
    collections::BTreeMap,
    error::Error,
    fmt::{self, Write as _},
};

use pool_statistics::quantile;

/// The page that the figures are put into.
pub(crate) const PAGE: &str = "crates/pool-guide/outgrowing.md";

/// Of each quantity of each cell: the median over the rounds, the least and the most.
#[derive(Debug, Default)]
pub(crate) struct Figures(BTreeMap<(String, String), [f64; 3]>);

impl Figures {
    #[allow(dead_code, reason = "a test only reads")]
    pub(crate) fn of(samples: &BTreeMap<(String, String), Vec<f64>>) -> Self {
        let figure = |samples: &Vec<f64>| {
            [0.5, 0.0, 1.0].map(|part| quantile(samples.iter().copied(), part).unwrap_or(f64::NAN))
        };
        Self(samples.iter().map(|(key, samples)| (key.clone(), figure(samples))).collect())
    }

    /// One quantity of a cell a line.
    #[allow(dead_code, reason = "a test only reads")]
    pub(crate) fn to_csv(&self) -> String {
        let mut csv = "cell,quantity,median,least,most\n".to_owned();
        for ((cell, quantity), [median, least, most]) in &self.0 {
            _ = writeln!(csv, "{cell},{quantity},{median:.4},{least:.4},{most:.4}");
        }
        csv
    }

    pub(crate) fn from_csv(csv: &str) -> Option<Self> {
        let row = |line: &str| {
            let fields: Vec<_> = line.split(',').collect();
            let [cell, quantity, median, least, most] = fields[..] else { return None };
            let numbers = [median.parse().ok()?, least.parse().ok()?, most.parse().ok()?];
            Some(((cell.to_owned(), quantity.to_owned()), numbers))
        };
        csv.lines().skip(1).map(row).collect::<Option<_>>().map(Self)
    }

    /// The median.
    pub(crate) fn get(&self, cell: &str, quantity: &str) -> Option<f64> {
        self.0.get(&(cell.to_owned(), quantity.to_owned())).map(|figure| figure[0])
    }
}

/// From which length on it pays.
pub(crate) fn sentence(figures: &Figures) -> String {
    let length = |batch| {
        let cell = format!("sqlite-full/batch-{batch}/processes-1");
        let length = figures.get(&cell, "metg50_us");
        let least = if length == Some(f64::INFINITY) { "" } else { "at least " };
        format!("{least}{}", Micros(length))
    };
    format!(
        "Leave the process for safety if a job takes {} with batches of 16, or {} one by one.",
        length(16),
        length(1),
    )
}

/// What it costs, by engine and batch.
pub(crate) fn table(figures: &Figures) -> String {
    let mut table = "\
| | put, 1 / 64 at a time | a job, batch of 1 | 4 | 16 | 64 | half efficient from, batch of 16 | shares of 4 processes |
|---|--:|--:|--:|--:|--:|--:|--:|
"
    .to_owned();
    let show = |cell: &str, quantity| Micros(figures.get(cell, quantity)).to_string();
    let (cost, metg) = (show("pool", "cost_us"), show("pool", "metg50_us"));
    _ = writeln!(table, "| the pool alone | | {cost} | | | | {metg} | |");
    for (engine, name) in [
        ("sqlite-normal", "SQLite, `ProcessCrash`"),
        ("sqlite-full", "SQLite, `PowerLoss`"),
        ("postgres", "PostgreSQL, `PowerLoss`"),
    ] {
        let puts = [show(engine, "put_1_us"), show(engine, "put_64_us")].join(" / ");
        let cell = |batch, processes| format!("{engine}/batch-{batch}/processes-{processes}");
        let costs = [1, 4, 16, 64].map(|batch| show(&cell(batch, 1), "cost_us")).join(" | ");
        let metg = show(&cell(16, 1), "metg50_us");
        let share = |quantity| {
            let share = figures.get(&cell(16, 4), quantity);
            share.map_or("-".to_owned(), |share| format!("{:.0}", share * 100.0))
        };
        let shares = format!("{} to {} %", share("least_share"), share("most_share"));
        _ = writeln!(table, "| {name} | {puts} | {costs} | {metg} | {shares} |");
    }
    table.trim_end().to_owned()
}

/// A time in two digits: another run would have others from the third on.
struct Micros(Option<f64>);

impl fmt::Display for Micros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.filter(|micros| *micros > 0.0) {
            None => f.write_str("-"),
            Some(f64::INFINITY) => f.write_str("more than 10 ms"),
            Some(micros) => {
                let unit = 10_f64.powf(micros.log10().floor() - 1.0);
                let micros = (micros / unit).round() * unit;
                match micros {
                    1000.0.. => write!(f, "{} ms", Short(micros / 1000.0)),
                    _ => write!(f, "{} µs", Short(micros)),
                }
            }
        }
    }
}

/// Without digits that say nothing.
struct Short(f64);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            10.0.. => write!(f, "{:.0}", self.0),
            1.0.. => write!(f, "{:.1}", self.0),
            _ => write!(f, "{:.2}", self.0),
        }
    }
}

/// The page with what it says of this run, between `<!-- durable: NAME -->` and `<!-- /durable -->`.
pub(crate) fn splice(
    page: &str,
    run: &str,
    figures: &Figures,
) -> Result<String, Box<dyn Error + Send + Sync>> {
    let directory = format!("../../results/durable/{run}");
    let link = format!("[`results/durable/{run}`]({directory})");
    let chart = format!(
        "![What a job costs, by the batch, for SQLite and PostgreSQL, with 1, 2 and 4 processes]({directory}/cost.svg)"
    );
    let mut page = page.to_owned();
    for (name, text) in [
        ("sentence", sentence(figures)),
        ("table", format!("\n{}\n", table(figures))),
        ("run", link),
        ("chart", chart),
    ] {
        let begin = format!("<!-- durable: {name} -->");
        let from = page.find(&begin).ok_or_else(|| format!("{PAGE} has no {begin}"))? + begin.len();
        let length = page[from..].find("<!-- /durable -->");
        let length = length.ok_or_else(|| format!("{PAGE}: {begin} has no end"))?;
        page.replace_range(from..from + length, &text);
    }
    Ok(page)
}
