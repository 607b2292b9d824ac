//! The contract with checkers, interactors and validators written with testlib 0.9.45: how they are called, and what their exit
//! codes and messages mean. The counterpart of [`crate::validators`] for programs that do not speak 42 and 43.
//!
//! Source: `testlib.h`, "registerTestlibCmd", "registerInteraction", "resultExitCode" and "quit", without the macros of other
//! judges (`TESTSYS`, `EJUDGE`, `CONTESTER`).

use crate::evidence::{Evidence, Exit};
use crate::validators::Decision;

/// What a program written with testlib is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TestlibRole {
    /// Judges output: calls `registerTestlibCmd`.
    Checker,
    /// Talks to the submission: calls `registerInteraction`.
    Interactor,
    /// Checks inputs: calls `registerValidation`; exit code 0 accepts.
    Validator,
}

/// The arguments of a checker after its own name: `input output answer [flags...]`. The output of the team is the second, not
/// standard input.
#[must_use]
pub fn checker_arguments(input: &str, output: &str, answer: &str, flags: &[String]) -> Vec<String> {
    let files = [input, output, answer].map(str::to_owned);
    files.into_iter().chain(flags.iter().cloned()).collect()
}

/// The arguments of an interactor after its own name: `input output-file answer [flags...]`. It may write into `output_file`,
/// which a checker then judges as the output.
#[must_use]
pub fn interactor_arguments(
    input: &str,
    output_file: &str,
    answer: &str,
    flags: &[String],
) -> Vec<String> {
    checker_arguments(input, output_file, answer, flags)
}

/// What a checker or interactor decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The decision.
    pub decision: Decision,
    /// The points of `quitp` and `_pc`, where it gave any; only beside [`Decision::Accept`].
    pub points: Option<f64>,
    /// What it said, without the word that repeats its exit code.
    pub message: String,
}

/// What the end of a checker or interactor called `name` means. `said` is its standard error, `scoring` whether the problem
/// gives scores.
///
/// | exit code | meaning |
/// |---|---|
/// | 0 | accepted |
/// | 1, 2, 4, 8 | wrong answer: wrong answer, wrong output format, extra output, unexpected end of output |
/// | 7 | `points <number> <message>`: accepted with that score in a scoring problem |
/// | 16 and above, in a scoring problem with `partially correct (<k>)` | accepted with `k` points |
/// | 3, and anything else | judge error |
///
/// Without scores there is nothing between right and wrong: points above 0 accept, as DOMjudge's and Polygon's adapters have it.
#[must_use]
pub fn decide(name: &str, evidence: &Evidence, said: &str, scoring: bool) -> Judged {
    let said = said.trim();
    let judged = |decision, points, prefixes: &[&str]| {
        let message = prefixes.iter().find_map(|prefix| said.strip_prefix(prefix));
        Judged {
            decision,
            points,
            message: message.unwrap_or(said).trim().to_owned(),
        }
    };
    let stopped = evidence.stop.is_some() || evidence.oom_kills > 0;
    match evidence.exit {
        Exit::Code(0) if !stopped => judged(Decision::Accept, None, &["ok"]),
        Exit::Code(1 | 2 | 4 | 8) if !stopped => judged(
            Decision::Reject,
            None,
            &["wrong answer", "wrong output format", "unexpected eof"],
        ),
        Exit::Code(code) if !stopped && (code == 7 || said.starts_with("partially correct")) => {
            match points(said) {
                Some((points, message)) if scoring || points > 0.0 => Judged {
                    decision: Decision::Accept,
                    points: scoring.then_some(points),
                    message: message.to_owned(),
                },
                Some((_, message)) => Judged {
                    decision: Decision::Reject,
                    points: None,
                    message: message.to_owned(),
                },
                None => judged(
                    Decision::JudgeError(format!(
                        "the checker {name} gave points without a number"
                    )),
                    None,
                    &[],
                ),
            }
        }
        Exit::Code(3) if !stopped => judged(
            Decision::JudgeError(format!(
                "the checker {name} says that the jury's data is wrong"
            )),
            None,
            &["FAIL"],
        ),
        _ => judged(failure(name, evidence), None, &[]),
    }
}

