//! Dialogues behind the native wall with the C compiler of this machine: the pipe ends, the order of decision, hostile halves
//! of either kind, transcripts. The cases named after the ways pipes go wrong are those other judges test their own with.

mod kinds;

use judging::judgements::VerdictReport;
use judging::verdicts::Verdict;
use judging::verdicts::Verdict::{Ac, Je, Ole, Rte, Tle, Wa};

use crate::judge::{Order, Transcripts};
use crate::testing::{Package, World};

const INCLUDES: &str = "#include <signal.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <unistd.h>\n";

/// The body of `main` as a program. Output goes out by the line.
fn program(body: &str) -> String {
    format!(
        "{INCLUDES}int main(int argc, char **argv) {{ int x = 0, y = 0; setvbuf(stdout, 0, _IOLBF, 1 << 16); {body} }}\n"
    )
}

/// Without a time limit of 1 s nothing here would end soon.
fn package(id: &'static str, yaml: &'static str, validator: &str) -> Package {
    let directory = match yaml.contains("2025-09") {
        true => "output_validator/talk.c",
        false => "output_validators/talk.c",
    };
    Package {
        id,
        yaml,
        testcases: vec![("7".to_owned(), "14".to_owned())],
        files: vec![(directory, program(validator))],
        time_limit: Some("1"),
    }
}

const LEGACY: &str =
    "name: Talk\nvalidation: custom interactive\nlimits:\n  validation_time: 1\n  memory: 64\n";
const NEW: &str = "problem_format_version: 2025-09\nname: Talk\nuuid: 1\ntype: interactive\nlimits:\n  time_limit: 1\n  \
    validation_time: 1\n  memory: 64\n";

fn said(report: &VerdictReport) -> String {
    let run = report.runs.first();
    let run = run.map(|run| (run.message.clone(), run.judge_message.clone(), run.evidence));
    format!("{:?} {:?} {run:?}", report.message, report.staff_message)
}

/// Judges the body of a submission.
async fn judge(
    world: &World,
    problem: &str,
    submission: &str,
    transcripts: Transcripts,
) -> VerdictReport {
    let order = Order {
        transcripts: Some(transcripts),
        ..Order::default()
    };
    world
        .judge_ordered(problem, "c", "main.c", &program(submission), order)
        .await
}

/// A package, a validator, a submission and the verdict of that dialogue.
type Case = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    Verdict,
);

async fn check(cases: &[Case]) {
    let packages: Vec<Package> = cases
        .iter()
        .map(|(id, yaml, validator, ..)| package(id, yaml, validator))
        .collect();
    let world = World::real(&packages);
    for (id, _, _, submission, verdict) in cases {
        let report = judge(&world, id, submission, Transcripts::Off).await;
        assert_eq!(report.verdict, *verdict, "{id}: {}", said(&report));
    }
}

#[actix::test]
async fn ends_of_pipes_do_what_other_judges_expect() {
    check(&[
        (
            "closes_stdout",
            LEGACY,
            r#"printf("1 2\n3 4\n"); fclose(stdout); return scanf("%d", &x) == 1 && x == 10 ? 42 : 43;"#,
            r#"int s = 0; while (scanf("%d", &x) == 1) s += x; printf("%d\n", s); return 0;"#,
            Ac,
        ),
        (
            "leaves_at_once",
            LEGACY,
            "return 42;",
            r#"if (scanf("%d", &x) != EOF) abort(); return 0;"#,
            Ac,
        ),
        ("leaves_at_once_s_loops", LEGACY, "return 42;", "for (;;) x++;", Tle),
        (
            "leaves_at_once_s_writes",
            LEGACY,
            "return 42;",
            "usleep(200000); for (int i = 0; i < 3000000; i++) putchar('1'); return fflush(stdout) ? 1 : 0;",
            Ac,
        ),
        (
            "accepts",
            LEGACY,
            r#"return scanf("%d", &x) == 1 && x == 42 ? 42 : 43;"#,
            r#"printf("42\n"); return 0;"#,
            Ac,
        ),
        (
            "rejects",
            LEGACY,
            r#"return scanf("%d", &x) == 1 && x == 42 ? 42 : 43;"#,
            r#"printf("41\n"); return 0;"#,
            Wa,
        ),
        (
            "s_closes_stdin",
            LEGACY,
            r#"usleep(300000); printf("123\n"); return scanf("%d", &x) == 1 && x == 42 ? 42 : 43;"#,
            r#"fclose(stdin); printf("42\n"); usleep(500000); return 0;"#,
            Ac,
        ),
        (
            "s_leaves_at_once",
            LEGACY,
            r#"usleep(200000); printf("123\n"); return scanf("%d", &x) == EOF ? 42 : 44;"#,
            "return 0;",
            Ac,
        ),
        (
            "s_leaves_and_is_told_much",
            LEGACY,
            "usleep(100000); for (int i = 0; i < 3000000; i++) putchar('1'); return fflush(stdout) ? 44 : 42;",
            "return 0;",
            Ac,
        ),
        (
            "s_says_nothing",
            LEGACY,
            r#"return scanf("%d", &x) == 1 ? 42 : 43;"#,
            r#"scanf("%d", &x); return 0;"#,
            Tle,
        ),
    ])
    .await;
}

