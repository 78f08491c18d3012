//! Where the generated parts of a page are.

const BEGIN: &str = "<!-- = ";
const CLOSE: &str = " -->";
const END: &str = "<!-- / -->";

/// The page with each part as it is made of its words. A part that begins with a line break has lines of
/// its own.
pub(super) fn spliced(
    text: &str,
    mut make: impl FnMut(&[&str]) -> Result<String, String>,
) -> Result<String, String> {
    let mut parts = text.split(BEGIN);
    let mut page = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (expression, rest) = part.split_once(CLOSE).unwrap_or((part, ""));
        let fault = |problem: &str| format!("{BEGIN}{expression}{CLOSE}: {problem}");
        let words: Vec<&str> = expression.split(' ').collect();
        let made = make(&words).map_err(|problem| fault(&problem))?;
        let made = match rest.split_once(END) {
            None => return Err(fault("it is not ended by <!-- / -->")),
            Some((old, after)) if old.starts_with('\n') => {
                format!("\n\n{made}\n\n{END}{after}")
            }
            Some(_) if made.contains('\n') => return Err(fault("it takes lines of its own")),
            Some((_, after)) => format!("{made}{END}{after}"),
        };
        page.extend([BEGIN, expression, CLOSE, &made]);
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_replaced_and_nothing_else_is_and_what_is_wrong_is_named() {
        let page = "# T\nx <!-- = v c -->1<!-- / --> y\n<!-- = t -->\nold\n<!-- / -->\nz";
        let expected = "# T\nx <!-- = v c -->v+c<!-- / --> y\n<!-- = t -->\n\nt\n\n<!-- / -->\nz";
        assert_eq!(spliced(page, |words| Ok(words.join("+"))), Ok(expected.to_owned()));
        for (page, made, problem) in [
            ("<!-- = v -->1<!-- / -->", Ok("1\n2".to_owned()), "it takes lines of its own"),
            ("<!-- = v -->2<!-- / -->", Err("no".to_owned()), "no"),
            ("<!-- = v -->", Ok(String::new()), "it is not ended by <!-- / -->"),
        ] {
            let fault = spliced(page, |_| made.clone()).unwrap_err();
            assert_eq!(fault, format!("<!-- = v -->: {problem}"));
        }
    }
}
