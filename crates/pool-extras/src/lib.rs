//! Worker pools over libraries that people ask for, apart from the five.
//!
//! | backend | library | can be awaited | look out |
//! |---|---|---|---|
//! | [`Crossfire`] | crossfire | yes | its ends are `Send` whatever they carry; fixes of lost messages as late as September 2026 |
//! | [`Kanal`] | kanal | no: a receive that is given up may lose a message | a timed wait spins until the time is up |
//! | [`AsyncChannel`] | async-channel | yes | no blocking receive with a timeout |
//!
//! Each is a library under the layer of [`pool_managed`], in a file of its own; the third is the example
//! of [how to bring your own](example_async_channel). What they keep of the contract is in
//! `results/conformance/`, a file for each library and version.
//!
//! They are measured next to the five, by a runner of their own:
//!
//! ```sh
//! cargo compare run --extras
//! ```
//!
//! They are never in the tables of the README, nor a dependency of anything that a user of the five
//! builds. Which others do not fit, and why, is in the guide's page about limits.

pub mod crossfire;
pub mod kanal;

use pool_managed::Managed;
use pool_measure::capability::Capability;
use pool_runner::BackendEntry;

pub use example_async_channel::AsyncChannel;

/// The backend over crossfire: all the laws, by the layer of `pool-managed`.
pub type Crossfire = Managed<self::crossfire::Channels>;

/// The backend over kanal: all the laws, by the layer of `pool-managed`.
pub type Kanal = Managed<self::kanal::Channels>;

/// All of them, to be measured.
pub const EXTRAS: [BackendEntry; 3] = [
    BackendEntry::of::<Crossfire>("pool-extras")
        .with(&[Capability::async_submit::<Crossfire>(), Capability::async_results::<Crossfire>()]),
    BackendEntry::of::<Kanal>("pool-extras"),
    BackendEntry::of::<AsyncChannel>("example-async-channel").with(&[
        Capability::async_submit::<AsyncChannel>(),
        Capability::async_results::<AsyncChannel>(),
    ]),
];
