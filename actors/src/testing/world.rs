//! Everything between a job and its verdict, started on the test's own arbiter.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use actix::Addr;
use judging::events::Event;
use judging::ids::{JudgementId, LanguageId, ProblemId, SubmissionId, TenantId, Timestamp, UserId};
use judging::judgements::VerdictReport;
use judging::submissions::{Priority, SourceFile, Submission};
use sandboxes::languages::Catalogue;
use sandboxes::native::{NativeConfig, NativeWall};
use sandboxes::root::{Account, Host, RootPlan};
use sandboxes::sandbox::{Slot, Wall};
use tempfile::TempDir;
use uuid::Uuid;

use super::{MemoryJobs, MemoryLog, Script, ScriptedWall};
use crate::breaker::BreakerConfig;
use crate::clock::SystemClock;
use crate::compile_cache::CompileCache;
use crate::job_source::Job;
use crate::judge::{Environment, Measuring, Order, Orders, Transcripts};
use crate::pool::{
    Host as Machine, Pool, PoolBounds, PoolConfig, PoolHandle, PoolKind, Pools, Routing, WarmTarget,
};
use crate::problems::ProblemLibrary;
use crate::scheduler::Scheduler;
use crate::supervision::{Faults, Supervision};
use crate::toolchains::Toolchains;

const TOY: &str = r#"
id = "toy"
name = "Toy"
extensions = ["toy", "py"]
source.default = "main.toy"
artifact = "sources"
programs.toy = ["/usr/bin/toy"]
version.args = ["{toy}", "--version"]
run.args = ["{toy}", "{entry}"]

[entry]
kind = "file"
prefer = ["main.toy"]

[[compile]]
args = ["{toy}", "--check", "{sources}"]

[self_test]
source = "sum"
"#;

/// A problem package to be written.
pub(crate) struct Package {
    pub(crate) id: &'static str,
    pub(crate) yaml: &'static str,
    /// Input and answer of each secret testcase.
    pub(crate) testcases: Vec<(String, String)>,
    /// Path below the package and content.
    pub(crate) files: Vec<(&'static str, String)>,
    pub(crate) time_limit: Option<&'static str>,
}

impl Package {
    /// A pass-fail problem: print the number that is the input. Inputs are 1 to `count`.
    pub(crate) fn echo(id: &'static str, count: u32) -> Self {
        Self {
            id,
            yaml: "name: Echo\n",
            testcases: (1..=count)
                .map(|n| (n.to_string(), n.to_string()))
                .collect(),
            files: Vec::new(),
            time_limit: Some("1"),
        }
    }

    pub(crate) fn write(&self, problems: &Path) {
        let root = problems.join(self.id);
        let write = |path: &str, content: &str| {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        };
        write("problem.yaml", self.yaml);
        for (index, (input, answer)) in self.testcases.iter().enumerate() {
            write(&format!("data/secret/{:03}.in", index + 1), input);
            write(&format!("data/secret/{:03}.ans", index + 1), answer);
        }
        for (path, content) in &self.files {
            write(path, content);
        }
        if let Some(limit) = self.time_limit {
            write(".timelimit", limit);
        }
    }
}

pub(crate) struct World {
    pub(crate) env: Arc<Environment>,
    pub(crate) scheduler: Addr<Scheduler>,
    pub(crate) pool: PoolHandle,
    pub(crate) script: Arc<Script>,
    pub(crate) log: Arc<MemoryLog>,
    pub(crate) jobs: Arc<MemoryJobs>,
    pub(crate) supervision: Supervision,
    pub(crate) dir: TempDir,
}

impl World {
    /// A judgehost with `slots` slots behind a scripted wall and these problems; toolchains are not tested yet.
    pub(crate) fn new(slots: u32, packages: &[Package]) -> Self {
        Self::warm(slots, slots, packages)
    }

