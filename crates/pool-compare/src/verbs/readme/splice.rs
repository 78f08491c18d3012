//! Where the generated parts of a page are.

const BEGIN: &str = "<!-- = ";
const CLOSE: &str = " -->";
const END: &str = "<!-- / -->";

/// The page with each part as it is made of its words, and what is wrong. A part that begins with a
/// line break has lines of its own.
pub(super) fn spliced(
    text: &str,
    mut make: impl FnMut(&[&str]) -> Result<String, String>,
) -> (String, Vec<String>) {
    let mut parts = text.split(BEGIN);
    let mut page = parts.next().unwrap_or_default().to_owned();
    let mut faults = Vec::new();
    for part in parts {
        let (expression, rest) = part.split_once(CLOSE).unwrap_or((part, ""));
        let words: Vec<&str> = expression.split(' ').collect();
        let made = match rest.split_once(END) {
            None => Err(format!("it is not ended by {END}")),
            Some((old, after)) => make(&words).and_then(|made| match old.starts_with('\n') {
                true => Ok(format!("\n\n{made}\n\n{END}{after}")),
                false if made.contains('\n') => Err("it takes lines of its own".to_owned()),
                false => Ok(format!("{made}{END}{after}")),
            }),
        };
        match made {
            Ok(made) => page.extend([BEGIN, expression, CLOSE, &made]),
            Err(problem) => faults.push(format!("{BEGIN}{expression}{CLOSE}: {problem}")),
        }
    }
    (page, faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_and_replaced_and_nothing_else_is() {
        let page = "# T\nx <!-- = v c -->1<!-- / --> y\n<!-- = t -->\nold\n<!-- / -->\nz";
        let expected = "# T\nx <!-- = v c -->v+c<!-- / --> y\n<!-- = t -->\n\nt\n\n<!-- / -->\nz";
        assert_eq!(spliced(page, |words| Ok(words.join("+"))), (expected.to_owned(), Vec::new()));
    }

    #[test]
    fn all_that_is_wrong_is_named() {
        let page = "<!-- = v -->1<!-- / -->\n<!-- = w -->2<!-- / -->\n<!-- = x -->";
        let (_, faults) = spliced(page, |words| match words {
            ["v"] => Ok("1\n2".to_owned()),
            _ => Err("no".to_owned()),
        });
        let expected = [
            "<!-- = v -->: it takes lines of its own",
            "<!-- = w -->: no",
            "<!-- = x -->: it is not ended by <!-- / -->",
        ];
        assert_eq!(faults, expected);
    }
}
