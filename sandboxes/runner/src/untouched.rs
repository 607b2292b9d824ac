//! Whether programs left a work directory alone, by one look at it instead of listing and restoring it.
//!
//! Whatever a program does to a directory, or to what is directly in it, moves the directory's time of change to the kernel's
//! clock of that moment, and no program can move it elsewhere (inode(7)). So a time that is the one that was seen, and is before
//! the first program began, means that there was no change. The clock ticks every few milliseconds: within the tick of the last
//! change nothing is known, and the directory has to be listed.

use std::io::Result;
use std::os::fd::RawFd;

use crate::sys;

/// Seconds and nanoseconds.
type Moment = (i64, i64);

/// What is known of one work directory.
#[derive(Default)]
pub(crate) struct Untouched {
    /// Times of change and of reading when it was last known to be empty and plain.
    seen: Option<(Moment, Moment)>,
    /// When the first program after that began.
    since: Option<Moment>,
}

fn look(directory: RawFd) -> Result<(Moment, Moment)> {
    let stat = sys::fstat(directory)?;
    Ok((
        (stat.st_ctime, stat.st_ctime_nsec),
        (stat.st_atime, stat.st_atime_nsec),
    ))
}

impl Untouched {
    /// A program is about to begin.
    pub(crate) fn begin(&mut self) {
        self.since.get_or_insert_with(sys::coarse_time);
    }

    /// We ourselves are about to change it.
    pub(crate) fn forget(&mut self) {
        self.seen = None;
    }

    /// It is empty and plain now.
    pub(crate) fn remember(&mut self, directory: RawFd) -> Result<()> {
        self.seen = Some(look(directory)?);
        self.since = None;
        Ok(())
    }

    /// Whether it certainly still is.
    pub(crate) fn holds(&mut self, directory: RawFd) -> Result<bool> {
        let (Some(seen), Some(since)) = (self.seen, self.since) else {
            return Ok(false);
        };
        let holds = seen.0 < since && look(directory)? == seen;
        if holds {
            self.since = None;
        }
        Ok(holds)
    }
}
