//! Whoever made a sandbox and ends it: a slot's keeper, a container engine, a virtual machine's process.

use std::sync::Arc;

use futures_util::future::{BoxFuture, FutureExt};

use crate::link::keeper::Keeper;
use crate::sandbox::WallError;

/// What a [`crate::link::sandbox::RunnerSandbox`] asks of its maker.
pub(crate) trait Holder: Send {
    /// Kills everything inside and gives everything back. Dropping the holder does so too, without waiting.
    fn destroy(self: Box<Self>) -> BoxFuture<'static, Result<(), WallError>>;

    /// Resolves when the maker hears that the sandbox is dead, whatever its stream says. Dropping the future loses nothing.
    fn death(&mut self) -> BoxFuture<'_, Death> {
        std::future::pending().boxed()
    }

    /// Why a sandbox whose stream broke is dead, if the maker can find out; within a few seconds.
    fn autopsy(&mut self) -> BoxFuture<'_, Option<Death>> {
        std::future::ready(None).boxed()
    }
}

/// How a sandbox died.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Death {
    /// What is known of it.
    pub(crate) reason: String,
    /// What it had used up, if that ended it: then a program that was running asked for too much.
    pub(crate) exhausted: Option<Exhausted>,
}

/// What a sandbox may run out of as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exhausted {
    Memory,
    /// Processes and threads.
    Processes,
}

/// A sandbox of a keeper's. Its socket tells of its death at once.
pub(crate) struct Kept {
    pub(crate) keeper: Arc<Keeper>,
    pub(crate) id: u64,
}

impl Holder for Kept {
    fn destroy(self: Box<Self>) -> BoxFuture<'static, Result<(), WallError>> {
        async move { self.keeper.destroy(self.id).await }.boxed()
    }
}
