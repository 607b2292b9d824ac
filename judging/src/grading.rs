//! From the verdicts of testcases to the verdict of a judgement: which testcase is next, when to stop, what comes out.
//!
//! Results may arrive in any order, when testcases are spread over idle slots. The grade is always that of judging one
//! testcase after the other: results that this would not have asked for are not looked at.

mod graders;
#[cfg(test)]
mod tests;

use crate::packages::{
    Grader, GroupItem, OnReject, ProblemKind, ProblemPackage, ScoreAggregation, TestGroup,
};
use crate::verdicts::Verdict;

/// What judging one testcase gave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TestcaseResult {
    /// AC, WA, TLE, MLE, OLE, RTE or JE.
    pub verdict: Verdict,
    /// What the output validator wrote into `score.txt`.
    pub score: Option<f64>,
    /// What it wrote into `score_multiplier.txt`.
    pub multiplier: Option<f64>,
}

impl TestcaseResult {
    /// A result without a score of its own.
    #[must_use]
    pub fn of(verdict: Verdict) -> Self {
        Self {
            verdict,
            score: None,
            multiplier: None,
        }
    }
}

/// What the whole judgement came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grade {
    /// The verdict.
    pub verdict: Verdict,
    /// The score of an accepted submission to a scoring problem.
    pub score: Option<f64>,
    /// The first testcase with that verdict, when it is not AC: its message is the judgement's.
    pub deciding: Option<usize>,
}

/// The state of grading one judgement. Testcases are named by their index in [`ProblemPackage::testcases`].
#[derive(Clone, Debug)]
pub struct Grading {
    groups: Vec<TestGroup>,
    kind: ProblemKind,
    states: Vec<State>,
    judge_all: bool,
}

/// Where a testcase stands.
#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    /// Nobody has it.
    Waiting,
    /// It is being judged.
    Running,
    /// It is judged.
    Done(TestcaseResult),
}

/// What a walk over a group in judging order came to.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Sub {
    verdict: Verdict,
    score: f64,
    /// First testcase with that verdict.
    deciding: Option<usize>,
    sample: bool,
}

/// What a walk takes for the result of a testcase that has none.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Guess {
    /// Nothing: the walk stops there.
    Nothing,
    /// Of one that is being judged: accepted.
    Accepted,
    /// Of all but this one: accepted. The walk stops at this one, if it comes to it.
    AllBut(usize),
}

/// What stops a walk: a testcase whose result is needed.
enum Needs {
    /// It waits: this is the one to judge next.
    Waiting(usize),
    /// Its result is on the way.
    Running,
}

impl Grading {
    /// Begins to grade a judgement of `package`, stopping early where its rules allow it.
    #[must_use]
    pub fn new(package: &ProblemPackage) -> Self {
        Self::of(&package.groups, package.kind, package.testcases.len())
    }

    /// The same without a package: the root group first, then all others; `testcases` of them.
    #[must_use]
    pub fn of(groups: &[TestGroup], kind: ProblemKind, testcases: usize) -> Self {
        Self {
            groups: groups.to_vec(),
            kind,
            states: vec![State::Waiting; testcases],
            judge_all: false,
        }
    }

    /// Judges every testcase, also those that cannot change the grade. The grade stays the same.
    #[must_use]
    pub fn judging_all(mut self) -> Self {
        self.judge_all = true;
        self
    }

    /// Takes the next testcase to judge. `None`: nothing more is to be begun, for now; what is being judged may still turn
    /// out to be rejected. Ask again after each [`Grading::record`] until [`Grading::is_finished`].
    ///
    /// One testcase is handed out after the other as long as the ones before it are accepted or still being judged.
    pub fn take_next(&mut self) -> Option<usize> {
        let mut next = match self.walk(0, Guess::Accepted) {
            Err(Needs::Waiting(testcase)) => Some(testcase),
            Ok(_) | Err(Needs::Running) => None,
        };
        if next.is_none() && self.judge_all {
            next = self
                .states
                .iter()
                .position(|state| *state == State::Waiting);
        }
        if let Some(testcase) = next {
            self.states[testcase] = State::Running;
        }
        next
    }

    /// Notes the result of a testcase; the first one counts.
    pub fn record(&mut self, testcase: usize, result: TestcaseResult) {
        if let Some(state) = self.states.get_mut(testcase)
            && !matches!(state, State::Done(_))
        {
            *state = State::Done(result);
        }
    }

    /// Gives back a testcase that was taken but not judged.
    pub fn give_back(&mut self, testcase: usize) {
        if let Some(state) = self.states.get_mut(testcase)
            && *state == State::Running
        {
            *state = State::Waiting;
        }
    }

    /// Whether the result of a testcase that was taken can still change the grade: if not, its run may be cancelled.
    #[must_use]
    pub fn still_needs(&self, testcase: usize) -> bool {
        let done = |state: &State| matches!(state, State::Done(_));
        if self.states.get(testcase).is_none_or(done) {
            return false;
        }
        self.judge_all || self.walk(0, Guess::AllBut(testcase)).is_err()
    }

