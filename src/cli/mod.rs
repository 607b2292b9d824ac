//! The command line: a file per subcommand.

pub(crate) mod bench;
pub(crate) mod board;
mod cache;
pub(crate) mod commands;
pub(crate) mod doctor;
pub(crate) mod judge;
pub(crate) mod lint;
mod machines;
pub(crate) mod serve;
pub(crate) mod submit;
pub(crate) mod table;
pub(crate) mod validate_output;
pub(crate) mod verify;
pub(crate) mod watch;
