//! `problem.yaml`: which format, what kind of problem, its limits, how it is validated.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::about;
use super::constants::is_name;
use super::error::PackageError;
use super::fields::Fields;
use super::groups::OnReject;
use super::limits;
use super::package::{About, Format, PackageLimits, ProblemKind};
use super::time_limits::Inference;
use super::tree::{File, Tree};
use crate::yaml;

/// What `problem.yaml` says, defaults filled in.
#[derive(Debug)]
pub(super) struct Metadata {
    pub(super) format: Format,
    pub(super) name: Option<String>,
    pub(super) names: BTreeMap<String, String>,
    pub(super) kind: ProblemKind,
    pub(super) limits: PackageLimits,
    pub(super) time_limit: Option<Duration>,
    pub(super) inference: Inference,
    /// Legacy `validation` begins with `custom`.
    pub(super) custom_validation: bool,
    pub(super) validator_flags: Vec<String>,
    pub(super) overrides: GradingOverrides,
    pub(super) languages: Option<Vec<String>>,
    pub(super) constants: BTreeMap<String, String>,
    pub(super) allow_file_writing: bool,
    /// The version is a draft's, whose packages may keep to the legacy way of grading.
    pub(super) is_draft: bool,
    pub(super) about: About,
}

/// Settings of groups that packages older than `legacy` keep in `problem.yaml` under `grading`; they apply everywhere.
#[derive(Debug, Default)]
pub(super) struct GradingOverrides {
    pub(super) on_reject: Option<OnReject>,
    pub(super) accept_score: Option<f64>,
    pub(super) reject_score: Option<f64>,
    pub(super) range: Option<(f64, f64)>,
}

/// Reads `problem.yaml`; a package without one has all defaults of `legacy`.
pub(super) fn read(tree: &Tree, file: Option<&File>) -> Result<Metadata, PackageError> {
    let (fields, text) = match file {
        Some(file) => Fields::read(tree, file)?,
        None => {
            tree.warn(
                "problem.yaml".as_ref(),
                "is missing; everything in it has its default",
            );
            (
                Fields::of(tree, "problem.yaml".into(), serde_json::Map::new()),
                String::new(),
            )
        }
    };
    let format = format(&fields)?;
    let (name, names) = names(&fields, &text);
    let mut kind = kind(&fields, format)?;
    let custom_validation = validation(&fields, format, &mut kind)?;
    let overrides = grading(&fields, &mut kind)?;
    let limits = fields.map("limits")?;
    let (package_limits, time_limit, inference) =
        limits::read(tree, limits.as_ref(), format, kind)?;
    let metadata = Metadata {
        format,
        name,
        names,
        kind,
        limits: package_limits,
        time_limit,
        inference,
        custom_validation,
        validator_flags: validator_flags(&fields)?,
        overrides,
        languages: fields
            .words("languages")?
            .filter(|languages| languages != &["all"]),
        constants: if format.is_legacy() {
            BTreeMap::new()
        } else {
            constants(&fields)?
        },
        is_draft: !format.is_legacy()
            && fields
                .text("problem_format_version")?
                .is_none_or(|version| version.trim() != "2025-09"),
        // The legacy formats do not forbid it.
        allow_file_writing: format.is_legacy()
            || fields.flag("allow_file_writing")?.unwrap_or(false),
        about: about::read(&fields, format)?,
    };
    fields.warn_unknown();
    Ok(metadata)
}

fn format(fields: &Fields<'_>) -> Result<Format, PackageError> {
    let Some(version) = fields.text("problem_format_version")? else {
        return Ok(Format::Legacy);
    };
    let is_date = |text: &str| {
        let digits =
            |part: &str, len| part.len() == len && part.bytes().all(|byte| byte.is_ascii_digit());
        text.split_once('-')
            .is_some_and(|(year, month)| digits(year, 4) && digits(month, 2))
    };
    match version.trim() {
        "legacy" => Ok(Format::Legacy),
        "legacy-icpc" | "icpc" => Ok(Format::LegacyIcpc),
        "2025-09" | "2023-07" | "draft" => Ok(Format::V2025_09),
        draft if draft.strip_suffix("-draft").is_some_and(is_date) => Ok(Format::V2025_09),
        unknown => Err(fields.unknown_format(unknown)),
    }
}

