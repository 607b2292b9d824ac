//! Dialogues of every kind of problem: transcripts, measured limits, scores, passes, testlib, cancelling.

use judging::judgements::VerdictReport;
use judging::verdicts::Verdict::{Ac, Wa};

use super::{LEGACY, judge, package, program, said};
use crate::judge::Transcripts;
use crate::scheduler::CancelSubmission;
use crate::testing::World;

const GUESSING: &str = r#"
    FILE *file = fopen(argv[1], "r"); int secret = 0; fscanf(file, "%d", &secret);
    while (scanf("%d", &x) == 1 && y++ < 8) {
        if (x == secret) { fclose(fopen(strcat(argv[3], "seen"), "w")); return 42; }
        puts(x < secret ? "more" : "less");
    }
    FILE *why = fopen(strcat(argv[3], "judgemessage.txt"), "w"); fputs("too many guesses", why); return 43;"#;
const GUESSER: &str = r#"int low = 0, high = 16; char said[8];
    for (;;) { int middle = (low + high) / 2; printf("%d\n", middle);
        if (scanf("%7s", said) != 1) return 0;
        if (said[0] == 'm') low = middle + 1; else high = middle; }"#;

fn transcript(report: &VerdictReport) -> Option<String> {
    let mut attachments = report.runs.iter().flat_map(|run| &run.attachments);
    let found = attachments.find(|attachment| attachment.name == "interaction.txt")?;
    Some(String::from_utf8(found.content.clone()).unwrap())
}

/// What was said, without the moments.
fn words(transcript: &str) -> Vec<&str> {
    let lines = transcript.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_at(12).1).collect()
}

#[actix::test]
async fn transcripts_say_who_said_what_in_which_run() {
    let world = World::real(&[package("guess", LEGACY, GUESSING)]);
    let report = judge(&world, "guess", GUESSER, Transcripts::Rejected).await;
    assert_eq!(
        (report.verdict, transcript(&report)),
        (Ac, None),
        "{}",
        said(&report)
    );
    let wrong = r#"char s[8]; puts("3"); scanf("%7s", s); printf("9"); fflush(stdout); usleep(100000); puts(""); scanf("%7s", s); return 0;"#;
    let report = judge(&world, "guess", wrong, Transcripts::Rejected).await;
    assert_eq!(report.verdict, Wa, "{}", said(&report));
    assert_eq!(
        report.runs[0].judge_message.as_deref(),
        Some("too many guesses")
    );
    let text = transcript(&report).unwrap();
    assert!(text.contains(
        "second run of this testcase, for the record: it came out as WA, the judged run as WA"
    ));
    let heard = words(&text);
    assert_eq!(heard[..2], ["> 3", "< more"]);
    assert_eq!(heard[2], "> 9 [no end of line]");
    assert_eq!(heard.last(), Some(&"< less"));
}

#[actix::test]
async fn a_transcript_of_the_judged_run_can_be_ordered() {
    let world = World::real(&[package("guess", LEGACY, GUESSING)]);
    let report = judge(&world, "guess", GUESSER, Transcripts::Always).await;
    assert_eq!(report.verdict, Ac, "{}", said(&report));
    let text = transcript(&report).unwrap();
    assert!(text.starts_with("# of the judged run\n"), "{text}");
    assert_eq!(
        words(&text),
        ["> 8", "< less", "> 4", "< more", "> 6", "< more", "> 7"]
    );
}

#[actix::test]
async fn cancelling_ends_both() {
    let world = World::real(&[package("sleepy", LEGACY, "for (;;) pause();")]);
    let id = world.submit_source("sleepy", "c", "main.c", &program("for (;;) pause();"));
    while !world.story(id).contains(&"compiled true".to_owned()) {
        world.log.grown.notified().await;
    }
    assert!(world.scheduler.send(CancelSubmission(id)).await.unwrap());
    assert_eq!(world.verdict(id).await.message, "cancelled");
    // Waits until the last sandbox is gone.
    world.pool.shut().await;
}

#[actix::test]
async fn a_time_limit_is_measured_in_dialogues() {
    let think = "for (volatile long i = 0; i < 20000000; i++) {}";
    let mut guess = package("guess", LEGACY, GUESSING);
    guess.time_limit = None;
    guess.files.push((
        "submissions/accepted/guesser.c",
        program(&format!("{think} {GUESSER}")),
    ));
    let world = World::real(&[guess]);
    let report = judge(&world, "guess", GUESSER, Transcripts::Off).await;
    assert_eq!(report.verdict, Ac, "{}", said(&report));
    assert!(report.time_limit >= std::time::Duration::from_secs(1));
}

const SCORING: &str = "name: Talk\ntype: scoring\nvalidation: custom score interactive\nlimits:\n  validation_time: 1\n  memory: 64\n";

