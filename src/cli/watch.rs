//! `gavel watch`: a submission to its verdict, or a contest's live scoreboard.

use std::process::ExitCode;

use anyhow::Context;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::board::Board;
use super::submit::ServerArgs;
use super::table::{self, Progress};
use crate::client::api::Api;
use crate::client::feed::{FeedEvent, Next, Topic, follow_blocking};
use crate::http::shapes::{ProvenanceView, SubmissionView};

/// What to watch.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// A submission's id
    #[arg(required_unless_present = "contest", conflicts_with = "contest")]
    submission: Option<String>,
    /// A contest's id: its scoreboard, until interrupted
    #[arg(long)]
    contest: Option<String>,
    /// Prints the events as they come, one JSON object per line
    #[arg(long)]
    json: bool,
    /// With --json: only events after this sequence number
    #[arg(long, value_name = "SEQ", default_value_t = 0, requires = "json")]
    since: u64,
    #[command(flatten)]
    server: ServerArgs,
}

/// Watches; for a submission the exit code is 0 for AC and 1 for any other verdict.
///
/// # Errors
/// When the server cannot be reached or knows no such thing.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let api = Api::new(&args.server.url, args.server.user.clone())?;
    match (&args.submission, &args.contest) {
        (Some(id), _) if args.json => events(&api, &Topic::Submission(id.clone()), args.since),
        (None, Some(id)) if args.json => events(&api, &Topic::Contest(id.clone()), args.since),
        (Some(id), _) => submission(&api, id),
        (None, Some(contest)) => scoreboard(&api, contest),
        (None, None) => Ok(ExitCode::SUCCESS),
    }
}

/// Prints events as they come; those of a submission end with its verdict.
fn events(api: &Api, topic: &Topic, since: u64) -> anyhow::Result<ExitCode> {
    let mut verdict = None;
    follow_blocking(&api.socket_url(), topic, since, &mut |event| {
        anstream::println!("{}", serde_json::to_string(&event)?);
        if event.r#type != "verdict" {
            return Ok(Next::More);
        }
        verdict = event.payload["verdict"].as_str().map(str::to_owned);
        Ok(Next::Done)
    })?;
    Ok(ExitCode::from(u8::from(verdict.as_deref() != Some("AC"))))
}

/// Follows a submission to its verdict and prints its table.
///
/// # Errors
/// When the server cannot be reached or knows no such submission.
pub(crate) fn submission(api: &Api, id: &str) -> anyhow::Result<ExitCode> {
    let progress = Progress::new(false);
    let topic = Topic::Submission(id.to_owned());
    follow_blocking(&api.socket_url(), &topic, 0, &mut |event| {
        let FeedEvent {
            r#type, payload, ..
        } = event;
        match r#type.as_str() {
            "submission_queued" => progress.step("queued"),
            "judging_started" => progress.started(payload["testcaseCount"].as_u64().unwrap_or(0)),
            "compiled" => progress.compiled(&read(payload)?),
            "run_judged" => progress.run(&read(payload)?),
            "verdict" => return Ok(Next::Done),
            _ => (),
        }
        Ok(Next::More)
    })?;
    progress.finish();
    let done: SubmissionView = api
        .get(&format!("/api/v1/submissions/{id}"))?
        .context("the submission is gone")?;
    Ok(report(&done))
}

/// Prints a judged submission: the table of its runs, then the verdict.
pub(crate) fn report(done: &SubmissionView) -> ExitCode {
    let verdict = done.verdict.as_deref().unwrap_or("none");
    if let Some(compile) = &done.compile
        && !compile.success
    {
        anstream::println!("{}", compile.message.trim_end());
    }
    if !done.runs.is_empty() {
        anstream::println!("{}", table::runs(&done.runs));
    }
    if let Some(provenance) = &done.provenance {
        anstream::println!("{}", place(provenance));
    }
    let score = done
        .score
        .map_or_else(String::new, |score| format!(", score {score}"));
    let message = done.staff_message.as_ref().or(done.message.as_ref());
    match message.filter(|message| !message.is_empty()) {
        Some(message) => anstream::println!("{verdict}{score}: {message}"),
        None => anstream::println!("{verdict}{score}"),
    }
    ExitCode::from(u8::from(verdict != "AC"))
}

/// Where it was judged, and why there.
fn place(provenance: &ProvenanceView) -> String {
    let ProvenanceView { pool, wall, .. } = provenance;
    let mut line = format!("judged in the {pool} pool behind the {wall} wall");
    if let Some(reason) = &provenance.fallback {
        line.push_str(": ");
        line.push_str(reason);
    }
    if (provenance.time_factor - 1.0).abs() > 0.005 {
        line.push_str(&format!(
            "; time limits times {:.2}",
            provenance.time_factor
        ));
    }
    line
}

fn scoreboard(api: &Api, contest: &str) -> anyhow::Result<ExitCode> {
    let mut board = Board::new();
    let topic = Topic::Contest(contest.to_owned());
    follow_blocking(&api.socket_url(), &topic, 0, &mut |event| {
        if event.r#type == "scoreboard" {
            board.apply(&event.payload)?;
            board.draw();
        }
        Ok(Next::More)
    })?;
    Ok(ExitCode::SUCCESS)
}

fn read<T: DeserializeOwned>(payload: Value) -> anyhow::Result<T> {
    serde_json::from_value(payload).context("the server's event is not understood")
}
