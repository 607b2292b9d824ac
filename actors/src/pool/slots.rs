//! Who holds which slot and who waits for one: a pure table, no clock and no actor.
//!
//! **Invariant**: a slot is idle or granted, never both; a grant goes to the longest waiting foreground asker first. Background
//! work never holds the last slot of a pool with more than one, so that a submission never waits for all of it.

use std::collections::VecDeque;

/// How urgent work is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// Somebody waits for it.
    Foreground,
    /// Self-tests, measuring, spreading testcases: only when nobody waits.
    Background,
}

/// The slots of one pool. `W` is whatever wakes an asker.
#[derive(Debug)]
pub(crate) struct SlotTable<W> {
    granted: Vec<Option<Urgency>>,
    foreground: VecDeque<W>,
    background: VecDeque<W>,
    closed: bool,
}

impl<W> SlotTable<W> {
    pub(crate) fn new(slots: usize) -> Self {
        Self {
            granted: vec![None; slots],
            foreground: VecDeque::new(),
            background: VecDeque::new(),
            closed: false,
        }
    }

    /// Queues an asker; [`SlotTable::next_grant`] serves it. Gives the asker back when the table is closed.
    pub(crate) fn ask(&mut self, urgency: Urgency, waiter: W) -> Result<(), W> {
        if self.closed {
            return Err(waiter);
        }
        match urgency {
            Urgency::Foreground => self.foreground.push_back(waiter),
            Urgency::Background => self.background.push_back(waiter),
        }
        Ok(())
    }

    /// Takes a slot back.
    pub(crate) fn free(&mut self, slot: usize) {
        self.granted[slot] = None;
    }

    /// Whether somebody could be served now.
    pub(crate) fn can_grant(&self) -> bool {
        let slot = self.granted.iter().any(Option::is_none);
        let background = !self.background.is_empty() && self.background_has_room();
        slot && (!self.foreground.is_empty() || background)
    }

    /// The asker to be served now and its slot.
    pub(crate) fn next_grant(&mut self) -> Option<(W, usize, Urgency)> {
        if self.foreground.is_empty() && self.background.is_empty() {
            return None;
        }
        let slot = self.granted.iter().position(Option::is_none)?;
        let (waiter, urgency) = if let Some(waiter) = self.foreground.pop_front() {
            (waiter, Urgency::Foreground)
        } else if self.background_has_room() {
            (self.background.pop_front()?, Urgency::Background)
        } else {
            return None;
        };
        self.granted[slot] = Some(urgency);
        Some((waiter, slot, urgency))
    }

    /// Takes an idle slot for background work without waiting; `None` while anybody waits.
    pub(crate) fn take_idle(&mut self) -> Option<usize> {
        if self.closed || !self.foreground.is_empty() || !self.background_has_room() {
            return None;
        }
        let slot = self.granted.iter().position(Option::is_none)?;
        self.granted[slot] = Some(Urgency::Background);
        Some(slot)
    }

    /// Refuses everybody from now on and gives back who waited.
    pub(crate) fn close(&mut self) -> Vec<W> {
        self.closed = true;
        let foreground = std::mem::take(&mut self.foreground);
        let background = std::mem::take(&mut self.background);
        foreground.into_iter().chain(background).collect()
    }

    /// How many slots are held.
    pub(crate) fn busy(&self) -> usize {
        self.granted.iter().flatten().count()
    }

    /// How many foreground askers wait.
    pub(crate) fn waiting(&self) -> usize {
        self.foreground.len()
    }

    /// How many slots there are.
    pub(crate) fn total(&self) -> usize {
        self.granted.len()
    }

    fn background_has_room(&self) -> bool {
        let held = self.granted.iter().flatten();
        let background = held.filter(|u| **u == Urgency::Background).count();
        background < self.granted.len().saturating_sub(1).max(1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn foreground_is_served_first_and_in_order() {
        let mut table = SlotTable::new(1);
        table.ask(Urgency::Background, "sweep").unwrap();
        table.ask(Urgency::Foreground, "first").unwrap();
        table.ask(Urgency::Foreground, "second").unwrap();
        assert_eq!(table.next_grant(), Some(("first", 0, Urgency::Foreground)));
        assert_eq!(table.next_grant(), None);
        table.free(0);
        assert_eq!(table.next_grant(), Some(("second", 0, Urgency::Foreground)));
        table.free(0);
        assert_eq!(table.next_grant(), Some(("sweep", 0, Urgency::Background)));
    }

    #[test]
    fn background_leaves_one_slot_free() {
        let mut table = SlotTable::new(2);
        table.ask(Urgency::Background, 1).unwrap();
        table.ask(Urgency::Background, 2).unwrap();
        assert_eq!(table.next_grant(), Some((1, 0, Urgency::Background)));
        assert_eq!(table.next_grant(), None);
        assert_eq!(table.take_idle(), None);
        table.ask(Urgency::Foreground, 3).unwrap();
        assert_eq!(table.next_grant(), Some((3, 1, Urgency::Foreground)));
    }

    #[test]
    fn a_closed_table_gives_everybody_back() {
        let mut table = SlotTable::new(1);
        table.ask(Urgency::Background, 1).unwrap();
        table.ask(Urgency::Foreground, 2).unwrap();
        assert_eq!(table.close(), vec![2, 1]);
        assert_eq!(table.ask(Urgency::Foreground, 3), Err(3));
        assert_eq!(table.take_idle(), None);
    }

    proptest! {
        #[test]
        fn no_slot_is_granted_twice_and_nobody_is_forgotten(
            slots in 1usize..4,
            steps in prop::collection::vec(0u8..4, 1..200),
        ) {
            let mut table = SlotTable::new(slots);
            let (mut asked, mut served) = (0u32, 0u32);
            let mut held: Vec<usize> = Vec::new();
            for step in steps {
                match step {
                    0 => { table.ask(Urgency::Foreground, asked).unwrap(); asked += 1; }
                    1 => { table.ask(Urgency::Background, asked).unwrap(); asked += 1; }
                    2 => if let Some((_, slot, _)) = table.next_grant() {
                        prop_assert!(!held.contains(&slot));
                        held.push(slot);
                        served += 1;
                    },
                    _ => if let Some(slot) = held.pop() { table.free(slot); },
                }
                prop_assert_eq!(table.busy(), held.len());
            }
            for slot in held { table.free(slot); }
            while let Some((_, slot, _)) = table.next_grant() { table.free(slot); served += 1; }
            prop_assert_eq!(asked, served);
        }
    }
}
