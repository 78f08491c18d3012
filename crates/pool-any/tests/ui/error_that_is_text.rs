use std::error::Error;

use pool::prelude::*;
use pool_std::Std;

fn main() -> Result<(), Box<dyn Error>> {
    let handler = |n: u64, _: &Context| n.checked_mul(2).ok_or("too much");
    let (_pool, mut results) = Std::spawn(Config::new(1), handler)?;
    println!("{}", results.recv()?.result?);
    Ok(())
}
