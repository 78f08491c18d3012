//! A PostgreSQL server of our own, by `scripts/postgres`.

use std::{
    io::{self, BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::Mutex,
};

/// Runs until it is dropped, or this process ends.
pub(crate) struct Server {
    pub(crate) url: String,
    talk: Mutex<Option<(ChildStdin, BufReader<ChildStdout>)>>,
    script: Child,
}

impl Server {
    /// Starts one in a directory of its own under `directory`. `None` if PostgreSQL is not
    /// installed, which the script has said.
    pub(crate) fn start(directory: &Path, options: &[&str]) -> io::Result<Option<Self>> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/postgres");
        let mut script = Command::new(script)
            .args(options)
            .env("TMPDIR", directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut output =
            script.stdout.take().map(BufReader::new).ok_or(io::ErrorKind::BrokenPipe)?;
        let mut url = String::new();
        output.read_line(&mut url)?;
        if url.is_empty() {
            let status = script.wait()?;
            // Anything else than that there is none is not to be passed over.
            let is_missing = status.code() == Some(69);
            return if is_missing {
                Ok(None)
            } else {
                Err(io::Error::other("scripts/postgres failed"))
            };
        }
        let talk = Mutex::new(script.stdin.take().map(|input| (input, output)));
        Ok(Some(Self { url: url.trim().to_owned(), talk, script }))
    }

    /// As after a crash.
    #[allow(dead_code, reason = "who measures does not")]
    pub(crate) fn restart(&self) {
        let mut talk = self.talk.lock().unwrap();
        let (input, output) = talk.as_mut().unwrap();
        input.write_all(b"\n").unwrap();
        let mut answer = String::new();
        output.read_line(&mut answer).unwrap();
        assert_eq!(answer, "ready\n");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It ends when its input does.
        self.talk = Mutex::new(None);
        _ = self.script.wait();
    }
}
