//! The only place that wires actors together: what is started in which order, and stopped in which.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use actix::Addr;
use actors::admission::{Admission, AdmissionGate, Reception};
use actors::clock::{Clock, SystemClock};
use actors::compile_cache::CompileCache;
use actors::event_log::EventLog;
use actors::job_source::{EmbeddedJobSource, JobSource, Weights};
use actors::judge::Environment;
use actors::judge::measure::LimitMeasurer;
use actors::pool::{Fallbacks, Pool, PoolBounds, PoolConfig, PoolKind, Pools};
use actors::problems::ProblemLibrary;
use actors::scheduler::{Drain, Scheduler};
use actors::scoreboard::{Boards, ScoreboardActor};
use actors::sessions::{Hub, SessionHub};
use actors::store::{Store, StoreConfig};
use actors::supervision::{Escalation, Faults, RootConfig, Supervision, install_panic_hook};
use actors::toolchains::{LanguageTester, Toolchains};
use anyhow::Context;
use sandboxes::languages::Catalogue;
use sandboxes::native::{NativeConfig, NativeWall};
use sandboxes::root::{Account, Host, RootPlan};
use sandboxes::sandbox::{Slot, Wall};
use sandboxes::trusted::{TrustedConfig, TrustedWall};
use tokio::sync::Notify;

use crate::config::model::{Config, Http, Pool as PoolSettings, WallKind, WebSocket};
use crate::contests::{self, Contests};
use crate::http::times;

/// Messages that wait for an actor that follows the log: pings, and planted failures.
const FOLLOWER_MAILBOX: usize = 16;

/// How a system is started, besides its configuration.
pub(crate) struct Launch {
    /// Where compiled programs and measured time limits are kept.
    pub(crate) cache: PathBuf,
    /// A CPU limit instead of the problems' own.
    pub(crate) time_limit: Option<Duration>,
    /// Whether languages are tested before somebody needs them.
    pub(crate) test_languages: bool,
}

/// Actors that nobody sends anything to: an actor whose last address is dropped ends.
struct Followers {
    _admission: Addr<Admission>,
    _scoreboard: Addr<ScoreboardActor>,
    _sessions: Addr<SessionHub>,
    _languages: Option<Addr<LanguageTester>>,
}

/// Everything that runs, as the edges see it.
pub(crate) struct System {
    /// Limits of the HTTP server.
    pub(crate) http: Http,
    /// Limits of WebSocket sessions.
    pub(crate) websocket: WebSocket,
    /// Where submissions come in.
    pub(crate) reception: Reception,
    /// Where everything durable is read.
    pub(crate) store: Store,
    /// Where facts are written.
    pub(crate) log: Arc<dyn EventLog>,
    /// The problems.
    pub(crate) problems: ProblemLibrary,
    /// The languages.
    pub(crate) toolchains: Toolchains,
    /// The contests.
    pub(crate) contests: Contests,
    /// Their scoreboards.
    pub(crate) boards: Arc<Boards>,
    /// Where sessions subscribe.
    pub(crate) hub: Arc<Hub>,
    /// WebSocket sessions that are open.
    pub(crate) open_sessions: Arc<AtomicUsize>,
    /// Gives reports and drains.
    pub(crate) scheduler: Addr<Scheduler>,
    /// Who lives and who was restarted.
    pub(crate) supervision: Supervision,
    /// When it was started.
    pub(crate) since: Instant,
    pools: Pools,
    _followers: Followers,
    draining: AtomicBool,
    given_up: Arc<Notify>,
}

