//! The one list of workloads, for benchmarks and comparisons alike.

use std::{error, fmt, sync::Arc, time::Duration};

use rand::{RngExt, rngs::Xoshiro256PlusPlus};

use crate::{
    MAX_WORK,
    batch::Batch,
    checksum::Checksums,
    distribution::Distribution,
    job::{Job, Sleep},
    length::{self, Shown},
    mix::Mix,
    payload::Buffers,
    profile::Profile,
    seed::generator,
    speed::Speed,
    trace::Trace,
};

/// A kind of jobs, to be had in batches. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Workload {
    name: Arc<str>,
    description: Arc<str>,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Empty,
    Mixing { lengths: Distribution, speed: Speed },
    Payload(Buffers),
    Blocking { micros: u32 },
    Checksum { files: Arc<Checksums>, mean_work: Duration },
    Trace { trace: Trace, speed: Speed },
}

/// The name of no workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWorkload(
    /// The name.
    pub String,
);

const MICRO: Duration = Duration::from_micros(1);

impl Workload {
    /// All workloads that need nothing but a machine.
    pub fn standard(speed: Speed) -> Vec<Self> {
        let mut all = vec![Self::empty()];
        all.extend([1, 10, 100, 1_000].map(|micros| Self::cpu(micros * MICRO, speed)));
        all.extend([Self::skewed(speed), Self::payload(), Self::blocking()]);
        all
    }

    /// The standard workload of this name, or `cpu-LENGTH` with any length up to
    /// [`MAX_WORK`], such as `cpu-250ns` or `cpu-1.5ms`.
    ///
    /// # Errors
    ///
    /// The name, if it is none of these.
    pub fn by_name(name: &str, speed: Speed) -> Result<Self, UnknownWorkload> {
        let standard = Self::standard(speed).into_iter().find(|it| it.name() == name);
        let any_length = || {
            let length = length::parse(name.strip_prefix("cpu-")?)?;
            (length <= MAX_WORK).then(|| Self::cpu(length, speed))
        };
        standard.or_else(any_length).ok_or_else(|| UnknownWorkload(name.to_owned()))
    }

    fn empty() -> Self {
        let description = "no work at all: what is left is what the pool costs";
        Self::new("empty", description, Kind::Empty)
    }

    /// Mixing for `length`, at most [`MAX_WORK`]; named `cpu-10us` and the like.
    pub fn cpu(length: Duration, speed: Speed) -> Self {
        let length = length.min(MAX_WORK);
        let shown = Shown(length);
        let lengths = Distribution::Fixed { mean: length };
        let description = format!("{shown} of mixing: the processor alone");
        Self::new(&format!("cpu-{shown}"), &description, Kind::Mixing { lengths, speed })
    }

    /// Half of the jobs take less than 9 us, one in 300 more than 500 us, the longest 5 ms.
    fn skewed(speed: Speed) -> Self {
        let (min, max) = (5 * MICRO, 5_000 * MICRO);
        let lengths = Distribution::Pareto { min, shape: 1.25, max };
        let description = "mixing with a heavy tail: half below 9us, a few up to 5ms, mean 20us";
        Self::new("skewed", description, Kind::Mixing { lengths, speed })
    }

    fn payload() -> Self {
        let description = "sums 64 KiB that came with the job: memory traffic";
        Self::new("payload-64k", description, Kind::Payload(Buffers::default()))
    }

    fn blocking() -> Self {
        let description = "blocks its thread for 1ms, as a disk or another machine would";
        Self::new("blocking-1ms", description, Kind::Blocking { micros: 1_000 })
    }

    /// The SHA-256 of these files, which are taken in turn until a batch is full; `None` if there
    /// are none. Some are read here, to see how long that takes.
    pub fn checksum(files: Checksums) -> Option<Self> {
        if files.is_empty() {
            return None;
        }
        let description = format!("SHA-256 of {} files in turn", files.len());
        let mean_work = files.mean_work();
        let kind = Kind::Checksum { files: Arc::new(files), mean_work };
        Some(Self::new("checksum", &description, kind))
    }

