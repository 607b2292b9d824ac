//! The `gavel` program.

fn main() {}
