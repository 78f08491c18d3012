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
                // A loop of symbolic links is the one error that is none of the system's.
                let source = error.into_io_error().unwrap_or_else(|| io::ErrorKind::Other.into());
                ChecksumError::Unreadable { path, source }
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

/// The SHA-256 of all that a reader gives, and how many bytes that was. Reads through `buffer`,
/// and asks `go_on` after each read whether to.
///
/// # Errors
///
/// That of the reader, or of `go_on`.
pub fn digest<E: From<io::Error>>(
    mut reader: impl Read,
    buffer: &mut [u8],
    mut go_on: impl FnMut() -> Result<(), E>,
) -> Result<([u8; 32], u64), E> {
    let mut hasher = Sha256::new();
    let mut bytes = 0;
    loop {
        let read = match reader.read(buffer) {
            Ok(0) => return Ok((hasher.finalize().into(), bytes)),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        };
        hasher.update(&buffer[..read]);
        bytes += read as u64;
        go_on()?;
    }
}

/// The first eight bytes of the SHA-256 of a file, as a big-endian number.
pub(crate) fn of_file(path: &Path) -> io::Result<u64> {
    // On the stack, so that a job depends on nothing that its worker would have to keep. From
    // 4 KiB up, hashing takes far longer than the calls that read.
    let mut buffer = [0; 16 * 1024];
    let (digest, _) = digest(File::open(path)?, &mut buffer, || io::Result::Ok(()))?;
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
