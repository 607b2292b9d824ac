//! What a language is: the content of one `languages/*.toml`, one struct per table.
//!
//! Arguments are templates: `{name}` stands for one value, and an argument that is exactly `{name}` may stand for a list
//! (see [`super::template`]). Reading and checking is in [`super::reading`]; nothing here touches the host.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::detection::{ContentRule, Pattern};

/// One language: how its programs are named, compiled, started and tried out.
#[derive(Clone, Debug)]
pub struct Language {
    /// Id as the ICPC Contest API spells it: `cpp`, `python3`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Other ids clients use: `c++`, `py`.
    pub aliases: Vec<String>,
    /// File extensions without the dot; case matters (`C` is C++).
    pub extensions: Vec<String>,
    /// Extensions that belong to another language unless the content says it is this one: `pl` for Perl.
    pub shared_extensions: Vec<String>,
    /// What speaks for this language inside a file.
    pub content: ContentRule,
    /// Between languages with equally many files, the higher one is taken.
    pub priority: i32,
    /// Time limits of problems are multiplied by this.
    pub time_factor: f64,
    /// Never listed or detected from a file name: it runs programs of packages, not submissions.
    pub internal: bool,
    /// Whether a file name may decide for this language; off for a second implementation of a language.
    pub detect: bool,
    /// A faster implementation of the same language, by id: what a jury may have measured its time limit with.
    pub stand_in: Option<String>,
    /// Languages that give way when their files lie beside ours: C beside C++.
    pub prefer_over: Vec<String>,
    /// Toolchain programs by name; of each list the first path that exists is used.
    pub programs: BTreeMap<String, Vec<String>>,
    /// Where the toolchain comes from.
    pub packages: Packages,
    /// What this host must lend to the root besides `/usr/bin`, `/usr/lib*`, `/usr/include`.
    pub host: HostNeeds,
    /// Names of sources.
    pub source: SourceRules,
    /// How the file or class that is started is found.
    pub entry: EntryRule,
    /// Compile commands, in order; empty when there is nothing to compile or check.
    pub compile: Vec<CompileStep>,
    /// What compiling needs beyond common bounds.
    pub compile_needs: CompileNeeds,
    /// What a compiler's message means, where it would baffle.
    pub hints: Vec<Hint>,
    /// What compiling leaves.
    pub artifact: ArtifactRule,
    /// How a program is started.
    pub run: RunRule,
    /// Prints the version of the toolchain.
    pub version: VersionRule,
    /// Numbers made from the memory limit; the unit is the suffix of the name: `_mib`, `_kib`, `_bytes`.
    pub amounts: BTreeMap<String, Amount>,
    /// Ways to compile, best first; the self-test keeps the first that works. At least one.
    pub variants: Vec<Variant>,
    /// A program that must work before the language is offered.
    pub self_test: SelfTest,
    /// blake3 of the definition's text: part of every compile cache key.
    pub digest: String,
}

/// Where the toolchain comes from; `deploy/languages` reads this.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Packages {
    /// Debian's packages.
    pub debian: Vec<String>,
    /// Where Debian has none: where else it may come from.
    pub elsewhere: Option<String>,
}

/// A remark added to what a compiler said.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Hint {
    /// Part of the compiler's message.
    pub says: String,
    /// What it means.
    pub means: String,
}

/// What must come from the host.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HostNeeds {
    /// Host paths shown at the same place; the last component may hold one `*`. Absent ones are left out.
    pub paths: Vec<String>,
    /// Toolchains outside `/usr`, shown at a neutral place.
    pub mounts: Vec<Mount>,
}

/// A toolchain shown at a neutral place.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Mount {
    /// Where programs see it: `/opt/rust`.
    pub inside: String,
    /// Host directories, the first that holds `probe` is taken; `rustup:` is the default toolchain of rustup, and the last
    /// component may hold one `*`.
    pub from: Vec<String>,
    /// A file that tells the right directory: `bin/rustc`.
    pub probe: String,
    /// Which parts are shown; all when empty.
    #[serde(default)]
    pub parts: Vec<String>,
}

/// Names of sources.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceRules {
    /// The name of a source that came without one.
    pub default: String,
    /// A lone source is renamed after its public class, because the compiler insists.
    #[serde(default)]
    pub named_after_class: bool,
}

/// How the thing to start is found.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    /// All sources make one program; an entry point means nothing.
    None,
    /// One of the files is started.
    File,
    /// One of the compiled JVM classes has `main`.
    Class,
}

/// Where a program begins.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryRule {
    /// Kind.
    pub kind: EntryKind,
    /// Names taken without being told: `__main__.py`, `Main`.
    #[serde(default)]
    pub prefer: Vec<String>,
    /// Found in files that are parts of a program (a unit, a module): none of them is started when there is another file.
    #[serde(default)]
    pub is_part: Option<Pattern>,
    /// What clients call it: `Main class`.
    #[serde(default)]
    pub label: Option<String>,
}

