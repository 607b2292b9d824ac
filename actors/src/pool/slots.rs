//! Who holds which slot and who waits for one: a pure table, no clock and no actor.
//!
//! **Invariant**: a slot is idle or granted, never both; a grant goes to the longest waiting foreground asker first. Background
//! work never holds the last slot of a pool with more than one, so that a submission never waits for all of it.

use std::collections::VecDeque;

/// How urgent work is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Somebody waits for it.
    Foreground,
    /// Self-tests, measuring, spreading testcases: only when nobody waits.
    Background,
}

/// Who waits, since when: tickets grow over all pools of a machine.
#[derive(Debug)]
struct Asker<W> {
    ticket: u64,
    waiter: W,
}

/// The slots of one pool. `W` is whatever wakes an asker.
#[derive(Debug)]
pub(crate) struct SlotTable<W> {
    granted: Vec<Option<Urgency>>,
    /// Slots below this one are granted; those above only end what they have.
    live: usize,
    foreground: VecDeque<Asker<W>>,
    background: VecDeque<Asker<W>>,
    closed: bool,
}

impl<W> SlotTable<W> {
    pub(crate) fn new(slots: usize) -> Self {
        Self {
            granted: vec![None; slots],
            live: slots,
            foreground: VecDeque::new(),
            background: VecDeque::new(),
            closed: false,
        }
    }

    /// Queues an asker; [`SlotTable::next_grant`] serves it. Gives the asker back when the table is closed.
    pub(crate) fn ask(&mut self, urgency: Urgency, ticket: u64, waiter: W) -> Result<(), W> {
        if self.closed {
            return Err(waiter);
        }
        self.queue(urgency).push_back(Asker { ticket, waiter });
        Ok(())
    }

    /// The same for somebody who had a slot and gave it back for a while: before all others.
    pub(crate) fn ask_again(&mut self, urgency: Urgency, waiter: W) -> Result<(), W> {
        if self.closed {
            return Err(waiter);
        }
        self.queue(urgency).push_front(Asker { ticket: 0, waiter });
        Ok(())
    }

    fn queue(&mut self, urgency: Urgency) -> &mut VecDeque<Asker<W>> {
        match urgency {
            Urgency::Foreground => &mut self.foreground,
            Urgency::Background => &mut self.background,
        }
    }

    /// Takes a slot back.
    pub(crate) fn free(&mut self, slot: usize) {
        self.granted[slot] = None;
    }

    /// Grants the first `live` slots only; at least one.
    pub(crate) fn set_live(&mut self, live: usize) {
        self.live = live.clamp(1, self.granted.len().max(1));
    }

    /// How many slots are granted at most.
    pub(crate) fn live(&self) -> usize {
        self.live
    }

    /// Whose turn it is and with which ticket, among those for whom `usable` has a slot.
    pub(crate) fn next_ask(
        &self,
        usable: impl Fn(usize, Urgency) -> bool,
    ) -> Option<(Urgency, u64)> {
        let (urgency, asker) = match self.foreground.front() {
            Some(asker) => (Urgency::Foreground, asker),
            None if self.background_has_room() => (Urgency::Background, self.background.front()?),
            None => return None,
        };
        self.idle(|slot| usable(slot, urgency))?;
        Some((urgency, asker.ticket))
    }

    /// Serves whose turn it is.
    pub(crate) fn next_grant(
        &mut self,
        usable: impl Fn(usize, Urgency) -> bool,
    ) -> Option<(W, usize, Urgency)> {
        let (urgency, _) = self.next_ask(&usable)?;
        let slot = self.idle(|slot| usable(slot, urgency))?;
        let asker = self.queue(urgency).pop_front()?;
        self.granted[slot] = Some(urgency);
        Some((asker.waiter, slot, urgency))
    }

    /// Takes an idle slot for background work without waiting; `None` while anybody waits.
    pub(crate) fn take_idle(&mut self, usable: impl Fn(usize, Urgency) -> bool) -> Option<usize> {
        if self.closed || !self.foreground.is_empty() || !self.background_has_room() {
            return None;
        }
        let slot = self.idle(|slot| usable(slot, Urgency::Background))?;
        self.granted[slot] = Some(Urgency::Background);
        Some(slot)
    }

    fn idle(&self, usable: impl Fn(usize) -> bool) -> Option<usize> {
        let idle = |slot: &usize| self.granted[*slot].is_none() && usable(*slot);
        (0..self.live.min(self.granted.len())).find(idle)
    }

    /// Refuses everybody from now on and gives back who waited.
    pub(crate) fn close(&mut self) -> Vec<W> {
        self.closed = true;
        let foreground = std::mem::take(&mut self.foreground);
        let background = std::mem::take(&mut self.background);
        foreground
            .into_iter()
            .chain(background)
            .map(|asker| asker.waiter)
            .collect()
    }

