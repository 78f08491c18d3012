//! `cargo compare` as its users meet it: what it prints, writes and returns. What it runs measures
//! nothing: see `examples/fake_runner.rs`.

mod printed;
mod scenarios;
#[cfg(unix)]
mod signals;
mod support;
