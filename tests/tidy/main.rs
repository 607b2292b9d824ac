//! The house rules that a program can hold: reads the tree (what git tracks or would track) and names each breach with file and line.
//!
//! A rule stands here because it is true of the whole tree; a new rule comes in together with the change that makes it true.

mod languages;
mod tree;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use tree::{Source, dependencies, manifest, manifests, root, shipped, sources, tracked_paths};

fn report(rule: &str, breaches: &[String]) {
    assert!(breaches.is_empty(), "{rule}\n  {}\n", breaches.join("\n  "));
}

/// Reports the lines of shipped code for which `breaks` says yes.
fn no_line(rule: &str, breaks: impl Fn(&Source, &str) -> bool) {
    let mut breaches = Vec::new();
    for source in shipped(&sources()) {
        breaches.extend(
            source
                .code()
                .filter(|(_, line)| breaks(source, line))
                .map(|(number, line)| format!("{}:{number}: {}", source.path, line.trim())),
        );
    }
    report(rule, &breaches);
}

#[test]
fn files_have_at_most_500_lines() {
    let sources = sources();
    let long = sources
        .iter()
        .filter(|source| source.is_ours() && source.text.lines().count() > 500);
    report(
        "a file does one thing: at most 500 lines, tests included",
        &long
            .map(|source| format!("{}: {} lines", source.path, source.text.lines().count()))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn files_begin_with_what_they_own() {
    let sources = sources();
    let silent = sources
        .iter()
        .filter(|source| source.is_ours() && !source.text.starts_with("//!"));
    report(
        "the first line of a Rust file is `//! what it owns`",
        &silent.map(|source| source.path.clone()).collect::<Vec<_>>(),
    );
}

#[test]
fn lints_are_expected_with_a_reason_never_allowed() {
    let mut breaches = Vec::new();
    for source in sources().iter().filter(|source| source.is_ours()) {
        for (number, line) in source.lines() {
            let line = line.trim_start();
            if line.starts_with("#[allow(") || line.starts_with("#![allow(") {
                breaches.push(format!("{}:{number}: {line}", source.path));
            }
            if line.starts_with("#[expect(") || line.starts_with("#![expect(") {
                let rest = source.text.lines().skip(number - 1);
                let mut attribute = rest.scan(false, |closed, next| {
                    let within = !std::mem::replace(closed, next.contains(")]"));
                    within.then_some(next)
                });
                if !attribute.any(|next| next.contains("reason")) {
                    breaches.push(format!(
                        "{}:{number}: {line}: without a reason",
                        source.path
                    ));
                }
            }
        }
    }
    report("write #[expect(lint, reason = \"...\")]", &breaches);
}

#[test]
fn no_unwrap_outside_tests() {
    no_line(
        "`?`, or `expect` with the reason why it cannot happen",
        |_, line| line.contains(".unwrap()"),
    );
}

#[test]
fn no_message_past_a_full_mailbox() {
    no_line(
        "do_send ignores the capacity of a mailbox: use send or try_send",
        |_, line| line.contains("do_send("),
    );
}

#[test]
fn unsafe_lives_in_sandboxes_only() {
    no_line(
        "the only crate with unsafe code is sandboxes, so that it can be audited in one sitting",
        |source, line| {
            !source.path.starts_with("sandboxes/")
                && ["unsafe {", "unsafe fn", "unsafe impl", "unsafe extern"]
                    .iter()
                    .any(|word| line.contains(word))
        },
    );
}

#[test]
fn nothing_is_left_to_do_or_ignored() {
    let mut breaches = Vec::new();
    for source in sources().iter().filter(|source| source.is_ours()) {
        let marked = source.lines().filter(|(_, line)| {
            ["#[ignore", "todo!(", "unimplemented!(", "FIXME", "XXX"]
                .iter()
                .any(|mark| line.contains(mark))
        });
        breaches.extend(
            marked.map(|(number, line)| format!("{}:{number}: {}", source.path, line.trim())),
        );
    }
    report("no skipped test and no hole", &breaches);
}

#[test]
fn names_say_what_a_thing_is() {
    no_line("no *Manager, *Util, *Helper", |_, line| {
        let declared = ["struct ", "enum ", "trait ", "type "]
            .iter()
            .find_map(|keyword| line.split_once(keyword))
            .map(|(_, rest)| rest);
        let name = declared
            .and_then(|rest| rest.split(|letter: char| !letter.is_alphanumeric()).next())
            .unwrap_or_default();
        ["Manager", "Util", "Utils", "Helper"]
            .iter()
            .any(|suffix| name.ends_with(suffix))
    });
}

#[test]
fn lib_and_mod_files_hold_no_logic() {
    no_line(
        "lib.rs and mod.rs declare and re-export; the logic lives in files named after it",
        |source, line| {
            let names_only = source.path.ends_with("/lib.rs") || source.path.ends_with("/mod.rs");
            names_only
                && ["fn ", "impl ", "impl<", "match "].iter().any(|word| {
                    line.trim_start()
                        .trim_start_matches("pub ")
                        .trim_start_matches("pub(crate) ")
                        .starts_with(word)
                })
        },
    );
    let main = fs::read_to_string(root().join("src/main.rs")).expect("src/main.rs is there");
    assert!(
        main.lines().count() <= 15,
        "src/main.rs reads as prose: at most 15 lines"
    );
}

#[test]
fn dependencies_run_one_way() {
    let rules: [(&str, &[&str]); 4] = [
        (
            "judging/Cargo.toml",
            &[
                "actix",
                "actix-web",
                "actix-web-actors",
                "tokio",
                "actors",
                "sandboxes",
                "runner",
                "gavel",
                "sled",
                "libc",
                "rustix",
            ],
        ),
        (
            "sandboxes/Cargo.toml",
            &[
                "actix",
                "actix-web",
                "actix-web-actors",
                "judging",
                "actors",
                "gavel",
                "sled",
            ],
        ),
        (
            "sandboxes/runner/Cargo.toml",
            &[
                "actix",
                "tokio",
                "judging",
                "actors",
                "sandboxes",
                "gavel",
                "sled",
            ],
        ),
        (
            "actors/Cargo.toml",
            &[
                "actix-web",
                "actix-web-actors",
                "clap",
                "gavel",
                "libc",
                "landlock",
            ],
        ),
    ];
    for (path, banned) in rules {
        let found = dependencies(path, &["dependencies"]);
        let wrong: Vec<String> = banned
            .iter()
            .filter(|name| found.contains(**name))
            .map(|name| format!("{path}: {name}"))
            .collect();
        report(
            "src -> actors -> {judging, sandboxes} -> runner, and nothing backwards",
            &wrong,
        );
    }
}

#[test]
fn versions_live_in_the_root_and_each_is_used() {
    let manifests = manifests();
    let everywhere = ["dependencies", "dev-dependencies", "build-dependencies"];
    let used: BTreeSet<String> = manifests
        .iter()
        .flat_map(|path| dependencies(path, &everywhere))
        .collect();
    let root_manifest = manifest("Cargo.toml");
    let declared = root_manifest["workspace"]["dependencies"]
        .as_table()
        .expect("workspace.dependencies is a table");
    let unused = declared
        .keys()
        .filter(|name| !used.contains(*name))
        .map(|name| format!("Cargo.toml: {name}"));
    report(
        "every version in [workspace.dependencies] is used by a crate",
        &unused.collect::<Vec<_>>(),
    );

    let mut breaches = Vec::new();
    for path in &manifests {
        let member = manifest(path);
        for section in everywhere {
            let Some(table) = member.get(section).and_then(toml::Value::as_table) else {
                continue;
            };
            let own = table
                .iter()
                .filter(|(_, value)| value.get("workspace").is_none());
            breaches.extend(own.map(|(name, _)| format!("{path}: {name}")));
        }
    }
    report(
        "a crate takes its dependencies with `workspace = true`",
        &breaches,
    );
}

#[test]
fn no_path_of_a_developers_machine() {
    let mut breaches = Vec::new();
    for source in sources()
        .iter()
        .filter(|source| !source.path.starts_with("tests/tidy/"))
    {
        let marks = [
            "/work/wt",
            "/work/main",
            "/work/shared",
            "/work/notes",
            "/tmp/target",
            "/home/ubuntu",
            "/Users/",
        ];
        let found = source
            .lines()
            .filter(|(_, line)| marks.iter().any(|mark| line.contains(mark)));
        breaches.extend(
            found.map(|(number, line)| format!("{}:{number}: {}", source.path, line.trim())),
        );
    }
    report("the tree works in any place", &breaches);
}

#[test]
fn scripts_are_executable() {
    let mut breaches = Vec::new();
    for source in sources().iter().filter(|source| {
        !source.path.starts_with("testdata/problems/")
            && !source.path.starts_with("testdata/languages/")
            && !source.path.starts_with("testdata/hostile/")
    }) {
        let mode = fs::metadata(root().join(&source.path))
            .expect("listed a moment ago")
            .permissions()
            .mode();
        if source.text.starts_with("#!/") && mode & 0o111 == 0 {
            breaches.push(source.path.clone());
        }
    }
    report(
        "a file that begins with #! is executable (chmod +x)",
        &breaches,
    );
}

#[test]
fn the_documents_name_files_that_exist() {
    let mut breaches = Vec::new();
    for document in ["ARCHITECTURE.md", "README.md"] {
        let text = fs::read_to_string(root().join(document))
            .unwrap_or_else(|error| panic!("{document}: {error}"));
        let top: BTreeSet<String> = tracked_paths()
            .iter()
            .filter_map(|path| Some(path.components().next()?.as_os_str().to_str()?.to_owned()))
            .collect();
        for quoted in text.split('`').skip(1).step_by(2) {
            let path = quoted.trim_end_matches('/');
            let looks_like_ours = path.contains('/')
                && !path.contains([' ', '<', '*', '{', '…'])
                && top.contains(path.split('/').next().unwrap_or_default());
            if looks_like_ours && !root().join(path).exists() {
                breaches.push(format!("{document}: `{quoted}`"));
            }
        }
    }
    report(
        "ARCHITECTURE.md and README.md change with the tree",
        &breaches,
    );
}

#[test]
fn the_readme_names_every_bundled_package_and_no_other() {
    let text = fs::read_to_string(root().join("README.md")).expect("README.md is there");
    let table = text
        .split("\n## ")
        .find(|part| part.starts_with("Problem packages"))
        .expect("README.md has a section on problem packages");
    let named: BTreeSet<String> = table
        .lines()
        .filter_map(|line| line.strip_suffix(" |")?.rsplit_once(" | "))
        .flat_map(|(_, packages)| packages.split('`').skip(1).step_by(2))
        .map(str::to_owned)
        .collect();
    let there: BTreeSet<String> = fs::read_dir(root().join("testdata/problems"))
        .expect("the packages are there")
        .map(|entry| entry.expect("listed a moment ago"))
        .filter(|entry| entry.path().join("problem.yaml").is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let breaches = named
        .symmetric_difference(&there)
        .map(|name| format!("testdata/problems/{name}"));
    report(
        "the table in README.md names every bundled package, and none that is not there",
        &breaches.collect::<Vec<_>>(),
    );
}
