//! `problem.yaml` to the letter: required keys, types, values and what they demand of each other (legacy, legacy-icpc and 2025-09,
//! "Problem metadata").

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::super::error::PackageError;
use super::super::{Format, Validation};
use super::Lint;
use crate::yaml;

const FILE: &str = "problem.yaml";
const LICENSES: [&str; 7] = [
    "unknown",
    "public domain",
    "cc0",
    "cc by",
    "cc by-sa",
    "educational",
    "permission",
];
/// Limits that are whole numbers.
const WHOLE: [&str; 9] = [
    "memory",
    "output",
    "code",
    "compilation_time",
    "compilation_memory",
    "validation_time",
    "validation_memory",
    "validation_output",
    "validation_passes",
];

pub(super) fn check(lint: &mut Lint<'_>) -> Result<(), PackageError> {
    let Some(file) = lint.tree.find_file(&lint.tree.top(), FILE)? else {
        return Ok(());
    };
    let text = lint.tree.text(&file)?;
    if let Err(reason) = yaml::parse_strict(&text) {
        lint.add(FILE, "duplicate_key", reason);
    }
    let Ok(map) = yaml::parse(&text) else {
        return Ok(());
    };
    rights(lint, &map);
    limits(lint, &map);
    match lint.package.format {
        Format::V2025_09 => newer(lint, &map),
        format => legacy(lint, &map, format),
    }
    Ok(())
}

fn newer(lint: &mut Lint<'_>, map: &Map<String, Value>) {
    if map.get("problem_format_version").and_then(Value::as_str) != Some("2025-09") {
        lint.add(
            FILE,
            "format_version",
            "problem_format_version is not 2025-09 but the name of a draft",
        );
    }
    for key in ["name", "uuid"] {
        if map.get(key).is_none_or(Value::is_null) {
            lint.add(FILE, "missing_key", format!("{key} is required"));
        }
    }
    if let Some(Value::String(text)) = map.get("uuid")
        && uuid::Uuid::parse_str(text).is_err()
    {
        lint.add(FILE, "value", "uuid is no UUID");
    }
    for key in ["keywords", "languages"] {
        let listed = match map.get(key) {
            None | Some(Value::Null | Value::Array(_)) => true,
            Some(value) => key == "languages" && value == "all",
        };
        if !listed {
            lint.add(FILE, "type", format!("{key} is not a list"));
        }
    }
    for key in ["author", "source_url", "grading"] {
        if map.contains_key(key) {
            lint.add(
                FILE,
                "other_format",
                format!("{key} belongs to the legacy format"),
            );
        }
    }
    let spoken: BTreeSet<String> = lint
        .package
        .statements
        .iter()
        .map(|statement| statement.language.clone())
        .collect();
    let named: BTreeSet<String> = match map.get("name") {
        Some(Value::Object(names)) => names.keys().cloned().collect(),
        _ => ["en".to_owned()].into(),
    };
    if !spoken.is_empty() && spoken != named {
        lint.add(
            FILE,
            "names",
            "the languages of name are not those of the statements",
        );
    }
}

fn legacy(lint: &mut Lint<'_>, map: &Map<String, Value>, format: Format) {
    for key in [
        "name",
        "author",
        "source",
        "source_url",
        "license",
        "rights_owner",
        "validation",
        "validator_flags",
        "keywords",
        "type",
    ] {
        if matches!(map.get(key), Some(Value::Object(_) | Value::Array(_))) {
            lint.add(FILE, "type", format!("{key} is not text"));
        }
    }
    if map.contains_key("source_url") && !map.contains_key("source") {
        lint.add(FILE, "source", "source_url is given without source");
    }
    let kind = lint.package.kind;
    if map.contains_key("grading") && !kind.scoring {
        lint.add(FILE, "grading", "grading is for scoring problems only");
    }
    if kind.custom_score && !kind.scoring {
        lint.add(
            FILE,
            "validation",
            "validation says score, which is for scoring problems only",
        );
    }
    let types = map.get("type").and_then(yaml::text).unwrap_or_default();
    if !matches!(types.as_str(), "" | "pass-fail" | "scoring") {
        lint.add(FILE, "type", "type is neither pass-fail nor scoring");
    }
    if kind.multi_pass {
        lint.add(FILE, "validation", "multi-pass problems came with 2025-09");
    }
    legacy_rest(lint, map, format);
}

