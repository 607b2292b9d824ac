//! Reading a package: one step after the other, each in its own module.

use std::path::Path;

use super::error::PackageError;
use super::groups::Grader;
use super::ini::Ini;
use super::metadata::{self, Metadata};
use super::package::{ProblemPackage, Validation};
use super::programs::{self, ProgramSource};
use super::testdata::{self, Context, parse_flags};
use super::time_limits::{TimeLimit, TimeLimitSource, parse_seconds};
use super::tree::{Dir, Entry, Tree};
use super::{hash, jury, score_rules, statements};
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
    let static_validator = static_validator(&tree, &metadata)?;
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
        legacy_groups: testdata::grades_like_legacy(&tree, &metadata)?,
        has_static_validator: static_validator.is_some(),
    };
    let (mut groups, testcases) = testdata::read(&context)?;
    score_rules::check(&tree, &metadata, &mut groups)?;
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
        static_validator,
        input_validators: programs::read_input_validators(&tree)?,
        includes: programs::read_includes(&tree)?,
        submissions: jury::read(&tree, metadata.format, metadata.kind)?,
        statements,
        languages: metadata.languages,
        constants: metadata.constants,
        allow_file_writing: metadata.allow_file_writing,
        about: metadata.about,
        warnings: Vec::new(),
    };
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
    if metadata.kind.interactive || metadata.kind.multi_pass {
        return Err(PackageError::NoValidator {
            path: tree.shown(Path::new(directory)),
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

/// The static validator (2025-09, "Static validator"): one program, as the output validator is.
fn static_validator(
    tree: &Tree,
    metadata: &Metadata,
) -> Result<Option<ProgramSource>, PackageError> {
    let Some(dir) = tree.find_dir(&tree.top(), "static_validator")? else {
        return Ok(None);
    };
    if metadata.format.is_legacy() {
        tree.warn(&dir.path, "came with 2025-09; it is ignored");
        return Ok(None);
    }
    let rule = |rule: &str| PackageError::Rule {
        path: tree.shown(&dir.path),
        rule: rule.to_owned(),
    };
    if metadata.kind.submit_answer {
        return Err(rule("submit-answer problems have no static validator"));
    }
    let mut programs = validators(tree, Some(&dir), false)?.into_iter();
    match (programs.next(), programs.next()) {
        (Some(program), None) => Ok(Some(program)),
        (None, _) => Err(rule("holds no program")),
        (Some(_), Some(_)) => Err(rule("holds more than one program")),
    }
}

/// The time limit from the first place that gives one: `problem.yaml`, then `domjudge-problem.ini`, then `.timelimit`. That is
/// the order of DOMjudge, which brought the last two; that they agree is asked by it too.
fn time_limit(tree: &Tree, metadata: &Metadata, ini: &Ini) -> Result<TimeLimit, PackageError> {
    let mut found = Vec::new();
    if let Some(limit) = metadata.time_limit {
        found.push((limit, TimeLimitSource::ProblemYaml));
    }
    if let Some(limit) = ini.time_limit {
        found.push((limit, TimeLimitSource::DomjudgeIni));
    }
    if let Some(file) = tree.find_file(&tree.top(), ".timelimit")? {
        let text = tree.text(&file)?;
        let limit = parse_seconds(&text).ok_or_else(|| PackageError::Value {
            path: tree.shown(&file.path),
            key: "the time limit".to_owned(),
            expected: "a number of seconds above 0",
            found: text.trim().chars().take(60).collect(),
        })?;
        found.push((limit, TimeLimitSource::DotTimelimit));
    }
    let Some(&(limit, source)) = found.first() else {
        return Ok(TimeLimit::Infer(metadata.inference));
    };
    for (other, elsewhere) in &found[1..] {
        if *other != limit {
            let (file, first) = (elsewhere.file(), source.file());
            tree.warn(
                file.as_ref(),
                format!("names another time limit than {first}, which counts"),
            );
        }
    }
    Ok(TimeLimit::Given { limit, source })
}
