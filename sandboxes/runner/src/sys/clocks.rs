//! The clocks that are read here.

/// Nanoseconds of the monotonic clock.
pub(crate) fn now_ns() -> u64 {
    read_clock(libc::CLOCK_MONOTONIC)
}

/// CPU time of this thread, nanoseconds. Asking also brings the account of its group up to date.
pub(crate) fn own_cpu_ns() -> u64 {
    read_clock(libc::CLOCK_THREAD_CPUTIME_ID)
}

/// The clock that times of files are taken from: seconds and nanoseconds, ticking every few milliseconds.
pub(crate) fn coarse_time() -> (i64, i64) {
    let time = read_timespec(libc::CLOCK_REALTIME_COARSE);
    (time.tv_sec, time.tv_nsec)
}

fn read_clock(clock: libc::clockid_t) -> u64 {
    let time = read_timespec(clock);
    time.tv_sec.cast_unsigned() * 1_000_000_000 + time.tv_nsec.cast_unsigned()
}

fn read_timespec(clock: libc::clockid_t) -> libc::timespec {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the pointer is to a whole `timespec`; the clocks above always exist.
    unsafe { libc::clock_gettime(clock, &raw mut time) };
    time
}
