//! The read-only root that programs see: a plan made from this host's toolchains, as data.
//!
//! A wall builds the tree; this module only decides what is in it. **Invariant:** nothing from a home directory under its own
//! name, no variable data, and of the host's configuration only what a toolchain cannot start without.

mod copies;
mod host;
mod image;
mod ld_cache;
mod listing;
mod plan;
mod planning;

pub use host::Host;
pub use plan::{Bind, RootPlan, Symlink, SynthFile};
pub use planning::Account;
