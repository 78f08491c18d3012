//! What the guide says of a run is what the run says.

use std::{fs, path::Path};

#[path = "../../examples/measure/guide.rs"]
mod figures;

#[test]
fn the_guide_has_the_figures_of_the_run_it_names() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = fs::read_to_string(root.join(figures::PAGE)).unwrap();
    let (_, name) = page.split_once("](../../results/durable/").expect("the guide names a run");
    let (run, _) = name.split_once(')').expect("a link has an end");
    let csv = root.join("results/durable").join(run).join("figures.csv");
    let csv = fs::read_to_string(csv).expect("the run is kept");
    let figures = figures::Figures::from_csv(&csv).expect("the run can be read");
    let expected = figures::splice(&page, run, &figures).unwrap();
    assert_eq!(page, expected, "put the figures in by the example `measure`");
}
