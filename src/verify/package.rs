//! All submissions of one package: those that set its time limit first, then the rest, as many at once as there are permits.
//!
//! **Invariant**: sources are read with a permit in hand, and reports are dropped once their line is made, so that memory does
//! not grow with the number of submissions.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use actors::judge::measure::PROVISIONAL;
use actors::judge::{Order, Transcripts};
use anyhow::Context;
use futures_util::stream::{FuturesUnordered, StreamExt};
use judging::expectations::{Expectation, Glob, Kept};
use judging::judgements::VerdictReport;
use judging::packages::{JurySubmission, ProblemPackage, TimeLimit};
use judging::verdicts::Verdict;
use tokio::sync::Semaphore;

use super::jury::{self, Skipped, Spoken};
use super::ledger::{Ledger, millis};
use super::limits::{self, Margins, Measured};
use super::outcome::{Counts, Line, SKIPPED, Verified};
use crate::system::System;

/// What everybody who verifies shares.
pub(crate) struct Bench<'a> {
    /// Where submissions are judged.
    pub(crate) system: &'a System,
    /// How many submissions are under way at once: a few more than there are slots, so that none waits for us.
    pub(crate) permits: Semaphore,
    /// What it costs.
    pub(crate) ledger: Ledger,
    /// Which submissions, and how.
    pub(crate) wishes: Wishes,
}

/// Submissions handed in beyond the slots: the next one is compiled and waiting when a slot is free.
pub(crate) const AHEAD: usize = 2;

/// Which submissions are verified, and how.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wishes {
    /// Only submissions in these languages, by id; all when empty.
    pub(crate) languages: Vec<String>,
    /// Only submissions whose path below `submissions/` one of these matches; all when empty.
    pub(crate) submissions: Vec<Glob>,
    /// Runs every testcase of every submission.
    pub(crate) all_testcases: bool,
}

impl Wishes {
    /// Whether the submission at this path below `submissions/` is asked for.
    pub(crate) fn includes(&self, name: &str) -> bool {
        self.submissions.is_empty() || self.submissions.iter().any(|glob| glob.covers(name))
    }
}

/// One package on the bench.
pub(crate) struct OnBench<'a> {
    bench: &'a Bench<'a>,
    package: Arc<ProblemPackage>,
    shown: String,
    emit: &'a dyn Fn(Line),
    counts: RefCell<Counts>,
    margins: RefCell<Margins>,
}

/// What came of one jury submission.
enum Done {
    Judged(Box<Judged>),
    Skipped(Skipped),
    /// Nobody asked for its language.
    NotWished,
}

/// A judged jury submission.
struct Judged {
    report: VerdictReport,
    language: Spoken,
    kept: Kept,
}

impl<'a> OnBench<'a> {
    /// `package` must be in the library of the bench's system; `shown` is the problem's id in lines.
    pub(crate) fn new(
        bench: &'a Bench<'a>,
        package: Arc<ProblemPackage>,
        shown: String,
        emit: &'a dyn Fn(Line),
    ) -> Self {
        Self {
            bench,
            package,
            shown,
            emit,
            counts: RefCell::default(),
            margins: RefCell::default(),
        }
    }

    /// Verifies every submission that is wished for.
    ///
    /// # Errors
    /// When the system fails; what a submission or the package does wrong is a line.
    pub(crate) async fn verify(self) -> anyhow::Result<Verified> {
        let mut warnings: Vec<String> = Vec::new();
        let mut rest: Vec<&JurySubmission> = self.package.submissions.iter().collect();
        if let (None, TimeLimit::Infer(inference)) = (self.limit(), &self.package.time_limit)
            && !self.package.kind.submit_answer
        {
            let (measured, others): (Vec<_>, Vec<_>) =
                rest.into_iter().partition(|jury| sets_limit(jury));
            rest = others;
            let judged = self.measure(&measured).await?;
            let slowest = judged
                .iter()
                .filter_map(|(jury, done)| slowest(jury, done))
                .max();
            if slowest.is_none() {
                warnings.push(format!(
                    "no accepted submission could be measured; the time limit of {} s is a guess",
                    limits::FALLBACK.as_secs()
                ));
            }
            let limit = limits::found(*inference, slowest).unwrap_or(limits::FALLBACK);
            let remembered = self.bench.system.problems.limits();
            remembered
                .remember(self.package.hash, slowest.unwrap_or_default(), limit)
                .context("failed to write down a time limit")?;
            for (jury, done) in judged {
                match within(done, limit) {
                    Some(done) => self.tell(jury, done),
                    None => rest.push(jury),
                }
            }
        }
        let mut running: FuturesUnordered<_> = rest
            .into_iter()
            .filter(|jury| self.is_wished(jury))
            .map(|jury| self.one(jury))
            .collect();
        while let Some(done) = running.next().await {
            done?;
        }
        drop(running);
        Ok(self.finish(warnings))
    }

