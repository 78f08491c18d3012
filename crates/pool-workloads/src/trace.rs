//! Jobs as they once came: when each arrived, and how long it took.

use std::{fmt, path::Path, sync::Arc, time::Duration};

use csv::{ReaderBuilder, StringRecord, Trim};

use crate::{
    InputError, MAX_WORK,
    source::{self, Found, Source},
};

/// A recorded sequence of jobs; at least one. Cheap to clone.
///
/// It is read from CSV, with this header and in microseconds, which may have decimals:
///
/// ```
/// use std::time::Duration;
/// use pool_workloads::Trace;
///
/// let text = "arrival_us,work_us\n\
///             0,120\n\
///             35.5,80\n";
/// let trace = Trace::parse("services.csv", text)?;
/// assert_eq!(trace.entries()[1].arrival, Duration::from_nanos(35_500));
/// # Ok::<(), pool_workloads::InputError>(())
/// ```
///
/// Arrivals are counted from the start of the trace, up to [`MAX_ARRIVAL`](Self::MAX_ARRIVAL),
/// and do not go backwards; work is at most [`MAX_WORK`]. Fields may be quoted, spaces around
/// them do not count, and neither do empty lines.
#[derive(Clone, Debug)]
pub struct Trace {
    file: Arc<str>,
    entries: Arc<[TraceEntry]>,
}

/// One job of a [`Trace`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceEntry {
    /// When it arrived, since the start.
    pub arrival: Duration,
    /// How long it took, alone on a core.
    pub work: Duration,
}

const HEADER: [&str; 2] = ["arrival_us", "work_us"];

impl Trace {
    /// The latest that a job may arrive: a day after the start.
    pub const MAX_ARRIVAL: Duration = Duration::from_secs(24 * 60 * 60);

    /// Reads a trace from a file of at most 64 MiB.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, is larger, or is malformed: then where, and how.
    pub fn read(path: &Path) -> Result<Self, InputError> {
        Self::parse(&path.display().to_string(), source::read(path)?)
    }

    /// Reads a trace from the text of a `file`, which errors are to name.
    ///
    /// # Errors
    ///
    /// If the text is malformed: where, and how.
    pub fn parse(file: &str, text: impl AsRef<[u8]>) -> Result<Self, InputError> {
        let source = Source::new(file, text.as_ref())?;
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(Trim::All)
            .from_reader(source.text().as_bytes());
        let mut rows = reader.records().map(|record| match record {
            Ok(record) => Ok(Row { source: &source, record }),
            // Nothing that can happen to a text in memory.
            Err(error) => Err(InputError::Unreadable { file: file.into(), source: error.into() }),
        });

        rows.next().ok_or_else(|| source.error(0, expected_header("nothing")))??.check_header()?;
        let mut entries: Vec<TraceEntry> = Vec::new();
        for row in rows {
            let row = row?;
            let entry = row.entry()?;
            if entries.last().is_some_and(|last| entry.arrival < last.arrival) {
                let found = Found(&row.record[0]);
                let expected = "expected an arrival that is not before the last one";
                return Err(row.error(0, format!("{expected}, found {found}")));
            }
            entries.push(entry);
        }
        if entries.is_empty() {
            let end = source.text().len();
            return Err(source.error(end, "expected at least one job, found none"));
        }
        Ok(Self { file: file.into(), entries: entries.into() })
    }

    /// The file it is from.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Its jobs, in the order of their arrival.
    pub fn entries(&self) -> &[TraceEntry] {
        &self.entries
    }

    /// When its jobs arrived, since the start.
    pub fn arrivals(&self) -> impl Iterator<Item = Duration> {
        self.entries.iter().map(|entry| entry.arrival)
    }

