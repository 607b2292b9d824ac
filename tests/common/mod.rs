//! The harness: a running server, requests to it, its feed, problem packages to judge against.

pub(crate) mod feed;
pub(crate) mod http;
pub(crate) mod left;
pub(crate) mod packages;
pub(crate) mod server;
pub(crate) mod walls;
