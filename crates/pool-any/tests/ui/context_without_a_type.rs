use pool::prelude::*;
use pool_std::Std;

fn main() {
    let handler = |n: u64, _context| n.checked_mul(2).ok_or("too much");
    let (_pool, _results) = Std::spawn(Config::new(1), handler).unwrap();
}
