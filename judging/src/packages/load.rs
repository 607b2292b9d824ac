//! Reading a package: one step after the other, each in its own module.

use std::path::Path;
use std::time::Duration;

use super::error::PackageError;
use super::groups::Grader;
use super::metadata::{self, Metadata};
use super::package::{ProblemPackage, Validation};
use super::programs::{self, ProgramSource};
use super::testdata::{self, Context, parse_flags};
use super::time_limits::{TimeLimit, TimeLimitSource, parse_seconds};
use super::tree::{Dir, Entry, Tree};
use super::{hash, statements};
use crate::ids::ProblemId;

/// Reads the problem package in the directory `root`. Data stays on disk: memory does not grow with it, but every byte is
/// read once for [`ProblemPackage::hash`].
///
/// # Errors
/// [`PackageError`] naming the file and the rule it breaks.
pub fn load(root: &Path) -> Result<ProblemPackage, PackageError> {
    let tree = Tree::open(root)?;
    let top = tree.top();
    let problem_yaml = tree.find_file(&top, "problem.yaml")?;
    let metadata = metadata::read(&tree, problem_yaml.as_ref())?;
    let ini = Ini::read(&tree)?;
    let time_limit = time_limit(&tree, &metadata, &ini)?;
    let validation = validation(&tree, &metadata)?;
    let graders_dir = tree.find_dir(&top, "graders")?;
    let grader = programs::read_all(&tree, graders_dir.as_ref())?
        .into_iter()
        .next();
    let context = Context {
        tree: &tree,
        metadata: &metadata,
        validators: match &validation {
            Validation::Default(_) => None,
            Validation::Custom { validators, .. } => {
                Some(validators.iter().map(|v| v.name.clone()).collect())
            }
        },
        has_grader: grader.is_some(),
    };
    let (groups, testcases) = testdata::read(&context)?;
    let uses_grader = groups
        .iter()
        .any(|group| matches!(group.config.grader, Grader::Custom { .. }));
    let statements = statements::read(&tree)?;
    let mut package = ProblemPackage {
        id: ProblemId(tree.name.clone()),
        name: String::new(),
        names: metadata.names,
        hash: hash::package(&tree)?,
        root: tree.root().to_owned(),
        format: metadata.format,
        kind: metadata.kind,
        limits: metadata.limits,
        time_limit,
        testcases,
        groups,
        validation,
        grader: grader.filter(|_| uses_grader),
        includes: programs::read_includes(&tree)?,
        submissions: programs::read_submissions(&tree, metadata.format)?,
        statements,
        languages: metadata.languages,
        constants: metadata.constants,
        warnings: Vec::new(),
    };
    check_requirements(&tree, &package)?;
    let named = metadata
        .name
        .or(ini.name)
        .or_else(|| statements::title(&package.statements));
    package.name = named.unwrap_or_else(|| tree.name.clone());
    package.warnings = tree.into_warnings();
    Ok(package)
}

/// How output is judged: by the programs of the package or by the default output validator with its flags.
fn validation(tree: &Tree, metadata: &Metadata) -> Result<Validation, PackageError> {
    let legacy = metadata.format.is_legacy();
    let (directory, other) = match legacy {
        true => ("output_validators", "output_validator"),
        false => ("output_validator", "output_validators"),
    };
    let top = tree.top();
    let found = match tree.find_dir(&top, directory)? {
        None => tree.find_dir(&top, other)?,
        found => found,
    };
    let custom = if legacy {
        metadata.custom_validation
    } else {
        found.is_some()
    };
    if custom {
        let validators = validators(tree, found.as_ref(), legacy)?;
        if validators.is_empty() {
            return Err(PackageError::NoValidator {
                path: tree.shown(Path::new(directory)),
            });
        }
        return Ok(Validation::Custom {
            validators,
            flags: metadata.validator_flags.clone(),
        });
    }
    if let Some(dir) = found {
        tree.warn(&dir.path, "is not used, as validation is default");
    }
    let flags = parse_flags(metadata.format, &metadata.validator_flags);
    flags
        .map(Validation::Default)
        .map_err(|source| PackageError::ValidatorFlags {
            path: tree.shown(Path::new("problem.yaml")),
            source,
        })
}

