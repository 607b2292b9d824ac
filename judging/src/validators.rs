//! The contract with a custom output validator (legacy and 2025-09, "Output validator"): how it is called, what its exit
//! code means, what it may leave behind.

mod scores;

use crate::evidence::{Evidence, Exit, Stop};
use crate::rules::SignalName;

pub use self::scores::{ScoreRule, Scores};

/// Exit code of a validator that accepts.
pub const ACCEPT_CODE: i32 = 42;
/// Exit code of a validator that rejects: wrong answer.
pub const REJECT_CODE: i32 = 43;

/// A file a validator may write into its feedback directory, and how much of it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedbackFile {
    /// Its name.
    pub name: &'static str,
    /// Bytes kept of it.
    pub cap_bytes: u64,
}

/// Shown to judges; never to contestants.
pub const JUDGE_MESSAGE: FeedbackFile = FeedbackFile {
    name: "judgemessage.txt",
    cap_bytes: 64 << 10,
};
/// Shown to the team.
pub const TEAM_MESSAGE: FeedbackFile = FeedbackFile {
    name: "teammessage.txt",
    cap_bytes: 8 << 10,
};
/// The score of the testcase: one number.
pub const SCORE: FeedbackFile = FeedbackFile {
    name: "score.txt",
    cap_bytes: 1 << 10,
};
/// The part of the testcase's largest score: one number from 0 to 1 (2025-09).
pub const SCORE_MULTIPLIER: FeedbackFile = FeedbackFile {
    name: "score_multiplier.txt",
    cap_bytes: 1 << 10,
};
/// Where the first difference is, as the validator of problemtools and DOMjudge writes it; for staff.
pub const DIFF_POSITION: FeedbackFile = FeedbackFile {
    name: "diffposition.txt",
    cap_bytes: 1 << 10,
};
/// The input of the next pass of a multi-pass problem. As large as a validator may write.
pub const NEXT_PASS: &str = "nextpass.in";

const fn image(name: &'static str) -> FeedbackFile {
    FeedbackFile {
        name,
        cap_bytes: 256 << 10,
    }
}

/// Pictures for judges and for the team (2025-09, "Reporting additional feedback").
pub const IMAGES: [FeedbackFile; 8] = [
    image("judgeimage.png"),
    image("judgeimage.jpg"),
    image("judgeimage.jpeg"),
    image("judgeimage.svg"),
    image("teamimage.png"),
    image("teamimage.jpg"),
    image("teamimage.jpeg"),
    image("teamimage.svg"),
];
/// All feedback files that mean something, but [`NEXT_PASS`].
pub const FEEDBACK_FILES: [FeedbackFile; 13] = {
    let [a, b, c, d, e, f, g, h] = IMAGES;
    [
        JUDGE_MESSAGE,
        TEAM_MESSAGE,
        SCORE,
        SCORE_MULTIPLIER,
        DIFF_POSITION,
        a,
        b,
        c,
        d,
        e,
        f,
        g,
        h,
    ]
};

/// What a validator decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The output is right.
    Accept,
    /// It is not: WA.
    Reject,
    /// The validator did not do its work: JE, with the reason for staff.
    JudgeError(String),
}

/// The arguments of a validator after its own name: `input answer feedback_dir/ [flags...]`.
/// The feedback directory ends with a slash, as the specification demands.
#[must_use]
pub fn arguments(input: &str, answer: &str, feedback_dir: &str, flags: &[String]) -> Vec<String> {
    let feedback_dir = format!("{}/", feedback_dir.trim_end_matches('/'));
    [input.to_owned(), answer.to_owned(), feedback_dir]
        .into_iter()
        .chain(flags.iter().cloned())
        .collect()
}

/// What the end of a run of the validator `name` means: 42 accepts, 43 rejects, and everything else, 0 and signals and
/// exhausted limits included, is a judge error.
#[must_use]
pub fn decide(name: &str, evidence: &Evidence) -> Decision {
    decide_as(&format!("output validator {name}"), evidence)
}

/// The same for a program called `who`: `static validator check.py`, `output validator compare.cpp`.
#[must_use]
pub fn decide_as(who: &str, evidence: &Evidence) -> Decision {
    let reason = match (evidence.stop, evidence.exit) {
        _ if evidence.oom_kills > 0 => "used up its memory".to_owned(),
        (Some(Stop::CpuLimit | Stop::WallLimit), _) => "used up its time".to_owned(),
        (Some(Stop::Idle), _) => "hung without using the CPU".to_owned(),
        (Some(Stop::OutputLimit), _) => "wrote too much output".to_owned(),
        (None, Exit::Code(ACCEPT_CODE)) => return Decision::Accept,
        (None, Exit::Code(REJECT_CODE)) => return Decision::Reject,
        (None, Exit::Code(code)) => format!("exited with code {code}, which is neither 42 nor 43"),
        (None, Exit::Signal(signal)) => format!("was killed by {}", SignalName(signal)),
    };
    Decision::JudgeError(format!("the {who} {reason}"))
}

