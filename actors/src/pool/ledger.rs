//! What all pools of a machine share: its CPUs, each for one program at a time, and its memory. Pure.
//!
//! **Invariants**: the memory in use never exceeds a pool's budget nor the machine's; a CPU is held once; who waits for memory is
//! served in order, except that a pool whose own budget is used up holds up nobody else. So nobody starves: what a waiter of the
//! machine's memory waits for is only given back, never given to somebody behind it.

use std::collections::{BTreeSet, HashMap, VecDeque};

use super::slots::Urgency;

/// One pool in the ledger.
#[derive(Clone, Copy, Debug)]
struct Account {
    budget_bytes: u64,
    used_bytes: u64,
}

/// Somebody who waits for memory.
#[derive(Debug)]
struct Asker<W> {
    account: usize,
    bytes: u64,
    waiter: W,
}

/// The ledger. `W` is whatever wakes an asker.
#[derive(Debug)]
pub(crate) struct Ledger<W> {
    memory_bytes: u64,
    used_bytes: u64,
    accounts: Vec<Account>,
    queue: VecDeque<Asker<W>>,
    cpus: BTreeSet<u32>,
    held: HashMap<u32, Urgency>,
}

impl<W> Ledger<W> {
    pub(crate) fn new(memory_bytes: u64) -> Self {
        Self {
            memory_bytes,
            used_bytes: 0,
            accounts: Vec::new(),
            queue: VecDeque::new(),
            cpus: BTreeSet::new(),
            held: HashMap::new(),
        }
    }

    /// A new pool on these CPUs; a budget of 0 is all the machine has.
    pub(crate) fn open(&mut self, budget_bytes: u64, cpus: impl IntoIterator<Item = u32>) -> usize {
        self.cpus.extend(cpus);
        let budget = match budget_bytes {
            0 => self.memory_bytes,
            bytes => bytes.min(self.memory_bytes),
        };
        self.accounts.push(Account {
            budget_bytes: budget,
            used_bytes: 0,
        });
        self.accounts.len() - 1
    }

    /// All the memory there is.
    pub(crate) fn memory_bytes(&self) -> u64 {
        self.memory_bytes
    }

    /// The most a pool may use.
    pub(crate) fn budget(&self, account: usize) -> u64 {
        self.accounts[account].budget_bytes
    }

    /// What it uses.
    pub(crate) fn used(&self, account: usize) -> u64 {
        self.accounts[account].used_bytes
    }

    /// Whether a CPU may be taken. Background work leaves one CPU of several to whoever comes.
    pub(crate) fn is_free(&self, cpu: u32, urgency: Urgency) -> bool {
        if self.held.contains_key(&cpu) {
            return false;
        }
        let background = || {
            self.held
                .values()
                .filter(|held| **held == Urgency::Background)
                .count()
        };
        urgency == Urgency::Foreground || background() < self.cpus.len().saturating_sub(1).max(1)
    }

    /// Takes a CPU that is free.
    pub(crate) fn take_cpu(&mut self, cpu: u32, urgency: Urgency) {
        let before = self.held.insert(cpu, urgency);
        debug_assert!(before.is_none(), "CPU {cpu} was taken twice");
    }

    /// Gives a CPU back.
    pub(crate) fn give_cpu(&mut self, cpu: u32) {
        self.held.remove(&cpu);
    }

    /// Queues somebody who needs memory; [`Ledger::next_memory`] serves it. More than the budget is asked for in vain, so
    /// it counts as the whole budget.
    pub(crate) fn ask_memory(&mut self, account: usize, bytes: u64, waiter: W) {
        let bytes = bytes.min(self.budget(account));
        self.queue.push_back(Asker {
            account,
            bytes,
            waiter,
        });
    }

    /// Takes memory at once, if nobody waits for it.
    pub(crate) fn try_memory(&mut self, account: usize, bytes: u64) -> Option<u64> {
        let bytes = bytes.min(self.budget(account));
        let fits = self.queue.is_empty() && self.fits(account, bytes) == Fit::Fits;
        fits.then(|| self.take(account, bytes))
    }

    /// Serves whose turn it is: who, and how much.
    pub(crate) fn next_memory(&mut self) -> Option<(W, usize, u64)> {
        let mut full = Vec::new();
        let mut at = None;
        for (index, asker) in self.queue.iter().enumerate() {
            if full.contains(&asker.account) {
                continue;
            }
            match self.fits(asker.account, asker.bytes) {
                Fit::Fits => {
                    at = Some(index);
                    break;
                }
                Fit::PoolFull => full.push(asker.account),
                Fit::MachineFull => break,
            }
        }
        let asker = self.queue.remove(at?)?;
        self.take(asker.account, asker.bytes);
        Some((asker.waiter, asker.account, asker.bytes))
    }

