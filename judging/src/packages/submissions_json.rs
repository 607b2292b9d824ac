//! `submissions.json`, beside `problem.yaml` or in `submissions/`: DOMjudge's way to name the language and the entry point of a
//! jury submission. Keys are paths, `submissions/accepted/run/` with a slash for directories (DOMjudge manual, "Problem format").

use std::collections::BTreeMap;

use serde_json::Value;

use super::error::PackageError;
use super::submissions_yaml::Details;
use super::tree::{Dir, Tree};

/// What the file says, by path below `submissions/`. A file that cannot be read as such is warned about and ignored, as
/// nothing in it changes a verdict but the entry point, whose absence shows at once.
pub(super) fn read(
    tree: &Tree,
    submissions: &Dir,
) -> Result<BTreeMap<String, Details>, PackageError> {
    let mut details = BTreeMap::new();
    let beside = tree.find_file(&tree.top(), "submissions.json")?;
    let inside = tree.find_file(submissions, "submissions.json")?;
    let Some(file) = beside.or(inside) else {
        return Ok(details);
    };
    let entries = match serde_json::from_str(&tree.text(&file)?) {
        Ok(Value::Object(entries)) => entries,
        Ok(_) => {
            tree.warn(&file.path, "is not a JSON object; it is ignored");
            return Ok(details);
        }
        Err(error) => {
            tree.warn(
                &file.path,
                format!("is not valid JSON and ignored: {error}"),
            );
            return Ok(details);
        }
    };
    for (path, entry) in entries {
        let text = |key: &str| entry.get(key).and_then(Value::as_str).map(str::to_owned);
        let name = path.trim_matches('/');
        let name = name.strip_prefix("submissions/").unwrap_or(name);
        details.insert(
            name.to_owned(),
            Details {
                language: text("langid").or_else(|| text("language")),
                entry_point: text("entry_point").or_else(|| text("entryPoint")),
                ..Details::default()
            },
        );
    }
    Ok(details)
}
