//! One run of several.

use std::{collections::HashMap, fs, path::Path};

use crate::{
    configuration::{CellPlan, Configuration},
    sample::Sample,
    store::{CellState, Difference, Ended, KeptRun, RunFile, Stopped, StoreError, difference},
};

/// All samples of the runs, and what to say about them; all but the noise floor.
///
/// # Panics
///
/// If there are no runs.
pub(super) fn join(runs: &[KeptRun]) -> Result<(RunFile, Vec<Sample>), StoreError> {
    let first = &runs[0];
    for other in &runs[1..] {
        if let Some(Difference { field, values }) = difference(&first.file, &other.file) {
            let (first, other) = (first.directory.clone(), other.directory.clone());
            return Err(StoreError::Different { first, other, field, values });
        }
    }
    refuse_twice(runs)?;

    let configuration = join_configurations(runs);
    let samples = renumbered(runs);
    let cells = configuration.cells.iter().map(|plan| state(plan, &samples, runs)).collect();
    let newest = runs.iter().map(|run| &run.file.environment).max_by_key(|it| &it.date);
    let file = RunFile {
        format: RunFile::FORMAT.to_owned(),
        environment: newest.unwrap_or(&first.file.environment).clone(),
        configuration,
        cells,
        noise_floor: None,
        ended: Some(Ended::Complete),
        merged_from: runs.iter().map(|run| name(&run.directory)).collect(),
    };
    Ok((file, samples))
}

/// Refuses a run that is there twice, be it as a copy or within one that was merged: visits
/// that are counted twice would make intervals too narrow.
fn refuse_twice(runs: &[KeptRun]) -> Result<(), StoreError> {
    let mut seen = HashMap::new();
    for (index, run) in runs.iter().enumerate() {
        let same_place = runs[..index].iter().find(|other| same(&other.directory, &run.directory));
        // No two visits end in the same millisecond and took the same fraction of one.
        let same_visit = run.samples.iter().find_map(|sample| {
            let Sample { at_ms, took_ms, cell, contender, .. } = sample;
            let key = (at_ms, took_ms.to_bits(), cell.to_string(), contender);
            let earlier = *seen.entry(key).or_insert(index);
            (earlier != index).then(|| &runs[earlier])
        });
        if let Some(first) = same_place.or(same_visit) {
            let (first, other) = (first.directory.clone(), run.directory.clone());
            return Err(StoreError::Twice { first, other });
        }
    }
    Ok(())
}

fn same(one: &Path, other: &Path) -> bool {
    let real = |path| fs::canonicalize(path).ok();
    one == other || real(one).is_some_and(|one| real(other) == Some(one))
}

/// That of the first, with room for the processes of all.
fn join_configurations(runs: &[KeptRun]) -> Configuration {
    let mut configuration = runs[0].file.configuration.clone();
    for other in runs[1..].iter().map(|run| &run.file.configuration) {
        for (plan, more) in configuration.cells.iter_mut().zip(&other.cells) {
            plan.min_processes = plan.min_processes.min(more.min_processes);
            plan.max_processes = plan.max_processes.saturating_add(more.max_processes);
        }
        let budgets = configuration.budget_s.zip(other.budget_s);
        configuration.budget_s = budgets.map(|(one, more)| one + more);
        configuration.precision = configuration.precision.min(other.precision);
    }
    configuration
}

/// All samples; the processes of a run are counted on from those of the run before.
fn renumbered(runs: &[KeptRun]) -> Vec<Sample> {
    let mut next = 0_u32;
    let mut samples = Vec::new();
    for run in runs {
        let offset = next;
        for sample in &run.samples {
            // Saturated numbers are doubled ones, which are refused when they are written.
            let process = sample.process.saturating_add(offset);
            next = next.max(process.saturating_add(1));
            samples.push(Sample { process, ..sample.clone() });
        }
    }
    samples
}

/// How far a cell has come in all runs, and why the last did not come further.
fn state(plan: &CellPlan, samples: &[Sample], runs: &[KeptRun]) -> CellState {
    let states = runs.iter().rev().flat_map(|run| &run.file.cells);
    let stopped = states.clone().find(|state| state.cell == plan.cell).map(|state| state.stopped);
    let mut visits: HashMap<u32, usize> = HashMap::new();
    for sample in samples.iter().filter(|sample| sample.cell == plan.cell) {
        *visits.entry(sample.process).or_default() += 1;
    }
    let whole = plan.contenders.len().saturating_mul(plan.blocks as usize);
    let processes = visits.values().filter(|&&visits| visits == whole).count();
    CellState {
        cell: plan.cell.clone(),
        processes: u32::try_from(processes).unwrap_or(u32::MAX),
        // A run that was killed says nothing.
        stopped: stopped.unwrap_or(Stopped::Interrupted),
    }
}