/// One compile command.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompileStep {
    /// Argument templates; the first is the program.
    pub args: Vec<String>,
    /// Once for every source, which is `{source}`.
    #[serde(default)]
    pub per_source: bool,
    /// Only for variants with one of these names; for all when empty.
    #[serde(default)]
    pub variants: Vec<String>,
}

/// What compiling needs beyond common bounds: these raise them, never lower them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CompileNeeds {
    /// Processes and threads.
    pub processes: u32,
    /// Memory, MiB.
    pub memory_mib: u64,
    /// CPU time, seconds.
    pub cpu_seconds: u64,
    /// `NAME=value` templates added to the common environment.
    pub env: Vec<String>,
}

impl Default for CompileNeeds {
    fn default() -> Self {
        Self {
            processes: 64,
            memory_mib: 0,
            cpu_seconds: 0,
            env: Vec::new(),
        }
    }
}

/// What compiling leaves.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum ArtifactRule {
    /// One executable at `{program}`; it is executed by descriptor.
    Executable,
    /// Every file below `{out}`.
    Files,
    /// The sources themselves.
    Sources,
}

/// How a program is started.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunRule {
    /// Argument templates; the first is the program, except that for an executable artifact it is only `argv[0]`.
    pub args: Vec<String>,
    /// `NAME=value` templates added to the common environment.
    #[serde(default)]
    pub env: Vec<String>,
    /// Processes and threads a program of this language needs to start at all.
    #[serde(default = "RunRule::default_processes")]
    pub processes: u32,
    /// Memory a program of this language needs to start at all, MiB; smaller limits are honoured, and explained.
    #[serde(default)]
    pub memory_floor_mib: u64,
    /// Largest file its run-time system makes for itself, MiB: a compiler at run time keeps its code in one. The output of a
    /// program is bounded apart from it.
    #[serde(default)]
    pub file_floor_mib: u64,
    /// How the language's own run-time system gives up at its memory limit, below the kernel's.
    #[serde(default)]
    pub out_of_memory: Option<OutOfMemory>,
}

/// How a run-time system gives up when its heap is full: it ends this way *and* says so.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct OutOfMemory {
    /// The exit code.
    #[serde(default)]
    pub exit_code: Option<i32>,
    /// Or the signal.
    #[serde(default)]
    pub signal: Option<i32>,
    /// Part of the first bytes of standard error.
    pub says: String,
}

impl RunRule {
    fn default_processes() -> u32 {
        1
    }
}

/// Prints the version of the toolchain.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersionRule {
    /// Argument templates.
    pub args: Vec<String>,
}

/// A number made from the memory limit: `limit * of_memory - minus_mib`, held between two bounds.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amount {
    /// Share of the memory limit.
    #[serde(default = "Amount::whole")]
    pub of_memory: f64,
    /// Taken off.
    #[serde(default)]
    pub minus_mib: f64,
    /// Not less than this.
    #[serde(default)]
    pub at_least_mib: f64,
    /// Not more than this.
    #[serde(default = "Amount::unbounded")]
    pub at_most_mib: f64,
}

impl Amount {
    fn whole() -> f64 {
        1.0
    }

    fn unbounded() -> f64 {
        f64::INFINITY
    }

    /// Its value in bytes under this memory limit.
    #[must_use]
    pub fn bytes(&self, memory_bytes: u64) -> u64 {
        const MIB: f64 = 1_048_576.0;
        #[expect(
            clippy::cast_precision_loss,
            reason = "a rounded megabyte more or less does not matter"
        )]
        let wanted = memory_bytes as f64 / MIB * self.of_memory - self.minus_mib;
        let held = wanted.max(self.at_least_mib).min(self.at_most_mib);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "`as` saturates, and the bounds are checked when the definition is read"
        )]
        let bytes = (held * MIB) as u64;
        bytes
    }
}

/// One way to compile: lists of arguments for placeholders.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// `static`, `dynamic`.
    pub name: String,
    /// Placeholder to the arguments it stands for.
    #[serde(default)]
    pub lists: BTreeMap<String, Vec<String>>,
}

/// A program that must work before the language is offered.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelfTest {
    /// Its only source, named by [`SourceRules::default`].
    pub source: String,
    /// What it reads.
    #[serde(default = "SelfTest::default_input")]
    pub input: String,
    /// What it must print, white space at the end apart.
    #[serde(default = "SelfTest::default_output")]
    pub output: String,
}

impl SelfTest {
    fn default_input() -> String {
        "40 2\n".to_owned()
    }

    fn default_output() -> String {
        "42".to_owned()
    }
}
