//! The newest events in memory, so that those who follow the log do not read the disk.

use std::collections::VecDeque;
use std::sync::Arc;

use judging::events::{Event, Sequenced};
use parking_lot::RwLock;

/// Events kept: what a follower may lag behind in a burst before it reads the database.
const MAX_EVENTS: usize = 4096;
/// Their bytes, sources included.
const MAX_BYTES: usize = 8 << 20;

#[derive(Default)]
struct Ring {
    events: VecDeque<(Arc<Sequenced>, usize)>,
    bytes: usize,
}

/// A bounded window on the end of the log, without gaps.
#[derive(Default)]
pub(super) struct Recent {
    ring: RwLock<Ring>,
}

impl Recent {
    pub(super) fn push(&self, events: &[Arc<Sequenced>]) {
        let mut ring = self.ring.write();
        for event in events {
            let bytes = weight(&event.event);
            ring.bytes += bytes;
            ring.events.push_back((Arc::clone(event), bytes));
        }
        while ring.events.len() > MAX_EVENTS || ring.bytes > MAX_BYTES {
            let Some((_, bytes)) = ring.events.pop_front() else {
                break;
            };
            ring.bytes -= bytes;
        }
    }

    /// Forgets everything; the log goes on without this window.
    pub(super) fn clear(&self) {
        *self.ring.write() = Ring::default();
    }

    /// Up to `limit` events after `since`; `None` when the window begins later than that.
    pub(super) fn after(&self, since: u64, limit: usize) -> Option<Vec<Arc<Sequenced>>> {
        let ring = self.ring.read();
        let (first, _) = ring.events.front()?;
        if first.seq > since + 1 {
            return None;
        }
        let from = ring.events.partition_point(|(event, _)| event.seq <= since);
        Some(
            ring.events
                .range(from..)
                .take(limit)
                .map(|(event, _)| Arc::clone(event))
                .collect(),
        )
    }
}

/// About how many bytes an event holds.
pub(super) fn weight(event: &Event) -> usize {
    const OBJECT: usize = 256;
    OBJECT
        + match event {
            Event::SubmissionAccepted(submission) => submission
                .files
                .iter()
                .map(|file| file.content.len() + 64)
                .sum(),
            Event::JudgingStarted { judgehost, .. } => judgehost.len(),
            Event::Compiled { compile, .. } => compile.message.len(),
            Event::RunJudged { run, .. } => {
                run.message.len() + run.judge_message.as_ref().map_or(0, String::len)
            }
            Event::Judged(report) => {
                let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
                let runs = report.runs.iter();
                let runs: usize = runs
                    .map(|run| {
                        let attached = run.attachments.iter().map(|a| a.content.len() + 64);
                        OBJECT
                            + run.message.len()
                            + text(&run.judge_message)
                            + attached.sum::<usize>()
                    })
                    .sum();
                let compile = report
                    .compile
                    .as_ref()
                    .map_or(0, |compile| compile.message.len());
                runs + compile + text(&report.staff_message)
            }
        }
}
