//! Every key of the configuration with its default. Numbers come from the design; each can be changed in the file, by
//! variable or by flag.

use std::net::SocketAddr;
use std::path::PathBuf;

use actors::admission::AdmissionConfig;
use actors::janitor::JanitorConfig;
use actors::judge::Transcripts;
use serde::{Deserialize, Serialize};

use super::places::Places;
use super::pools::Pools;
use super::units::{Size, Span};

/// The whole configuration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// Where things lie on disk.
    pub(crate) paths: Paths,
    /// The HTTP server.
    pub(crate) http: Http,
    /// WebSocket sessions.
    pub(crate) websocket: WebSocket,
    /// Who gets in, and when not.
    pub(crate) admission: AdmissionConfig,
    /// How problems are judged here.
    pub(crate) judging: Judging,
    /// The languages.
    pub(crate) languages: Languages,
    /// The pools: walls, slots and budgets.
    pub(crate) pools: Pools,
    /// The database.
    pub(crate) store: Store,
    /// How long results are kept.
    pub(crate) retention: JanitorConfig,
    /// Logs.
    pub(crate) log: Log,
    /// Stopping.
    pub(crate) shutdown: Shutdown,
    /// For tests of this program; off.
    pub(crate) debug: Debug,
    /// Where some of it was written.
    #[serde(skip)]
    pub(crate) places: Places,
}

/// Where things lie on disk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Paths {
    /// The database, source files, compiled programs.
    pub(crate) data: PathBuf,
    /// Directories with one problem package per subdirectory.
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) problems: Vec<PathBuf>,
    /// Directories with contest files.
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) contests: Vec<PathBuf>,
}

impl Default for Paths {
    fn default() -> Self {
        Self {
            data: "data".into(),
            problems: vec!["testdata/problems".into()],
            contests: vec!["testdata/contests".into()],
        }
    }
}

/// The HTTP server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Http {
    /// Address and port; port 0 picks a free one.
    pub(crate) listen: SocketAddr,
    /// Threads; 0 is one per CPU.
    pub(crate) workers: usize,
    /// Open connections over all workers.
    pub(crate) max_connections: usize,
    /// Largest request body.
    pub(crate) max_body: Size,
    /// Largest problem package that is uploaded, as an archive.
    pub(crate) max_package: Size,
    /// Largest source, all files of a submission together.
    pub(crate) max_source: Size,
    /// Files of one submission.
    pub(crate) max_files: usize,
    /// How long a client may take to send a request.
    pub(crate) request_timeout: Span,
    /// How long an idle connection is kept.
    pub(crate) keep_alive: Span,
    /// Whether `admission.quota` holds for the users of this open server; the token buckets always do.
    pub(crate) quotas: bool,
    /// Origins, besides this machine's own, that browsers may call from: `https://contest.example.org`.
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) allowed_origins: Vec<String>,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            workers: 0,
            max_connections: 10_000,
            // base64 grows a source by a third, JSON escapes may double it
            max_body: Size(1 << 20),
            // juries' largest have some hundred megabytes of testcases
            max_package: Size(1 << 30),
            max_source: Size(256 << 10),
            max_files: 64,
            request_timeout: Span::secs(10),
            keep_alive: Span::secs(30),
            quotas: false,
            allowed_origins: Vec::new(),
        }
    }
}

/// The languages.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Languages {
    /// A directory with definitions of one's own, a TOML file each; one with the id of a language of ours replaces it. Empty: none.
    pub(crate) dir: PathBuf,
}

/// WebSocket sessions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct WebSocket {
    /// Sessions at once.
    pub(crate) max_sessions: usize,
    /// Largest frame a client may send; subscriptions are small.
    pub(crate) max_frame: Size,
    /// Messages a client may send at once.
    pub(crate) inbound_burst: u32,
    /// Messages per second a client may send.
    pub(crate) inbound_per_second: u32,
    /// How often the server pings.
    pub(crate) ping_interval: Span,
    /// Unacknowledged bytes end a connection after this; the only thing that evicts a client that does not read.
    pub(crate) user_timeout: Span,
}

