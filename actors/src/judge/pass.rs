//! The seam between one pass over a testcase and what is made of it: who runs a pass, a plain run with its validators after it
//! or a dialogue with one of them, takes a [`Turn`] and gives a [`Pass`]; `lane/passes.rs` decides whether there is another.

use std::fs::File;
use std::sync::Arc;

use judging::evidence::Evidence;
use judging::judgements::Attachment;
use judging::packages::Testcase;
use judging::rules::RunVerdict;
use judging::validators::Decision;

use super::validator::Feedback;
use crate::problems::OpenTestcase;

/// What one pass is about.
#[derive(Clone)]
pub(super) struct Turn<'a> {
    pub(super) testcase: &'a Testcase,
    pub(super) files: &'a Arc<OpenTestcase>,
    /// 1 for the first, and the only one of most problems.
    pub(super) number: u32,
    /// What the submission reads and the first argument of its validators: the testcase's input, later what the validator
    /// wrote into `nextpass.in`.
    pub(super) input: Arc<File>,
}

impl<'a> Turn<'a> {
    /// The first pass over a testcase.
    pub(super) fn first(testcase: &'a Testcase, files: &'a Arc<OpenTestcase>) -> Self {
        Self {
            testcase,
            files,
            number: 1,
            input: Arc::clone(&files.input),
        }
    }
}

/// What one pass came to.
pub(super) struct Pass {
    /// The submission's counters.
    pub(super) evidence: Evidence,
    /// What they or the validators say.
    pub(super) ending: PassEnding,
    /// What only staff may read.
    pub(super) attachments: Vec<Attachment>,
}

/// How a pass ended.
pub(super) enum PassEnding {
    /// The submission ended badly; what it wrote is not looked at.
    Failed(RunVerdict),
    /// The validators' word.
    Judged(Decision, Feedback),
}
