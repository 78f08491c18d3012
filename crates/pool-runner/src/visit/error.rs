//! Why a visit came to nothing.

use std::{error, fmt};

use pool_measure::{
    protocol::{Cell, Contender},
    throughput::WrongAnswer,
};
use pool_workloads::{RateError, UnknownWorkload};

/// Why a visit came to nothing. Prints as one line, with the cell and, if it lies with one, the
/// contender.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct VisitError {
    /// Boxed, because they are much larger than what a visit returns otherwise.
    what: Box<(Cell, Option<Contender>)>,
    problem: Problem,
}

/// What was wrong.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Problem {
    /// The results were not those of the jobs.
    WrongAnswer(WrongAnswer),
    /// No backend has the contender's name.
    NoBackend,
    /// No bare loop has the contender's name.
    NoBareLoop,
    /// The contender has not what the cell measures.
    NotMeasured,
    /// No workload has the name of the cell's.
    Workload(UnknownWorkload),
    /// The cell checksums files, and there are none.
    NoFiles,
    /// The cell follows a trace, and there is none.
    NoTrace,
    /// No job is due in ten times the time that a visit measures.
    TooRare,
    /// Jobs cannot be due so often, or so rarely.
    Rate(RateError),
}

impl VisitError {
    /// With a contender in a cell.
    pub(crate) fn new(cell: &Cell, contender: &Contender, problem: Problem) -> Self {
        Self { what: Box::new((cell.clone(), Some(contender.clone()))), problem }
    }

    /// With a cell, whoever is visited.
    pub(crate) fn of_cell(cell: &Cell, problem: Problem) -> Self {
        Self { what: Box::new((cell.clone(), None)), problem }
    }
}

impl fmt::Display for VisitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (cell, contender) = &*self.what;
        write!(f, "{cell}")?;
        if let Some(contender) = contender {
            write!(f, ", {contender}")?;
        }
        write!(f, ": {}", self.problem)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongAnswer(wrong) => write!(f, "{wrong}"),
            Self::NoBackend => f.write_str("there is no backend of that name"),
            Self::NoBareLoop => f.write_str("there is no bare loop of that name"),
            Self::NotMeasured => f.write_str("it is not measured in this cell; leave it out"),
            Self::Workload(unknown) => write!(f, "{unknown}"),
            Self::NoFiles => f.write_str("there are no files to checksum"),
            Self::NoTrace => f.write_str("jobs are to come as in a trace, and there is none"),
            Self::TooRare => {
                f.write_str("jobs are too rare to be waited for; measure a higher rate")
            }
            Self::Rate(wrong) => write!(f, "{wrong}"),
        }
    }
}

impl error::Error for VisitError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match &self.problem {
            Problem::WrongAnswer(wrong) => Some(wrong),
            Problem::Workload(unknown) => Some(unknown),
            Problem::Rate(wrong) => Some(wrong),
            Problem::NoBackend
            | Problem::NoBareLoop
            | Problem::NotMeasured
            | Problem::NoFiles
            | Problem::NoTrace
            | Problem::TooRare => None,
        }
    }
}

impl From<WrongAnswer> for Problem {
    fn from(wrong: WrongAnswer) -> Self {
        Self::WrongAnswer(wrong)
    }
}
