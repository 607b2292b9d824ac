//! Failed steps on their way to the host.

use runner::protocol::{Fault, FaultKind};

/// A step of the wall that may fail.
pub(crate) type Step<T> = Result<T, Fault>;

/// Names the step that failed.
pub(crate) trait Named<T> {
    fn step(self, name: &str) -> Step<T>;
}

impl<T> Named<T> for std::io::Result<T> {
    fn step(self, name: &str) -> Step<T> {
        self.map_err(|error| match error.raw_os_error() {
            Some(errno) => Fault {
                kind: FaultKind::Wall,
                step: name.to_owned(),
                errno,
            },
            None => Fault {
                kind: FaultKind::Wall,
                step: format!("{name} ({error})"),
                errno: 0,
            },
        })
    }
}

/// A failure without a system error.
pub(crate) fn broken(step: &str) -> Fault {
    Fault {
        kind: FaultKind::Wall,
        step: step.to_owned(),
        errno: 0,
    }
}

/// A rule that the program's files or the host's path broke.
pub(crate) fn refused(sentence: String) -> Fault {
    Fault {
        kind: FaultKind::Refused,
        step: sentence,
        errno: 0,
    }
}
