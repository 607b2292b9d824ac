//! A sandbox whose worker is our runner, over its socket or stream.
//!
//! **Invariant:** answers come in the order of requests, so the oldest unfinished run is always the next to finish.

mod files;
mod runs;

use std::collections::VecDeque;
use std::fs::File;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::{BoxFuture, Either, FutureExt, select};
use runner::protocol::{Reply, Request};

use self::runs::{Arrived, Unfinished};
use crate::link::faults::{step, wall_error};
use crate::link::holder::{Death, Holder};
use crate::link::socket::Socket;
use crate::link::stream::{Duplex, Stream};
use crate::link::wire::Wire;
use crate::outcome::Outcome;
use crate::sandbox::{
    CollectLimits, CollectedFile, PlacedFile, Run, Sandbox, WallError, WantedFile,
};

/// Runs queued at once: enough to hide the round trip and to let outcomes of short runs travel together, few enough that a
/// cancelled submission wastes nothing.
const WINDOW: usize = 8;

/// How often a worker's clock is read when a conversation begins: the quickest answer is the most exact.
const CLOCK_READINGS: usize = 4;

/// Rewrites the paths of the seam where a wall cannot put its directories there.
pub(crate) type Relocate = Arc<dyn Fn(&str) -> String + Send + Sync>;

/// One sandbox.
pub(crate) struct RunnerSandbox {
    holder: Box<dyn Holder>,
    wire: Wire,
    /// The programs' user, where the host gives files to it.
    uid: Option<u32>,
    relocate: Option<Relocate>,
    outputs: Vec<Arc<File>>,
    /// The executable the worker already holds.
    program: Option<Arc<File>>,
    unfinished: VecDeque<Unfinished>,
    arrived: VecDeque<Arrived>,
    runs: u64,
    unanswered: usize,
    /// What the collection under way may bring, bytes.
    collecting: u64,
    /// The host's clock minus the worker's, nanoseconds.
    clock_offset_ns: i64,
    lost: Option<String>,
}

impl RunnerSandbox {
    /// Over a Unix socket.
    pub(crate) fn new(
        holder: Box<dyn Holder>,
        socket: OwnedFd,
        uid: Option<u32>,
        relocate: Option<Relocate>,
    ) -> Result<Self, WallError> {
        let socket = Socket::new(socket).map_err(step("use the worker's socket"))?;
        Ok(Self::on(holder, Wire::Socket(socket), uid, relocate))
    }

    /// Over a stream; the worker is ready. Learns what its clock says.
    pub(crate) async fn over_stream(
        holder: Box<dyn Holder>,
        ends: Box<dyn Duplex>,
    ) -> Result<Self, WallError> {
        Self::resume(holder, Stream::new(ends)).await
    }

    /// The same, when the conversation has begun.
    pub(crate) async fn resume(holder: Box<dyn Holder>, stream: Stream) -> Result<Self, WallError> {
        let mut sandbox = Self::on(holder, Wire::Stream(Box::new(stream)), None, None);
        sandbox.read_clock().await?;
        Ok(sandbox)
    }

    fn on(
        holder: Box<dyn Holder>,
        wire: Wire,
        uid: Option<u32>,
        relocate: Option<Relocate>,
    ) -> Self {
        Self {
            holder,
            wire,
            uid,
            relocate,
            outputs: Vec::new(),
            program: None,
            unfinished: VecDeque::new(),
            arrived: VecDeque::new(),
            runs: 0,
            unanswered: 0,
            collecting: 0,
            clock_offset_ns: 0,
            lost: None,
        }
    }

    /// The middle of the quickest round trip is when the worker read its clock, give or take half of it.
    async fn read_clock(&mut self) -> Result<(), WallError> {
        let mut quickest = Duration::MAX;
        for _ in 0..CLOCK_READINGS {
            let (asked, asked_ns) = (Instant::now(), host_now_ns());
            self.unanswered += 1;
            self.send(&Request::Clock, Vec::new()).await?;
            let (Reply::Clock { now_ns }, _) = self.answer().await? else {
                return Err(self.lose("an answer of the wrong kind".to_owned()));
            };
            let took = asked.elapsed();
            if took < quickest {
                quickest = took;
                let middle =
                    asked_ns.saturating_add(i64::try_from(took.as_nanos() / 2).unwrap_or(0));
                self.clock_offset_ns = middle.saturating_sub_unsigned(now_ns);
            }
        }
        Ok(())
    }

    fn lose(&mut self, reason: String) -> WallError {
        self.lost = Some(reason.clone());
        WallError::Lost(reason)
    }

    fn alive(&self) -> Result<(), WallError> {
        self.lost
            .clone()
            .map_or(Ok(()), |reason| Err(WallError::Lost(reason)))
    }

    fn is_over_stream(&self) -> bool {
        matches!(self.wire, Wire::Stream(_))
    }

    async fn send(&mut self, request: &Request, files: Vec<Arc<File>>) -> Result<(), WallError> {
        self.alive()?;
        self.tell_stream_what_to_expect();
        match self.wire.send(request, files).await {
            Ok(()) => Ok(()),
            Err(error) => Err(self.broken(error).await),
        }
    }

