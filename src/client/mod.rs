//! The client side of the HTTP and WebSocket interfaces, for `gavel submit` and `gavel watch`.

pub(crate) mod api;
pub(crate) mod feed;
