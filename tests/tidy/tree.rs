//! The tree as the rules see it: source files, what of them is shipped, manifests.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One text file of the tree.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Source {
    pub(crate) fn is_ours(&self) -> bool {
        self.path.ends_with(".rs")
            && !self.path.starts_with("testdata/")
            && !self.path.starts_with("tests/tidy/")
    }

    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
    }

    /// The lines of code before the tests at the end of the file.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.lines()
            .take_while(|(_, line)| !line.trim_start().starts_with("#[cfg(test)]"))
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// The stems of the files that this one declares under `#[cfg(test)]`, by name or by `#[path]`.
    pub(crate) fn test_modules(&self) -> Vec<String> {
        let stem = self.path.trim_end_matches(".rs");
        let (parent, name) = stem.rsplit_once('/').unwrap_or(("", stem));
        let folder = if matches!(name, "lib" | "main" | "mod") {
            parent
        } else {
            stem
        };
        let mut stems = Vec::new();
        let (mut gated, mut file) = (false, None);
        for line in self.text.lines().map(str::trim) {
            if line == "#[cfg(test)]" {
                gated = true;
            } else if let Some(path) = line.strip_prefix("#[path = \"") {
                file = Some(path.trim_end_matches(".rs\"]"));
            } else {
                let declared = line
                    .strip_prefix("mod ")
                    .and_then(|rest| rest.strip_suffix(';'));
                if let Some(name) = declared.filter(|_| gated) {
                    stems.push(match file {
                        Some(file) => format!("{parent}/{file}"),
                        None => format!("{folder}/{name}"),
                    });
                }
                (gated, file) = (false, None);
            }
        }
        stems
    }
}

/// The code that is compiled into a program: our files without those that hold only tests.
pub(crate) fn shipped(sources: &[Source]) -> Vec<&Source> {
    let tests: Vec<String> = sources.iter().flat_map(Source::test_modules).collect();
    let only_tests = |path: &str| {
        ["tests/", "benches/"]
            .iter()
            .any(|folder| path.starts_with(folder) || path.contains(&format!("/{folder}")))
            || tests
                .iter()
                .any(|stem| path == format!("{stem}.rs") || path.starts_with(&format!("{stem}/")))
    };
    sources
        .iter()
        .filter(|source| source.is_ours() && !only_tests(&source.path))
        .collect()
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn tracked_paths() -> Vec<PathBuf> {
    let listing = Command::new("git")
        .args([
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "-z",
        ])
        .current_dir(root())
        .output()
        .expect("git must be there to list the tree");
    assert!(
        listing.status.success(),
        "git ls-files failed: {}",
        String::from_utf8_lossy(&listing.stderr)
    );
    let names = String::from_utf8(listing.stdout).expect("file names are UTF-8");
    names
        .split_terminator('\0')
        .map(PathBuf::from)
        .filter(|path| root().join(path).is_file())
        .collect()
}

/// Every tracked text file; binary files and test data over 1 MB are left out.
pub(crate) fn sources() -> Vec<Source> {
    let sources: Vec<Source> = tracked_paths()
        .into_iter()
        .filter(|path| fs::metadata(root().join(path)).is_ok_and(|meta| meta.len() < 1 << 20))
        .filter_map(|path| {
            Some(Source {
                text: fs::read_to_string(root().join(&path)).ok()?,
                path: path.to_str()?.to_owned(),
            })
        })
        .collect();
    assert!(
        sources.iter().filter(|source| source.is_ours()).count() > 20,
        "the tree was not found at {}",
        root().display()
    );
    sources
}

pub(crate) fn manifest(path: &str) -> toml::Table {
    let text =
        fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    text.parse()
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Paths of all manifests of the workspace, the root first.
pub(crate) fn manifests() -> Vec<String> {
    let root_manifest = manifest("Cargo.toml");
    let members = root_manifest["workspace"]["members"]
        .as_array()
        .expect("workspace.members is a list");
    members
        .iter()
        .filter_map(|member| member.as_str())
        .map(|member| {
            if member == "." {
                "Cargo.toml".to_owned()
            } else {
                format!("{member}/Cargo.toml")
            }
        })
        .collect()
}

pub(crate) fn dependencies(path: &str, sections: &[&str]) -> BTreeSet<String> {
    let manifest = manifest(path);
    sections
        .iter()
        .filter_map(|section| manifest.get(*section)?.as_table())
        .flat_map(|table| table.keys().cloned())
        .collect()
}
