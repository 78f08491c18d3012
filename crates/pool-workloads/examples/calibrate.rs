//! How well the calibration repeats: ten times, and the spread.
//!
//! `cargo run --release --package pool-workloads --example calibrate`

use std::time::Instant;

use pool_workloads::Speed;

fn main() {
    let speeds: Vec<_> = (0..10)
        .map(|_| {
            let start = Instant::now();
            let speed = Speed::measure();
            println!("{speed} (measured in {} ms)", start.elapsed().as_millis());
            speed.rounds_per_micro()
        })
        .collect();
    let least = speeds.iter().copied().fold(f64::INFINITY, f64::min);
    let most = speeds.iter().copied().fold(0.0, f64::max);
    println!("spread: {:.1} %", (most / least - 1.0) * 100.0);
}
