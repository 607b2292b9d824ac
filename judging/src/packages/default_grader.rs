//! `grader_flags` of the default grader (legacy, "Default Grader Specification").

use std::path::Path;

use super::fields::Fields;
use super::groups::{DefaultGrader, ScoreMode, VerdictMode};

/// Reads them. Of modes in conflict the last one counts; unknown words, which the reference ignores, are warned about.
pub(super) fn read(fields: &Fields<'_>, flags: &[String], dir: &Path) -> DefaultGrader {
    let mut grader = DefaultGrader::default();
    for flag in flags {
        match flag.as_str() {
            "worst_error" | "no_errors" => grader.verdict = VerdictMode::WorstError,
            "first_error" => grader.verdict = VerdictMode::FirstError,
            "always_accept" => grader.verdict = VerdictMode::AlwaysAccept,
            "sum" => grader.score = ScoreMode::Sum,
            "avg" => grader.score = ScoreMode::Avg,
            "min" => grader.score = ScoreMode::Min,
            "max" => grader.score = ScoreMode::Max,
            "ignore_sample" => {
                grader.ignore_sample = true;
                if dir != Path::new("data") {
                    fields.warn(
                        "grader_flags has ignore_sample below the root, where it means nothing",
                    );
                }
            }
            "accept_if_any_accepted" => grader.accept_if_any_accepted = true,
            unknown => fields.warn(&format!("grader_flags has the unknown word \"{unknown}\"")),
        }
    }
    grader
}
