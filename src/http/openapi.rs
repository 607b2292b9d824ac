//! `/api/openapi.json`: the interface, described by the handlers themselves.

use std::sync::LazyLock;

use actix_web::{HttpResponse, Responder};
use utoipa::OpenApi;

use super::{
    contests, create, health, languages, metrics, problems, submissions, system, uploads,
    verification,
};

/// The document.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Gavel",
        description = "A judge: programs in, verdicts with evidence out."
    ),
    paths(
        create::create,
        submissions::list,
        submissions::read,
        submissions::source,
        problems::list,
        problems::read,
        uploads::upload,
        uploads::versions,
        uploads::delete,
        uploads::delete_version,
        verification::verify,
        languages::list,
        contests::list,
        contests::read,
        contests::scoreboard,
        system::read,
        health::healthz,
        health::readyz,
        metrics::metrics,
    )
)]
struct Document;

/// The document as JSON.
pub(crate) async fn document() -> impl Responder {
    static TEXT: LazyLock<String> =
        LazyLock::new(|| Document::openapi().to_json().unwrap_or_default());
    HttpResponse::Ok()
        .content_type("application/json")
        .body(TEXT.as_str())
}
