//! The runs of one judgement, shared by the lanes that make them: which testcase is next, what came of each, and the events
//! of them in judging order, whatever the order they ended in.

use std::cell::{Cell, RefCell};

use judging::events::Event;
use judging::grading::{Grade, GraderCall, GraderReply, Grading, TestcaseResult};
use judging::ids::JudgementId;
use judging::judgements::RunReport;
use judging::packages::ProblemPackage;
use tokio::sync::Notify;

use super::progress::Progress;

/// A judged testcase.
pub(super) struct Judged {
    pub(super) report: RunReport,
    pub(super) result: TestcaseResult,
    /// Set when the package, not the submission, is at fault: the reason for staff.
    pub(super) fault: Option<String>,
}

/// The state all lanes share. They run on one thread and never hold a borrow while they wait.
pub(super) struct Round<'a> {
    judgement: JudgementId,
    grading: RefCell<Grading>,
    order: RefCell<InOrder>,
    progress: &'a RefCell<Progress>,
    fault: RefCell<Option<String>>,
    /// Raised after every change, for lanes that wait for others.
    pub(super) changed: Notify,
    slowest: Cell<std::time::Duration>,
    begun: Cell<usize>,
    recorded: Cell<bool>,
    testcases: usize,
    pub(super) helpers: Cell<usize>,
}

/// Judging one testcase after the other, replayed from results that come in any order.
struct InOrder {
    replay: Grading,
    awaiting: Option<usize>,
    done: Vec<Option<Judged>>,
    reported: Vec<usize>,
}

impl<'a> Round<'a> {
    pub(super) fn new(
        judgement: JudgementId,
        package: &ProblemPackage,
        progress: &'a RefCell<Progress>,
        all_testcases: bool,
    ) -> Self {
        let grading = match all_testcases {
            true => Grading::new(package).judging_all(),
            false => Grading::new(package),
        };
        let order = InOrder {
            replay: grading.clone(),
            awaiting: None,
            done: package.testcases.iter().map(|_| None).collect(),
            reported: Vec::new(),
        };
        Self {
            judgement,
            grading: RefCell::new(grading),
            order: RefCell::new(order),
            progress,
            fault: RefCell::new(None),
            changed: Notify::new(),
            slowest: Cell::default(),
            begun: Cell::default(),
            recorded: Cell::default(),
            testcases: package.testcases.len(),
            helpers: Cell::default(),
        }
    }

    /// Takes the next testcase to run; `None` when none is to be begun now.
    pub(super) fn next(&self) -> Option<usize> {
        if self.fault.borrow().is_some() {
            return None;
        }
        let next = self.grading.borrow_mut().take_next();
        self.begun
            .set(self.begun.get() + usize::from(next.is_some()));
        next
    }

    /// Gives back a testcase that was begun and not judged.
    pub(super) fn give_back(&self, testcase: usize) {
        self.grading.borrow_mut().give_back(testcase);
        self.begun.set(self.begun.get().saturating_sub(1));
        self.changed.notify_waiters();
    }

    /// Whether a testcase that was begun still matters.
    pub(super) fn still_needs(&self, testcase: usize) -> bool {
        self.fault.borrow().is_none() && self.grading.borrow().still_needs(testcase)
    }

    /// Whether there is nothing more to be judged.
    pub(super) fn is_finished(&self) -> bool {
        self.fault.borrow().is_some() || self.grading.borrow().is_finished()
    }

    /// Notes what came of a testcase.
    pub(super) fn record(&self, testcase: usize, judged: Judged) {
        self.slowest
            .set(self.slowest.get().max(judged.report.evidence.wall));
        if let Some(fault) = &judged.fault {
            self.fault.borrow_mut().get_or_insert_with(|| fault.clone());
        }
        self.grading.borrow_mut().record(testcase, judged.result);
        let mut order = self.order.borrow_mut();
        order.done[testcase] = Some(judged);
        order.advance(self.judgement, &mut self.progress.borrow_mut());
        drop(order);
        self.changed.notify_waiters();
    }

    /// The grader to run next, when a group waits for one.
    pub(super) fn next_grader(&self) -> Option<GraderCall> {
        if self.fault.borrow().is_some() {
            return None;
        }
        self.grading.borrow().next_grader()
    }

    /// Notes what a grader answered.
    pub(super) fn record_grader(&self, group: usize, reply: GraderReply) {
        self.grading.borrow_mut().record_grader(group, reply);
        let mut order = self.order.borrow_mut();
        order.replay.record_grader(group, reply);
        order.advance(self.judgement, &mut self.progress.borrow_mut());
        drop(order);
        self.changed.notify_waiters();
    }

    /// Notes that the package is at fault, and why.
    pub(super) fn blame(&self, reason: String) {
        self.fault.borrow_mut().get_or_insert(reason);
        self.changed.notify_waiters();
    }

    /// Whether a testcase that is not accepted is the first one, which is recorded for staff.
    pub(super) fn wants_record(&self) -> bool {
        !self.recorded.replace(true)
    }

    /// How many testcases nobody has begun.
    pub(super) fn waiting(&self) -> usize {
        self.testcases.saturating_sub(self.begun.get())
    }

    /// Whether other lanes are at work too.
    pub(super) fn has_helpers(&self) -> bool {
        self.helpers.get() > 0
    }

    /// Wall time of the slowest run so far.
    pub(super) fn slowest(&self) -> std::time::Duration {
        self.slowest.get()
    }

    /// The grade and the runs that judging in order makes, with the reason when the package is at fault.
    pub(super) fn finish(self) -> (Option<Grade>, Vec<RunReport>, Option<String>) {
        let InOrder {
            mut done, reported, ..
        } = self.order.into_inner();
        let runs = reported.iter().filter_map(|index| done[*index].take());
        let runs = runs.map(|judged| judged.report).collect();
        (
            self.grading.into_inner().grade(),
            runs,
            self.fault.into_inner(),
        )
    }
}

impl InOrder {
    /// Reports every testcase whose turn has come and whose result is there.
    fn advance(&mut self, judgement: JudgementId, progress: &mut Progress) {
        loop {
            let Some(turn) = self.awaiting.take().or_else(|| self.replay.take_next()) else {
                return;
            };
            let Some(judged) = &self.done[turn] else {
                self.awaiting = Some(turn);
                return;
            };
            self.replay.record(turn, judged.result);
            self.reported.push(turn);
            // What lies beside it comes with the verdict.
            let run = RunReport {
                attachments: Vec::new(),
                ..judged.report.clone()
            };
            progress.add(Event::RunJudged {
                judgement,
                run: Box::new(run),
            });
        }
    }
}
