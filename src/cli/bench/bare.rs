//! The floors of HTTP and WebSocket: a bare actix-web server that echoes a body and broadcasts a message, nothing else.

use std::sync::{Arc, Mutex, PoisonError};

use actix::{Actor, ActorContext, AsyncContext, Handler, Message, Recipient, StreamHandler};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use actix_web_actors::ws;

/// The sessions, as the simplest hub there is.
type Hub = Arc<Mutex<Vec<Recipient<Broadcast>>>>;

#[derive(Clone, Message)]
#[rtype(result = "()")]
struct Broadcast(web::Bytes);

struct Session(Hub);

impl Actor for Session {
    type Context = ws::WebsocketContext<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(ctx.address().recipient());
    }
}

impl Handler<Broadcast> for Session {
    type Result = ();

    fn handle(&mut self, Broadcast(bytes): Broadcast, ctx: &mut Self::Context) {
        ctx.text(bytes_to_text(bytes));
    }
}

impl StreamHandler<Result<ws::Message, ws::ProtocolError>> for Session {
    fn handle(&mut self, message: Result<ws::Message, ws::ProtocolError>, ctx: &mut Self::Context) {
        match message {
            Ok(ws::Message::Ping(bytes)) => ctx.pong(&bytes),
            Ok(ws::Message::Close(_)) | Err(_) => ctx.stop(),
            _ => {}
        }
    }
}

/// The frame's text; what comes in is JSON of our own client.
fn bytes_to_text(bytes: web::Bytes) -> bytestring::ByteString {
    bytestring::ByteString::try_from(bytes).unwrap_or_default()
}

async fn echo(body: web::Bytes) -> HttpResponse {
    HttpResponse::Accepted()
        .content_type("application/json")
        .body(body)
}

async fn socket(
    request: HttpRequest,
    stream: web::Payload,
    hub: web::Data<Hub>,
) -> actix_web::Result<HttpResponse> {
    ws::start(Session(hub.get_ref().clone()), &request, stream)
}

async fn broadcast(body: web::Bytes, hub: web::Data<Hub>) -> HttpResponse {
    let sessions = hub.lock().unwrap_or_else(PoisonError::into_inner);
    for session in sessions.iter() {
        session.try_send(Broadcast(body.clone())).ok();
    }
    HttpResponse::Accepted().finish()
}

/// Serves until the process is told to end.
pub(super) fn serve() -> anyhow::Result<()> {
    actix::System::new().block_on(async {
        let hub = web::Data::new(Hub::default());
        let server = HttpServer::new(move || {
            App::new()
                .app_data(hub.clone())
                .app_data(web::PayloadConfig::new(1 << 20))
                .route("/echo", web::post().to(echo))
                .route("/broadcast", web::post().to(broadcast))
                .route("/ws", web::get().to(socket))
        })
        .workers(std::thread::available_parallelism()?.get())
        .max_connections(20_000)
        .backlog(8_192)
        .bind(("127.0.0.1", 0))?;
        if let Some(address) = server.addrs().first() {
            anstream::println!("listening on http://{address}");
        }
        server.run().await?;
        Ok(())
    })
}
