//! What `problem.yaml` says about the problem that nothing is judged by (legacy and 2025-09, "Problem metadata").

use serde_json::Value;

use super::error::PackageError;
use super::fields::Fields;
use super::package::{About, Format};
use super::submissions_yaml::people;
use crate::yaml;

/// Reads it all. What cannot be understood is warned about: it changes no verdict.
pub(super) fn read(fields: &Fields<'_>, format: Format) -> Result<About, PackageError> {
    let text = |key| fields.value(key).and_then(yaml::text);
    let mut about = About {
        uuid: text("uuid"),
        authors: authors(fields),
        sources: sources(fields),
        license: text("license").unwrap_or_else(|| "unknown".to_owned()),
        rights_owner: text("rights_owner"),
        keywords: fields.words("keywords")?.unwrap_or_default(),
        ..About::default()
    };
    fields.know(&["source_url"]);
    if !format.is_legacy() {
        about.version = text("version");
        about.embargo_until = text("embargo_until");
        if let Some(until) = &about.embargo_until
            && !is_moment(until)
        {
            fields.warn("embargo_until is neither YYYY-MM-DD nor YYYY-MM-DDThh:mm:ssZ");
        }
    }
    Ok(about)
}

/// `author` (legacy): names with commas or "and" between them; also a list, as drafts had it. `credits` (2025-09): text, or a
/// map whose `authors` count.
fn authors(fields: &Fields<'_>) -> Vec<String> {
    let credits = match fields.value("credits") {
        Some(Value::Object(map)) => people(map.get("authors")),
        Some(credits) => people(Some(credits)),
        None => Vec::new(),
    };
    if !credits.is_empty() {
        return credits;
    }
    match fields.value("author") {
        Some(Value::String(text)) => text
            .split(',')
            .flat_map(|part| part.split(" and "))
            .flat_map(|part| part.split(" & "))
            .map(|name| name.split('<').next().unwrap_or_default().trim().to_owned())
            .filter(|name| !name.is_empty())
            .collect(),
        author => people(author),
    }
}

fn sources(fields: &Fields<'_>) -> Vec<String> {
    people(fields.value("source"))
}

/// A date, or a date and a time of day in UTC.
fn is_moment(text: &str) -> bool {
    let shape: String = text
        .chars()
        .map(|letter| if letter.is_ascii_digit() { '0' } else { letter })
        .collect();
    matches!(shape.as_str(), "0000-00-00" | "0000-00-00T00:00:00Z")
}
