//! `/metrics`: counters in the Prometheus text form. The exporter keeps every histogram sample until somebody drains it,
//! so a timer does.

use std::time::Duration;

use actix_web::{HttpResponse, Responder, web};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

/// Between two drains; a busy server collects some hundred thousand samples in it.
const UPKEEP: Duration = Duration::from_secs(5);

/// Upper bounds of what takes time here, seconds.
const SECONDS: [f64; 14] = [
    0.000_1, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0,
];

/// Installs the recorder; from then on counters count.
///
/// # Errors
/// When a recorder is installed already.
pub(crate) fn install() -> Result<PrometheusHandle, BuildError> {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?
        .install_recorder()
}

/// Drains the histograms from time to time.
pub(crate) fn keep_up(handle: PrometheusHandle) {
    actix::spawn(async move {
        let mut timer = tokio::time::interval(UPKEEP);
        loop {
            timer.tick().await;
            handle.run_upkeep();
        }
    });
}

/// All counters.
#[utoipa::path(get, path = "/metrics", tag = "system", responses((status = 200, description = "Prometheus text format")))]
pub(crate) async fn metrics(handle: web::Data<PrometheusHandle>) -> impl Responder {
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(handle.render())
}
