//! The rules between the groups of a 2025-09 package ("Scoring problems", "Group dependencies"). What they forbid has no
//! meaning, so it is refused and not warned about.

use std::path::Path;

use super::error::PackageError;
use super::groups::{GroupItem, ScoreAggregation, TestGroup};
use super::metadata::Metadata;
use super::tree::Tree;

/// Holds the groups to the rules; names of groups that lack `secret/` are completed.
pub(super) fn check(
    tree: &Tree,
    metadata: &Metadata,
    groups: &mut [TestGroup],
) -> Result<(), PackageError> {
    let newer = groups
        .first()
        .is_some_and(|root| root.config.aggregation.is_some());
    if metadata.format.is_legacy() || (metadata.kind.scoring && !newer) {
        return Ok(());
    }
    if !metadata.kind.scoring {
        for group in groups
            .iter()
            .filter(|group| group.name == "secret" && is_mixed(group))
        {
            let path = Path::new("data").join(&group.name);
            tree.warn(&path, MIXED);
        }
        return Ok(());
    }
    complete_names(tree, groups);
    let groups = &*groups;
    let secret = groups.iter().find(|group| group.name == "secret");
    for (index, group) in groups.iter().enumerate() {
        let broken = |rule: String| {
            Err(PackageError::Rule {
                path: tree.shown(&Path::new("data").join(&group.name)),
                rule,
            })
        };
        for name in &group.config.require_pass {
            let required = groups[..index].iter().find(|earlier| earlier.name == *name);
            match required {
                None => {
                    return broken(format!(
                        "require_pass names {name:?}, which is not an earlier group"
                    ));
                }
                Some(required) if name == "secret" || required.name.is_empty() => {
                    return broken(format!(
                        "require_pass names {name:?}, which no group can require"
                    ));
                }
                Some(required)
                    if required.config.aggregation != Some(ScoreAggregation::PassFail) =>
                {
                    return broken(format!(
                        "require_pass names {name:?}, whose score_aggregation is not pass-fail"
                    ));
                }
                Some(_) => {}
            }
        }
        if group.name.starts_with("secret") {
            check_scores(group, secret, &broken)?;
        }
    }
    Ok(())
}

const MIXED: &str = "holds groups and testcases, of which it may have one kind";

fn is_mixed(group: &TestGroup) -> bool {
    let is_group = |item: &GroupItem| matches!(item, GroupItem::Group(_));
    // Its static validation test case, which comes first, does not count.
    let items = &group.items[usize::from(group.config.static_validation.is_some())..];
    items.iter().any(is_group) && !items.iter().all(is_group)
}

/// People write `group1` where the name of the group is `secret/group1`.
fn complete_names(tree: &Tree, groups: &mut [TestGroup]) {
    let known: Vec<String> = groups.iter().map(|group| group.name.clone()).collect();
    for group in groups {
        for name in &mut group.config.require_pass {
            let full = format!(
                "secret/{}",
                name.trim_start_matches("data/").trim_matches('/')
            );
            if !known.contains(name) && known.contains(&full) {
                let path = Path::new("data").join(&group.name);
                tree.warn(
                    &path,
                    format!("require_pass names \"{name}\", which is called \"{full}\""),
                );
                *name = full;
            }
        }
    }
}

fn check_scores(
    group: &TestGroup,
    secret: Option<&TestGroup>,
    broken: &dyn Fn(String) -> Result<(), PackageError>,
) -> Result<(), PackageError> {
    let aggregation = group.config.aggregation;
    let bounded = group.config.range.1.is_finite();
    if is_mixed(group) {
        return broken(MIXED.to_owned());
    }
    if aggregation == Some(ScoreAggregation::PassFail) && !bounded {
        return broken("has no max_score, which pass-fail aggregation needs".to_owned());
    }
    if let Some(secret) = secret.filter(|_| group.name != "secret") {
        if !bounded && secret.config.range.1.is_finite() {
            return broken("has no max_score, although that of secret is bounded".to_owned());
        }
        if secret.config.aggregation == Some(ScoreAggregation::PassFail)
            && aggregation != Some(ScoreAggregation::PassFail)
        {
            return broken("must have pass-fail aggregation, as secret has it".to_owned());
        }
    }
    if let Some(score) = group
        .config
        .static_validation
        .as_ref()
        .and_then(|own| own.max_score)
        && score > group.config.range.1
    {
        return broken("has a static_validation_score above its max_score".to_owned());
    }
    Ok(())
}
