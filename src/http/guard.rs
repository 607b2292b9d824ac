//! What every request passes: a request id in and out, panics become an answer, failures get their one form, headers that
//! keep browsers from doing harm, counters.

use std::panic::AssertUnwindSafe;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError};
use futures_util::FutureExt;

use super::error::{ApiError, Code};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request: the client's own when it sent a sound one.
#[derive(Clone)]
pub(crate) struct RequestId(pub(crate) HeaderValue);

impl RequestId {
    /// As text.
    pub(crate) fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }
}

/// Runs a request inside the guard.
pub(crate) async fn guard<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let id = request_id(request.headers());
    let began = Instant::now();
    let outcome = AssertUnwindSafe(next.call(request)).catch_unwind().await;
    let response = match outcome {
        Ok(response) => response?,
        // The request went down with the handler, so the answer is made from the error alone.
        Err(panic) => return Err(panicked(panic.as_ref(), &id).into()),
    };
    let mut response = in_one_form(response, &id);
    count(response.status(), began);
    tracing::debug!(
        request_id = id.as_str(),
        method = %response.request().method(),
        path = response.request().path(),
        status = response.status().as_u16(),
        location = ?response.headers().get(header::LOCATION),
        "request answered"
    );
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, id.0);
    protect(headers);
    Ok(response)
}

fn request_id(headers: &HeaderMap) -> RequestId {
    let sound = |value: &&HeaderValue| {
        let bytes = value.as_bytes();
        (1..=64).contains(&bytes.len())
            && bytes
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
    };
    match headers.get(REQUEST_ID).filter(sound) {
        Some(value) => RequestId(value.clone()),
        None => RequestId(fresh_id()),
    }
}

/// Unique over restarts by a random part per process, cheap by a counter within one.
fn fresh_id() -> HeaderValue {
    static PROCESS: LazyLock<u32> = LazyLock::new(|| {
        uuid::Uuid::now_v7().as_fields().3[4..]
            .iter()
            .fold(0, |id, byte| (id << 8) | u32::from(*byte))
    });
    static COUNTER: AtomicU64 = AtomicU64::new(1);
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    HeaderValue::try_from(format!("{:08x}-{count:x}", *PROCESS))
        .unwrap_or(HeaderValue::from_static("unnamed"))
}

fn panicked(panic: &(dyn std::any::Any + Send), id: &RequestId) -> ApiError {
    let cause = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    tracing::error!(
        request_id = id.as_str(),
        cause,
        "a request handler panicked"
    );
    metrics::counter!("gavel_http_panics_total").increment(1);
    ApiError::new(
        Code::Internal,
        "the server failed; the request id helps to find out why",
    )
    .for_request(id.as_str())
}

/// Gives every failure the body `{code, message, requestId}`.
fn in_one_form<B: MessageBody + 'static>(
    response: ServiceResponse<B>,
    id: &RequestId,
) -> ServiceResponse<EitherBody<B, BoxBody>> {
    let status = response.status();
    if status.as_u16() < 400 {
        return response.map_into_left_body();
    }
    let error = match response.response().error() {
        Some(error) => match error.as_error::<ApiError>() {
            Some(error) => error.clone(),
            None => ApiError::new(Code::of_status(status), error.to_string()),
        },
        None => ApiError::new(
            Code::of_status(status),
            status
                .canonical_reason()
                .unwrap_or("refused")
                .to_lowercase(),
        ),
    };
    if status.is_server_error() {
        let (code, path) = (error.code(), response.request().path());
        tracing::warn!(request_id = id.as_str(), code, path, "request failed");
    }
    let answer = error.for_request(id.as_str()).error_response();
    let (request, old) = response.into_parts();
    let mut answer = answer;
    // 405 names the methods there are, 426 the protocol: keep what the old answer said besides its body.
    for (name, value) in old.headers() {
        if ![header::CONTENT_TYPE, header::CONTENT_LENGTH].contains(name)
            && !answer.headers().contains_key(name)
        {
            answer.headers_mut().insert(name.clone(), value.clone());
        }
    }
    ServiceResponse::new(request, answer).map_into_right_body()
}

fn count(status: StatusCode, began: Instant) {
    let class = match status.as_u16() {
        100..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    };
    metrics::counter!("gavel_http_requests_total", "class" => class).increment(1);
    metrics::histogram!("gavel_http_request_seconds").record(began.elapsed().as_secs_f64());
}

/// Answers are data: no page may frame them, guess their type, run anything in them or keep them.
fn protect(headers: &mut HeaderMap) {
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    );
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
