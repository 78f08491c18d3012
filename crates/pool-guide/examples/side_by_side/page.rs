//! The page: a file without anything around it.

use std::collections::{BTreeMap, BTreeSet};

use maud::{DOCTYPE, Markup, PreEscaped, html};
use pulldown_cmark::{BrokenLink, CowStr, Event, Options, Parser, Tag, TagEnd};

use crate::{
    colour::{self, Kind},
    library::Library,
    source::Item,
    steps::{Row, STEPS, Step},
};

/// Lines that so many of the five share are grey.
const SHARED_BY: usize = 4;

/// So many grey lines one after the other are folded.
const FOLD: usize = 8;

/// Parts of the documentation at the head of a native file, by what their headings have in them.
const SUMMARY: [(&str, &str); 3] = [
    ("gives", "What the library gives"),
    ("by hand", "What is written by hand"),
    ("does not give", "What it does not give"),
];

pub(crate) fn html(libraries: &[Library]) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "One worker pool, five libraries" }
                meta name="description" content="The same worker pool over std, crossbeam, flume, \
                    rayon and Tokio, step by step, next to each other.";
                style { (PreEscaped(include_str!("style.css"))) }
            }
            body {
                header.top {
                    h1 { "One worker pool, five libraries" }
                    p {
                        "The same pool, written five times as the users of each library would write it: "
                        "same types, same functions, one suite of tests. Read across. "
                        span.shared { "Grey lines stand in four of them or in all" }
                        "; what is coloured is the library’s own."
                    }
                }
                nav.bar {
                    ol.steps {
                        li { a href="#summary" { "Summary" } }
                        @for step in STEPS { li { a href={ "#" (step.id) } { (step.title) } } }
                    }
                    div.pick role="group" aria-label="Columns" {
                        @for it in libraries {
                            button.(it.id) type="button" aria-pressed="true" data-column=(it.id) {
                                (it.name)
                            }
                        }
                    }
                    div.cells.heads {
                        @for it in libraries {
                            div.cell.(it.id) { a href=(it.native_file) { (it.name) } }
                        }
                    }
                }
                main {
                    (summary(libraries))
                    @for (at, step) in STEPS.iter().enumerate() { (section(at + 1, step, libraries)) }
                    (rest(libraries))
                }
                script { (PreEscaped(include_str!("script.js"))) }
            }
        }
    };
    page.into_string() + "\n"
}

/// What the native files say of themselves.
fn summary(libraries: &[Library]) -> Markup {
    html! {
        section.step #summary {
            h2 { "Summary" }
            p.head { "Each native file begins with this: what the library gives, and what one writes." }
            (prose("In a sentence", false, libraries, |it| {
                it.head.split("\n\n").next().unwrap_or_default()
            }))
            @for (word, title) in SUMMARY {
                (prose(title, true, libraries, |it| part(&it.head, word)))
            }
        }
    }
}

/// A row of text.
fn prose(
    title: &str,
    folded: bool,
    libraries: &[Library],
    text: impl Fn(&Library) -> &str,
) -> Markup {
    row_of(title, folded, libraries, |it| html! { div.prose { (markdown(text(it))) } })
}

/// What stands under the heading that has this in it.
fn part<'a>(head: &'a str, word: &str) -> &'a str {
    let parts = head.split("\n# ").skip(1).filter_map(|part| part.split_once('\n'));
    parts.into_iter().find(|(title, _)| title.contains(word)).map_or("", |(_, text)| text)
}

fn section(number: usize, step: &Step, libraries: &[Library]) -> Markup {
    html! {
        section.step #(step.id) {
            h2 { span.number { (number) } " " (step.title) }
            div.head { (markdown(step.head)) }
            @for row in step.native { (code(row, libraries, |it| &it.native)) }
            details.layer {
                summary { b { "The same under the layer. " } (step.layer) }
                @for row in step.managed { (code(row, libraries, |it| &it.managed)) }
            }
        }
    }
}

/// What no step names.
fn rest(libraries: &[Library]) -> Markup {
    let mut names = Vec::new();
    let named = |name: &str| {
        STEPS.iter().any(|step| step.native.iter().any(|row| row.items.contains(&name)))
    };
    for item in libraries.iter().flat_map(|it| &it.native) {
        if !named(&item.name) && !names.contains(&&*item.name) {
            names.push(&*item.name);
        }
    }
    html! {
        @if !names.is_empty() {
            section.step #rest {
                h2 { "The rest" }
                @for name in names {
                    (code(&Row { title: name, items: &[name], without: "", folded: false }, libraries, |it| &it.native))
                }
            }
        }
    }
}

