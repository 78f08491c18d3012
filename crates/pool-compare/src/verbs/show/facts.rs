//! Where a run was measured, with what, and how much.

use std::path::Path;

use pool_measure::environment::Environment;

use crate::{
    figures::{bytes, count, percent},
    protocol::Configuration,
    shown::{Shown, plain},
    store::{Ended, RunFile},
    tables::wrap,
};

/// The environment and the configuration of a run, a fact a line.
pub(super) fn facts(file: &RunFile) -> String {
    let mut lines = environment(&file.environment);
    lines.extend(configuration(&file.configuration));
    lines.push(match file.ended {
        Some(Ended::Complete) => "ended      complete".to_owned(),
        Some(Ended::Interrupted) => "ended      interrupted; it can be resumed".to_owned(),
        None => "ended      not: it is going on, or was killed and can be resumed".to_owned(),
    });
    lines.iter().map(|line| wrap(&plain(line))).collect::<Vec<_>>().join("\n")
}

/// Where its files are.
pub(super) fn files(directory: &Path) -> String {
    wrap(&format!(
        "{}: run.json (what was measured, and where), samples.jsonl (every visit), summary.csv",
        Shown(directory)
    ))
}

fn environment(environment: &Environment) -> Vec<String> {
    let unknown = || "unknown".to_owned();
    let cpu = environment.cpu.clone().unwrap_or_else(unknown);
    let cores = count(environment.cores, "core");
    let quota = environment.cpu_quota.map(|cores| format!(", quota {cores} cores"));
    let machine = match environment.virtual_machine {
        Some(true) => ", virtual",
        Some(false) => ", not virtual",
        None => "",
    };
    let governor = environment.governor.as_ref().map(|it| format!(", governor {it}"));
    let turbo = environment.turbo.map(|on| if on { ", turbo on" } else { ", turbo off" });
    let after = environment.load_after.map(|load| format!(", {load:.2} after"));
    let commit = environment.commit.as_ref().map_or_else(unknown, |commit| {
        format!("{}{}", commit.id, if commit.changed { ", with changes" } else { "" })
    });
    let libraries = environment.libraries.iter().map(|(name, version)| format!("{name} {version}"));
    vec![
        format!("date       {}", environment.date),
        format!(
            "machine    {cpu}, {cores}{}{machine}{}{}, {}",
            quota.unwrap_or_default(),
            governor.unwrap_or_default(),
            turbo.unwrap_or_default(),
            bytes(environment.memory),
        ),
        format!(
            "system     {}, kernel {}",
            environment.system.clone().unwrap_or_else(unknown),
            environment.kernel.clone().unwrap_or_else(unknown)
        ),
        format!("load       {:.2} before{}", environment.load_before, after.unwrap_or_default()),
        format!(
            "compiler   {}, for {}, {}",
            environment.compiler, environment.target, environment.profile
        ),
        format!("allocator  {}", environment.allocator),
        format!("source     {commit}"),
        format!("libraries  {}", libraries.collect::<Vec<_>>().join(", ")),
    ]
}

fn configuration(configuration: &Configuration) -> Vec<String> {
    let Configuration { preset, seed, workers, latency_workers, queue, .. } = configuration;
    let linger = match configuration.linger_us {
        Some(micros) => format!("results taken in batches of {micros} µs (recv_batch)"),
        None => "each result taken as it comes (recv)".to_owned(),
    };
    let pinned = if configuration.pinned { ", kept to one core" } else { "" };
    let budget = match configuration.budget_s {
        Some(seconds) => format!("for {seconds} s"),
        None => "for as long as it takes".to_owned(),
    };
    let mut lines = vec![
        format!("preset     {preset}, {budget}, precision {}", percent(configuration.precision)),
        format!(
            "pools      {}, {latency_workers} for latency, queue of {queue}, {linger}{pinned}",
            count(*workers, "worker")
        ),
        format!("backends   {}", configuration.backends.join(", ")),
        format!(
            "drawn      from seed {seed}; a microsecond of work is {:.0} rounds of mixing",
            configuration.rounds_per_micro
        ),
    ];
    if let Some(input) = &configuration.input {
        lines.push(format!("input      {} (SHA-256 {})", input.name(), input.sha256));
    }
    lines
}
