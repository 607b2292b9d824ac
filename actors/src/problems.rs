//! The library of problem packages: what the configured directories hold and what was uploaded, by id. Shared by everybody; a
//! judgement keeps the package it began with.
//!
//! **Invariant**: a broken package is reported with its file and rule and never stops another one. Testcase data stays on
//! disk; of it only a bounded number of open files and small answers is kept.

mod limits;
mod testcases;
mod uploads;
mod versions;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use judging::ids::ProblemId;
use judging::packages::{self, PackageError, ProblemPackage, TimeLimit};
use parking_lot::RwLock;

pub use self::limits::RememberedLimits;
pub use self::testcases::{Answer, OpenTestcase, OpenTestcases};
use self::uploads::Uploads;
pub use self::uploads::{UploadError, Uploaded};
pub use self::versions::{Incoming, Version};

/// Why a directory that looks like a package is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenPackage {
    /// The directory.
    pub root: PathBuf,
    /// A stable code: `package_missing_answer`, ...
    pub code: &'static str,
    /// The file and the rule it breaks.
    pub message: String,
}

/// What a load or reload found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoadReport {
    /// Packages that can be judged with.
    pub loaded: usize,
    /// Those that cannot.
    pub broken: Vec<BrokenPackage>,
}

/// All problems, shared.
#[derive(Clone)]
pub struct ProblemLibrary {
    shared: Arc<Shared>,
}

struct Shared {
    directories: Vec<PathBuf>,
    packages: RwLock<Contents>,
    limits: RememberedLimits,
    testcases: OpenTestcases,
    imposed: OnceLock<Duration>,
    /// How many times slower than the jury's this machine is: given limits are multiplied by it.
    factor: OnceLock<f64>,
    uploads: OnceLock<Uploads>,
}

#[derive(Default)]
struct Contents {
    /// What is judged with.
    by_id: BTreeMap<ProblemId, Arc<ProblemPackage>>,
    /// Of the configured directories, those that an uploaded version stands before.
    covered: BTreeMap<ProblemId, Arc<ProblemPackage>>,
    /// The problems whose package was uploaded.
    uploaded: BTreeSet<ProblemId>,
    broken: Vec<BrokenPackage>,
}

impl ProblemLibrary {
    /// Loads every package below `directories`; a directory that is itself a package counts as one. Inferred time limits
    /// are remembered in `data_dir`. Blocks: reads and hashes all packages.
    #[must_use]
    pub fn load(directories: Vec<PathBuf>, data_dir: &Path) -> Self {
        let contents = read_all(&directories);
        Self {
            shared: Arc::new(Shared {
                directories,
                packages: RwLock::new(contents),
                limits: RememberedLimits::open(&data_dir.join("time-limits.json")),
                testcases: OpenTestcases::default(),
                imposed: OnceLock::new(),
                factor: OnceLock::new(),
                uploads: OnceLock::new(),
            }),
        }
    }

    /// Reads the directories again. Judgements under way keep the packages they have. Blocks.
    pub fn reload(&self) -> LoadReport {
        let mut contents = read_all(&self.shared.directories);
        let mut packages = self.shared.packages.write();
        for id in &packages.uploaded {
            if let Some(package) = packages.by_id.get(id) {
                contents.set_uploaded(package);
            }
        }
        *packages = contents;
        drop(packages);
        self.report()
    }

    /// What the last load found.
    #[must_use]
    pub fn report(&self) -> LoadReport {
        let contents = self.shared.packages.read();
        LoadReport {
            loaded: contents.by_id.len(),
            broken: contents.broken.clone(),
        }
    }

    /// The package of a problem.
    #[must_use]
    pub fn get(&self, id: &ProblemId) -> Option<Arc<ProblemPackage>> {
        self.shared.packages.read().by_id.get(id).cloned()
    }

    /// All packages, ordered by id.
    #[must_use]
    pub fn list(&self) -> Vec<Arc<ProblemPackage>> {
        self.shared
            .packages
            .read()
            .by_id
            .values()
            .cloned()
            .collect()
    }

    /// The CPU limit of a run, before a language's factor; `None` while it is still to be measured.
    #[must_use]
    pub fn time_limit(&self, package: &ProblemPackage) -> Option<Duration> {
        if let Some(limit) = self.shared.imposed.get() {
            return Some(*limit);
        }
        match package.time_limit {
            // Measured ones were measured here.
            TimeLimit::Given { limit, .. } => {
                Some(limit.mul_f64(self.shared.factor.get().copied().unwrap_or(1.0)))
            }
            TimeLimit::Infer(_) => self.shared.limits.get(package.hash),
        }
    }

