//! The same path behind the native wall with the toolchains of this machine: what a scripted wall cannot prove.

use std::time::Duration;

use judging::judgements::VerdictReport;
use judging::verdicts::Verdict;

use crate::testing::{Package, World};

/// Prints the input, which is a number: three testcases.
fn echo() -> Package {
    Package {
        yaml: "name: Echo\nlimits:\n  memory: 64\n  output: 1\n",
        ..Package::echo("echo", 3)
    }
}

fn summary(report: &VerdictReport) -> String {
    let last = report.runs.last().map(|run| (&run.message, run.evidence));
    format!("{:?}, {:?}, {last:?}", report.message, report.staff_message)
}

async fn check(
    world: &World,
    problem: &str,
    name: &str,
    source: &str,
    verdict: Verdict,
) -> VerdictReport {
    let language = if name.ends_with(".c") { "c" } else { "python3" };
    let report = world.judge_file(problem, language, name, source).await;
    assert_eq!(report.verdict, verdict, "{source}: {}", summary(&report));
    report
}

#[actix::test]
async fn c_programs_get_their_verdicts() {
    let world = World::real(&[echo()]);
    let main = |body: &str| {
        format!(
            "#include <stdio.h>\n#include <stdlib.h>\nint main(void) {{ int n; scanf(\"%d\", &n); {body} return 0; }}"
        )
    };
    let cases = [
        ("printf(\"%d\\n\", n);", Verdict::Ac),
        ("printf(\"%d\\n\", n == 2 ? 0 : n);", Verdict::Wa),
        ("if (n == 2) for (;;) ; printf(\"%d\\n\", n);", Verdict::Tle),
        (
            "for (;;) { volatile char *p = malloc(1 << 20); for (int i = 0; i < 1 << 20; i += 512) p[i] = 1; }",
            Verdict::Mle,
        ),
        ("if (n == 3) abort(); printf(\"%d\\n\", n);", Verdict::Rte),
        ("exit(7);", Verdict::Rte),
        ("for (;;) puts(\"all work and no play\");", Verdict::Ole),
        ("no such thing;", Verdict::Ce),
    ];
    for (body, verdict) in cases {
        check(&world, "echo", "main.c", &main(body), verdict).await;
    }
    let report = check(
        &world,
        "echo",
        "main.c",
        &main("if (n == 3) abort(); printf(\"%d\\n\", n);"),
        Verdict::Rte,
    )
    .await;
    assert!(report.compile.unwrap().cached);
    assert_eq!(report.message, "secret/003: killed by SIGABRT");
    assert_eq!(report.runs.len(), 3);
    assert!(report.provenance.unwrap().language_version.contains("gcc"));
}

#[actix::test]
async fn python_programs_get_their_verdicts() {
    let world = World::real(&[echo()]);
    let cases = [
        ("print(int(input()))", Verdict::Ac),
        ("print(int(input()) + 1)", Verdict::Wa),
        ("while True: pass", Verdict::Tle),
        ("import time; time.sleep(60)", Verdict::Tle),
        (
            "x = [bytearray(1 << 20) for _ in range(1000)]",
            Verdict::Mle,
        ),
        ("print(1 // 0)", Verdict::Rte),
        ("while True: print('x' * 1000)", Verdict::Ole),
        ("print(", Verdict::Ce),
    ];
    for (source, verdict) in cases {
        check(&world, "echo", "main.py", source, verdict).await;
    }
}

fn custom(id: &'static str, files: &[(&'static str, &str)]) -> Package {
    Package {
        yaml: "name: Custom\nvalidation: custom\nvalidator_flags: strict\nlimits:\n  validation_time: 1\n",
        files: files
            .iter()
            .map(|(path, content)| (*path, (*content).to_owned()))
            .collect(),
        ..Package::echo(id, 2)
    }
}

const VALIDATOR: &str = r#"#include "verdict.h"
int main(int argc, char **argv) {
    int answer, said = -1;
    FILE *file = fopen(argv[2], "r");
    if (argc != 5 || strcmp(argv[4], "strict") || fscanf(file, "%d", &answer) != 1) return 1;
    std::string feedback = argv[3];
    if (scanf("%d", &said) == 1 && said == answer) return 42;
    FILE *message = fopen((feedback + "judgemessage.txt").c_str(), "ax");
    if (!message) return 1;
    fprintf(message, "%d is not %d", said, answer);
    return 43;
}
"#;

