//! A program ready to be run: what its language said about starting it, and the files it needs beside it.

use std::fs::File;
use std::sync::Arc;

use sandboxes::languages::{Artifact, ArtifactRule, RunPlan, Toolchain};
use sandboxes::outcome::Outcome;
use sandboxes::sandbox::{Limits, PlacedFile, Run};

/// A compiled program of a submission or of a package, under one memory limit.
#[derive(Clone, Debug)]
pub(super) struct Program {
    plan: RunPlan,
    toolchain: Toolchain,
}

impl Program {
    pub(super) fn new(toolchain: &Toolchain, artifact: &Artifact, memory_bytes: u64) -> Self {
        Self {
            plan: toolchain.run_plan(artifact, memory_bytes),
            toolchain: toolchain.clone(),
        }
    }

    /// Whether its run-time system found the memory limit before the kernel did: a full Java heap, for one.
    pub(super) fn ran_out_of_memory(&self, outcome: &Outcome) -> bool {
        self.toolchain.ran_out_of_memory(outcome)
    }

    /// What it needs in its sandbox before the first run.
    pub(super) fn files(&self) -> Vec<PlacedFile> {
        self.plan.place.clone()
    }

    /// Its sources, when it has several and they are what runs: a script finds the others by paths relative to where it starts.
    pub(super) fn beside(&self) -> &[PlacedFile] {
        let scripts = self.toolchain.language().artifact == ArtifactRule::Sources;
        match &self.plan.place[..] {
            several @ [_, _, ..] if scripts => several,
            _ => &[],
        }
    }

    /// Processes and threads it needs to start at all.
    pub(super) fn processes(&self) -> u32 {
        self.plan.processes
    }

    /// Size of files its run-time system makes for itself, bytes.
    pub(super) fn file_bytes(&self) -> u64 {
        self.plan.file_bytes
    }

    /// One run of it; `args` follow its own.
    pub(super) fn run(
        &self,
        args: &[String],
        stdin: Option<Arc<File>>,
        limits: Limits,
        keep_work: bool,
    ) -> Run {
        let own = self.plan.args.iter();
        Run {
            executable: self.plan.executable.clone(),
            args: own.chain(args).cloned().collect(),
            env: self.plan.env.clone(),
            stdin,
            dialogue: None,
            limits,
            keep_work,
        }
    }
}
