//! The items of a file of Rust, by their names.

use syn::{ImplItem, Item as Syntax, Type, spanned::Spanned};

/// A file, taken apart.
pub(crate) struct Source {
    /// The documentation at its head.
    pub(crate) head: String,
    pub(crate) items: Vec<Item>,
}

/// Something that has a name in a file.
#[derive(Debug, PartialEq)]
pub(crate) struct Item {
    /// `run_jobs`, `Shared::close`, `Pool::admit` of a trait, or `Drop for Alive`; `use` of an
    /// import.
    pub(crate) name: String,
    /// From its comments on, and without the indent of the first.
    pub(crate) lines: Vec<String>,
}

/// The traits whose functions are steps of their own; an `impl` of another one is one item.
const SPLIT: [&str; 6] = ["Backend", "Pool", "Results", "Library", "AsyncLibrary", "Queue"];

/// Takes a file apart. What an `impl` that is taken apart has around its items is left out.
pub(crate) fn read(text: &str) -> syn::Result<Source> {
    let file = syn::parse_file(text)?;
    let all: Vec<_> = text.lines().collect();
    let mut items = Vec::new();
    let mut add = |name: String, syntax: &dyn Spanned| {
        items.push(Item { name, lines: lines(&all, syntax) });
    };
    for item in &file.items {
        match item {
            Syntax::Impl(it) => {
                let of = it.trait_.as_ref().and_then(|(_, path, _)| path.segments.last());
                let of = of.map(|segment| segment.ident.to_string());
                let name = name_of(&it.self_ty);
                match of {
                    Some(of) if !SPLIT.contains(&&*of) => add(format!("{of} for {name}"), it),
                    of => {
                        let of = of.unwrap_or(name);
                        for item in &it.items {
                            add(format!("{of}::{}", name_of_item(item)), item);
                        }
                    }
                }
            }
            Syntax::Struct(it) => add(it.ident.to_string(), it),
            Syntax::Enum(it) => add(it.ident.to_string(), it),
            Syntax::Type(it) => add(it.ident.to_string(), it),
            Syntax::Fn(it) => add(it.sig.ident.to_string(), it),
            Syntax::Const(it) => add(it.ident.to_string(), it),
            Syntax::Macro(it) => add(name_of_path(&it.mac.path) + "!", it),
            Syntax::Use(_) | Syntax::Mod(_) => add("use".to_owned(), item),
            _ => add("?".to_owned(), item),
        }
    }
    Ok(Source { head: head(text), items })
}

/// The lines of the documentation at the head.
fn head(text: &str) -> String {
    let lines = text.lines().map_while(|line| line.strip_prefix("//!"));
    lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

/// Where an item stands, with the comments before it.
fn lines(all: &[&str], syntax: &dyn Spanned) -> Vec<String> {
    let span = syntax.span();
    let (first, end) = (span.start().line - 1, span.end().line);
    let comments = all[..first].iter().rev();
    let comments = comments.take_while(|line| line.trim_start().starts_with("// ")).count();
    let lines = &all[first - comments..end];
    let indent = lines[0].len() - lines[0].trim_start().len();
    flowing(lines.iter().map(|line| line.get(indent..).unwrap_or_default()))
}

/// Of documentation the first paragraph; and a paragraph of comments in a line, which a column
/// breaks where it is full.
fn flowing<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut is_more = false;
    for line in lines {
        let (mark, text) = comment(line);
        is_more = line.trim_start() == "///" || is_more && mark.ends_with("///");
        match all.last_mut() {
            _ if is_more => {}
            Some(last) if !mark.is_empty() && comment(last).0 == mark => {
                *last += " ";
                *last += text;
            }
            _ => all.push(line.to_owned()),
        }
    }
    all
}

/// The mark of a line that is a comment, with its indent, and the text; no mark if it is code.
fn comment(line: &str) -> (&str, &str) {
    let mark = line.len() - line.trim_start().trim_start_matches('/').len();
    let (mark, text) = line.split_at(mark);
    if mark.ends_with("//") && text.starts_with(' ') { (mark, &text[1..]) } else { ("", line) }
}

fn name_of(it: &Type) -> String {
    if let Type::Path(it) = it { name_of_path(&it.path) } else { "?".to_owned() }
}

fn name_of_path(path: &syn::Path) -> String {
    path.segments.last().map_or_else(String::new, |segment| segment.ident.to_string())
}

fn name_of_item(item: &ImplItem) -> String {
    match item {
        ImplItem::Fn(it) => it.sig.ident.to_string(),
        ImplItem::Type(it) => it.ident.to_string(),
        ImplItem::Const(it) => it.ident.to_string(),
        _ => "?".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_have_their_names_their_comments_and_no_indent() {
        let text = "//! Head.\n//!\n//! # More\nuse a::b;\n\n// Why.\n/// What\n/// that.\nstruct S;\n\n\
                    impl S {\n    /// F.\n    ///\n    /// More.\n    fn f() {\n        g();\n    }\n}\n\n\
                    impl Drop for S {\n    fn drop(&mut self) {}\n}\n\n\
                    impl<J> Pool<J> for S {\n    fn close(&self) {}\n}\n";
        let source = read(text).unwrap();
        assert_eq!(source.head, "Head.\n\n# More");
        let items: Vec<_> =
            source.items.iter().map(|it| (&*it.name, it.lines.join("\n"))).collect();
        let item = |name, text: &str| (name, text.to_owned());
        assert_eq!(
            items,
            [
                item("use", "use a::b;"),
                item("S", "// Why.\n/// What that.\nstruct S;"),
                item("S::f", "/// F.\nfn f() {\n    g();\n}"),
                item("Drop for S", "impl Drop for S {\n    fn drop(&mut self) {}\n}"),
                item("Pool::close", "fn close(&self) {}"),
            ]
        );
    }
}