/// What follows a pass over a testcase (2025-09, "Multi-pass validation").
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AfterPass {
    /// It was the last one.
    Done,
    /// Another pass with the new input.
    Again,
    /// The validator did what it must not: a judge error.
    Fault(String),
}

/// What follows pass `number` (1 for the first) of `most`, when the validator left `nextpass.in` or not. Only acceptance goes
/// with another pass. A problem that is not multi-pass has no use for the file, whatever is in it.
#[must_use]
pub fn after_pass(
    decision: &Decision,
    next_pass: bool,
    number: u32,
    most: Option<u32>,
) -> AfterPass {
    let Some(most) = most.filter(|_| next_pass) else {
        return AfterPass::Done;
    };
    match decision {
        Decision::JudgeError(_) => AfterPass::Done,
        Decision::Reject => AfterPass::Fault(format!(
            "rejected the output and wrote {NEXT_PASS}, which only goes with acceptance"
        )),
        Decision::Accept if number >= most => AfterPass::Fault(format!(
            "asked for another pass after {number}, the largest number of passes (validation_passes)"
        )),
        Decision::Accept => AfterPass::Again,
    }
}

/// Joins what several validators decided: all must accept; a judge error is stronger than a rejection.
#[must_use]
pub fn join(decisions: impl IntoIterator<Item = Decision>) -> Decision {
    let mut joined = Decision::Accept;
    for decision in decisions {
        match decision {
            Decision::JudgeError(_) => return decision,
            Decision::Reject => joined = Decision::Reject,
            Decision::Accept => {}
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn check(exit: Exit, stop: Option<Stop>, oom_kills: u64, expected: &str) {
        let evidence = Evidence {
            exit,
            stop,
            cpu: Duration::ZERO,
            wall: Duration::ZERO,
            memory_bytes: 0,
            oom_kills,
            output_bytes: 0,
        };
        let found = match decide("check", &evidence) {
            Decision::Accept => "accept".to_owned(),
            Decision::Reject => "reject".to_owned(),
            Decision::JudgeError(reason) => reason,
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn only_42_and_43_are_answers() {
        check(Exit::Code(42), None, 0, "accept");
        check(Exit::Code(43), None, 0, "reject");
        for code in [0, 1, 41, 44, 127] {
            let expected = format!(
                "the output validator check exited with code {code}, which is neither 42 nor 43"
            );
            check(Exit::Code(code), None, 0, &expected);
        }
        check(
            Exit::Signal(6),
            None,
            0,
            "the output validator check was killed by SIGABRT",
        );
        check(
            Exit::Code(42),
            None,
            1,
            "the output validator check used up its memory",
        );
        check(
            Exit::Signal(9),
            Some(Stop::CpuLimit),
            0,
            "the output validator check used up its time",
        );
        check(
            Exit::Code(43),
            Some(Stop::WallLimit),
            0,
            "the output validator check used up its time",
        );
    }

    #[test]
    fn another_pass_goes_with_acceptance_only() {
        use Decision::{Accept, Reject};
        let fault = |after| matches!(after, AfterPass::Fault(_));
        assert_eq!(after_pass(&Accept, true, 1, Some(2)), AfterPass::Again);
        assert_eq!(after_pass(&Accept, false, 1, Some(2)), AfterPass::Done);
        assert_eq!(after_pass(&Reject, false, 1, Some(2)), AfterPass::Done);
        assert_eq!(after_pass(&Accept, true, 1, None), AfterPass::Done);
        assert!(fault(after_pass(&Accept, true, 2, Some(2))));
        assert!(fault(after_pass(&Reject, true, 1, Some(2))));
        let failed = Decision::JudgeError("x".to_owned());
        assert_eq!(after_pass(&failed, true, 1, Some(2)), AfterPass::Done);
    }

    #[test]
    fn all_validators_must_accept() {
        let error = || Decision::JudgeError("x".to_owned());
        assert_eq!(join([]), Decision::Accept);
        assert_eq!(
            join([Decision::Accept, Decision::Reject, Decision::Accept]),
            Decision::Reject
        );
        assert_eq!(join([Decision::Reject, error(), Decision::Accept]), error());
    }

    #[test]
    fn the_feedback_directory_ends_with_one_slash() {
        let flags = ["-x".to_owned()];
        assert_eq!(
            arguments("/box/in", "/box/ans", "/tmp/f", &flags),
            ["/box/in", "/box/ans", "/tmp/f/", "-x"]
        );
        assert_eq!(arguments("i", "a", "f/", &[]), ["i", "a", "f/"]);
    }
}
