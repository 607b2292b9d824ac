//! What a jury submission promises: by its directory, by `submissions.yaml`, or by an annotation in its source.

use std::io::Read;

use super::package::{Format, ProblemKind};
use super::programs::ProgramSource;
use super::submissions_yaml::Entries;
use super::tree::Tree;
use crate::expectations::{Expectation, Requirement, ScorePromise, TimeLimitUse};
use crate::verdicts::Verdict::{self, Ac, Ce, Mle, Ole, Rte, Tle, Wa};

/// Bytes of a source that are searched for an annotation.
const SEARCHED: u64 = 256 << 10;

/// Where a submission stands.
pub(super) struct Place<'a> {
    pub(super) directory: &'a str,
    pub(super) format: Format,
    pub(super) kind: ProblemKind,
    pub(super) entries: &'a Entries,
}

/// What the submission `name` promises. In the official directories an annotation is ignored, as DOMjudge does; elsewhere it
/// is stronger than what the name of the directory suggests. `submissions.yaml` adds to both.
pub(super) fn of(
    tree: &Tree,
    place: &Place<'_>,
    name: &str,
    program: &ProgramSource,
) -> Option<Expectation> {
    const OFFICIAL: [&str; 5] = [
        "accepted",
        "partially_accepted",
        "wrong_answer",
        "time_limit_exceeded",
        "run_time_error",
    ];
    let mut expectation = of_directory(place.directory, place.format, place.kind);
    if !OFFICIAL.contains(&place.directory)
        && let Some(annotated) = annotation(tree, name, program)
    {
        expectation = match annotated {
            Annotated::Promise(promise) => Some(promise),
            Annotated::Nothing => None,
        };
    }
    let mut listed = Vec::new();
    for entry in place.entries.matching(name) {
        let from = entry.glob.text();
        let replaces = entry.glob.is_plain() && from.trim_matches('/') == place.directory;
        for partial in &entry.requirements {
            let default = match default_requirement(place.directory, Format::V2025_09) {
                Some(default) if replaces && partial.scope.is_none() => {
                    // "Keys that are not specified are inherited from the default configuration."
                    expectation = None;
                    default
                }
                _ => Requirement::default(),
            };
            listed.push(partial.over(from, &default));
        }
    }
    if !listed.is_empty() {
        let expectation = expectation.get_or_insert_with(Expectation::default);
        // What is listed must hold, whatever the final verdict is, and is stronger than the name of a directory that the
        // format does not know.
        expectation.final_verdicts.clear();
        if expectation.requirements.is_empty() {
            expectation.score = ScorePromise::Any;
        }
        expectation.requirements.extend(listed);
    }
    expectation
}

/// The default requirements of a directory (2025-09, "Default directories"; legacy, "Example Submissions").
fn default_requirement(directory: &str, format: Format) -> Option<Requirement> {
    let legacy = format.is_legacy();
    let (permitted, required): (&[Verdict], &[Verdict]) = match directory {
        "accepted" => (&[Ac], &[]),
        "rejected" if !legacy => (&[], &[Rte, Tle, Wa]),
        "wrong_answer" => (&[Ac, Wa], &[Wa]),
        "time_limit_exceeded" if legacy => (&[Ac, Wa, Tle], &[Tle]),
        "time_limit_exceeded" => (&[Ac, Tle], &[Tle]),
        "run_time_error" if legacy => (&[], &[Rte]),
        "run_time_error" => (&[Ac, Rte], &[Rte]),
        "brute_force" if !legacy => (&[Ac, Rte, Tle], &[Rte, Tle]),
        _ => return None,
    };
    // Legacy: only accepted submissions take part in finding the time limit.
    let time_limit = match (legacy, directory) {
        (false, _) | (true, "accepted") => TimeLimitUse::ByVerdicts,
        (true, _) => TimeLimitUse::No,
    };
    Some(Requirement {
        from: directory.to_owned(),
        permitted: permitted.to_vec(),
        required: required.to_vec(),
        time_limit,
        ..Requirement::default()
    })
}

/// The promise of a directory. Those that no format names are read as the juries that use them mean them.
pub(super) fn of_directory(
    directory: &str,
    format: Format,
    kind: ProblemKind,
) -> Option<Expectation> {
    let requirement = default_requirement(directory, format);
    let name = directory.to_ascii_lowercase().replace('-', "_");
    let last: &[Verdict] = match name.as_str() {
        "accepted" | "partially_accepted" | "partial" => &[Ac],
        "wrong_answer" | "no_output" => &[Wa],
        "time_limit_exceeded" | "timelimit" | "time_limit" => &[Tle],
        "run_time_error" | "runtime_error" | "run_time_exception" | "run_error" => &[Rte],
        "rejected" => &[Wa, Tle, Rte],
        "brute_force" | "slow" => &[Tle, Rte],
        "ac_or_wa" => &[Ac, Wa],
        "memory_limit_exceeded" | "memory_limit" => &[Mle, Rte],
        "output_limit" | "output_limit_exceeded" => &[Ole, Wa],
        "compiler_error" | "compile_error" => &[Ce],
        _ => return None,
    };
    let partial = name.starts_with("partial");
    Some(Expectation {
        final_verdicts: match &requirement {
            // 2025-09 speaks of testcases only.
            Some(_) if !format.is_legacy() => Vec::new(),
            _ => last.to_vec(),
        },
        requirements: requirement.into_iter().collect(),
        score: if partial && kind.scoring {
            ScorePromise::NotBest
        } else {
            ScorePromise::Any
        },
    })
}

