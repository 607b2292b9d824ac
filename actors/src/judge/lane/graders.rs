//! Custom graders (legacy, "Graders"): programs of the package that add up the results of a group.

use std::fs::File;
use std::io::Write;
use std::sync::Arc;

use judging::evidence::{Evidence, Exit, Stop};
use judging::grading::{GraderCall, GraderReply};
use judging::rules::SignalName;
use sandboxes::outcome::Outcome;
use sandboxes::sandbox::{Sandbox, WallError};

use super::{Lane, LaneError};
use crate::judge::case::{AttemptError, chain};
use crate::judge::evidence::evidence;
use crate::judge::jury::JuryProgram;
use crate::judge::output::read_start;

/// An answer is one line; what is beyond this is none.
const ANSWER_BYTES: u64 = 4 << 10;
/// How much of what a failed grader wrote to standard error staff sees.
const SAID_BYTES: usize = 4 << 10;

impl Lane<'_> {
    /// Runs the graders whose groups are judged, until no grade waits for one.
    pub(super) async fn ask_graders(&self) -> Result<(), LaneError> {
        while let Some(call) = self.round.next_grader() {
            match self.ask_grader(&call).await? {
                Ok(reply) => self.round.record_grader(call.group, reply),
                Err(reason) => self.round.blame(reason),
            }
        }
        Ok(())
    }

    /// Asks for the result of one group, in a sandbox of its own. The inner error: it did not do its work, for staff.
    async fn ask_grader(
        &self,
        call: &GraderCall,
    ) -> Result<Result<GraderReply, String>, LaneError> {
        let Some(grader) = &self.case.grader else {
            return Ok(Err("there is no grader".to_owned()));
        };
        let JuryProgram {
            name,
            program,
            limits,
            ..
        } = grader;
        let group = match call.name.as_str() {
            "" => "data",
            name => name,
        };
        let failed = |what: String| Ok(Err(format!("the grader {name} of {group} {what}")));
        let mut sandbox = self.lease.sandbox().await?;
        let files = program.files();
        if !files.is_empty() {
            sandbox.place(files).await?;
        }
        let results = results(call).map_err(|e| LaneError::Attempt(AttemptError::Output(e)))?;
        let run = program.run(&call.arguments, Some(results), limits.clone(), false);
        let outcome = match sandbox.run(run).await {
            Ok(outcome) => outcome,
            Err(error @ WallError::NotExecutable { .. }) => {
                return failed(format!("cannot be executed: {}", chain(&error)));
            }
            Err(error) => return Err(error.into()),
        };
        let Some(evidence) = evidence(&outcome) else {
            return Err(WallError::Lost("a grader was cancelled".to_owned()).into());
        };
        if let Some(what) = went_wrong(&evidence) {
            return failed(format!("{what}{}", said(&outcome)));
        }
        let answer = read_start(&outcome.stdout, ANSWER_BYTES);
        let answer = answer.map_err(|e| LaneError::Attempt(AttemptError::Output(e)))?;
        match GraderReply::read(&answer) {
            Ok(reply) => Ok(Ok(reply)),
            Err(what) => failed(format!("gave no result: {what}{}", said(&outcome))),
        }
    }
}

/// The standard input of a grader.
fn results(call: &GraderCall) -> std::io::Result<Arc<File>> {
    let mut file = File::from(rustix::fs::memfd_create(
        "gavel-results",
        rustix::fs::MemfdFlags::CLOEXEC,
    )?);
    file.write_all(call.input.as_bytes())?;
    Ok(Arc::new(file))
}

/// Why the run of a grader gave no result: "on success, the grader must exit with exit code 0".
fn went_wrong(evidence: &Evidence) -> Option<String> {
    match (evidence.stop, evidence.exit) {
        _ if evidence.oom_kills > 0 => Some("used up its memory".to_owned()),
        (Some(Stop::CpuLimit | Stop::WallLimit), _) => Some("used up its time".to_owned()),
        (Some(Stop::Idle), _) => Some("hung without using the CPU".to_owned()),
        (Some(Stop::OutputLimit), _) => Some("wrote too much output".to_owned()),
        (None, Exit::Code(0)) => None,
        (None, Exit::Code(code)) => Some(format!("exited with code {code}")),
        (None, Exit::Signal(signal)) => Some(format!("was killed by {}", SignalName(signal))),
    }
}

fn said(outcome: &Outcome) -> String {
    let said = String::from_utf8_lossy(&outcome.stderr);
    let said = said.trim();
    match said.is_empty() {
        true => String::new(),
        false => format!(": {}", &said[..said.floor_char_boundary(SAID_BYTES)]),
    }
}
