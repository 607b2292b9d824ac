//! `gavel bench`: measured numbers, floor and figure in one run. A file per bench; [`command::BENCHES`] lists them.

pub(crate) mod command;
mod compare;
mod figures;
