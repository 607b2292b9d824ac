//! Which system calls programs may not make, as data, each with its reason. Everything not named is allowed.
//!
//! The list follows two questions: does the call reach kernel code a program has no business in, and does it leave something
//! behind that another submission could see? Namespaces, an unprivileged user and an empty capability set already stop most
//! of these; the filter is the second lock. `clone3` hides its flags in memory where a filter cannot look: where groups are
//! version 1 it answers "no such call" and C libraries fall back to `clone`; on version 2 the runner needs it itself, so it is
//! allowed there and new user namespaces are stopped by the chroot inside the root (the kernel refuses them to chrooted
//! processes), all other new namespaces by the missing capability.

/// What happens on a denied call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The call fails with "operation not permitted".
    Eperm,
    /// The call fails with "no such call", so that libraries use an older one.
    Enosys,
    /// The call fails with "address family not supported".
    Eafnosupport,
    /// The call fails with "operation not supported", as where a file system cannot do it.
    Eopnotsupp,
    /// The call succeeds and does nothing.
    Nothing,
}

/// When a call is denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Always.
    Always,
    /// When the low 32 bits of this argument share a bit with this mask.
    AnyBit(u32, u32),
    /// When the low 32 bits of this argument are one of these.
    OneOf(u32, &'static [u32]),
    /// Unless the low 32 bits of this argument are one of these.
    Unless(u32, &'static [u32]),
    /// Only where the runner does not need the call itself (groups of version 1).
    WithoutClone3,
    /// Only on gVisor's kernel.
    OnGvisor,
}

/// One line of the policy.
pub struct Rule {
    /// The call's number.
    pub call: libc::c_long,
    /// When it is denied.
    pub when: When,
    /// What its caller sees then.
    pub action: Action,
}

const fn eperm(call: libc::c_long) -> Rule {
    Rule {
        call,
        when: When::Always,
        action: Action::Eperm,
    }
}

const fn enosys(call: libc::c_long) -> Rule {
    Rule {
        call,
        when: When::Always,
        action: Action::Enosys,
    }
}

const fn nothing(call: libc::c_long) -> Rule {
    Rule {
        call,
        when: When::Always,
        action: Action::Nothing,
    }
}

const fn eopnotsupp(call: libc::c_long) -> Rule {
    Rule {
        call,
        when: When::Always,
        action: Action::Eopnotsupp,
    }
}

const fn given(call: libc::c_long, when: When) -> Rule {
    Rule {
        call,
        when,
        action: Action::Eperm,
    }
}

/// CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET.
const NEW_NAMESPACES: u32 =
    0x0002_0000 | 0x0200_0000 | 0x0400_0000 | 0x0800_0000 | 0x1000_0000 | 0x2000_0000 | 0x4000_0000;

/// The child becomes a sibling: its parent, who has to reap it, is then the runner.
const CLONE_PARENT: u32 = 0x8000;

// Newer than the libc crate.
const SYS_CACHESTAT: libc::c_long = 451;
const SYS_SETXATTRAT: libc::c_long = 463;
const SYS_REMOVEXATTRAT: libc::c_long = 466;
const SYS_FILE_SETATTR: libc::c_long = 469;
const SYS_STATMOUNT: libc::c_long = 457;
const SYS_LISTMOUNT: libc::c_long = 458;
const SYS_OPEN_TREE_ATTR: libc::c_long = 467;

/// The policy.
pub const RULES: &[Rule] = &[
    // New namespaces: a whole kernel surface that only administrators meet otherwise.
    given(
        libc::SYS_clone,
        When::AnyBit(0, NEW_NAMESPACES | CLONE_PARENT),
    ),
    Rule {
        call: libc::SYS_clone3,
        when: When::WithoutClone3,
        action: Action::Enosys,
    },
    eperm(libc::SYS_unshare),
    eperm(libc::SYS_setns),
    // Names of sockets: gVisor does not collect sockets in flight within each other, so the next run could find one.
    Rule {
        call: libc::SYS_bind,
        when: When::OnGvisor,
        action: Action::Eperm,
    },
    // Devices: the bit that character and block devices have of all kinds of files (inode(7)). gVisor asks for no capability.
    given(libc::SYS_mknod, When::AnyBit(1, libc::S_IFCHR)),
    given(libc::SYS_mknodat, When::AnyBit(2, libc::S_IFCHR)),
    // Mounts and roots: the tree a program sees is final.
    eperm(libc::SYS_mount),
    eperm(libc::SYS_umount2),
    eperm(libc::SYS_pivot_root),
    eperm(libc::SYS_chroot),
    eperm(libc::SYS_fsopen),
    eperm(libc::SYS_fsconfig),
    eperm(libc::SYS_fsmount),
    eperm(libc::SYS_fspick),
    eperm(libc::SYS_open_tree),
    eperm(libc::SYS_move_mount),
    eperm(libc::SYS_mount_setattr),
    eperm(SYS_OPEN_TREE_ATTR),
    enosys(SYS_STATMOUNT),
    enosys(SYS_LISTMOUNT),
    eperm(libc::SYS_quotactl),
    eperm(libc::SYS_quotactl_fd),
    eperm(libc::SYS_swapon),
    eperm(libc::SYS_swapoff),
    // Other processes: debugging and reading memory is how secrets leave a neighbour.
    eperm(libc::SYS_ptrace),
    eperm(libc::SYS_process_vm_readv),
    eperm(libc::SYS_process_vm_writev),
    eperm(libc::SYS_process_madvise),
    eperm(libc::SYS_process_mrelease),
    eperm(libc::SYS_pidfd_getfd),
    eperm(libc::SYS_kcmp),
    // Limits and priorities of the first process of the sandbox, where programs share its user. Those of one's own threads may be
    // asked for by number: Mono does, and says so on standard output when it is refused.
    given(libc::SYS_prlimit64, When::OneOf(0, &[1])),
    given(libc::SYS_setpriority, When::OneOf(1, &[1])),
    // PRIO_USER: everybody's.
    given(libc::SYS_setpriority, When::OneOf(0, &[2])),
    given(libc::SYS_sched_setscheduler, When::OneOf(0, &[1])),
    // Large, often broken kernel interfaces that no contest program needs.
    eperm(libc::SYS_bpf),
    eperm(libc::SYS_perf_event_open),
    eperm(libc::SYS_userfaultfd),
    enosys(libc::SYS_io_uring_setup),
    enosys(libc::SYS_io_uring_enter),
    enosys(libc::SYS_io_uring_register),
    // Asynchronous I/O contexts count against a limit that all users of the host share.
    enosys(libc::SYS_io_setup),
    enosys(libc::SYS_memfd_secret),
    // Another filter with a listener could hold a process where our kill is not noticed; plain filters nest without harm
    // but cost time, and nothing needs them.
    eperm(libc::SYS_seccomp),
    // Keys outlive processes and namespaces: a channel between submissions, by their descriptions alone.
    eperm(libc::SYS_keyctl),
    eperm(libc::SYS_add_key),
    eperm(libc::SYS_request_key),
    // File handles name inodes outside the root; watches and locks on shared inodes are channels between slots. Tools that
    // lock by habit understand "no such call".
    eperm(libc::SYS_open_by_handle_at),
    eperm(libc::SYS_name_to_handle_at),
    eperm(libc::SYS_fanotify_init),
    eperm(libc::SYS_fanotify_mark),
    enosys(libc::SYS_flock),
    // F_SETLK, F_SETLKW, F_SETLEASE, F_NOTIFY, F_OFD_SETLK, F_OFD_SETLKW, and the queries F_GETLK, F_OFD_GETLK, F_GETLEASE; the
    // hints that older kernels let every reader of a file leave on it, F_SET_RW_HINT, F_SET_FILE_RW_HINT.
    given(
        libc::SYS_fcntl,
        When::OneOf(1, &[5, 6, 7, 36, 37, 38, 1024, 1025, 1026, 1036, 1038]),
    ),
    // A watch tells what a neighbour does with the files that all share. Programs that watch by habit fall back to asking.
    enosys(libc::SYS_inotify_init),
    enosys(libc::SYS_inotify_init1),
    enosys(libc::SYS_inotify_add_watch),
    // Which pages of a shared file are in memory tells who has read it; what pushes them out makes neighbours slow.
    enosys(SYS_CACHESTAT),
    // POSIX_FADV_DONTNEED; MADV_PAGEOUT. Both are hints.
    Rule {
        call: libc::SYS_fadvise64,
        when: When::OneOf(3, &[4]),
        action: Action::Nothing,
    },
    Rule {
        call: libc::SYS_madvise,
        when: When::OneOf(2, &[21]),
        action: Action::Nothing,
    },
    // Whatever a program may write to is memory, so there is nothing to write to a disk; for files of the host, which it may only
    // read, these still make the disk write all it has, and hold everybody up.
    nothing(libc::SYS_sync),
    nothing(libc::SYS_syncfs),
    nothing(libc::SYS_fsync),
    nothing(libc::SYS_fdatasync),
    nothing(libc::SYS_sync_file_range),
    nothing(libc::SYS_msync),
    // What is written on files besides their content would stay on the work directory itself for the next run.
    eopnotsupp(libc::SYS_setxattr),
    eopnotsupp(libc::SYS_lsetxattr),
    eopnotsupp(libc::SYS_fsetxattr),
    eopnotsupp(libc::SYS_removexattr),
    eopnotsupp(libc::SYS_lremovexattr),
    eopnotsupp(libc::SYS_fremovexattr),
    eopnotsupp(SYS_SETXATTRAT),
    eopnotsupp(SYS_REMOVEXATTRAT),
    eopnotsupp(SYS_FILE_SETATTR),
    // Huge pages come from a reserve of the host that no memory group counts: MAP_HUGETLB, MFD_HUGETLB.
    given(libc::SYS_mmap, When::AnyBit(3, 0x0004_0000)),
    given(libc::SYS_memfd_create, When::AnyBit(1, 4)),
    // System V and POSIX message objects outlive their makers; shared memory of this kind is outside the limits of a run.
    eperm(libc::SYS_shmget),
    eperm(libc::SYS_shmat),
    eperm(libc::SYS_shmctl),
    eperm(libc::SYS_shmdt),
    eperm(libc::SYS_msgget),
    eperm(libc::SYS_msgsnd),
    eperm(libc::SYS_msgrcv),
    eperm(libc::SYS_msgctl),
    eperm(libc::SYS_semget),
    eperm(libc::SYS_semop),
    eperm(libc::SYS_semtimedop),
    eperm(libc::SYS_semctl),
    eperm(libc::SYS_mq_open),
    eperm(libc::SYS_mq_unlink),
    eperm(libc::SYS_mq_timedsend),
    eperm(libc::SYS_mq_timedreceive),
    eperm(libc::SYS_mq_notify),
    eperm(libc::SYS_mq_getsetattr),
    // The machine itself.
    eperm(libc::SYS_reboot),
    eperm(libc::SYS_kexec_load),
    eperm(libc::SYS_kexec_file_load),
    eperm(libc::SYS_init_module),
    eperm(libc::SYS_finit_module),
    eperm(libc::SYS_delete_module),
    eperm(libc::SYS_syslog),
    eperm(libc::SYS_acct),
    eperm(libc::SYS_iopl),
    eperm(libc::SYS_ioperm),
    eperm(libc::SYS_modify_ldt),
    eperm(libc::SYS_vhangup),
    eperm(libc::SYS_lookup_dcookie),
    eperm(libc::SYS_sethostname),
    eperm(libc::SYS_setdomainname),
    eperm(libc::SYS_settimeofday),
    eperm(libc::SYS_clock_settime),
    eperm(libc::SYS_clock_adjtime),
    eperm(libc::SYS_adjtimex),
    // Personalities change how memory is laid out and which old bugs apply: only "plain", "no address randomisation" and the query.
    given(
        libc::SYS_personality,
        When::Unless(0, &[0, 0x0004_0000, 0xffff_ffff]),
    ),
    // Where memory lives and which CPU runs us: fairness is the wall's business.
    eperm(libc::SYS_mbind),
    eperm(libc::SYS_migrate_pages),
    eperm(libc::SYS_move_pages),
    eperm(libc::SYS_set_mempolicy),
    eperm(libc::SYS_set_mempolicy_home_node),
    eperm(libc::SYS_sched_setaffinity),
    // SCHED_OTHER, SCHED_BATCH and SCHED_IDLE only (with or without SCHED_RESET_ON_FORK).
    given(
        libc::SYS_sched_setscheduler,
        When::Unless(1, &[0, 3, 5, 0x4000_0000, 0x4000_0003, 0x4000_0005]),
    ),
    eperm(libc::SYS_sched_setattr),
    eperm(libc::SYS_ioprio_set),
    // Network: only sockets between a program's own processes (AF_UNIX, which Java, Node and Python use internally).
    Rule {
        call: libc::SYS_socket,
        when: When::Unless(0, &[1]),
        action: Action::Eafnosupport,
    },
    Rule {
        call: libc::SYS_socketpair,
        when: When::Unless(0, &[1]),
        action: Action::Eafnosupport,
    },
    // Terminals: pushing characters into one (TIOCSTI), its console form (TIOCLINUX), and taking one over (TIOCSCTTY). Flags of
    // files: FS_IOC_SETFLAGS, FS_IOC32_SETFLAGS, FS_IOC_FSSETXATTR.
    given(
        libc::SYS_ioctl,
        When::OneOf(
            1,
            &[
                0x5412,
                0x541c,
                0x540e,
                0x4008_6602,
                0x4004_6602,
                0x401c_5820,
            ],
        ),
    ),
    // PR_SET_MM rewrites a process's own map, PR_SET_SECCOMP nests filters.
    given(libc::SYS_prctl, When::OneOf(0, &[35, 22])),
];
