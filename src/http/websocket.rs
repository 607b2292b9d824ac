//! `GET /ws`: who may open a WebSocket, and how many there are.

use actix_web::http::header::SEC_WEBSOCKET_KEY;
use actix_web::{HttpRequest, HttpResponse, web};
use actix_web_actors::ws::WsResponseBuilder;

use super::error::{ApiError, Code};
use super::origin;
use super::session::{Place, Session};
use crate::system::System;

/// Opens a session.
pub(crate) async fn open(
    system: web::Data<System>,
    request: HttpRequest,
    stream: web::Payload,
) -> Result<HttpResponse, actix_web::Error> {
    origin::check(request.headers(), &system.http.allowed_origins)?;
    if !request.headers().contains_key(SEC_WEBSOCKET_KEY) {
        return Err(
            ApiError::new(Code::InvalidRequest, "this is a WebSocket: send an upgrade").into(),
        );
    }
    if system.is_draining() {
        return Err(ApiError::new(Code::Draining, "the server is stopping").into());
    }
    let limits = &system.websocket;
    let place = Place::take(&system.open_sessions, limits.max_sessions).ok_or_else(|| {
        ApiError::new(Code::TooManySessions, "all sessions are taken")
            .retry_after(limits.ping_interval.0)
    })?;
    let frame = limits.max_frame.bytes();
    WsResponseBuilder::new(Session::new(system, place), &request, stream)
        .frame_size(frame)
        .start()
}