/// A judge error in the words of [`crate::validators::decide`], whatever code it ended with.
fn failure(name: &str, evidence: &Evidence) -> Decision {
    match (evidence.stop, evidence.exit) {
        (None, Exit::Code(code)) if evidence.oom_kills == 0 => Decision::JudgeError(format!(
            "the checker {name} exited with code {code}, which testlib does not know"
        )),
        _ => match crate::validators::decide(name, evidence) {
            error @ Decision::JudgeError(_) => error,
            Decision::Accept | Decision::Reject => {
                Decision::JudgeError(format!("the checker {name} did not end by itself"))
            }
        },
    }
}

/// `points 12.5 message` or `partially correct (12) message`.
fn points(said: &str) -> Option<(f64, &str)> {
    let (number, rest) = match said.strip_prefix("partially correct") {
        Some(rest) => rest.trim_start().strip_prefix('(')?.split_once(')')?,
        None => {
            let rest = said.strip_prefix("points").unwrap_or(said).trim_start();
            rest.split_once(char::is_whitespace).unwrap_or((rest, ""))
        }
    };
    let points: f64 = number.trim().parse().ok()?;
    points.is_finite().then_some((points, rest.trim()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::evidence::Stop;

    fn check(code: i32, said: &str, scoring: bool, expected: &str) {
        let evidence = Evidence {
            exit: Exit::Code(code),
            stop: None,
            cpu: Duration::ZERO,
            wall: Duration::ZERO,
            memory_bytes: 0,
            oom_kills: 0,
            output_bytes: 0,
        };
        let judged = decide("check", &evidence, said, scoring);
        let decision = match judged.decision {
            Decision::Accept => "accept".to_owned(),
            Decision::Reject => "reject".to_owned(),
            Decision::JudgeError(reason) => reason,
        };
        let points = judged
            .points
            .map(|points| format!(" {points}"))
            .unwrap_or_default();
        assert_eq!(format!("{decision}{points} | {}", judged.message), expected);
    }

    #[test]
    fn exit_codes_of_a_checker() {
        check(0, "ok 3 numbers\n", false, "accept | 3 numbers");
        check(1, "wrong answer 1st differs", false, "reject | 1st differs");
        check(2, "wrong output format Extra", false, "reject | Extra");
        check(4, "x", false, "reject | x");
        check(8, "unexpected eof 1", false, "reject | 1");
        check(
            3,
            "FAIL jury lost",
            false,
            "the checker check says that the jury's data is wrong | jury lost",
        );
        check(7, "points 12.5 half", true, "accept 12.5 | half");
        check(7, "points 12.5 half", false, "accept | half");
        check(7, "points 0 none", false, "reject | none");
        check(7, "points 0 none", true, "accept 0 | none");
        check(
            7,
            "points",
            true,
            "the checker check gave points without a number | points",
        );
        check(
            50,
            "partially correct (30) so so",
            true,
            "accept 30 | so so",
        );
        check(
            5,
            "",
            false,
            "the checker check exited with code 5, which testlib does not know | ",
        );
        check(
            42,
            "",
            false,
            "the checker check exited with code 42, which testlib does not know | ",
        );
    }

    #[test]
    fn one_that_was_stopped_decided_nothing() {
        let evidence = Evidence {
            exit: Exit::Code(0),
            stop: Some(Stop::CpuLimit),
            cpu: Duration::ZERO,
            wall: Duration::ZERO,
            memory_bytes: 0,
            oom_kills: 0,
            output_bytes: 0,
        };
        let judged = decide("check", &evidence, "ok", false);
        assert!(
            matches!(judged.decision, Decision::JudgeError(_)),
            "{judged:?}"
        );
    }

    #[test]
    fn the_output_is_the_second_argument() {
        assert_eq!(
            checker_arguments("in", "out", "ans", &["-x".to_owned()]),
            ["in", "out", "ans", "-x"]
        );
        assert_eq!(
            interactor_arguments("in", "tout", "ans", &[]),
            ["in", "tout", "ans"]
        );
    }
}