    fn finish(self, mut warnings: Vec<String>) -> Verified {
        let limit = self.limit();
        let mut margins = self.margins.into_inner();
        margins.time_limit_ms = limit.map(millis);
        margins.inferred = matches!(self.package.time_limit, TimeLimit::Infer(_));
        margins.finish();
        warnings.extend(margins.warnings(&self.package));
        Verified {
            problem: self.shown,
            counts: self.counts.into_inner(),
            margins,
            warnings,
        }
    }

    fn limit(&self) -> Option<Duration> {
        self.bench.system.problems.time_limit(&self.package)
    }

    fn is_wished(&self, jury: &JurySubmission) -> bool {
        self.bench.wishes.includes(&jury.name)
    }

    /// Judges the submissions that set the limit, as if it were long.
    async fn measure<'j>(
        &self,
        measured: &[&'j JurySubmission],
    ) -> anyhow::Result<Vec<(&'j JurySubmission, Done)>> {
        let order = Order {
            time_limit: Some(PROVISIONAL),
            all_testcases: self.bench.wishes.all_testcases,
            transcripts: Some(Transcripts::Off),
            ..Order::default()
        };
        let mut running: FuturesUnordered<_> = measured
            .iter()
            .map(|jury| async move { anyhow::Ok((*jury, self.judge(jury, order).await?)) })
            .collect();
        let mut judged = Vec::with_capacity(measured.len());
        while let Some(done) = running.next().await {
            judged.push(done?);
        }
        Ok(judged)
    }

    /// Judges one submission under the limit and tells what came of it.
    async fn one(&self, jury: &JurySubmission) -> anyhow::Result<()> {
        let promised = jury.expectation.as_ref().map(Expectation::verdicts);
        let too_slow = promised.is_some_and(|verdicts| verdicts.contains(&Verdict::Tle));
        let order = Order {
            all_testcases: self.bench.wishes.all_testcases,
            stop_at: too_slow.then_some(limits::STRETCH),
            transcripts: Some(Transcripts::Off),
            ..Order::default()
        };
        let done = self.judge(jury, order).await?;
        self.tell(jury, done);
        Ok(())
    }

    async fn judge(&self, jury: &JurySubmission, order: Order) -> anyhow::Result<Done> {
        let Bench {
            system,
            permits,
            ledger,
            wishes,
        } = self.bench;
        let _permit = permits
            .acquire()
            .await
            .context("nobody may judge any more")?;
        let files = match jury::read(&self.package, jury) {
            Ok(files) => files,
            Err(error) => {
                return Ok(Done::Skipped(Skipped {
                    language: None,
                    reason: format!("it cannot be read: {error}"),
                }));
            }
        };
        let mut language = match jury::language(system, &self.package, jury, &files) {
            Ok(language) => language,
            Err(skipped) => return Ok(Done::Skipped(skipped)),
        };
        if !wishes.languages.is_empty() && !wishes.languages.contains(&language.id) {
            return Ok(Done::NotWished);
        }
        if let Some(reason) =
            actors::judge::misses_testlib(system.testlib.as_deref(), &self.package)
        {
            return Ok(Done::Skipped(Skipped {
                language: Some(language.id.clone()),
                reason,
            }));
        }
        let mut order = order;
        loop {
            let submission = jury::submission(&self.package, jury, &language, files.clone());
            ledger.begin();
            let report = jury::judge(system, submission, order).await?;
            ledger.end(&report);
            if report.verdict == Verdict::Je
                && let Some(skipped) = jury::off(system, &language.id)
            {
                return Ok(Done::Skipped(skipped));
            }
            let kept = match &jury.expectation {
                None => Kept::Yes,
                Some(promised) => promised.judge(&self.package, &report),
            };
            if matches!(kept, Kept::Open(_)) && !order.all_testcases {
                order.all_testcases = true;
                continue;
            }
            // Too slow here says little when the jury had a faster implementation of the language.
            if matches!(kept, Kept::No(_))
                && report.verdict == Verdict::Tle
                && let Some(faster) = jury::stand_in(system, &language.id)
            {
                language = faster;
                continue;
            }
            return Ok(Done::Judged(Box::new(Judged {
                report,
                language,
                kept,
            })));
        }
    }

    /// Makes the line of a submission and notes its margin.
    fn tell(&self, jury: &JurySubmission, done: Done) {
        if !self.is_wished(jury) {
            return;
        }
        let line = match done {
            Done::NotWished => return,
            Done::Skipped(skipped) => self.skipped(jury, skipped),
            Done::Judged(judged) => {
                self.note_margin(jury, &judged);
                self.judged(jury, *judged)
            }
        };
        self.counts.borrow_mut().add(&line);
        (self.emit)(line);
    }

