//! The one list of cases.

use pool::Backend;

/// Hands the list of cases to one of this crate's macros, as
/// `macro!(backend; group { case, ... } ...)`.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_case {
    ($callback:ident, $backend:ty) => {
        $crate::$callback! {
            $backend;
            lifecycle {
                runs_one_job,
                join_on_an_open_pool_times_out,
            }
        }
    };
}

/// One case of the suite, for one backend.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Which group it is in: `"lifecycle"`.
    pub group: &'static str,
    /// Its name: a sentence about behaviour.
    pub name: &'static str,
    /// Its body, which panics if the backend breaks the law. Best called by
    /// [`run_case`](crate::run_case).
    pub body: fn(),
}

/// Every case, for backend `B`.
pub fn cases<B: Backend + 'static>() -> Vec<Case> {
    for_each_case!(__case_vec, B)
}

#[doc(hidden)]
#[macro_export]
macro_rules! __case_vec {
    ($backend:ty; $($group:ident { $($case:ident,)+ })+) => {
        vec![$($($crate::Case {
            group: stringify!($group),
            name: stringify!($case),
            body: $crate::cases::$group::$case::<$backend>,
        },)+)+]
    };
}