    /// How many slots are held.
    pub(crate) fn busy(&self) -> usize {
        self.granted.iter().flatten().count()
    }

    /// Whether this one is.
    pub(crate) fn is_held(&self, slot: usize) -> bool {
        self.granted[slot].is_some()
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
        background < self.live.saturating_sub(1).max(1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any(_: usize, _: Urgency) -> bool {
        true
    }

    #[test]
    fn foreground_is_served_first_and_in_order() {
        let mut table = SlotTable::new(1);
        table.ask(Urgency::Background, 1, "sweep").unwrap();
        table.ask(Urgency::Foreground, 1, "first").unwrap();
        table.ask(Urgency::Foreground, 1, "second").unwrap();
        assert_eq!(
            table.next_grant(any),
            Some(("first", 0, Urgency::Foreground))
        );
        assert_eq!(table.next_grant(any), None);
        table.free(0);
        assert_eq!(
            table.next_grant(any),
            Some(("second", 0, Urgency::Foreground))
        );
        table.free(0);
        assert_eq!(
            table.next_grant(any),
            Some(("sweep", 0, Urgency::Background))
        );
    }

    #[test]
    fn background_leaves_one_slot_free() {
        let mut table = SlotTable::new(2);
        table.ask(Urgency::Background, 1, 1).unwrap();
        table.ask(Urgency::Background, 1, 2).unwrap();
        assert_eq!(table.next_grant(any), Some((1, 0, Urgency::Background)));
        assert_eq!(table.next_grant(any), None);
        assert_eq!(table.take_idle(any), None);
        table.ask(Urgency::Foreground, 1, 3).unwrap();
        assert_eq!(table.next_grant(any), Some((3, 1, Urgency::Foreground)));
    }

    #[test]
    fn slots_that_are_not_live_only_end_what_they_have() {
        let mut table = SlotTable::new(3);
        for n in 0..5 {
            table.ask(Urgency::Foreground, n, n).unwrap();
        }
        for n in 0..3 {
            assert_eq!(table.next_grant(any).unwrap().0, n);
        }
        table.set_live(1);
        table.free(2);
        table.free(1);
        assert_eq!(table.next_grant(any), None, "1 and 2 are not live");
        table.free(0);
        assert_eq!(table.next_grant(any), Some((3, 0, Urgency::Foreground)));
        table.set_live(0);
        assert_eq!(table.live(), 1, "one slot always is");
        table.set_live(9);
        assert_eq!(table.next_grant(|slot, _| slot == 2).unwrap().1, 2);
    }

    #[test]
    fn who_gave_a_slot_back_for_a_while_comes_first() {
        let mut table = SlotTable::new(1);
        table.ask(Urgency::Foreground, 7, "new").unwrap();
        table.ask_again(Urgency::Foreground, "back").unwrap();
        assert_eq!(table.next_ask(any), Some((Urgency::Foreground, 0)));
        assert_eq!(table.next_grant(any).unwrap().0, "back");
        assert_eq!(table.waiting(), 1);
    }

    #[test]
    fn a_closed_table_gives_everybody_back() {
        let mut table = SlotTable::new(1);
        table.ask(Urgency::Background, 1, 1).unwrap();
        table.ask(Urgency::Foreground, 1, 2).unwrap();
        assert_eq!(table.close(), vec![2, 1]);
        assert_eq!(table.ask(Urgency::Foreground, 1, 3), Err(3));
        assert_eq!(table.take_idle(any), None);
    }

    proptest! {
        #[test]
        fn no_slot_is_granted_twice_and_nobody_is_forgotten(
            slots in 1usize..4,
            steps in prop::collection::vec(0u8..5, 1..200),
        ) {
            let mut table = SlotTable::new(slots);
            let (mut asked, mut served) = (0u32, 0u32);
            let mut held: Vec<usize> = Vec::new();
            for step in steps {
                match step {
                    0 => { table.ask(Urgency::Foreground, 1, asked).unwrap(); asked += 1; }
                    1 => { table.ask(Urgency::Background, 1, asked).unwrap(); asked += 1; }
                    2 => if let Some((_, slot, _)) = table.next_grant(any) {
                        prop_assert!(!held.contains(&slot));
                        held.push(slot);
                        served += 1;
                    },
                    3 => if let Some(slot) = held.pop() { table.free(slot); },
                    _ => table.set_live(asked as usize % 5),
                }
                prop_assert_eq!(table.busy(), held.len());
            }
            for slot in held { table.free(slot); }
            while let Some((_, slot, _)) = table.next_grant(any) { table.free(slot); served += 1; }
            prop_assert_eq!(asked, served);
        }
    }
}
