//! One actor per sandbox: it owns the wall's object, does what its [`SandboxHandle`] asks, and destroys it when the handle
//! is dropped. Its parent is the pool, which learns of a panic at once; the work behind a dead sandbox sees
//! [`WallError::Lost`] and is done again in a fresh one.
//!
//! Commands and outcomes go through two bounded channels instead of the mailbox: a run costs one message each way.
//! **Invariant**: an actor that ends, however it ends, drops the wall's object, and dropping it destroys the sandbox.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use futures_util::future::BoxFuture;
use sandboxes::outcome::Outcome;
use sandboxes::sandbox::{
    CollectLimits, CollectedFile, PlacedFile, Run, Sandbox as Walled, Slot, WallError, WantedFile,
};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// Runs that may wait in the channel: more than any wall's window, so that [`SandboxHandle::start`] never waits for long.
const COMMANDS: usize = 16;

/// How long past its wall limit an outcome may take to arrive before the runner is taken for lost.
const OUTCOME_GRACE: Duration = Duration::from_secs(15);
/// How long destroying a sandbox may take before it is dropped, which destroys it without waiting.
const DESTROY_WITHIN: Duration = Duration::from_secs(15);

/// Told what became of a sandbox's work; the pool's breaker listens.
pub(crate) trait WallHealth: Send + Sync {
    /// The wall did what it was asked.
    fn wall_worked(&self);
    /// The wall failed.
    fn wall_failed(&self, error: &WallError);
}

/// What the handle asks for. Answers of runs go through their own channel, in order.
enum Command {
    Place(Vec<PlacedFile>, oneshot::Sender<Result<(), WallError>>),
    Start(Box<Run>),
    Cancel,
    ResetWork(Vec<String>, oneshot::Sender<Result<(), WallError>>),
    Collect(
        String,
        CollectLimits,
        oneshot::Sender<Result<Vec<CollectedFile>, WallError>>,
    ),
    Take(
        String,
        Vec<WantedFile>,
        oneshot::Sender<Result<Vec<CollectedFile>, WallError>>,
    ),
    Furnish(
        Vec<PlacedFile>,
        bool,
        oneshot::Sender<Result<(), WallError>>,
    ),
}

/// The actor around one sandbox.
pub struct Sandbox {
    driver: Option<Driver>,
}

/// The half of the actor that works; moved into the context when the actor starts.
struct Driver {
    sandbox: Box<dyn Walled>,
    commands: mpsc::Receiver<Command>,
    outcomes: mpsc::Sender<Result<Outcome, WallError>>,
    health: Arc<dyn WallHealth>,
    /// Wall limits of the runs under way, oldest first.
    unfinished: VecDeque<Duration>,
}

/// The owner's end of a sandbox. Dropping it destroys the sandbox.
pub struct SandboxHandle {
    slot: Slot,
    window: usize,
    commands: mpsc::Sender<Command>,
    outcomes: mpsc::Receiver<Result<Outcome, WallError>>,
    unfinished: usize,
}

impl Sandbox {
    /// Puts an actor around `sandbox`; start it with the pool as its parent.
    pub(crate) fn new(
        sandbox: Box<dyn Walled>,
        slot: Slot,
        health: Arc<dyn WallHealth>,
    ) -> (Self, SandboxHandle) {
        let window = sandbox.window().max(1);
        let (command_sender, commands) = mpsc::channel(COMMANDS);
        let (outcomes, outcome_receiver) = mpsc::channel(window + 1);
        let handle = SandboxHandle {
            slot,
            window,
            commands: command_sender,
            outcomes: outcome_receiver,
            unfinished: 0,
        };
        let driver = Driver {
            sandbox,
            commands,
            outcomes,
            health,
            unfinished: VecDeque::new(),
        };
        (
            Self {
                driver: Some(driver),
            },
            handle,
        )
    }
}

impl Actor for Sandbox {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        // Not restartable: a second start has no sandbox to drive.
        let Some(driver) = self.driver.take() else {
            return ctx.stop();
        };
        ctx.spawn(driver.drive().into_actor(self).map(|(), _, ctx| ctx.stop()));
    }
}

