//! Kinds of problems beyond one run per testcase, behind the native wall: passes, answers, files, graders, static validators,
//! with programs in the languages of this machine.

use judging::judgements::VerdictReport;
use judging::verdicts::Verdict;

use crate::testing::{Package, World};

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

async fn python(world: &World, problem: &str, source: &str) -> VerdictReport {
    world
        .judge_file(problem, "python3", "main.py", source)
        .await
}

fn told(report: &VerdictReport) -> String {
    let run = report.runs.last();
    let run = run.map(|run| (&run.message, &run.judge_message, run.evidence));
    format!("{:?}, {:?}, {run:?}", report.message, report.staff_message)
}

async fn check(world: &World, problem: &str, source: &str, verdict: Verdict) -> VerdictReport {
    let report = python(world, problem, source).await;
    assert_eq!(report.verdict, verdict, "{source}: {}", told(&report));
    report
}

const MULTI_PASS: &str = "name: Passes\nproblem_format_version: 2025-09\ntype: multi-pass\nlimits:\n  validation_passes: 3\n";

/// Asks for as many passes as the testcase says, each with the number printed before it as input, and holds what is said in
/// the second and later passes against argv[1].
const COUNTING: &str = r#"#!/usr/bin/env python3
import os, sys
number, feedback = int(open(sys.argv[1]).read()), sys.argv[3]
passes = int(open(sys.argv[2]).read())
with open(feedback + 'judgemessage.txt', 'a') as message:
    message.write(f'{number} ')
assert not os.path.exists(feedback + 'nextpass.in')
said = sys.stdin.read().split()
if said != [str(number + 1)]:
    sys.exit(43)
if len(open(feedback + 'judgemessage.txt').read().split()) < passes:
    open(feedback + 'nextpass.in', 'w').write(said[0])
sys.exit(42)
"#;

#[actix::test]
async fn passes_follow_each_other() {
    let mut passes = package(
        "passes",
        MULTI_PASS,
        &[("output_validator/validate.py", COUNTING)],
    );
    passes.testcases = vec![
        ("5".to_owned(), "3".to_owned()),
        ("7".to_owned(), "1".to_owned()),
    ];
    let mut endless = package(
        "endless",
        MULTI_PASS,
        &[("output_validator/validate.py", COUNTING)],
    );
    endless.testcases = vec![("5".to_owned(), "4".to_owned())];
    let world = World::real(&[passes, endless]);
    let report = check(&world, "passes", "print(int(input()) + 1)", Verdict::Ac).await;
    let run = &report.runs[0];
    assert_eq!(run.judge_message.as_deref(), Some("5 6 7"));
    let [passes] = run.attachments.as_slice() else {
        panic!("{run:?}")
    };
    let text = String::from_utf8(passes.content.clone()).unwrap();
    assert_eq!(
        (passes.name.as_str(), text.lines().count()),
        ("passes.txt", 3)
    );
    assert_eq!(report.runs[1].judge_message.as_deref(), Some("7"));
    // Nothing of a pass is left for the next one but what the validator gives it.
    let forgetful =
        "import os\nassert os.listdir('.') == []\nopen('left', 'w')\nprint(int(input()) + 1)";
    check(&world, "passes", forgetful, Verdict::Ac).await;
    let cases = [
        ("n = int(input())\nprint(n + (n != 6))", Verdict::Wa),
        ("n = int(input())\nprint(n + 1 // (n != 6))", Verdict::Rte),
        (
            "n = int(input())\nwhile n == 7: pass\nprint(n + 1)",
            Verdict::Tle,
        ),
    ];
    for (source, verdict) in cases {
        let report = check(&world, "passes", source, verdict).await;
        assert_eq!(report.runs.len(), 1, "{}", told(&report));
    }
    let report = check(&world, "endless", "print(int(input()) + 1)", Verdict::Je).await;
    let reason = report.staff_message.unwrap();
    assert!(
        reason.contains("output_validator asked for another pass after 3"),
        "{reason}"
    );
}

