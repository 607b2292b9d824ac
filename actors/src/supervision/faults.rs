//! Planted failures: off unless switched on. A test panics an actor by message, or a line of code by the name of its point.

use std::collections::HashMap;
use std::sync::Arc;

use actix::prelude::*;
use parking_lot::Mutex;

/// The switch and the armed points. [`Faults::off`] costs one branch per point.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    armed: Option<Arc<Mutex<HashMap<String, u32>>>>,
}

impl Faults {
    /// No failure can be planted.
    #[must_use]
    pub fn off() -> Self {
        Self { armed: None }
    }

    /// Failures can be planted; none is yet.
    #[must_use]
    pub fn on() -> Self {
        Self {
            armed: Some(Arc::default()),
        }
    }

    /// Whether failures can be planted.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.armed.is_some()
    }

    /// Lets the next `times` visits of `point` panic. Says whether the switch is on.
    pub fn arm(&self, point: &str, times: u32) -> bool {
        if let Some(armed) = &self.armed {
            armed.lock().insert(point.to_owned(), times);
        }
        self.is_on()
    }

    /// A named point, written where a failure would hurt.
    ///
    /// # Panics
    /// When a test armed it.
    pub fn point(&self, name: &str) {
        if let Some(armed) = &self.armed {
            let mut armed = armed.lock();
            let Some(left) = armed.get_mut(name).filter(|left| **left > 0) else {
                return;
            };
            *left -= 1;
            drop(armed);
            panic!("injected panic at {name}");
        }
    }
}

/// Where an injected panic happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PanicPlace {
    /// In the message handler.
    Handler,
    /// In a future spawned on the actor's context, as an interval or a stream would.
    Spawned,
}

/// Tells an actor to panic. Only [`super::Supervision::inject_panic`] sends it, and only when failures are switched on.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "()")]
pub struct InjectPanic {
    /// Where it shall happen.
    pub place: PanicPlace,
}

impl InjectPanic {
    /// Does it.
    ///
    /// # Panics
    /// Always: here, or in a spawned future.
    pub fn fire<A>(self, ctx: &mut A::Context)
    where
        A: Actor,
        A::Context: AsyncContext<A>,
    {
        match self.place {
            PanicPlace::Handler => panic!("injected panic in a handler"),
            PanicPlace::Spawned => {
                ctx.spawn(fut::wrap_future::<_, A>(async {
                    panic!("injected panic in a spawned future")
                }));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    #[test]
    fn an_armed_point_panics_as_often_as_told() {
        let faults = Faults::on();
        assert!(faults.arm("here", 2));
        let hits = (0..4)
            .filter(|_| catch_unwind(AssertUnwindSafe(|| faults.point("here"))).is_err())
            .count();
        assert_eq!(hits, 2);
    }

    #[test]
    fn nothing_can_be_armed_when_off() {
        let faults = Faults::off();
        assert!(!faults.arm("here", 1));
        faults.point("here");
    }
}
