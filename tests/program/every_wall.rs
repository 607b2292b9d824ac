//! The same packages behind every wall: what the jury handed in gets the same verdict everywhere, testcase by testcase. Needs root, and
//! what `deploy/test` makes for the stages `docker` and `microvm`; with `GAVEL_TEST_WALLS=full` it is more of the packages.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::common::http::{get, post};
use crate::common::server::{Options, Server};
use crate::common::walls;

/// A pass-fail problem, an interactive one, one in two passes with a validator of several files in Python. In the short form one
/// submission of every verdict and language.
const SHORT: [(&str, &[&str]); 3] = [
    (
        "hello",
        &[
            "accepted/hello.c",
            "accepted/hello.cpp",
            "accepted/hello.py",
            "wrong_answer/first_word.c",
            "wrong_answer/title_case.py",
            "compile_error/undeclared.cpp",
            "run_time_error/last_name.py",
            "run_time_error/last_name.cpp",
            "time_limit_exceeded/endless.c",
            "memory_limit_exceeded/guest_book.cpp",
            "output_limit_exceeded/chatty.c",
        ],
    ),
    (
        "guess",
        &[
            "accepted/binary.c",
            "accepted/binary.cpp",
            "accepted/until_the_end.py",
            "wrong_answer/one_by_one.py",
            "wrong_answer/upside_down.cpp",
            "run_time_error/walks_out.cpp",
            "time_limit_exceeded/unflushed.c",
        ],
    ),
    (
        "pebbles",
        &[
            "accepted/bits.cpp",
            "accepted/bits.py",
            "wrong_answer/one_each.cpp",
            "run_time_error/first_hill.py",
        ],
    ),
];

/// More problems of the full form: interactive and scored, several validators, large input, deep recursion.
const FULL: [&str; 4] = ["coins", "aquarium", "luggage", "caves"];

fn is_full() -> bool {
    std::env::var("GAVEL_TEST_WALLS").is_ok_and(|form| form == "full")
}

fn problems() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/problems")
}

fn language(path: &Path) -> Option<&'static str> {
    match path.extension()?.to_str()? {
        "c" => Some("c"),
        "cpp" => Some("cpp"),
        "py" => Some("python3"),
        _ => None,
    }
}

/// What is handed in: problem and file.
fn submissions() -> Vec<(String, PathBuf)> {
    let of = |problem: &str| problems().join(problem).join("submissions");
    if !is_full() {
        let files = SHORT.iter().flat_map(|(problem, files)| {
            files
                .iter()
                .map(|file| ((*problem).to_owned(), of(problem).join(file)))
        });
        return files.collect();
    }
    let mut found = Vec::new();
    for problem in SHORT.iter().map(|(problem, _)| *problem).chain(FULL) {
        for group in std::fs::read_dir(of(problem)).unwrap().flatten() {
            for file in std::fs::read_dir(group.path())
                .into_iter()
                .flatten()
                .flatten()
            {
                if language(&file.path()).is_some() {
                    found.push((problem.to_owned(), file.path()));
                }
            }
        }
    }
    found.sort();
    found
}

fn submit(server: &Server, problem: &str, path: &Path) -> String {
    let body = json!({"problem": problem, "language": language(path).unwrap(),
        "files": [{"name": path.file_name().unwrap().to_str().unwrap(), "content": std::fs::read_to_string(path).unwrap()}]});
    let answer = post(server.url(), "/api/v1/submissions", &body, &[]);
    assert_eq!(answer.status, 202, "{answer:?}");
    answer.json()["id"].as_str().unwrap().to_owned()
}

/// The verdict, the score, and the verdict of every testcase that was judged; and what it came from.
fn judged(server: &Server, id: &str) -> (Value, Value) {
    let deadline = Instant::now() + Duration::from_secs(400);
    loop {
        let read = get(server.url(), &format!("/api/v1/submissions/{id}")).json();
        if read["status"] == "done" {
            let runs = read["runs"].as_array().cloned().unwrap_or_default();
            let runs: Vec<Value> = runs
                .iter()
                .map(|run| json!([run["testcase"], run["verdict"]]))
                .collect();
            let seen = json!({"verdict": read["verdict"], "score": read["score"], "runs": runs});
            return (seen, read);
        }
        assert!(Instant::now() < deadline, "no verdict: {read}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Every submission's verdicts on one server; each is judged by the wall that is meant.
fn verdicts(
    options: Options,
    wall: &str,
    submissions: &[(String, PathBuf)],
) -> BTreeMap<String, (Value, Value)> {
    let mut server = Server::start(options);
    let submitted: Vec<(String, String)> = submissions
        .iter()
        .map(|(problem, path)| {
            let name = path.strip_prefix(problems()).unwrap();
            (name.display().to_string(), submit(&server, problem, path))
        })
        .collect();
    let mut found = BTreeMap::new();
    for (name, id) in submitted {
        let (seen, read) = judged(&server, &id);
        assert_eq!(read["provenance"]["wall"], wall, "{name}: {read}");
        found.insert(name, (seen, read));
    }
    assert!(server.terminate().success());
    found
}

/// What `options` make judges as the native wall does.
fn same_as_native(options: Options, wall: &str, submissions: &[(String, PathBuf)]) {
    let native = verdicts(walls::only("native", &[problems()]), "native", submissions);
    let other = verdicts(options, wall, submissions);
    assert!(!native.is_empty() && native.len() == submissions.len());
    let different: Vec<String> = native
        .iter()
        .filter(|(name, (seen, _))| other[*name].0 != *seen)
        .map(|(name, (seen, read))| {
            let (theirs, all) = &other[name];
            format!(
                "{name}\n  native: {seen}\n  {wall}: {theirs}\n  native: {read}\n  {wall}: {all}"
            )
        })
        .collect();
    assert!(different.is_empty(), "{}", different.join("\n"));
    let judge_errors: Vec<&String> = native
        .iter()
        .filter(|(_, (seen, _))| seen["verdict"] == "JE")
        .map(|(name, _)| name)
        .collect();
    assert!(judge_errors.is_empty(), "{judge_errors:?}");
}

#[test]
fn the_trusted_wall_judges_as_the_native_one() {
    same_as_native(
        walls::only("trusted", &[problems()]),
        "trusted",
        &submissions(),
    );
}

#[test]
fn docker_runc_judges_as_the_native_wall() {
    same_as_native(
        walls::only("docker/runc", &[problems()]),
        "docker/runc",
        &submissions(),
    );
}

#[test]
fn docker_runsc_judges_as_the_native_wall() {
    same_as_native(
        walls::only("docker/runsc", &[problems()]),
        "docker/runsc",
        &submissions(),
    );
}

#[test]
fn microvm_judges_as_the_native_wall() {
    // Compiling in an emulated machine takes its time: in the short form what is in Python, and one program in C.
    let mut chosen = submissions();
    chosen.retain(|(_, path)| {
        is_full() || language(path) == Some("python3") || path.ends_with("accepted/hello.c")
    });
    same_as_native(walls::only("microvm", &[problems()]), "microvm", &chosen);
}

#[test]
fn microvm_judges_what_was_compiled_outside() {
    same_as_native(
        walls::compiled_outside(&[problems()]),
        "microvm",
        &submissions(),
    );
}
