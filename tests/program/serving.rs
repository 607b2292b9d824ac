//! Starting, answering, stopping.

use crate::common::http::{get, post_bytes};
use crate::common::server::{Options, Server};

#[test]
fn a_server_starts_answers_and_drains_on_sigterm() {
    let mut server = Server::start(Options::default());
    let health = get(server.url(), "/healthz");
    assert_eq!((health.status, health.text.as_str()), (200, "ok\n"));
    assert_eq!(health.header("x-content-type-options"), Some("nosniff"));
    assert!(server.terminate().success());
}

#[test]
fn unknown_paths_are_refused_in_the_one_form() {
    let server = Server::start(Options::default());
    get(server.url(), "/api/v1/nothing").refused(404, "not_found");
    let answer = post_bytes(
        server.url(),
        "/healthz",
        b"x",
        "text/plain",
        &[("x-request-id", "mine-7")],
    );
    assert_eq!(answer.json()["requestId"], "mine-7");
}
