//! How figures and names look in Markdown.

/// A figure as it stands on a terminal, for a page: × for x, and brackets that are no link.
pub(super) fn figure(shown: &str) -> String {
    shown.split(' ').map(word).collect::<Vec<_>>().join(" ").replace('[', "\\[")
}

fn word(word: &str) -> String {
    let (word, after) = word.split_at(word.trim_end_matches([',', ';', '.', ']']).len());
    match word.strip_suffix('x').filter(|number| number.parse::<f64>().is_ok()) {
        Some(number) => format!("{number}×{after}"),
        None => format!("{word}{after}"),
    }
}

/// A text that is not ours, as it is: nothing in it is markup.
pub(super) fn plain(text: &str) -> String {
    let escaped = |c: char| match c {
        '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '|' => format!("\\{c}"),
        _ => c.to_string(),
    };
    text.chars().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_and_factors_are_as_in_print() {
        for (shown, figure_of_it) in [
            ("3.10 µs", "3.10 µs"),
            ("std 412 µs, flume at most 1.00 µs", "std 412 µs, flume at most 1.00 µs"),
            ("1.6x [1.5, 1.8]", "1.6× \\[1.5, 1.8]"),
            ("flux is better by 1.20x to 1.40x", "flux is better by 1.20× to 1.40×"),
            ("96 %, cpu-10us", "96 %, cpu-10us"),
        ] {
            assert_eq!(figure(shown), figure_of_it);
        }
    }

    #[test]
    fn what_a_machine_calls_itself_is_no_markup() {
        assert_eq!(plain("CPU_64 @ 2.0*GHz"), "CPU\\_64 @ 2.0\\*GHz");
    }
}
