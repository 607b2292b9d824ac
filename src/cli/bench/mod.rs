//! `gavel bench`: measured numbers, floor and figure in one run. A file per bench; [`command::BENCHES`] lists them.

mod accept;
mod bare;
mod children;
pub(crate) mod command;
mod compare;
mod figures;
mod http_load;
mod idle;
mod interactive;
mod judge;
mod problems;
mod sandbox;
mod sessions;
mod walls;
mod ws_load;