/// A row of code: what each library has of these items.
fn code(row: &Row, libraries: &[Library], items: fn(&Library) -> &[Item]) -> Markup {
    let cells: Vec<_> = libraries.iter().map(|it| lines(row.items, items(it))).collect();
    let mut shared = BTreeMap::new();
    for cell in &cells {
        for line in cell.iter().map(|line| line.trim()).collect::<BTreeSet<_>>() {
            *shared.entry(line).or_insert(0) += 1;
        }
    }
    let is_shared = |line: &str| shared.get(line.trim()).is_some_and(|by| *by >= SHARED_BY);
    let mut cells = cells.iter();
    row_of(row.title, row.folded, libraries, |_| {
        let lines = cells.next().map_or(&[][..], Vec::as_slice);
        if lines.is_empty() {
            return html! { div.without { (markdown(row.without)) } };
        }
        let runs: Vec<_> = lines.chunk_by(|a, b| is_shared(a) == is_shared(b)).collect();
        html! {
            @for run in runs {
                @let run_is_shared = is_shared(&run[0]);
                @if run_is_shared && run.len() >= FOLD {
                    details.fold {
                        summary { "… " (run.len()) " shared lines" }
                        code { @for line in run { (grey(line)) } }
                    }
                } @else {
                    code { @for line in run {
                        @if run_is_shared { (grey(line)) } @else { (coloured(line)) }
                    } }
                }
            }
        }
    })
}

/// The lines of these items, one item below the other.
fn lines(names: &[&str], items: &[Item]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for name in names {
        for item in items.iter().filter(|item| item.name == *name) {
            // Only imports follow one another closely.
            if !lines.is_empty() && *name != "use" {
                lines.push(String::new());
            }
            lines.extend(item.lines.iter().cloned());
        }
    }
    lines
}

/// A cell for each library, at the same height.
fn row_of(
    title: &str,
    folded: bool,
    libraries: &[Library],
    mut cell: impl FnMut(&Library) -> Markup,
) -> Markup {
    let cells = html! {
        div.cells { @for it in libraries { div.cell.(it.id) { (cell(it)) } } }
    };
    html! {
        @if folded {
            details.row { summary { h3 { (title) } } (cells) }
        } @else {
            div.row tabindex="0" role="group" aria-label=(title) { h3 { (title) } (cells) }
        }
    }
}

/// The class of a line by its indent, which is half of what it is in the file, to be narrow.
fn indent(line: &str) -> String {
    format!("i{}", (line.len() - line.trim_start().len()) / 2)
}

fn grey(line: &str) -> Markup {
    html! { span.shared.(indent(line)) { (breakable(line.trim_start())) } }
}

fn coloured(line: &str) -> Markup {
    let class_of = |kind| match kind {
        Kind::Comment => "c",
        Kind::Keyword => "k",
        Kind::Literal => "s",
        Kind::Type => "t",
        Kind::Plain => "",
    };
    html! {
        span.(indent(line)) {
            @for (kind, text) in colour::parts(line.trim_start()) {
                @if kind == Kind::Plain { (breakable(text)) }
                @else { span class=(class_of(kind)) { (text) } }
            }
        }
    }
}

/// Code that may go on in a new line where rustfmt would break it: before a method, and in brackets.
fn breakable(text: &str) -> Markup {
    let mut html = String::new();
    let mut before = ' ';
    for c in text.chars() {
        let in_brackets = matches!(before, '(' | '<') && !matches!(c, ')' | '>');
        if in_brackets || c == '.' && before.is_alphanumeric() || c == '.' && before == ')' {
            html += "<wbr>";
        }
        html += &maud::html! { (c) }.into_string();
        before = c;
    }
    PreEscaped(html)
}

/// Markdown without its links, which lead to places of the crates' documentation.
fn markdown(text: &str) -> Markup {
    let link = |_: BrokenLink<'_>| Some((CowStr::Borrowed(""), CowStr::Borrowed("")));
    let events = Parser::new_with_broken_link_callback(text, Options::empty(), Some(link));
    let is_link = |event: &Event<'_>| {
        matches!(event, Event::Start(Tag::Link { .. }) | Event::End(TagEnd::Link))
    };
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events.filter(|event| !is_link(event)));
    PreEscaped(html)
}
