//! The only place that wires actors together: what is started in which order, and stopped in which.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use actix::Addr;
use actors::admission::{Admission, AdmissionGate, Reception};
use actors::autoscaler::Autoscaler;
use actors::clock::{Clock, SystemClock};
use actors::compile_cache::CompileCache;
use actors::event_log::EventLog;
use actors::janitor::Janitor;
use actors::job_source::{Classify, EmbeddedJobSource, Weights};
use actors::judge::measure::{LimitMeasurer, MeasureLimits};
use actors::judge::{Environment, Measuring, Orders};
use actors::pool::Pools;
use actors::problems::ProblemLibrary;
use actors::scheduler::{Drain, Scheduler};
use actors::scoreboard::{Boards, ScoreboardActor};
use actors::sessions::{Hub, SessionHub};
use actors::store::{Store, StoreConfig};
use actors::supervision::{Escalation, Faults, RootConfig, Supervision, install_panic_hook};
use actors::toolchains::LanguageTester;
use anyhow::Context;
use sandboxes::languages::Catalogue;
use tokio::sync::Notify;

use crate::config::model::{Config, Http, WebSocket};
use crate::contests::{self, Contests};
use crate::http::times;
pub(crate) mod pools;

/// Messages that wait for an actor that follows the log: pings, and planted failures.
const FOLLOWER_MAILBOX: usize = 16;

/// What actors have to end in when not everything could be started.
const LAST_MOMENT: Duration = Duration::from_millis(100);

/// How a system is started, besides its configuration.
pub(crate) struct Launch {
    /// Where measured time limits are kept.
    pub(crate) cache: PathBuf,
    /// Where compiled programs are kept.
    pub(crate) compiled: PathBuf,
    /// A CPU limit instead of the problems' own.
    pub(crate) time_limit: Option<Duration>,
    /// Whether languages are tested and time limits measured before somebody needs them.
    pub(crate) in_background: bool,
}

/// Actors that nobody sends anything to: an actor whose last address is dropped ends.
struct Followers {
    _admission: Addr<Admission>,
    _scoreboard: Addr<ScoreboardActor>,
    _sessions: Addr<SessionHub>,
    _janitor: Addr<Janitor>,
    _autoscaler: Addr<Autoscaler>,
    background: Option<(Addr<LanguageTester>, Addr<LimitMeasurer>)>,
}

/// The half that keeps facts and shows them.
struct Keeping {
    store: Store,
    log: Arc<dyn EventLog>,
    gate: Arc<AdmissionGate>,
    boards: Arc<Boards>,
    hub: Arc<Hub>,
    admission: Addr<Admission>,
    scoreboard: Addr<ScoreboardActor>,
    sessions: Addr<SessionHub>,
    janitor: Addr<Janitor>,
}

