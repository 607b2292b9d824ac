//! The static validator (2025-09, "Static validator"): it judges the sources of a submission, in a directory that holds them.

use judging::validators::Decision;
use sandboxes::languages::Sources;
use sandboxes::sandbox::{Content, PlacedFile, Sandbox, WORK_DIR, WallError};

use super::jury::JuryProgram;
use super::validator::{FEEDBACK, Feedback, Who, conclude};
use crate::pool::SlotLease;

/// The static validator of a package and the submission it judges.
pub(super) struct SourcesCheck {
    pub(super) program: JuryProgram,
    /// Code of the submission's language.
    pub(super) language: String,
    /// Its main file or class.
    pub(super) entry_point: String,
    /// Its files, those that were included with them.
    pub(super) sources: Sources,
}

impl SourcesCheck {
    /// Asks it, with the arguments of one static validation test case. A sandbox of its own for each: there are few.
    pub(super) async fn ask(
        &self,
        lease: &SlotLease,
        args: &[String],
    ) -> Result<(Decision, Feedback), WallError> {
        let JuryProgram {
            name,
            program,
            limits,
            ..
        } = &self.program;
        let mut sandbox = lease.sandbox().await?;
        let files = program.files();
        if !files.is_empty() {
            sandbox.place(files).await?;
        }
        sandbox.reset_work(&[FEEDBACK]).await?;
        let sources = self.sources.files.iter().map(|file| PlacedFile {
            path: file.name.clone(),
            content: Content::Bytes(file.content.clone()),
            executable: false,
        });
        sandbox.furnish(sources.collect(), false).await?;
        let own = [
            self.language.clone(),
            self.entry_point.clone(),
            format!("{WORK_DIR}/{FEEDBACK}/"),
        ];
        let args: Vec<String> = own.into_iter().chain(args.iter().cloned()).collect();
        let run = program.run(&args, None, limits.clone(), true);
        let outcome = sandbox.run(run).await;
        let who = Who {
            title: "static validator",
            name,
            checker: None,
        };
        conclude(&mut sandbox, &who, limits, outcome).await
    }
}
