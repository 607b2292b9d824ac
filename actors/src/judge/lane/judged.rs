//! From the passes over a testcase to its verdict, its score and what is kept as evidence.

use std::fmt::Write;
use std::io;
use std::time::Duration;

use judging::evidence::{Evidence, Exit};
use judging::grading::TestcaseResult;
use judging::judgements::{Attachment, RunReport};
use judging::packages::Testcase;
use judging::rules::{Cause, RunVerdict};
use judging::validators::{Decision, ScoreRule, Scores};
use judging::verdicts::Verdict;

use super::Lane;
use crate::judge::pass::{Pass, PassEnding};
use crate::judge::round::Judged;
use crate::judge::validator::Feedback;

impl Lane<'_> {
    /// What the last pass over a testcase, and the counters of those `before` it, come to.
    pub(super) fn judged(&self, index: usize, pass: Pass, before: Vec<Evidence>) -> Judged {
        let testcase = &self.case.package.testcases[index];
        let Pass {
            evidence,
            ending,
            mut attachments,
        } = pass;
        let (verdict, message, feedback, scores, fault) = match ending {
            PassEnding::Failed(failed) => {
                let nothing = (Feedback::default(), Scores::default());
                (failed.verdict, failed.message, nothing.0, nothing.1, None)
            }
            PassEnding::Judged(decision, feedback) => {
                let rule = ScoreRule::of(self.case.package, index);
                let scores = match feedback.points {
                    Some(points) => rule.points(points),
                    None => rule.read(
                        &decision,
                        feedback.score.as_deref(),
                        feedback.score_multiplier.as_deref(),
                    ),
                };
                let (decision, scores) = match scores {
                    Ok(scores) => (decision, scores),
                    // It wrote what it must not.
                    Err(what) => {
                        let reason = self.blamed(testcase, &what);
                        (Decision::JudgeError(reason), Scores::default())
                    }
                };
                let (verdict, message, fault) = said(decision, &feedback);
                (verdict, message, feedback, scores, fault)
            }
        };
        attachments.extend(feedback.attachments);
        if !before.is_empty() {
            attachments.push(counters(&before, &evidence));
        }
        Judged {
            report: RunReport {
                ordinal: u32::try_from(index + 1).unwrap_or(u32::MAX),
                testcase: testcase.name.clone(),
                verdict,
                message,
                judge_message: feedback.judge_message.or_else(|| fault.clone()),
                score: ScoreRule::of(self.case.package, index).worth(scores),
                evidence: before.iter().fold(evidence, largest),
                attachments,
            },
            result: TestcaseResult {
                verdict,
                score: scores.score,
                multiplier: scores.multiplier,
            },
            fault,
        }
    }

    /// The reason of a judge error: `what` the validator of a testcase did.
    pub(super) fn blamed(&self, testcase: &Testcase, what: &str) -> String {
        if let (Some(_), Some(check)) = (&testcase.static_validation, &self.case.sources_check) {
            return format!("the static validator {} {what}", check.program.name);
        }
        match &self.bench {
            Some(bench) => format!("the output validator {} {what}", bench.names(testcase)),
            None => format!("the default output validator {what}"),
        }
    }

    /// What the submission made of itself is no program, although its compiler was content.
    pub(super) fn not_executable(&self, index: usize, source: &io::Error) -> Judged {
        self.judged(index, unexecutable(&source.to_string()), Vec::new())
    }
}

/// The pass of a program that the kernel would not execute.
pub(in crate::judge) fn unexecutable(why: &str) -> Pass {
    let evidence = Evidence {
        // What a shell says of such a program.
        exit: Exit::Code(126),
        stop: None,
        cpu: Duration::ZERO,
        wall: Duration::ZERO,
        memory_bytes: 0,
        oom_kills: 0,
        output_bytes: 0,
    };
    Pass {
        evidence,
        ending: PassEnding::Failed(RunVerdict {
            verdict: Verdict::Rte,
            cause: Cause::ExitCode(126),
            message: format!("the program cannot be executed: {why}"),
        }),
        attachments: Vec::new(),
    }
}

/// The verdict, a sentence for the contestant, and the reason for staff when the validator is at fault.
fn said(decision: Decision, feedback: &Feedback) -> (Verdict, String, Option<String>) {
    let (verdict, sentence, fault) = match decision {
        Decision::Accept => (Verdict::Ac, "accepted", None),
        Decision::Reject => (Verdict::Wa, "the output is wrong", None),
        Decision::JudgeError(reason) => (Verdict::Je, "the judges' program failed", Some(reason)),
    };
    let message = match &feedback.team_message {
        Some(said) => format!("{sentence}: {said}"),
        None => sentence.to_owned(),
    };
    (verdict, message, fault)
}

/// Each limit holds for each pass by itself, so the largest of each counter is what tells how close it came.
fn largest(last: Evidence, earlier: &Evidence) -> Evidence {
    Evidence {
        cpu: last.cpu.max(earlier.cpu),
        wall: last.wall.max(earlier.wall),
        memory_bytes: last.memory_bytes.max(earlier.memory_bytes),
        oom_kills: last.oom_kills,
        output_bytes: last.output_bytes.max(earlier.output_bytes),
        exit: last.exit,
        stop: last.stop,
    }
}

/// The counters of every pass, a line each.
fn counters(before: &[Evidence], last: &Evidence) -> Attachment {
    let mut text = String::new();
    for (index, evidence) in before.iter().chain([last]).enumerate() {
        // Writing into a string cannot fail.
        let _ = writeln!(
            text,
            "pass {}: {:?} of CPU time, {:?} in all, {} bytes of memory, {} bytes of output, {}",
            index + 1,
            evidence.cpu,
            evidence.wall,
            evidence.memory_bytes,
            evidence.output_bytes,
            match (evidence.stop, evidence.exit) {
                (Some(stop), _) => format!("stopped: {stop:?}"),
                (None, Exit::Code(code)) => format!("exit code {code}"),
                (None, Exit::Signal(signal)) => format!("signal {signal}"),
            }
        );
    }
    Attachment {
        name: "passes.txt".to_owned(),
        content: text.into_bytes(),
    }
}
