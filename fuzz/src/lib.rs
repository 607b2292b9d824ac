//! Fuzz targets for what reads files of others; each takes bytes and must come back.

mod targets;

pub use targets::{TARGETS, Target, archives, groups, problem_yaml, tokens};
