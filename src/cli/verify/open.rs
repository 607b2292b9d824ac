//! From what was given on the command line to a package in hand.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use judging::ids::ProblemId;
use judging::packages::{self, PackageError, ProblemPackage, archives};

use crate::verify::outcome::Broken;

/// A package ready to be verified.
pub(super) struct Opened {
    /// Its id is its own among all packages of this call.
    pub(super) package: Arc<ProblemPackage>,
    /// The id people see.
    pub(super) shown: String,
    /// Where its archive was unpacked.
    pub(super) unpacked: Option<PathBuf>,
}

/// Opens packages.
pub(super) struct Opener {
    scratch: PathBuf,
    opened: Cell<usize>,
    taken: RefCell<HashSet<ProblemId>>,
}

impl Opener {
    /// Archives are unpacked below `scratch`.
    pub(super) fn new(scratch: PathBuf) -> Self {
        Self {
            scratch,
            opened: Cell::default(),
            taken: RefCell::default(),
        }
    }

    /// Opens the package at `path`. Reading and hashing it happens on a thread that may block.
    pub(super) async fn open(&self, path: &Path) -> Result<Opened, Broken> {
        let number = self.opened.get();
        self.opened.set(number + 1);
        let (given, into) = (path.to_owned(), self.scratch.join(number.to_string()));
        let read = tokio::task::spawn_blocking(move || read(&given, &into)).await;
        let (mut package, unpacked) = match read {
            Ok(Ok(read)) => read,
            Ok(Err(why)) => return Err(why),
            // The loader has no panics that we know of; one more package is no reason to stop.
            Err(panic) => return Err(broken(path, "package_unreadable", panic.to_string())),
        };
        if let Some(unsupported) = package.unsupported().first() {
            let message = format!("{}: {unsupported}", path.display());
            return Err(broken(path, "package_unsupported", message));
        }
        let shown = package.id.to_string();
        package.id = self.own_id(&shown);
        Ok(Opened {
            package: Arc::new(package),
            shown,
            unpacked,
        })
    }

    /// Two packages of one call may have the same name; in the library they must not.
    fn own_id(&self, shown: &str) -> ProblemId {
        let mut taken = self.taken.borrow_mut();
        let mut id = ProblemId(shown.to_owned());
        let mut number = 1;
        while !taken.insert(id.clone()) {
            number += 1;
            id = ProblemId(format!("{shown}~{number}"));
        }
        id
    }
}

type Read = (ProblemPackage, Option<PathBuf>);

fn read(path: &Path, into: &Path) -> Result<Read, Broken> {
    if path.is_file() {
        return read_archive(path, into);
    }
    if !path.is_dir() {
        let message = format!("there is no {}", path.display());
        return Err(broken(path, "package_not_found", message));
    }
    if !path.join("problem.yaml").is_file() {
        let message = format!(
            "{} is not a problem package: it has no problem.yaml",
            path.display()
        );
        return Err(broken(path, "package_not_found", message));
    }
    match packages::load(path) {
        Ok(package) => Ok((package, None)),
        Err(error) => Err(refused(path, &error)),
    }
}

fn read_archive(path: &Path, into: &Path) -> Result<Read, Broken> {
    if !archives::is_archive(path) {
        let message = format!("{} is neither a directory nor an archive", path.display());
        return Err(broken(path, "package_not_found", message));
    }
    let read = archives::unpack_file(path, into, archives::Bounds::default())
        .map_err(|error| broken(path, error.code(), causes(&error)))
        .and_then(|root| packages::load(&root).map_err(|error| refused(path, &error)));
    match read {
        Ok(package) => Ok((package, Some(into.to_owned()))),
        Err(why) => {
            // What is left of it goes with the scratch directory at the latest.
            let _ = std::fs::remove_dir_all(into);
            Err(why)
        }
    }
}

fn refused(path: &Path, error: &PackageError) -> Broken {
    broken(path, error.code(), causes(error))
}

/// An error with its causes.
fn causes(error: &dyn std::error::Error) -> String {
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        message.push_str(": ");
        message.push_str(&cause.to_string());
        source = cause.source();
    }
    message
}

fn broken(path: &Path, code: &str, message: String) -> Broken {
    Broken {
        problem: path.display().to_string(),
        code: code.to_owned(),
        message,
    }
}
