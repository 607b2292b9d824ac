//! Pools that cannot be: walls without what they are made of, budgets beyond the machine, chains that lead nowhere.

use std::path::Path;

use actors::pool::PoolKind;

use super::check::Found;
use super::machine::Machine;
use super::pools::{KINDS, Pool, Pools, WallKind};
use super::units::Size;

/// More slots than anybody has CPUs.
const MOST_SLOTS: u32 = 1_024;
/// Less than any program starts with.
const LEAST_MEMORY: u64 = 4 << 20;

/// Notes everything that is wrong with the pools on `machine`.
pub(super) fn pools(pools: &Pools, machine: &Machine, found: &mut Found) {
    for kind in KINDS {
        one(kind, pools.of(kind), machine, found);
    }
    if pools.on().next().is_none() {
        let walls = "every pool is off: nothing would ever be judged; set a wall, usually native";
        found.must(false, "pools.container.wall", walls);
    }
    sums(pools, machine, found);
    if let Err(problem) = pools.chain() {
        found.must(false, "pools.fallback", &problem);
    }
    if let Err(problem) = pools.compiler() {
        found.must(false, "pools.compile_in", &problem);
    }
    found.must(
        pools.demands().is_some(),
        "pools.cpu_demand",
        "LANGUAGE=CPUS, the CPUs between 0.001 and 1024",
    );
    found.must(
        pools.health_check.0.as_secs() >= 1,
        "pools.health_check",
        "at least 1s",
    );
    found.must(
        pools.autoscale.every.0.as_millis() >= 100,
        "pools.autoscale.every",
        "at least 100ms",
    );
    found.must(
        !pools.autoscale.slo.0.is_zero(),
        "pools.autoscale.slo",
        "more than zero",
    );
}

fn one(kind: PoolKind, pool: &Pool, machine: &Machine, found: &mut Found) {
    let key = |name: &str| format!("pools.{}.{name}", kind.name());
    let mut must = |holds: bool, name: &str, problem: &str| found.must(holds, &key(name), problem);
    let fitting: &[WallKind] = match kind {
        PoolKind::Container => &[WallKind::Native, WallKind::Docker],
        PoolKind::Microvm => &[WallKind::Microvm],
        PoolKind::Trusted => &[WallKind::Trusted, WallKind::Native, WallKind::Docker],
    };
    if pool.wall != WallKind::Off && !fitting.contains(&pool.wall) {
        let names: Vec<&str> = fitting.iter().map(|wall| wall.name()).collect();
        must(
            false,
            "wall",
            &format!(
                "the {} wall makes no {} pool: {} or off",
                pool.wall.name(),
                kind.name(),
                names.join(", ")
            ),
        );
    }
    must(
        (1..=MOST_SLOTS).contains(&pool.max_concurrent),
        "max_concurrent",
        "between 1 and 1024",
    );
    must(
        pool.min <= pool.max_concurrent,
        "min",
        &format!(
            "{} is more than max_concurrent, {}",
            pool.min, pool.max_concurrent
        ),
    );
    must(
        pool.spare <= pool.max_concurrent,
        "spare",
        &format!(
            "{} is more than max_concurrent, {}",
            pool.spare, pool.max_concurrent
        ),
    );
    must(
        pool.run_memory.0 >= LEAST_MEMORY,
        "run_memory",
        "at least 4MiB",
    );
    must(
        pool.max_run_memory >= pool.run_memory,
        "max_run_memory",
        &format!("must not be smaller than run_memory, {}", pool.run_memory),
    );
    must(
        !pool.max_run_cpu.0.is_zero(),
        "max_run_cpu",
        "more than zero",
    );
    if pool.wall == WallKind::Off {
        return;
    }
    budgets(pool, machine, &mut must);
    sandboxes(pool, machine, &mut must);
    if !fitting.contains(&pool.wall) {
        return;
    }
    match pool.wall {
        WallKind::Docker => docker(pool, &mut must),
        WallKind::Microvm => microvm(pool, &mut must),
        WallKind::Off | WallKind::Native | WallKind::Trusted => {}
    }
}