    /// The next reply; what talking programs say is passed on meanwhile.
    async fn receive(&mut self) -> Result<(Reply, VecDeque<OwnedFd>), WallError> {
        loop {
            match (self.next_reply().await?, &mut self.wire) {
                ((Reply::Piped { number, piped }, _), Wire::Stream(stream)) => {
                    stream.piped(number, piped);
                }
                (received, _) => return Ok(received),
            }
        }
    }

    /// Whoever hears of the sandbox's death first ends the waiting.
    async fn next_reply(&mut self) -> Result<(Reply, VecDeque<OwnedFd>), WallError> {
        self.alive()?;
        self.tell_stream_what_to_expect();
        let outcome = {
            let reply = std::pin::pin!(self.wire.receive());
            match select(reply, self.holder.death()).await {
                Either::Left((outcome, _)) => Ok(outcome),
                Either::Right((death, _)) => Err(death),
            }
        };
        match outcome {
            Ok(Ok(received)) => Ok(received),
            Ok(Err(error)) => Err(self.broken(error).await),
            Err(death) => Err(self.died(death)),
        }
    }

    /// Whoever sends over a stream reads too, so it is told before either.
    fn tell_stream_what_to_expect(&mut self) {
        let most_bytes = self.expected_bytes();
        if let Wire::Stream(stream) = &mut self.wire {
            stream.accept_at_most(most_bytes);
        }
    }

    /// The conversation broke; the maker may know why.
    async fn broken(&mut self, error: std::io::Error) -> WallError {
        match self.holder.autopsy().await {
            Some(mut death) => {
                death.reason = format!("{} ({error})", death.reason);
                self.died(death)
            }
            None => self.lose(format!("the worker: {error}")),
        }
    }

    /// When a whole sandbox ended because it had used up what it may, that says something about the program that was running.
    fn died(&mut self, death: Death) -> WallError {
        if let Some(exhausted) = death.exhausted
            && let Some(running) = self.unfinished.get(self.arrived.len())
        {
            let arrived = Arrived::with_the_sandbox(exhausted, running.memory_bytes);
            self.arrived.push_back(arrived);
        }
        self.lose(death.reason)
    }

    /// The answer to the last request that is no run; runs that finish meanwhile are kept.
    async fn answer(&mut self) -> Result<(Reply, VecDeque<OwnedFd>), WallError> {
        loop {
            match self.receive().await? {
                (Reply::Finished { number, result }, files) => self.arrive(number, result, files),
                (Reply::Pulse(pulse), _) => self.pulse(pulse),
                answer @ (Reply::Collected { more: true, .. }, _) => {
                    if self.unanswered == 1 {
                        return Ok(answer);
                    }
                }
                answer => {
                    self.unanswered -= 1;
                    // Others belong to calls that were dropped.
                    if self.unanswered == 0 {
                        return Ok(answer);
                    }
                }
            }
        }
    }

    async fn ask(&mut self, request: &Request, files: Vec<Arc<File>>) -> Result<(), WallError> {
        self.unanswered += 1;
        self.send(request, files).await?;
        match self.answer().await? {
            (Reply::Done(result), _) => result.map_err(wall_error),
            _ => Err(self.lose("an answer of the wrong kind".to_owned())),
        }
    }

    fn text(&self, text: String) -> String {
        self.relocate
            .as_ref()
            .map_or_else(|| text.clone(), |relocate| relocate(&text))
    }
}

/// The clock of [`crate::outcome::Outcome::ended_at`].
fn host_now_ns() -> i64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    now.tv_sec * 1_000_000_000 + now.tv_nsec
}

impl Sandbox for RunnerSandbox {
    fn place(&mut self, files: Vec<PlacedFile>) -> BoxFuture<'_, Result<(), WallError>> {
        self.place_all(files).boxed()
    }

    fn start(&mut self, run: Run) -> BoxFuture<'_, Result<(), WallError>> {
        self.queue(run).boxed()
    }

    fn finish(&mut self) -> BoxFuture<'_, Result<Outcome, WallError>> {
        self.next_outcome().boxed()
    }

    fn cancel(&mut self) -> BoxFuture<'_, Result<(), WallError>> {
        async move {
            let through = self.runs;
            self.send(&Request::Cancel { through }, Vec::new()).await
        }
        .boxed()
    }

    fn window(&self) -> usize {
        WINDOW
    }

    fn collect<'a>(
        &'a mut self,
        dir: &'a str,
        limits: CollectLimits,
    ) -> BoxFuture<'a, Result<Vec<CollectedFile>, WallError>> {
        self.collect_all(dir, limits).boxed()
    }

    fn take<'a>(
        &'a mut self,
        dir: &'a str,
        wanted: &'a [WantedFile],
    ) -> BoxFuture<'a, Result<Vec<CollectedFile>, WallError>> {
        self.take_some(dir, wanted).boxed()
    }

    fn furnish(
        &mut self,
        files: Vec<PlacedFile>,
        writable: bool,
    ) -> BoxFuture<'_, Result<(), WallError>> {
        self.furnish_all(files, writable).boxed()
    }

    fn reset_work<'a>(&'a mut self, dirs: &'a [&'a str]) -> BoxFuture<'a, Result<(), WallError>> {
        async move {
            let directories = dirs.iter().map(|dir| (*dir).to_owned()).collect();
            self.ask(&Request::ResetWork { directories }, Vec::new())
                .await
        }
        .boxed()
    }

    fn destroy(self: Box<Self>) -> BoxFuture<'static, Result<(), WallError>> {
        self.holder.destroy()
    }
}
