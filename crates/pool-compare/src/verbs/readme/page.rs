//! The pages that have passages, and other files that belong to them.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{error::Error, terminal::Shown, whole};

/// The page that says which run figures are from.
pub(super) const README: &str = "README.md";

/// Where the guides are; all others that have passages.
const GUIDES: &str = "crates/pool-guide";

/// A file of the checkout, and what is to be in it.
#[derive(Debug)]
pub(super) struct File {
    /// From the checkout on.
    pub(super) path: PathBuf,
    /// What is in it; `None` if there is no such file.
    pub(super) old: Option<String>,
    pub(super) new: String,
}

/// Every page, with what is in it; the README first.
pub(super) fn pages(root: &Path) -> Result<Vec<(PathBuf, String)>, Error> {
    let mut paths = vec![PathBuf::from(README)];
    paths.extend(guides(root).map_err(unreadable(Path::new(GUIDES)))?);
    let read = |path: PathBuf| {
        let text = fs::read_to_string(root.join(&path)).map_err(unreadable(&path))?;
        Ok((path, text))
    };
    paths.into_iter().map(read).collect()
}

fn guides(root: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(root.join(GUIDES)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut guides = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        if Path::new(&name).extension().is_some_and(|it| it == "md") {
            guides.push(Path::new(GUIDES).join(name));
        }
    }
    guides.sort();
    Ok(guides)
}

fn unreadable(path: &Path) -> impl Fn(io::Error) -> Error {
    move |error| Error::Usage(format!("{}: {error}; --root names a checkout", Shown(path)))
}

impl File {
    /// The file at this path, which is to be so.
    pub(super) fn to_be(root: &Path, path: PathBuf, new: String) -> Result<Self, Error> {
        let old = match fs::read_to_string(root.join(&path)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            old => Some(old.map_err(unreadable(&path))?),
        };
        Ok(Self { path, old, new })
    }

    /// Whether it is not as it is to be.
    pub(super) fn is_stale(&self) -> bool {
        self.old.as_ref() != Some(&self.new)
    }
}

/// Writes these, each whole or not at all; and none if it is known that one cannot be written.
pub(super) fn write(root: &Path, files: &[&File]) -> Result<(), Error> {
    let failed = |file: &File| {
        let path = file.path.clone();
        move |source| Error::Unwritten { path, source }
    };
    let mut targets = Vec::new();
    for file in files {
        targets.push(target(&root.join(&file.path)).map_err(failed(file))?);
    }
    for (file, target) in files.iter().zip(&targets) {
        whole::replace(target, file.new.as_bytes()).map_err(failed(file))?;
    }
    Ok(())
}

/// Where to write a file: through a symbolic link, so that the link stays. A file that is not to be
/// written would be replaced all the same, so that is looked at first.
fn target(path: &Path) -> io::Result<PathBuf> {
    let target = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
        Ok(it) if it.permissions().readonly() => return Err(io::ErrorKind::PermissionDenied.into()),
        metadata => metadata.and_then(|_| fs::canonicalize(path))?,
    };
    whole::probe(&target)?;
    Ok(target)
}
