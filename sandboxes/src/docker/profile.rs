//! The policy on system calls as a profile for Docker: the first lock, which holds from the container's first instruction on.
//!
//! The runner loads its own exact filter over it, as behind every wall. A profile cannot say everything the policy says: of one
//! argument it compares one value per rule, so "unless it is one of several" is left to the runner's filter, and so is what the
//! runner still needs for itself.

use runner::policy::{Action, RULES, Rule, When};
use serde_json::{Value, json};

use super::names::name;

/// What the runner does before its own filter: load it, and new user ids.
const NEEDED: [&str; 2] = ["seccomp", "prctl"];

fn errno(action: Action) -> i32 {
    match action {
        Action::Eperm => libc::EPERM,
        Action::Enosys => libc::ENOSYS,
        Action::Eafnosupport => libc::EAFNOSUPPORT,
        Action::Eopnotsupp => libc::EOPNOTSUPP,
        Action::Nothing => 0,
    }
}

/// One comparison of the low 32 bits of an argument: `argument & mask == value`.
fn masked(index: u32, mask: u32, value: u32) -> Value {
    json!([{ "index": index, "value": mask, "valueTwo": value, "op": "SCMP_CMP_MASKED_EQ" }])
}

/// The conditions under which a rule denies; any of them is enough.
fn conditions(rule: &Rule) -> Vec<Value> {
    match rule.when {
        When::Always | When::WithoutClone3 => vec![json!([])],
        When::AnyBit(index, mask) => (0..32)
            .map(|bit| 1_u32 << bit)
            .filter(|bit| mask & bit != 0)
            .map(|bit| masked(index, bit, bit))
            .collect(),
        When::OneOf(index, values) => values
            .iter()
            .map(|value| masked(index, u32::MAX, *value))
            .collect(),
        When::Unless(index, [one]) => (0..32)
            .map(|bit| 1_u32 << bit)
            .map(|bit| masked(index, bit, !one & bit))
            .collect(),
        // Behind gVisor the engine loads no profile.
        When::Unless(..) | When::OnGvisor => Vec::new(),
    }
}

/// The profile as Docker takes it.
pub(crate) fn profile() -> String {
    let mut calls = Vec::new();
    for rule in RULES {
        let name = name(rule.call).unwrap_or_default();
        // A call that "fails" with success is for the runner's filter: what makes containers may mean it.
        if NEEDED.contains(&name) || rule.action == Action::Nothing {
            continue;
        }
        for args in conditions(rule) {
            calls.push(json!({
                "names": [name],
                "action": "SCMP_ACT_ERRNO",
                "errnoRet": errno(rule.action),
                "args": args,
            }));
        }
    }
    json!({
        "defaultAction": "SCMP_ACT_ALLOW",
        // Other architectures' calls kill, as they do in the runner's filter.
        "architectures": ["SCMP_ARCH_X86_64"],
        "syscalls": calls,
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_of_the_policy_has_a_name() {
        for rule in RULES {
            assert!(name(rule.call).is_some(), "call {} has no name", rule.call);
        }
    }

    /// Whether the profile denies a call with this value in one argument.
    fn denies(profile: &Value, call: &str, index: u64, value: u64) -> bool {
        let rules = profile["syscalls"].as_array().unwrap();
        rules
            .iter()
            .filter(|rule| rule["names"][0] == call)
            .any(|rule| {
                rule["args"].as_array().unwrap().iter().all(|arg| {
                    arg["index"] == index
                        && value & arg["value"].as_u64().unwrap()
                            == arg["valueTwo"].as_u64().unwrap()
                })
            })
    }

    #[test]
    fn the_profile_says_what_the_policy_says() {
        let profile: Value = serde_json::from_str(&profile()).unwrap();
        for (call, index, value, expected) in [
            ("mount", 0, 0, true),
            ("read", 0, 0, false),
            ("clone", 0, 0x1000_0011, true),
            ("clone", 0, 0x11, false),
            ("socket", 0, 1, false),
            ("socket", 0, 2, true),
            ("socket", 0, 3, true),
            ("socket", 0, 16, true),
            ("fcntl", 1, 6, true),
            ("fcntl", 1, 2, false),
            ("ioctl", 1, 0x5412, true),
            ("ioctl", 1, 0x5401, false),
            // The runner's own filter tells these apart.
            ("personality", 0, 0x8, false),
            ("seccomp", 0, 1, false),
        ] {
            assert_eq!(
                denies(&profile, call, index, value),
                expected,
                "{call} {value:#x}"
            );
        }
    }
}
