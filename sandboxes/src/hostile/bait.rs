//! What a program must not reach: a port, a datagram port and an abstract socket of the host, and a secret in its `/tmp`.

use std::io::{Result, Write};
use std::net::{TcpListener, UdpSocket};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener};

/// What no program may ever print.
const SECRET: &str = "gavel-secret: the answer that nobody may read";

/// Laid on the host for as long as it lives.
pub(super) struct Bait {
    stream: TcpListener,
    datagram: UdpSocket,
    local: UnixListener,
    _secret: tempfile::NamedTempFile,
    pub(super) port: u16,
}

impl Bait {
    pub(super) fn lay() -> Result<Self> {
        let stream = TcpListener::bind("127.0.0.1:0")?;
        let port = stream.local_addr()?.port();
        let datagram = UdpSocket::bind(("127.0.0.1", port))?;
        let local = SocketAddr::from_abstract_name(format!("gavel-hostile-{port}"))?;
        let local = UnixListener::bind_addr(&local)?;
        stream.set_nonblocking(true)?;
        datagram.set_nonblocking(true)?;
        local.set_nonblocking(true)?;
        let mut secret = tempfile::Builder::new()
            .prefix("gavel-secret")
            .suffix(".ans")
            .tempfile()?;
        secret.write_all(SECRET.as_bytes())?;
        let everybody = std::os::unix::fs::PermissionsExt::from_mode(0o644);
        secret.as_file().set_permissions(everybody)?;
        Ok(Self {
            stream,
            datagram,
            local,
            _secret: secret,
            port,
        })
    }

    /// What was taken since it was last looked at.
    pub(super) fn taken(&self) -> Option<&'static str> {
        if self.stream.accept().is_ok() {
            return Some("it reached a port of the host");
        }
        if self.datagram.recv(&mut [0; 16]).is_ok() {
            return Some("it sent a datagram to the host");
        }
        self.local
            .accept()
            .is_ok()
            .then_some("it reached an abstract socket of the host")
    }

    /// Whether a text gives the secret away.
    pub(super) fn is_in(&self, text: &[u8]) -> bool {
        text.windows(SECRET.len())
            .any(|window| window == SECRET.as_bytes())
    }
}
