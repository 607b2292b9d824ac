//! The protocol between a host and the runner inside a wall: messages ([`protocol`]), the frames that carry them ([`frames`]), and
//! the form they take where no descriptors can travel ([`stream`]).
//!
//! Also what programs may not ask of the kernel ([`policy`]), for the runner's own filter and for those that hosts make of it.
//!
//! The same code is linked into the daemon and into the runner, so the two cannot disagree: they are built together and the
//! runner travels inside the daemon.

pub mod frames;
pub mod machine;
mod mapped;
pub mod policy;
pub mod protocol;
pub mod stream;
