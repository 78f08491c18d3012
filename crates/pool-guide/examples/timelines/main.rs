//! Records which thread of a pool waits for which, and draws it.
//!
//! ```sh
//! cargo run --release --package pool-guide --example timelines            # records, and draws
//! cargo run --package pool-guide --example timelines -- --draw            # draws what was recorded
//! ```
//!
//! Each scene is recorded into a file of its name in `results/timelines`. The jobs sleep, so the
//! picture is of who waits, and hardly of how fast the machine is. Other processes delay threads: so a
//! scene is recorded some times, and the shortest recording is kept.

#![allow(clippy::cast_precision_loss, reason = "numbers of lanes and of letters are small")]

mod draw;
mod lock;
mod recorder;
mod results;
mod stop;

use std::{env, error::Error, fs, path::PathBuf};

use self::recorder::Recording;

/// What is recorded, and how it is drawn.
struct Scene {
    name: &'static str,
    record: fn(&mut Recording) -> Result<(), Box<dyn Error>>,
    /// Whether a recording shows what the figure says: on a busy machine, it may not.
    shows: fn(&Recording) -> bool,
    figure: draw::Figure,
}

const TRIES: usize = 60;

const SCENES: [Scene; 3] = [lock::SCENE, results::SCENE, stop::SCENE];

fn main() -> Result<(), Box<dyn Error>> {
    let draw_only = match env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [] => false,
        [flag] if flag == "--draw" => true,
        other => return Err(format!("only --draw may be said, not {other:?}").into()),
    };
    for scene in SCENES {
        let csv = file(&format!("{}.csv", scene.name));
        if !draw_only {
            fs::write(&csv, record(&scene)?.to_csv())?;
            println!("{}: written", csv.display());
        }
        for (path, svg) in pictures(&scene)? {
            fs::write(&path, svg)?;
            println!("{}: written", path.display());
        }
    }
    Ok(())
}

/// The shortest of some recordings that show what the figure says.
fn record(scene: &Scene) -> Result<Recording, Box<dyn Error>> {
    let mut shortest: Option<Recording> = None;
    for _ in 0..TRIES {
        let mut recording = Recording::default();
        (scene.record)(&mut recording)?;
        let is_shorter = shortest.as_ref().is_none_or(|it| recording.length() < it.length());
        if is_shorter && (scene.shows)(&recording) {
            shortest = Some(recording);
        }
    }
    let problem = format!("{}: {TRIES} times not as usual; try on a quiet machine", scene.name);
    Ok(shortest.ok_or(problem)?)
}

/// The pictures of what was recorded of a scene, and where they are kept.
fn pictures(scene: &Scene) -> Result<[(PathBuf, String); 2], Box<dyn Error>> {
    let csv = file(&format!("{}.csv", scene.name));
    let text = fs::read_to_string(&csv).map_err(|error| format!("{}: {error}", csv.display()))?;
    let recording =
        Recording::from_csv(&text).map_err(|line| format!("{}, line {line}", csv.display()))?;
    Ok([draw::LIGHT, draw::DARK].map(|theme| {
        let path = file(&format!("{}-{}.svg", scene.name, theme.name));
        (path, draw::svg(&scene.figure, &recording, &theme))
    }))
}

fn file(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "../../results/timelines", name].iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pictures_are_of_what_was_recorded_and_show_what_they_say() {
        for scene in SCENES {
            let csv = fs::read_to_string(file(&format!("{}.csv", scene.name))).unwrap();
            assert!((scene.shows)(&Recording::from_csv(&csv).unwrap()), "{}", scene.name);
            for (path, svg) in pictures(&scene).unwrap() {
                let kept = fs::read_to_string(&path).unwrap_or_default();
                assert!(kept == svg, "{}: run the example with --draw", path.display());
            }
        }
    }
}
