//! What every verb is given.

use pool::CancellationToken;
use pool_measure::entry::BackendEntry;

use crate::error::Error;

/// What every verb is given.
#[derive(Debug)]
pub(crate) struct App<'a> {
    /// The backends that there are, by the names that they are compared under.
    pub(crate) backends: &'a [BackendEntry],
    /// Cancelled by Ctrl-C.
    pub(crate) interrupt: CancellationToken,
}

impl App<'_> {
    /// Those of these names, each once, in the order of the list; all if there are no names.
    ///
    /// # Errors
    ///
    /// If there is none of a name.
    pub(crate) fn select(&self, names: &[String]) -> Result<Vec<BackendEntry>, Error> {
        if let Some(unknown) = names.iter().find(|name| self.backend(name).is_none()) {
            let known: Vec<_> = self.backends.iter().map(BackendEntry::name).collect();
            let known = known.join(", ");
            return Err(Error::Usage(format!(
                "unknown backend {unknown:?}, expected one of: {known}"
            )));
        }
        let wanted =
            |it: &&BackendEntry| names.is_empty() || names.iter().any(|name| name == it.name());
        Ok(self.backends.iter().filter(wanted).copied().collect())
    }

    /// The backend of that name.
    pub(crate) fn backend(&self, name: &str) -> Option<&BackendEntry> {
        self.backends.iter().find(|it| it.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use pool_measure::entry::BACKENDS;

    use super::*;

    fn select(names: &[&str]) -> Result<Vec<&'static str>, String> {
        let app = App { backends: &BACKENDS, interrupt: CancellationToken::new() };
        let names: Vec<String> = names.iter().copied().map(str::to_owned).collect();
        match app.select(&names) {
            Ok(selected) => Ok(selected.iter().map(BackendEntry::name).collect()),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn backends_are_selected_once_each_in_the_order_of_the_list() {
        assert_eq!(select(&["flume", "std", "flume"]).unwrap(), ["std", "flume"]);
        assert_eq!(select(&[]).unwrap().len(), BACKENDS.len());
    }

    #[test]
    fn an_unknown_backend_is_told_with_those_there_are() {
        assert_eq!(
            select(&["std", "corssbeam"]).unwrap_err(),
            "unknown backend \"corssbeam\", expected one of: std, crossbeam, flume, rayon, tokio"
        );
    }
}