impl System {
    /// Starts everything on the current arbiter; ready when it returns. Languages are tested in the background.
    ///
    /// # Errors
    /// When the store, the wall or a directory cannot be used; the message says which and why.
    pub(crate) async fn start(config: &Config, launch: Launch) -> anyhow::Result<Self> {
        install_panic_hook();
        let since = Instant::now();
        let given_up = Arc::new(Notify::new());
        let supervision = supervision(config, &given_up);
        let clock: Arc<dyn Clock> = SystemClock::shared();
        let data = &config.paths.data;
        std::fs::create_dir_all(data)
            .with_context(|| format!("failed to make {}", data.display()))?;
        let store = Store::open(StoreConfig::new(data), &supervision, Arc::clone(&clock))
            .context("failed to open the store")?;
        let log: Arc<dyn EventLog> = Arc::new(store.log());
        let jobs: Arc<dyn JobSource> = Arc::new(
            EmbeddedJobSource::open(&store, Weights::default(), clock.as_ref())
                .context("failed to open the queue")?,
        );
        let gate = Arc::new(AdmissionGate::new(
            config.admission.clone(),
            &store,
            Arc::clone(&clock),
        ));
        let keeper = Admission::new(Arc::clone(&gate), Arc::clone(&log));
        let admission = supervision.supervise("admission", FOLLOWER_MAILBOX, |_| keeper);
        let problems = ProblemLibrary::load(config.paths.problems.clone(), &launch.cache);
        if let Some(limit) = launch.time_limit {
            problems.impose_time_limit(limit);
        }
        let contests = contests::load(&config.paths.contests, data, times::now());
        let boards = Boards::new(Arc::clone(&clock));
        let all = contests.by_id.values().cloned().collect();
        let scoreboard = ScoreboardActor::new(Arc::clone(&boards), all, &store, Arc::clone(&log));
        let scoreboard = supervision.supervise("scoreboard", FOLLOWER_MAILBOX, |_| scoreboard);
        let hub = Hub::new(Arc::clone(&log), &store, Arc::clone(&boards));
        let feeder = SessionHub::new(Arc::clone(&hub), Arc::clone(&log));
        let sessions = supervision.supervise("sessions", FOLLOWER_MAILBOX, |_| feeder);
        let catalogue = Catalogue::load().context("failed to read the languages")?;
        let host = Host::this();
        let wall = wall(&config.pool, &host, &catalogue)?;
        let toolchains = Toolchains::new(catalogue, host);
        let pool = Pool::start(pool_config(config), wall, Arc::clone(&clock), &supervision);
        let pools = Pools::new(pool.clone(), Vec::new(), fallbacks(&config.pool));
        let environment = Environment {
            judgehost: hostname(),
            library: problems.clone(),
            toolchains: toolchains.clone(),
            cache: compile_cache(&launch.cache, config)?,
            pools: pools.clone(),
            events: Arc::clone(&log),
            jobs,
            clock,
            measuring: actors::judge::Measuring::default(),
        };
        let environment = Arc::new(environment);
        let scheduler = Scheduler::start(Arc::clone(&environment), &supervision);
        let languages = launch.test_languages.then(|| {
            LimitMeasurer::start(environment, &supervision);
            LanguageTester::start(toolchains.clone(), pool, &supervision)
        });
        supervision
            .start_root(RootConfig::default())
            .context("failed to start the watch over the actors")?;
        tracing::info!(after = ?since.elapsed(), problems = problems.list().len(), "ready");
        Ok(Self {
            http: config.http.clone(),
            websocket: config.websocket.clone(),
            contests,
            boards,
            hub,
            open_sessions: Arc::default(),
            reception: Reception::new(gate, Arc::clone(&log), &store),
            store,
            log,
            problems,
            toolchains,
            scheduler,
            supervision,
            since,
            pools,
            _followers: Followers {
                _admission: admission,
                _scoreboard: scoreboard,
                _sessions: sessions,
                _languages: languages,
            },
            draining: AtomicBool::new(false),
            given_up,
        })
    }

