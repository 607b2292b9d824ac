//! HTTP and WebSocket: a file per resource.

pub(crate) mod contests;
pub(crate) mod create;
pub(crate) mod error;
pub(crate) mod feed;
pub(crate) mod guard;
pub(crate) mod health;
pub(crate) mod identity;
pub(crate) mod intake;
pub(crate) mod languages;
pub(crate) mod metrics;
pub(crate) mod openapi;
pub(crate) mod origin;
pub(crate) mod problems;
pub(crate) mod requests;
pub(crate) mod server;
pub(crate) mod session;
pub(crate) mod shapes;
pub(crate) mod standings;
pub(crate) mod submissions;
pub(crate) mod system;
pub(crate) mod times;
pub(crate) mod uploads;
pub(crate) mod verification;
pub(crate) mod websocket;
