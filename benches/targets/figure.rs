//! The trade in a picture: what a consumer that lingers gains, and what it costs.

#![expect(clippy::cast_precision_loss, reason = "the places of a few settings")]

use std::{error::Error, path::Path};

use plotters::prelude::*;
use pool_measure::entry::BACKENDS;

use crate::{
    row::Row,
    wake_ups::{CPU, EFFICIENCY, MEDIAN_DELAY, SETTINGS, label},
};

const SIZE: (u32, u32) = (960, 360);

/// Told apart with any kind of colour blindness: Okabe and Ito, "Color Universal Design", 2008.
const COLOURS: [RGBColor; 5] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
];

/// Draws the rows of [`wake_ups`](crate::wake_ups) into a file.
pub(crate) fn draw(rows: &[Row], file: &Path) -> Result<(), Box<dyn Error + Send + Sync>> {
    let area = SVGBackend::new(file, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let panels = area.split_evenly((1, 3));
    for (panel, (quantity, title)) in panels.iter().zip([
        (EFFICIENCY, "efficiency (part of ideal)"),
        (CPU, "CPU time (µs a job)"),
        (MEDIAN_DELAY, "median delay of a result (µs)"),
    ]) {
        let curves = BACKENDS.map(|backend| curve(rows, quantity, backend.name()));
        let highest = curves.iter().flatten().map(|point| point.1).fold(1e-9, f64::max);
        let places = -0.3..SETTINGS.len() as f64 - 0.7;
        let mut chart = ChartBuilder::on(panel)
            .caption(title, ("sans-serif", 15))
            .margin(8)
            .x_label_area_size(44)
            .y_label_area_size(44)
            .build_cartesian_2d(places, 0.0..highest * 1.3)?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .x_labels(SETTINGS.len())
            .x_label_formatter(&|x| tick(*x))
            .x_label_style(("sans-serif", 9))
            .y_label_formatter(&|y| ((y * 1e3).round() / 1e3).to_string())
            .x_desc("bare loop, recv, or recv_batch with a linger of")
            .axis_desc_style(("sans-serif", 11))
            .draw()?;
        for ((backend, colour), points) in BACKENDS.iter().zip(COLOURS).zip(curves) {
            let dots =
                points.clone().into_iter().map(|point| Circle::new(point, 3, colour.filled()));
            chart
                .draw_series(LineSeries::new(points, colour.stroke_width(2)))?
                .label(backend.name())
                .legend(move |(x, y)| {
                    PathElement::new([(x, y), (x + 14, y)], colour.stroke_width(2))
                });
            chart.draw_series(dots)?;
        }
        // Once: there is room for it over the short delays of the batches.
        if quantity == MEDIAN_DELAY {
            chart
                .configure_series_labels()
                .position(SeriesLabelPosition::UpperRight)
                .background_style(WHITE.mix(0.8))
                .draw()?;
        }
    }
    area.present()?;
    Ok(())
}

/// The medians of one backend, one to a setting.
fn curve(rows: &[Row], quantity: &str, backend: &str) -> Vec<(f64, f64)> {
    let of_it = |row: &&Row| row.quantity == quantity && row.contender == backend;
    let medians = SETTINGS.iter().enumerate().filter_map(|(place, setting)| {
        let row = rows.iter().filter(of_it).find(|row| row.setting == label(*setting))?;
        Some((place as f64, row.median))
    });
    medians.collect()
}

/// The setting at a place of the axis; nothing in between.
fn tick(x: f64) -> String {
    let at = SETTINGS.iter().enumerate().find(|(place, _)| (*place as f64 - x).abs() < 0.1);
    at.map(|(_, setting)| label(*setting)).unwrap_or_default()
}
