//! Writes `side-by-side.html`: the five native pools next to each other, step by step.
//!
//! ```sh
//! cargo run --package pool-guide --example side_by_side
//! ```
//!
//! `side-by-side-light.png` and `-dark.png`, for the README, show what a browser makes of its step
//! "The worker" at 1,400 by 800 pixels. They are taken by hand, and may be a little behind.

mod colour;
mod library;
mod page;
mod source;
mod steps;

use std::{error::Error, fs, path::Path};

use self::{library::Library, steps::STEPS};

/// The package, which has the page.
const ROOT: &str = env!("CARGO_MANIFEST_DIR");

const PAGE: &str = "side-by-side.html";

fn main() -> Result<(), Box<dyn Error>> {
    fs::write(Path::new(ROOT).join(PAGE), html()?)?;
    println!("crates/pool-guide/{PAGE}: written");
    Ok(())
}

/// The page, from the sources as they are now.
fn html() -> Result<String, String> {
    let libraries = library::all(Path::new(ROOT))?;
    let names = |items: fn(&Library) -> &[source::Item]| {
        libraries.iter().flat_map(items).map(|item| &*item.name).collect::<Vec<_>>()
    };
    let (native, managed) = (names(|it| &it.native), names(|it| &it.managed));
    for step in STEPS {
        for (rows, names) in [(step.native, &native), (step.managed, &managed)] {
            let named = rows.iter().flat_map(|row| row.items);
            if let Some(gone) = named.into_iter().find(|name| !names.contains(name)) {
                return Err(format!("steps.rs: no library has `{gone}`, of step `{}`", step.id));
            }
        }
    }
    Ok(page::html(&libraries))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_of_the_sources_as_they_are() {
        let page = fs::read_to_string(Path::new(ROOT).join(PAGE)).unwrap_or_default();
        assert!(
            page == html().unwrap(),
            "{PAGE} is out of date: cargo run --package pool-guide --example side_by_side"
        );
    }

    #[test]
    fn the_page_asks_nothing_of_the_network() {
        let html = html().unwrap();
        let attributes = ["src=\"", "url(", "@import", "<link", "fetch("];
        for attribute in attributes {
            assert!(!html.contains(attribute), "{attribute}");
        }
    }
}
