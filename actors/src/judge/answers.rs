//! Submissions that are the answers themselves (2025-09 `submit-answer`): which file answers which testcase. Nothing is run.
//!
//! The format leaves open how the files are called. Taken are, with the extension `.ans`, `.out` or `.txt` or none: the name of
//! the testcase (`secret-group1-03.ans`, with `-`, `_` or `.` in place of `/`), the same without `secret` or `sample`, and its
//! last part (`03.out`) where no other testcase ends so. A lone file, whatever it is called, answers the only testcase, or the
//! only secret one. What has no answer is wrong.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

use judging::packages::ProblemPackage;
use judging::submissions::SourceFile;
use sandboxes::outcome::Captured;

/// Extensions an answer may have.
const EXTENSIONS: [&str; 3] = [".ans", ".out", ".txt"];

/// The answers of a submission: for each testcase the file that answers it.
pub(super) struct Answers {
    files: Vec<SourceFile>,
    of_testcase: Vec<Option<usize>>,
}

impl Answers {
    /// Finds out which of `files` answers which testcase of `package`.
    pub(super) fn new(package: &ProblemPackage, files: &[SourceFile]) -> Self {
        let names: Vec<&str> = package
            .testcases
            .iter()
            .map(|testcase| testcase.name.as_str())
            .collect();
        let own: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        Self {
            of_testcase: assigned(&names, &own),
            files: files.to_vec(),
        }
    }

    /// The answer to a testcase, as if a program had printed it.
    pub(super) fn get(&self, testcase: usize) -> io::Result<Option<Captured>> {
        let Some(index) = self.of_testcase.get(testcase).copied().flatten() else {
            return Ok(None);
        };
        let content = &self.files[index].content;
        let mut file = File::from(rustix::fs::memfd_create(
            "gavel-answer",
            rustix::fs::MemfdFlags::CLOEXEC,
        )?);
        file.write_all(content)?;
        Ok(Some(Captured {
            file: Arc::new(file),
            len: content.len() as u64,
        }))
    }
}

/// For each testcase the file that answers it.
fn assigned(testcases: &[&str], files: &[&str]) -> Vec<Option<usize>> {
    let find = |wanted: &str| files.iter().position(|file| stem(file) == plain(wanted));
    let last = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    let is_unique = |name: &str| {
        let same = testcases.iter().filter(|other| last(other) == last(name));
        same.count() == 1
    };
    let mut answers: Vec<Option<usize>> = testcases
        .iter()
        .map(|name| {
            let below = name.split_once('/').map_or(*name, |(_, below)| below);
            find(name)
                .or_else(|| find(below).filter(|_| is_unique(name) || below.contains('/')))
                .or_else(|| find(&last(name)).filter(|_| is_unique(name)))
        })
        .collect();
    if let [_] = files
        && answers.iter().all(Option::is_none)
    {
        let secret = |name: &&str| name.starts_with("secret/");
        let only = match testcases {
            [_] => Some(0),
            _ if testcases.iter().filter(|name| secret(name)).count() == 1 => {
                testcases.iter().position(secret)
            }
            _ => None,
        };
        if let Some(only) = only {
            answers[only] = Some(0);
        }
    }
    answers
}

/// A file's name without its extension, as [`plain`] has it.
fn stem(file: &str) -> String {
    let stem = EXTENSIONS
        .iter()
        .find_map(|extension| file.strip_suffix(extension));
    plain(stem.unwrap_or(file))
}

/// With one spelling for all that may stand between the parts of a path.
fn plain(name: &str) -> String {
    name.replace(['/', '_', '.'], "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(testcases: &[&str], files: &[&str], expected: &[Option<usize>]) {
        assert_eq!(
            assigned(testcases, files),
            expected,
            "{testcases:?} {files:?}"
        );
    }

    #[test]
    fn files_answer_the_testcases_they_are_called_after() {
        let testcases = ["sample/1", "secret/a/1", "secret/a/2", "secret/b/3"];
        check(
            &testcases,
            &["secret-a-1.ans", "a_2.out", "3.txt", "sample.1.ans"],
            &[Some(3), Some(0), Some(1), Some(2)],
        );
        // Two testcases end in 1: which one is not said.
        check(&testcases, &["1.ans", "3"], &[None, None, None, Some(1)]);
        check(&testcases, &["other.ans"], &[None; 4]);
    }

    #[test]
    fn a_lone_file_answers_the_only_testcase() {
        check(&["secret/1"], &["mine.py"], &[Some(0)]);
        check(&["sample/1", "secret/1"], &["mine.txt"], &[None, Some(0)]);
        check(&["secret/1", "secret/2"], &["mine.txt"], &[None, None]);
        check(&["secret/1"], &["a", "b"], &[None]);
    }
}