/// What an annotation says.
#[derive(Clone, Debug, PartialEq)]
enum Annotated {
    Promise(Expectation),
    /// Nothing that a verdict could keep or break: a person looks at it, or it cannot even be handed in.
    Nothing,
}

/// DOMjudge's annotations in the source: `@EXPECTED_RESULTS@: CORRECT, TIMELIMIT` names final verdicts, of which one must
/// come out; `@EXPECTED_SCORE@: 40` a score. The first file that has one counts; one that is given twice counts for nothing.
fn annotation(tree: &Tree, name: &str, program: &ProgramSource) -> Option<Annotated> {
    for file in &program.files {
        let mut text = Vec::new();
        let Ok(opened) = std::fs::File::open(&file.path) else {
            continue;
        };
        if opened.take(SEARCHED).read_to_end(&mut text).is_err() {
            continue;
        }
        let text = String::from_utf8_lossy(&text);
        match annotation_in(&text) {
            Ok(None) => {}
            Ok(found) => return found,
            Err(reason) => {
                tree.warn(&std::path::Path::new("submissions").join(name), reason);
                return None;
            }
        }
    }
    None
}

/// What a file is annotated with; mentions of a tag that name no result, in the sentence of a comment, are none.
fn annotation_in(text: &str) -> Result<Option<Annotated>, String> {
    let upper = text.to_ascii_uppercase();
    let lines = |tag| tagged(&upper, tag);
    let is_known = |line: &&str| line.split(',').any(|word| expected(word).is_some());
    let mut results: Vec<&str> = lines("@EXPECTED_RESULTS@:").filter(is_known).collect();
    if results.is_empty() {
        results.extend(lines("@EXPECTED_RESULTS@:").next());
    }
    let mut scores: Vec<f64> = Vec::new();
    for line in lines("@EXPECTED_SCORE@:") {
        match line.parse::<f64>() {
            Ok(score) => scores.push(score),
            Err(_) if is_known(&line) => results.push(line),
            Err(_) => {}
        }
    }
    if results.len() > 1 || scores.len() > 1 {
        return Err("is annotated twice; none counts".to_owned());
    }
    let score = scores.first().copied();
    let Some(line) = results.first() else {
        return Ok(score.map(|score| Annotated::Promise(promise(vec![Ac], Some(score)))));
    };
    let mut verdicts: Vec<Verdict> = Vec::new();
    for word in line.split(',').filter(|word| !word.trim().is_empty()) {
        let known = expected(word)
            .ok_or_else(|| format!("expects the unknown result {:?}", word.trim()))?;
        for verdict in known {
            if !verdicts.contains(verdict) {
                verdicts.push(*verdict);
            }
        }
    }
    Ok(match (verdicts.is_empty(), score) {
        (false, _) => Some(Annotated::Promise(promise(verdicts, score))),
        (true, Some(score)) => Some(Annotated::Promise(promise(vec![Ac], Some(score)))),
        (true, None) if line.is_empty() => None,
        (true, None) => Some(Annotated::Nothing),
    })
}

/// What stands behind each mention of a tag.
fn tagged<'a>(text: &'a str, tag: &'static str) -> impl Iterator<Item = &'a str> {
    text.match_indices(tag).map(move |(at, _)| {
        let rest = text[at + tag.len()..].lines().next();
        without_comment(rest.unwrap_or_default())
    })
}

fn promise(final_verdicts: Vec<Verdict>, score: Option<f64>) -> Expectation {
    Expectation {
        final_verdicts,
        requirements: Vec::new(),
        score: score.map_or(ScorePromise::Any, ScorePromise::Exactly),
    }
}

fn without_comment(line: &str) -> &str {
    let line = line.trim();
    let ends = ["*/", "-->", "*)", "|#", "-}", "%}"];
    let end = ends.iter().filter_map(|end| line.find(end)).min();
    line[..end.unwrap_or(line.len())].trim()
}

