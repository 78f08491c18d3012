//! What a job costs, in a picture.

use std::path::Path;

use plotters::prelude::*;

use crate::{AnyError, guide::Figures, place::Engine};

const SIZE: (u32, u32) = (960, 340);

/// Distinct with any kind of colour blindness: Okabe and Ito, "Color Universal Design", 2008.
const COLOURS: [RGBColor; 3] =
    [RGBColor(86, 180, 233), RGBColor(0, 114, 178), RGBColor(213, 94, 0)];

const GREY: RGBColor = RGBColor(110, 110, 110);

/// One panel for each number of processes: the cost by the batch, a curve an engine, and the
/// pool alone as the floor.
pub(crate) fn draw(figures: &Figures, file: &Path) -> Result<(), AnyError> {
    let area = SVGBackend::new(file, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    for (panel, processes) in area.split_evenly((1, 3)).iter().zip([1, 2, 4]) {
        let title = if processes == 1 { "1 process" } else { &format!("{processes} processes") };
        let mut chart = ChartBuilder::on(panel)
            .caption(title, ("sans-serif", 15))
            .margin(8)
            .x_label_area_size(36)
            .y_label_area_size(52)
            .build_cartesian_2d((0.8..90.0).log_scale(), (0.1..3000.0).log_scale())?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .x_label_formatter(&|x| format!("{x}"))
            .y_label_formatter(&|y| format!("{y}"))
            .x_desc("jobs in a transaction")
            .y_desc("µs of core time a job")
            .axis_desc_style(("sans-serif", 11))
            .draw()?;
        for (engine, colour) in Engine::ALL.into_iter().zip(COLOURS) {
            let point = |batch: i32| {
                let cell = format!("{}/batch-{batch}/processes-{processes}", engine.name());
                figures.get(&cell, "cost_us").map(|cost| (f64::from(batch), cost))
            };
            let points: Vec<_> = [1, 4, 16, 64].into_iter().filter_map(point).collect();
            let dots = points.clone().into_iter().map(|it| Circle::new(it, 3, colour.filled()));
            chart
                .draw_series(LineSeries::new(points, colour.stroke_width(2)))?
                .label(engine.name())
                .legend(move |(x, y)| {
                    PathElement::new([(x, y), (x + 14, y)], colour.stroke_width(2))
                });
            chart.draw_series(dots)?;
        }
        if let Some(cost) = figures.get("pool", "cost_us") {
            let floor = [(0.8, cost), (90.0, cost)];
            chart
                .draw_series(LineSeries::new(floor, GREY.stroke_width(1)))?
                .label("the pool alone")
                .legend(|(x, y)| PathElement::new([(x, y), (x + 14, y)], GREY.stroke_width(1)));
        }
        if processes == 4 {
            chart
                .configure_series_labels()
                .position(SeriesLabelPosition::LowerLeft)
                .background_style(WHITE.mix(0.8))
                .draw()?;
        }
    }
    area.present()?;
    Ok(())
}