impl Driver {
    /// Serves commands until the handle is dropped or the wall fails, then destroys the sandbox.
    async fn drive(mut self) {
        if let Err(error) = self.serve().await {
            self.health.wall_failed(&error);
            // The owner may be gone already; then nobody needs to know.
            let _ = self.outcomes.send(Err(error)).await;
        }
        drop(self.outcomes);
        let destroyed = timeout(DESTROY_WITHIN, self.sandbox.destroy()).await;
        let late = |_| {
            Err(WallError::Lost(
                "a sandbox could not be destroyed in time".to_owned(),
            ))
        };
        if let Err(error) = destroyed.unwrap_or_else(late) {
            self.health.wall_failed(&error);
        }
    }

    async fn serve(&mut self) -> Result<(), WallError> {
        loop {
            let command = match self.unfinished.front() {
                None => self.commands.recv().await,
                Some(wall_limit) => tokio::select! {
                    biased;
                    command = self.commands.recv() => command,
                    outcome = timeout(*wall_limit + OUTCOME_GRACE, self.sandbox.finish()) => {
                        let late = |_| Err(WallError::Lost("no outcome arrived in time".to_owned()));
                        self.finished(outcome.unwrap_or_else(late)).await?;
                        continue;
                    }
                },
            };
            match command {
                None => return Ok(()),
                Some(command) => self.obey(command).await?,
            }
        }
    }

    /// Passes an outcome on. That a program could not be executed is one of them; the sandbox goes on.
    async fn finished(&mut self, outcome: Result<Outcome, WallError>) -> Result<(), WallError> {
        self.unfinished.pop_front();
        let outcome = match outcome {
            Err(error) if !matches!(error, WallError::NotExecutable { .. }) => return Err(error),
            outcome => outcome,
        };
        if outcome.is_ok() {
            self.health.wall_worked();
        }
        // Room for it is guaranteed: the channel holds a whole window.
        let _ = self.outcomes.send(outcome).await;
        Ok(())
    }

    /// Does one command. A refusal answers its asker only; a failure of the wall ends the sandbox.
    async fn obey(&mut self, command: Command) -> Result<(), WallError> {
        match command {
            Command::Start(run) => {
                self.unfinished.push_back(run.limits.wall);
                self.sandbox.start(*run).await?;
                Ok(())
            }
            Command::Cancel => self.sandbox.cancel().await,
            Command::Place(files, reply) => answer(reply, self.sandbox.place(files).await),
            Command::ResetWork(dirs, reply) => {
                let dirs: Vec<&str> = dirs.iter().map(String::as_str).collect();
                answer(reply, self.sandbox.reset_work(&dirs).await)
            }
            Command::Collect(dir, limits, reply) => {
                answer(reply, self.sandbox.collect(&dir, limits).await)
            }
            Command::Take(dir, wanted, reply) => {
                answer(reply, self.sandbox.take(&dir, &wanted).await)
            }
            Command::Furnish(files, writable, reply) => {
                answer(reply, self.sandbox.furnish(files, writable).await)
            }
        }
    }
}

/// Sends `result` to who asked; what is not a refusal also ends the sandbox.
fn answer<T>(
    reply: oneshot::Sender<Result<T, WallError>>,
    result: Result<T, WallError>,
) -> Result<(), WallError> {
    let fatal = match &result {
        Err(WallError::Refused(_)) | Ok(_) => Ok(()),
        Err(error) => Err(WallError::Lost(error.to_string())),
    };
    // An asker that went away wants no answer.
    let _ = reply.send(result);
    fatal
}

fn gone() -> WallError {
    WallError::Lost("the sandbox ended".to_owned())
}

impl SandboxHandle {
    /// The slot it is on.
    #[must_use]
    pub fn slot(&self) -> Slot {
        self.slot
    }

