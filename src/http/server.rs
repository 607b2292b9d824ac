//! The HTTP server: routes, limits, the guard around everything.

use std::any::Any;
use std::net::SocketAddr;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::error::QueryPayloadError;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpStream;

use super::error::{ApiError, Code};
use super::{
    contests, create, guard, health, languages, metrics, openapi, problems, submissions, system,
    uploads, verification, websocket,
};
use crate::config::model::Config;
use crate::system::System;

/// Bodies of requests that are no submissions.
const SMALL_BODY: usize = 4 << 10;

/// A server that listens.
pub(crate) struct Running {
    /// Where it listens; the port is the real one when 0 was asked for.
    pub(crate) address: SocketAddr,
    handle: ServerHandle,
}

impl Running {
    /// Accepts no more connections, lets requests end, then returns.
    pub(crate) async fn stop(&self) {
        self.handle.stop(true).await;
    }
}

/// Binds and starts to serve.
///
/// # Errors
/// When the address cannot be bound.
pub(crate) fn start(
    config: &Config,
    system: &web::Data<System>,
    counters: PrometheusHandle,
) -> std::io::Result<Running> {
    metrics::keep_up(counters.clone());
    let counters = web::Data::new(counters);
    let system = system.clone();
    let http = config.http.clone();
    let workers = match http.workers {
        0 => std::thread::available_parallelism()?.get(),
        workers => workers,
    };
    let max_body = http.max_body.bytes();
    let user_timeout =
        u32::try_from(config.websocket.user_timeout.0.as_millis()).unwrap_or(u32::MAX);
    let server = HttpServer::new(move || {
        App::new()
            .wrap(from_fn(guard::guard))
            .app_data(web::PayloadConfig::new(max_body))
            .app_data(system.clone())
            .app_data(counters.clone())
            .app_data(
                web::JsonConfig::default()
                    .limit(SMALL_BODY)
                    .error_handler(|error, _| ApiError::from(&error).into()),
            )
            .app_data(
                web::QueryConfig::default().error_handler(|error, _| bad_query(&error).into()),
            )
            .configure(routes)
    })
    .workers(workers)
    .max_connections(http.max_connections.div_ceil(workers))
    .client_request_timeout(http.request_timeout.0)
    .keep_alive(http.keep_alive.0)
    .shutdown_timeout(3)
    .disable_signals()
    .client_disconnect_timeout(Duration::from_secs(1))
    .on_connect(move |io, _| limit_silence(io, user_timeout))
    .bind(http.listen)?;
    let address = server.addrs().first().copied().unwrap_or(http.listen);
    let server = server.run();
    let handle = server.handle();
    actix::spawn(async move {
        if let Err(error) = server.await {
            tracing::error!(%error, "the HTTP server ended");
        }
    });
    Ok(Running { address, handle })
}

fn routes(app: &mut web::ServiceConfig) {
    app.route("/healthz", web::get().to(health::healthz))
        .route("/metrics", web::get().to(metrics::metrics))
        .service(
            web::resource("/api/v1/submissions")
                .route(web::post().to(create::create))
                .route(web::get().to(submissions::list)),
        )
        .route("/api/v1/submissions/{id}", web::get().to(submissions::read))
        .route(
            "/api/v1/submissions/{id}/source",
            web::get().to(submissions::source),
        )
        .configure(problem_routes)
        .route("/api/v1/languages", web::get().to(languages::list))
        .route("/api/v1/contests", web::get().to(contests::list))
        .route("/api/v1/contests/{id}", web::get().to(contests::read))
        .route(
            "/api/v1/contests/{id}/scoreboard",
            web::get().to(contests::scoreboard),
        )
        .route("/api/v1/system", web::get().to(system::read))
        .route("/api/v1/system/faults", web::post().to(system::plant))
        .route("/api/openapi.json", web::get().to(openapi::document))
        .route("/readyz", web::get().to(health::readyz))
        .route("/ws", web::get().to(websocket::open))
        .default_service(web::to(nothing_here));
}

fn problem_routes(app: &mut web::ServiceConfig) {
    app.service(
        web::resource("/api/v1/problems")
            .route(web::get().to(problems::list))
            .route(web::post().to(uploads::upload)),
    )
    .service(
        web::resource("/api/v1/problems/{id}")
            .route(web::get().to(problems::read))
            .route(web::delete().to(uploads::delete)),
    )
    .route(
        "/api/v1/problems/{id}/versions",
        web::get().to(uploads::versions),
    )
    .route(
        "/api/v1/problems/{id}/versions/{hash}",
        web::delete().to(uploads::delete_version),
    )
    .route(
        "/api/v1/problems/{id}/verify",
        web::post().to(verification::verify),
    );
}

/// Ends a connection whose peer acknowledges nothing for that long, whatever waits behind it.
fn limit_silence(io: &dyn Any, user_timeout_ms: u32) {
    if let Some(stream) = io.downcast_ref::<TcpStream>()
        && let Err(error) = rustix::net::sockopt::set_tcp_user_timeout(stream, user_timeout_ms)
    {
        tracing::warn!(%error, "a connection has no TCP_USER_TIMEOUT");
    }
}

fn bad_query(error: &QueryPayloadError) -> ApiError {
    ApiError::new(
        Code::InvalidRequest,
        format!("the query is not understood: {error}"),
    )
}

async fn nothing_here() -> Result<actix_web::HttpResponse, ApiError> {
    Err(ApiError::new(
        Code::NotFound,
        "there is nothing at this address",
    ))
}