#[actix::test]
async fn validators_of_several_files_and_scripts_judge() {
    let world = World::real(&[
        custom(
            "cxx",
            &[
                ("output_validators/check/check.cpp", VALIDATOR),
                (
                    "output_validators/check/verdict.h",
                    "#include <cstdio>\n#include <cstring>\n#include <string>\n",
                ),
            ],
        ),
        custom(
            "script",
            &[
                (
                    "output_validators/check/build",
                    "#!/bin/sh\nprintf 'read -r said; [ \"$said\" = \"$(cat \"$2\")\" ] && exit 42; exit 43\\n' > body\n",
                ),
                (
                    "output_validators/check/run",
                    "#!/bin/sh\n. \"$(dirname \"$0\")/body\"\n",
                ),
            ],
        ),
        custom(
            "python",
            &[(
                "output_validators/check.py",
                "#!/usr/bin/env python3\nimport sys\nsys.exit(42 if sys.stdin.read().split() == open(sys.argv[2]).read().split() else 43)\n",
            )],
        ),
    ]);
    for problem in ["cxx", "script", "python"] {
        check(&world, problem, "main.py", "print(input())", Verdict::Ac).await;
        let report = check(
            &world,
            problem,
            "main.py",
            "n = input()\nprint(0 if n == '2' else n)",
            Verdict::Wa,
        )
        .await;
        assert_eq!(report.runs.len(), 2);
        if problem == "cxx" {
            assert_eq!(report.runs[1].judge_message.as_deref(), Some("0 is not 2"));
        }
    }
}

#[actix::test]
async fn validators_that_fail_are_judge_errors() {
    let failing = [
        ("crash", "int main() { __builtin_trap(); }"),
        ("zero", "int main() { return 0; }"),
        ("loop", "int main() { for (volatile int i = 0;; i++); }"),
        (
            "link",
            "#include <unistd.h>\n#include <string>\nint main(int, char **argv) { symlink(\"/etc/passwd\", (std::string(argv[3]) + \"judgemessage.txt\").c_str()); return 42; }",
        ),
        (
            "flood",
            "#include <cstdio>\nint main() { for (;;) puts(\"all work and no play\"); }",
        ),
    ];
    let packages =
        failing.map(|(id, source)| custom(id, &[("output_validators/check.cpp", source)]));
    let world = World::real(&packages);
    for (id, _) in failing {
        let report = check(&world, id, "main.py", "print(input())", Verdict::Je).await;
        let reason = report.staff_message.unwrap();
        assert!(reason.contains("check.cpp"), "{id}: {reason}");
    }
}

#[actix::test]
async fn a_time_limit_is_inferred_from_accepted_submissions() {
    let world = World::real(&[Package {
        time_limit: None,
        files: vec![("submissions/accepted/ok.py", "print(input())".to_owned())],
        ..Package::echo("echo", 2)
    }]);
    let report = check(&world, "echo", "main.py", "print(input())", Verdict::Ac).await;
    assert_eq!(report.time_limit.as_secs(), 1);
}

/// CPU time of this thread so far, on which everything of ours runs; the programs and the runner do not.
fn own_cpu() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(text.split_whitespace().next().unwrap().parse().unwrap())
}

#[actix::test]
async fn ten_trivial_testcases_cost_us_little() {
    const JUDGEMENTS: u32 = 40;
    let world = World::real(&[Package::echo("echo", 10)]);
    let source =
        "#include <stdio.h>\nint main(void) { int n; scanf(\"%d\", &n); printf(\"%d\", n); }";
    check(&world, "echo", "main.c", source, Verdict::Ac).await;
    let before = own_cpu();
    for _ in 0..JUDGEMENTS {
        check(&world, "echo", "main.c", source, Verdict::Ac).await;
    }
    let each = (own_cpu() - before) / JUDGEMENTS;
    println!("{each:?} of our CPU time for a judgement of ten testcases");
    // The goal is 2 ms; a build without optimisation is several times slower.
    let bound = Duration::from_millis(if cfg!(debug_assertions) { 20 } else { 2 });
    assert!(each < bound, "{each:?}");
}

#[actix::test]
async fn inputs_that_only_their_owner_may_read_can_be_opened_again() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::real(&[echo()]);
    let package = world.env.library.get(&"echo".into());
    for testcase in &package.unwrap().testcases {
        let mode = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(&testcase.input, mode).unwrap();
    }
    let again = "print(open('/dev/stdin').read())";
    check(&world, "echo", "main.py", again, Verdict::Ac).await;
    let changed = "open('/dev/stdin', 'w').write('1')";
    check(&world, "echo", "main.py", changed, Verdict::Rte).await;
}
