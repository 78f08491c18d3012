//! Work on real files: each job is the SHA-256 of one.

use std::{
    error, fmt,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use sha2::{Digest, Sha256};
use walkdir::WalkDir;

/// The regular files under a directory, and what each gives.
#[derive(Debug)]
pub(crate) struct Files {
    pub(crate) files: Vec<(Arc<PathBuf>, u64)>,
    /// How long a file took, in the mean, when they were checksummed one after the other.
    pub(crate) mean_work: Duration,
}

/// Why there is no workload of the files under a directory.
#[derive(Debug)]
pub enum ChecksumError {
    /// There is no regular file under this directory.
    Empty(PathBuf),
    /// This file or directory cannot be read.
    Unreadable {
        /// Which one.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl Files {
    /// Finds and checksums every regular file under `dir`, in the order of their paths.
    /// Symbolic links below it are not followed.
    pub(crate) fn under(dir: &Path) -> Result<Self, ChecksumError> {
        let mut files = Vec::new();
        let mut work = Duration::ZERO;
        for entry in WalkDir::new(dir).sort_by_file_name() {
            let entry = entry.map_err(|error| {
                let path = error.path().unwrap_or(dir).to_owned();
                ChecksumError::Unreadable { path, source: error.into() }
            })?;
            if entry.file_type().is_file() {
                let path = entry.into_path();
                let start = Instant::now();
                match of_file(&path) {
                    Ok(answer) => files.push((Arc::new(path), answer)),
                    Err(source) => return Err(ChecksumError::Unreadable { path, source }),
                }
                work += start.elapsed();
            }
        }
        match u32::try_from(files.len()) {
            Ok(0) => Err(ChecksumError::Empty(dir.to_owned())),
            count => Ok(Self { files, mean_work: work / count.unwrap_or(u32::MAX) }),
        }
    }
}

/// The first eight bytes of the SHA-256 of a file, as a big-endian number.
pub(crate) fn of_file(path: &Path) -> io::Result<u64> {
    // On the stack, so that a job depends on nothing that its worker would have to keep. From
    // 4 KiB up, hashing takes far longer than the calls that read.
    let mut buffer = [0; 16 * 1024];
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => hasher.update(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let digest: [u8; 32] = hasher.finalize().into();
    Ok(u64::from_be_bytes(digest.first_chunk().copied().unwrap_or_default()))
}

impl fmt::Display for ChecksumError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty(dir) => write!(f, "{}: there is no file under it", dir.display()),
            Self::Unreadable { path, source } => write!(f, "{}: {source}", path.display()),
        }
    }
}

impl error::Error for ChecksumError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Empty(_) => None,
            Self::Unreadable { source, .. } => Some(source),
        }
    }
}