fn budgets(pool: &Pool, machine: &Machine, must: &mut impl FnMut(bool, &str, &str)) {
    must(
        pool.memory_budget.0 <= machine.for_programs(),
        "memory_budget",
        &format!(
            "{} is more than this machine has for programs: {} of {}",
            pool.memory_budget,
            mebibytes(machine.for_programs()),
            mebibytes(machine.memory_bytes)
        ),
    );
    must(
        pool.memory_budget.0 == 0 || pool.memory_budget.0 >= LEAST_MEMORY,
        "memory_budget",
        "at least 4MiB, or 0 for what this machine has to spare",
    );
    must(
        pool.cpu_budget <= machine.cpu_count(),
        "cpu_budget",
        &format!(
            "{} is more than the {} CPUs this process may use",
            pool.cpu_budget,
            machine.cpu_count()
        ),
    );
}

/// What a run or a compiler may have, where somebody said so or where a sandbox takes it whole.
fn sandboxes(pool: &Pool, machine: &Machine, must: &mut impl FnMut(bool, &str, &str)) {
    let usual = Pool::default();
    for (name, asked, usual) in [
        ("max_run_memory", pool.max_run_memory, usual.max_run_memory),
        (
            "max_compile_memory",
            pool.max_compile_memory,
            usual.max_compile_memory,
        ),
    ] {
        // Behind light walls the usual number is a bound like any other: budgets are what holds.
        let asked_for = !pool.wall.is_light() || asked != usual;
        must(
            !asked_for || asked.0 <= machine.for_programs(),
            name,
            &format!(
                "{asked} is more than this machine has for programs: {} of {}",
                mebibytes(machine.for_programs()),
                mebibytes(machine.memory_bytes)
            ),
        );
    }
}

fn docker(pool: &Pool, must: &mut impl FnMut(bool, &str, &str)) {
    must(
        ["runc", "runsc"].contains(&pool.runtime.as_str()),
        "runtime",
        &format!("unknown runtime {:?}: runc or runsc", pool.runtime),
    );
    let problem = if pool.image.is_empty() {
        "the docker wall needs an image; deploy/images/build makes one and prints its id"
    } else {
        "an image is pinned: sha256:... or NAME@sha256:..., 64 hexadecimal digits"
    };
    must(is_pinned(&pool.image), "image", problem);
}

fn microvm(pool: &Pool, must: &mut impl FnMut(bool, &str, &str)) {
    for (name, path) in [
        ("kernel", &pool.kernel),
        ("initramfs", &pool.initramfs),
        ("root", &pool.root),
    ] {
        if path.as_os_str().is_empty() {
            let problem =
                format!("the microvm wall needs it; deploy/microvm/build makes one: set {name}");
            must(false, name, &problem);
        } else {
            file(path, name, must);
        }
    }
    if !pool.root.as_os_str().is_empty() {
        file(&pool.manifest(), "manifest", must);
    }
    must(
        pool.time_factor == 0.0 || (1.0..=1_000.0).contains(&pool.time_factor),
        "time_factor",
        "between 1 and 1000, or 0 to have it measured",
    );
    must(
        !pool.qemu.is_empty(),
        "qemu",
        "the name or path of the emulator",
    );
}

/// A file that is named must be there.
fn file(path: &Path, name: &str, must: &mut impl FnMut(bool, &str, &str)) {
    must(
        path.is_file(),
        name,
        &format!("there is no file {}", path.display()),
    );
}

