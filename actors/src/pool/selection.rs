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

/// One link of the chain of fallbacks: what `from` cannot take goes to `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The pool that cannot.
    pub from: PoolKind,
    /// The pool asked next.
    pub to: PoolKind,
}

/// Where work goes that its pool cannot take: at most one step per kind, never to weaker isolation unless written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fallbacks(pub Vec<Step>);

impl Default for Fallbacks {
    /// `microvm -> container` and `trusted -> microvm`, the latter being stronger.
    fn default() -> Self {
        let step = |from, to| Step { from, to };
        Self(vec![
            step(PoolKind::Microvm, PoolKind::Container),
            step(PoolKind::Trusted, PoolKind::Microvm),
        ])
    }
}

impl Fallbacks {
    /// The pools that may serve `wanted`, in the order in which they are asked; each once, also where the chain is a circle.
    #[must_use]
    pub fn path(&self, wanted: PoolKind) -> Vec<PoolKind> {
        let mut path = vec![wanted];
        let mut kind = wanted;
        while let Some(step) = self.0.iter().find(|step| step.from == kind)
            && !path.contains(&step.to)
        {
            kind = step.to;
            path.push(kind);
        }
        path
    }

    /// The pool that serves `wanted` now: the first of its path that works, else the first there is, where work then waits.
    #[must_use]
    pub fn resolve(
        &self,
        wanted: PoolKind,
        state: impl Fn(PoolKind) -> Option<bool>,
    ) -> Option<PoolKind> {
        let path = self.path(wanted);
        let works = path.iter().find(|kind| state(**kind) == Some(true));
        works
            .or_else(|| path.iter().find(|kind| state(**kind).is_some()))
            .copied()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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

    /// Which pool serves `wanted`, where those in `working` work and those in `broken` do not.
    fn served(
        chain: &Fallbacks,
        wanted: PoolKind,
        working: &[PoolKind],
        broken: &[PoolKind],
    ) -> Option<PoolKind> {
        chain.resolve(wanted, |kind| {
            let works = working.contains(&kind);
            (works || broken.contains(&kind)).then_some(works)
        })
    }

    #[test]
    fn a_missing_pool_is_replaced_only_along_the_chain() {
        use PoolKind::{Container, Microvm, Trusted};
        let chain = Fallbacks::default();
        let resolve = |wanted, working: &[PoolKind]| served(&chain, wanted, working, &[]);
        assert_eq!(resolve(Microvm, &[Container]), Some(Container));
        assert_eq!(resolve(Trusted, &[Container]), Some(Container));
        assert_eq!(resolve(Trusted, &[Container, Trusted]), Some(Trusted));
        assert_eq!(resolve(Container, &[Trusted]), None);
        let none = Fallbacks(vec![]);
        assert_eq!(served(&none, Microvm, &[Container], &[]), None);
    }

    #[test]
    fn a_broken_pool_is_passed_over_while_another_works() {
        use PoolKind::{Container, Microvm, Trusted};
        let chain = Fallbacks::default();
        let resolve = |wanted, working: &[PoolKind], broken: &[PoolKind]| {
            served(&chain, wanted, working, broken)
        };
        assert_eq!(resolve(Microvm, &[Container], &[Microvm]), Some(Container));
        assert_eq!(resolve(Microvm, &[], &[Microvm, Container]), Some(Microvm));
        assert_eq!(resolve(Trusted, &[], &[Container]), Some(Container));
        assert_eq!(
            resolve(Container, &[Microvm], &[Container]),
            Some(Container)
        );
    }

    proptest! {
        /// Whatever the steps: a path begins with what is wanted, asks nobody twice, and follows the steps.
        #[test]
        fn paths_end(steps in prop::collection::vec((0usize..3, 0usize..3), 0..6), wanted in 0usize..3) {
            let kinds = [PoolKind::Container, PoolKind::Microvm, PoolKind::Trusted];
            let steps: Vec<Step> = steps.into_iter().map(|(from, to)| Step { from: kinds[from], to: kinds[to] }).collect();
            let path = Fallbacks(steps.clone()).path(kinds[wanted]);
            prop_assert_eq!(path[0], kinds[wanted]);
            for pair in path.windows(2) {
                let step = Step { from: pair[0], to: pair[1] };
                prop_assert!(steps.contains(&step));
            }
            let mut unique = path.clone();
            unique.sort();
            unique.dedup();
            prop_assert_eq!(unique.len(), path.len());
        }
    }
}
