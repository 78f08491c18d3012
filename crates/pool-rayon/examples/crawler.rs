//! A crawler: its handler submits the pages it finds to its own pool. Bounded, and it ends
//! by itself when no page is left.
//!
//! ```sh
//! cargo run -p pool-rayon --example crawler
//! ```

use std::{
    collections::HashSet,
    error::Error,
    sync::{Arc, Mutex, OnceLock, Weak},
    time::Duration,
};

use pool::{Backend, Config, Context, Pool, PoolExt, Results, SubmitError};
use pool_rayon::{Rayon, RayonPool};

type Page = u32;

/// A web of 1,000 pages in memory. Each links to two further ones, and some of them back.
fn links(page: Page) -> impl Iterator<Item = Page> {
    [2 * page + 1, 2 * page + 2, page / 2].into_iter().filter(|&link| link < 1_000)
}

#[derive(Default)]
struct Crawler {
    seen: Mutex<HashSet<Page>>,
    /// Where the handler submits; set as soon as there is a pool. Weak, or the handler would
    /// keep the pool alive and the pool the handler.
    pool: OnceLock<Weak<RayonPool<Page>>>,
}

impl Crawler {
    /// Visits a page, and sees to it that all new ones it links to are visited. Returns how
    /// many pages this job came to visit itself.
    fn crawl(&self, page: Page) -> Result<usize, SubmitError<Page>> {
        let pool = self.pool.get().and_then(Weak::upgrade);
        let pool = pool.ok_or(SubmitError::Closed(page))?;
        let mut visited = 0;
        let mut to_visit = vec![page];
        while let Some(page) = to_visit.pop() {
            visited += 1;
            for link in links(page).filter(|&link| self.is_new(link)) {
                match pool.submit(link) {
                    Ok(_) => {}
                    // The queue is full. Were the workers to wait for room, there would soon
                    // be nobody left to make any; so this one goes on with the page itself.
                    Err(SubmitError::WouldDeadlock(link)) => to_visit.push(link),
                    Err(closed) => return Err(closed),
                }
            }
        }
        Ok(visited)
    }

    fn is_new(&self, page: Page) -> bool {
        self.seen.lock().is_ok_and(|mut seen| seen.insert(page))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let crawler = Arc::new(Crawler::default());
    let handler = {
        let crawler = Arc::clone(&crawler);
        move |page, _: &Context| crawler.crawl(page)
    };
    // A queue far shorter than the web is wide.
    let (pool, mut results) = Rayon::spawn(Config::new(4).queue(8), handler)?;
    let pool = Arc::new(pool);
    crawler.pool.get_or_init(|| Arc::downgrade(&pool));

    let start = 0;
    crawler.is_new(start);
    pool.submit(start)?;

    let (mut ended, mut pages) = (0, 0);
    while let Ok(completion) = results.recv() {
        ended += 1;
        pages += completion.result?;
        // Only handlers submit, and a job's submissions are counted before its completion
        // is delivered. So if all that were submitted have ended, nobody can submit more.
        if pool.stats().submitted == ended {
            pool.close();
        }
    }
    println!("visited {pages} pages");
    assert_eq!(pages, 1_000, "each page once");

    // What one job did not do itself, others did.
    let report = pool.shutdown(Duration::from_secs(10))?;
    assert_eq!((report.stats.submitted, report.stats.succeeded), (ended, ended));
    Ok(())
}