/// The one name and the names by language. A map of names is accepted in every format: real legacy packages have one.
fn names(fields: &Fields<'_>, text: &str) -> (Option<String>, BTreeMap<String, String>) {
    let mut names = BTreeMap::new();
    let name = match fields.value("name") {
        Some(Value::Object(map)) => {
            let texts = map
                .iter()
                .filter_map(|(language, name)| Some((language.clone(), yaml::text(name)?)));
            names.extend(texts);
            names.get("en").or_else(|| names.values().next()).cloned()
        }
        Some(Value::String(name)) => Some(name.clone()),
        Some(_) => yaml::spelled_name(text),
        None => None,
    };
    let name = name
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty());
    if fields.value("name").is_some() && name.is_none() {
        fields.warn("name is neither text nor a map of texts");
    }
    (name, names)
}

fn kind(fields: &Fields<'_>, format: Format) -> Result<ProblemKind, PackageError> {
    let mut kind = ProblemKind::default();
    let types = fields.words("type")?.unwrap_or_default();
    if format.is_legacy() && types.len() > 1 {
        fields.warn("type has more than one word, which came with 2025-09");
    }
    for word in &types {
        match word.as_str() {
            "pass-fail" => {}
            "scoring" => kind.scoring = true,
            "multi-pass" => kind.multi_pass = true,
            "interactive" => kind.interactive = true,
            "submit-answer" => kind.submit_answer = true,
            _ => {
                return Err(fields.wrong(
                    "type",
                    "of pass-fail, scoring, multi-pass, interactive, submit-answer",
                ));
            }
        }
    }
    if kind.submit_answer && (kind.multi_pass || kind.interactive) {
        return Err(fields.wrong("type", "of kinds that go together"));
    }
    if kind.scoring && types.iter().any(|word| word == "pass-fail") {
        fields.warn("type says pass-fail and scoring, of which scoring counts");
    }
    Ok(kind)
}

/// Whether validation is custom, and what it says about the kind of problem (legacy, "Validation"; DOMjudge adds `multi-pass`).
fn validation(
    fields: &Fields<'_>,
    format: Format,
    kind: &mut ProblemKind,
) -> Result<bool, PackageError> {
    if let Some(Value::Object(_)) = fields.value("validation") {
        return validation_map(fields, kind);
    }
    let words = fields.words("validation")?.unwrap_or_default();
    if !format.is_legacy() && !words.is_empty() {
        fields
            .warn("validation is not a key of this format; the directory output_validator decides");
        for word in &words {
            custom_word(word, kind);
        }
        return Ok(false);
    }
    let (first, rest) = words
        .split_first()
        .map_or(("default", &[][..]), |(first, rest)| (first.as_str(), rest));
    let custom = match first {
        "default" => false,
        "custom" => true,
        _ => return Err(fields.wrong("validation", "default or custom")),
    };
    for word in rest {
        if !custom || !custom_word(word, kind) {
            fields.warn(&format!("validation has the unknown word \"{word}\""));
        }
    }
    Ok(custom)
}

/// A map in place of the words, as some converters and early drafts write it.
fn validation_map(fields: &Fields<'_>, kind: &mut ProblemKind) -> Result<bool, PackageError> {
    fields.warn("validation is a map where the format has words");
    let Some(map) = fields.map("validation")? else {
        return Ok(false);
    };
    // A key is enough (`interactive:`), unless it says `false`.
    let mut custom = false;
    for word in map.keys() {
        if !matches!(map.any(&word), Some(Value::Bool(false))) {
            custom |= custom_word(&word, kind);
        }
    }
    map.know(&[
        "validator_flags",
        "interactive",
        "score",
        "scoring",
        "multi-pass",
        "multipass",
    ]);
    map.warn_unknown();
    Ok(custom)
}

