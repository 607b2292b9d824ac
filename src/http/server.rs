//! The HTTP server: routes, limits, the guard around everything.

use std::net::SocketAddr;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};

use super::error::{ApiError, Code};
use super::{guard, health};
use crate::config::model::Config;

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
pub(crate) fn start(config: &Config) -> std::io::Result<Running> {
    let http = config.http.clone();
    let workers = match http.workers {
        0 => std::thread::available_parallelism()?.get(),
        workers => workers,
    };
    let max_body = http.max_body.bytes();
    let server = HttpServer::new(move || {
        App::new()
            .wrap(from_fn(guard::guard))
            .app_data(web::PayloadConfig::new(max_body))
            .configure(routes)
    })
    .workers(workers)
    .max_connections(http.max_connections.div_ceil(workers))
    .client_request_timeout(http.request_timeout.0)
    .keep_alive(http.keep_alive.0)
    .shutdown_timeout(3)
    .disable_signals()
    .client_disconnect_timeout(Duration::from_secs(1))
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
        .default_service(web::to(nothing_here));
}

async fn nothing_here() -> Result<actix_web::HttpResponse, ApiError> {
    Err(ApiError::new(
        Code::NotFound,
        "there is nothing at this address",
    ))
}
