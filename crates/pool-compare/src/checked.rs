//! The check that comes before everything that is measured.

use crate::{
    error::Error,
    interrupt, preset,
    protocol::{Checked, Configuration},
    runner::Runner,
    terminal::say,
};

/// What is to be measured, without the backends that break the contract; and which those are.
pub(crate) fn without_broken(
    runner: &Runner,
    configuration: Configuration,
) -> Result<(Configuration, Vec<String>), Error> {
    let checked = runner.check(&configuration.backends)?;
    interrupt::check()?;
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
    for line in broken.iter().flat_map(|it| complaints(it)) {
        say(format_args!("{line}"));
    }
    broken.into_iter().map(|it| it.backend.clone()).collect()
}

/// A line for each failure.
fn complaints(checked: &Checked) -> impl Iterator<Item = String> {
    checked.failures.iter().map(|it| {
        let laws: Vec<_> = it.laws.iter().map(u8::to_string).collect();
        let (backend, laws) = (&checked.backend, laws.join(" or "));
        format!("{backend} breaks the contract, law {laws}: {}: {}", it.case, it.message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Failure;

    #[test]
    fn a_case_that_failed_is_said_with_its_laws() {
        let failure = Failure { case: "a/b".into(), laws: vec![5, 6], message: "room".into() };
        let failures = vec![failure];
        let (backend, seconds) = ("mine".into(), 0.1);
        let checked = Checked { backend, cases: 3, failures, complete: true, seconds };
        let said: Vec<_> = complaints(&checked).collect();
        assert_eq!(said, ["mine breaks the contract, law 5 or 6: a/b: room"]);
    }
}
