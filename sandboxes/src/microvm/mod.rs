//! The microVM wall: a virtual machine around each submission, and the native wall once more inside it.
//!
//! A sandbox is one QEMU process without disk, network or shared folder, which dies with the daemon. Its first process is our
//! runner; the two talk over a serial port. Machines are not booted but continued from one that was saved when its sandbox was ready.

mod accelerator;
mod arguments;
mod artifacts;
mod calibration;
mod config;
mod factory;
mod findings;
mod initramfs;
mod machine;
mod port;
mod processor;
mod qmp;
mod registry;
mod state;
mod template;
mod wall;

pub use accelerator::Accelerator;
pub use config::{Acceleration, MicroVmConfig};
pub use findings::findings;
pub use wall::MicroVmWall;