    /// Whether another run may be started before one is finished.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.unfinished < self.window
    }

    /// Runs started and not finished.
    #[must_use]
    pub fn unfinished(&self) -> usize {
        self.unfinished
    }

    /// Starts a run and waits for it; nothing else may be unfinished.
    ///
    /// # Errors
    /// [`WallError`] when the wall failed or the sandbox died.
    pub async fn run(&mut self, run: Run) -> Result<Outcome, WallError> {
        self.start(run).await?;
        self.finish().await
    }

    /// Stops everything unfinished and waits until it has ended.
    ///
    /// # Errors
    /// [`WallError`] when the wall failed or the sandbox died.
    pub async fn clear(&mut self) -> Result<(), WallError> {
        if self.unfinished > 0 {
            self.cancel().await?;
        }
        while self.unfinished > 0 {
            match self.finish().await {
                Ok(_) | Err(WallError::NotExecutable { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn command(&mut self, command: Command) -> Result<(), WallError> {
        if self.commands.send(command).await.is_ok() {
            return Ok(());
        }
        // Its last words, if any, say why; outcomes before them are of no use any more.
        while let Some(last) = self.outcomes.recv().await {
            last?;
        }
        Err(gone())
    }

    async fn ask<T>(
        &mut self,
        command: impl FnOnce(oneshot::Sender<Result<T, WallError>>) -> Command + Send,
    ) -> Result<T, WallError> {
        let (reply, answer) = oneshot::channel();
        self.command(command(reply)).await?;
        answer.await.unwrap_or_else(|_| Err(gone()))
    }
}

/// The handle is a sandbox itself, so that whatever works on one works through the actor.
impl Walled for SandboxHandle {
    fn place(&mut self, files: Vec<PlacedFile>) -> BoxFuture<'_, Result<(), WallError>> {
        Box::pin(self.ask(|reply| Command::Place(files, reply)))
    }

    fn start(&mut self, run: Run) -> BoxFuture<'_, Result<(), WallError>> {
        Box::pin(async move {
            self.command(Command::Start(Box::new(run))).await?;
            self.unfinished += 1;
            Ok(())
        })
    }

    fn finish(&mut self) -> BoxFuture<'_, Result<Outcome, WallError>> {
        Box::pin(async move {
            let outcome = self.outcomes.recv().await.unwrap_or_else(|| Err(gone()));
            self.unfinished = self.unfinished.saturating_sub(1);
            outcome
        })
    }

    fn cancel(&mut self) -> BoxFuture<'_, Result<(), WallError>> {
        Box::pin(self.command(Command::Cancel))
    }

    fn window(&self) -> usize {
        self.window
    }

    fn collect<'a>(
        &'a mut self,
        dir: &'a str,
        limits: CollectLimits,
    ) -> BoxFuture<'a, Result<Vec<CollectedFile>, WallError>> {
        let dir = dir.to_owned();
        Box::pin(self.ask(move |reply| Command::Collect(dir, limits, reply)))
    }

    fn take<'a>(
        &'a mut self,
        dir: &'a str,
        wanted: &'a [WantedFile],
    ) -> BoxFuture<'a, Result<Vec<CollectedFile>, WallError>> {
        let (dir, wanted) = (dir.to_owned(), wanted.to_vec());
        Box::pin(self.ask(move |reply| Command::Take(dir, wanted, reply)))
    }

    fn furnish(
        &mut self,
        files: Vec<PlacedFile>,
        writable: bool,
    ) -> BoxFuture<'_, Result<(), WallError>> {
        Box::pin(self.ask(move |reply| Command::Furnish(files, writable, reply)))
    }

    fn reset_work<'a>(&'a mut self, dirs: &'a [&'a str]) -> BoxFuture<'a, Result<(), WallError>> {
        let dirs = dirs.iter().map(|dir| (*dir).to_owned()).collect();
        Box::pin(self.ask(|reply| Command::ResetWork(dirs, reply)))
    }

    fn destroy(self: Box<Self>) -> BoxFuture<'static, Result<(), WallError>> {
        // The actor destroys what is behind it once its owner is gone; the pool hears when that fails.
        Box::pin(async move {
            drop(self);
            Ok(())
        })
    }
}
