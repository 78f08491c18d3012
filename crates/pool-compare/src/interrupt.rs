//! Ctrl-C.

use std::process;

use pool::CancellationToken;

use crate::error::Error;

/// A token that the first Ctrl-C (or SIGTERM, SIGHUP) cancels. A second one does not wait
/// for anything: it ends the program.
pub(crate) fn token() -> Result<CancellationToken, Error> {
    let token = CancellationToken::new();
    let pressed = token.clone();
    ctrlc::set_handler(move || {
        if pressed.is_cancelled() {
            process::exit(130);
        }
        pressed.cancel();
    })
    .map_err(Error::Signals)?;
    Ok(token)
}
