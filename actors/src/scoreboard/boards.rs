//! The scoreboards of all contests with those who watch them. Changing and subscribing meet under one lock.
//!
//! Numbers are the log's. A board keeps its newest deltas, so that a watcher who was away shortly gets those and nobody else a
//! snapshot. Whatever changes a board without an event (a thaw, a rebuild) sends snapshots.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use judging::contests::Contest;
use judging::events::{Event, Sequenced};
use judging::ids::{ContestId, SubmissionId, Timestamp};
use judging::scoreboards::{Change, Row, Scoreboard, Update, View};
use parking_lot::Mutex;
use serde::Serialize;

use crate::clock::Clock;
use crate::sessions::{Content, Frame, Outbox};
use crate::store::ContestEntry;

/// Deltas kept per board and view: what a watcher may have missed before a snapshot is the better answer.
const KEPT_DELTAS: usize = 64;

/// A whole board.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BoardSnapshot {
    /// Of this contest.
    pub contest_id: ContestId,
    /// As this kind of viewer sees it.
    pub view: View,
    /// What the log said up to here is in it.
    pub seq: u64,
    /// Whether the public board hides the end of the contest.
    pub frozen: bool,
    /// All rows, best first.
    pub rows: Vec<Row>,
}

/// Rows of a board that changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BoardDelta {
    /// Of this contest.
    pub contest_id: ContestId,
    /// As this kind of viewer sees it.
    pub view: View,
    /// The event that changed them.
    pub seq: u64,
    /// The rows that look different now, best first.
    pub rows: Vec<Row>,
}

struct Watcher {
    session: u64,
    outbox: Arc<Outbox>,
}

/// One view of one board.
#[derive(Default)]
struct Side {
    deltas: VecDeque<Arc<Frame>>,
    /// A watcher who has seen less than this gets a snapshot.
    deltas_from: u64,
    watchers: Vec<Watcher>,
}

struct Board {
    scoreboard: Scoreboard,
    /// Everything up to here is in it.
    seq: u64,
    jury: Side,
    public: Side,
}

#[derive(Default)]
struct State {
    boards: HashMap<ContestId, Board>,
    /// Which contest a submission without verdict belongs to: a verdict does not say.
    contest_of: HashMap<SubmissionId, ContestId>,
}

/// All boards.
pub struct Boards {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

impl Boards {
    /// No boards yet: the actor builds them.
    pub fn new(clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self {
            clock,
            state: Mutex::default(),
        })
    }

    /// The board of a contest now; `None` when there is no such contest.
    #[must_use]
    pub fn snapshot(&self, contest: &ContestId, view: View) -> Option<BoardSnapshot> {
        let state = self.state.lock();
        Some(state.boards.get(contest)?.snapshot(view, self.clock.now()))
    }

    /// The sentence a frozen board must show; `None` when it is not frozen.
    #[must_use]
    pub fn freeze_notice(&self, contest: &ContestId) -> Option<String> {
        self.state
            .lock()
            .boards
            .get(contest)?
            .scoreboard
            .freeze_notice(self.clock.now())
    }

    /// The contests.
    #[must_use]
    pub fn contests(&self) -> Vec<Arc<Contest>> {
        let state = self.state.lock();
        let mut contests: Vec<_> = state
            .boards
            .values()
            .map(|board| Arc::clone(board.scoreboard.contest()))
            .collect();
        contests.sort_by(|one, other| one.id.cmp(&other.id));
        contests
    }

    /// One contest.
    #[must_use]
    pub fn contest(&self, id: &ContestId) -> Option<Arc<Contest>> {
        self.state
            .lock()
            .boards
            .get(id)
            .map(|board| Arc::clone(board.scoreboard.contest()))
    }

    /// Builds a board anew from what the store says up to `seq`; who watches it gets a snapshot.
    pub(super) fn rebuild(&self, contest: &Arc<Contest>, entries: &[ContestEntry], seq: u64) {
        let mut scoreboard = Scoreboard::new(Arc::clone(contest));
        let mut state = self.state.lock();
        for entry in entries {
            scoreboard.apply(&Change::Submitted {
                submission: entry.submission,
                team: entry.team.clone(),
                problem: entry.problem.clone(),
                at: entry.received_at,
            });
            for (judgement, verdict) in &entry.judgements {
                scoreboard.apply(&Change::Judged {
                    judgement: *judgement,
                    verdict: *verdict,
                });
            }
            state
                .contest_of
                .insert(entry.submission, contest.id.clone());
        }
        let board = state
            .boards
            .entry(contest.id.clone())
            .or_insert_with(|| Board {
                scoreboard: Scoreboard::new(Arc::clone(contest)),
                seq,
                jury: Side::default(),
                public: Side::default(),
            });
        board.scoreboard = scoreboard;
        board.seq = board.seq.max(seq);
        board.tell_all(self.clock.now());
    }