#[actix::test]
async fn time_runs_out_for_the_right_one() {
    const SILENT: &str = r#"for (;;) scanf("%d", &x);"#;
    const HEARS: &str = r#"return scanf("%d", &x) == 1 ? 0 : 1;"#;
    check(&[
        // Both wait; then one of them reads the end of its input for ever.
        ("says_nothing", LEGACY, SILENT, HEARS, Tle),
        ("says_nothing_new", NEW, SILENT, HEARS, Je),
        // One that hears nothing and sleeps.
        ("sleeps", LEGACY, "for (;;) sleep(100);", "return 0;", Wa),
        ("sleeps_new", NEW, "for (;;) sleep(100);", "return 0;", Je),
        ("loops_new", NEW, "for (;;) x++;", "return 0;", Je),
        (
            "traffic",
            "name: Talk\nvalidation: custom interactive\nlimits:\n  output: 2000\n",
            r#"for (;;) { for (int i = 0; i < 100000; i++) printf("1 "); puts(""); for (int i = 0; i < 100000; i++) if (scanf("%d", &x) != 1) return 43; }"#,
            r#"while (scanf("%d", &x) == 1) printf("%d\n", x); return 0;"#,
            Tle,
        ),
        (
            "thinks_long",
            "name: Talk\nvalidation: custom interactive\n",
            r#"for (volatile long i = 0; i < 2500000000; i++) {} printf("1\n"); return scanf("%d", &x) == 1 ? 42 : 43;"#,
            r#"scanf("%d", &x); printf("%d\n", x); return 0;"#,
            Ac,
        ),
        (
            "says_its_word_and_loops",
            LEGACY,
            r#"return scanf("%d", &x) == 1 ? 42 : 43;"#,
            r#"puts("1"); for (;;) pause();"#,
            Tle,
        ),
    ])
    .await;
}

#[actix::test]
async fn the_order_of_decision_holds() {
    const REJECTS: &str = r#"scanf("%d", &x); return 43;"#;
    check(&[
        (
            "loops_after_no",
            LEGACY,
            REJECTS,
            r#"puts("1"); for (;;) x++;"#,
            Wa,
        ),
        (
            "dies_after_no",
            LEGACY,
            REJECTS,
            r#"puts("1"); if (scanf("%d", &x) != 1) abort(); return 0;"#,
            Wa,
        ),
        (
            "floods_after_no",
            LEGACY,
            REJECTS,
            r#"for (;;) puts("1");"#,
            Wa,
        ),
        ("dies_first", LEGACY, REJECTS, "abort();", Rte),
        ("fails_first", LEGACY, REJECTS, "return 3;", Rte),
        (
            "bombs_first",
            LEGACY,
            REJECTS,
            "for (;;) memset(malloc(1 << 20), 1, 1 << 20);",
            Verdict::Mle,
        ),
        (
            "dies_after_yes",
            LEGACY,
            "return 42;",
            r#"if (scanf("%d", &x) != 1) return 1; return 0;"#,
            Rte,
        ),
        ("crashes", LEGACY, "abort();", "return 0;", Je),
        ("crashes_s_too", LEGACY, "return 1;", "for (;;) x++;", Je),
        ("says_zero", LEGACY, "return 0;", "return 0;", Je),
        (
            "crashes_at_the_end",
            NEW,
            r#"if (scanf("%d", &x) != 1) return 1; return 42;"#,
            "for (;;) pause();",
            Je,
        ),
    ])
    .await;
}

#[actix::test]
async fn hostile_halves_get_their_verdicts() {
    const LISTENS: &str = r#"while (scanf("%d", &x) == 1) y++; return y == 1 ? 42 : 43;"#;
    check(&[
        (
            "s_floods_the_deaf",
            LEGACY,
            "sleep(1); for (;;) pause();",
            r#"for (;;) puts("1");"#,
            Tle,
        ),
        (
            "s_floods",
            LEGACY,
            LISTENS,
            r#"for (;;) write(1, "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1\n", 32);"#,
            Ole,
        ),
        (
            "s_leaves_a_child",
            LEGACY,
            LISTENS,
            r#"if (!fork()) for (;;) pause(); puts("1"); return 0;"#,
            Ac,
        ),
        ("s_sleeps", LEGACY, LISTENS, "for (;;) sleep(1000);", Tle),
        (
            "s_closes_all",
            LEGACY,
            LISTENS,
            "close(0); close(1); for (;;) pause();",
            Tle,
        ),
        (
            "s_closes_stdout_and_crashes",
            LEGACY,
            LISTENS,
            "fclose(stdout); usleep(300000); abort();",
            Rte,
        ),
        (
            "s_kills_all",
            LEGACY,
            LISTENS,
            r#"kill(-1, SIGKILL); puts("1"); return 0;"#,
            Ac,
        ),
        ("floods", NEW, r#"for (;;) puts("1");"#, "return 0;", Je),
        (
            "floods_the_deaf",
            LEGACY,
            r#"for (;;) puts("1");"#,
            "for (;;) pause();",
            Tle,
        ),
        (
            "closes_stdin",
            LEGACY,
            "fclose(stdin); usleep(400000); return 42;",
            "for (int i = 0; i < 3000000; i++) putchar('1'); return fflush(stdout) ? 1 : 0;",
            Ac,
        ),
        (
            "leaves_a_child",
            LEGACY,
            r#"scanf("%d", &x); if (!fork()) for (;;) pause(); return 42;"#,
            r#"puts("1"); return scanf("%d", &x) == EOF ? 0 : 1;"#,
            Ac,
        ),
    ])
    .await;
}
