//! The keys of `[pools]`: which walls stand, what they may use of this machine, and where work goes when one cannot take it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use actors::pool::{PoolKind, Step};
use serde::{Deserialize, Serialize};

use super::model::one_or_many;
use super::units::{Size, Span};

/// Which wall stands around the programs of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum WallKind {
    /// None: this judgehost has no such pool.
    #[value(skip)]
    Off,
    /// Namespaces, cgroups, seccomp, Landlock.
    Native,
    /// Containers of a Docker daemon, under runc or gVisor.
    Docker,
    /// Virtual machines.
    Microvm,
    /// A process group with resource limits: for verified users only.
    Trusted,
}

impl WallKind {
    /// Its name in the configuration.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Native => "native",
            Self::Docker => "docker",
            Self::Microvm => "microvm",
            Self::Trusted => "trusted",
        }
    }

    /// Whether a prepared sandbox costs next to nothing.
    pub(crate) fn is_light(self) -> bool {
        matches!(self, Self::Native | Self::Trusted)
    }

    /// The key that turns it on, and its value, as a flag would give them.
    pub(crate) fn as_flag(self) -> (String, String, String) {
        let key = format!("pools.{}.wall", self.pool().name());
        ("--wall".to_owned(), key, self.name().to_owned())
    }

    /// The pool such a wall makes.
    fn pool(self) -> PoolKind {
        match self {
            Self::Off | Self::Native | Self::Docker => PoolKind::Container,
            Self::Microvm => PoolKind::Microvm,
            Self::Trusted => PoolKind::Trusted,
        }
    }
}

/// With what virtual machines compute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Accelerating {
    /// KVM where a guest really runs with it, else emulation.
    #[default]
    Auto,
    /// KVM, or the wall refuses to start.
    Kvm,
    /// Emulation.
    Tcg,
}

/// Who decides how many slots of a pool are kept ready.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AutoscaleMode {
    /// This process, between `min` and `max_concurrent`.
    #[default]
    Local,
    /// Somebody who reads `/metrics` and starts judgehosts; here all slots are kept ready.
    External,
    /// Nobody: all slots are kept ready, and no need is reckoned.
    Off,
}

/// How the number of ready slots follows the work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Autoscale {
    /// Who decides.
    pub(crate) mode: AutoscaleMode,
    /// The wait, 95 of 100 jobs, above which slots are added.
    pub(crate) slo: Span,
    /// How often the need is reckoned.
    pub(crate) every: Span,
}

impl Default for Autoscale {
    fn default() -> Self {
        Self {
            mode: AutoscaleMode::Local,
            slo: Span::secs(5),
            // a job that finds every ready slot busy waits for this at most
            every: Span::secs(1),
        }
    }
}

/// The pools of this judgehost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Pools {
    /// Whether waiting submissions are judged; off for maintenance, when they are accepted and wait.
    pub(crate) judging: bool,
    /// Compiled programs kept on disk.
    pub(crate) compile_cache: Size,
    /// The pool whose sandboxes compile, where it speaks the language; `own`: each pool compiles what it runs.
    pub(crate) compile_in: String,
    /// Where work goes when its pool is off, broken, too small or does not speak the language: `microvm -> container`.
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) fallback: Vec<String>,
    /// Users an administrator vouches for: their programs may run in the trusted pool.
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) verified_users: Vec<String>,
    /// CPUs that programs of a language ask for, as `LANGUAGE=CPUS`; all others ask for half of one.
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) cpu_demand: Vec<String>,
    /// How often spare sandboxes are asked whether they still work.
    pub(crate) health_check: Span,
    /// How the number of ready slots follows the work.
    pub(crate) autoscale: Autoscale,
    /// Everybody's programs.
    pub(crate) container: Pool,
    /// Untrusted compiled code.
    pub(crate) microvm: Pool,
    /// Verified users' programs.
    pub(crate) trusted: Pool,
}

