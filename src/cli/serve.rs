//! `gavel serve`: everything in one process, until a signal says otherwise.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use actix_web::web;
use anyhow::Context;

use crate::config::layers::{self, Sources};
use crate::config::model::Config;
use crate::http::{metrics, server};
use crate::logging;
use crate::service_manager;
use crate::signals::Signals;
use crate::system::{Launch, System};

/// Exit code when supervision gave up (`EX_SOFTWARE`): the service manager restarts us, unsettled work comes back.
const GAVE_UP: u8 = 70;

/// Flags; each stands above the file and the environment.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The configuration file [default: gavel.toml when it exists]
    #[arg(long, env = "GAVEL_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Address and port to listen on; port 0 picks a free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Directory of the database and of compiled programs [default: data]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Directory with problem packages, may be repeated [default: testdata/problems]
    #[arg(long, value_name = "DIR")]
    problems: Vec<PathBuf>,
    /// Directory with contest files, may be repeated [default: testdata/contests]
    #[arg(long, value_name = "DIR")]
    contests: Vec<PathBuf>,
    /// Any key of the configuration, may be repeated: --set admission.burst=20
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_and_value)]
    set: Vec<(String, String)>,
    /// Prints the configuration that would be used, as TOML, and ends
    #[arg(long)]
    print_config: bool,
}

fn key_and_value(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()))
        .ok_or_else(|| "expected KEY=VALUE".to_owned())
}

impl Args {
    fn sources(&self) -> Sources {
        let mut flags = Vec::new();
        let mut flag = |name: &str, key: &str, value: String| {
            flags.push((name.to_owned(), key.to_owned(), value));
        };
        if let Some(listen) = self.listen {
            flag("--listen", "http.listen", listen.to_string());
        }
        if let Some(data) = &self.data {
            flag("--data", "paths.data", data.display().to_string());
        }
        for (name, key, dirs) in [
            ("--problems", "paths.problems", &self.problems),
            ("--contests", "paths.contests", &self.contests),
        ] {
            if !dirs.is_empty() {
                let list: Vec<String> = dirs.iter().map(|dir| dir.display().to_string()).collect();
                flag(name, key, list.join(","));
            }
        }
        for (key, value) in &self.set {
            flag("--set", key, value.clone());
        }
        Sources {
            file: self.config.clone(),
            environment: std::env::vars().collect(),
            flags,
        }
    }
}

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// When the configuration is wrong or something needed does not start.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let config = layers::load(&args.sources())?;
    if args.print_config {
        let text =
            toml::to_string_pretty(&config).context("failed to write the configuration as TOML")?;
        anstream::print!("{text}");
        return Ok(ExitCode::SUCCESS);
    }
    sandboxes::native::drop_privileges(config.http.listen.port())
        .context("failed to give up the privileges that walls do not need")?;
    logging::init(&config.log)?;
    actix::System::new().block_on(serve(config))
}

async fn serve(config: Config) -> anyhow::Result<ExitCode> {
    let mut signals = Signals::new().context("failed to listen to signals")?;
    let counters = metrics::install().context("failed to start counting")?;
    let launch = Launch {
        cache: config.paths.data.clone(),
        compiled: config.paths.data.clone(),
        time_limit: None,
        in_background: true,
    };
    let system = web::Data::new(System::start(&config, launch).await?);
    let running =
        server::start(&config, &system, counters).context("failed to start the HTTP server")?;
    anstream::println!("listening on http://{}", running.address);
    service_manager::tell("READY=1");
    let code = tokio::select! {
        signal = signals.next() => {
            tracing::info!(signal, "draining");
            ExitCode::SUCCESS
        }
        () = system.gave_up() => ExitCode::from(GAVE_UP),
    };
    service_manager::tell("STOPPING=1");
    signals.end_at_the_next();
    system.begin_draining();
    running.stop().await;
    system.stop(config.shutdown.drain.0).await;
    Ok(code)
}
