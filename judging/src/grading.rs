//! From the verdicts of testcases to the verdict of a judgement: which testcase is next, when to stop, what comes out.
//!
//! Results may arrive in any order, when testcases are spread over idle slots. The grade is always that of judging one
//! testcase after the other: results that this would not have asked for are not looked at.

#[cfg(test)]
mod comparison;
mod custom;
mod exact;
mod graders;
#[cfg(test)]
mod naive;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use num_traits::Zero;

pub use custom::{GraderCall, GraderReply};

use self::exact::{Exact, exact, nearest};
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
#[derive(Clone, Debug, PartialEq)]
pub struct Grade {
    /// The verdict.
    pub verdict: Verdict,
    /// The score of an accepted submission to a scoring problem.
    pub score: Option<f64>,
    /// The first testcase with that verdict, when it is not AC: its message is the judgement's.
    pub deciding: Option<usize>,
    /// For staff: why the package is at fault, when the verdict is JE by a rule of scoring; or that a score lies outside the
    /// range of its group, which changes nothing.
    pub note: Option<String>,
}

/// The state of grading one judgement. Testcases are named by their index in [`ProblemPackage::testcases`].
#[derive(Clone, Debug)]
pub struct Grading {
    groups: Vec<TestGroup>,
    kind: ProblemKind,
    states: Vec<State>,
    replies: BTreeMap<usize, GraderReply>,
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

/// What a walk over a group in judging order came to. Scores are 0 in a walk that does not ask for them.
#[derive(Clone, Debug, PartialEq)]
struct Sub {
    verdict: Verdict,
    score: Exact,
    /// First testcase with that verdict.
    deciding: Option<usize>,
    sample: bool,
    note: Option<String>,
}

/// What a grader made of the items of a group.
struct Tally {
    verdict: Verdict,
    score: Exact,
    fault: Option<String>,
}

impl Tally {
    fn of(verdict: Verdict, score: Exact) -> Self {
        Self {
            verdict,
            score,
            fault: None,
        }
    }
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
    /// The grader of this group must be run.
    Grader(usize),
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
            replies: BTreeMap::new(),
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
        let mut next = match self.walk(0, Guess::Accepted, false) {
            Err(Needs::Waiting(testcase)) => Some(testcase),
            Ok(_) | Err(Needs::Running | Needs::Grader(_)) => None,
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
        self.judge_all || self.walk(0, Guess::AllBut(testcase), false).is_err()
    }

