//! The command line: a file per subcommand.

pub(crate) mod commands;
pub(crate) mod serve;
