//! `submissions/`: the jury's submissions, each with what it promises.

use std::path::Path;

use super::error::PackageError;
use super::expectations::{self, Place};
use super::package::ProblemKind;
use super::programs::{self, ProgramSource};
use super::submissions_yaml::{Details, Entries};
use super::tree::{Entry, Tree};
use super::{Format, submissions_json};
use crate::expectations::Expectation;

/// A submission of the jury with its promise.
#[derive(Clone, Debug)]
pub struct JurySubmission {
    /// Path below `submissions/`: `accepted/joe.cpp`.
    pub name: String,
    /// The directory it stands in: `accepted`.
    pub directory: String,
    /// Its files.
    pub program: ProgramSource,
    /// What must come of it; `None` where nothing is promised.
    pub expectation: Option<Expectation>,
    /// Its language, where the package names it (`submissions.yaml`, `submissions.json`) and files do not tell.
    pub language: Option<String>,
    /// Its main file or class, where the package names it.
    pub entry_point: Option<String>,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// Whether it is fit to be shown as the solution.
    pub model_solution: bool,
}

/// Extensions of files that lie beside submissions and are none.
const NO_SUBMISSIONS: &str =
    "md txt yaml yml json pdf log out class o exe orig bak in ans h hh hpp hxx pyc html toml lock ";

/// Every `submissions/<directory>/<file or directory>` (legacy and 2025-09, "Example submissions").
pub(super) fn read(
    tree: &Tree,
    format: Format,
    kind: ProblemKind,
) -> Result<Vec<JurySubmission>, PackageError> {
    let mut submissions = Vec::new();
    let Some(dir) = tree.find_dir(&tree.top(), "submissions")? else {
        tree.warn(Path::new("submissions"), "is missing");
        return Ok(submissions);
    };
    let entries = Entries::read(tree, &dir, format)?;
    let details = submissions_json::read(tree, &dir)?;
    for entry in tree.list(&dir)? {
        let Entry::Dir(directory, below) = entry else {
            if !matches!(entry.name(), "submissions.yaml" | "submissions.json") {
                tree.warn(
                    &dir.path.join(entry.name()),
                    "promises no verdict; it is ignored",
                );
            }
            continue;
        };
        let place = Place {
            directory: &directory,
            format,
            kind,
            entries: &entries,
        };
        for entry in tree.list(&below)? {
            let name = entry.name().to_owned();
            let Some(program) = program(tree, entry, kind)? else {
                tree.warn(&below.path.join(&name), "is not a program; it is ignored");
                continue;
            };
            let name = format!("{directory}/{name}");
            let expectation = expectations::of(tree, &place, &name, &program);
            let Details {
                language,
                entry_point,
                authors,
                model_solution,
            } = details
                .get(&name)
                .cloned()
                .unwrap_or_default()
                .under(entries.details(&name));
            submissions.push(JurySubmission {
                directory: directory.clone(),
                program,
                expectation,
                language,
                entry_point,
                authors,
                model_solution,
                name,
            });
        }
    }
    entries.warn_unused(tree, submissions.iter().map(|found| found.name.as_str()));
    Ok(submissions)
}

/// "Every file or directory in these directories represents a separate solution"; what is plainly none is left out.
/// Submissions to submit-answer problems are answers, whatever their files are called.
fn program(
    tree: &Tree,
    entry: Entry,
    kind: ProblemKind,
) -> Result<Option<ProgramSource>, PackageError> {
    match entry {
        Entry::File(name, file) => {
            let extension = name.rsplit_once('.').map(|(_, extension)| extension);
            let other = extension
                .is_none_or(|extension| NO_SUBMISSIONS.split(' ').any(|known| known == extension));
            if other && !kind.submit_answer && !file.executable {
                return Ok(None);
            }
            programs::collect(tree, name.clone(), vec![(name, file)]).map(Some)
        }
        Entry::Dir(name, dir) => {
            let program = programs::read_dir(tree, name, &dir)?;
            Ok((!program.files.is_empty()).then_some(program))
        }
    }
}
