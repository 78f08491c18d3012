//! Work on real files: each job is the SHA-256 of one.

use std::{
    fmt,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use crate::InputError;

/// Files, and the SHA-256 of each.
///
/// Written by `Display` and read by [`parse`](Self::parse) in the format of `sha256sum`, which can
/// check it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checksums {
    files: Vec<(Arc<PathBuf>, [u8; 32])>,
}

/// A file or directory that could not be read.
#[derive(Debug)]
pub struct Unreadable {
    /// Which one.
    pub path: PathBuf,
    /// Why not.
    pub source: io::Error,
}

impl Checksums {
    /// Reads every regular file under `dir`, in the order of their paths, one after the other, and
    /// says which could not be read. Symbolic links below `dir` are not followed.
    pub fn under(dir: &Path) -> (Self, Vec<Unreadable>) {
        let (mut files, mut unreadable) = (Vec::new(), Vec::new());
        for entry in WalkDir::new(dir).sort_by_file_name() {
            match entry {
                Ok(entry) if entry.file_type().is_file() => {
                    let path = entry.into_path();
                    match of_file(&path) {
                        Ok(digest) => files.push((Arc::new(path), digest)),
                        Err(source) => unreadable.push(Unreadable { path, source }),
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    let path = error.path().unwrap_or(dir).to_owned();
                    // A loop of symbolic links is the one error that is none of the system's.
                    let source = error.into_io_error();
                    let source = source.unwrap_or_else(|| io::ErrorKind::Other.into());
                    unreadable.push(Unreadable { path, source });
                }
            }
        }
        (Self { files }, unreadable)
    }

    /// Reads the lines of `sha256sum`; `file` is where they stand, for errors.
    ///
    /// # Errors
    ///
    /// The first line that is none of them.
    pub fn parse(file: &str, text: &str) -> Result<Self, InputError> {
        let lines = (1..).zip(text.lines());
        let files = lines.map(|(number, line)| {
            parse_line(line).ok_or_else(|| InputError::Malformed {
                file: file.to_owned(),
                line: number,
                column: 1,
                message: "expected 64 hexadecimal digits, two spaces and a path".to_owned(),
            })
        });
        Ok(Self { files: files.collect::<Result<_, _>>()? })
    }

    /// Reads a file of such lines.
    ///
    /// # Errors
    ///
    /// If it cannot be read; and as [`parse`](Self::parse).
    pub fn read(path: &Path) -> Result<Self, InputError> {
        let file = path.display().to_string();
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(&file, &text),
            Err(source) => Err(InputError::Unreadable { file, source }),
        }
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Those that are not as they were: changed, or no longer there.
    pub fn changed(&self) -> Vec<&Path> {
        let is_same = |(path, digest): &&(Arc<PathBuf>, [u8; 32])| {
            of_file(path).is_ok_and(|now| now == *digest)
        };
        self.files.iter().filter(|it| !is_same(it)).map(|(path, _)| path.as_path()).collect()
    }

    /// The file whose turn it is, and the answer of its job.
    pub(crate) fn job(&self, index: usize) -> (Arc<PathBuf>, u64) {
        let (path, digest) = &self.files[index % self.files.len()];
        (Arc::clone(path), answer(digest))
    }

    /// How long a file takes in the mean, by those that can be read in a twentieth of a second.
    pub(crate) fn mean_work(&self) -> Duration {
        const LOOK: Duration = Duration::from_millis(50);
        let start = Instant::now();
        let mut read = 0;
        for (path, _) in &self.files {
            _ = of_file(path);
            read += 1;
            if start.elapsed() > LOOK {
                break;
            }
        }
        start.elapsed() / read.max(1)
    }
}

/// The SHA-256 of all that a file has.
fn of_file(path: &Path) -> io::Result<[u8; 32]> {
    // On the stack, so that a job depends on nothing that its worker would have to keep. From
    // 4 KiB up, hashing takes far longer than the calls that read.
    let mut buffer = [0; 16 * 1024];
    let (mut file, mut hasher) = (File::open(path)?, Sha256::new());
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hasher.finalize().into()),
            Ok(read) => hasher.update(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// What the job of a file gives: the first eight bytes of its SHA-256, as a big-endian number; 0
/// if it cannot be read, which is the answer of no file in practice.
pub(crate) fn run(path: &Path) -> u64 {
    of_file(path).map_or(0, |digest| answer(&digest))
}

fn answer(digest: &[u8; 32]) -> u64 {
    u64::from_be_bytes(digest.first_chunk().copied().unwrap_or_default())
}

/// `sha256sum` marks a line with a backslash if it had to write an odd character of the path as
/// two.
const ESCAPES: [(char, &str); 3] = [('\\', "\\\\"), ('\n', "\\n"), ('\r', "\\r")];

fn parse_line(line: &str) -> Option<(Arc<PathBuf>, [u8; 32])> {
    let (escaped, line) = line.strip_prefix('\\').map_or((false, line), |rest| (true, rest));
    let (digits, path) = line.split_at_checked(64)?;
    // Between them a space and what says how the file was read: a space or a star.
    let path = path.strip_prefix("  ").or_else(|| path.strip_prefix(" *"))?;
    let mut digest = [0; 32];
    for (byte, place) in digest.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(digits.get(place..place + 2)?, 16).ok()?;
    }
    let path = if escaped { unescape(path)? } else { path.to_owned() };
    (!path.is_empty()).then(|| (Arc::new(path.into()), digest))
}

fn unescape(path: &str) -> Option<String> {
    let mut rest = path.chars();
    let mut plain = String::new();
    while let Some(next) = rest.next() {
        plain.push(match (next, if next == '\\' { rest.next() } else { None }) {
            ('\\', Some(escaped)) => {
                ESCAPES.iter().find(|(_, written)| written.ends_with(escaped))?.0
            }
            ('\\', None) => return None,
            (plain, _) => plain,
        });
    }
    Some(plain)
}

impl fmt::Display for Checksums {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (path, digest) in &self.files {
            let path = path.to_string_lossy();
            let odd = path.contains(ESCAPES.map(|(odd, _)| odd));
            f.write_str(if odd { "\\" } else { "" })?;
            digest.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
            f.write_str("  ")?;
            for char in path.chars() {
                match ESCAPES.iter().find(|(odd, _)| *odd == char) {
                    Some((_, written)) => f.write_str(written)?,
                    None => fmt::Write::write_char(f, char)?,
                }
            }
            f.write_str("\n")?;
        }
        Ok(())
    }
}
