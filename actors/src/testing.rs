//! A judgehost in miniature for tests: a wall whose programs are scripts, a log and a job source in memory.

mod doubles;
mod wall;
mod world;

pub(crate) use doubles::{MemoryJobs, MemoryLog};
pub(crate) use wall::{Script, ScriptedWall};
pub(crate) use world::{Package, World};