    /// Applies events of the log in order.
    pub(super) fn apply(&self, events: &[Arc<Sequenced>], through: u64) {
        let mut state = self.state.lock();
        for event in events {
            state.apply_one(event);
        }
        for board in state.boards.values_mut() {
            board.seq = board.seq.max(through);
        }
    }

    /// Shows everything to everybody in contests whose time for it has come.
    pub(super) fn thaw_due(&self) {
        let now = self.clock.now();
        for board in self.state.lock().boards.values_mut() {
            let due = board
                .scoreboard
                .contest()
                .thaw
                .is_some_and(|thaw| thaw <= now);
            if due && !board.scoreboard.is_thawed() {
                board.scoreboard.apply(&Change::Thawed);
                board.tell_all(now);
            }
        }
    }

    pub(crate) fn subscribe(
        &self,
        contest: &ContestId,
        view: View,
        since: Option<u64>,
        session: u64,
        outbox: &Arc<Outbox>,
    ) -> bool {
        let mut state = self.state.lock();
        let Some(board) = state.boards.get_mut(contest) else {
            return false;
        };
        let missed: Option<Vec<_>> = since
            .filter(|since| *since >= board.side(view).deltas_from && *since <= board.seq)
            .map(|since| {
                board
                    .side(view)
                    .deltas
                    .iter()
                    .filter(|frame| frame.seq > since)
                    .cloned()
                    .collect()
            });
        match missed {
            Some(deltas) => deltas.iter().for_each(|frame| outbox.push(frame)),
            None => outbox.push(&board.snapshot_frame(view, self.clock.now())),
        }
        board.side(view).watchers.push(Watcher {
            session,
            outbox: Arc::clone(outbox),
        });
        true
    }

    pub(crate) fn unsubscribe(&self, contest: &ContestId, view: View, session: u64) {
        if let Some(board) = self.state.lock().boards.get_mut(contest) {
            board
                .side(view)
                .watchers
                .retain(|watcher| watcher.session != session);
        }
    }
}

impl State {
    fn apply_one(&mut self, event: &Sequenced) {
        let contest = match &event.event {
            Event::SubmissionAccepted(submission) => {
                let Some(contest) = submission
                    .contest
                    .as_ref()
                    .filter(|id| self.boards.contains_key(*id))
                else {
                    return;
                };
                self.contest_of.insert(submission.id, contest.clone());
                contest.clone()
            }
            Event::Judged(report) => match self.contest_of.get(&report.judgement.submission) {
                Some(contest) => contest.clone(),
                None => return,
            },
            Event::JudgingStarted { .. } | Event::Compiled { .. } | Event::RunJudged { .. } => {
                return;
            }
        };
        let Some(board) = self.boards.get_mut(&contest) else {
            return;
        };
        let Update { jury, public } = board.scoreboard.apply_event(&event.event);
        board.seq = board.seq.max(event.seq);
        for (view, rows) in [(View::Jury, jury), (View::Public, public)] {
            if !rows.is_empty() {
                board.tell(view, rows, event.seq);
            }
        }
    }
}

impl Board {
    fn side(&mut self, view: View) -> &mut Side {
        match view {
            View::Jury => &mut self.jury,
            View::Public => &mut self.public,
        }
    }

    fn snapshot(&self, view: View, now: Timestamp) -> BoardSnapshot {
        BoardSnapshot {
            contest_id: self.scoreboard.contest().id.clone(),
            view,
            seq: self.seq,
            frozen: self.scoreboard.freeze_notice(now).is_some(),
            rows: self.scoreboard.rows(view),
        }
    }

    fn snapshot_frame(&self, view: View, now: Timestamp) -> Arc<Frame> {
        Frame::new(
            self.seq,
            Content::BoardSnapshot(Arc::new(self.snapshot(view, now))),
        )
    }

    /// Sends rows to those who watch, and keeps them for those who come back.
    fn tell(&mut self, view: View, rows: Vec<Row>, seq: u64) {
        let delta = BoardDelta {
            contest_id: self.scoreboard.contest().id.clone(),
            view,
            seq,
            rows,
        };
        let frame = Frame::new(seq, Content::BoardDelta(Arc::new(delta)));
        let side = self.side(view);
        side.watchers
            .iter()
            .for_each(|watcher| watcher.outbox.push(&frame));
        side.deltas.push_back(frame);
        if side.deltas.len() > KEPT_DELTAS
            && let Some(dropped) = side.deltas.pop_front()
        {
            side.deltas_from = dropped.seq;
        }
    }

    /// Sends a snapshot to everybody; who comes back later gets one too.
    fn tell_all(&mut self, now: Timestamp) {
        for view in [View::Jury, View::Public] {
            let frame = self.snapshot_frame(view, now);
            let next = self.seq + 1;
            let side = self.side(view);
            side.deltas.clear();
            side.deltas_from = next;
            side.watchers
                .iter()
                .for_each(|watcher| watcher.outbox.push(&frame));
        }
    }
}
