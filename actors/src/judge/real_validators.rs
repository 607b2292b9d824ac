//! Validators of packages behind the native wall: several of them, testlib checkers, scores, and hostile ones.

use judging::judgements::VerdictReport;
use judging::verdicts::Verdict;

use crate::testing::{Package, World};

const ECHO: &str = "print(input())";

fn package(id: &'static str, yaml: &'static str, files: &[(&'static str, &str)]) -> Package {
    Package {
        yaml,
        files: files
            .iter()
            .map(|(path, content)| (*path, (*content).to_owned()))
            .collect(),
        ..Package::echo(id, 2)
    }
}

async fn check(world: &World, problem: &str, source: &str, verdict: Verdict) -> VerdictReport {
    let report = world
        .judge_file(problem, "python3", "main.py", source)
        .await;
    let run = report.runs.last();
    let run = run.map(|run| (&run.message, &run.judge_message));
    assert_eq!(
        report.verdict, verdict,
        "{problem}: {source}: {:?}, {:?}, {run:?}",
        report.message, report.staff_message
    );
    report
}

/// The reason of the judge error that a problem is.
async fn staff_reads(world: &World, problem: &str) -> String {
    let report = check(world, problem, ECHO, Verdict::Je).await;
    report.staff_message.unwrap()
}

const CUSTOM: &str = "name: Custom\nvalidation: custom\nvalidator_flags: one two\nlimits:\n  validation_time: 1\n  validation_memory: 64\n  validation_output: 1\n";

#[actix::test]
async fn all_of_several_validators_must_accept() {
    let even = "import sys\nopen(sys.argv[3] + 'judgemessage.txt', 'w').write('even?')\nsys.exit(42 if int(input()) % 2 == 0 else 43)\n";
    let small = "#include <fstream>\n#include <iostream>\nint main(int c, char **v) { int n; std::cin >> n; std::ofstream(std::string(v[3]) + \"judgemessage.txt\") << \"small?\"; return n < 5 ? 42 : 43; }\n";
    let never = "int main(void) { return 43; }\n";
    let world = World::real(&[
        package(
            "two",
            CUSTOM,
            &[
                ("output_validators/a_even.py", even),
                ("output_validators/b_small.cpp", small),
            ],
        ),
        package(
            "named",
            CUSTOM,
            &[
                ("output_validators/small.cpp", small),
                ("output_validators/never.c", never),
                (
                    "data/testdata.yaml",
                    "output_validator_flags:\n  name: small.cpp\n  flags: three\n",
                ),
            ],
        ),
    ]);
    let report = check(&world, "two", "print(4)", Verdict::Ac).await;
    assert_eq!(
        report.runs[0].judge_message.as_deref(),
        Some("even?\nsmall?")
    );
    let report = check(&world, "two", "print(6)", Verdict::Wa).await;
    assert_eq!(
        report.runs[0].judge_message.as_deref(),
        Some("even?\nsmall?")
    );
    let report = check(&world, "two", "print(3)", Verdict::Wa).await;
    assert_eq!(report.runs[0].judge_message.as_deref(), Some("even?"));
    check(&world, "named", "print(3)", Verdict::Ac).await;
    check(&world, "named", "print(7)", Verdict::Wa).await;
}

/// What validators may do without harm.
const HARMLESS: &[(&str, &str)] = &[
    (
        "manyfiles",
        "for (int i = 0; i < 3000; i++) std::ofstream(f + std::to_string(i)) << i; return 42;",
    ),
    (
        "links",
        "symlink(\"/etc/shadow\", (f + \"x\").c_str()); link(v[1], (f + \"y\").c_str()); mkfifo((f + \"z\").c_str(), 0600); mkdir((f + \"d\").c_str(), 0700); return 42;",
    ),
    (
        "unreadable",
        "std::ofstream(f + \"judgemessage.txt\") << \"seen\"; chmod((f + \"judgemessage.txt\").c_str(), 0); chmod(v[3], 0); return 42;",
    ),
    ("children", "if (fork() == 0) for (;;) ; return 42;"),
    (
        "binary",
        "std::ofstream(f + \"judgemessage.txt\") << \"\\xff\\xfe\\x00x\"; return 42;",
    ),
];

/// What they may not, with a part of the reason that staff reads.
const ERRORS: &[(&str, &str, &str)] = &[
    ("crash", "abort();", "killed by SIGABRT"),
    ("zero", "return 0;", "exited with code 0"),
    ("loops", "for (;;) ;", "used up its time"),
    ("sleeps", "sleep(100);", "hung without using the CPU"),
    (
        "flood",
        "for (;;) puts(\"all work and no play\");",
        "wrote too much output",
    ),
    (
        "fills",
        "std::ofstream o(f + \"judgemessage.txt\"); for (;;) o << \"all work and no play\";",
        "killed by SIGXFSZ",
    ),
    (
        "hungry",
        "for (;;) memset(malloc(1 << 20), 1, 1 << 20);",
        "used up its memory",
    ),
    (
        "linked",
        "symlink(v[2], (f + \"judgemessage.txt\").c_str()); return 42;",
        "left symbolic link",
    ),
    (
        "piped",
        "mkfifo((f + \"teammessage.txt\").c_str(), 0600); return 43;",
        "left pipe",
    ),
    ("removed", "rmdir(v[3]); return 42;", "feedback directory"),
    (
        "swapped",
        "rmdir(v[3]); f.pop_back(); symlink(\"/etc\", f.c_str()); return 42;",
        "feedback directory",
    ),
    (
        "says",
        "std::ofstream(f + \"judgemessage.txt\") << \"for staff\"; std::cerr << \"to stderr\"; return 1;",
        "code 1, which is neither 42 nor 43: to stderr: for staff",
    ),
    (
        "scores",
        "std::ofstream(f + \"score.txt\") << 1; return 42;",
        "wrote score.txt, although validation is not \"custom score\"",
    ),
    (
        "scoresno",
        "std::ofstream(f + \"score.txt\") << 1; return 43;",
        "rejected the output and wrote score.txt",
    ),
];

#[actix::test]
async fn hostile_validators_are_judge_errors_or_harmless() {
    let cxx = |body: &str| {
        format!(
            "#include <cstdio>\n#include <cstdlib>\n#include <cstring>\n#include <fstream>\n#include <iostream>\n#include <string>\n#include <unistd.h>\n#include <sys/stat.h>\nint main(int, char **v) {{ std::string f = v[3]; {body} }}"
        )
    };
    let mut packages = Vec::new();
    let all = HARMLESS.iter().map(|(id, body)| (id, body));
    for (id, body) in all.chain(ERRORS.iter().map(|(id, body, _)| (id, body))) {
        packages.push(package(
            id,
            CUSTOM,
            &[("output_validators/bad.cpp", &cxx(body))],
        ));
    }
    let world = World::real(&packages);
    for (id, _) in HARMLESS {
        let report = check(&world, id, ECHO, Verdict::Ac).await;
        let said = report.runs[0].judge_message.as_deref();
        assert_eq!(said == Some("seen"), *id == "unreadable", "{id}: {said:?}");
    }
    for (id, _, expected) in ERRORS {
        let said = staff_reads(&world, id).await;
        assert!(
            said.contains("the output validator bad.cpp") && said.contains(expected),
            "{id}: {said}"
        );
    }
}

#[actix::test]
async fn validators_see_the_testcase_and_cannot_change_it() {
    let validator = "import mmap, os, sys\nnumbers = set()\nfor _ in range(3):\n    with open(sys.argv[1], 'rb') as f: numbers.add(mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ)[:])\nassert len(numbers) == 1\nassert sys.argv[3].endswith('/') and sys.argv[4:] == ['one', 'two']\nfor path in sys.argv[1:3]:\n    try: open(path, 'w')\n    except OSError: continue\n    sys.exit(1)\nassert not os.path.exists(os.path.dirname(sys.argv[1]) + '/main.py')\nsys.exit(42 if sys.stdin.read().split() == [numbers.pop().decode().strip()] else 43)\n";
    let world = World::real(&[package(
        "sees",
        CUSTOM,
        &[("output_validators/v.py", validator)],
    )]);
    check(&world, "sees", ECHO, Verdict::Ac).await;
    check(&world, "sees", "print(0)", Verdict::Wa).await;
}

/// What testlib promises about processes, and nothing else of it: argument order, exit codes, messages.
const MINI_TESTLIB: &str = r#"#include <cstdio>
#include <cstdlib>
#include <string>
enum { _ok = 0, _wa = 1, _pe = 2, _fail = 3, _points = 7 };
static char **arguments;
static FILE *inf, *ouf, *ans;
static void registerTestlibCmd(int count, char **values) {
  arguments = values;
  if (count < 4) exit(_fail);
  inf = fopen(values[1], "r"), ouf = fopen(values[2], "r"), ans = fopen(values[3], "r");
  if (!inf || !ouf || !ans) exit(_fail);
}
static void quit(int code, const char *word, const char *said) { fprintf(stderr, "%s %s\n", word, said); exit(code); }
"#;

const CHECKER: &str = r#"#include "testlib.h"
int main(int count, char **values) {
  registerTestlibCmd(count, values);
  int said, right;
  if (fscanf(ans, "%d", &right) != 1) quit(_fail, "FAIL", "no answer");
  if (fscanf(ouf, "%d", &said) != 1) quit(_pe, "wrong output format", "a number is expected");
  if (said == right) quit(_ok, "ok", "it is");
  if (said == -right) quit(_points, "points", "0.5 the sign is wrong");
  if (said == 100) exit(9);
  if (said == 101) quit(_fail, "FAIL", "the jury is wrong");
  quit(_wa, "wrong answer", "it is not");
}
"#;

#[actix::test]
async fn testlib_checkers_speak_their_own_contract() {
    let plain = "name: Checked\nvalidation: custom\n";
    let scoring = "name: Checked\ntype: scoring\nvalidation: custom score\n";
    let files = [
        ("output_validators/check/check.cpp", CHECKER),
        ("output_validators/check/testlib.h", MINI_TESTLIB),
    ];
    let patched = MINI_TESTLIB.to_owned() + "#define OK_EXIT_CODE 42\n";
    let ordinary = "#include \"testlib.h\"\n// registerTestlibCmd\nint main(int, char **v) { int said, right; FILE *f = fopen(v[2], \"r\"); if (fscanf(f, \"%d\", &right) != 1) return 1; return scanf(\"%d\", &said) == 1 && said == right ? 42 : 43; }\n";
    let world = World::real(&[
        package("plain", plain, &files),
        package("scoring", scoring, &files),
        package(
            "patched",
            plain,
            &[
                ("output_validators/check/check.cpp", ordinary),
                ("output_validators/check/testlib.h", &patched),
            ],
        ),
    ]);
    let report = check(&world, "plain", ECHO, Verdict::Ac).await;
    assert_eq!(report.runs[0].judge_message.as_deref(), Some("it is"));
    let report = check(&world, "plain", "print(0)", Verdict::Wa).await;
    assert_eq!(report.runs[0].judge_message.as_deref(), Some("it is not"));
    let report = check(&world, "plain", "print('x')", Verdict::Wa).await;
    assert_eq!(
        report.runs[0].judge_message.as_deref(),
        Some("a number is expected")
    );
    for (said, expected) in [("100", "exited with code 9"), ("101", "the jury is wrong")] {
        let report = check(&world, "plain", &format!("print({said})"), Verdict::Je).await;
        let reason = report.staff_message.unwrap();
        assert!(
            reason.contains("check") && reason.contains(expected),
            "{reason}"
        );
    }
    let half = check(&world, "scoring", "print(-int(input()))", Verdict::Ac).await;
    assert_eq!(half.score, Some(1.0), "{half:?}");
    let full = check(&world, "scoring", ECHO, Verdict::Ac).await;
    assert_eq!(full.score, Some(2.0), "{full:?}");
    check(&world, "patched", ECHO, Verdict::Ac).await;
    check(&world, "patched", "print(0)", Verdict::Wa).await;
}

#[actix::test]
async fn scores_are_those_the_validator_writes() {
    let world = World::real(&[
        package(
            "legacy",
            "name: Scores\ntype: scoring\nvalidation: custom score\n",
            &[(
                "output_validators/v.py",
                "import sys\nn = float(input())\nif n < 0: sys.exit(43)\nif n < 9: open(sys.argv[3] + 'score.txt', 'w').write(str(n * 0.1))\nsys.exit(42)\n",
            )],
        ),
        package(
            "both",
            "name: Scores\nproblem_format_version: 2025-09\ntype: scoring\n",
            &[(
                "output_validator/v.py",
                "import sys\nfor name in ['score.txt', 'score_multiplier.txt']: open(sys.argv[3] + name, 'w').write('1')\nsys.exit(42)\n",
            )],
        ),
    ]);
    let report = check(&world, "legacy", ECHO, Verdict::Ac).await;
    // 0.1 and 0.2 as they are written, not as they are added in binary.
    assert_eq!(report.score, Some(0.3), "{report:?}");
    check(&world, "legacy", "print(-1)", Verdict::Wa).await;
    let report = check(&world, "legacy", "print(10)", Verdict::Je).await;
    let reason = report.staff_message.unwrap();
    assert!(
        reason.contains("v.py accepted the output and did not write score.txt"),
        "{reason}"
    );
    let said = staff_reads(&world, "both").await;
    assert!(
        said.contains("wrote both score.txt and score_multiplier.txt"),
        "{said}"
    );
}

#[actix::test]
async fn programs_of_packages_come_in_many_forms() {
    let compare = "[ \"$(cat)\" = \"$(cat \"$2\")\" ] && exit 42; exit 43\n";
    let shell = "#!/bin/sh\n".to_owned() + compare;
    let compiled = "#include <stdio.h>\n#include \"codes.h\"\nint main(int c, char **v) { int a, b; FILE *f = fopen(v[2], \"r\"); return fscanf(f, \"%d\", &a) == 1 && scanf(\"%d\", &b) == 1 && a == b ? RIGHT : WRONG; }\n";
    let make = "run: main.c codes.h\n\tcc -O2 -o run main.c\n";
    let python_module = "import sys\nfrom check import same\nsys.exit(42 if same(sys.stdin.read(), open(sys.argv[2]).read()) else 43)\n";
    let codes = "#define RIGHT 42\n#define WRONG 43\n";
    let world = World::real(&[
        package("shell", CUSTOM, &[("output_validators/v.sh", &shell)]),
        package("runonly", CUSTOM, &[("output_validators/v/run", &shell)]),
        package(
            "makes",
            CUSTOM,
            &[
                ("output_validators/v/build", "#!/bin/sh\nset -e\nmake\n"),
                ("output_validators/v/Makefile", make),
                ("output_validators/v/main.c", compiled),
                ("output_validators/v/codes.h", codes),
            ],
        ),
        package(
            "wrapped",
            CUSTOM,
            &[
                (
                    "output_validators/v/build",
                    "#!/bin/sh\n./tools/compile.sh && printf '#!/bin/sh\\nexec \"$(dirname \"$0\")/program\" \"$@\"\\n' > run\n",
                ),
                (
                    "output_validators/v/tools/compile.sh",
                    "#!/bin/sh\nc++ -x c++ -o program main.c\n",
                ),
                ("output_validators/v/main.c", compiled),
                ("output_validators/v/codes.h", codes),
            ],
        ),
        package(
            "module",
            CUSTOM,
            &[
                ("output_validators/v/__init__.py", ""),
                ("output_validators/v/__main__.py", python_module),
                (
                    "output_validators/v/check.py",
                    "def same(a, b): return a.split() == b.split()\n",
                ),
            ],
        ),
        package(
            "beside",
            CUSTOM,
            &[
                ("output_validators/v.c", compiled),
                ("output_validators/codes.h", codes),
            ],
        ),
        package(
            "broken",
            CUSTOM,
            &[("output_validators/v.c", "no such thing;\n")],
        ),
    ]);
    for problem in ["shell", "runonly", "makes", "wrapped", "module", "beside"] {
        check(&world, problem, ECHO, Verdict::Ac).await;
        check(&world, problem, "print(0)", Verdict::Wa).await;
    }
    let said = staff_reads(&world, "broken").await;
    assert!(
        said.contains("the output validator v.c does not compile"),
        "{said}"
    );
}
