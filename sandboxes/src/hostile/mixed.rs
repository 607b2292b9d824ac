//! The mixed run: honest submissions in random order among hostile ones, on two slots, held against what they cost beside
//! honest neighbours.
//!
//! Three series per kind of honest submission, all in one run on one machine: alone (the other slot empty), beside honest
//! neighbours, beside hostile ones. Two slots share caches, memory and the clock of the host whatever runs there, so the second
//! series is what "no attack" means, and the third is held against it. The three take turns, so that what else the machine does
//! in these minutes falls on all of them.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;

use super::crime::{Crime, Stage};
use super::honest::{HONEST, Judged};
use super::remains;
use super::ruling::Ruling;
use super::suite::{Suite, SuiteError};
use super::{compiling, dialogue};
use crate::languages::RunPlan;
use crate::sandbox::{Limits, in_full};

/// How often the series take turns.
const TURNS: usize = 10;
/// Runs of each kind and slot in each turn of the first two series.
const QUIET_RUNS: usize = 2;
/// So much more CPU time than beside honest neighbours the median beside hostile ones may take: caches and memory bandwidth are
/// shared by all that runs on the machine, and a neighbour that does nothing but miss them takes more of them than an honest one.
const MEDIAN_FACTOR: f64 = 1.25;
/// The same for the 95th percentile, where single runs meet what else the machine does.
const TAIL_FACTOR: f64 = 1.6;
/// And this much in any case: short programs are mostly start-up, whose cost moves by this much on an idle machine.
const FLOOR_MS: f64 = 3.0;

/// A mixed run to be done.
pub struct Mixed<'a> {
    /// A suite for each of two slots of one wall.
    pub suites: [&'a Suite; 2],
    /// Hostile programs to choose from.
    pub crimes: &'a [Crime],
    /// How many hostile submissions, and how many honest ones.
    pub count: usize,
    /// Of the order and the choice.
    pub seed: u64,
}

/// Medians and 95th percentiles, in milliseconds of CPU time.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Bound {
    /// How many runs.
    pub runs: usize,
    /// Their median.
    pub median_ms: f64,
    /// Their 95th percentile.
    pub p95_ms: f64,
}

/// One kind of honest submission.
#[derive(Clone, Debug, Serialize)]
pub struct Series {
    /// Which.
    pub kind: &'static str,
    /// With the other slot empty.
    pub alone: Bound,
    /// With the same kind on the other slot.
    pub beside_honest: Bound,
    /// In the mixed run.
    pub beside_hostile: Bound,
    /// What the mixed run was allowed.
    pub allowed: Bound,
}

impl Series {
    /// Whether the mixed run kept to what it was allowed.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.beside_hostile.median_ms <= self.allowed.median_ms
            && self.beside_hostile.p95_ms <= self.allowed.p95_ms
    }
}

/// How a mixed run went.
#[derive(Clone, Debug, Serialize)]
pub struct MixedReport {
    /// The wall's name.
    pub wall: String,
    /// The seed.
    pub seed: u64,
    /// Hostile submissions.
    pub hostile: usize,
    /// Honest submissions.
    pub honest: usize,
    /// Verdicts that were not right, and whatever was left.
    pub wrong: Vec<String>,
    /// Per kind.
    pub series: Vec<Series>,
}

impl MixedReport {
    /// Whether every verdict and every time was as it must be.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.wrong.is_empty() && self.series.iter().all(Series::is_held)
    }
}

enum Job<'a> {
    Honest(usize),
    Hostile(&'a Crime),
}

struct Tally {
    wrong: Vec<String>,
    cpu: [Vec<Duration>; HONEST.len()],
}

impl Tally {
    const EMPTY: Self = Self {
        wrong: Vec::new(),
        cpu: [const { Vec::new() }; HONEST.len()],
    };

    fn honest(&mut self, kind: usize, judged: Result<Judged, SuiteError>) {
        match judged {
            Ok(judged) => {
                self.wrong.extend(judged.wrong);
                self.cpu[kind].push(judged.cpu);
            }
            Err(error) => self
                .wrong
                .push(format!("{}: {}", HONEST[kind].name, in_full(&error))),
        }
    }
}

