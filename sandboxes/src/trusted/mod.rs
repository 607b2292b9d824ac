//! The trusted wall: a process group with resource limits, for programs of people we trust.

mod wall;

pub use wall::{TrustedConfig, TrustedWall};
