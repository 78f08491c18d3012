//! The suite that holds every backend to the [pool contract](pool::Pool#contract).
//!
//! A backend joins with one line in a test file:
//!
//! ```
//! pool_conformance::conformance!(std, pool_std::Std);
//! # fn main() {}
//! ```
//!
//! which makes one test of every case, such as `std::order::one_worker_is_first_in_first_out`. The
//! cases are compiled once, in this crate, over [`Box<dyn Pool>`](pool::Pool) and boxed jobs.
//! `conformance!(static std, pool_std::Std)` compiles each for the backend's own types instead, which
//! takes longer. [`CASES`] lists them for other uses, to be run on one [`Subject`] after the other:
//! the test `backends` of this crate does so. [`PROOFS`] has the laws that each proves.
//!
//! # How a case is written
//!
//! A case is a function, generic over the backend, whose name is a sentence about behaviour.
//! It orders events by gates, channels and barriers, never by sleeping, and asserts of a
//! duration only that it is not too short: a loaded machine must not fail it. It is bounded in
//! time by [`run_case`]: a deadlock is a failure with a name, not a hang. The list of cases says
//! which laws it proves, and so does a failure.

pub mod alone;
pub mod async_cases;
mod call;
mod case_list;
pub mod cases;
mod census;
mod erased;
mod exceptions;
mod fixtures;
mod harness;
mod smoke;

pub use self::{
    call::Call,
    case_list::{CASES, Case, PROOFS, Proof, is_core},
    census::{Census, Counted},
    erased::{Erased, ErasedPool, ErasedResults, Subject},
    exceptions::{Exception, Exceptions, ListError},
    harness::{
        CaseError, Gate, PATIENCE, eventually, live_threads, no_error, run_case, try_case,
        unique_prefix,
    },
    smoke::SMOKE,
};

/// Makes the tests of one backend: `conformance!(name, path::to::Backend)`, or
/// `conformance!(static name, path::to::Backend)` for cases that are compiled for it.
///
/// May be called several times in a file, with different names.
#[macro_export]
macro_rules! conformance {
    ($name:ident, $backend:ty) => {
        mod $name {
            #[allow(unused_imports, reason = "the backend may be named in full")]
            use super::*;
            type __Subject = $backend;
            $crate::for_each_case!(__tests, $crate::Erased);
        }
    };
    (static $name:ident, $backend:ty) => {
        mod $name {
            mod static_form {
                #[allow(unused_imports, reason = "the backend may be named in full")]
                use super::super::*;
                type __Subject = $backend;
                $crate::for_each_case!(__tests, $backend);
            }
        }
    };
}

/// Gives every case its name as a test; the bodies are in [`cases`](mod@cases).
#[doc(hidden)]
#[macro_export]
macro_rules! __tests {
    ($backend:ty; $($group:ident { $($case:ident: $laws:tt $($mark:ident)?,)+ })+) => {
        $(mod $group {
            #[allow(unused_imports, reason = "the backend may be named in full")]
            use super::*;
            $(
                #[test]
                fn $case() {
                    let title = $crate::Proof::title(module_path!(), stringify!($case));
                    let case = $crate::cases::$group::$case::<$backend>;
                    let subject = $crate::Subject::of::<__Subject>();
                    subject.run(|| $crate::run_case(&title, $crate::PATIENCE, case));
                }
            )+
        })+
    };
}
