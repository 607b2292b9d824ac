//! Compiles programs, of submissions and of packages, once: through the cache on disk, one compilation at a time for the same
//! program, in a fresh sandbox on the asker's slot.
//!
//! **Invariant**: whatever the sources are, the result is a [`Build`]; an error is ours.

mod disk;

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Weak};

use judging::judgements::CompileReport;
use parking_lot::Mutex;
use sandboxes::languages::{
    Artifact, ArtifactError, CompileBounds, CompilePlan, Sources, Toolchain, compile,
};
use sandboxes::sandbox::WallError;

use self::disk::DiskCache;
use crate::pool::SlotLease;

/// What became of some sources.
#[derive(Clone, Debug)]
pub enum Build {
    /// A program.
    Ready(Artifact, CompileReport),
    /// No program: a compile error.
    Failed(CompileReport),
}

/// Why nothing became of them; never their own fault.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The wall failed.
    #[error(transparent)]
    Wall(#[from] WallError),
    /// The program could not be kept.
    #[error("failed to keep a compiled program")]
    Keep(#[source] ArtifactError),
    /// The thread that keeps programs died.
    #[error("the compile cache stopped working")]
    Thread,
}

/// What the compiler's verdict is kept for while others wait for the same program.
type Flight = tokio::sync::Mutex<Option<CompileReport>>;

/// The compiler everybody shares.
#[derive(Clone)]
pub struct CompileCache {
    disk: Arc<DiskCache>,
    flights: Arc<Mutex<HashMap<String, Weak<Flight>>>>,
}

impl CompileCache {
    /// Opens the cache below `root`, bounded to `bound_bytes`. Blocks.
    ///
    /// # Errors
    /// When the directory cannot be made or listed.
    pub fn open(root: &Path, bound_bytes: u64) -> io::Result<Self> {
        Ok(Self {
            disk: Arc::new(DiskCache::open(root, bound_bytes)?),
            flights: Arc::default(),
        })
    }

    /// Entries and their bytes.
    #[must_use]
    pub fn size(&self) -> (usize, u64) {
        self.disk.size()
    }

    /// Compiles `sources`, or finds what was compiled from the same sources by the same toolchain before.
    ///
    /// # Errors
    /// [`BuildError`], never because of the sources.
    pub async fn build(
        &self,
        toolchain: &Toolchain,
        sources: &Sources,
        bounds: &CompileBounds,
        lease: &SlotLease,
    ) -> Result<Build, BuildError> {
        let plan = match toolchain.compile_plan(sources, bounds) {
            Ok(plan) => plan,
            Err(refused) => return Ok(Build::Failed(refused_sources(&refused.to_string()))),
        };
        let key = key(&plan, lease.pool().origin());
        if let Some(artifact) = self.disk.get_open(&key) {
            return Ok(found(artifact));
        }
        let flight = self.flight(&key);
        let mut ended = flight.lock().await;
        if let Some(report) = &*ended {
            return Ok(Build::Failed(report.clone()));
        }
        let (disk, on_disk) = (Arc::clone(&self.disk), key.clone());
        if let Some(artifact) = blocking(move || disk.get(&on_disk)).await? {
            return Ok(found(artifact));
        }
        let built = self.compile(&plan, key, lease).await?;
        if let Build::Failed(report) = &built {
            *ended = Some(report.clone());
        }
        Ok(built)
    }

    /// What `toolchain`, which is part of `origin`, made of the same sources before, when that is at hand.
    #[must_use]
    pub fn known(
        &self,
        toolchain: &Toolchain,
        sources: &Sources,
        bounds: &CompileBounds,
        origin: &str,
    ) -> Option<Build> {
        let plan = toolchain.compile_plan(sources, bounds).ok()?;
        self.disk.get_open(&key(&plan, origin)).map(found)
    }

    async fn compile(
        &self,
        plan: &CompilePlan,
        key: String,
        lease: &SlotLease,
    ) -> Result<Build, BuildError> {
        let memory = plan.steps.iter().map(|step| step.limits.memory_bytes).max();
        let memory = lease.pool().memory_of(&[memory.unwrap_or_default()], false);
        let _memory = lease.memory(memory).await;
        let mut sandbox = lease.sandbox().await?;
        let report = compile(&mut sandbox, plan).await?;
        let outcome = CompileReport {
            success: report.result.is_ok(),
            message: report.message,
            cpu: report.cpu,
            wall: report.wall,
            cached: false,
        };
        let compiled = match report.result {
            Ok(compiled) => compiled,
            Err(failure) => {
                let message = explained(&failure.to_string(), &outcome.message);
                return Ok(Build::Failed(CompileReport { message, ..outcome }));
            }
        };
        let disk = Arc::clone(&self.disk);
        // The collected files live in the sandbox's memory: it is destroyed after they were kept.
        let kept = blocking(move || disk.insert(&key, &compiled)).await?;
        drop(sandbox);
        Ok(Build::Ready(kept.map_err(BuildError::Keep)?, outcome))
    }

    /// The lock under which the program with this key is made; gone when nobody is making it.
    fn flight(&self, key: &str) -> Arc<Flight> {
        let mut flights = self.flights.lock();
        if let Some(flight) = flights.get(key).and_then(Weak::upgrade) {
            return flight;
        }
        flights.retain(|_, flight| flight.strong_count() > 0);
        let flight = Arc::new(Flight::default());
        flights.insert(key.to_owned(), Arc::downgrade(&flight));
        flight
    }
}

/// The key of a program: all that the plan says it depends on, and what the toolchain is part of, since the libraries of two
/// hosts differ where their compilers have one version.
fn key(plan: &CompilePlan, origin: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(plan.cache_key.as_bytes());
    hasher.update(origin.as_bytes());
    hasher.finalize().to_hex().to_string()
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, BuildError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| BuildError::Thread)
}

fn found(artifact: Artifact) -> Build {
    let manifest = artifact.manifest();
    let report = CompileReport {
        success: true,
        message: manifest.message.clone(),
        cpu: manifest.cpu,
        wall: manifest.wall,
        cached: true,
    };
    Build::Ready(artifact, report)
}

fn refused_sources(reason: &str) -> CompileReport {
    CompileReport {
        success: false,
        message: reason.to_owned(),
        cpu: std::time::Duration::ZERO,
        wall: std::time::Duration::ZERO,
        cached: false,
    }
}

/// What the compiler said, after why there is no program unless it says that itself.
fn explained(failure: &str, message: &str) -> String {
    if message.trim().is_empty() {
        failure.to_owned()
    } else {
        format!("{failure}\n{message}")
    }
}