    /// The same with `live` slots kept ready.
    pub(crate) fn warm(slots: u32, live: u32, packages: &[Package]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("host/usr/bin")).unwrap();
        std::fs::write(dir.path().join("host/usr/bin/toy"), "").unwrap();
        let script = Arc::new(Script::default());
        let wall = Arc::new(ScriptedWall(Arc::clone(&script)));
        let catalogue = vec![("toy.toml".to_owned(), TOY.to_owned())];
        let catalogue = Catalogue::from_texts(catalogue).unwrap();
        let host = Host::below(dir.path().join("host"));
        let slots = (0..slots).map(|index| Slot { index, cpu: index }).collect();
        let toolchains = Toolchains::new(catalogue, host);
        Self::start(
            dir,
            packages,
            wall,
            script,
            toolchains,
            slots,
            live as usize,
        )
    }

    /// A judgehost behind the native wall, with this machine's toolchains.
    pub(crate) fn real(packages: &[Package]) -> Self {
        let slots = crate::pool::slots(&crate::pool::allowed_cpus(), u32::MAX);
        let accounts = slots.iter().map(|slot| Account {
            name: format!("slot{}", slot.index),
            id: 70_000 + slot.index,
        });
        let accounts: Vec<_> = accounts.collect();
        let (host, catalogue) = (Host::this(), Catalogue::load().unwrap());
        let root = RootPlan::of_host(&host, &catalogue, &accounts);
        let wall = Arc::new(NativeWall::new(NativeConfig::new(root)).unwrap());
        let dir = tempfile::tempdir().unwrap();
        let toolchains = Toolchains::new(catalogue, host);
        let live = slots.len();
        Self::start(dir, packages, wall, Arc::default(), toolchains, slots, live)
    }

    fn start(
        dir: TempDir,
        packages: &[Package],
        wall: Arc<dyn Wall>,
        script: Arc<Script>,
        toolchains: Toolchains,
        slots: Vec<Slot>,
        live: usize,
    ) -> Self {
        for package in packages {
            package.write(&dir.path().join("problems"));
        }
        let clock = SystemClock::shared();
        let supervision = Supervision::new(Faults::on(), |escalation| panic!("{escalation:?}"));
        let host = Machine::new(8 << 30);
        let config = PoolConfig {
            kind: PoolKind::Container,
            host: host.clone(),
            memory_bytes: 0,
            target: WarmTarget {
                min: live,
                spare: 1,
            },
            health_check: Duration::from_secs(3_600),
            toolchains,
            origin: "host".to_owned(),
            sandbox_bytes: None,
            slots,
            bounds: PoolBounds {
                default_memory_bytes: 256 << 20,
                max_memory_bytes: 1 << 30,
                max_compile_memory_bytes: 2 << 30,
                max_cpu: Duration::from_secs(60),
            },
            breaker: BreakerConfig::default(),
        };
        let pool = Pool::start(config, wall, Arc::clone(&clock), &supervision);
        let log = Arc::new(MemoryLog::default());
        let jobs = Arc::new(MemoryJobs::default());
        let env = Arc::new(Environment {
            judgehost: "here".to_owned(),
            library: ProblemLibrary::load(vec![dir.path().join("problems")], dir.path()),
            cache: CompileCache::open(&dir.path().join("cache"), 64 << 20).unwrap(),
            pools: Pools::new(host, pool.clone(), Vec::new(), Routing::default()),
            events: log.clone(),
            jobs: jobs.clone(),
            clock,
            testlib: std::env::var_os("GAVEL_TEST_TESTLIB").map(Into::into),
            measuring: Measuring::default(),
            orders: Orders::default(),
            transcripts: Transcripts::default(),
        });
        assert_eq!(env.library.report().broken, []);
        let scheduler = Scheduler::start(Arc::clone(&env), &supervision);
        Self {
            env,
            scheduler,
            pool,
            script,
            log,
            jobs,
            supervision,
            dir,
        }
    }

    /// Another pool of the same machine, on the same CPUs, behind the same wall.
    pub(crate) fn beside(&self, kind: PoolKind) -> PoolHandle {
        let config = PoolConfig {
            kind,
            ..self.pool.config().clone()
        };
        let wall = Arc::new(ScriptedWall(Arc::clone(&self.script)));
        Pool::start(config, wall, SystemClock::shared(), &self.supervision)
    }

    /// Hands a submission in; the first attempt.
    pub(crate) fn submit(&self, problem: &str, program: &str) -> SubmissionId {
        self.submit_attempt(problem, "toy", program, 1)
    }

