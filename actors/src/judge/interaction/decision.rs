//! What a dialogue means, from how its two programs ended. The order is that of the reference implementations: a validator that
//! fails is heard first, then one that rejected before the submission ended, then the submission's own end, and last the
//! validator's word.

use judging::rules::RunVerdict;
use judging::validators::Decision;

/// Whose end decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decides {
    /// The validator's word.
    Validator,
    /// How the submission ended.
    Submission,
}

/// Whose end decides; `failed` is the verdict of a submission that ended badly.
pub(super) fn who_decides(
    validator: &Decision,
    validator_first: bool,
    failed: Option<&RunVerdict>,
) -> Decides {
    match (validator, failed) {
        (Decision::JudgeError(_), _) | (_, None) => Decides::Validator,
        // It may have died of the validator's end, or run on without anybody listening.
        (Decision::Reject, Some(_)) if validator_first => Decides::Validator,
        (Decision::Accept | Decision::Reject, Some(_)) => Decides::Submission,
    }
}

#[cfg(test)]
mod tests {
    use judging::rules::Cause;
    use judging::verdicts::Verdict;

    use super::*;

    fn check(validator: &Decision, validator_first: bool, fails: bool, expected: Decides) {
        let failed = RunVerdict {
            verdict: Verdict::Tle,
            cause: Cause::CpuTime,
            message: String::new(),
        };
        let decides = who_decides(validator, validator_first, fails.then_some(&failed));
        assert_eq!(
            decides, expected,
            "{validator:?} first: {validator_first}, fails: {fails}"
        );
    }

    #[test]
    fn the_order_of_decision() {
        let error = Decision::JudgeError("exited with code 1".to_owned());
        for first in [false, true] {
            check(&error, first, true, Decides::Validator);
            check(&error, first, false, Decides::Validator);
            check(&Decision::Accept, first, false, Decides::Validator);
            check(&Decision::Accept, first, true, Decides::Submission);
            check(&Decision::Reject, first, false, Decides::Validator);
        }
        check(&Decision::Reject, true, true, Decides::Validator);
        check(&Decision::Reject, false, true, Decides::Submission);
    }
}
