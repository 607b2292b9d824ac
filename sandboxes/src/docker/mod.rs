//! The Docker wall: a container per sandbox, made ahead of need and removed after one submission, with our runner as its first
//! process. Behind runtime `runsc` programs meet gVisor's kernel instead of the host's.
//!
//! The judge never builds an image: `deploy/images/build` does, and what the configuration names is looked up once and pinned by
//! its id. **Invariants:** every container carries this instance's label; what dead instances left is removed at the next start,
//! and nobody else's is touched; what runs inside is this build's own runner, whatever the image holds.

mod attached;
mod census;
mod config;
mod container;
mod engine;
mod events;
mod files;
mod holder;
mod image;
mod instance;
mod names;
mod profile;
mod survey;
mod wall;

pub(crate) use census::census;
pub use config::DockerConfig;
pub use survey::{Survey, survey};
pub use wall::DockerWall;