/// What the subset of ICPC leaves out, and what is for scoring problems or custom validators only.
fn legacy_rest(lint: &mut Lint<'_>, map: &Map<String, Value>, format: Format) {
    let kind = lint.package.kind;
    if format == Format::LegacyIcpc {
        for key in ["type", "grading"] {
            if map.contains_key(key) {
                lint.add(
                    FILE,
                    "legacy_icpc",
                    format!("{key} is no key of legacy-icpc"),
                );
            }
        }
        if kind.custom_score || !lint.package.includes.is_empty() {
            lint.add(
                FILE,
                "legacy_icpc",
                "scores and included files are not part of legacy-icpc",
            );
        }
    }
    if !kind.scoring {
        scoring_keys(lint);
    }
    let flags_unused = matches!(&lint.package.validation, Validation::Default(_))
        && lint
            .package
            .testcases
            .iter()
            .any(|testcase| testcase.validator.is_some());
    if flags_unused {
        lint.add(
            "data",
            "unknown_validator",
            "names an output validator although validation is default",
        );
    }
}

/// "May only be specified for scoring problems."
fn scoring_keys(lint: &mut Lint<'_>) {
    let groups: Vec<String> = lint
        .package
        .groups
        .iter()
        .map(|group| group.name.clone())
        .collect();
    for group in groups {
        let path = std::path::Path::new("data")
            .join(group)
            .join("testdata.yaml");
        let Ok(text) = std::fs::read_to_string(lint.package.root.join(&path)) else {
            continue;
        };
        let map = yaml::parse(&text).unwrap_or_default();
        for key in ["accept_score", "reject_score", "range"] {
            if map.contains_key(key) {
                lint.add(
                    &path,
                    "scoring_key",
                    format!("{key} is for scoring problems only"),
                );
            }
        }
    }
}

fn rights(lint: &mut Lint<'_>, map: &Map<String, Value>) {
    let license = lint.package.about.license.clone();
    if !LICENSES.contains(&license.as_str()) {
        lint.add(
            FILE,
            "license",
            format!("license {license:?} is none of {}", LICENSES.join(", ")),
        );
    }
    let owner = map.contains_key("rights_owner");
    let about = &lint.package.about;
    let implied = !about.authors.is_empty() || !about.sources.is_empty();
    if license == "public domain" && owner {
        lint.add(
            FILE,
            "rights_owner",
            "rights_owner is given although the license is public domain",
        );
    }
    if !["unknown", "public domain"].contains(&license.as_str()) && !owner && !implied {
        lint.add(
            FILE,
            "rights_owner",
            "rights_owner is required by the license",
        );
    }
}

fn limits(lint: &mut Lint<'_>, map: &Map<String, Value>) {
    let Some(Value::Object(limits)) = map.get("limits") else {
        return;
    };
    for (key, value) in limits {
        let whole = WHOLE.contains(&key.as_str());
        match value {
            Value::Number(number) if whole && number.as_u64().is_none() => {
                lint.add(FILE, "value", format!("limits.{key} is not a whole number"));
            }
            Value::String(_) => lint.add(
                FILE,
                "type",
                format!("limits.{key} is text where a number is expected"),
            ),
            _ => {}
        }
    }
    let newer = [
        "time_limit",
        "time_resolution",
        "time_multipliers",
        "validation_passes",
    ];
    let older = ["time_multiplier", "time_safety_margin"];
    let foreign = if lint.legacy() {
        &newer[..]
    } else {
        &older[..]
    };
    for key in foreign.iter().filter(|key| limits.contains_key(**key)) {
        lint.add(
            FILE,
            "other_format",
            format!("limits.{key} belongs to another version of the format"),
        );
    }
}