    /// Whether it takes no more work.
    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// Takes no more work from now on.
    pub(crate) fn begin_draining(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Waits until supervision gives up: something that must live does not.
    pub(crate) async fn gave_up(&self) {
        self.given_up.notified().await;
    }

    /// Lets running judgements end, gives the rest back, closes the store. What was accepted and has no verdict is on disk.
    pub(crate) async fn stop(&self, deadline: Duration) {
        self.begin_draining();
        let asked = self.scheduler.send(Drain { deadline });
        match tokio::time::timeout(deadline + Duration::from_secs(2), asked).await {
            Ok(Ok(report)) => tracing::info!(
                finished = report.finished,
                given_back = report.given_back,
                "drained"
            ),
            Ok(Err(error)) => tracing::error!(%error, "the scheduler could not drain"),
            Err(_) => tracing::error!("the scheduler did not drain in time"),
        }
        if tokio::time::timeout(Duration::from_secs(5), self.pools.shut())
            .await
            .is_err()
        {
            tracing::error!("not every sandbox is gone");
        }
        let store = self.store.clone();
        if tokio::task::spawn_blocking(move || store.close())
            .await
            .is_err()
        {
            tracing::error!("closing the store panicked");
        }
    }
}

fn supervision(config: &Config, given_up: &Arc<Notify>) -> Supervision {
    let faults = if config.debug.faults {
        tracing::warn!("failures can be planted: debug.faults is on");
        Faults::on()
    } else {
        Faults::off()
    };
    let notify = Arc::clone(given_up);
    Supervision::new(faults, move |escalation: Escalation| {
        tracing::error!(
            actor = escalation.actor,
            reason = escalation.reason,
            "giving up"
        );
        notify.notify_one();
    })
}

/// Builds the wall around programs.
///
/// # Errors
/// When one of its mechanisms is missing.
pub(crate) fn wall(
    pool: &PoolSettings,
    host: &Host,
    catalogue: &Catalogue,
) -> anyhow::Result<Arc<dyn Wall>> {
    match pool.wall {
        WallKind::Native => {
            let mut native = NativeConfig::new(RootPlan::of_host(host, catalogue, &[]));
            let accounts: Vec<Account> = slots(pool)
                .iter()
                .map(|slot| Account {
                    name: format!("gavel{}", slot.index),
                    id: native.first_uid + slot.index,
                })
                .collect();
            native.root = RootPlan::of_host(host, catalogue, &accounts);
            let wall = NativeWall::new(native)
                .context("the native wall does not stand; gavel doctor says more")?;
            Ok(Arc::new(wall))
        }
        WallKind::Trusted => {
            tracing::warn!("programs run without isolation: pool.wall is trusted");
            let wall = TrustedWall::new(TrustedConfig::default())
                .context("the trusted wall does not stand")?;
            Ok(Arc::new(wall))
        }
    }
}

fn pool_config(config: &Config) -> PoolConfig {
    let pool = &config.pool;
    PoolConfig {
        kind: match pool.wall {
            WallKind::Native => PoolKind::Container,
            WallKind::Trusted => PoolKind::Trusted,
        },
        slots: slots(pool),
        bounds: PoolBounds {
            default_memory_bytes: pool.memory.0,
            max_memory_bytes: pool.max_memory.0,
            max_cpu: pool.max_cpu.0,
            max_compile_memory_bytes: pool.max_compile_memory.0,
        },
        breaker: config.admission.breaker,
    }
}

/// A wall that was chosen by hand serves every language.
fn fallbacks(pool: &PoolSettings) -> Fallbacks {
    match pool.wall {
        WallKind::Native => Fallbacks(vec![
            (PoolKind::Trusted, PoolKind::Microvm),
            (PoolKind::Microvm, PoolKind::Container),
        ]),
        WallKind::Trusted => Fallbacks(vec![
            (PoolKind::Microvm, PoolKind::Container),
            (PoolKind::Container, PoolKind::Trusted),
        ]),
    }
}

/// One slot per CPU this process may use, unless the configuration says otherwise; slots beyond that share CPUs.
fn slots(pool: &PoolSettings) -> Vec<Slot> {
    actors::pool::slots((pool.slots > 0).then_some(pool.slots))
}

fn compile_cache(data: &Path, config: &Config) -> anyhow::Result<CompileCache> {
    let root = data.join("compiled");
    CompileCache::open(&root, config.pool.compile_cache.0)
        .with_context(|| format!("failed to open {}", root.display()))
}

fn hostname() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .map_or_else(|_| "unnamed".to_owned(), |name| name.trim().to_owned())
}