impl Default for WebSocket {
    fn default() -> Self {
        Self {
            max_sessions: 8_000,
            max_frame: Size(16 << 10),
            inbound_burst: 40,
            inbound_per_second: 20,
            ping_interval: Span::secs(20),
            user_timeout: Span::secs(15),
        }
    }
}

/// How problems are judged here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Judging {
    /// Multiplies the time limits that packages name: 2 on a machine half as fast as the jury's. Limits that are measured here
    /// need none.
    pub(crate) time_factor: f64,
    /// Multiplies the time limits of single languages, in place of the factors their definitions name: `python3=2`.
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) language_factors: Vec<String>,
    /// Where `testlib.h` is, for checkers that include it and do not bring it; empty where there is none or the compiler
    /// finds it by itself.
    pub(crate) testlib: PathBuf,
    /// Which dialogues of interactive problems are recorded for staff: `rejected`, the first testcase of a judgement that is not
    /// accepted, in a second run of it; `always`, every judged run, which makes long dialogues slower; `off`.
    pub(crate) transcripts: TranscriptPolicy,
}

/// Which dialogues are recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TranscriptPolicy {
    /// None.
    Off,
    /// The first that is not accepted, in a second run.
    #[default]
    Rejected,
    /// Every judged run.
    Always,
}

impl From<TranscriptPolicy> for Transcripts {
    fn from(policy: TranscriptPolicy) -> Self {
        match policy {
            TranscriptPolicy::Off => Self::Off,
            TranscriptPolicy::Rejected => Self::Rejected,
            TranscriptPolicy::Always => Self::Always,
        }
    }
}

impl Default for Judging {
    fn default() -> Self {
        Self {
            time_factor: 1.0,
            language_factors: Vec::new(),
            testlib: PathBuf::new(),
            transcripts: TranscriptPolicy::default(),
        }
    }
}

impl Judging {
    /// The languages with a factor of their own; `None` when an entry is none.
    pub(crate) fn factors(&self) -> Option<Vec<(String, f64)>> {
        let read = |text: &String| {
            let (language, factor) = text.split_once('=')?;
            let factor: f64 = factor.trim().parse().ok()?;
            is_factor(factor).then(|| (language.trim().to_owned(), factor))
        };
        self.language_factors.iter().map(read).collect()
    }
}

/// Whether time limits can be multiplied by it.
pub(crate) fn is_factor(factor: f64) -> bool {
    (0.01..=1_000.0).contains(&factor)
}

/// The database.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Store {
    /// Its cache; its real use of memory is about twice this.
    pub(crate) cache: Size,
}

impl Default for Store {
    fn default() -> Self {
        Self {
            cache: Size(4 << 20),
        }
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// `Human` on a terminal, else `Json`.
    Auto,
    /// One JSON object per line.
    Json,
    /// For reading.
    Human,
}

/// Logs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Log {
    /// How lines look.
    pub(crate) format: LogFormat,
    /// What is logged, in the syntax of `tracing-subscriber`: `info,gavel::http=debug`.
    pub(crate) filter: String,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            format: LogFormat::Auto,
            filter: "info".to_owned(),
        }
    }
}

/// Stopping.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Shutdown {
    /// How long running judgements may take to end before their work is given back.
    pub(crate) drain: Span,
}

impl Default for Shutdown {
    fn default() -> Self {
        Self {
            drain: Span::secs(10),
        }
    }
}

/// For tests of this program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Debug {
    /// Lets clients make actors panic.
    pub(crate) faults: bool,
}

/// A list may be written as one value, or as text with commas.
pub(super) fn one_or_many<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: for<'a> From<&'a str>,
{
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
    }
    let texts = match OneOrMany::deserialize(deserializer) {
        Ok(OneOrMany::One(text)) => text.split(',').map(|part| part.trim().to_owned()).collect(),
        Ok(OneOrMany::Many(texts)) => texts,
        Err(_) => {
            return Err(serde::de::Error::custom(
                "expected a text or a list of texts",
            ));
        }
    };
    Ok(texts
        .iter()
        .filter(|text| !text.is_empty())
        .map(|text| T::from(text))
        .collect())
}