    /// The jobs of a trace, in its order, again and again until a batch is full: mixing for
    /// as long as each took. When they came, [`Arrivals`](crate::Arrivals) tells.
    pub fn trace(trace: Trace, speed: Speed) -> Self {
        let description =
            format!("mixing, as the {} jobs of {}", trace.entries().len(), trace.file());
        Self::new("trace", &description, Kind::Trace { trace, speed })
    }

    /// Mixing, for lengths as a profile tells, and of its name.
    pub fn profile(profile: &Profile, speed: Speed) -> Self {
        let lengths = profile.lengths();
        let description = format!("mixing: {lengths}");
        Self::new(profile.name(), &description, Kind::Mixing { lengths, speed })
    }

    fn new(name: &str, description: &str, kind: Kind) -> Self {
        Self { name: name.into(), description: description.into(), kind }
    }

    /// Its name, as in `cpu-10us`: lower-case letters, digits and hyphens.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What a job does, in a line for people.
    pub fn describe(&self) -> &str {
        &self.description
    }

    /// How long a job takes in the mean, alone on a core; to choose the size of a batch.
    ///
    /// Zero for the empty job. For checksums, what was measured when the workload was
    /// made. For payloads a round number: adding up 64 KiB that no cache holds takes 5 to
    /// 15 us on machines of today.
    pub fn mean_work(&self) -> Duration {
        match &self.kind {
            Kind::Empty => Duration::ZERO,
            Kind::Mixing { lengths, .. } => lengths.mean(),
            Kind::Payload(_) => 10 * MICRO,
            Kind::Blocking { micros } => *micros * MICRO,
            Kind::Checksum { mean_work, .. } => *mean_work,
            Kind::Trace { trace, .. } => trace.mean_work(),
        }
    }

    /// So many jobs, and their answer, which is computed by other means than the jobs' own
    /// where there are any.
    ///
    /// The same seed gives the same jobs, and a longer batch begins with those of a shorter
    /// one. (On another machine the same seed gives the same keys and lengths, but for the
    /// last digit of a logarithm; and other rounds, as its speed is another.)
    pub fn batch(&self, jobs: usize, seed: u64) -> Batch {
        let mut random = generator(seed);
        (0..jobs).map(|index| self.job(index, &mut random)).collect()
    }

    /// The next job, and what it will give.
    fn job(&self, index: usize, random: &mut Xoshiro256PlusPlus) -> (Job, u64) {
        let key: u32 = random.random();
        match &self.kind {
            Kind::Empty => mixing(key, 0),
            Kind::Mixing { lengths, speed } => mixing(key, speed.rounds(lengths.draw(random))),
            Kind::Payload(buffers) => {
                let (payload, answer) = buffers.job(key);
                (Job::Payload(payload), answer)
            }
            Kind::Blocking { micros } => (Job::Sleep(Sleep { micros: *micros, key }), key.into()),
            Kind::Checksum { files, .. } => {
                let (path, answer) = files.job(index);
                (Job::File(path), answer)
            }
            Kind::Trace { trace, speed } => {
                let entries = trace.entries();
                mixing(key, speed.rounds(entries[index % entries.len()].work))
            }
        }
    }
}

fn mixing(key: u32, rounds: u32) -> (Job, u64) {
    let mix = Mix { key, rounds };
    (Job::Mix(mix), mix.answer())
}

impl fmt::Display for Workload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name)
    }
}

impl fmt::Display for UnknownWorkload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let standard = Workload::standard(Speed::new(1.0));
        let names: Vec<_> = standard.iter().map(Workload::name).collect();
        write!(
            f,
            "there is no workload {:?}; there are {}, and cpu-LENGTH with a length up to {}, \
             such as cpu-250ns",
            self.0,
            names.join(", "),
            Shown(MAX_WORK),
        )
    }
}

impl error::Error for UnknownWorkload {}
