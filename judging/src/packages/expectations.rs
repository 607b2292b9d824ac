//! What the directory of a jury submission promises, and what an annotation in its source does.

use std::io::Read;

use super::package::Format;
use super::programs::{Expectation, ProgramSource};
use crate::verdicts::Verdict::{self, Ac, Ce, Mle, Ole, Rte, Tle, Wa};

/// Bytes of a source that are searched for an annotation.
const SEARCHED: u64 = 256 << 10;

/// The promise of a directory. MLE counts as a crash and OLE as a wrong answer (CCS Requirements, "Judge Responses").
///
/// Legacy ("Example Submissions") lets a slow one give wrong answers too and asks only one crash of a crashing one; 2025-09
/// ("Default directories") permits nothing beside AC and the promised verdict.
pub(super) fn of_directory(directory: &str, format: Format) -> Option<Expectation> {
    const ANY: [Verdict; 6] = [Ac, Wa, Tle, Mle, Ole, Rte];
    const FAILED: [Verdict; 5] = [Wa, Tle, Mle, Ole, Rte];
    let legacy = format.is_legacy();
    let (permitted, required): (&[Verdict], &[Verdict]) = match directory {
        "accepted" => (&[Ac], &[Ac]),
        "partially_accepted" => (&ANY, &[Ac]),
        "wrong_answer" => (&[Ac, Wa, Ole], &[Wa, Ole]),
        "time_limit_exceeded" if legacy => (&[Ac, Wa, Ole, Tle], &[Tle]),
        "time_limit_exceeded" => (&[Ac, Tle], &[Tle]),
        "run_time_error" | "runtime_error" | "run_time_exception" if legacy => (&ANY, &[Rte, Mle]),
        "run_time_error" => (&[Ac, Rte, Mle], &[Rte, Mle]),
        "rejected" => (&ANY, &FAILED),
        "brute_force" => (&[Ac, Rte, Mle, Tle], &[Rte, Mle, Tle]),
        "memory_limit_exceeded" => (&[Ac, Mle, Rte], &[Mle, Rte]),
        "output_limit" | "output_limit_exceeded" => (&[Ac, Ole, Wa], &[Ole, Wa]),
        "no_output" => (&[Ac, Wa], &[Wa]),
        "compiler_error" | "compile_error" => (&[Ce], &[Ce]),
        _ => return None,
    };
    Some(Expectation {
        permitted: permitted.to_vec(),
        required: required.to_vec(),
        partial: directory == "partially_accepted",
    })
}

/// DOMjudge's annotation in the source: `@EXPECTED_RESULTS@: CORRECT, TIMELIMIT`. The verdict must be one of these.
pub(super) fn annotation(program: &ProgramSource) -> Option<Expectation> {
    let mut verdicts = Vec::new();
    for file in &program.files {
        let mut text = Vec::new();
        let Ok(opened) = std::fs::File::open(&file.path) else {
            continue;
        };
        if opened.take(SEARCHED).read_to_end(&mut text).is_err() {
            continue;
        }
        let text = String::from_utf8_lossy(&text);
        let Some((_, rest)) = text.split_once("@EXPECTED_RESULTS@:") else {
            continue;
        };
        let line = rest.lines().next().unwrap_or_default();
        verdicts.extend(line.split(',').flat_map(expected));
    }
    if verdicts.is_empty() {
        return None;
    }
    let mut permitted = verdicts.clone();
    permitted.push(Ac);
    Some(Expectation {
        permitted,
        required: verdicts,
        partial: false,
    })
}

fn expected(word: &str) -> &'static [Verdict] {
    let word = word
        .trim()
        .trim_end_matches("*/")
        .trim_end_matches("-->")
        .trim();
    match word.to_ascii_uppercase().replace('_', "-").as_str() {
        "CORRECT" | "ACCEPTED" => &[Ac],
        "WRONG-ANSWER" | "NO-OUTPUT" => &[Wa],
        "TIMELIMIT" | "TIME-LIMIT-EXCEEDED" => &[Tle],
        "RUN-ERROR" | "RUN-TIME-ERROR" => &[Rte, Mle],
        "MEMORY-LIMIT" => &[Mle, Rte],
        "OUTPUT-LIMIT" => &[Ole, Wa],
        "COMPILER-ERROR" => &[Ce],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdicts::Verdict::Je;

    fn check(directory: &str, format: Format, kept: &[&[Verdict]], broken: &[&[Verdict]]) {
        let promise = of_directory(directory, format).unwrap();
        for verdicts in kept {
            assert!(promise.is_met_by(verdicts), "{directory} {verdicts:?}");
        }
        for verdicts in broken {
            assert!(!promise.is_met_by(verdicts), "{directory} {verdicts:?}");
        }
    }

    #[test]
    fn directories_promise_verdicts() {
        let (old, new) = (Format::Legacy, Format::V2025_09);
        check("accepted", old, &[&[Ac, Ac]], &[&[Ac, Wa], &[]]);
        check(
            "wrong_answer",
            old,
            &[&[Ac, Wa], &[Ole]],
            &[&[Ac], &[Wa, Tle], &[Wa, Rte]],
        );
        check(
            "time_limit_exceeded",
            old,
            &[&[Ac, Tle], &[Wa, Tle]],
            &[&[Wa], &[Tle, Rte]],
        );
        check("time_limit_exceeded", new, &[&[Ac, Tle]], &[&[Wa, Tle]]);
        check(
            "run_time_error",
            old,
            &[&[Wa, Tle, Rte], &[Mle]],
            &[&[Wa], &[Rte, Je]],
        );
        check("run_time_error", new, &[&[Ac, Rte]], &[&[Wa, Rte]]);
        check("rejected", new, &[&[Ac, Wa], &[Tle]], &[&[Ac], &[Ce]]);
        check(
            "brute_force",
            new,
            &[&[Ac, Tle], &[Rte]],
            &[&[Ac], &[Wa, Tle]],
        );
        check("compile_error", old, &[&[Ce]], &[&[Ac]]);
        assert_eq!(of_directory("mixed", old), None);
    }

    #[test]
    fn annotations_are_words_with_commas() {
        let words = |line: &str| {
            line.split(',')
                .flat_map(expected)
                .copied()
                .collect::<Vec<_>>()
        };
        assert_eq!(words(" CORRECT, wrong_answer */"), [Ac, Wa]);
        assert_eq!(words("TIMELIMIT,RUN-ERROR -->"), [Tle, Rte, Mle]);
        assert_eq!(words("CHECK-MANUALLY"), []);
    }
}
