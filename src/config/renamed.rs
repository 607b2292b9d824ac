//! Keys that have another name now: whoever still writes the old one is told the new one.

/// Old key and new key.
const RENAMED: [(&str, &str); 8] = [
    ("pool.judging", "pools.judging"),
    (
        "pool.wall",
        "pools.container.wall (the trusted wall: pools.trusted.wall)",
    ),
    ("pool.slots", "pools.container.max_concurrent"),
    ("pool.memory", "pools.container.run_memory"),
    ("pool.max_memory", "pools.container.max_run_memory"),
    ("pool.max_cpu", "pools.container.max_run_cpu"),
    (
        "pool.max_compile_memory",
        "pools.container.max_compile_memory",
    ),
    ("pool.compile_cache", "pools.compile_cache"),
];

/// What is wrong with a key or, as `variable_of` spells it, with a variable that nobody knows.
pub(super) fn unknown(name: &str, as_written: impl Fn(&str) -> String) -> Option<String> {
    let (_, new) = RENAMED.iter().find(|(old, _)| as_written(old) == name)?;
    let (key, rest) = new
        .split_once(' ')
        .map_or((*new, ""), |(key, rest)| (key, rest));
    let shown = as_written(key);
    Some(match rest {
        "" => format!("is called {shown} now"),
        rest => format!("is called {shown} now {rest}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::layers::variable_of;

    #[test]
    fn the_new_name_is_said() {
        let said = unknown("pool.slots", str::to_owned).unwrap();
        assert_eq!(said, "is called pools.container.max_concurrent now");
        let said = unknown("GAVEL_POOL_JUDGING", variable_of).unwrap();
        assert_eq!(said, "is called GAVEL_POOLS_JUDGING now");
        assert_eq!(unknown("pool.nothing", str::to_owned), None);
    }
}