/// One pool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Pool {
    /// The wall; `off` where there is no such pool.
    pub(crate) wall: WallKind,
    /// Where the Docker daemon answers: `unix:///run/docker.sock`; empty is what `DOCKER_HOST` says, else Docker's usual socket.
    pub(crate) docker: String,
    /// What Docker runs containers with: `runc` or `runsc`.
    pub(crate) runtime: String,
    /// The image of the containers, pinned: `sha256:...`, or `NAME@sha256:...`.
    pub(crate) image: String,
    /// The kernel of the virtual machines.
    pub(crate) kernel: PathBuf,
    /// The initial file system of the virtual machines.
    pub(crate) initramfs: PathBuf,
    /// The root image of the virtual machines.
    pub(crate) root: PathBuf,
    /// What `deploy/microvm/build` wrote about the three; empty is `manifest.toml` beside the root image.
    pub(crate) manifest: PathBuf,
    /// The emulator: a path, or a name looked up where programs are.
    pub(crate) qemu: String,
    /// With what virtual machines compute: `auto`, `kvm` or `tcg`.
    pub(crate) acceleration: Accelerating,
    /// How many times as long programs take in virtual machines; 0 is measured.
    pub(crate) time_factor: f64,
    /// Programs at once, at most; never more than CPUs.
    pub(crate) max_concurrent: u32,
    /// Slots that are kept ready however little there is to do; 0 is all of them where a prepared sandbox costs next to nothing
    /// (native, trusted), else one.
    pub(crate) min: u32,
    /// Slots that are kept ready beyond those at work.
    pub(crate) spare: u32,
    /// Memory of all its programs together; 0 is what this machine has to spare.
    pub(crate) memory_budget: Size,
    /// CPUs it uses at once, at most; 0 is all of them.
    pub(crate) cpu_budget: u32,
    /// Memory of a run where the problem names none.
    pub(crate) run_memory: Size,
    /// Memory of a run, at most: a problem that asks for more goes elsewhere.
    pub(crate) max_run_memory: Size,
    /// CPU time of a run, whatever the problem says.
    pub(crate) max_run_cpu: Span,
    /// Memory of a compiler, whatever the problem and the language say.
    pub(crate) max_compile_memory: Size,
}

impl Default for Pool {
    fn default() -> Self {
        Self {
            wall: WallKind::Off,
            docker: String::new(),
            runtime: "runc".to_owned(),
            image: String::new(),
            kernel: PathBuf::new(),
            initramfs: PathBuf::new(),
            root: PathBuf::new(),
            manifest: PathBuf::new(),
            qemu: "qemu-system-x86_64".to_owned(),
            acceleration: Accelerating::Auto,
            time_factor: 0.0,
            max_concurrent: 8,
            min: 0,
            spare: 1,
            memory_budget: Size(0),
            cpu_budget: 0,
            // what the problem package format says where a package says nothing
            run_memory: Size(2 << 30),
            max_run_memory: Size(4 << 30),
            max_run_cpu: Span::secs(300),
            max_compile_memory: Size(2 << 30),
        }
    }
}

impl Default for Pools {
    fn default() -> Self {
        Self {
            judging: true,
            compile_cache: Size(1 << 30),
            compile_in: PoolKind::Container.name().to_owned(),
            fallback: vec![
                "microvm -> container".to_owned(),
                "trusted -> microvm".to_owned(),
            ],
            verified_users: Vec::new(),
            cpu_demand: Vec::new(),
            health_check: Span::secs(30),
            autoscale: Autoscale::default(),
            container: Pool {
                wall: WallKind::Native,
                ..Pool::default()
            },
            microvm: Pool {
                max_concurrent: 2,
                // each machine has so much, with more than one machine per slot
                max_run_memory: Size(2 << 30),
                ..Pool::default()
            },
            trusted: Pool {
                max_concurrent: 4,
                ..Pool::default()
            },
        }
    }
}

