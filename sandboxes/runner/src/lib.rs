//! The protocol between a host and the runner inside a wall: messages ([`protocol`]) and the frames that carry them ([`frames`]).
//!
//! The same code is linked into the daemon and into the runner, so the two cannot disagree: they are built together and the
//! runner travels inside the daemon.

pub mod frames;
pub mod protocol;
