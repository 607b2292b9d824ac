//! The native wall: namespaces, control groups, a read-only root, a filter, Landlock, no capabilities, an unprivileged user.

mod delegation;
mod groups;
mod hierarchy;
mod privileges;
mod probe;
mod users;
mod wall;

pub(crate) use groups::{InstanceGroups, SandboxGroups};
pub use privileges::{NEEDED, Needed, drop_privileges};
pub use probe::{Finding, probe};
pub use users::Mode;
pub(crate) use wall::entries;
pub use wall::{NativeConfig, NativeWall};
