//! The command line of a machine, and the files it gets by descriptor.
//!
//! Every device is listed here; there is no other. No network, no shared folder, no disk but the read-only root image.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use runner::machine::{FIRST_DESCRIPTOR, PORT};

use crate::microvm::accelerator::Accelerator;
use crate::microvm::artifacts::Artifacts;

/// Where a machine's memory is.
pub(crate) enum Memory<'a> {
    /// Its own.
    Fresh,
    /// In this file, to be saved with it.
    Shared(&'a File),
    /// A private copy of this file, page by page as they are written; the devices' state is in the other file.
    Saved {
        /// The memory.
        memory: &'a File,
        /// The devices' state; its own description, at its beginning.
        devices: File,
    },
}

/// What differs between machines.
pub(crate) struct Shape<'a> {
    /// Memory, bytes.
    pub(crate) memory_bytes: u64,
    /// Where it is.
    pub(crate) memory: Memory<'a>,
    /// With what it computes.
    pub(crate) accelerator: Accelerator,
    /// Frequency of the time stamp counter, kHz.
    pub(crate) counter_khz: u64,
    /// Whether QEMU's own system call filter is loaded.
    pub(crate) filtered: bool,
    /// What the runner is told, after `guest`.
    pub(crate) mode: &'static str,
}

/// A command line and what goes with it.
pub(crate) struct CommandLine {
    /// The arguments, without `argv[0]`.
    pub(crate) args: Vec<String>,
    /// Its descriptors, from [`FIRST_DESCRIPTOR`] on.
    pub(crate) files: Vec<Arc<File>>,
    /// Which of them has the devices' state.
    pub(crate) devices: Option<i32>,
}

impl CommandLine {
    fn give(&mut self, file: File) -> i32 {
        self.files.push(Arc::new(file));
        FIRST_DESCRIPTOR + i32::try_from(self.files.len()).unwrap_or(i32::MAX) - 1
    }

    fn add(&mut self, words: &[&str]) {
        self.args
            .extend(words.iter().map(|word| (*word).to_owned()));
    }

    /// `-NAME VALUE`.
    fn set(&mut self, name: &str, value: String) {
        self.args.push(name.to_owned());
        self.args.push(value);
    }

    fn stream(&mut self, socket: UnixStream) -> i32 {
        self.give(File::from(OwnedFd::from(socket)))
    }
}

/// The command line of a machine whose port and monitor end in these sockets.
pub(crate) fn command_line(
    shape: Shape<'_>,
    artifacts: &Artifacts,
    port: UnixStream,
    monitor: UnixStream,
) -> std::io::Result<CommandLine> {
    let mut line = CommandLine {
        args: Vec::new(),
        files: Vec::new(),
        devices: None,
    };
    line.add(&["-nodefaults", "-no-user-config", "-no-reboot"]);
    line.add(&["-display", "none", "-nic", "none", "-smp", "1"]);
    processor(&mut line, shape.accelerator);
    memory(&mut line, shape.memory_bytes, shape.memory)?;
    let kernel = line.give(artifacts.kernel.try_clone()?);
    let initramfs = line.give(artifacts.initramfs.try_clone()?);
    line.set("-kernel", format!("/proc/self/fd/{kernel}"));
    line.set("-initrd", format!("/proc/self/fd/{initramfs}"));
    let words = kernel_words(shape.accelerator, shape.counter_khz, shape.mode);
    line.set("-append", words);
    let root = line.give(artifacts.root.try_clone()?);
    line.set("-add-fd", format!("fd={root},set=1"));
    let disk = "driver=file,node-name=root,filename=/dev/fdset/1,read-only=on,locking=off";
    line.add(&["-blockdev", disk]);
    line.add(&["-device", "virtio-blk-device,drive=root"]);
    let port = line.stream(port);
    line.set("-chardev", format!("socket,id=port,fd={port}"));
    line.add(&["-device", "virtio-serial-device"]);
    line.set(
        "-device",
        format!("virtserialport,chardev=port,name={PORT}"),
    );
    let monitor = line.stream(monitor);
    line.set("-chardev", format!("socket,id=monitor,fd={monitor}"));
    line.add(&["-mon", "chardev=monitor,mode=control"]);
    // What the kernel says stays in a ring of fixed size: a guest cannot fill anything with it.
    line.add(&["-chardev", "ringbuf,id=console,size=65536"]);
    line.add(&["-serial", "chardev:console"]);
    line.add(&["-global", "virtio-mmio.force-legacy=false"]);
    // A machine that was saved while it was stopped goes on by itself when it is restored.
    line.add(&["-global", "migration.store-global-state=off"]);
    if shape.filtered {
        let filter = "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny";
        line.add(&["-sandbox", filter]);
    }
    Ok(line)
}

