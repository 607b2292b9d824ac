//! Tells a program that sleeps from one that a busy host does not let run: both use no CPU time, only one is idle.

use std::os::fd::{AsRawFd, OwnedFd};

use crate::files;
use crate::sys;
use crate::trusted::read_proc;

/// Whether any thread of these processes wants a processor (`R`) or waits for the host's disk (`D`) right now.
pub(crate) fn any(proc: &OwnedFd, processes: &[libc::pid_t]) -> bool {
    processes.iter().any(|pid| {
        let tasks = sys::c(&format!("{pid}/task")).and_then(|path| {
            sys::openat(
                proc.as_raw_fd(),
                &path,
                libc::O_RDONLY | libc::O_DIRECTORY,
                0,
            )
        });
        let threads = tasks
            .and_then(|tasks| files::names(tasks.as_raw_fd(), usize::MAX))
            .unwrap_or_default();
        threads.iter().any(|(thread, _)| {
            let path = format!("{pid}/task/{}/stat", thread.to_string_lossy());
            read_proc(proc, &path).is_ok_and(|text| wants(&text))
        })
    })
}

/// The state is the first field after the name in parentheses (proc(5)).
fn wants(stat: &str) -> bool {
    stat.rsplit_once(") ")
        .is_some_and(|(_, rest)| rest.starts_with(['R', 'D']))
}
