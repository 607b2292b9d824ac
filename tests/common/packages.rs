//! Small problem packages and contests of the tests' own.

use std::fs;
use std::path::Path;

/// Writes the problem `sum`: two numbers in, their sum out; 3 testcases, 1 s, 64 MiB.
pub(crate) fn sum(dir: &Path) {
    let package = Package::new(dir, "sum", 64);
    package.testcase("sample/1", "1 2\n", "3\n");
    package.testcase("secret/01", "20 22\n", "42\n");
    package.testcase("secret/02", "-5 5\n", "0\n");
}

/// A package under construction.
pub(crate) struct Package {
    root: std::path::PathBuf,
}

impl Package {
    /// A package `id` below `dir` with a time limit of one second.
    pub(crate) fn new(dir: &Path, id: &str, memory_mib: u32) -> Self {
        let root = dir.join(id);
        for sub in [
            "data/sample",
            "data/secret",
            "problem_statement",
            "submissions/accepted",
        ] {
            fs::create_dir_all(root.join(sub)).unwrap();
        }
        let yaml = format!(
            "problem_format_version: legacy\nname: {id}\nlicense: cc0\nlimits:\n  memory: {memory_mib}\n  output: 1\n"
        );
        fs::write(root.join("problem.yaml"), yaml).unwrap();
        fs::write(root.join(".timelimit"), "1\n").unwrap();
        fs::write(
            root.join("problem_statement/problem.en.tex"),
            "\\problemname{Test}\n",
        )
        .unwrap();
        let accepted = "import sys\nprint(sum(map(int, sys.stdin.read().split())))\n";
        fs::write(root.join("submissions/accepted/sum.py"), accepted).unwrap();
        Self { root }
    }

    /// Adds a testcase.
    pub(crate) fn testcase(&self, name: &str, input: &str, answer: &str) {
        fs::write(self.root.join(format!("data/{name}.in")), input).unwrap();
        fs::write(self.root.join(format!("data/{name}.ans")), answer).unwrap();
    }
}

/// The files of a package as an archive, each name with `prefix` before it.
pub(crate) fn zipped(root: &Path, prefix: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let mut dirs = vec![root.to_owned()];
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                dirs.push(path);
                continue;
            }
            let name = path
                .strip_prefix(root)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            let options = zip::write::SimpleFileOptions::default();
            archive
                .start_file(format!("{prefix}{name}"), options)
                .unwrap();
            std::io::Write::write_all(&mut archive, &fs::read(&path).unwrap()).unwrap();
        }
    }
    archive.finish().unwrap().into_inner()
}

/// Writes the contest `demo`: two teams, the problem `sum`, begun an hour ago.
pub(crate) fn contest(dir: &Path) {
    let yaml = "id: demo\nname: Demo Contest\nstart_time: now-1:00:00\nduration: 5:00:00\npenalty_time: 20\n\
        problems:\n  - {id: sum, label: A}\nteams:\n  - {id: \"1\", name: Alpha}\n  - {id: \"2\", name: Beta}\n";
    fs::create_dir_all(dir).unwrap();
    fs::write(dir.join("demo.yaml"), yaml).unwrap();
}
