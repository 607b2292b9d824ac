//! `problem.yaml`: which format, what kind of problem, its limits, how it is validated.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::error::PackageError;
use super::fields::Fields;
use super::groups::OnReject;
use super::package::{Format, PackageLimits, ProblemKind};
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
    let (package_limits, time_limit, inference) = self::limits(tree, limits.as_ref(), format)?;
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
        constants: constants(&fields)?,
    };
    fields.know(&[
        "uuid",
        "author",
        "source",
        "source_url",
        "license",
        "rights_owner",
        "keywords",
    ]);
    if !format.is_legacy() {
        fields.know(&["version", "credits", "embargo_until", "allow_file_writing"]);
    }
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
    let together = kind.submit_answer && (kind.multi_pass || kind.interactive);
    if together || (kind.scoring && types.iter().any(|word| word == "pass-fail")) {
        return Err(fields.wrong("type", "of kinds that go together"));
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
        match word.as_str() {
            "interactive" if custom => kind.interactive = true,
            "score" if custom => kind.custom_score = true,
            "multi-pass" if custom => kind.multi_pass = true,
            word => fields.warn(&format!("validation has the unknown word \"{word}\"")),
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
    kind.interactive |= map.flag("interactive")? == Some(true);
    kind.custom_score |= map.flag("score")? == Some(true);
    map.know(&["validator_flags"]);
    map.warn_unknown();
    Ok(kind.interactive || kind.custom_score)
}

/// Flags for every output validator: at the top, or where [`validation_map`] has them.
fn validator_flags(fields: &Fields<'_>) -> Result<Vec<String>, PackageError> {
    let below = match fields.value("validation") {
        Some(Value::Object(_)) => fields.map("validation")?,
        _ => None,
    };
    let below = below
        .map(|map| map.words("validator_flags"))
        .transpose()?
        .flatten();
    Ok(fields
        .words("validator_flags")?
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

fn constants(fields: &Fields<'_>) -> Result<BTreeMap<String, String>, PackageError> {
    match fields.value("constants") {
        None => Ok(BTreeMap::new()),
        Some(Value::Object(map)) => {
            let texts = map
                .iter()
                .map(|(name, value)| Some((name.clone(), yaml::text(value)?)));
            let texts: Option<BTreeMap<String, String>> = texts.collect();
            texts.ok_or_else(|| fields.wrong("constants", "a map of texts and numbers"))
        }
        Some(_) => Err(fields.wrong("constants", "a map of texts and numbers")),
    }
}

const MIB: f64 = 1_048_576.0;

type Limits = (PackageLimits, Option<Duration>, Inference);

fn limits(
    tree: &Tree,
    fields: Option<&Fields<'_>>,
    format: Format,
) -> Result<Limits, PackageError> {
    let none = Fields::of(tree, "problem.yaml".into(), serde_json::Map::new());
    let fields = fields.unwrap_or(&none);
    // A tebibyte and a day are beyond reason; below them nothing overflows.
    let bytes = |key, unit: f64, default: f64| -> Result<u64, PackageError> {
        let amount = fields.positive(key, 1_048_576.0)?.unwrap_or(default);
        Ok((amount * unit).round() as u64)
    };
    let seconds = |key| -> Result<Option<Duration>, PackageError> {
        Ok(fields.positive(key, 86_400.0)?.map(Duration::from_secs_f64))
    };
    let minute = Duration::from_secs(60);
    let package_limits = PackageLimits {
        memory_bytes: bytes("memory", MIB, 2048.0)?,
        memory_given: fields.value("memory").is_some(),
        output_bytes: bytes("output", MIB, 8.0)?,
        code_bytes: bytes("code", 1024.0, 128.0)?,
        compilation_time: seconds("compilation_time")?.unwrap_or(minute),
        compilation_memory_bytes: bytes("compilation_memory", MIB, 2048.0)?,
        validation_time: seconds("validation_time")?.unwrap_or(minute),
        validation_memory_bytes: bytes("validation_memory", MIB, 2048.0)?,
        validation_output_bytes: bytes("validation_output", MIB, 8.0)?,
        validation_passes: fields
            .positive("validation_passes", 1000.0)?
            .map_or(2, |passes| passes as u32),
    };
    let time_limit = seconds("time_limit")?;
    let multipliers = fields.map("time_multipliers")?;
    let inference = if format.is_legacy() {
        Inference::Legacy {
            multiplier: fields.positive("time_multiplier", 1e6)?.unwrap_or(5.0),
            safety_margin: fields.positive("time_safety_margin", 1e6)?.unwrap_or(2.0),
        }
    } else {
        let multiplier = |key, default| -> Result<f64, PackageError> {
            let given = multipliers
                .as_ref()
                .map(|map| map.positive(key, 1e6))
                .transpose()?;
            Ok(given.flatten().unwrap_or(default))
        };
        Inference::Multiple {
            ac_to_time_limit: multiplier("ac_to_time_limit", 2.0)?,
            time_limit_to_tle: multiplier("time_limit_to_tle", 1.5)?,
            resolution: seconds("time_resolution")?.unwrap_or(Duration::from_secs(1)),
        }
    };
    if let Some(multipliers) = multipliers {
        multipliers.warn_unknown();
    }
    fields.warn_unknown();
    Ok((package_limits, time_limit, inference))
}