impl Pool {
    /// What was written about the images of virtual machines.
    pub(crate) fn manifest(&self) -> PathBuf {
        if self.manifest.as_os_str().is_empty() {
            self.root.with_file_name("manifest.toml")
        } else {
            self.manifest.clone()
        }
    }

    /// The most that one sandbox may use, for whatever runs in it.
    pub(crate) fn sandbox_memory(&self) -> u64 {
        self.max_run_memory.0.max(self.max_compile_memory.0)
    }

    /// Slots kept ready at least, of `most` there are.
    pub(crate) fn least(&self, most: u32) -> u32 {
        match self.min {
            0 if self.wall.is_light() => most,
            0 => 1.min(most),
            min => min.min(most),
        }
    }
}

/// All kinds, in the order in which they are started and shown.
pub(crate) const KINDS: [PoolKind; 3] = [PoolKind::Container, PoolKind::Microvm, PoolKind::Trusted];

impl Pools {
    /// The settings of one kind.
    pub(crate) fn of(&self, kind: PoolKind) -> &Pool {
        match kind {
            PoolKind::Container => &self.container,
            PoolKind::Microvm => &self.microvm,
            PoolKind::Trusted => &self.trusted,
        }
    }

    /// The same, to be changed.
    pub(crate) fn of_mut(&mut self, kind: PoolKind) -> &mut Pool {
        match kind {
            PoolKind::Container => &mut self.container,
            PoolKind::Microvm => &mut self.microvm,
            PoolKind::Trusted => &mut self.trusted,
        }
    }

    /// The pools that have a wall.
    pub(crate) fn on(&self) -> impl Iterator<Item = (PoolKind, &Pool)> {
        KINDS
            .into_iter()
            .map(|kind| (kind, self.of(kind)))
            .filter(|(_, pool)| pool.wall != WallKind::Off)
    }

    /// Judges everything behind `wall` and nothing elsewhere, as somebody asked by hand.
    pub(crate) fn only(&mut self, wall: WallKind) {
        let chosen = wall.pool();
        for kind in KINDS {
            let pool = self.of_mut(kind);
            pool.wall = if kind == chosen { wall } else { WallKind::Off };
        }
        self.compile_in = OWN.to_owned();
        let others = KINDS.into_iter().filter(|kind| *kind != chosen);
        self.fallback = others
            .map(|kind| format!("{} -> {}", kind.name(), chosen.name()))
            .collect();
    }

    /// The pool that is asked first by the command line: the one most work goes to.
    pub(crate) fn usual(&self) -> PoolKind {
        self.on()
            .next()
            .map_or(PoolKind::Container, |(kind, _)| kind)
    }

    /// The chain of fallbacks, or what is wrong with it.
    pub(crate) fn chain(&self) -> Result<Vec<Step>, String> {
        let mut steps: Vec<Step> = Vec::new();
        for text in &self.fallback {
            for step in steps_of(text)? {
                match steps.iter().find(|known| known.from == step.from) {
                    Some(known) if known.to != step.to => {
                        return Err(format!(
                            "{} falls back to {} and to {}: one of them",
                            step.from.name(),
                            known.to.name(),
                            step.to.name()
                        ));
                    }
                    Some(_) => {}
                    None => steps.push(step),
                }
            }
        }
        match circle(&steps) {
            Some(path) => Err(format!("runs in a circle: {path}")),
            None => Ok(steps),
        }
    }

    /// The pool that compiles, `None` for each its own, or what is wrong.
    pub(crate) fn compiler(&self) -> Result<Option<PoolKind>, String> {
        match self.compile_in.as_str() {
            OWN => Ok(None),
            name => kind_named(name)
                .map(Some)
                .map_err(|unknown| format!("{unknown}, or {OWN}")),
        }
    }

