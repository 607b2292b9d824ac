//! Log lines on stderr: JSON for machines, a human form on a terminal. `GAVEL_LOG` stands above the configuration.

use std::io::IsTerminal;

use anyhow::Context;
use tracing_subscriber::EnvFilter;

use crate::config::model::{Log, LogFormat};

/// Starts logging; later calls in one process change nothing.
///
/// # Errors
/// When the filter is not one.
pub(crate) fn init(log: &Log) -> anyhow::Result<()> {
    let filter = std::env::var("GAVEL_LOG").unwrap_or_else(|_| log.filter.clone());
    let filter = EnvFilter::try_new(&filter)
        .with_context(|| format!("log.filter {filter:?} is not a filter"))?;
    let json = match log.format {
        LogFormat::Json => true,
        LogFormat::Human => false,
        LogFormat::Auto => !std::io::stderr().is_terminal(),
    };
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let started = if json {
        lines
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .try_init()
    } else {
        lines.with_ansi(std::io::stderr().is_terminal()).try_init()
    };
    // Only a second call in one process fails, and then logging is on already.
    started.ok();
    Ok(())
}
