//! What the runner reports, as the errors of the seam.

use std::io::Error;

use runner::protocol::{Fault, FaultKind};

use crate::sandbox::WallError;

fn source(errno: i32) -> Error {
    if errno == 0 {
        Error::other("no system error")
    } else {
        Error::from_raw_os_error(errno)
    }
}

/// The error a fault stands for.
pub(crate) fn wall_error(fault: Fault) -> WallError {
    match fault.kind {
        FaultKind::Wall => WallError::Runner {
            step: fault.step,
            source: source(fault.errno),
        },
        FaultKind::Refused => WallError::Refused(fault.step),
        FaultKind::Exec => WallError::NotExecutable {
            source: source(fault.errno),
        },
    }
}

/// Names the step that failed on our side.
pub(crate) fn step(step: &'static str) -> impl FnOnce(Error) -> WallError {
    move |source| WallError::Step { step, source }
}
