//! The monitor of a machine: a line of JSON each way (QEMU's docs/interop/qmp-spec).

use std::fs::File;
use std::io::{Error, ErrorKind, IoSlice, Result};
use std::mem::MaybeUninit;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream as StdStream;
use std::time::Duration;

use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Interest};
use tokio::net::UnixStream;

/// How long an answer may take; emulated machines on busy hosts are slow, but the monitor is not emulated.
const PATIENCE: Duration = Duration::from_secs(20);

/// The longest line that is believed: the console's is the longest there is.
const LONGEST_LINE: u64 = 1 << 20;

/// A conversation with one machine's monitor.
pub(crate) struct Qmp {
    stream: BufReader<UnixStream>,
}

impl Qmp {
    /// Ours of the two ends; the machine need not have been started yet.
    pub(crate) fn new(socket: StdStream) -> Result<Self> {
        socket.set_nonblocking(true)?;
        Ok(Self {
            stream: BufReader::new(UnixStream::from_std(socket)?),
        })
    }

    /// Asks and waits for the answer.
    pub(crate) async fn ask(&mut self, command: &str, arguments: Value) -> Result<Value> {
        self.tell(command, &arguments).await?;
        tokio::time::timeout(PATIENCE, self.answer(command))
            .await
            .unwrap_or_else(|_| {
                Err(Error::new(
                    ErrorKind::TimedOut,
                    format!("no answer to {command}"),
                ))
            })
    }

    /// Asks without waiting: commands are answered in order, so several may be on their way.
    pub(crate) async fn tell(&mut self, command: &str, arguments: &Value) -> Result<()> {
        let line = json!({"execute": command, "arguments": arguments}).to_string() + "\n";
        self.stream.get_mut().write_all(line.as_bytes()).await
    }

    /// The answer to the oldest unanswered command.
    pub(crate) async fn answer(&mut self, command: &str) -> Result<Value> {
        loop {
            let mut line = String::new();
            let mut bounded = (&mut self.stream).take(LONGEST_LINE);
            if bounded.read_line(&mut line).await? == 0 {
                return Err(Error::new(
                    ErrorKind::UnexpectedEof,
                    format!("the machine ended before it answered {command}"),
                ));
            }
            let mut message: Value = serde_json::from_str(&line).map_err(Error::other)?;
            if let Some(error) = message.get("error") {
                let said = error.get("desc").and_then(Value::as_str);
                let said = said.unwrap_or("an error without words");
                return Err(Error::other(format!("{command}: {said}")));
            }
            if let Some(answer) = message.get_mut("return") {
                return Ok(answer.take());
            }
        }
    }

    /// Hands the machine a file under a name.
    pub(crate) async fn give(&mut self, name: &str, file: &File) -> Result<()> {
        let line = json!({"execute": "getfd", "arguments": {"fdname": name}}).to_string() + "\n";
        let stream = self.stream.get_mut();
        let sent = stream
            .async_io(Interest::WRITABLE, || {
                let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
                let mut control = SendAncillaryBuffer::new(&mut space);
                let descriptors = [file.as_fd()];
                control.push(SendAncillaryMessage::ScmRights(&descriptors));
                let bytes = [IoSlice::new(line.as_bytes())];
                Ok(rustix::net::sendmsg(
                    stream.as_fd(),
                    &bytes,
                    &mut control,
                    SendFlags::NOSIGNAL | SendFlags::DONTWAIT,
                )?)
            })
            .await?;
        self.stream
            .get_mut()
            .write_all(&line.as_bytes()[sent..])
            .await?;
        self.answer("getfd").await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A monitor that says these lines, whatever it hears.
    async fn asked(lines: &str) -> Result<Value> {
        let (ours, theirs) = StdStream::pair().unwrap();
        let mut qmp = Qmp::new(ours).unwrap();
        theirs.set_nonblocking(true).unwrap();
        let mut theirs = UnixStream::from_std(theirs).unwrap();
        theirs.write_all(lines.as_bytes()).await.unwrap();
        theirs.shutdown().await.unwrap();
        qmp.ask("query-status", json!({})).await
    }

    #[tokio::test]
    async fn greetings_and_events_are_no_answers() {
        let lines = "{\"QMP\": {}}\n{\"event\": \"STOP\"}\n{\"return\": {\"running\": false}}\n";
        assert_eq!(asked(lines).await.unwrap(), json!({"running": false}));
    }

    #[tokio::test]
    async fn errors_silence_and_nonsense_are_errors() {
        let error = asked("{\"error\": {\"desc\": \"no such thing\"}}\n").await;
        assert_eq!(
            error.unwrap_err().to_string(),
            "query-status: no such thing"
        );
        let error = asked("{\"QMP\": {}}\n").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
        asked("nonsense\n").await.unwrap_err();
    }
}
