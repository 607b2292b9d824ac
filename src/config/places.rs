//! Where the values came from that only walls can check: what a wall refuses at its start is said with the line to change.

use std::collections::BTreeMap;

use actors::pool::PoolKind;
use figment::Figment;

use super::layers::{Mistake, name_lines, source_of};
use super::pools::KINDS;

/// Keys of a pool that a wall may complain about.
const NAMES: [&str; 12] = [
    "wall",
    "docker",
    "runtime",
    "image",
    "kernel",
    "initramfs",
    "root",
    "manifest",
    "qemu",
    "acceleration",
    "max_run_memory",
    "max_compile_memory",
];

/// `gavel.toml:4` and the like, by key. It is no part of the configuration itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places(BTreeMap<String, String>);

impl PartialEq for Places {
    /// The same values are the same configuration, wherever they were written.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Places {
    /// Of a merged configuration; a file has a name and a text.
    pub(super) fn of(merged: &Figment, file: Option<(&str, &str)>) -> Self {
        let keys = KINDS
            .into_iter()
            .flat_map(|kind| NAMES.map(|name| format!("pools.{}.{name}", kind.name())));
        let mut written: Vec<Mistake> = keys
            .map(|key| Mistake {
                source: source_of(merged.find_metadata(&key), &key),
                key,
                problem: String::new(),
            })
            .collect();
        if let Some((name, text)) = file {
            name_lines(&mut written, name, text);
        }
        let by_key = written.into_iter().map(|one| (one.key, one.source));
        Self(by_key.collect())
    }

    /// The keys of a pool that a refusal speaks of, each with its place; its wall, if it speaks of none.
    pub(crate) fn to_change(&self, kind: PoolKind, refusal: &str) -> String {
        let key = |name: &str| format!("pools.{}.{name}", kind.name());
        let spoken_of =
            |name: &&&str| refusal.contains(&format!("`{name}`")) || refusal.contains(&key(name));
        let mut names: Vec<&str> = NAMES.iter().filter(spoken_of).copied().collect();
        if names.is_empty() {
            names.push("wall");
        }
        let place = |name: &str| {
            let key = key(name);
            match self.0.get(&key) {
                Some(place) => format!("{key} ({place})"),
                None => key,
            }
        };
        names.into_iter().map(place).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_lines_it_speaks_of() {
        let places = Places(BTreeMap::from([
            ("pools.container.wall".to_owned(), "gavel.toml:2".to_owned()),
            (
                "pools.container.image".to_owned(),
                "gavel.toml:4".to_owned(),
            ),
        ]));
        let check = |refusal: &str, expected: &str| {
            assert_eq!(places.to_change(PoolKind::Container, refusal), expected);
        };
        check("no mechanism", "pools.container.wall (gavel.toml:2)");
        check(
            "put it into `image`",
            "pools.container.image (gavel.toml:4)",
        );
        check(
            "change pools.container.kernel or `image`",
            "pools.container.image (gavel.toml:4), pools.container.kernel",
        );
    }
}