impl Mixed<'_> {
    /// Measures, mixes, and looks at what is left.
    ///
    /// # Errors
    /// [`SuiteError`] when a program of ours cannot be made.
    pub async fn run(&self) -> Result<MixedReport, SuiteError> {
        let mut plans = Vec::new();
        for honest in &HONEST {
            plans.push(honest.plan(self.suites[0]).await?);
        }
        for crime in self.choices().filter(|crime| crime.stage != Stage::Compile) {
            for suite in self.suites {
                suite.plan(crime).await?;
            }
        }
        let before = self.suites.map(Suite::look);
        let [mut alone, mut beside_honest, mut mixed] = [const { Tally::EMPTY }; 3];
        let jobs = self.jobs();
        for turn in jobs.chunks(jobs.len().div_ceil(TURNS).max(1)) {
            self.alone(&plans, &mut alone).await;
            self.beside_honest(&plans, &mut beside_honest).await;
            self.mix(turn, &plans, &mut mixed).await;
        }
        let mut wrong = [alone.wrong, beside_honest.wrong, mixed.wrong].concat();
        for (suite, before) in self.suites.iter().zip(&before) {
            let mut ruling = Ruling::new("the mixed run", "neighbours", &suite.site.name);
            suite.look_around(before, &mut ruling).await?;
            wrong.extend(ruling.holes);
        }
        if let Some(lost) = remains::Remains::memory_lost_since(&before[0]) {
            wrong.push(format!("left the host with {lost}"));
        }
        let series = (0..HONEST.len()).map(|kind| {
            series(
                HONEST[kind].name,
                [&alone.cpu[kind], &beside_honest.cpu[kind], &mixed.cpu[kind]],
            )
        });
        Ok(MixedReport {
            wall: self.suites[0].site.name.clone(),
            seed: self.seed,
            hostile: self.count,
            honest: self.count,
            wrong,
            series: series.collect(),
        })
    }

    /// Crimes that this wall can hold.
    fn choices(&self) -> impl Iterator<Item = &Crime> {
        self.crimes
            .iter()
            .filter(|crime| self.suites[0].holds(crime))
    }

    async fn alone(&self, plans: &[RunPlan], tally: &mut Tally) {
        for _ in 0..QUIET_RUNS {
            for suite in self.suites {
                for kind in 0..HONEST.len() {
                    tally.honest(kind, HONEST[kind].judge(suite, &plans[kind]).await);
                }
            }
        }
    }

    async fn beside_honest(&self, plans: &[RunPlan], tally: &mut Tally) {
        for round in 0..QUIET_RUNS * HONEST.len() {
            let kinds = [round % HONEST.len(), (round * 3 + 1) % HONEST.len()];
            let [one, other] = self.suites;
            let judged = tokio::join!(
                HONEST[kinds[0]].judge(one, &plans[kinds[0]]),
                HONEST[kinds[1]].judge(other, &plans[kinds[1]])
            );
            tally.honest(kinds[0], judged.0);
            tally.honest(kinds[1], judged.1);
        }
    }

    /// Both slots take from one queue.
    async fn mix(&self, jobs: &[Job<'_>], plans: &[RunPlan], tally: &mut Tally) {
        let queue = Mutex::new(jobs.iter());
        let tally = Mutex::new(tally);
        let work = async |suite: &Suite| {
            loop {
                let job = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some(job) = job else { break };
                match *job {
                    Job::Honest(kind) => {
                        let judged = HONEST[kind].judge(suite, &plans[kind]).await;
                        tally
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .honest(kind, judged);
                    }
                    Job::Hostile(crime) => {
                        let holes = suite.commit_briefly(crime).await;
                        tally
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .wrong
                            .extend(holes);
                    }
                }
            }
        };
        tokio::join!(work(self.suites[0]), work(self.suites[1]));
    }

    fn jobs(&self) -> Vec<Job<'_>> {
        let mut random = Random(self.seed);
        let choices: Vec<&Crime> = self.choices().collect();
        let mut jobs = Vec::new();
        for number in 0..self.count {
            jobs.push(Job::Honest(number % HONEST.len()));
            if !choices.is_empty() {
                jobs.push(Job::Hostile(choices[random.below(choices.len())]));
            }
        }
        for at in (1..jobs.len()).rev() {
            jobs.swap(at, random.below(at + 1));
        }
        jobs
    }
}