    /// Whether everything that is to be judged is judged.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        if self.judge_all {
            return self
                .states
                .iter()
                .all(|state| matches!(state, State::Done(_)));
        }
        self.walk(0, Guess::Nothing).is_ok()
    }

    /// The grade, as soon as no result that is missing can change it.
    #[must_use]
    pub fn grade(&self) -> Option<Grade> {
        let root = self.walk(0, Guess::Nothing).ok()?;
        let accepted = root.verdict == Verdict::Ac;
        Some(Grade {
            verdict: root.verdict,
            score: (self.kind.scoring && accepted).then_some(root.score),
            deciding: if accepted { None } else { root.deciding },
        })
    }

    /// Grades a group in judging order.
    fn walk(&self, group: usize, guess: Guess) -> Result<Sub, Needs> {
        let TestGroup { items, config, .. } = &self.groups[group];
        if !self.may_run(group, guess)? {
            return Ok(Sub {
                verdict: Verdict::Wa,
                score: 0.0,
                deciding: None,
                sample: false,
            });
        }
        let mut subs = Vec::with_capacity(items.len());
        for item in items {
            let sub = match *item {
                GroupItem::Group(index) => self.walk(index, guess)?,
                GroupItem::Testcase(testcase) => self.testcase(testcase, group, guess)?,
            };
            subs.push(sub);
            if sub.verdict != Verdict::Ac && config.on_reject == OnReject::Break {
                break;
            }
        }
        Ok(self.add_up(group, &subs))
    }

    fn add_up(&self, group: usize, subs: &[Sub]) -> Sub {
        let TestGroup {
            name,
            config,
            items,
            ..
        } = &self.groups[group];
        let (verdict, score) = match (&config.grader, config.aggregation) {
            (_, Some(_)) if group == 0 => graders::secret_only(subs),
            (_, Some(aggregation)) => {
                let of_testcases = matches!(items.first(), Some(GroupItem::Testcase(_)));
                graders::aggregate(
                    aggregation,
                    config,
                    of_testcases.then_some(items.len()),
                    subs,
                )
            }
            (Grader::Default(grader), None) => graders::default_grader(*grader, group == 0, subs),
            // The result of the program is not known here; packages that have one are refused before.
            (Grader::Custom { .. }, None) => (Verdict::Je, 0.0),
        };
        let deciding = subs
            .iter()
            .find(|sub| sub.verdict == verdict)
            .and_then(|sub| sub.deciding);
        Sub {
            verdict,
            score,
            deciding,
            sample: name == "sample",
        }
    }

    fn testcase(&self, testcase: usize, group: usize, guess: Guess) -> Result<Sub, Needs> {
        let accepted = TestcaseResult::of(Verdict::Ac);
        let result = match (self.states[testcase], guess) {
            (State::Done(result), _) => result,
            (_, Guess::AllBut(asked)) if asked != testcase => accepted,
            (State::Running, Guess::Accepted) => accepted,
            (State::Running, _) => return Err(Needs::Running),
            (State::Waiting, _) => return Err(Needs::Waiting(testcase)),
        };
        Ok(Sub {
            verdict: result.verdict,
            score: self.score(result, group),
            deciding: Some(testcase),
            sample: false,
        })
    }

    fn score(&self, result: TestcaseResult, group: usize) -> f64 {
        let TestGroup { config, items, .. } = &self.groups[group];
        match config.aggregation {
            None => result.score.unwrap_or(if result.verdict == Verdict::Ac {
                config.accept_score
            } else {
                config.reject_score
            }),
            Some(_) if result.verdict != Verdict::Ac => 0.0,
            // In parts of the largest score of a testcase, which are added up before they are multiplied: three thirds
            // of 100 are 100.
            Some(aggregation) => {
                let largest = match aggregation {
                    ScoreAggregation::Sum => config.range.1 / items.len() as f64,
                    ScoreAggregation::Min | ScoreAggregation::PassFail => config.range.1,
                };
                match (result.score, result.multiplier) {
                    (Some(score), _) if largest.is_finite() && largest > 0.0 => score / largest,
                    (Some(score), _) => score,
                    (None, Some(multiplier)) => multiplier,
                    (None, None) if largest.is_finite() => 1.0,
                    (None, None) => 0.0,
                }
            }
        }
    }

    /// Whether every group that `group` requires is accepted (2025-09 `require_pass`).
    fn may_run(&self, group: usize, guess: Guess) -> Result<bool, Needs> {
        for name in &self.groups[group].config.require_pass {
            let required = self.groups.iter().position(|other| other.name == *name);
            // Loading refuses groups that do not come earlier; here it keeps the recursion finite.
            if let Some(required) = required.filter(|&required| required < group)
                && self.walk(required, guess)?.verdict != Verdict::Ac
            {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
