//! Looks at HTML without a browser: the elements, and what is in them.

/// The elements that have no end.
const VOID: [&str; 4] = ["meta", "link", "br", "input"];
/// What is between these is not HTML.
const RAW: [&str; 2] = ["style", "script"];

/// A tag as it stands: `<td class="number">` or `</td>`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tag<'a> {
    pub(crate) name: &'a str,
    pub(crate) closes: bool,
    text: &'a str,
}

impl<'a> Tag<'a> {
    /// The value of an attribute, as it stands.
    pub(crate) fn attribute(&self, name: &str) -> Option<&'a str> {
        let (_, value) = self.text.split_once(&format!(" {name}=\""))?;
        Some(value.split_once('"')?.0)
    }
}

/// All tags, in order.
pub(crate) fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut tags: Vec<Tag<'_>> = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start..];
        let end = rest.find('>').expect("a tag has an end") + 1;
        let text = &rest[..end];
        rest = &rest[end..];
        if text.starts_with("<!") {
            continue;
        }
        let inner = text.trim_matches(['<', '>', '/']);
        let name = inner.split_whitespace().next().unwrap_or_default();
        tags.push(Tag { name, closes: text.starts_with("</"), text });
        if RAW.contains(&name) && !text.starts_with("</") {
            rest = &rest[rest.find(&format!("</{name}>")).expect("it is closed")..];
        }
    }
    tags
}

/// Asserts that each element is closed, inside the one that it was opened in, that attributes
/// are quoted, and that no id is there twice.
pub(crate) fn assert_well_formed(html: &str) {
    let mut open = Vec::new();
    let mut ids = std::collections::HashSet::new();
    let tags = tags(html);
    for tag in &tags {
        assert!(tag.text.matches('"').count() % 2 == 0, "{tag:?}");
        if let Some(id) = tag.attribute("id") {
            assert!(ids.insert(id), "the id {id} is there twice");
        }
        if tag.closes {
            assert_eq!(open.pop(), Some(tag.name), "{tag:?}");
        } else if !VOID.contains(&tag.name) {
            open.push(tag.name);
        }
    }
    assert_eq!(open, [""; 0]);
    let referred = tags.iter().filter_map(|tag| tag.attribute("aria-labelledby"));
    for id in referred.flat_map(str::split_whitespace) {
        assert!(ids.contains(id), "nothing has the id {id}");
    }
    for link in tags.iter().filter_map(|tag| tag.attribute("href")?.strip_prefix('#')) {
        assert!(ids.contains(link), "nothing has the id {link}");
    }
}
