//! Makes the pages of the documentation from the guides. Links in a guide lead to files, for those
//! who read it in the repository; in a page they lead to pages.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    let guides = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    for entry in fs::read_dir(guides)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "md") {
            let name = path.file_name().unwrap_or_default();
            // The first is the page of the crate, the others are of modules in it.
            let root = if name == "README.md" { ".." } else { "../.." };
            fs::write(out.join(name), page(fs::read_to_string(&path)?, guides, root))?;
        }
    }
    Ok(())
}

/// The guide with other targets, in `[..](target)` and in `[..]: target`.
fn page(guide: String, guides: &Path, root: &str) -> String {
    let mut text = guide;
    for (start, end) in [("](", ')'), ("]: ", '\n')] {
        let mut parts = text.split(start);
        let mut page = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (target, rest) = part.split_at(part.find(end).unwrap_or(part.len()));
            let target = address(target, guides, root).unwrap_or_else(|| target.to_owned());
            page.extend([start, &target, rest]);
        }
        text = page;
    }
    text
}

/// Where the page of a file is, if the target is a file of the repository.
fn address(target: &str, guides: &Path, root: &str) -> Option<String> {
    let (file, anchor) = target.split_at(target.find('#').unwrap_or(target.len()));
    let path = guides.join(Some(file).filter(|file| !file.is_empty())?).canonicalize().ok()?;
    let repository = guides.join("../..").canonicalize().ok()?;
    let parts: Option<Vec<_>> =
        path.strip_prefix(repository).ok()?.iter().map(|part| part.to_str()).collect();
    let stem = path.file_stem()?.to_str()?;
    let module = |name: &str| name.replace('-', "_");
    let page = match parts?[..] {
        ["crates", krate, "README.md"] | ["crates", krate, "src", "lib.rs"] => {
            format!("{}/index.html", module(krate))
        }
        ["crates", "pool-guide", _] => format!("pool_guide/{}/index.html", module(stem)),
        ["crates", "pool-guide", "examples", _] => format!("pool_guide/examples/index.html#{stem}"),
        // rustdoc shows the sources of libraries.
        ["crates", krate, "src", ref source @ ..]
            if guides.join("..").join(krate).join("src/lib.rs").exists() =>
        {
            format!("src/{}/{}.html", module(krate), source.join("/"))
        }
        // It has no page.
        _ => return Some(format!("file://{}", path.display())),
    };
    Some(format!("{root}/{page}{anchor}"))
}