    /// Judges one file in a language of this machine.
    pub(crate) async fn judge_file(
        &self,
        problem: &str,
        language: &str,
        name: &str,
        source: &str,
    ) -> VerdictReport {
        self.judge_files(problem, language, &[(name, source)]).await
    }

    /// Judges files in a language of this machine.
    pub(crate) async fn judge_files(
        &self,
        problem: &str,
        language: &str,
        files: &[(&str, &str)],
    ) -> VerdictReport {
        self.judge_with_entry(problem, language, None, files).await
    }

    /// The same with the main file or class named.
    pub(crate) async fn judge_with_entry(
        &self,
        problem: &str,
        language: &str,
        entry_point: Option<&str>,
        files: &[(&str, &str)],
    ) -> VerdictReport {
        let id = self.submit_files(problem, language, entry_point, files, 1);
        self.verdict(id).await
    }

    /// The same, other than usual.
    pub(crate) async fn judge_ordered(
        &self,
        problem: &str,
        language: &str,
        name: &str,
        source: &str,
        order: Order,
    ) -> VerdictReport {
        let id = self.submit_files(problem, language, None, &[(name, source)], 1);
        let _held = self.env.orders.hold(id, order);
        self.verdict(id).await
    }

    /// Hands one file in, the first attempt, in a language of this machine.
    pub(crate) fn submit_source(
        &self,
        problem: &str,
        language: &str,
        name: &str,
        source: &str,
    ) -> SubmissionId {
        self.submit_files(problem, language, None, &[(name, source)], 1)
    }

    pub(crate) fn submit_attempt(
        &self,
        problem: &str,
        language: &str,
        program: &str,
        attempt: u32,
    ) -> SubmissionId {
        let files = [("main.toy", program)];
        self.submit_files(problem, language, None, &files, attempt)
    }

    fn submit_files(
        &self,
        problem: &str,
        language: &str,
        entry_point: Option<&str>,
        files: &[(&str, &str)],
        attempt: u32,
    ) -> SubmissionId {
        let file = |(name, content): &(&str, &str)| SourceFile {
            name: (*name).to_owned(),
            content: content.as_bytes().to_vec(),
        };
        let id = SubmissionId(Uuid::now_v7());
        let submission = Submission {
            id,
            problem: ProblemId::from(problem),
            language: LanguageId::from(language),
            entry_point: entry_point.map(str::to_owned),
            files: files.iter().map(file).collect(),
            tenant: TenantId::from("tests"),
            user: UserId::from("tester"),
            contest: None,
            team: None,
            priority: Priority::Normal,
            received_at: Timestamp(0),
            idempotency_key: None,
        };
        self.jobs.push(Job {
            judgement: JudgementId {
                submission: id,
                generation: 1,
            },
            submission: Arc::new(submission),
            attempt,
        });
        id
    }

    /// Waits for the verdict of a submission.
    pub(crate) async fn verdict(&self, id: SubmissionId) -> VerdictReport {
        loop {
            let grown = self.log.grown.notified();
            let found = self.log.events().into_iter().find_map(|event| match event {
                Event::Judged(report) if report.judgement.submission == id => Some(*report),
                _ => None,
            });
            if let Some(found) = found {
                return found;
            }
            grown.await;
        }
    }

    /// Submits and waits.
    pub(crate) async fn judge(&self, problem: &str, program: &str) -> VerdictReport {
        let id = self.submit(problem, program);
        self.verdict(id).await
    }

    /// The events of a submission, by name.
    pub(crate) fn story(&self, id: SubmissionId) -> Vec<String> {
        let events = self
            .log
            .events()
            .into_iter()
            .filter(|event| event.submission() == id);
        events
            .map(|event| match event {
                Event::SubmissionAccepted(_) => "accepted".to_owned(),
                Event::JudgingStarted { attempt, .. } => format!("started {attempt}"),
                Event::Compiled { compile, .. } => format!("compiled {}", compile.success),
                Event::RunJudged { run, .. } => format!("{} {}", run.testcase, run.verdict),
                Event::Judged(report) => format!("judged {}", report.verdict),
            })
            .collect()
    }
}
