//! A slot's keeper, from the host: started once, asked for sandboxes, ended with the wall.

use std::collections::VecDeque;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::Child;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use runner::protocol::{KeeperReply, KeeperRequest, Setup};
use tokio::sync::Mutex;

use crate::link::embedded;
use crate::link::faults::{step, wall_error};
use crate::link::socket::Socket;
use crate::sandbox::WallError;

/// How long a keeper may take to end after its socket closed, before it is killed.
const FAREWELL: Duration = Duration::from_secs(10);

/// One keeper.
pub(crate) struct Keeper {
    socket: Mutex<Option<Socket>>,
    next_id: AtomicU64,
    lost: AtomicBool,
    child: std::sync::Mutex<Child>,
}

impl Keeper {
    /// Starts it and waits until its slot is set up.
    pub(crate) async fn start(setup: Setup) -> Result<Self, WallError> {
        let (ours, theirs) = UnixStream::pair().map_err(step("make the keeper's socket"))?;
        let child = embedded::spawn(&["keeper"], theirs).map_err(step("start the keeper"))?;
        let socket = Socket::new(OwnedFd::from(ours)).map_err(step("make the keeper's socket"))?;
        let keeper = Self {
            socket: Mutex::new(Some(socket)),
            next_id: AtomicU64::new(1),
            lost: AtomicBool::new(false),
            child: std::sync::Mutex::new(child),
        };
        let (reply, _) = keeper
            .ask(&KeeperRequest::Setup(Box::new(setup)), |reply| {
                matches!(reply, KeeperReply::Ready(_))
            })
            .await?;
        match reply {
            KeeperReply::Ready(Err(fault)) => Err(wall_error(fault)),
            _ => Ok(keeper),
        }
    }

    /// Whether it has broken the conversation; another one has to be started.
    pub(crate) fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    async fn ask(
        &self,
        request: &KeeperRequest,
        is_answer: impl Fn(&KeeperReply) -> bool,
    ) -> Result<(KeeperReply, VecDeque<OwnedFd>), WallError> {
        let mut socket = self.socket.lock().await;
        let Some(socket) = socket.as_mut() else {
            return Err(WallError::Lost("the wall is closed".to_owned()));
        };
        // The last call may have been dropped on another runtime.
        socket.leave();
        let outcome = async {
            socket.send(request, Vec::new()).await?;
            loop {
                let (reply, descriptors) = socket.receive::<KeeperReply>().await?;
                // Answers to calls that were dropped are skipped; a sandbox in them dies with its socket.
                if is_answer(&reply) {
                    return Ok((reply, descriptors));
                }
            }
        }
        .await;
        socket.leave();
        outcome.map_err(|error: std::io::Error| {
            self.lost.store(true, Ordering::Relaxed);
            WallError::Lost(format!("the keeper: {error}"))
        })
    }

    /// A fresh sandbox: its number and its worker's socket.
    pub(crate) async fn prepare(&self) -> Result<(u64, OwnedFd), WallError> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let is_answer = |reply: &KeeperReply| matches!(reply, KeeperReply::Prepared { id: other, .. } if *other == id);
        let (reply, mut descriptors) = self.ask(&KeeperRequest::Prepare { id }, is_answer).await?;
        match reply {
            KeeperReply::Prepared {
                result: Err(fault), ..
            } => Err(wall_error(fault)),
            _ => match descriptors.pop_front() {
                Some(socket) => Ok((id, socket)),
                None => Err(WallError::Lost("the keeper sent no socket".to_owned())),
            },
        }
    }

    /// Ends a sandbox and waits until nothing of it is left.
    pub(crate) async fn destroy(&self, id: u64) -> Result<(), WallError> {
        let is_answer = |reply: &KeeperReply| matches!(reply, KeeperReply::Destroyed { id: other, .. } if *other == id);
        let (reply, _) = self.ask(&KeeperRequest::Destroy { id }, is_answer).await?;
        match reply {
            KeeperReply::Destroyed {
                result: Err(fault), ..
            } => Err(wall_error(fault)),
            _ => Ok(()),
        }
    }
}

impl Drop for Keeper {
    /// Closing the socket makes the keeper destroy its sandboxes and exit. Waiting keeps the promise that nothing is left.
    fn drop(&mut self) {
        *self.socket.get_mut() = None;
        let child = self
            .child
            .get_mut()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let deadline = Instant::now() + FAREWELL;
        while let Ok(None) = child.try_wait() {
            if Instant::now() > deadline {
                tracing::error!(pid = child.id(), "the keeper does not end; killing it");
                let _ = child.kill();
                let _ = child.wait();
                return;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}
