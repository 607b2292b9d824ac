//! The `gavel` program: parse, run, exit code.
mod cli;
mod client;
mod config;
mod contests;
mod http;
mod logging;
mod service_manager;
mod signals;
mod system;
mod verify;

fn main() -> std::process::ExitCode {
    cli::commands::run()
}
