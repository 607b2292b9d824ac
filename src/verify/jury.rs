//! One jury submission: its files, its language, and the submission it becomes. From there on it goes the way of all others.

use std::io;
use std::time::Duration;

use actors::admission::{Client, Rule};
use actors::judge::Order;
use actors::toolchains::ToolchainState;
use anyhow::Context;
use judging::ids::{LanguageId, SubmissionId, TenantId, UserId};
use judging::judgements::VerdictReport;
use judging::packages::constants::substitute;
use judging::packages::{JurySubmission, ProblemPackage};
use judging::submissions::{Priority, SourceFile, Submission};
use sandboxes::languages::{Language, SourceFile as Source};
use uuid::Uuid;

use crate::http::times;
use crate::system::System;

/// How often a full or failing store is tried again, half a second apart at least.
const TRIES: u32 = 20;

/// What submissions are in that are answers themselves.
const ANSWERS: &str = "text";

/// The language of a submission.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Spoken {
    /// Its id.
    pub(crate) id: String,
    /// Time limits are multiplied by this.
    pub(crate) time_factor: f64,
}

impl Spoken {
    fn of(language: &Language) -> Self {
        Self {
            id: language.id.clone(),
            time_factor: language.time_factor.max(0.01),
        }
    }
}

/// Why a submission is not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Skipped {
    /// Its language, where it is known.
    pub(crate) language: Option<String>,
    /// Why not.
    pub(crate) reason: String,
}

/// The files of a jury submission, read from the package, constants put in (2025-09, "Constants").
pub(crate) fn read(package: &ProblemPackage, jury: &JurySubmission) -> io::Result<Vec<SourceFile>> {
    let files = jury.program.files.iter();
    let read = files.map(|file| {
        let content = std::fs::read(&file.path).map_err(|error| {
            io::Error::new(error.kind(), format!("{}: {error}", file.path.display()))
        })?;
        Ok(SourceFile {
            name: file.name.clone(),
            content: substitute(&content, &package.constants).into_owned(),
        })
    });
    read.collect()
}

/// The language of a jury submission, when it can be run here.
pub(crate) fn language(
    system: &System,
    package: &ProblemPackage,
    jury: &JurySubmission,
    files: &[SourceFile],
) -> Result<Spoken, Skipped> {
    if package.kind.submit_answer {
        return Ok(Spoken {
            id: ANSWERS.to_owned(),
            time_factor: 1.0,
        });
    }
    let catalogue = system.pools.catalogue();
    let named = |name: &String| {
        catalogue.get(name).cloned().ok_or_else(|| Skipped {
            language: Some(name.clone()),
            reason: format!("the package says it is in {name:?}, a language nobody knows here"),
        })
    };
    let language = match &jury.language {
        Some(name) => named(name)?,
        None => {
            let sources: Vec<_> = files
                .iter()
                .map(|file| Source::new(file.name.clone(), file.content.clone()))
                .collect();
            let found = catalogue.detect_submission(&sources).cloned();
            found.ok_or_else(|| Skipped {
                language: None,
                reason: unknown(files),
            })?
        }
    };
    match off(system, &language.id) {
        Some(skipped) => Err(skipped),
        None => Ok(Spoken::of(&language)),
    }
}

/// Another implementation of a language that the jury may have measured with, when it can be run here.
pub(crate) fn stand_in(system: &System, language: &str) -> Option<Spoken> {
    let catalogue = system.pools.catalogue();
    let other = catalogue.get(catalogue.get(language)?.stand_in.as_ref()?)?;
    off(system, &other.id).is_none().then(|| Spoken::of(other))
}

/// Why a language is off on this machine; `None` while nobody knows better.
pub(crate) fn off(system: &System, language: &str) -> Option<Skipped> {
    let ToolchainState::Off { reason } = system.pools.language(language)? else {
        return None;
    };
    let language = system.pools.catalogue().get(language)?;
    Some(Skipped {
        reason: format!("{} is off on this machine: {reason}", language.name),
        language: Some(language.id.clone()),
    })
}

fn unknown(files: &[SourceFile]) -> String {
    match files {
        [] => "it has no files".to_owned(),
        [only] => format!("nobody here knows the language of {}", only.name),
        [first, ..] => format!(
            "nobody here knows the language of {} and {} other files",
            first.name,
            files.len() - 1
        ),
    }
}

/// The submission a jury submission becomes.
pub(crate) fn submission(
    package: &ProblemPackage,
    jury: &JurySubmission,
    language: &Spoken,
    files: Vec<SourceFile>,
) -> Submission {
    Submission {
        id: SubmissionId(Uuid::now_v7()),
        problem: package.id.clone(),
        language: LanguageId(language.id.clone()),
        entry_point: jury.entry_point.clone(),
        files,
        tenant: TenantId::from("jury"),
        user: UserId::from("jury"),
        contest: None,
        team: None,
        priority: Priority::Low,
        received_at: times::now(),
        idempotency_key: None,
    }
}

/// Hands a submission in and waits for its verdict.
///
/// # Errors
/// When the store does not take it or fails.
pub(crate) async fn judge(
    system: &System,
    submission: Submission,
    order: Order,
) -> anyhow::Result<VerdictReport> {
    let id = submission.id;
    let _held = system.orders.hold(id, order);
    let mut watch = system.log.watch();
    accept(system, submission).await?;
    loop {
        watch.borrow_and_update();
        if let Some(report) = system.store.latest_judgement(id)? {
            return Ok(report);
        }
        watch.changed().await.context("the store has closed")?;
    }
}

async fn accept(system: &System, submission: Submission) -> anyhow::Result<()> {
    let nobody = Client {
        bucket: Rule::Off,
        quota: Rule::Off,
        ..Client::default()
    };
    let mut tries = 1;
    loop {
        match system.reception.accept(submission.clone(), &nobody).await {
            Ok(_) => return Ok(()),
            Err(refusal) if tries < TRIES && refusal.retry_after.is_some() => {
                let wait = refusal.retry_after.unwrap_or_default();
                tokio::time::sleep(wait.clamp(Duration::from_millis(500), Duration::from_secs(30)))
                    .await;
                tries += 1;
            }
            Err(refusal) => return Err(refusal.into()),
        }
    }
}
