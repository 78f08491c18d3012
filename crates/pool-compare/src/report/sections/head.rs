//! What machine it was, when, and how well a ratio is known on it.

use maud::{Markup, html};

use crate::{
    figures,
    report::subject::Subject,
    store::{Ended, RunFile},
};

/// The heading of a run.
pub(crate) fn section(subject: &Subject<'_>) -> Markup {
    let RunFile { environment, configuration, ended, .. } = subject.file;
    let floor = subject.analysis.noise_floor;
    html! {
        header {
            h2 { (machine(subject.file)) }
            dl.facts {
                (fact("Measured", &html! {
                    time datetime=(environment.date) { (date(&environment.date)) }
                }))
                (fact("Workers", &html! { (configuration.workers) }))
                (fact("Preset", &html! { (configuration.preset) }))
                (fact("Noise floor", &html! {
                    @match floor {
                        Some(floor) => span data-value=(floor) { "± " (figures::percent(floor)) },
                        None => "not known",
                    }
                }))
            }
            @if floor.is_some() {
                p.note {
                    "Noise floor of throughput: to within what the ratio of a backend to itself is "
                    "known, in the median of the cells. Each ratio below has an interval of its own, "
                    "and each cell says how far its twins differ."
                }
            }
            @if *ended != Some(Ended::Complete) {
                p.warning {
                    strong { "This run is not complete. " }
                    "It can be resumed; what is below is from what there is."
                }
            }
        }
    }
}

fn fact(name: &str, value: &Markup) -> Markup {
    html! { div { dt { (name) } dd { (value) } } }
}

/// The machine in a line.
pub(crate) fn machine(file: &RunFile) -> String {
    let environment = &file.environment;
    let cpu = environment.cpu.as_deref().unwrap_or("a machine that does not tell its name");
    let plural = if environment.cores == 1 { "" } else { "s" };
    format!("{cpu}, {} core{plural}", environment.cores)
}

/// `2026-03-14T15:09:26Z` as `14 March 2026, 15:09 UTC`; anything else as it is.
pub(crate) fn date(date: &str) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let parse = || {
        let (day, time) = date.strip_suffix('Z')?.split_once('T')?;
        let mut day = day.splitn(3, '-');
        let (year, month, day) = (day.next()?, day.next()?, day.next()?);
        let month = MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
        let day = day.parse::<u8>().ok()?;
        Some(format!("{day} {month} {year}, {} UTC", time.get(..5)?))
    };
    parse().unwrap_or_else(|| date.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_told_as_people_do_and_anything_else_as_it_is() {
        assert_eq!(date("2026-03-04T15:09:26Z"), "4 March 2026, 15:09 UTC");
        for odd in ["", "yesterday", "2026-13-04T15:09:26Z", "2026-03-04TéZ"] {
            assert_eq!(date(odd), odd);
        }
    }
}