#[actix::test]
async fn legacy_passes_are_those_of_domjudge() {
    let yaml = "name: Passes\nvalidation: custom multi-pass\nlimits:\n  validation_passes: 4\n";
    let counting = "#!/usr/bin/env python3\nimport sys\nnumber = int(open(sys.argv[1]).read())\nif int(input()) != number + 1: sys.exit(43)\nif number < 4: open(sys.argv[3] + 'nextpass.in', 'w').write(str(number + 1))\nsys.exit(42)\n";
    let rejecting = "#!/usr/bin/env python3\nimport sys\nopen(sys.argv[3] + 'nextpass.in', 'w').write('1')\nsys.exit(43)\n";
    let linking = "#!/usr/bin/env python3\nimport os, sys\nos.symlink('/etc/passwd', sys.argv[3] + 'nextpass.in')\nsys.exit(42)\n";
    let world = World::real(&[
        package("counts", yaml, &[("output_validators/v.py", counting)]),
        package("rejects", yaml, &[("output_validators/v.py", rejecting)]),
        package("links", yaml, &[("output_validators/v.py", linking)]),
    ]);
    check(&world, "counts", "print(int(input()) + 1)", Verdict::Ac).await;
    let report = check(&world, "rejects", "print(input())", Verdict::Je).await;
    let reason = report.staff_message.unwrap();
    assert!(
        reason.contains("v.py rejected the output and wrote nextpass.in"),
        "{reason}"
    );
    let report = check(&world, "links", "print(input())", Verdict::Je).await;
    let reason = report.staff_message.unwrap();
    assert!(reason.contains("v.py left symbolic link"), "{reason}");
}

const NEWER: &str = "name: Newer\nproblem_format_version: 2025-09\nlimits:\n  code: 1\n";
const PASS_FAIL_SCORES: &str = "name: Scores\ntype: scoring\n";
const ECHO: &str = "print(input())";

#[actix::test]
async fn answers_are_judged_without_running_anything() {
    let yaml = "name: Answers\nproblem_format_version: 2025-09\ntype: [submit-answer, scoring]\nlimits:\n  output: 1\n";
    let validator = "import sys\nsaid = sys.stdin.read().split()\nif said != open(sys.argv[2]).read().split(): sys.exit(43)\nopen(sys.argv[3] + 'score_multiplier.txt', 'w').write('0.5' if said == ['2'] else '1')\nsys.exit(42)\n";
    let world = World::real(&[
        package("answers", yaml, &[("output_validator/v.py", validator)]),
        package(
            "plain",
            "name: Answers\nproblem_format_version: 2025-09\ntype: submit-answer\nlimits:\n  output: 1\n",
            &[],
        ),
    ]);
    let report = world
        .judge_files(
            "answers",
            "bash",
            &[("001.ans", "1"), ("secret-002.out", "2\n")],
        )
        .await;
    assert_eq!(
        (report.verdict, report.score),
        (Verdict::Ac, Some(75.0)),
        "{}",
        told(&report)
    );
    assert!(report.compile.is_none());
    let report = world
        .judge_files("answers", "bash", &[("001.ans", "1")])
        .await;
    assert_eq!(
        (report.verdict, report.score),
        (Verdict::Ac, Some(50.0)),
        "{}",
        told(&report)
    );
    assert_eq!(report.runs[1].verdict, Verdict::Wa);
    let both = [("1.ans", "1"), ("002", " 2 ")];
    let report = world.judge_files("plain", "bash", &both[1..]).await;
    assert_eq!(report.verdict, Verdict::Wa, "{}", told(&report));
    let report = world
        .judge_files("plain", "bash", &[("001", "1"), ("002", " 2 ")])
        .await;
    assert_eq!(report.verdict, Verdict::Ac, "{}", told(&report));
    let large = "x".repeat(1 << 20) + "1";
    let report = world
        .judge_files("plain", "bash", &[("001", large.as_str()), ("002", "2")])
        .await;
    assert_eq!(report.verdict, Verdict::Ole, "{}", told(&report));
}