    /// Whether everything that is to be judged is judged.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        if self.judge_all {
            let done = |state: &State| matches!(state, State::Done(_));
            return self.states.iter().all(done) && self.walk(0, Guess::Nothing, false).is_ok();
        }
        self.walk(0, Guess::Nothing, false).is_ok()
    }

    /// The custom grader to run next, when the grade waits for one. Ask after each [`Grading::record`] and each
    /// [`Grading::record_grader`]; testcases may go on meanwhile.
    #[must_use]
    pub fn next_grader(&self) -> Option<GraderCall> {
        let Err(Needs::Grader(group)) = self.walk(0, Guess::Nothing, false) else {
            return None;
        };
        let Grader::Custom { flags } = &self.groups[group].config.grader else {
            return None;
        };
        let subs = self.items(group, Guess::Nothing, true).ok()?;
        Some(GraderCall {
            group,
            name: self.groups[group].name.clone(),
            arguments: flags.clone(),
            input: custom::input(&subs),
        })
    }

    /// Notes what the grader of a group answered; the first answer counts.
    pub fn record_grader(&mut self, group: usize, reply: GraderReply) {
        self.replies.entry(group).or_insert(reply);
    }

    /// The grade, as soon as no result that is missing can change it.
    #[must_use]
    pub fn grade(&self) -> Option<Grade> {
        let root = self.walk(0, Guess::Nothing, true).ok()?;
        let Some(root) = root else {
            return Some(Grade {
                verdict: Verdict::Je,
                score: None,
                deciding: None,
                note: Some("there is no testcase".to_owned()),
            });
        };
        let accepted = root.verdict == Verdict::Ac;
        Some(Grade {
            verdict: root.verdict,
            score: (self.kind.scoring && accepted).then(|| nearest(&root.score)),
            deciding: if accepted { None } else { root.deciding },
            note: root.note,
        })
    }

    /// The score of each group whose result is known, in the order of the groups.
    #[must_use]
    pub fn group_scores(&self) -> Vec<Option<f64>> {
        let groups = 0..self.groups.len();
        let score = |group| {
            let sub = self.walk(group, Guess::Nothing, true).ok()??;
            Some(nearest(&sub.score))
        };
        groups.map(score).collect()
    }

    /// Grades a group in judging order; `None` for one without a testcase, which is as if it were not there.
    fn walk(&self, group: usize, guess: Guess, scores: bool) -> Result<Option<Sub>, Needs> {
        let TestGroup {
            name,
            config,
            items,
            ..
        } = &self.groups[group];
        if !self.may_run(group, guess)? {
            return Ok(Some(Sub {
                verdict: Verdict::Wa,
                score: Exact::zero(),
                deciding: None,
                sample: false,
                note: None,
            }));
        }
        let subs = self.items(group, guess, scores)?;
        if subs.is_empty() {
            return Ok(None);
        }
        let failed = subs.iter().any(|sub| sub.verdict == Verdict::Je);
        let tally = match (&config.grader, config.aggregation) {
            (_, Some(_)) if group == 0 => graders::secret_only(&subs),
            (_, Some(aggregation)) => {
                graders::aggregate(aggregation, name, config, items.len(), &subs)
            }
            (Grader::Default(grader), None) => graders::default_grader(*grader, group == 0, &subs),
            (Grader::Custom { .. }, None) if failed => Tally::of(Verdict::Je, Exact::zero()),
            (Grader::Custom { .. }, None) => match (self.replies.get(&group), guess) {
                (Some(reply), _) => Tally::of(reply.verdict, custom::score(*reply)),
                (None, Guess::Nothing) => return Err(Needs::Grader(group)),
                (None, Guess::Accepted | Guess::AllBut(_)) => Tally::of(Verdict::Ac, Exact::zero()),
            },
        };
        Ok(Some(self.sub(group, tally, subs)))
    }

    fn sub(&self, group: usize, tally: Tally, subs: Vec<Sub>) -> Sub {
        let TestGroup { name, config, .. } = &self.groups[group];
        let of_verdict = subs.iter().find(|sub| sub.verdict == tally.verdict);
        let deciding = of_verdict.and_then(|sub| sub.deciding);
        let mut note = tally
            .fault
            .or_else(|| subs.into_iter().find_map(|sub| sub.note));
        if note.is_none() && graders::out_of_range(self.kind, config, &tally.score) {
            let whose = if name.is_empty() { "the problem" } else { name };
            let score = nearest(&tally.score);
            note = Some(format!(
                "{whose} scored {score}, which is outside of its range"
            ));
        }
        Sub {
            verdict: tally.verdict,
            score: tally.score,
            deciding,
            sample: name == "sample",
            note,
        }
    }

    /// The results of the items of a group, up to the one that ends it.
    fn items(&self, group: usize, guess: Guess, scores: bool) -> Result<Vec<Sub>, Needs> {
        let TestGroup { items, config, .. } = &self.groups[group];
        let mut subs = Vec::with_capacity(items.len());
        for item in items {
            let sub = match *item {
                GroupItem::Group(index) => self.walk(index, guess, scores)?,
                GroupItem::Testcase(testcase) => {
                    Some(self.testcase(testcase, group, guess, scores)?)
                }
            };
            let Some(sub) = sub else {
                continue;
            };
            let rejected = sub.verdict != Verdict::Ac;
            subs.push(sub);
            if rejected && config.on_reject == OnReject::Break {
                break;
            }
        }
        Ok(subs)
    }

    fn testcase(
        &self,
        testcase: usize,
        group: usize,
        guess: Guess,
        scores: bool,
    ) -> Result<Sub, Needs> {
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
            score: if scores {
                self.score(testcase, result, group)
            } else {
                Exact::zero()
            },
            deciding: Some(testcase),
            sample: false,
            note: None,
        })
    }

    fn score(&self, testcase: usize, result: TestcaseResult, group: usize) -> Exact {
        let TestGroup { config, .. } = &self.groups[group];
        let accepted = result.verdict == Verdict::Ac;
        match config.aggregation {
            None => exact(result.score.unwrap_or(match accepted {
                true => config.accept_score,
                false => config.reject_score,
            })),
            Some(_) if !accepted => Exact::zero(),
            Some(ScoreAggregation::PassFail) => Exact::zero(),
            Some(ScoreAggregation::Sum | ScoreAggregation::Min) => {
                match (result.score, result.multiplier) {
                    (Some(score), _) => exact(score),
                    (None, multiplier) => {
                        let largest = self.largest_score(testcase, group).unwrap_or_default();
                        largest * exact(multiplier.unwrap_or(1.0))
                    }
                }
            }
        }
    }

    /// The largest score a testcase can get (2025-09); `None` for one without a bound.
    fn largest_score(&self, testcase: usize, group: usize) -> Option<Exact> {
        largest_score(&self.groups[group], testcase)
    }

    /// Whether every group that `group` requires is accepted (2025-09 `require_pass`).
    fn may_run(&self, group: usize, guess: Guess) -> Result<bool, Needs> {
        for name in &self.groups[group].config.require_pass {
            let required = self.groups.iter().position(|other| other.name == *name);
            // Loading refuses groups that do not come earlier; here it keeps the recursion finite.
            if let Some(required) = required.filter(|&required| required < group)
                && let Some(sub) = self.walk(required, guess, false)?
                && sub.verdict != Verdict::Ac
            {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The largest score a testcase of a group can get (2025-09, "Scoring problems"): `None` for one without a bound. The static
/// validation test case comes first where a group has one.
fn largest_score(group: &TestGroup, testcase: usize) -> Option<Exact> {
    let has_static = group.config.static_validation.is_some();
    let is_static = has_static && group.items.first() == Some(&GroupItem::Testcase(testcase));
    let testcases = group.items.len() - usize::from(has_static);
    graders::largest_of_testcase(&group.config, is_static, testcases)
}

/// The same for those who hold a validator's score against it, to the nearest `f64`.
#[must_use]
pub fn largest_testcase_score(package: &ProblemPackage, testcase: usize) -> Option<f64> {
    let group = &package.groups[package.testcases.get(testcase)?.group];
    largest_score(group, testcase).map(|score| nearest(&score))
}
