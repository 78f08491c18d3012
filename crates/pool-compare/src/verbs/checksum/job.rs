//! One job: a path in, the SHA-256 of that file out.

use std::{
    fmt,
    fs::File,
    io::{self, Read},
    path::Path,
    sync::Arc,
};

use pool::{Context, ContextError};

/// What is submitted: which file.
pub(crate) type Job = Arc<Path>;

/// What comes out for a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Checksum {
    pub(crate) digest: [u8; 32],
    pub(crate) bytes: u64,
}

/// Why a file has no checksum. The path is not in it: the job's id leads there.
#[derive(Debug)]
pub(crate) enum FileError {
    /// It could not be opened or read.
    Io(io::Error),
    /// The run was interrupted or timed out while it was read.
    Stopped(ContextError),
}

/// A worker's own: files are read through it.
#[derive(Debug)]
pub(crate) struct Buffer(Box<[u8]>);

impl Buffer {
    /// From 4 KiB to 1 MiB no size was faster than another by more than the noise: hashing
    /// takes far longer than reading. A job looks whether it should go on after each read,
    /// which with this size is several times a millisecond.
    const BYTES: usize = 128 * 1024;

    pub(crate) fn new() -> Self {
        Self(vec![0; Self::BYTES].into_boxed_slice())
    }
}

/// The handler, the same for every backend and for the serial loop.
pub(crate) fn checksum(
    buffer: &mut Buffer,
    job: &Job,
    context: &Context,
) -> Result<Checksum, FileError> {
    context.check()?;
    digest(File::open(job)?, buffer, context)
}

fn digest(
    reader: impl Read,
    Buffer(buffer): &mut Buffer,
    context: &Context,
) -> Result<Checksum, FileError> {
    let (digest, bytes) =
        pool_workloads::digest(reader, buffer, || context.check().map_err(FileError::from))?;
    Ok(Checksum { digest, bytes })
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.digest.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Stopped(reason) => reason.fmt(f),
        }
    }
}

impl std::error::Error for FileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Stopped(reason) => Some(reason),
        }
    }
}

impl From<io::Error> for FileError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<ContextError> for FileError {
    fn from(reason: ContextError) -> Self {
        Self::Stopped(reason)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use pool::{CancellationToken, JobId, WorkerId};

    use super::*;

    fn context(deadline: Option<Instant>, token: &CancellationToken) -> Context {
        Context::new(WorkerId::new(0), JobId::new(0), deadline, token.clone(), None)
    }

    fn digest_of(reader: impl Read) -> Result<Checksum, FileError> {
        digest(reader, &mut Buffer::new(), &context(None, &CancellationToken::new()))
    }

    /// Gives its steps one by one, then the end.
    struct Steps(Vec<io::Result<&'static [u8]>>);

    impl Read for Steps {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                return Ok(0);
            }
            let bytes = self.0.remove(0)?;
            buffer[..bytes.len()].copy_from_slice(bytes);
            Ok(bytes.len())
        }
    }

    #[test]
    fn the_digest_is_that_of_the_standard_however_the_bytes_come() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let interrupted = io::ErrorKind::Interrupted.into();
        let checksum = digest_of(Steps(vec![Ok(b"a"), Err(interrupted), Ok(b"bc")])).unwrap();
        assert_eq!((checksum.to_string().as_str(), checksum.bytes), (abc, 3));
    }

    #[test]
    fn a_file_longer_than_the_buffer_is_read_to_its_end() {
        let long = io::repeat(b'a').take(1_000_000);
        let checksum = digest_of(long).unwrap();
        assert_eq!(
            checksum.to_string(),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        );
        assert_eq!(checksum.bytes, 1_000_000);
    }

    #[test]
    fn a_read_that_fails_half_way_is_the_job_s_error() {
        let broken = io::ErrorKind::ConnectionReset.into();
        let error = digest_of(Steps(vec![Ok(b"a"), Err(broken)])).unwrap_err();
        assert!(matches!(error, FileError::Io(e) if e.kind() == io::ErrorKind::ConnectionReset));
    }

    #[test]
    fn an_endless_file_is_left_at_the_deadline_and_on_cancellation() {
        let token = CancellationToken::new();
        let late = context(Some(Instant::now()), &token);
        let error = digest(io::repeat(0), &mut Buffer::new(), &late).unwrap_err();
        assert!(matches!(error, FileError::Stopped(ContextError::DeadlineExceeded)));

        token.cancel();
        let cancelled = context(None, &token);
        let error = digest(io::repeat(0), &mut Buffer::new(), &cancelled).unwrap_err();
        assert!(matches!(error, FileError::Stopped(ContextError::Cancelled)));
    }
}