/// Adds scores up, but only of groups of which at least half is accepted.
const GRADER: &str = r#"#!/usr/bin/env python3
import sys
results = [line.split() for line in sys.stdin]
accepted = [float(score) for verdict, score in results if verdict == 'AC']
bonus = float(sys.argv[1]) if len(sys.argv) > 1 else 0
if 2 * len(accepted) >= len(results):
    print('AC', sum(accepted) + bonus)
else:
    print(results[0][0], 0)
"#;

fn graded(id: &'static str, grader: &str) -> Package {
    let custom = "on_reject: continue\ngrading: custom\n".to_owned();
    Package {
        testcases: Vec::new(),
        files: vec![
            ("graders/grade.py", grader.to_owned()),
            ("data/testdata.yaml", custom.clone()),
            (
                "data/secret/a/testdata.yaml",
                custom.clone() + "grader_flags: 10\n",
            ),
            ("data/secret/a/1.in", "1".to_owned()),
            ("data/secret/a/1.ans", "1".to_owned()),
            ("data/secret/a/2.in", "2".to_owned()),
            ("data/secret/a/2.ans", "2".to_owned()),
            ("data/secret/b/3.in", "3".to_owned()),
            ("data/secret/b/3.ans", "3".to_owned()),
            ("data/secret/b/4.in", "4".to_owned()),
            ("data/secret/b/4.ans", "4".to_owned()),
        ],
        ..package(id, PASS_FAIL_SCORES, &[])
    }
}

#[actix::test]
async fn graders_add_groups_up() {
    let world = World::real(&[
        graded("graded", GRADER),
        graded("crashes", "import sys\nsys.exit('no idea')\n"),
        graded("silent", "pass\n"),
        graded("loops", "while True: pass\n"),
        graded("flood", "while True: print('AC 1')\n"),
    ]);
    let report = check(&world, "graded", ECHO, Verdict::Ac).await;
    assert_eq!(report.score, Some(14.0), "{}", told(&report));
    let report = check(
        &world,
        "graded",
        "n = input()\nprint(n if n in '13' else 0)",
        Verdict::Ac,
    )
    .await;
    assert_eq!(
        (report.score, report.runs.len()),
        (Some(12.0), 4),
        "{}",
        told(&report)
    );
    check(&world, "graded", "print(0)", Verdict::Wa).await;
    for (problem, said) in [
        ("crashes", "exited with code 1: no idea"),
        ("silent", "gave no result"),
        ("flood", "wrote too much output"),
    ] {
        let report = check(&world, problem, ECHO, Verdict::Je).await;
        let reason = report.staff_message.unwrap();
        assert!(
            reason.contains("the grader grade.py of secret/a"),
            "{reason}"
        );
        assert!(reason.contains(said), "{reason}");
    }
}

#[actix::test]
async fn static_validators_judge_the_sources() {
    let validator = r#"import os, sys
language, entry_point, feedback, *args = sys.argv[1:]
assert (language, args) == ('python3', ['strict']), sys.argv
source = open(entry_point).read()
assert sorted(os.listdir('.')) == ['helper.py', 'main.py'], os.listdir('.')
open(feedback + 'judgemessage.txt', 'w').write(f'{len(source)} characters')
if 'goto' in source: sys.exit(43)
open(feedback + 'score.txt', 'w').write('7')
sys.exit(42)
"#;
    let files = [
        ("static_validator/check.py", validator),
        ("include/default/helper.py", "answer = 42\n"),
        (
            "data/secret/test_group.yaml",
            "static_validation_score: 10\nstatic_validator_args: [strict]\n",
        ),
    ];
    let yaml = "name: Static\nproblem_format_version: 2025-09\ntype: scoring\n";
    let world = World::real(&[package("static", yaml, &files)]);
    let report = check(&world, "static", ECHO, Verdict::Ac).await;
    assert_eq!(report.score, Some(97.0), "{}", told(&report));
    assert_eq!(report.runs.len(), 3);
    assert_eq!(
        report.runs[0].judge_message.as_deref(),
        Some("14 characters")
    );
    let report = check(&world, "static", "# goto\nprint(input())", Verdict::Ac).await;
    assert_eq!(report.score, Some(90.0), "{}", told(&report));
    assert_eq!(report.runs[0].verdict, Verdict::Wa);
}

