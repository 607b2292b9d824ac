//! The first process of a virtual machine: loads drivers, mounts the root image, builds one native sandbox, and gives the port to
//! its worker.
//!
//! The kernel starts it as `/init guest` from a small boot file system that holds only this program and `/modules`. Between
//! [`GuestReply::Ready`] and [`GuestRequest::Wake`] the machine may be stopped, saved, and continued elsewhere many times over: by
//! then everything slow is done. **Invariants:** when the worker ends (its port closed, it failed) the machine powers off; nothing
//! of the host is in here, so every failure is told over the port and ends the machine.

use std::io::{Error, Result};
use std::os::fd::{AsRawFd, OwnedFd};
use std::time::{Duration, Instant};

use bincode::{Decode, Encode};
use runner::frames::{self, HEADER};
use runner::machine::{GuestReply, GuestRequest, PORT, PROBE_MARKER};
use runner::protocol::{Groups, Isolation, Setup};

use crate::faults::{Named, Step, broken};
use crate::keeper::OneSandbox;
use crate::sys;

/// Where the root image is mounted before it becomes the root.
const NEW_ROOT: &str = "/root";

/// How long a device may take to appear after its driver is loaded; emulated machines on busy hosts are slow.
const PATIENCE: Duration = Duration::from_secs(20);

/// `gavel-runner guest [probe]`: never returns.
pub(crate) fn run(args: &[String]) -> ! {
    let probing = args.iter().any(|arg| arg == "probe");
    let port = match devices().and_then(|()| open_port()) {
        Ok(port) => port,
        Err(fault) => {
            // The console is all there is yet.
            let words = format!("gavel guest failed to {}: {}\n", fault.step, fault.errno);
            let _ = std::fs::write("/dev/console", words);
            power_off()
        }
    };
    if probing {
        let _ = sys::write_all(port.as_raw_fd(), PROBE_MARKER);
    } else if let Err(error) = serve(&port) {
        let _ = std::fs::write("/dev/console", format!("gavel guest: {error}\n"));
    }
    power_off()
}

fn power_off() -> ! {
    // SAFETY: no pointers. What is lost was never meant to stay.
    unsafe { libc::reboot(libc::RB_POWER_OFF) };
    // SAFETY: no pointers; where there is no power switch the machine is configured not to boot again.
    unsafe { libc::reboot(libc::RB_AUTOBOOT) };
    sys::exit_now(1)
}

fn serve(port: &OwnedFd) -> Result<()> {
    let mounted = root();
    let failed = mounted.is_err();
    send(port, &GuestReply::Booted(mounted))?;
    if failed {
        return Ok(());
    }
    // Building the sandbox leaves this root behind.
    let random = sys::open("/dev/urandom", libc::O_RDWR)?;
    let GuestRequest::Setup(setup) = receive(port)? else {
        return Err(Error::other("spoken to out of turn"));
    };
    let mut sandbox = match build(*setup, port) {
        Ok(sandbox) => sandbox,
        Err(fault) => return send(port, &GuestReply::Ready(Err(fault))),
    };
    send(port, &GuestReply::Ready(Ok(())))?;
    let GuestRequest::Wake { entropy, now_ns } = receive(port)? else {
        return Err(Error::other("spoken to out of turn"));
    };
    let woken = stir(&random, &entropy)
        .step("credit randomness")
        .and_then(|()| set_clock(now_ns).step("set the clock"));
    let failed = woken.is_err();
    send(port, &GuestReply::Awake(woken))?;
    if failed {
        return Ok(());
    }
    sandbox.begin();
    sandbox.outlive()
}

fn build(setup: Setup, port: &OwnedFd) -> Step<OneSandbox> {
    if let Isolation::Native {
        groups: Groups::V2 { directory },
        ..
    } = &setup.isolation
    {
        groups(directory).step("make the group of sandboxes")?;
    }
    let port = port.try_clone().step("share the port")?;
    OneSandbox::build(setup, port)
}

/// `/sys/fs/cgroup/NAME`, with the controllers handed down to it and through it.
fn groups(directory: &str) -> Result<()> {
    std::fs::write("/sys/fs/cgroup/cgroup.subtree_control", "+memory +pids")?;
    std::fs::create_dir(directory)?;
    std::fs::write(
        format!("{directory}/cgroup.subtree_control"),
        "+memory +pids",
    )
}

// --- the port -------------------------------------------------------------------------------------------------------------

fn send<M: Encode>(port: &OwnedFd, message: &M) -> Result<()> {
    let mut bytes = Vec::new();
    frames::encode(message, 0, &mut bytes).map_err(Error::other)?;
    sys::write_all(port.as_raw_fd(), &bytes)
}

/// One message, and not a byte more: what follows is the worker's.
fn receive<M: Decode<()>>(port: &OwnedFd) -> Result<M> {
    let mut head = [0_u8; HEADER];
    read_exact(port, &mut head)?;
    let header = frames::header(&head).map_err(Error::other)?;
    let mut body = vec![0; header.map_or(0, |header| header.body)];
    read_exact(port, &mut body)?;
    frames::decode(&body).map_err(Error::other)
}

fn read_exact(port: &OwnedFd, mut buffer: &mut [u8]) -> Result<()> {
    while !buffer.is_empty() {
        let count = sys::read(port.as_raw_fd(), buffer)?;
        if count == 0 {
            return Err(Error::other("the host closed the port"));
        }
        buffer = &mut buffer[count..];
    }
    Ok(())
}