/// `<machine>/<run>`, as far as there is so much of it.
fn name(directory: &Path) -> String {
    let whole = fs::canonicalize(directory);
    let whole = whole.as_deref().unwrap_or(directory);
    let mut names: Vec<_> =
        whole.components().rev().take(2).map(|it| it.as_os_str().to_string_lossy()).collect();
    names.reverse();
    names.join("/")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::store::fixture;

    /// A run of these processes, measured on that day.
    fn run(day: u64, processes: u32) -> KeptRun {
        let mut file = fixture::run_file();
        file.environment.date = format!("2026-03-{day}T15:09:26Z");
        let of_process = |process| {
            fixture::samples().into_iter().map(move |sample| Sample {
                process,
                at_ms: sample.at_ms + day * 86_400_000 + u64::from(process) * 1000,
                ..sample
            })
        };
        let samples = (0..processes).flat_map(of_process).collect();
        KeptRun { directory: format!("results/some-cpu/2026-03-{day}").into(), file, samples }
    }

    #[test]
    fn no_process_is_doubled_and_no_sample_is_lost() {
        let runs = [run(14, 2), run(16, 3), run(15, 1)];
        let (file, samples) = join(&runs).unwrap();
        assert_eq!(samples.len(), 6 * 12);
        let processes: HashSet<_> = samples.iter().map(|sample| sample.process).collect();
        assert_eq!(processes, (0..6).collect());
        let visits: HashSet<_> = samples.iter().map(Sample::visit).collect();
        assert_eq!(visits.len(), samples.len());
        assert!(file.cells.iter().all(|state| state.processes == 6));
    }

    #[test]
    fn the_new_run_says_what_it_is_made_of() {
        let mut runs = [run(14, 2), run(16, 1)];
        runs[0].file.configuration.budget_s = None;
        let (file, _) = join(&runs).unwrap();
        assert_eq!(file.merged_from, ["some-cpu/2026-03-14", "some-cpu/2026-03-16"]);
        assert_eq!(file.environment, runs[1].file.environment);
        assert_eq!(file.ended, Some(Ended::Complete));
        assert_eq!(file.configuration.budget_s, None);
        assert_eq!(file.configuration.cells[0].max_processes, 6);
    }

    #[test]
    fn a_process_that_is_not_complete_is_kept_and_not_counted() {
        let mut killed = run(15, 2);
        killed.samples.pop();
        let (file, samples) = join(&[run(14, 1), killed]).unwrap();
        assert_eq!(samples.len(), 3 * 12 - 1);
        let counts: Vec<_> = file.cells.iter().map(|state| state.processes).collect();
        assert_eq!(counts, [3, 2]);
        assert!(file.cells.iter().all(|state| state.stopped == Stopped::Interrupted));
    }

    #[test]
    fn runs_that_differ_are_refused_with_the_field_named() {
        let mut other = run(15, 1);
        other.file.configuration.workers = 4;
        let error = join(&[run(14, 1), other]).unwrap_err();
        assert!(error.is_misuse());
        assert_eq!(
            error.to_string(),
            "results/some-cpu/2026-03-14 and results/some-cpu/2026-03-15 cannot be merged: \
             configuration.workers is 2 and 4; leave one of them out"
        );
    }

    #[test]
    fn a_run_is_not_merged_with_itself_nor_a_copy_nor_what_it_was_merged_into() {
        let one = run(14, 2);
        assert!(matches!(join(&[one.clone(), one.clone()]), Err(StoreError::Twice { .. })));
        let copy = KeptRun { directory: "copy".into(), ..one.clone() };
        assert!(matches!(join(&[one.clone(), copy]), Err(StoreError::Twice { .. })));
        let (file, samples) = join(&[run(15, 1), one.clone()]).unwrap();
        let merged = KeptRun { directory: "merged".into(), file, samples };
        assert!(matches!(join(&[one, merged]), Err(StoreError::Twice { .. })));
    }
}
