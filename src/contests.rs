//! Contests from files: `*.yaml` in the configured directories, `contest.yaml` in theirs.
//!
//! A start relative to `now` means the moment this server first saw the file; that moment is remembered in the data
//! directory, so that a restart does not move the contest.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use judging::contests::Contest;
use judging::ids::{ContentHash, ContestId, Timestamp};

/// Where first sights are remembered.
const FIRST_SEEN: &str = "contests-first-seen.json";

/// What was found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Contests {
    /// By id.
    pub(crate) by_id: BTreeMap<ContestId, Arc<Contest>>,
    /// Files that describe no contest, and why.
    pub(crate) broken: Vec<(PathBuf, String)>,
}

/// Reads every contest. A broken file is reported and stops no other one.
pub(crate) fn load(directories: &[PathBuf], data: &Path, now: Timestamp) -> Contests {
    let memory = data.join(FIRST_SEEN);
    let mut seen = recall(&memory);
    let known = seen.len();
    let mut contests = Contests::default();
    for path in directories.iter().flat_map(|dir| files(dir)) {
        let outcome = std::fs::read_to_string(&path)
            .map_err(|error| error.to_string())
            .and_then(|text| {
                let first = *seen
                    .entry(ContentHash::of(text.as_bytes()).to_string())
                    .or_insert(now.0);
                Contest::parse(&text, Timestamp(first)).map_err(|mistakes| mistakes.to_string())
            });
        match outcome {
            Ok(contest) if contests.by_id.contains_key(&contest.id) => {
                let reason = format!("there is another contest {}", contest.id);
                contests.broken.push((path, reason));
            }
            Ok(contest) => drop(contests.by_id.insert(contest.id.clone(), Arc::new(contest))),
            Err(reason) => contests.broken.push((path, reason)),
        }
    }
    for (path, reason) in &contests.broken {
        tracing::warn!(file = %path.display(), reason, "not a contest");
    }
    if seen.len() > known {
        remember(&memory, &seen);
    }
    contests
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(directory) else {
        tracing::warn!(directory = %directory.display(), "no contests: the directory cannot be read");
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter_map(|path| {
            let nested = path.join("contest.yaml");
            let yaml = path
                .extension()
                .is_some_and(|extension| extension == "yaml" || extension == "yml");
            match path.is_dir() {
                true => nested.is_file().then_some(nested),
                false => yaml.then_some(path),
            }
        })
        .collect();
    files.sort();
    files
}

fn recall(path: &Path) -> BTreeMap<String, i64> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// Through a second file, so that a crash leaves the old one or the new one.
fn remember(path: &Path, seen: &BTreeMap<String, i64>) {
    let fresh = path.with_extension("json.new");
    let written = serde_json::to_vec_pretty(seen)
        .map_err(std::io::Error::other)
        .and_then(|text| std::fs::write(&fresh, text))
        .and_then(|()| std::fs::rename(&fresh, path));
    if let Err(error) = written {
        tracing::error!(file = %path.display(), %error, "contests will start anew after a restart");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEMO: &str = "id: demo\nstart_time: now\nduration: 1:00:00\nproblems: [{id: sum}]\nteams: [{id: a, name: A}]\n";

    #[test]
    fn a_relative_start_survives_a_restart_and_broken_files_are_named() {
        let dir = tempfile::tempdir().unwrap();
        let (contests, data) = (dir.path().join("contests"), dir.path().join("data"));
        std::fs::create_dir_all(contests.join("nested")).unwrap();
        std::fs::create_dir_all(&data).unwrap();
        std::fs::write(contests.join("demo.yaml"), DEMO).unwrap();
        std::fs::write(
            contests.join("nested/contest.yaml"),
            DEMO.replace("demo", "other"),
        )
        .unwrap();
        std::fs::write(contests.join("twice.yaml"), format!("# again\n{DEMO}")).unwrap();
        std::fs::write(contests.join("wrong.yaml"), "id: [").unwrap();
        for now in [1_000_000, 2_000_000] {
            let found = load(std::slice::from_ref(&contests), &data, Timestamp(now));
            let starts: Vec<(&str, i64)> = found
                .by_id
                .values()
                .map(|contest| (contest.id.as_str(), contest.start.0))
                .collect();
            assert_eq!(starts, [("demo", 1_000_000), ("other", 1_000_000)]);
            let broken: Vec<&str> = found
                .broken
                .iter()
                .filter_map(|(path, _)| path.file_name()?.to_str())
                .collect();
            assert_eq!(broken, ["twice.yaml", "wrong.yaml"]);
        }
    }
}
