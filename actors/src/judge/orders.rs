//! How single submissions are judged other than usual: verifying a package asks for all testcases, and for a limit of its own
//! while the package's is still being found.
//!
//! **Invariant**: orders live as long as their holder and are never written down: after a restart a submission is judged as usual.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use judging::ids::SubmissionId;
use parking_lot::Mutex;

/// Which dialogues of interactive problems are recorded for staff.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transcripts {
    /// None.
    Off,
    /// The first testcase of a judgement that is not accepted is run once more, with a recorder.
    #[default]
    Rejected,
    /// Every judged run: slower, and the transcript is of the judged run itself.
    Always,
}

/// How a submission is judged; the default is as usual.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Order {
    /// Runs testcases that cannot change the verdict too.
    pub all_testcases: bool,
    /// CPU limit of a run instead of the problem's, before the language's factor.
    pub time_limit: Option<Duration>,
    /// Stops a run at this many times its limit instead of a little above it: what is too slow shows by how much.
    pub stop_at: Option<f64>,
    /// Which dialogues are recorded, instead of those the configuration says.
    pub transcripts: Option<Transcripts>,
}

/// The orders in force, shared; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Orders {
    shared: Arc<Mutex<HashMap<SubmissionId, Order>>>,
}

/// Keeps an order in force until it is dropped.
#[derive(Debug)]
pub struct HeldOrder {
    orders: Orders,
    submission: SubmissionId,
}

impl Orders {
    /// Gives an order for a submission that is still to be handed in.
    #[must_use]
    pub fn hold(&self, submission: SubmissionId, order: Order) -> HeldOrder {
        self.shared.lock().insert(submission, order);
        HeldOrder {
            orders: self.clone(),
            submission,
        }
    }

    /// How `submission` is judged.
    #[must_use]
    pub fn of(&self, submission: SubmissionId) -> Order {
        let orders = self.shared.lock();
        orders.get(&submission).copied().unwrap_or_default()
    }
}

impl Drop for HeldOrder {
    fn drop(&mut self) {
        self.orders.shared.lock().remove(&self.submission);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn an_order_holds_for_its_submission_until_it_is_dropped() {
        let orders = Orders::default();
        let [one, other] = [1, 2].map(|id| SubmissionId(Uuid::from_u128(id)));
        let order = Order {
            all_testcases: true,
            time_limit: Some(Duration::from_secs(3)),
            stop_at: None,
            transcripts: Some(Transcripts::Always),
        };
        let held = orders.hold(one, order);
        assert_eq!(orders.of(one), order);
        assert_eq!(orders.of(other), Order::default());
        drop(held);
        assert_eq!(orders.of(one), Order::default());
    }
}