    /// CPUs that languages ask for, in thousandths; `None` when an entry is none.
    pub(crate) fn demands(&self) -> Option<BTreeMap<String, u32>> {
        let read = |text: &String| {
            let (language, cpus) = text.split_once('=')?;
            let cpus: f64 = cpus.trim().parse().ok()?;
            let sound = (0.001..=1_024.0).contains(&cpus);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between 1 and about a million"
            )]
            let millis = (cpus * 1_000.0).round() as u32;
            sound.then(|| (language.trim().to_owned(), millis))
        };
        self.cpu_demand.iter().map(read).collect()
    }
}

/// [`Pools::compile_in`] that means each pool itself.
const OWN: &str = "own";

/// Reads `a -> b -> c`.
fn steps_of(text: &str) -> Result<Vec<Step>, String> {
    let kinds: Vec<PoolKind> = text
        .split("->")
        .map(|name| kind_named(name.trim()))
        .collect::<Result<_, _>>()?;
    if kinds.len() < 2 {
        return Err(format!("{text:?} is not of the form POOL -> POOL"));
    }
    Ok(kinds
        .windows(2)
        .map(|pair| Step {
            from: pair[0],
            to: pair[1],
        })
        .collect())
}

fn kind_named(name: &str) -> Result<PoolKind, String> {
    KINDS
        .into_iter()
        .find(|kind| kind.name() == name)
        .ok_or_else(|| format!("unknown pool {name:?}: container, microvm or trusted"))
}

/// A way through the steps that comes back to where it began.
fn circle(steps: &[Step]) -> Option<String> {
    KINDS.into_iter().find_map(|start| {
        let mut path = vec![start];
        loop {
            let next = steps
                .iter()
                .find(|step| step.from == path[path.len() - 1])?;
            path.push(next.to);
            if next.to == start {
                let names: Vec<&str> = path.iter().map(|kind| kind.name()).collect();
                return Some(names.join(" -> "));
            }
            if path.len() > KINDS.len() {
                return None;
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(fallback: &[&str]) -> Result<Vec<(&'static str, &'static str)>, String> {
        let pools = Pools {
            fallback: fallback.iter().map(|text| (*text).to_owned()).collect(),
            ..Pools::default()
        };
        let steps = pools.chain()?;
        Ok(steps
            .iter()
            .map(|step| (step.from.name(), step.to.name()))
            .collect())
    }

    #[test]
    fn chains_are_read_and_mistakes_in_them_named() {
        assert_eq!(chain(&[]), Ok(vec![]));
        assert_eq!(
            chain(&["trusted -> microvm->container", "microvm -> container"]),
            Ok(vec![("trusted", "microvm"), ("microvm", "container")])
        );
        for (fallback, expected) in [
            (&["microvm"][..], "not of the form"),
            (&["microvm -> vm"], "unknown pool \"vm\""),
            (
                &["microvm -> container", "microvm -> trusted"],
                "one of them",
            ),
            (&["microvm -> microvm"], "circle: microvm -> microvm"),
            (
                &["container -> microvm", "microvm -> container"],
                "circle: container",
            ),
        ] {
            let found = chain(fallback).unwrap_err();
            assert!(found.contains(expected), "{found}");
        }
    }

    #[test]
    fn a_wall_chosen_by_hand_serves_everything() {
        for wall in [WallKind::Native, WallKind::Microvm, WallKind::Trusted] {
            let mut pools = Pools::default();
            pools.only(wall);
            let on: Vec<_> = pools.on().map(|(_, pool)| pool.wall).collect();
            assert_eq!(on, [wall]);
            assert_eq!(pools.chain().unwrap().len(), 2);
            assert_eq!(pools.compiler(), Ok(None));
        }
    }

    #[test]
    fn demands_are_read() {
        let of = |texts: &[&str]| {
            let cpu_demand = texts.iter().map(|text| (*text).to_owned()).collect();
            let pools = Pools {
                cpu_demand,
                ..Pools::default()
            };
            pools.demands()
        };
        let demands = of(&["java=1.5", "go = 2"]).unwrap();
        assert_eq!((demands["java"], demands["go"]), (1_500, 2_000));
        assert_eq!(of(&["java"]), None);
    }
}
