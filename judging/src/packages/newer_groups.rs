//! What a group of 2025-09 says about scores ("Test data configuration").

use serde_json::Value;

use super::error::PackageError;
use super::fields::Fields;
use super::groups::{GroupConfig, OnReject, ScoreAggregation, StaticValidation};
use super::testdata::Context;
use crate::yaml;

/// Keys of scoring problems only.
const SCORING_KEYS: [&str; 3] = ["max_score", "score_aggregation", "require_pass"];

/// The defaults of the group `name`.
pub(super) fn defaults(context: &Context<'_>, name: &str) -> GroupConfig {
    let mut config = GroupConfig::default();
    if context.metadata.kind.scoring {
        let (aggregation, most) = match name {
            "secret" => (ScoreAggregation::Sum, 100.0),
            _ => (ScoreAggregation::PassFail, f64::INFINITY),
        };
        config.aggregation = Some(aggregation);
        config.range = (0.0, most);
        config.on_reject = on_reject(aggregation, name);
    }
    config
}

/// What cannot change the score any more is not judged: a failed testcase of a group that is all or nothing. Samples are judged
/// to the end: nothing stops there for a scoring problem.
fn on_reject(aggregation: ScoreAggregation, name: &str) -> OnReject {
    match aggregation {
        _ if name == "sample" => OnReject::Continue,
        ScoreAggregation::PassFail | ScoreAggregation::Min => OnReject::Break,
        ScoreAggregation::Sum => OnReject::Continue,
    }
}

/// Reads what `fields` say about the group `name` into `config`, which holds the defaults.
pub(super) fn read(
    context: &Context<'_>,
    fields: &Fields<'_>,
    name: &str,
    config: &mut GroupConfig,
) -> Result<(), PackageError> {
    let scoring = context.metadata.kind.scoring;
    for key in SCORING_KEYS {
        if fields.value(key).is_some() && (!scoring || name == "sample") {
            let whose = if scoring {
                "of samples"
            } else {
                "of pass-fail problems"
            };
            fields.warn(&format!("{key} is no setting {whose}; it is ignored"));
        }
    }
    if scoring && name != "sample" {
        read_scores(fields, name, config)?;
    }
    config.static_validation = static_validation(context, fields, config)?;
    Ok(())
}

fn read_scores(
    fields: &Fields<'_>,
    name: &str,
    config: &mut GroupConfig,
) -> Result<(), PackageError> {
    // Drafts kept them in a map: `grading: {max_score: 30, aggregation: min}`.
    let key = if fields.value("scoring").is_some() {
        "scoring"
    } else {
        "grading"
    };
    let draft = match fields.value(key) {
        Some(Value::Object(_)) => fields.map(key)?,
        _ => None,
    };
    let most = match (fields.value("max_score"), &draft) {
        (Some(_), _) => max_score(fields, "max_score")?,
        (None, Some(draft)) => match max_score(draft, "max_score")? {
            None => max_score(draft, "score")?,
            most => most,
        },
        (None, None) => None,
    };
    let aggregation = match (fields.text("score_aggregation")?, &draft) {
        (None, Some(draft)) => draft.text("aggregation")?,
        (given, _) => given,
    };
    let aggregation = match aggregation.as_deref() {
        None => config.aggregation,
        Some("pass-fail") => Some(ScoreAggregation::PassFail),
        Some("sum") => Some(ScoreAggregation::Sum),
        Some("min") => Some(ScoreAggregation::Min),
        Some(_) => return Err(fields.wrong("score_aggregation", "pass-fail, sum or min")),
    };
    if let Some(draft) = &draft {
        fields.warn("its scores are called max_score and score_aggregation in this format");
        draft.warn_unknown();
    }
    if let Some(aggregation) = aggregation {
        config.on_reject = on_reject(aggregation, name);
    }
    config.aggregation = aggregation;
    config.range.1 = most.unwrap_or(config.range.1);
    config.require_pass = fields.words("require_pass")?.unwrap_or_default();
    Ok(())
}

/// A whole number of at least 0, or `unbounded`.
fn max_score(fields: &Fields<'_>, key: &'static str) -> Result<Option<f64>, PackageError> {
    let wrong = || fields.wrong(key, "a whole number of at least 0, or unbounded");
    match fields.value(key) {
        None => Ok(None),
        Some(Value::String(text)) if text == "unbounded" => Ok(Some(f64::INFINITY)),
        Some(value) => {
            let most = yaml::number(value).filter(|most| (0.0..1e15).contains(most));
            let most = most.ok_or_else(wrong)?;
            if most.fract() != 0.0 {
                fields.warn(&format!("{key} is not a whole number"));
            }
            Ok(Some(most))
        }
    }
}

fn static_validation(
    context: &Context<'_>,
    fields: &Fields<'_>,
    config: &GroupConfig,
) -> Result<Option<StaticValidation>, PackageError> {
    const KEY: &str = "static_validation_score";
    let args = fields.words("static_validator_args")?;
    let Some(value) = fields.value(KEY) else {
        if args.is_some() {
            fields.warn("static_validator_args means nothing without static_validation_score");
        }
        return Ok(None);
    };
    if !context.has_static_validator {
        return Err(fields.rule(format!(
            "{KEY} is given, but there is no program in static_validator"
        )));
    }
    let scored = matches!(
        config.aggregation,
        Some(ScoreAggregation::Sum | ScoreAggregation::Min)
    );
    let max_score = match value {
        Value::String(text) if text == "pass-fail" && scored => {
            return Err(fields.rule(format!("{KEY} is pass-fail in a group that adds scores up")));
        }
        Value::String(text) if text == "pass-fail" => None,
        value => {
            let wrong = || fields.wrong(KEY, "a whole number of at least 0, or pass-fail");
            let score = yaml::number(value).filter(|score| (0.0..1e15).contains(score));
            let score = score.ok_or_else(wrong)?;
            if !scored {
                fields.warn(&format!(
                    "{KEY} is a number although nothing is scored here; it is taken as pass-fail"
                ));
            }
            scored.then_some(score)
        }
    };
    Ok(Some(StaticValidation {
        max_score,
        args: args.unwrap_or_default(),
    }))
}
