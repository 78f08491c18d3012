//! Where the generated parts of a page are.

const BEGIN: &str = "<!-- = ";
const CLOSE: &str = " -->";
const END: &str = "<!-- / -->";
const RUN: &str = "<!-- run: ";

/// The page with each part as it is made of its words; or what is wrong, each with its line. A part
/// that begins with a line break has lines of its own.
pub(super) fn spliced(
    text: &str,
    mut make: impl FnMut(&[&str]) -> Result<String, String>,
) -> Result<String, Vec<String>> {
    let (mut page, mut faults, mut rest) = (String::new(), Vec::new(), text);
    while let Some((before, part)) = rest.split_once(BEGIN) {
        let line = 1 + text[..text.len() - part.len()].matches('\n').count();
        let ended =
            part.split_once(CLOSE).and_then(|(words, it)| Some((words, it.split_once(END)?)));
        let Some((expression, (old, after))) = ended.filter(|(_, (old, _))| !old.contains(BEGIN))
        else {
            faults.push(format!("line {line}: a part that is not ended by {END}"));
            break;
        };
        let words = words(expression);
        let made = match make(&words) {
            Ok(made) if old.starts_with('\n') => format!("\n\n{made}\n\n"),
            Ok(made) if !made.contains('\n') => made,
            problem => {
                let problem = problem.err().unwrap_or("it takes lines of its own".to_owned());
                let word = words.first().unwrap_or(&"nothing");
                faults.push(format!("line {line}: {word}: {problem}"));
                String::new()
            }
        };
        page.extend([before, BEGIN, expression, CLOSE, &made, END]);
        rest = after;
    }
    page.push_str(rest);
    if faults.is_empty() { Ok(page) } else { Err(faults) }
}

/// Words between spaces; in quotation marks, with their spaces.
fn words(text: &str) -> Vec<&str> {
    let pieces = text.split('"').enumerate();
    let all = pieces.flat_map(|(at, piece)| match at % 2 {
        0 => piece.split_whitespace().collect(),
        _ => vec![piece],
    });
    all.collect()
}

/// Which run a page names.
pub(super) fn named_run(text: &str) -> Option<&str> {
    Some(text.split_once(RUN)?.1.split_once(CLOSE)?.0)
}

/// The page, naming this run.
pub(super) fn name_run(text: &str, run: &str) -> String {
    match named_run(text) {
        Some(old) => text.replacen(&format!("{RUN}{old}{CLOSE}"), &format!("{RUN}{run}{CLOSE}"), 1),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_and_replaced_and_nothing_else_is() {
        let page = "# T\n<!-- run: a/b -->\nx <!-- = v c \"s l\" -->1<!-- / --> y\n\
                    <!-- = t -->\nold\n<!-- / -->\nz";
        let expected = "# T\n<!-- run: a/b -->\nx <!-- = v c \"s l\" -->v+c+s l<!-- / --> y\n\
                        <!-- = t -->\n\nt\n\n<!-- / -->\nz";
        assert_eq!(spliced(page, |words| Ok(words.join("+"))).unwrap(), expected);
        assert_eq!(named_run(page), Some("a/b"));
        assert!(name_run(page, "c/d").contains("<!-- run: c/d -->"));
    }

    #[test]
    fn all_that_is_wrong_is_named_with_its_line() {
        let page = "\n<!-- = v -->1<!-- / -->\n<!-- = w -->2<!-- / -->\n<!-- = x -->";
        let faults = spliced(page, |words| match words {
            ["v"] => Ok("1\n2".to_owned()),
            _ => Err("no".to_owned()),
        });
        let expected =
            ["2: v: it takes lines of its own", "3: w: no", "4: a part that is not ended"];
        for (fault, expected) in faults.unwrap_err().iter().zip(expected) {
            assert!(fault.starts_with(&format!("line {expected}")), "{fault}");
        }
    }
}
