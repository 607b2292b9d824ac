//! The protocol between host and runner.
