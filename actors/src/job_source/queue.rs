//! Who waits for which pool, 6:3:1 by priority and first come first served within one. Pure.

use std::collections::{HashMap, VecDeque};

use judging::ids::JudgementId;
use judging::submissions::Priority;

use super::QueueDepth;
use super::weighted::{CLASSES, Choice, Weights};
use crate::pool::PoolKind;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    pool: usize,
    class: usize,
    waiting: bool,
}

/// Where a pool's lanes are.
fn index(pool: PoolKind) -> usize {
    match pool {
        PoolKind::Container => 0,
        PoolKind::Microvm => 1,
        PoolKind::Trusted => 2,
    }
}

/// Somebody in a lane, with its place among all: lanes of several pools are served as if they were one.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    order: u64,
    judgement: JudgementId,
    attempt: u32,
}

type Lanes = [VecDeque<Waiting>; 3];

/// The queue.
pub(super) struct Queue {
    /// How far the log was followed.
    pub(super) cursor: u64,
    choice: Choice,
    /// By pool, then by class.
    lanes: [Lanes; 3],
    depths: [QueueDepth; 3],
    next_order: u64,
    /// Everything that waits or was taken and is not settled.
    known: HashMap<JudgementId, Place>,
}

impl Queue {
    /// An empty one, at this place of the log.
    pub(super) fn new(weights: Weights, cursor: u64) -> Self {
        Self {
            cursor,
            choice: Choice::new(weights),
            lanes: Default::default(),
            depths: [QueueDepth::default(); 3],
            next_order: 1,
            known: HashMap::new(),
        }
    }

    /// How many wait, for all pools together.
    pub(super) fn depth(&self) -> QueueDepth {
        let sum = |of: fn(&QueueDepth) -> usize| self.depths.iter().map(of).sum();
        QueueDepth {
            high: sum(|depth| depth.high),
            normal: sum(|depth| depth.normal),
            low: sum(|depth| depth.low),
        }
    }

    /// How many wait for one pool.
    pub(super) fn depth_of(&self, pool: PoolKind) -> QueueDepth {
        self.depths[index(pool)]
    }

    /// Queues a judgement that nobody knows yet.
    pub(super) fn push_back(
        &mut self,
        pool: PoolKind,
        judgement: JudgementId,
        priority: Priority,
        attempt: u32,
    ) {
        if self.known.contains_key(&judgement) {
            return;
        }
        let class = CLASSES
            .iter()
            .position(|known| *known == priority)
            .unwrap_or(CLASSES.len() - 1);
        let place = Place {
            pool: index(pool),
            class,
            waiting: true,
        };
        self.known.insert(judgement, place);
        self.lanes[place.pool][class].push_back(Waiting {
            order: self.next_order,
            judgement,
            attempt,
        });
        self.next_order += 1;
        self.count(place, 1);
    }

    /// Puts a taken judgement back in front of its lane.
    pub(super) fn push_front(&mut self, judgement: JudgementId, attempt: u32) {
        let Some(place) = self
            .known
            .get_mut(&judgement)
            .filter(|place| !place.waiting)
        else {
            return;
        };
        place.waiting = true;
        let place = *place;
        self.lanes[place.pool][place.class].push_front(Waiting {
            order: 0,
            judgement,
            attempt,
        });
        self.count(place, 1);
    }

    /// Takes the next one for these pools.
    pub(super) fn pop(&mut self, pools: &[PoolKind]) -> Option<(JudgementId, u32)> {
        let pools: Vec<usize> = pools.iter().map(|pool| index(*pool)).collect();
        let waits = |class: usize| {
            let mut depths = pools.iter().map(|pool| self.depths[*pool]);
            depths.any(|depth| depth.of(CLASSES[class]) > 0)
        };
        let chosen = self.choice.next([0, 1, 2].map(waits))?;
        let class = CLASSES.iter().position(|known| *known == chosen)?;
        loop {
            let fronts = pools.iter().filter_map(|pool| {
                let front = self.lanes[*pool][class].front()?;
                Some((front.order, *pool))
            });
            let (_, pool) = fronts.min()?;
            let Some(next) = self.lanes[pool][class].pop_front() else {
                continue;
            };
            // What was settled while it waited is still in its lane.
            if let Some(place) = self
                .known
                .get_mut(&next.judgement)
                .filter(|place| place.waiting)
            {
                place.waiting = false;
                let place = *place;
                self.count(place, -1);
                return Some((next.judgement, next.attempt));
            }
        }
    }

    /// Forgets what has its verdict.
    pub(super) fn forget(&mut self, judgement: JudgementId) {
        if let Some(place) = self.known.remove(&judgement)
            && place.waiting
        {
            self.count(place, -1);
        }
    }

    fn count(&mut self, place: Place, by: isize) {
        let depth = &mut self.depths[place.pool];
        let slot = match CLASSES[place.class] {
            Priority::High => &mut depth.high,
            Priority::Normal => &mut depth.normal,
            Priority::Low => &mut depth.low,
        };
        *slot = slot.saturating_add_signed(by);
    }
}
