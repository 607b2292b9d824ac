//! Configuration: defaults < `gavel.toml` < `GAVEL_*` < flags, every mistake reported at once.

pub(crate) mod check;
mod check_pools;
pub(crate) mod layers;
mod lines;
pub(crate) mod machine;
pub(crate) mod model;
mod places;
pub(crate) mod pools;
mod renamed;
pub(crate) mod units;
