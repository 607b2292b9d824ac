//! HTTP and WebSocket: a file per resource.

pub(crate) mod error;
pub(crate) mod feed;
pub(crate) mod guard;
pub(crate) mod health;
pub(crate) mod intake;
pub(crate) mod origin;
pub(crate) mod server;
pub(crate) mod shapes;
pub(crate) mod standings;
pub(crate) mod times;
