//! Notes what the measurements are built with, which only a build knows.

use std::{env, process::Command};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let variable = |name| env::var(name).unwrap_or_default();
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().ok();
    let version = version.and_then(|output| String::from_utf8(output.stdout).ok());
    println!("cargo::rustc-env=BUILT_BY={}", version.as_deref().unwrap_or("unknown").trim());
    println!("cargo::rustc-env=BUILT_FOR={}", variable("TARGET"));
    // Flags are separated by 0x1f.
    let flags = variable("CARGO_ENCODED_RUSTFLAGS").replace('\u{1f}', " ");
    let how = format!("{}, opt-level {} {flags}", variable("PROFILE"), variable("OPT_LEVEL"));
    println!("cargo::rustc-env=BUILT_AS={}", how.trim());
}