    fn note_margin(&self, jury: &JurySubmission, judged: &Judged) {
        let Some(promised) = &jury.expectation else {
            return;
        };
        let promised = promised.verdicts();
        let limit = judged.report.time_limit;
        let runs = judged.report.runs.iter();
        let Some(slowest) = runs.max_by_key(|run| run.evidence.cpu) else {
            return;
        };
        let (cpu, stopped) = (slowest.evidence.cpu, slowest.evidence.stop.is_some());
        let measured = Measured::new(&jury.name, cpu, limit, stopped);
        let mut margins = self.margins.borrow_mut();
        match judged.report.verdict {
            Verdict::Ac if promised == [Verdict::Ac] => margins.accepted.push(measured),
            // One that slept used no CPU, and tells nothing.
            Verdict::Tle if promised.contains(&Verdict::Tle) && cpu > limit => {
                margins.too_slow.push(measured);
            }
            _ => {}
        }
    }

    fn judged(&self, jury: &JurySubmission, judged: Judged) -> Line {
        let Judged {
            report,
            language,
            kept,
        } = judged;
        let runs = &report.runs;
        let reason = match &kept {
            Kept::No(reason) | Kept::Open(reason) => reason.clone(),
            Kept::Yes => report
                .staff_message
                .as_ref()
                .unwrap_or(&report.message)
                .clone(),
        };
        Line {
            verdict: report.verdict.code(),
            score: report.score,
            ok: kept == Kept::Yes,
            slowest_cpu_ms: runs.iter().map(|run| run.evidence.cpu).max().map(millis),
            // Answers have none.
            time_limit_ms: (!report.time_limit.is_zero()).then(|| millis(report.time_limit)),
            reason: Some(reason),
            runs: runs.len(),
            cpu_ms: millis(runs.iter().map(|run| run.evidence.cpu).sum()),
            memory_bytes: runs
                .iter()
                .map(|run| run.evidence.memory_bytes)
                .max()
                .unwrap_or(0),
            ..self.line(jury, Some(language.id.clone()))
        }
    }

    fn skipped(&self, jury: &JurySubmission, skipped: Skipped) -> Line {
        Line {
            reason: Some(skipped.reason),
            skipped: true,
            ..self.line(jury, skipped.language)
        }
    }

    /// The line of a submission that did not run.
    fn line(&self, jury: &JurySubmission, language: Option<String>) -> Line {
        let promised = jury.expectation.as_ref().map(Expectation::verdicts);
        let promised = promised.unwrap_or_default();
        Line {
            problem: self.shown.clone(),
            submission: jury.name.clone(),
            language,
            expected: promised.into_iter().map(Verdict::code).collect(),
            verdict: SKIPPED,
            score: None,
            ok: false,
            slowest_cpu_ms: None,
            time_limit_ms: None,
            reason: None,
            skipped: false,
            runs: 0,
            testcases: self.package.testcases.len(),
            cpu_ms: 0.0,
            memory_bytes: 0,
        }
    }
}

/// Whether a submission is judged while the limit is being found.
fn sets_limit(jury: &JurySubmission) -> bool {
    let promised = jury.expectation.as_ref();
    promised.is_some_and(Expectation::bounds_from_below)
}

/// The slowest run that bounds the limit from below, as if the language had no factor. A submission that breaks its promise
/// proves nothing.
fn slowest(jury: &JurySubmission, done: &Done) -> Option<Duration> {
    let (Done::Judged(judged), Some(promised)) = (done, &jury.expectation) else {
        return None;
    };
    if judged.kept != Kept::Yes {
        return None;
    }
    let runs = judged.report.runs.iter();
    let bounding = runs.filter(|run| promised.bounds(&run.testcase).lower);
    let slowest = bounding.map(|run| run.evidence.cpu).max()?;
    Some(slowest.div_f64(judged.language.time_factor))
}

/// A submission judged under the provisional limit as if under `limit`; `None` when one of its runs was longer, so that it must
/// be judged again.
fn within(done: Done, limit: Duration) -> Option<Done> {
    let Done::Judged(mut judged) = done else {
        return Some(done);
    };
    let limit = limit.mul_f64(judged.language.time_factor);
    let runs = judged.report.runs.iter();
    let longer = runs.map(|run| run.evidence.cpu).max() > Some(limit);
    let late = judged.report.verdict == Verdict::Tle;
    judged.report.time_limit = limit;
    (!longer && !late).then_some(Done::Judged(judged))
}