/// Legacy: each file or directory is a validator. 2025-09: the directory itself is one, unless it holds a single program.
/// A legacy directory that is itself built by scripts is one validator too: DOMjudge takes it so, and juries rely on it.
fn validators(
    tree: &Tree,
    dir: Option<&Dir>,
    legacy: bool,
) -> Result<Vec<ProgramSource>, PackageError> {
    let Some(dir) = dir else {
        return Ok(Vec::new());
    };
    let entries = tree.list(dir)?;
    let mut files = entries
        .iter()
        .filter(|entry| matches!(entry, Entry::File(..)));
    let whole = if legacy {
        files.any(|file| programs::is_script(file.name()))
    } else {
        files.next().is_some()
    };
    if whole {
        programs::read_whole(tree, dir)
    } else {
        programs::read_validators(tree, dir)
    }
}

/// The rules between groups.
fn check_requirements(tree: &Tree, package: &ProblemPackage) -> Result<(), PackageError> {
    for (index, group) in package.groups.iter().enumerate() {
        for name in &group.config.require_pass {
            if !package.groups[..index]
                .iter()
                .any(|earlier| earlier.name == *name)
            {
                return Err(PackageError::Rule {
                    path: tree.shown(&Path::new("data").join(&group.name)),
                    rule: format!("require_pass names {name:?}, which is not an earlier group"),
                });
            }
        }
    }
    Ok(())
}

/// The time limit from the first place that gives one.
fn time_limit(tree: &Tree, metadata: &Metadata, ini: &Ini) -> Result<TimeLimit, PackageError> {
    let given = |limit, source| TimeLimit::Given { limit, source };
    if let Some(file) = tree.find_file(&tree.top(), ".timelimit")? {
        let text = tree.text(&file)?;
        let limit = parse_seconds(&text).ok_or_else(|| PackageError::Value {
            path: tree.shown(&file.path),
            key: "the time limit".to_owned(),
            expected: "a number of seconds above 0",
            found: text.trim().chars().take(60).collect(),
        })?;
        return Ok(given(limit, TimeLimitSource::DotTimelimit));
    }
    if let Some(limit) = ini.time_limit {
        return Ok(given(limit, TimeLimitSource::DomjudgeIni));
    }
    Ok(match metadata.time_limit {
        Some(limit) => given(limit, TimeLimitSource::ProblemYaml),
        None => TimeLimit::Infer(metadata.inference),
    })
}

/// `domjudge-problem.ini`: lines `key = 'value'`.
#[derive(Default)]
struct Ini {
    name: Option<String>,
    time_limit: Option<Duration>,
}

impl Ini {
    fn read(tree: &Tree) -> Result<Self, PackageError> {
        let mut ini = Self::default();
        let Some(file) = tree.find_file(&tree.top(), "domjudge-problem.ini")? else {
            return Ok(ini);
        };
        for line in tree.text(&file)?.lines() {
            let Some((key, value)) = line.split_once('=') else {
                continue;
            };
            let value = unquoted(value);
            match key.trim().to_ascii_lowercase().as_str() {
                "name" if !value.is_empty() => ini.name = Some(value.to_owned()),
                "timelimit" => {
                    let limit = parse_seconds(value).ok_or_else(|| PackageError::Value {
                        path: tree.shown(&file.path),
                        key: "timelimit".to_owned(),
                        expected: "a number of seconds above 0",
                        found: value.chars().take(60).collect(),
                    })?;
                    ini.time_limit = Some(limit);
                }
                _ => {}
            }
        }
        Ok(ini)
    }
}

/// A value without its quotes, or without the comment after it.
fn unquoted(value: &str) -> &str {
    let value = value.trim();
    for quote in ['\'', '"'] {
        if let Some((inside, _)) = value
            .strip_prefix(quote)
            .and_then(|rest| rest.split_once(quote))
        {
            return inside.trim();
        }
    }
    value.split([';', '#']).next().unwrap_or_default().trim()
}