/// What a word after `custom` says; `false` for one that nobody defined. `multi-pass` is DOMjudge's, the others are of drafts.
fn custom_word(word: &str, kind: &mut ProblemKind) -> bool {
    match word {
        "interactive" => kind.interactive = true,
        "score" | "scoring" => kind.custom_score = true,
        "multi-pass" | "multipass" => kind.multi_pass = true,
        _ => return false,
    }
    true
}

/// Flags for every output validator: at the top, or where [`validation_map`] has them.
fn validator_flags(fields: &Fields<'_>) -> Result<Vec<String>, PackageError> {
    let below = match fields.value("validation") {
        Some(Value::Object(_)) => fields.map("validation")?,
        _ => None,
    };
    let below = below
        .map(|map| map.arguments("validator_flags"))
        .transpose()?
        .flatten();
    Ok(fields
        .arguments("validator_flags")?
        .or(below)
        .unwrap_or_default())
}

fn grading(fields: &Fields<'_>, kind: &mut ProblemKind) -> Result<GradingOverrides, PackageError> {
    let Some(grading) = fields.map("grading")? else {
        return Ok(GradingOverrides::default());
    };
    match grading.text("objective")?.as_deref() {
        None | Some("max") => {}
        Some("min") => kind.minimise = true,
        Some(_) => return Err(grading.wrong("objective", "min or max")),
    }
    if grading.flag("custom_scoring")? == Some(true) {
        kind.custom_score = true;
    }
    grading.know(&["show_test_data_groups"]);
    let on_reject = match grading.text("on_reject")?.as_deref() {
        Some("first_error") => Some(OnReject::Break),
        Some("grade") => Some(OnReject::Continue),
        _ => None,
    };
    let overrides = GradingOverrides {
        on_reject,
        accept_score: grading.number("accept_score")?,
        reject_score: grading.number("reject_score")?,
        range: grading
            .text("range")?
            .map(|_| range(&grading))
            .transpose()?,
    };
    grading.warn_unknown();
    Ok(overrides)
}

/// Two numbers, `inf` and `-inf` allowed.
pub(super) fn range(fields: &Fields<'_>) -> Result<(f64, f64), PackageError> {
    let wrong = || fields.wrong("range", "two numbers, the smaller first");
    let words = fields.words("range")?.ok_or_else(wrong)?;
    let numbers: Vec<f64> = words.iter().filter_map(|word| word.parse().ok()).collect();
    match numbers[..] {
        [least, most] if words.len() == 2 && least <= most => Ok((least, most)),
        _ => Err(wrong()),
    }
}

/// Names and their values. BAPCtools knows variants of a constant too, `{value: 5, WORD: five}`, which stand as `{{n.WORD}}`.
fn constants(fields: &Fields<'_>) -> Result<BTreeMap<String, String>, PackageError> {
    let wrong = || fields.wrong("constants", "a map of texts and numbers");
    let mut constants = BTreeMap::new();
    let map = match fields.value("constants") {
        None => return Ok(constants),
        Some(Value::Object(map)) => map,
        Some(_) => return Err(wrong()),
    };
    for (name, value) in map {
        if !is_name(name) {
            fields.warn(&format!(
                "constants has the name \"{name}\", which can stand nowhere"
            ));
        }
        match value {
            Value::Object(variants) => {
                fields.warn(&format!(
                    "the constant \"{name}\" is a map where the format has a value"
                ));
                for (variant, value) in variants {
                    let value = yaml::text(value).ok_or_else(wrong)?;
                    if variant == "value" {
                        constants.insert(name.clone(), value.clone());
                    }
                    constants.insert(format!("{name}.{variant}"), value);
                }
            }
            value => {
                constants.insert(name.clone(), yaml::text(value).ok_or_else(wrong)?);
            }
        }
    }
    Ok(constants)
}
