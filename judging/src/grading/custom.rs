//! The contract with a custom grader (legacy, "Graders"): what goes to its standard input, and how its answer is read.

use std::fmt::Write as _;

use super::Sub;
use super::exact::{Exact, exact, nearest};
use crate::verdicts::Verdict;

/// A grader that must be run before the grade is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraderCall {
    /// Index of the group, for [`super::Grading::record_grader`].
    pub group: usize,
    /// Name of the group, for messages; empty for the root.
    pub name: String,
    /// Arguments of the grader: `grader_flags`.
    pub arguments: Vec<String>,
    /// What goes to its standard input: a line `VERDICT score` for each item of the group that was judged, in order.
    pub input: String,
}

/// What a grader answered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GraderReply {
    /// The verdict of the group.
    pub verdict: Verdict,
    /// The score of the group.
    pub score: f64,
}

impl GraderReply {
    /// Reads what a grader wrote to standard output: one line in the form of its input.
    ///
    /// # Errors
    /// What is wrong with it, for staff: it is a judge error then. So is any exit code but 0, which the caller looks at.
    pub fn read(output: &[u8]) -> Result<Self, String> {
        let text = String::from_utf8_lossy(output);
        let shown: String = text.chars().take(80).collect();
        let wrong = |why: &str| Err(format!("the grader wrote {shown:?}, {why}"));
        let mut words = text.split_ascii_whitespace();
        let (Some(code), Some(score), None) = (words.next(), words.next(), words.next()) else {
            return wrong("where one verdict and one score are expected");
        };
        let Some(verdict) = verdict(code) else {
            return wrong("whose verdict does not exist");
        };
        match score.parse::<f64>() {
            Ok(score) if score.is_finite() => Ok(Self { verdict, score }),
            _ => wrong("whose score is no number"),
        }
    }
}

/// The lines for a grader. It knows AC, WA, RTE and TLE only (legacy, "Input"), so the others are written as those they are
/// a kind of; as problemtools writes them, a score of 1 is `1` and not `1.0`.
pub(super) fn input(subs: &[Sub]) -> String {
    let mut lines = String::new();
    for sub in subs {
        let code = match sub.verdict {
            Verdict::Mle => Verdict::Rte,
            Verdict::Ole => Verdict::Wa,
            verdict => verdict,
        };
        let _ = writeln!(lines, "{code} {}", nearest(&sub.score));
    }
    lines
}

pub(super) fn score(reply: GraderReply) -> Exact {
    exact(reply.score)
}

fn verdict(code: &str) -> Option<Verdict> {
    Some(match code {
        "AC" => Verdict::Ac,
        "WA" | "PE" => Verdict::Wa,
        "TLE" => Verdict::Tle,
        "RTE" => Verdict::Rte,
        "MLE" => Verdict::Mle,
        "OLE" => Verdict::Ole,
        "JE" | "IF" => Verdict::Je,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_is_an_answer_and_nothing_else() {
        let read = |text: &str| GraderReply::read(text.as_bytes());
        let reply = |verdict, score| Ok(GraderReply { verdict, score });
        assert_eq!(read("AC 12.5\n"), reply(Verdict::Ac, 12.5));
        assert_eq!(read("  WA\t0"), reply(Verdict::Wa, 0.0));
        for (text, expected) in [
            ("", "where one verdict and one score are expected"),
            ("AC", "where one verdict and one score are expected"),
            (
                "AC 1\nAC 2\n",
                "where one verdict and one score are expected",
            ),
            ("OK 1", "whose verdict does not exist"),
            ("AC one", "whose score is no number"),
            ("AC inf", "whose score is no number"),
        ] {
            let found = read(text).unwrap_err();
            assert!(found.contains(expected), "{text}: {found}");
        }
        assert!(GraderReply::read(b"\xff\xfe").is_err());
    }
}