#[actix::test]
async fn files_of_a_testcase_lie_where_the_program_starts() {
    let with_files = |id, writing: &str| {
        let yaml: &'static str = match writing {
            "true" => "name: Files\nproblem_format_version: 2025-09\nallow_file_writing: true\n",
            _ => "name: Files\nproblem_format_version: 2025-09\n",
        };
        package(
            id,
            yaml,
            &[
                ("data/secret/001.files/n.txt", "1"),
                ("data/secret/001.files/deep/er.txt", "deep"),
                ("data/secret/001.yaml", "args: [one, two words]\n"),
                ("data/secret/002.files/n.txt", "2"),
            ],
        )
    };
    let world = World::real(&[with_files("reads", "false"), with_files("writes", "true")]);
    let reading = "import os, sys\nn = open('n.txt').read()\nassert (n == '1') == os.path.exists('deep/er.txt')\nassert sys.argv[1:] == (['one', 'two words'] if n == '1' else []), sys.argv\nprint(n)";
    let writing = "open('n.txt', 'a').write('0')\nopen('new', 'x').write('1')\nprint(open('n.txt').read()[0])";
    check(&world, "reads", reading, Verdict::Ac).await;
    check(&world, "writes", reading, Verdict::Ac).await;
    check(&world, "writes", writing, Verdict::Ac).await;
    check(&world, "reads", writing, Verdict::Rte).await;
}

#[actix::test]
async fn code_above_the_limit_does_not_compile() {
    let world = World::real(&[package("newer", NEWER, &[])]);
    check(&world, "newer", ECHO, Verdict::Ac).await;
    let report = check(
        &world,
        "newer",
        &format!("{ECHO}#{}", "x".repeat(1024)),
        Verdict::Ce,
    )
    .await;
    let said = report.compile.unwrap().message;
    assert!(said.contains("1039 bytes of code"), "{said}");
}

#[actix::test]
async fn included_files_replace_those_of_the_submission() {
    let files = [
        (
            "include/python3/driver.py",
            "from main import solve\nprint(solve(input()))\n",
        ),
        ("include/c/io.h", "#define READ(n) scanf(\"%d\", &(n))\n"),
        ("include/default/note.txt", "not for python\n"),
        ("submissions/accepted/x.py", ""),
    ];
    let world = World::real(&[package("included", "name: Included\n", &files)]);
    let report = world
        .judge_with_entry(
            "included",
            "python3",
            Some("driver.py"),
            &[
                ("main.py", "def solve(n): return n"),
                ("driver.py", "print(0)"),
            ],
        )
        .await;
    assert_eq!(report.verdict, Verdict::Ac, "{}", told(&report));
    let source = "#include <stdio.h>\n#include \"io.h\"\nint main(void) { int n; READ(n); printf(\"%d\", n); }";
    let report = world.judge_file("included", "c", "main.c", source).await;
    assert_eq!(report.verdict, Verdict::Ac, "{}", told(&report));
}

