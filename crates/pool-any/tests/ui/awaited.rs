use pool::prelude::*;
use pool_std::Std;

fn submit_from_async_code(_pool: &impl AsyncPool<u64>) {}

fn main() {
    let (pool, _) = Std::spawn(Config::new(1), infallible(|n: u64, _| n)).unwrap();
    submit_from_async_code(&pool);
}