    /// Judges with `limit` whatever the packages say: for somebody who tries things out. The first call counts.
    pub fn impose_time_limit(&self, limit: Duration) {
        self.shared.imposed.get_or_init(|| limit);
    }

    /// Multiplies the limits that packages name by `factor`, above 0: this machine is slower than the one they were set on,
    /// or faster. The first call counts.
    pub fn scale_time_limits(&self, factor: f64) {
        self.shared.factor.get_or_init(|| factor);
    }

    /// Adds a package that lies outside the directories, until it is removed; one of the same id is replaced.
    pub fn insert(&self, package: Arc<ProblemPackage>) {
        let mut contents = self.shared.packages.write();
        contents.by_id.insert(package.id.clone(), package);
    }

    /// Removes a problem. Judgements under way keep its package.
    pub fn remove(&self, id: &ProblemId) {
        self.shared.packages.write().by_id.remove(id);
    }

    /// Whether the package of a problem was uploaded; else it lies in a configured directory.
    #[must_use]
    pub fn is_uploaded(&self, id: &ProblemId) -> bool {
        self.shared.packages.read().uploaded.contains(id)
    }

    /// The time limits measured so far.
    #[must_use]
    pub fn limits(&self) -> &RememberedLimits {
        &self.shared.limits
    }

    /// Testcase files, opened on demand.
    #[must_use]
    pub fn testcases(&self) -> &OpenTestcases {
        &self.shared.testcases
    }
}

impl Contents {
    /// Judges with an uploaded package from now on.
    fn set_uploaded(&mut self, package: &Arc<ProblemPackage>) {
        let id = package.id.clone();
        let before = self.by_id.insert(id.clone(), Arc::clone(package));
        if self.uploaded.insert(id.clone())
            && let Some(before) = before
        {
            self.covered.insert(id, before);
        }
    }

    /// Judges with what the configured directories have again, if anything.
    fn forget_uploaded(&mut self, id: &ProblemId) {
        if !self.uploaded.remove(id) {
            return;
        }
        self.by_id.remove(id);
        if let Some(covered) = self.covered.remove(id) {
            self.by_id.insert(id.clone(), covered);
        }
    }
}

fn read_all(directories: &[PathBuf]) -> Contents {
    let mut contents = Contents::default();
    for root in directories
        .iter()
        .flat_map(|dir| package_roots(dir, &mut contents.broken))
        .collect::<BTreeSet<_>>()
    {
        match packages::load(&root) {
            Ok(package) => add(&mut contents, package),
            Err(error) => contents.broken.push(broken(&root, &error)),
        }
    }
    for package in &contents.broken {
        tracing::warn!(root = %package.root.display(), code = package.code, "{}", package.message);
    }
    contents
}

fn add(contents: &mut Contents, package: ProblemPackage) {
    if let Some(first) = contents.by_id.get(&package.id) {
        contents.broken.push(BrokenPackage {
            message: format!(
                "{} has the same id as {}, which was found first",
                package.root.display(),
                first.root.display()
            ),
            root: package.root,
            code: "package_duplicate_id",
        });
        return;
    }
    for warning in &package.warnings {
        tracing::debug!(problem = %package.id, "{warning}");
    }
    contents.by_id.insert(package.id.clone(), Arc::new(package));
}

/// Where packages may be below `dir`: subdirectories with a `problem.yaml`, or `dir` itself.
fn package_roots(dir: &Path, broken: &mut Vec<BrokenPackage>) -> Vec<PathBuf> {
    if dir.join("problem.yaml").exists() {
        return vec![dir.to_owned()];
    }
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) => {
            broken.push(BrokenPackage {
                root: dir.to_owned(),
                code: "package_directory_unreadable",
                message: format!("failed to list {}: {error}", dir.display()),
            });
            return Vec::new();
        }
    };
    let paths = entries.flatten().map(|entry| entry.path());
    paths
        .filter(|path| path.join("problem.yaml").exists())
        .collect()
}

fn broken(root: &Path, error: &PackageError) -> BrokenPackage {
    let mut message = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        message.push_str(": ");
        message.push_str(&cause.to_string());
        source = cause.source();
    }
    BrokenPackage {
        root: root.to_owned(),
        code: error.code(),
        message,
    }
}
