//! `/healthz`: the process answers. `/readyz`: it would take a submission now.

use actix_web::{HttpResponse, Responder, web};
use actors::toolchains::ToolchainState;

use super::error::{ApiError, Code};
use crate::system::System;

/// The process answers; nothing more is promised.
#[utoipa::path(get, path = "/healthz", tag = "system", responses((status = 200, description = "the process answers")))]
pub(crate) async fn healthz() -> impl Responder {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body("ok\n")
}

/// It would take a submission now and judge it: it is not stopping, and not every language is off.
#[utoipa::path(get, path = "/readyz", tag = "system",
    responses((status = 200, description = "submissions are taken"), (status = 503, body = super::error::ErrorBody)))]
pub(crate) async fn readyz(system: web::Data<System>) -> Result<HttpResponse, ApiError> {
    if system.is_draining() {
        return Err(ApiError::new(Code::Draining, "the server is stopping"));
    }
    let languages = system
        .pools
        .all()
        .iter()
        .flat_map(|pool| pool.toolchains().list());
    let all_off = languages
        .into_iter()
        .all(|(_, state)| matches!(state, ToolchainState::Off { .. }));
    if all_off {
        return Err(ApiError::new(
            Code::Busy,
            "no language works here; gavel doctor says why",
        ));
    }
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body("ready\n"))
}