#[actix::test]
async fn scores_come_from_the_validator() {
    let validator = r#"scanf("%d", &x); FILE *f = fopen(strcat(argv[3], "score.txt"), "w"); fprintf(f, "%d", x); return 42;"#;
    let world = World::real(&[package("scoring", SCORING, validator)]);
    let report = judge(
        &world,
        "scoring",
        r#"puts("17"); return 0;"#,
        Transcripts::Off,
    )
    .await;
    assert_eq!(
        (report.verdict, report.score),
        (Ac, Some(17.0)),
        "{}",
        said(&report)
    );
}

const PASSES: &str = "problem_format_version: 2025-09\nname: Talk\nuuid: 1\ntype: [interactive, multi-pass]\nlimits:\n  time_limit: 1\n  \
    validation_time: 1\n  memory: 64\n  validation_passes: 3\n";

/// Passes a secret from pass to pass: the submission must answer what the pass before it said, plus one.
const RELAY: &str = r#"
    FILE *file = fopen(argv[1], "r"); int told = 0; fscanf(file, "%d", &told);
    printf("%d\n", told);
    if (scanf("%d", &x) != 1 || x != told + 1) return 43;
    if (x == 10) return 42;
    FILE *next = fopen(strcat(argv[3], "nextpass.in"), "w"); fprintf(next, "%d\n", x); fclose(next); return 42;"#;

#[actix::test]
async fn each_pass_is_a_dialogue() {
    let world = World::real(&[package("relay", PASSES, RELAY)]);
    let adds = r#"scanf("%d", &x); printf("%d\n", x + 1); return 0;"#;
    let report = judge(&world, "relay", adds, Transcripts::Always).await;
    assert_eq!(report.verdict, Ac, "{}", said(&report));
    let text = transcript(&report).unwrap();
    let lines: Vec<&str> = text.lines().skip(2).collect();
    let heard: Vec<&str> = lines
        .iter()
        .map(|line| {
            if line.starts_with("---") {
                line
            } else {
                line.split_at(12).1
            }
        })
        .collect();
    assert_eq!(
        heard,
        [
            "< 7",
            "> 8",
            "--- pass 2",
            "< 8",
            "> 9",
            "--- pass 3",
            "< 9",
            "> 10"
        ]
    );
    let stops = r#"scanf("%d", &x); printf("%d\n", x == 9 ? 0 : x + 1); return 0;"#;
    let report = judge(&world, "relay", stops, Transcripts::Rejected).await;
    assert_eq!(report.verdict, Wa, "{}", said(&report));
    // The record begins with the first pass, and the validator's notes of the judged run are not in its way.
    assert!(transcript(&report).unwrap().contains("--- pass 3"));
}

/// As much of testlib as its contract needs: where the interactor writes for the checker.
const TESTLIB: &str = "#include <cstdio>\n#include <fstream>\nstatic std::ofstream tout;\n\
    static void registerInteraction(int, char **argv) { tout.open(argv[2]); }\nstatic void registerTestlibCmd(int, char **) {}\n";
const INTERACTOR: &str = r#"#include "testlib.h"
int main(int argc, char **argv) {
    registerInteraction(argc, argv); int x;
    puts("5"); fflush(stdout);
    if (scanf("%d", &x) != 1) return 2;
    tout << x << std::endl; return 0;
}"#;
const CHECKER: &str = r#"#include "testlib.h"
int main(int argc, char **argv) {
    registerTestlibCmd(argc, argv); int x = 0;
    std::ifstream(argv[2]) >> x;
    if (x == 6) return 0;
    fprintf(stderr, "wrong answer %d is not 6", x); return 1;
}"#;

#[actix::test]
async fn a_testlib_interactor_talks_and_a_checker_judges_what_it_wrote() {
    let mut package = package("testlib", LEGACY, "");
    package.files = vec![
        (
            "output_validators/interactor/interactor.cpp",
            INTERACTOR.to_owned(),
        ),
        ("output_validators/interactor/testlib.h", TESTLIB.to_owned()),
        ("output_validators/check/check.cpp", CHECKER.to_owned()),
        ("output_validators/check/testlib.h", TESTLIB.to_owned()),
    ];
    let world = World::real(&[package]);
    // It goes on for longer than one whose validator has rejected may.
    let adds = r#"scanf("%d", &x); printf("%d\n", x + 1); usleep(400000); puts("bye"); return 0;"#;
    let report = judge(&world, "testlib", adds, Transcripts::Off).await;
    assert_eq!(report.verdict, Ac, "{}", said(&report));
    let takes = r#"scanf("%d", &x); printf("%d\n", x - 1); return 0;"#;
    let report = judge(&world, "testlib", takes, Transcripts::Off).await;
    assert_eq!(report.verdict, Wa, "{}", said(&report));
    assert_eq!(report.runs[0].judge_message.as_deref(), Some("4 is not 6"));
    let report = judge(&world, "testlib", "return 0;", Transcripts::Off).await;
    assert_eq!(report.verdict, Wa, "{}", said(&report));
}
