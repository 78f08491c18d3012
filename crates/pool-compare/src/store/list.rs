//! The runs that are kept.

use std::{
    cmp::Reverse,
    fs, io,
    path::{Path, PathBuf},
};

use super::{error::unreadable, run_file::RunFile};
use crate::error::Error;

/// A run that is kept, without its samples.
#[derive(Clone, Debug)]
pub(crate) struct KeptRunHead {
    /// Where it is kept.
    pub(crate) directory: PathBuf,
    pub(crate) file: RunFile,
}

type All = (Vec<KeptRunHead>, Vec<(PathBuf, Error)>);

/// Every run under `results`, the newest first, and the directories of those that cannot be read, with
/// why; none if there is no such directory.
///
/// What other programs and versions keep there is passed over.
pub(crate) fn all(results: &Path) -> Result<All, Error> {
    let (mut heads, mut damaged) = (Vec::new(), Vec::new());
    for machine in directories(results)? {
        for directory in directories(&machine)? {
            match RunFile::find(&directory) {
                Ok(Some(file)) => heads.push(KeptRunHead { directory, file }),
                Ok(None) => {}
                Err(error) => damaged.push((directory, error)),
            }
        }
    }
    // Of one second, that with the highest number behind its name; -10 comes after -9.
    heads.sort_by_cached_key(|head| {
        let name = head.directory.as_os_str();
        Reverse((head.file.environment.date.clone(), name.len(), name.to_owned()))
    });
    Ok((heads, damaged))
}

/// The directories in a directory.
fn directories(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let paths = fs::read_dir(path).and_then(|all| all.map(|it| Ok(it?.path())).collect());
    let mut paths: Vec<PathBuf> = match paths {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        paths => paths.map_err(unreadable(path))?,
    };
    paths.retain(|path| path.is_dir());
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::{
        super::{fixture, recorder::Recorder},
        *,
    };

    fn keep(results: &Path, date: &str) -> PathBuf {
        let mut file = fixture::run_file();
        date.clone_into(&mut file.environment.date);
        Recorder::create(results, file, None).unwrap().0.directory().to_owned()
    }

    #[test]
    fn the_newest_is_first() {
        let results = tempfile::tempdir().unwrap();
        let old = keep(results.path(), "2026-03-14T15:09:26Z");
        let new = keep(results.path(), "2026-03-15T01:00:00Z");
        let same: Vec<_> = (0..11).map(|_| keep(results.path(), "2026-03-14T15:09:26Z")).collect();
        let found = all(results.path()).unwrap().0.into_iter().map(|head| head.directory);
        let expected = [new].into_iter().chain(same.into_iter().rev()).chain([old]);
        assert!(found.eq(expected));
        assert!(all(Path::new("there is no such directory")).unwrap().0.is_empty());
    }
}