/// The half that judges.
struct Judging {
    orders: Orders,
    problems: ProblemLibrary,
    pools: Pools,
    scheduler: Addr<Scheduler>,
    autoscaler: Addr<Autoscaler>,
    background: Option<(Addr<LanguageTester>, Addr<LimitMeasurer>)>,
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
    /// Submissions that are judged other than usual.
    pub(crate) orders: Orders,
    /// Where testlib's header is said to be.
    pub(crate) testlib: Option<PathBuf>,
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
    /// Where slots come from.
    pub(crate) pools: Pools,
    followers: Followers,
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
        let started = Self::start_all(config, launch).await;
        if started.is_err() {
            // Actors that nobody holds any more end by themselves, for which they need an arbiter that still runs.
            tokio::time::sleep(LAST_MOMENT).await;
        }
        started
    }

    async fn start_all(config: &Config, launch: Launch) -> anyhow::Result<Self> {
        let since = Instant::now();
        let given_up = Arc::new(Notify::new());
        let supervision = supervision(config, &given_up);
        let clock: Arc<dyn Clock> = SystemClock::shared();
        let data = &config.paths.data;
        std::fs::create_dir_all(data)
            .with_context(|| format!("failed to make {}", data.display()))?;
        let contests = contests::load(&config.paths.contests, data, times::now());
        let catalogue = catalogue(config)?;
        // What is refused most often comes before anything runs that would have to be ended.
        let walls = pools::walls(config, &catalogue, &launch.cache)?;
        let keeping = keeping(config, &contests, &supervision, &clock)?;
        let judging = judging(
            config,
            &launch,
            &keeping,
            &supervision,
            clock,
            (walls, &catalogue),
        )?;
        supervision
            .start_root(RootConfig::default())
            .context("failed to start the watch over the actors")?;
        tracing::info!(after = ?since.elapsed(), problems = judging.problems.list().len(), "ready");
        Ok(Self {
            http: config.http.clone(),
            websocket: config.websocket.clone(),
            contests,
            boards: keeping.boards,
            hub: keeping.hub,
            open_sessions: Arc::default(),
            reception: Reception::new(keeping.gate, Arc::clone(&keeping.log), &keeping.store),
            store: keeping.store,
            log: keeping.log,
            problems: judging.problems,
            orders: judging.orders,
            testlib: testlib(config),
            scheduler: judging.scheduler,
            supervision,
            since,
            pools: judging.pools,
            followers: Followers {
                _admission: keeping.admission,
                _scoreboard: keeping.scoreboard,
                _sessions: keeping.sessions,
                _janitor: keeping.janitor,
                _autoscaler: judging.autoscaler,
                background: judging.background,
            },
            draining: AtomicBool::new(false),
            given_up,
        })
    }

    /// Whether it takes no more work.
    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// Problems were added or removed: time limits that nobody knows yet are measured in the background.
    pub(crate) fn problems_changed(&self) {
        if let Some((_, measurer)) = &self.followers.background {
            // A full mailbox holds the same message already.
            let _ = measurer.try_send(MeasureLimits);
        }
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

/// Starts the store and everything that follows its log.
fn keeping(
    config: &Config,
    contests: &Contests,
    supervision: &Supervision,
    clock: &Arc<dyn Clock>,
) -> anyhow::Result<Keeping> {
    let mut settings = StoreConfig::new(&config.paths.data);
    settings.cache_bytes = config.store.cache.0;
    let store = Store::open(settings, supervision, Arc::clone(clock))
        .context("failed to open the store")?;
    let log: Arc<dyn EventLog> = Arc::new(store.log());
    let gate = Arc::new(AdmissionGate::new(
        config.admission.clone(),
        &store,
        Arc::clone(clock),
    ));
    let admission = Admission::new(Arc::clone(&gate), Arc::clone(&log));
    let boards = Boards::new(Arc::clone(clock));
    let all = contests.by_id.values().cloned().collect();
    let scoreboard = ScoreboardActor::new(Arc::clone(&boards), all, &store, Arc::clone(&log));
    let hub = Hub::new(Arc::clone(&log), &store, Arc::clone(&boards));
    let sessions = SessionHub::new(Arc::clone(&hub), Arc::clone(&log));
    let janitor = Janitor::new(config.retention.clone(), &store, Arc::clone(clock));
    Ok(Keeping {
        admission: supervision.supervise("admission", FOLLOWER_MAILBOX, |_| admission),
        scoreboard: supervision.supervise("scoreboard", FOLLOWER_MAILBOX, |_| scoreboard),
        sessions: supervision.supervise("sessions", FOLLOWER_MAILBOX, |_| sessions),
        janitor: supervision.supervise("janitor", FOLLOWER_MAILBOX, |_| janitor),
        store,
        log,
        gate,
        boards,
        hub,
    })
}

/// Starts everything between a job and its verdict.
fn judging(
    config: &Config,
    launch: &Launch,
    keeping: &Keeping,
    supervision: &Supervision,
    clock: Arc<dyn Clock>,
    (walls, catalogue): (Vec<pools::Standing>, &Catalogue),
) -> anyhow::Result<Judging> {
    let problems = ProblemLibrary::load(config.paths.problems.clone(), &launch.cache);
    problems.scale_time_limits(config.judging.time_factor);
    let uploads = config.paths.data.join("packages");
    problems
        .open_uploads(&uploads)
        .with_context(|| format!("failed to open {}", uploads.display()))?;
    if let Some(limit) = launch.time_limit {
        problems.impose_time_limit(limit);
    }
    let pools = pools::start(config, walls, catalogue, &launch.cache, &clock, supervision)?;
    let classify = classify(&problems, &pools);
    let jobs =
        EmbeddedJobSource::open(&keeping.store, Weights::default(), clock.as_ref(), classify)
            .context("failed to open the queue")?;
    let orders = Orders::default();
    let environment = Arc::new(Environment {
        judgehost: hostname(),
        library: problems.clone(),
        cache: compile_cache(&launch.compiled, config)?,
        pools: pools.clone(),
        events: Arc::clone(&keeping.log),
        jobs: Arc::new(jobs),
        clock,
        testlib: testlib(config),
        measuring: Measuring::default(),
        orders: orders.clone(),
        transcripts: config.judging.transcripts.into(),
    });
    let autoscaler = Autoscaler::start(
        pools::autoscale(&config.pools.autoscale),
        &pools,
        Arc::clone(&environment.jobs),
        Arc::clone(&environment.clock),
        supervision,
    );
    let scheduler = Scheduler::start(Arc::clone(&environment), supervision);
    if !config.pools.judging {
        tracing::warn!("judging is off: what is accepted waits");
        let deadline = Duration::ZERO;
        scheduler.try_send(Drain { deadline })?;
    }
    let background = launch.in_background.then(|| {
        let tester = LanguageTester::start(pools.all().to_vec(), supervision);
        (tester, LimitMeasurer::start(environment, supervision))
    });
    Ok(Judging {
        orders,
        problems,
        pools,
        scheduler,
        autoscaler,
        background,
    })
}

/// Which pool a submission should go to, as far as can be told before its package is opened for judging.
fn classify(problems: &ProblemLibrary, pools: &Pools) -> Classify {
    let (problems, pools) = (problems.clone(), pools.clone());
    Arc::new(move |submission| {
        let package = problems.get(&submission.problem);
        let limits = package.as_ref().map(|package| &package.limits);
        let memory = limits.filter(|limits| limits.memory_given);
        let memory = memory.map(|limits| limits.memory_bytes);
        pools.wanted(&submission.user, submission.language.as_str(), memory)
    })
}

/// The languages, with the definitions and the time factors of the configuration.
pub(crate) fn catalogue(config: &Config) -> anyhow::Result<Catalogue> {
    let directory = &config.languages.dir;
    let mut catalogue = if directory.as_os_str().is_empty() {
        Catalogue::load()
    } else {
        Catalogue::load_with(directory)
    }
    .context("failed to read the languages")?;
    for (language, factor) in config.judging.factors().unwrap_or_default() {
        if !catalogue.set_time_factor(&language, factor) {
            anyhow::bail!("judging.language_factors: unknown language {language:?}");
        }
    }
    Ok(catalogue)
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

fn compile_cache(data: &Path, config: &Config) -> anyhow::Result<CompileCache> {
    let root = data.join("compiled");
    CompileCache::open(&root, config.pools.compile_cache.0)
        .with_context(|| format!("failed to open {}", root.display()))
}

fn hostname() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .map_or_else(|_| "unnamed".to_owned(), |name| name.trim().to_owned())
}

/// Where the configuration says that testlib's header is.
fn testlib(config: &Config) -> Option<PathBuf> {
    let path = &config.judging.testlib;
    (!path.as_os_str().is_empty()).then(|| path.clone())
}
