//! The check that comes before everything that is measured.

use crate::{
    error::Error,
    preset,
    protocol::{Checked, Configuration, Failure},
    runner::Runner,
    terminal::say,
};

/// What is to be measured, without the backends that break the contract; and which those are.
pub(crate) fn without_broken(
    runner: &Runner,
    configuration: Configuration,
) -> Result<(Configuration, Vec<String>), Error> {
    let checked = runner.check(&configuration.backends)?;
    let cases: usize = checked.iter().map(|it| it.cases).sum();
    say(format_args!("checked {} backends with {cases} cases", checked.len()));
    let broken = broken(&checked);
    let left = preset::without(configuration, &broken);
    if left.backends.is_empty() {
        return Err(Error::Broken(broken));
    }
    Ok((left, broken))
}

/// Those that broke the contract; says how.
pub(crate) fn broken(checked: &[Checked]) -> Vec<String> {
    let broken: Vec<_> = checked.iter().filter(|it| !it.passed()).collect();
    for Checked { backend, failures, .. } in &broken {
        for Failure { case, laws, message } in failures {
            let laws = laws.iter().map(u8::to_string).collect::<Vec<_>>().join(" or ");
            say(format_args!("{backend} breaks the contract, law {laws}: {case}: {message}"));
        }
    }
    broken.into_iter().map(|it| it.backend.clone()).collect()
}