// --- devices --------------------------------------------------------------------------------------------------------------

fn devices() -> Step<()> {
    for (kind, point) in [("devtmpfs", "/dev"), ("proc", "/proc"), ("sysfs", "/sys")] {
        std::fs::create_dir_all(point).step("make a mount point")?;
        // The kernel may have mounted it already.
        match sys::mount(kind, point, kind, libc::MS_NOSUID | libc::MS_NOEXEC, "") {
            Err(error) if error.raw_os_error() != Some(libc::EBUSY) => {
                return Err(error).step(&format!("mount {point}"));
            }
            _ => {}
        }
    }
    let order = std::fs::read_to_string("/modules/order").step("read the list of modules")?;
    for module in order.lines() {
        load(&format!("/modules/{module}")).step(&format!("load the module {module}"))?;
    }
    Ok(())
}

fn load(path: &str) -> Result<()> {
    let file = sys::open(path, libc::O_RDONLY)?;
    // SAFETY: the parameters are an empty, NUL-terminated string.
    let loaded =
        unsafe { libc::syscall(libc::SYS_finit_module, file.as_raw_fd(), c"".as_ptr(), 0) };
    match sys::check_long(loaded) {
        Err(error) if error.raw_os_error() != Some(libc::EEXIST) => Err(error),
        _ => Ok(()),
    }
}

/// Opened through the name the host gave it.
fn open_port() -> Step<OwnedFd> {
    until("find the port", || {
        let entries = std::fs::read_dir("/sys/class/virtio-ports").ok()?;
        for entry in entries.flatten() {
            let name = std::fs::read_to_string(entry.path().join("name")).unwrap_or_default();
            if name.trim_end() == PORT {
                let device = format!("/dev/{}", entry.file_name().to_string_lossy());
                return sys::open(&device, libc::O_RDWR).ok();
            }
        }
        None
    })
}

fn until<T>(step: &str, mut look: impl FnMut() -> Option<T>) -> Step<T> {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return Ok(found);
        }
        if Instant::now() > end {
            return Err(broken(step));
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

// --- the root -------------------------------------------------------------------------------------------------------------

/// Makes the image the root, with what a Linux machine has: after this paths mean what they mean in the image.
fn root() -> Step<()> {
    until("find the disk", || {
        sys::open("/dev/vda", libc::O_RDONLY).ok()
    })?;
    std::fs::create_dir_all(NEW_ROOT).step("make a mount point")?;
    let read_only = libc::MS_RDONLY | libc::MS_NOSUID | libc::MS_NODEV;
    sys::mount("/dev/vda", NEW_ROOT, "squashfs", read_only, "").step("mount the root image")?;
    for point in ["/dev", "/proc", "/sys"] {
        sys::mount(point, &format!("{NEW_ROOT}{point}"), "", libc::MS_MOVE, "")
            .step(&format!("move {point} (is the directory in the image?)"))?;
    }
    sys::chdir(NEW_ROOT).step("enter the root")?;
    sys::mount(".", "/", "", libc::MS_MOVE, "").step("move the root")?;
    sys::chroot(".").step("change the root")?;
    sys::chdir("/").step("enter the root")?;
    // Programs may reserve far more than there is, as long as they do not use it: that is what their groups are for.
    std::fs::write("/proc/sys/vm/overcommit_memory", "1").step("allow reservations")?;
    let hidden = libc::MS_NOSUID | libc::MS_NODEV | libc::MS_NOEXEC;
    sys::mount("cgroup2", "/sys/fs/cgroup", "cgroup2", hidden, "").step("mount the control groups")
}

// --- waking up ------------------------------------------------------------------------------------------------------------

/// Mixes in fresh randomness, counts it as such, and makes the generator use it at once.
fn stir(random: &OwnedFd, entropy: &[u8]) -> Result<()> {
    const ADD_ENTROPY: libc::Ioctl = 0x4008_5203;
    const RESEED: libc::Ioctl = 0x5207;
    const ROOM: usize = 512;
    #[repr(C)]
    struct PoolInfo {
        bits: libc::c_int,
        bytes: libc::c_int,
        data: [u8; ROOM],
    }
    let length = entropy.len().min(ROOM);
    let mut info = PoolInfo {
        bits: libc::c_int::try_from(8 * length).unwrap_or(0),
        bytes: libc::c_int::try_from(length).unwrap_or(0),
        data: [0; ROOM],
    };
    info.data[..length].copy_from_slice(&entropy[..length]);
    // SAFETY: the pointer is to the kernel's `struct rand_pool_info` with as many bytes as it says.
    sys::check(unsafe { libc::ioctl(random.as_raw_fd(), ADD_ENTROPY, &raw const info) })?;
    // SAFETY: no pointers.
    sys::check(unsafe { libc::ioctl(random.as_raw_fd(), RESEED) }).map(drop)
}

fn set_clock(now_ns: u64) -> Result<()> {
    let time = libc::timespec {
        tv_sec: libc::time_t::try_from(now_ns / 1_000_000_000).unwrap_or(0),
        tv_nsec: libc::c_long::try_from(now_ns % 1_000_000_000).unwrap_or(0),
    };
    // SAFETY: the pointer is to a whole `timespec`.
    sys::check(unsafe { libc::clock_settime(libc::CLOCK_REALTIME, &raw const time) }).map(drop)
}
