//! The five libraries, and the files of their pools.

use std::{fs, path::Path};

use crate::source::{self, Item};

/// A library, and what is written over it.
pub(crate) struct Library {
    /// In a class, and in the name of the crate.
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    /// From the page.
    pub(crate) native_file: String,
    /// The documentation at the head of the native file.
    pub(crate) head: String,
    pub(crate) native: Vec<Item>,
    pub(crate) managed: Vec<Item>,
}

/// The column of each, from left to right.
const LIBRARIES: [(&str, &str); 5] = [
    ("std", "std"),
    ("crossbeam", "crossbeam"),
    ("flume", "flume"),
    ("rayon", "rayon"),
    ("tokio", "Tokio"),
];

/// All of them, in order. A native pool is one file, or a directory with a `mod.rs`, which comes first.
pub(crate) fn all(package: &Path) -> Result<Vec<Library>, String> {
    LIBRARIES.into_iter().map(|(id, name)| one(package, id, name)).collect()
}

fn one(package: &Path, id: &'static str, name: &'static str) -> Result<Library, String> {
    let src = format!("../pool-{id}/src");
    let read = |file: &str| {
        let text = fs::read_to_string(package.join(file)).map_err(|it| format!("{file}: {it}"))?;
        source::read(&text).map_err(|it| format!("{file}, line {}: {it}", it.span().start().line))
    };
    let file = format!("{src}/native.rs");
    let is_file = package.join(&file).exists();
    let native_file = if is_file { file } else { format!("{src}/native/mod.rs") };
    let mut native = read(&native_file)?;
    if !is_file {
        let entries = fs::read_dir(package.join(&src).join("native"));
        let entries = entries.map_err(|error| format!("{src}/native: {error}"))?;
        let files = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
        let mut rest: Vec<_> = files.filter(|file| file != "mod.rs").collect();
        rest.sort();
        for file in rest {
            let more = read(&format!("{src}/native/{file}"))?.items.into_iter();
            let module = file.trim_end_matches(".rs");
            native.items.extend(
                more.filter(|item| item.name != "use")
                    .map(|item| Item { name: in_module(module, item.name), ..item }),
            );
        }
    }
    let managed = read(&format!("{src}/managed.rs"))?.items;
    Ok(Library { id, name, native_file, head: native.head, native: native.items, managed })
}

/// A function with its module, since another module may have one of the same name.
fn in_module(module: &str, name: String) -> String {
    let is_function = name.chars().all(|c| c.is_lowercase() || c == '_');
    if is_function { format!("{module}::{name}") } else { name }
}
