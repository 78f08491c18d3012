use pool::prelude::*;
use pool_std::Std;

fn main() {
    let (_pool, _results) = Std::spawn(Config::new(1), |n: u64, _: &Context| Ok(n)).unwrap();
}
