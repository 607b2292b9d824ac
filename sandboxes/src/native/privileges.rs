//! What a daemon that is root gives up once it has started: every capability but those that walls are made with.
//!
//! The runner's keepers are executed as root and get whatever the bounding set still holds, so both sets shrink to the same
//! list. Nothing on it is more than a keeper already has, so `no_new_privs` takes nothing from keepers and is set as well.

use std::io::{Error, Result};

use rustix::process::{DumpableBehavior, set_dumpable_behavior};
use rustix::thread::{CapabilitySet, CapabilitySets};

use crate::native::users::Mode;

/// A capability that is kept: its name, and what for.
pub struct Needed {
    /// `CAP_SYS_ADMIN`, ...
    pub name: &'static str,
    /// What would fail without it.
    pub reason: &'static str,
    bit: CapabilitySet,
}

const fn needed(bit: CapabilitySet, name: &'static str, reason: &'static str) -> Needed {
    Needed { name, reason, bit }
}

/// What is kept, always.
pub const NEEDED: &[Needed] = &[
    needed(
        CapabilitySet::SYS_ADMIN,
        "CAP_SYS_ADMIN",
        "make namespaces and mounts",
    ),
    needed(
        CapabilitySet::SYS_CHROOT,
        "CAP_SYS_CHROOT",
        "change the root",
    ),
    needed(
        CapabilitySet::MKNOD,
        "CAP_MKNOD",
        "make /dev/null and its like in the root",
    ),
    needed(
        CapabilitySet::SETUID,
        "CAP_SETUID",
        "become the programs' user",
    ),
    needed(
        CapabilitySet::SETGID,
        "CAP_SETGID",
        "become the programs' group",
    ),
    needed(
        CapabilitySet::SETPCAP,
        "CAP_SETPCAP",
        "take every capability from programs",
    ),
    needed(
        CapabilitySet::KILL,
        "CAP_KILL",
        "end programs of other users",
    ),
    needed(
        CapabilitySet::CHOWN,
        "CAP_CHOWN",
        "give files and pipes to the programs' user",
    ),
    needed(
        CapabilitySet::FOWNER,
        "CAP_FOWNER",
        "change files that programs own",
    ),
    needed(
        CapabilitySet::DAC_OVERRIDE,
        "CAP_DAC_OVERRIDE",
        "remove what programs made, read packages of others",
    ),
    needed(
        CapabilitySet::SYS_PTRACE,
        "CAP_SYS_PTRACE",
        "read what the kernel counts of a program",
    ),
    needed(
        CapabilitySet::SYS_RESOURCE,
        "CAP_SYS_RESOURCE",
        "raise limits that the daemon itself has",
    ),
];

/// Below this a port may only be bound with `CAP_NET_BIND_SERVICE`.
const PRIVILEGED_PORTS: u16 = 1024;

/// Gives up what the walls do not need, for good, for this thread and all it will start: has to happen before there are others.
/// `port` is what will be listened to. An ordinary user has nothing to give up but the way to new privileges, which it keeps
/// only where `newuidmap` needs it. Nobody but root can look into this process afterwards.
///
/// # Errors
/// When there are other threads already, or the kernel refuses.
pub fn drop_privileges(port: u16) -> Result<()> {
    if std::fs::read_dir("/proc/self/task")?.count() != 1 {
        return Err(Error::other("other threads would keep their privileges"));
    }
    let mode = Mode::detect();
    if mode == Mode::Root {
        keep(kept(port))?;
    }
    if !matches!(mode, Mode::Subordinate { .. }) {
        rustix::thread::set_no_new_privs(true)?;
    }
    // Programs may run as our user. The kernel also keeps our memory, which holds keys, out of core files.
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    Ok(())
}

fn kept(port: u16) -> CapabilitySet {
    let always = NEEDED.iter().map(|needed| needed.bit);
    let low = (1..PRIVILEGED_PORTS)
        .contains(&port)
        .then_some(CapabilitySet::NET_BIND_SERVICE);
    always.chain(low).collect()
}

fn keep(kept: CapabilitySet) -> Result<()> {
    // Those this kernel knows, newer than this list or not.
    for bit in 0..64 {
        let capability = CapabilitySet::from_bits_retain(1 << bit);
        if kept.contains(capability) {
            continue;
        }
        match rustix::thread::remove_capability_from_bounding_set(capability) {
            // Beyond the last one.
            Err(rustix::io::Errno::INVAL) => break,
            removed => removed?,
        }
    }
    rustix::thread::clear_ambient_capability_set()?;
    // A container may have fewer already.
    let permitted = rustix::thread::capabilities(None)?.permitted & kept;
    rustix::thread::set_capabilities(
        None,
        CapabilitySets {
            effective: permitted,
            permitted,
            inheritable: CapabilitySet::empty(),
        },
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn low_ports_need_one_capability_more() {
        let base = kept(8080);
        assert_eq!(base.bits().count_ones() as usize, NEEDED.len());
        assert_eq!(kept(80) - base, CapabilitySet::NET_BIND_SERVICE);
        // Port 0 is any free one, and those are high.
        assert_eq!(kept(0), base);
        assert!(!base.contains(CapabilitySet::SYS_MODULE | CapabilitySet::NET_ADMIN));
    }
}