    /// Gives memory back.
    pub(crate) fn give_memory(&mut self, account: usize, bytes: u64) {
        self.used_bytes -= bytes;
        self.accounts[account].used_bytes -= bytes;
    }

    fn take(&mut self, account: usize, bytes: u64) -> u64 {
        self.used_bytes += bytes;
        self.accounts[account].used_bytes += bytes;
        bytes
    }

    fn fits(&self, account: usize, bytes: u64) -> Fit {
        let pool = self.accounts[account];
        if pool.used_bytes + bytes > pool.budget_bytes {
            Fit::PoolFull
        } else if self.used_bytes + bytes > self.memory_bytes {
            Fit::MachineFull
        } else {
            Fit::Fits
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fit {
    Fits,
    PoolFull,
    MachineFull,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cpu_is_held_once_and_background_leaves_one() {
        let mut ledger: Ledger<()> = Ledger::new(100);
        ledger.open(0, [0, 1]);
        ledger.open(0, [1]);
        assert!(ledger.is_free(1, Urgency::Background));
        ledger.take_cpu(1, Urgency::Background);
        assert!(!ledger.is_free(1, Urgency::Foreground));
        assert!(!ledger.is_free(0, Urgency::Background), "the last one");
        assert!(ledger.is_free(0, Urgency::Foreground));
        ledger.give_cpu(1);
        assert!(ledger.is_free(0, Urgency::Background));
    }

    #[test]
    fn a_big_run_waits_and_those_behind_it_do_not_starve_it() {
        let mut ledger = Ledger::new(100);
        let (big, small) = (ledger.open(0, []), ledger.open(40, []));
        assert_eq!(ledger.try_memory(small, 30), Some(30));
        ledger.ask_memory(big, 90, "big");
        ledger.ask_memory(small, 10, "small");
        assert_eq!(ledger.next_memory(), None, "small waits behind big");
        assert_eq!(ledger.try_memory(small, 1), None);
        ledger.give_memory(small, 30);
        assert_eq!(ledger.next_memory(), Some(("big", big, 90)));
        assert_eq!(ledger.next_memory(), Some(("small", small, 10)));
    }

    #[test]
    fn a_pool_that_used_up_its_budget_holds_up_nobody_else() {
        let mut ledger = Ledger::new(100);
        let (one, other) = (ledger.open(20, []), ledger.open(0, []));
        ledger.ask_memory(one, 20, 1);
        ledger.ask_memory(one, 999, 2);
        ledger.ask_memory(one, 1, 3);
        ledger.ask_memory(other, 50, 4);
        assert_eq!(ledger.next_memory(), Some((1, one, 20)));
        assert_eq!(ledger.next_memory(), Some((4, other, 50)));
        assert_eq!(ledger.next_memory(), None, "3 came after 2");
        ledger.give_memory(one, 20);
        assert_eq!(ledger.next_memory(), Some((2, one, 20)), "the whole budget");
    }

    proptest! {
        /// Whoever asks and gives back in whatever order: the budgets hold, and in the end everybody was served.
        #[test]
        fn never_more_than_there_is_and_nobody_is_forgotten(
            steps in prop::collection::vec((0usize..3, 1u64..200, any::<bool>()), 1..200),
        ) {
            let mut ledger = Ledger::new(100);
            for budget in [0, 60, 30] { ledger.open(budget, []); }
            let mut held: Vec<(usize, u64)> = Vec::new();
            let (mut asked, mut served) = (0, 0);
            for (account, bytes, ask) in steps {
                if ask {
                    ledger.ask_memory(account, bytes, ());
                    asked += 1;
                } else if let Some((account, bytes)) = held.pop() {
                    ledger.give_memory(account, bytes);
                }
                while let Some(((), account, bytes)) = ledger.next_memory() {
                    held.push((account, bytes));
                    served += 1;
                }
                prop_assert!(ledger.used_bytes <= 100);
                prop_assert!((0..3).all(|account| ledger.used(account) <= ledger.budget(account)));
            }
            while let Some((account, bytes)) = held.pop() {
                ledger.give_memory(account, bytes);
                while let Some(((), account, bytes)) = ledger.next_memory() {
                    held.push((account, bytes));
                    served += 1;
                }
            }
            prop_assert_eq!(asked, served);
            prop_assert_eq!(ledger.used_bytes, 0);
        }
    }
}
