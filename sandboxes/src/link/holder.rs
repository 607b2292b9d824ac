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
    /// Whether the kernel ended all of it because it had no memory left: then a program that was running asked for too much.
    pub(crate) out_of_memory: bool,
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
