//! Configuration: defaults < `gavel.toml` < `GAVEL_*` < flags, every mistake reported at once.

pub(crate) mod check;
pub(crate) mod layers;
pub(crate) mod model;
pub(crate) mod units;