    /// The same, but begun with the job at this place (beyond the end, counted on from the
    /// beginning), at once; those before it follow the last, as if the trace went on.
    ///
    /// ```
    /// # use pool_workloads::Trace;
    /// let trace = Trace::parse("t.csv", "arrival_us,work_us\n0,1\n10,2\n20,3\n")?;
    /// let later = trace.starting_at(1);
    /// let micros: Vec<_> = later.arrivals().map(|arrival| arrival.as_micros()).collect();
    /// assert_eq!(micros, [0, 10, 20]);
    /// assert_eq!(later.entries()[0].work.as_micros(), 2);
    /// # Ok::<(), pool_workloads::InputError>(())
    /// ```
    #[must_use]
    pub fn starting_at(&self, place: usize) -> Self {
        let place = place % self.entries.len();
        let (before, after) = self.entries.split_at(place);
        let (start, period) = (after[0].arrival, self.period());
        let later = after.iter().map(|it| (it, it.arrival));
        let again = before.iter().map(|it| (it, it.arrival.saturating_add(period)));
        let entries = later.chain(again).map(|(it, arrival)| TraceEntry {
            arrival: arrival.saturating_sub(start),
            work: it.work,
        });
        Self { file: Arc::clone(&self.file), entries: entries.collect() }
    }

    /// After how long it begins again, so that the gap in between is its mean gap.
    pub(crate) fn period(&self) -> Duration {
        let (first, last) = (self.entries[0].arrival, self.entries[self.entries.len() - 1].arrival);
        let gaps = u32::try_from(self.entries.len() - 1).unwrap_or(u32::MAX).max(1);
        let span = last.saturating_sub(first);
        span + span / gaps
    }

    pub(crate) fn mean_work(&self) -> Duration {
        let sum: Duration = self.entries.iter().map(|entry| entry.work).sum();
        sum / u32::try_from(self.entries.len()).unwrap_or(u32::MAX)
    }
}

fn expected_header(found: impl fmt::Display) -> String {
    format!("expected the header {}, found {found}", HEADER.join(","))
}

/// A record, and the text it stands in.
struct Row<'a> {
    source: &'a Source<'a>,
    record: StringRecord,
}

impl Row<'_> {
    fn check_header(&self) -> Result<(), InputError> {
        if self.record == HEADER[..] {
            return Ok(());
        }
        Err(self.error(0, expected_header(Found(self.line()))))
    }

    fn entry(&self) -> Result<TraceEntry, InputError> {
        let fields = self.record.len();
        let expected = || format!("expected two fields, {}, found {fields}", HEADER.join(","));
        if fields < HEADER.len() {
            return Err(self.source.error(self.start() + self.line().len(), expected()));
        }
        let arrival = self.micros(0, Trace::MAX_ARRIVAL)?;
        let work = self.micros(1, MAX_WORK)?;
        if fields > HEADER.len() {
            return Err(self.error(HEADER.len(), expected()));
        }
        Ok(TraceEntry { arrival, work })
    }

    fn micros(&self, field: usize, most: Duration) -> Result<Duration, InputError> {
        let text = &self.record[field];
        let found = Found(text);
        let micros = text.parse::<f64>().ok().filter(|micros| micros.is_finite());
        let micros = micros.ok_or_else(|| {
            self.error(field, format!("expected a number of microseconds, found {found}"))
        })?;
        let length = Duration::try_from_secs_f64(micros / 1e6).ok();
        length.filter(|length| *length <= most).ok_or_else(|| {
            let (name, most) = (HEADER[field], most.as_micros());
            self.error(field, format!("expected {name} to be from 0 to {most}, found {found}"))
        })
    }

    /// An error at a field, all before which have been checked.
    fn error(&self, field: usize, message: impl Into<String>) -> InputError {
        // What has been checked has no comma within, so commas count fields.
        let before: usize = self.line().split_inclusive(',').take(field).map(str::len).sum();
        let rest = &self.line()[before..];
        let spaces = rest.len() - rest.trim_start().len();
        self.source.error(self.start() + before + spaces, message)
    }

    /// Where the record begins. What csv says is the end of the last one: a line feed and
    /// empty lines may follow that.
    fn start(&self) -> usize {
        let text = self.source.text();
        let last_end = self.record.position().map_or(0, csv::Position::byte);
        let last_end = usize::try_from(last_end).unwrap_or(text.len());
        let rest = text.get(last_end..).unwrap_or_default();
        text.len() - rest.trim_start_matches(['\r', '\n']).len()
    }

    fn line(&self) -> &str {
        let rest = &self.source.text()[self.start()..];
        rest.split(['\r', '\n']).next().unwrap_or_default()
    }
}
