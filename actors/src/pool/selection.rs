//! Which pool a submission belongs to: the rule of the design, as pure functions, and the explicit chain of fallbacks.

use serde::{Deserialize, Serialize};

/// A kind of pool, by the isolation it gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PoolKind {
    /// Kernel namespaces: everything.
    Container,
    /// A virtual machine: untrusted compiled code.
    Microvm,
    /// A process group: verified users only.
    Trusted,
}

impl PoolKind {
    /// Its name in configuration and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Container => "container",
            Self::Microvm => "microvm",
            Self::Trusted => "trusted",
        }
    }

    /// The name of its actor in the supervision tree.
    pub(super) fn actor_name(self) -> &'static str {
        match self {
            Self::Container => "pool",
            Self::Microvm => "pool-microvm",
            Self::Trusted => "pool-trusted",
        }
    }
}

/// What a submission asks of a pool.
#[derive(Clone, Copy, Debug)]
pub struct Needs<'a> {
    /// Whether an administrator vouches for the user.
    pub verified_user: bool,
    /// The language's id.
    pub language: &'a str,
    /// Memory limit of a run.
    pub memory_bytes: u64,
    /// CPUs asked for, in thousandths.
    pub cpu_millis: u32,
}

/// Languages whose programs are machine code or bring a compiler of their own along.
const COMPILED: [&str; 5] = ["c", "cpp", "java", "rust", "go"];

const MIB: u64 = 1 << 20;

/// The pool a submission should go to.
#[must_use]
pub fn select(needs: Needs<'_>) -> PoolKind {
    if needs.verified_user && needs.memory_bytes > 1024 * MIB {
        PoolKind::Trusted
    } else if COMPILED.contains(&needs.language)
        || needs.memory_bytes > 256 * MIB
        || needs.cpu_millis > 500
    {
        PoolKind::Microvm
    } else {
        PoolKind::Container
    }
}

/// Where work goes when its pool is not configured: at most one step per kind, never to weaker isolation unless written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fallbacks(pub Vec<(PoolKind, PoolKind)>);

impl Default for Fallbacks {
    /// `microvm -> container` and `trusted -> microvm`, the latter being stronger.
    fn default() -> Self {
        Self(vec![
            (PoolKind::Microvm, PoolKind::Container),
            (PoolKind::Trusted, PoolKind::Microvm),
        ])
    }
}

impl Fallbacks {
    /// The configured pool that serves `wanted`; `None` when the chain ends without one.
    #[must_use]
    pub fn resolve(&self, wanted: PoolKind, configured: &[PoolKind]) -> Option<PoolKind> {
        let mut kind = wanted;
        // A chain longer than the rules it is made of runs in a circle.
        for _ in 0..=self.0.len() {
            if configured.contains(&kind) {
                return Some(kind);
            }
            kind = self.0.iter().find(|(from, _)| *from == kind)?.1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(
        verified_user: bool,
        language: &str,
        memory_mib: u64,
        cpu_millis: u32,
        expected: PoolKind,
    ) {
        let needs = Needs {
            verified_user,
            language,
            memory_bytes: memory_mib * MIB,
            cpu_millis,
        };
        assert_eq!(select(needs), expected, "{needs:?}");
    }

    #[test]
    fn the_rule_of_the_design() {
        use PoolKind::{Container, Microvm, Trusted};
        check(true, "python3", 1025, 100, Trusted);
        check(true, "cpp", 1025, 100, Trusted);
        check(false, "python3", 1025, 100, Microvm);
        check(true, "python3", 1024, 100, Microvm);
        for compiled in COMPILED {
            check(false, compiled, 64, 100, Microvm);
        }
        check(false, "python3", 257, 500, Microvm);
        check(false, "python3", 256, 501, Microvm);
        check(false, "python3", 256, 500, Container);
        check(true, "bash", 256, 500, Container);
    }

    #[test]
    fn a_missing_pool_is_replaced_only_along_the_chain() {
        use PoolKind::{Container, Microvm, Trusted};
        let chain = Fallbacks::default();
        assert_eq!(chain.resolve(Microvm, &[Container]), Some(Container));
        assert_eq!(chain.resolve(Trusted, &[Container]), Some(Container));
        assert_eq!(chain.resolve(Trusted, &[Container, Trusted]), Some(Trusted));
        assert_eq!(chain.resolve(Container, &[Trusted]), None);
        assert_eq!(Fallbacks(vec![]).resolve(Microvm, &[Container]), None);
        let circle = Fallbacks(vec![(Microvm, Trusted), (Trusted, Microvm)]);
        assert_eq!(circle.resolve(Microvm, &[Container]), None);
    }
}
