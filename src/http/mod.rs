//! HTTP and WebSocket: a file per resource.

pub(crate) mod error;
pub(crate) mod guard;
pub(crate) mod health;
pub(crate) mod origin;
pub(crate) mod server;
