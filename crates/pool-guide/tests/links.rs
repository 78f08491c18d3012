//! No dead link: in any Markdown file of the repository, and in the rendered documentation.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Component, Path, PathBuf},
};

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd};
use walkdir::WalkDir;

/// A file: what it links to, and what can be linked to in it.
#[derive(Default)]
struct Page {
    targets: Vec<String>,
    anchors: BTreeSet<String>,
}

type Pages = BTreeMap<PathBuf, Page>;

/// All files below `root` with this extension, read by `read`.
fn pages(root: &Path, extension: &str, read: impl Fn(&str) -> Page) -> Pages {
    let is_ours = |name: &str| !name.starts_with('.') && name != "target";
    let walk = WalkDir::new(root).min_depth(1).into_iter();
    let files = walk.filter_entry(|entry| is_ours(&entry.file_name().to_string_lossy()));
    let paths = files.map(|entry| entry.expect("can be read").into_path());
    let wanted = paths.filter(|path| path.extension().is_some_and(|it| it == extension));
    wanted.map(|path| (path.clone(), read(&fs::read_to_string(path).expect("UTF-8")))).collect()
}

/// Every link that leads nowhere, as `file: target`.
fn dead(pages: &Pages) -> Vec<String> {
    let mut dead = Vec::new();
    for (path, page) in pages {
        for target in &page.targets {
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            if file.contains(':') {
                continue; // elsewhere
            }
            let file = match file {
                "" => path.clone(),
                _ => plain(&path.with_file_name(file)),
            };
            let found = match pages.get(&file) {
                // One without anchors leads to another page.
                Some(found) => {
                    anchor.is_empty() || found.anchors.is_empty() || found.anchors.contains(anchor)
                }
                None => file.exists(),
            };
            if !found {
                dead.push(format!("{}: {target}", path.display()));
            }
        }
    }
    dead
}

/// The path without `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => _ = plain.pop(),
            other => plain.push(other),
        }
    }
    plain
}

/// The values of an attribute in HTML.
fn values<'a>(html: &'a str, attribute: &str) -> impl Iterator<Item = &'a str> {
    let start = format!(" {attribute}=\"");
    let parts: Vec<_> = html.split(&start).skip(1).collect();
    parts.into_iter().filter_map(|part| Some(part.split_once('"')?.0))
}

fn markdown(text: &str) -> Page {
    let mut page = Page::default();
    // A reference without a definition is text to the parser. Here it is a target that is not there.
    let undefined = |link: pulldown_cmark::BrokenLink| {
        let target = format!("[{}] is not defined", link.reference);
        Some((CowStr::from(target), CowStr::from("")))
    };
    let gfm = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH;
    let parser = Parser::new_with_broken_link_callback(text, gfm, Some(undefined));
    let mut heading: Option<String> = None;
    for event in parser {
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                page.targets.push(dest_url.to_string());
            }
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&text);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                let slug = slug(&heading.take().unwrap_or_default());
                let again = (1..).map(|n| format!("{slug}-{n}"));
                let mut names = std::iter::once(slug.clone()).chain(again);
                page.anchors.extend(names.find(|name| !page.anchors.contains(name)));
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                for attribute in ["href", "src", "srcset"] {
                    page.targets.extend(values(&html, attribute).map(str::to_owned));
                }
                page.anchors.extend(values(&html, "id").map(str::to_owned));
            }
            _ => {}
        }
    }
    page
}

/// The anchor that GitHub makes of a heading, and rustdoc too.
fn slug(heading: &str) -> String {
    let kept = heading.chars().filter(|it| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

fn html(text: &str) -> Page {
    // The lines of a source are made by a script.
    let targets = values(text, "href").filter(|target| !target.contains(".rs.html#"));
    Page {
        targets: targets.map(str::to_owned).collect(),
        anchors: values(text, "id").map(str::to_owned).collect(),
    }
}

fn root() -> PathBuf {
    plain(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
}

#[test]
fn no_markdown_file_has_a_dead_link() {
    let pages = pages(&root(), "md", markdown);
    let dead = dead(&pages);
    assert!(dead.is_empty(), "dead links:\n{}", dead.join("\n"));
    assert!(pages.len() > 10, "only {} files", pages.len());
}

#[test]
fn dead_links_are_found() {
    let text = "# A `b` c!\n# A b c\n[1](#a-b-c-1) [2](#gone) [3](gone.md) [4] [5](links.rs)\n\
                <a href=\"gone.svg\"></a> [6](https://example.org/#gone)\n\n[7]: gone.rs\n[x][7]";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/page.md");
    let dead = dead(&Pages::from([(path, markdown(text))]));
    let targets: Vec<_> = dead.iter().filter_map(|it| it.split_once("page.md: ")).collect();
    let targets: Vec<_> = targets.into_iter().map(|(_, target)| target).collect();
    assert_eq!(targets, ["#gone", "gone.md", "[4] is not defined", "gone.svg", "gone.rs"]);
}

/// Of what `cargo doc --workspace --no-deps` has made before.
#[test]
#[ignore = "needs the documentation: scripts/check"]
fn no_page_of_the_documentation_has_a_dead_link() {
    let target = std::env::current_exe().expect("the path of this test");
    let target = target.ancestors().nth(3).expect("target/debug/deps/links-0123").to_owned();
    let doc = target.join("doc");
    let mut pages = pages(&doc, "html", html);
    // These two have a way back that is made by a script.
    pages.retain(|path, _| !["help.html", "settings.html"].map(|it| doc.join(it)).contains(path));
    let dead = dead(&pages);
    assert!(dead.is_empty(), "dead links:\n{}", dead.join("\n"));
    assert!(pages.len() > 100, "only {} pages", pages.len());
}