#[actix::test]
async fn inputs_are_held_against_their_validators() {
    let strict = "import sys\nassert sys.argv[1:] == ['strict'], sys.argv\nn = sys.stdin.read()\nif n != '1': sys.exit('not one')\nsys.exit(42)\n";
    let files = [
        ("input_validators/strict.py", strict),
        ("input_validators/any.c", "int main(void) { return 42; }\n"),
        (
            "data/secret/testdata.yaml",
            "input_validator_flags: strict\n",
        ),
    ];
    let mut any = package("inputs", "name: Inputs\n", &files);
    any.files[1].1 = "int main(int c, char **v) { return c == 2 ? 42 : 1; }\n".to_owned();
    let world = World::real(&[any]);
    let package = world.env.library.get(&"inputs".into()).unwrap();
    let found = super::inputs::check_inputs(&world.env, &package)
        .await
        .unwrap();
    let [bad] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(
        (bad.testcase.as_str(), bad.validator.as_str()),
        ("secret/002", "strict.py")
    );
    assert!(
        bad.reason.contains("exited with code 1: not one"),
        "{bad:?}"
    );
}

/// The largest resident memory of this process so far.
fn peak_memory_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1));
    kib.unwrap().parse::<u64>().unwrap() << 10
}

#[actix::test]
async fn large_testcases_cost_no_memory() {
    // More than a box holds: a copy of it would not fit.
    const LARGE: u64 = 520 << 20;
    let counting = "import mmap, os, sys\nwith open(sys.argv[1], 'rb') as f:\n    n = len(mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ))\nassert os.path.getsize(sys.argv[2]) == n\nsys.exit(42 if int(input()) == n else 43)\n";
    // A cold disk is not what is proved here.
    let patient = |package| Package {
        time_limit: Some("20"),
        ..package
    };
    let yaml = "name: Large\nlimits:\n  memory: 64\n  validation_memory: 256\n  output: 1\n";
    let custom = "name: Large\nvalidation: custom\nlimits:\n  memory: 64\n  validation_memory: 256\n  output: 1\n";
    let world = World::real(&[
        patient(package("plain", yaml, &[])),
        patient(package(
            "custom",
            custom,
            &[("output_validators/v.py", counting)],
        )),
    ]);
    let data = |problem: &str, file: &str| {
        let problem = world.dir.path().join("problems").join(problem);
        problem.join("data/secret").join(file)
    };
    let grow = |path: std::path::PathBuf| {
        // The content and then white space, as holes cannot be.
        let mut file = std::fs::OpenOptions::new().append(true).open(path).unwrap();
        let blank = vec![b' '; 4 << 20];
        for _ in 0..LARGE / blank.len() as u64 {
            std::io::Write::write_all(&mut file, &blank).unwrap();
        }
    };
    for problem in ["plain", "custom"] {
        grow(data(problem, "001.in"));
        std::fs::remove_file(data(problem, "001.ans")).unwrap();
        std::fs::hard_link(data(problem, "001.in"), data(problem, "001.ans")).unwrap();
        for file in ["002.in", "002.ans"] {
            std::fs::remove_file(data(problem, file)).unwrap();
        }
    }
    // A world of small problems first, so that what it needs itself is there.
    let before = peak_memory_bytes();
    world.env.library.reload();
    let imported = peak_memory_bytes();
    let counts = "#include <stdio.h>\nint main(void) { static char b[1 << 16]; long n = 0, r; while ((r = fread(b, 1, sizeof b, stdin)) > 0) n += r; printf(\"%ld\\n\", n); }";
    let says = "#include <stdio.h>\nint main(void) { printf(\"1\\n\"); }";
    for (problem, source, verdict) in [
        ("custom", counts, Verdict::Ac),
        ("custom", says, Verdict::Wa),
        ("plain", says, Verdict::Ac),
    ] {
        let report = world.judge_file(problem, "c", "main.c", source).await;
        assert_eq!(report.verdict, verdict, "{problem}: {}", told(&report));
    }
    let mib = |bytes: u64| bytes >> 20;
    let (import, judging) = (imported - before, peak_memory_bytes() - imported);
    println!(
        "two packages of {} MiB: {} MiB more for importing, {} MiB more for judging, {} MiB at most",
        mib(LARGE),
        mib(import),
        mib(judging),
        mib(peak_memory_bytes())
    );
    assert!(import + judging < 64 << 20, "{import} and {judging} bytes");
}
