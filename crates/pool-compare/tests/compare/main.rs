//! `cargo compare` as its users meet it: what it prints, writes and returns.

mod bad_input;
mod checksum;
mod kept;
mod machine;
mod readme;
mod report;
mod resume;
mod run;
mod support;
mod verbs;
