//! What every judgement shares.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Weak};

use judging::ids::ContentHash;
use parking_lot::Mutex;

use super::orders::{Orders, Transcripts};
use crate::clock::Clock;
use crate::compile_cache::CompileCache;
use crate::event_log::EventLog;
use crate::job_source::JobSource;
use crate::pool::Pools;
use crate::problems::ProblemLibrary;

/// Everything a judge needs besides its job.
pub struct Environment {
    /// The name of this judgehost, part of every verdict.
    pub judgehost: String,
    /// The problems.
    pub library: ProblemLibrary,
    /// Compiled programs.
    pub cache: CompileCache,
    /// Where slots come from.
    pub pools: Pools,
    /// Where events go.
    pub events: Arc<dyn EventLog>,
    /// Where jobs come from and are settled.
    pub jobs: Arc<dyn JobSource>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// testlib's header, for programs of packages that include it and do not bring it.
    pub testlib: Option<PathBuf>,
    /// Time limits being measured.
    pub measuring: Measuring,
    /// Submissions that are judged other than usual.
    pub orders: Orders,
    /// Which dialogues of interactive problems are recorded.
    pub transcripts: Transcripts,
}

/// The time limits being measured now: one measuring per package.
#[derive(Debug, Default)]
pub struct Measuring {
    flights: Mutex<HashMap<ContentHash, Weak<tokio::sync::Mutex<()>>>>,
}

impl Measuring {
    /// The lock under which the limit of `package` is measured.
    pub(super) fn flight(&self, package: ContentHash) -> Arc<tokio::sync::Mutex<()>> {
        let mut flights = self.flights.lock();
        if let Some(flight) = flights.get(&package).and_then(Weak::upgrade) {
            return flight;
        }
        flights.retain(|_, flight| flight.strong_count() > 0);
        let flight = Arc::default();
        flights.insert(package, Arc::downgrade(&flight));
        flight
    }
}
