//! The native wall: namespaces, control groups, a read-only root, a filter, Landlock, no capabilities, an unprivileged user.

mod groups;
mod hierarchy;
mod probe;
mod wall;

pub(crate) use groups::{InstanceGroups, SandboxGroups};
pub use probe::{Finding, probe};
pub(crate) use wall::entries;
pub use wall::{NativeConfig, NativeWall};