/// The words of DOMjudge, in upper case; those nobody can check (`CHECK-MANUALLY`) and those about handing in
/// (`NONE-SUBMIT-FAILS`) stand for no verdict.
fn expected(word: &str) -> Option<&'static [Verdict]> {
    Some(match word.trim().replace('_', "-").as_str() {
        "CORRECT" | "ACCEPTED" => &[Ac],
        "WRONG-ANSWER" | "NO-OUTPUT" | "PRESENTATION-ERROR" => &[Wa],
        "TIMELIMIT" | "TIME-LIMIT-EXCEEDED" => &[Tle],
        "RUN-ERROR" | "RUN-TIME-ERROR" => &[Rte],
        "MEMORY-LIMIT" | "MEMORY-LIMIT-EXCEEDED" => &[Mle, Rte],
        "OUTPUT-LIMIT" | "OUTPUT-LIMIT-EXCEEDED" => &[Ole, Wa],
        "COMPILER-ERROR" | "COMPILE-ERROR" => &[Ce],
        "CHECK-MANUALLY" | "NONE-SUBMIT-FAILS" => &[],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_are_words_with_commas() {
        let verdicts = |text: &str| {
            annotation_in(text).map(|found| match found {
                Some(Annotated::Promise(promise)) => Some(promise.final_verdicts),
                Some(Annotated::Nothing) => Some(Vec::new()),
                None => None,
            })
        };
        for (text, expected) in [
            (
                "// @EXPECTED_RESULTS@: CORRECT, wrong_answer */ x",
                Some(vec![Ac, Wa]),
            ),
            (
                "# @expected_results@: TIMELIMIT,RUN-ERROR\nx",
                Some(vec![Tle, Rte]),
            ),
            (
                "<!-- @EXPECTED_RESULTS@: NO-OUTPUT, WRONG-ANSWER -->",
                Some(vec![Wa]),
            ),
            ("# @EXPECTED_RESULTS@:COMPILER-ERROR", Some(vec![Ce])),
            ("# @EXPECTED_RESULTS@: CHECK-MANUALLY", Some(Vec::new())),
            ("// @EXPECTED_RESULTS@: NONE-SUBMIT-FAILS", Some(Vec::new())),
            ("# @EXPECTED_RESULTS@:\nx", None),
            (
                "Shows how to use the @EXPECTED_RESULTS@: tag.\n@EXPECTED_RESULTS@: ACCEPTED",
                Some(vec![Ac]),
            ),
            (
                "There is @EXPECTED_SCORE@: too.\n@EXPECTED_SCORE@: CORRECT",
                Some(vec![Ac]),
            ),
            ("# @EXPECTED_SCORE@: TIMELIMIT", Some(vec![Tle])),
            ("# nothing", None),
        ] {
            assert_eq!(verdicts(text), Ok(expected), "{text}");
        }
        for text in [
            "@EXPECTED_RESULTS@: CORRECT\n@EXPECTED_RESULTS@: TIMELIMIT",
            "@EXPECTED_RESULTS@: FINE",
            "@EXPECTED_RESULTS@: CORRECT, FINE",
            "@EXPECTED_SCORE@: 1\n@EXPECTED_SCORE@: 2",
        ] {
            assert!(verdicts(text).is_err(), "{text}");
        }
        assert_eq!(
            annotation_in("# @EXPECTED_SCORE@: 40.5\n"),
            Ok(Some(Annotated::Promise(promise(vec![Ac], Some(40.5)))))
        );
    }

    #[test]
    fn directories_promise_verdicts() {
        let verdicts = |directory, format| {
            of_directory(directory, format, ProblemKind::default()).map(|found| found.verdicts())
        };
        for format in [Format::Legacy, Format::V2025_09] {
            for (directory, expected) in [
                ("accepted", Some(vec![Ac])),
                ("wrong_answer", Some(vec![Wa])),
                ("time_limit_exceeded", Some(vec![Tle])),
                ("run_time_error", Some(vec![Rte])),
                ("runtime_error", Some(vec![Rte])),
                ("rejected", Some(vec![Wa, Tle, Rte])),
                ("brute_force", Some(vec![Tle, Rte])),
                ("compile_error", Some(vec![Ce])),
                ("mixed", None),
                ("multiple", None),
            ] {
                assert_eq!(
                    verdicts(directory, format),
                    expected,
                    "{directory} {format:?}"
                );
            }
        }
    }

    #[test]
    fn only_some_bound_the_time_limit() {
        let bounds = |directory, format| {
            let found = of_directory(directory, format, ProblemKind::default()).unwrap();
            let bounds = found.bounds("secret/1");
            (bounds.lower, bounds.upper, found.bounds_from_below())
        };
        let (old, new) = (Format::Legacy, Format::V2025_09);
        for (directory, format, expected) in [
            ("accepted", old, (true, false, true)),
            ("wrong_answer", old, (false, false, false)),
            ("time_limit_exceeded", old, (false, false, false)),
            ("accepted", new, (true, false, true)),
            ("wrong_answer", new, (true, false, true)),
            ("run_time_error", new, (true, false, true)),
            ("time_limit_exceeded", new, (false, true, false)),
            ("brute_force", new, (false, false, false)),
            ("rejected", new, (false, false, false)),
        ] {
            assert_eq!(
                bounds(directory, format),
                expected,
                "{directory} {format:?}"
            );
        }
    }
}
