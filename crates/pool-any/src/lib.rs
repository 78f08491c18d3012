//! Worker pools whose backend is chosen at run time.
//!
//! Each backend is a cargo feature, all on by default; [`Kind::ALL`] lists those that were
//! built in. What comes out is boxed, so a job costs a virtual call more at each end than a
//! backend used by its own type. Which to choose when:
//! [all five, side by side](../pool_guide/index.html#the-five-backends).
//!
//! ```
//! use pool::{Config, Context, Pool};
//! use pool_any::Kind;
//!
//! let kind: Kind = "crossbeam".parse()?;
//! let handler = |n: u64, _: &Context| Ok::<_, String>(n * n);
//! let (pool, results) = pool_any::spawn(kind, Config::new(2), handler)?;
//! for n in 1..=3 {
//!     pool.submit(n)?;
//! }
//! pool.close();
//! let sum: u64 = results.filter_map(|completion| completion.result.ok()).sum();
//! assert_eq!(sum, 14);
//!
//! assert_eq!(
//!     "corssbeam".parse::<Kind>().unwrap_err().to_string(),
//!     "unknown backend `corssbeam`, expected one of: std, crossbeam, flume, rayon, tokio"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(not(any(
    feature = "std",
    feature = "crossbeam",
    feature = "flume",
    feature = "rayon",
    feature = "tokio"
)))]
compile_error!("pool-any needs at least one backend: enable one of its features");

use std::{error::Error, fmt, str::FromStr};

use pool::{Backend, Config, Context, Pool, Results, SpawnError, Task, Tasks, WorkerId};

/// Both halves of a pool, boxed.
pub type BoxedHalves<J, T, E> = (Box<dyn Pool<J>>, Box<dyn Results<T, E>>);

/// The one list of backends: variant, feature, and the type behind it.
macro_rules! backends {
    ($($variant:ident, $feature:literal, $backend:ty;)+) => {
        /// A backend that was built in.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Kind {
            $(
                #[doc = concat!("The backend `", $feature, "`.")]
                #[cfg(feature = $feature)]
                $variant,
            )+
        }

        impl Kind {
            /// Every backend that was built in, in the order of the guides.
            pub const ALL: &'static [Self] = &[$(#[cfg(feature = $feature)] Self::$variant,)+];

            /// The name it prints as and parses from: `"crossbeam"`.
            pub fn name(self) -> &'static str {
                match self {
                    $(
                        #[cfg(feature = $feature)]
                        Self::$variant => <$backend>::NAME,
                    )+
                }
            }
        }

        /// Starts a pool of backend `kind` in which every worker owns a state; see
        /// [`Backend::spawn_with_state`].
        ///
        /// # Errors
        ///
        /// As [`Backend::spawn_with_state`].
        pub fn spawn_with_state<J, T, E, S, X, I, H>(
            kind: Kind,
            config: Config,
            init: I,
            handler: H,
        ) -> Result<BoxedHalves<J, T, E>, SpawnError>
        where
            J: Send + 'static,
            T: Send + 'static,
            E: Send + 'static,
            S: 'static,
            X: Into<Box<dyn Error + Send + Sync>>,
            I: Fn(WorkerId) -> Result<S, X> + Send + Sync + 'static,
            H: Fn(&mut S, J, &Context) -> Result<T, E> + Send + Sync + 'static,
        {
            match kind {
                $(
                    #[cfg(feature = $feature)]
                    Kind::$variant => {
                        let (pool, results) = <$backend>::spawn_with_state(config, init, handler)?;
                        Ok((Box::new(pool), Box::new(results)))
                    }
                )+
            }
        }
    };
}

backends! {
    Std, "std", pool_std::Std;
    Crossbeam, "crossbeam", pool_crossbeam::Crossbeam;
    Flume, "flume", pool_flume::Flume;
    Rayon, "rayon", pool_rayon::Rayon;
    Tokio, "tokio", pool_tokio::Tokio;
}

/// Starts a pool of backend `kind`; see [`Backend::spawn`].
///
/// # Errors
///
/// As [`Backend::spawn`].
pub fn spawn<J, T, E, H>(
    kind: Kind,
    config: Config,
    handler: H,
) -> Result<BoxedHalves<J, T, E>, SpawnError>
where
    J: Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
    H: Fn(J, &Context) -> Result<T, E> + Send + Sync + 'static,
{
    let init = |_| Ok::<_, std::convert::Infallible>(());
    spawn_with_state(kind, config, init, move |(), job, context| handler(job, context))
}

/// Starts a pool of backend `kind` that runs closures; see [`Backend::tasks`].
///
/// ```
/// use pool::Config;
/// use pool_any::Kind;
///
/// let tasks = pool_any::tasks(Kind::ALL[0], Config::new(2))?;
/// assert_eq!(tasks.spawn(|_| 6 * 7)?.join()?, 42);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// As [`Backend::tasks`].
pub fn tasks(kind: Kind, config: Config) -> Result<Tasks<Box<dyn Pool<Task>>>, SpawnError> {
    let (pool, _) = spawn(kind, config.discard_results(), Task::run)?;
    Ok(Tasks::new(pool))
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, UnknownKind> {
        let found = Self::ALL.iter().find(|kind| kind.name() == name);
        found.copied().ok_or_else(|| UnknownKind { name: name.to_owned() })
    }
}

/// No backend of this name was built in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownKind {
    name: String,
}

impl fmt::Display for UnknownKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<_> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        write!(f, "unknown backend `{}`, expected one of: {}", self.name, known.join(", "))
    }
}

impl Error for UnknownKind {}

/// The README's example is a test.
#[cfg(all(doctest, feature = "crossbeam"))]
#[doc = include_str!("../../../README.md")]
struct Readme;
