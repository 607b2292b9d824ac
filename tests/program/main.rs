//! Tests of the whole program: each starts the built binary, talks to it as a user would, and stops it.
//! One binary, so that the harness is built once and the program is linked once.

#[cfg(test)]
#[path = "../common/mod.rs"]
mod common;

#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod bad_packages;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod every_wall;
#[cfg(test)]
mod languages;
#[cfg(test)]
mod newcomer;
#[cfg(test)]
mod panics;
#[cfg(test)]
mod pools;
#[cfg(test)]
mod serving;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod uploads;
#[cfg(test)]
mod verify;
#[cfg(test)]
mod walls;
