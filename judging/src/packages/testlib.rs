//! Recognises validators written with testlib by their sources.
//!
//! Kattis and DOMjudge packages often carry a testlib that was changed to exit with 42 and 43 and to take its arguments in
//! their order; such a program is an ordinary validator. One that includes an unchanged testlib, its own copy or that of the
//! judging machine, speaks testlib's own contract ([`crate::testlib`]).

use std::io::Read;

use super::programs::ProgramFile;
use crate::testlib::TestlibRole;

/// Bytes of a source that are searched; testlib itself is 200 kB.
const SEARCHED: u64 = 1 << 20;

/// What the program of these files is, if it speaks testlib's contract.
pub(super) fn role(files: &[ProgramFile]) -> Option<TestlibRole> {
    let sources: Vec<(&str, String)> = files
        .iter()
        .filter(|file| is_c(&file.name))
        .filter_map(|file| Some((file.name.as_str(), read(file)?)))
        .collect();
    let includes = |text: &str| {
        text.lines().any(|line| {
            let line = line.trim_start();
            line.starts_with('#') && line.contains("include") && line.contains("testlib.h")
        })
    };
    if !sources.iter().any(|(_, text)| includes(text))
        || sources.iter().any(|(_, text)| speaks_42(text))
    {
        return None;
    }
    let own = |(name, _): &&(&str, String)| !name.ends_with("testlib.h");
    let calls = |function: &str| {
        sources
            .iter()
            .filter(own)
            .any(|(_, text)| text.contains(function))
    };
    if calls("registerInteraction") {
        Some(TestlibRole::Interactor)
    } else if calls("registerTestlib") {
        Some(TestlibRole::Checker)
    } else if calls("registerValidation") {
        Some(TestlibRole::Validator)
    } else {
        None
    }
}

/// Whether it defines the exit code of acceptance as 42.
fn speaks_42(text: &str) -> bool {
    text.lines().any(|line| {
        let mut words = line.trim_start().trim_start_matches('#').split_whitespace();
        words.next() == Some("define")
            && words
                .next()
                .is_some_and(|name| name.ends_with("OK_EXIT_CODE"))
            && words
                .next()
                .is_some_and(|value| value.trim_matches(['(', ')']) == "42")
    })
}

fn is_c(name: &str) -> bool {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    extension.is_some_and(|extension| {
        ["c", "cc", "cpp", "cxx", "c++", "C", "h", "hh", "hpp"].contains(&extension)
    })
}

fn read(file: &ProgramFile) -> Option<String> {
    let mut text = Vec::new();
    let opened = std::fs::File::open(&file.path).ok()?;
    opened.take(SEARCHED).read_to_end(&mut text).ok()?;
    Some(String::from_utf8_lossy(&text).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(files: &[(&str, &str)], expected: Option<TestlibRole>) {
        let dir = tempfile::TempDir::new().unwrap();
        let files: Vec<ProgramFile> = files
            .iter()
            .map(|(name, text)| {
                let path = dir.path().join(name);
                std::fs::write(&path, text).unwrap();
                ProgramFile {
                    name: (*name).to_owned(),
                    path,
                    bytes: text.len() as u64,
                    executable: false,
                }
            })
            .collect();
        assert_eq!(role(&files), expected, "{files:?}");
    }

    #[test]
    fn a_role_is_seen_in_the_call_that_registers_it() {
        let source = |call: &str| {
            format!("#include \"testlib.h\"\nint main(int c, char** v) {{ {call}(c, v); }}\n")
        };
        for (call, expected) in [
            ("registerTestlibCmd", Some(TestlibRole::Checker)),
            ("registerInteraction", Some(TestlibRole::Interactor)),
            ("registerValidation", Some(TestlibRole::Validator)),
            ("registerGen", None),
        ] {
            check(&[("check.cpp", &source(call))], expected);
        }
        check(
            &[(
                "check.cpp",
                "#include \"validate.h\"\n// like registerTestlibCmd of testlib.h\n",
            )],
            None,
        );
        check(&[("notes.txt", &source("registerTestlibCmd"))], None);
    }

    #[test]
    fn a_testlib_of_42_and_43_is_an_ordinary_validator() {
        let source =
            "#include <testlib.h>\nint main(int c, char** v) { registerTestlibCmd(c, v); }\n";
        let plain = "#ifndef OK_EXIT_CODE\n#   define OK_EXIT_CODE 0\n#endif\nvoid registerInteraction();\n";
        let changed = "#   define OK_EXIT_CODE 42\n";
        check(
            &[("check.cpp", source), ("testlib.h", plain)],
            Some(TestlibRole::Checker),
        );
        check(&[("check.cpp", source), ("testlib.h", changed)], None);
        let own = format!("#define OK_EXIT_CODE 42\n{source}");
        check(&[("check.cpp", &own)], None);
    }
}
