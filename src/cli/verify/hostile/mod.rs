//! Hostile programs against walls: `gavel verify --hostile`.

pub(super) mod command;
mod show;
mod walls;