fn processor(line: &mut CommandLine, accelerator: Accelerator) {
    // Power and time of day are not emulated; with ACPI the kernel finds the virtio devices without being told.
    line.add(&[
        "-machine",
        "microvm,acpi=on,pcie=off,rtc=off,usb=off,memory-backend=memory",
    ]);
    match accelerator {
        Accelerator::Kvm => line.add(&["-accel", "kvm", "-cpu", "host"]),
        // One processor needs no more translated code than this, and each machine has its own.
        Accelerator::Tcg => line.add(&["-accel", "tcg,tb-size=128", "-cpu", "max"]),
    }
}

fn memory(line: &mut CommandLine, bytes: u64, memory: Memory<'_>) -> std::io::Result<()> {
    line.set("-m", format!("{}", bytes >> 20));
    let (file, shared) = match memory {
        Memory::Fresh => {
            line.set(
                "-object",
                format!("memory-backend-ram,id=memory,size={bytes}"),
            );
            return Ok(());
        }
        Memory::Shared(file) => (file, "on"),
        Memory::Saved { memory, devices } => {
            let devices = line.give(devices);
            line.devices = Some(devices);
            line.add(&["-incoming", "defer"]);
            (memory, "off")
        }
    };
    let number = line.give(file.try_clone()?);
    line.set(
        "-object",
        format!("memory-backend-file,id=memory,size={bytes},mem-path=/proc/self/fd/{number},share={shared}"),
    );
    Ok(())
}

/// The kernel's command line. A machine lives for one submission with nobody else's secrets in it, and its kernel stands before
/// the wall, not behind it: it does without mitigations.
fn kernel_words(accelerator: Accelerator, counter_khz: u64, mode: &str) -> String {
    let mut words =
        "console=ttyS0 quiet loglevel=3 panic=-1 reboot=t cgroup_no_v1=all mitigations=off \
                     random.trust_cpu=on audit=0 nowatchdog tsc=reliable"
            .to_owned();
    if accelerator == Accelerator::Tcg {
        // An emulated machine on a busy host measures its clocks in vain.
        words += &format!(" tsc_early_khz={counter_khz} no_timer_check");
    }
    format!("{words} rdinit=/init -- guest {mode}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_has_no_network_and_no_writable_disk() {
        let file = || File::open("/dev/null").unwrap();
        let artifacts = Artifacts {
            kernel: file(),
            initramfs: file(),
            root: file(),
            kernel_version: String::new(),
            fingerprint: blake3::hash(b""),
        };
        let shape = Shape {
            memory_bytes: 64 << 20,
            memory: Memory::Saved {
                memory: &file(),
                devices: file(),
            },
            accelerator: Accelerator::Tcg,
            counter_khz: 2_500_000,
            filtered: true,
            mode: "",
        };
        let (port, monitor) = UnixStream::pair().unwrap();
        let line = command_line(shape, &artifacts, port, monitor).unwrap();
        let text = line.args.join(" ");
        let devices: Vec<&str> = line
            .args
            .windows(2)
            .filter(|pair| pair[0] == "-device")
            .map(|pair| pair[1].split(',').next().unwrap())
            .collect();
        assert_eq!(
            devices,
            [
                "virtio-blk-device",
                "virtio-serial-device",
                "virtserialport"
            ]
        );
        assert!(text.contains("-nodefaults -no-user-config"), "{text}");
        assert!(text.contains("-nic none"), "{text}");
        assert!(
            text.contains("filename=/dev/fdset/1,read-only=on"),
            "{text}"
        );
        assert!(text.contains("-sandbox on,"), "{text}");
        assert!(text.contains("share=off"), "{text}");
        assert!(text.contains(" tsc_early_khz=2500000 "), "{text}");
        assert_eq!(line.files.len(), 7);
        assert_eq!(line.devices, Some(FIRST_DESCRIPTOR));
    }
}