/// Whether an image is named by what is in it.
fn is_pinned(image: &str) -> bool {
    let digest = image.rsplit_once('@').map_or(image, |(_, digest)| digest);
    digest
        .strip_prefix("sha256:")
        .is_some_and(|hex| hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// What all pools together ask for.
fn sums(pools: &Pools, machine: &Machine, found: &mut Found) {
    let on: Vec<(PoolKind, &Pool)> = pools.on().collect();
    let memory: u64 = on.iter().map(|(_, pool)| pool.memory_budget.0).sum();
    let cpus: u32 = on.iter().map(|(_, pool)| pool.cpu_budget).sum();
    let single = |fits: &dyn Fn(&Pool) -> bool| on.iter().all(|(_, pool)| fits(pool));
    let last = |asks: &dyn Fn(&Pool) -> bool| {
        on.iter()
            .rev()
            .find(|(_, pool)| asks(pool))
            .map(|(kind, _)| kind.name())
    };
    let memory_fits = |pool: &Pool| pool.memory_budget.0 <= machine.for_programs();
    if memory > machine.for_programs()
        && single(&memory_fits)
        && let Some(kind) = last(&|pool| pool.memory_budget.0 > 0)
    {
        found.add(
            format!("pools.{kind}.memory_budget"),
            format!(
                "the budgets of all pools add up to {}, and this machine has {} for programs",
                mebibytes(memory),
                mebibytes(machine.for_programs())
            ),
        );
    }
    let cpus_fit = |pool: &Pool| pool.cpu_budget <= machine.cpu_count();
    if cpus > machine.cpu_count()
        && single(&cpus_fit)
        && let Some(kind) = last(&|pool| pool.cpu_budget > 0)
    {
        found.add(
            format!("pools.{kind}.cpu_budget"),
            format!(
                "the budgets of all pools add up to {cpus} CPUs, and this process may use {}",
                machine.cpu_count()
            ),
        );
    }
}

fn mebibytes(bytes: u64) -> Size {
    Size(bytes & !((1 << 20) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    fn check(change: impl FnOnce(&mut Pools), expected: &[(&str, &str)]) {
        let mut settings = Pools::default();
        change(&mut settings);
        let mut found = Found::default();
        pools(&settings, &Machine::of(8 * GIB, 4), &mut found);
        assert_eq!(found.0.len(), expected.len(), "{:?}", found.0);
        for ((key, problem), (wanted, part)) in found.0.iter().zip(expected) {
            assert_eq!(key, wanted);
            assert!(problem.contains(part), "{key}: {problem}");
        }
    }

    #[test]
    fn a_wall_needs_what_it_is_made_of() {
        check(|_| (), &[]);
        check(
            |pools| {
                pools.container.wall = WallKind::Docker;
                pools.container.runtime = "kata".to_owned();
                pools.microvm.wall = WallKind::Microvm;
                pools.microvm.kernel = "/nonexistent/vmlinuz".into();
                pools.microvm.root = "/etc/passwd".into();
            },
            &[
                ("pools.container.runtime", "unknown runtime \"kata\""),
                ("pools.container.image", "needs an image"),
                ("pools.microvm.kernel", "no file /nonexistent/vmlinuz"),
                ("pools.microvm.initramfs", "needs it"),
                ("pools.microvm.manifest", "no file /etc/manifest.toml"),
            ],
        );
        check(
            |pools| {
                pools.container.wall = WallKind::Docker;
                pools.container.image = "gavel:latest".to_owned();
                pools.trusted.wall = WallKind::Microvm;
            },
            &[
                ("pools.container.image", "pinned"),
                ("pools.trusted.wall", "makes no trusted pool"),
            ],
        );
        check(
            |pools| {
                pools.container.wall = WallKind::Docker;
                pools.container.image = format!("gavel@sha256:{}", "0f".repeat(32));
            },
            &[],
        );
    }

    #[test]
    fn budgets_stay_within_the_machine() {
        check(
            |pools| pools.container.memory_budget = Size(9 * GIB),
            &[("pools.container.memory_budget", "7GiB of 8GiB")],
        );
        check(
            |pools| {
                pools.container.memory_budget = Size(5 * GIB);
                pools.container.cpu_budget = 3;
                pools.trusted.wall = WallKind::Trusted;
                pools.trusted.memory_budget = Size(4 * GIB);
                pools.trusted.cpu_budget = 2;
            },
            &[
                ("pools.trusted.memory_budget", "add up to 9GiB"),
                ("pools.trusted.cpu_budget", "add up to 5 CPUs"),
            ],
        );
        check(
            |pools| pools.container.max_run_memory = Size(9 * GIB),
            &[("pools.container.max_run_memory", "7GiB of 8GiB")],
        );
        check(
            |pools| {
                pools.container.wall = WallKind::Docker;
                pools.container.image = format!("sha256:{}", "0f".repeat(32));
                pools.container.max_compile_memory = Size(9 * GIB);
            },
            &[("pools.container.max_compile_memory", "7GiB of 8GiB")],
        );
        // What is off uses nothing.
        check(|pools| pools.microvm.memory_budget = Size(9 * GIB), &[]);
    }

    #[test]
    fn numbers_that_contradict_each_other_are_all_named() {
        check(
            |pools| {
                pools.container.wall = WallKind::Off;
                pools.container.min = 9;
                pools.trusted.max_concurrent = 0;
                pools.trusted.max_run_memory = Size(GIB);
                pools.fallback = vec!["container -> moon".to_owned()];
                pools.compile_in = "cellar".to_owned();
            },
            &[
                ("pools.container.min", "more than max_concurrent"),
                ("pools.trusted.max_concurrent", "between"),
                ("pools.trusted.spare", "more than"),
                ("pools.trusted.max_run_memory", "smaller"),
                ("pools.container.wall", "every pool is off"),
                ("pools.fallback", "unknown pool \"moon\""),
                ("pools.compile_in", "own"),
            ],
        );
    }
}
