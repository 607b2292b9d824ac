//! `/healthz`: the process answers.

use actix_web::{HttpResponse, Responder};

/// The process answers; nothing more is promised.
#[utoipa::path(get, path = "/healthz", tag = "system", responses((status = 200, description = "the process answers")))]
pub(crate) async fn healthz() -> impl Responder {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body("ok\n")
}
