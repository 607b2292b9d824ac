//! `limits` of `problem.yaml` (legacy and 2025-09, "Limits"), the typical system defaults filled in.

use std::time::Duration;

use serde_json::Value;

use super::error::PackageError;
use super::fields::Fields;
use super::package::{Format, PackageLimits, ProblemKind};
use super::time_limits::Inference;
use super::tree::Tree;

const MIB: f64 = 1_048_576.0;

type Limits = (PackageLimits, Option<Duration>, Inference);

/// Reads them. A tebibyte and a day are beyond reason; below them nothing overflows.
pub(super) fn read(
    tree: &Tree,
    fields: Option<&Fields<'_>>,
    format: Format,
    kind: ProblemKind,
) -> Result<Limits, PackageError> {
    let none = Fields::of(tree, "problem.yaml".into(), serde_json::Map::new());
    let fields = fields.unwrap_or(&none);
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
        validation_passes: passes(fields, kind)?,
    };
    let time_limit = seconds("time_limit")?;
    let inference = inference(fields, format, seconds("time_resolution")?)?;
    fields.warn_unknown();
    Ok((package_limits, time_limit, inference))
}

/// `validation_passes`: at least 2, and only of multi-pass problems.
fn passes(fields: &Fields<'_>, kind: ProblemKind) -> Result<u32, PackageError> {
    match fields.number("validation_passes")? {
        None => Ok(2),
        Some(_) if !kind.multi_pass => {
            fields.warn("validation_passes means nothing, as the problem is not multi-pass");
            Ok(2)
        }
        Some(passes) if passes.fract() == 0.0 && (2.0..=10_000.0).contains(&passes) => {
            Ok(passes as u32)
        }
        Some(_) => Err(fields.wrong("validation_passes", "a whole number of at least 2")),
    }
}

/// How the time limit is found where none is given. `time_multipliers` is a map (2025-09); drafts called it `time_multiplier`,
/// which in the legacy formats is a number beside `time_safety_margin`. Each is read in every format.
fn inference(
    fields: &Fields<'_>,
    format: Format,
    resolution: Option<Duration>,
) -> Result<Inference, PackageError> {
    let draft = matches!(fields.value("time_multiplier"), Some(Value::Object(_)));
    let map = match draft {
        true => fields.map("time_multiplier")?,
        false => fields.map("time_multipliers")?,
    };
    let of = |key| -> Result<Option<f64>, PackageError> {
        let given = map.as_ref().map(|map| map.positive(key, 1e6)).transpose()?;
        Ok(given.flatten())
    };
    let (mut multiplier, mut margin) = (of("ac_to_time_limit")?, of("time_limit_to_tle")?);
    if let Some(map) = &map {
        map.warn_unknown();
    }
    if !draft {
        multiplier = multiplier.or(fields.positive("time_multiplier", 1e6)?);
    }
    margin = margin.or(fields.positive("time_safety_margin", 1e6)?);
    if format.is_legacy() {
        return Ok(Inference::Legacy {
            multiplier: multiplier.unwrap_or(5.0),
            safety_margin: margin.unwrap_or(2.0),
        });
    }
    for (value, key) in [
        (multiplier, "ac_to_time_limit"),
        (margin, "time_limit_to_tle"),
    ] {
        if value.is_some_and(|value| value < 1.0) {
            fields.warn(&format!("time_multipliers.{key} is less than 1"));
        }
    }
    Ok(Inference::Multiple {
        ac_to_time_limit: multiplier.unwrap_or(2.0),
        time_limit_to_tle: margin.unwrap_or(1.5),
        resolution: resolution.unwrap_or(Duration::from_secs(1)),
    })
}