impl Suite {
    /// A crime with short limits and without a look around: what of the wall's promises was broken. It may always be too slow.
    async fn commit_briefly(&self, crime: &Crime) -> Vec<String> {
        let mut ruling = Ruling::new(&crime.name, crime.row, &self.site.name);
        let limits = brief(crime, &self.limits(crime), self.site.slowness);
        let done = match crime.stage {
            Stage::Compile => compiling::commit(self, crime, &limits, &mut ruling).await,
            Stage::Dialogue => dialogue::commit(self, crime, &limits, &mut ruling).await,
            Stage::Run => self.commit_plainly(crime, &limits, &mut ruling).await,
        };
        if let Err(error) = done {
            ruling.hole(in_full(&error));
        }
        let may_be_slow = ["TLE", "CE"].contains(&ruling.verdict.as_str());
        if ruling.holes.is_empty() && !may_be_slow && !crime.allowed.contains(&ruling.verdict) {
            ruling.hole(format!(
                "{} instead of {}",
                ruling.verdict,
                crime.allowed.join(" or ")
            ));
        }
        if let Some(taken) = self.bait.taken() {
            ruling.hole(taken);
        }
        ruling
            .holes
            .iter()
            .map(|hole| format!("{}: {hole}", crime.name))
            .collect()
    }
}

/// Short limits, so that a thousand take minutes; those who fill memory get the time to do so.
fn brief(crime: &Crime, limits: &Limits, slowness: u32) -> Limits {
    let (cpu, wall) = match crime.stage {
        _ if crime.row.contains("memory") => (3_000, 6_000),
        Stage::Compile => (1_000, 3_000),
        Stage::Run | Stage::Dialogue => (300, 1_500),
    };
    Limits {
        cpu: limits.cpu.min(Duration::from_millis(cpu) * slowness),
        wall: limits.wall.min(Duration::from_millis(wall) * slowness),
        ..limits.clone()
    }
}

fn series(
    kind: &'static str,
    [alone, beside_honest, beside_hostile]: [&Vec<Duration>; 3],
) -> Series {
    let (alone, quiet) = (bound(alone), bound(beside_honest));
    let allowed = Bound {
        runs: quiet.runs,
        median_ms: (quiet.median_ms * MEDIAN_FACTOR).max(quiet.median_ms + FLOOR_MS),
        p95_ms: (quiet.p95_ms * TAIL_FACTOR).max(quiet.p95_ms + FLOOR_MS),
    };
    Series {
        kind,
        alone,
        beside_honest: quiet,
        beside_hostile: bound(beside_hostile),
        allowed,
    }
}

fn bound(times: &[Duration]) -> Bound {
    let mut millis: Vec<f64> = times.iter().map(|time| time.as_secs_f64() * 1e3).collect();
    millis.sort_by(f64::total_cmp);
    let at = |part: f64| {
        let index = (millis.len().saturating_sub(1)) as f64 * part;
        millis
            .get(index.round() as usize)
            .copied()
            .unwrap_or(f64::INFINITY)
    };
    Bound {
        runs: millis.len(),
        median_ms: at(0.5),
        p95_ms: at(0.95),
    }
}

/// splitmix64: enough for an order.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % bound.max(1) as u64).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(hostile_ms: [u64; 4], held: bool) {
        let times = |millis: [u64; 4]| millis.map(Duration::from_millis).to_vec();
        let quiet = times([100, 101, 102, 103]);
        let series = series("sum", [&quiet, &quiet, &times(hostile_ms)]);
        assert_eq!(series.is_held(), held, "{series:?}");
    }

    #[test]
    fn slower_neighbours_are_seen() {
        check([100, 101, 102, 104], true);
        check([100, 120, 125, 150], true);
        check([100, 130, 140, 150], false);
        check([100, 101, 102, 400], false);
    }

    #[test]
    fn no_run_at_all_is_not_held() {
        let quiet = vec![Duration::from_millis(1)];
        assert!(!series("sum", [&quiet, &quiet, &Vec::new()]).is_held());
    }

    #[test]
    fn an_order_depends_on_its_seed_only() {
        let order = |seed| {
            let mut random = Random(seed);
            (0..20).map(|_| random.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(order(7), order(7));
        assert_ne!(order(7), order(8));
    }
}
