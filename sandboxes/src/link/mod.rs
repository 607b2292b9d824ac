//! The host's side of the runner: start it, talk to it, present it as a [`crate::sandbox::Sandbox`].

pub(crate) mod embedded;
pub(crate) mod faults;
pub(crate) mod holder;
pub(crate) mod keeper;
pub(crate) mod pump;
pub(crate) mod sandbox;
pub(crate) mod shown;
pub(crate) mod socket;
pub(crate) mod stream;
pub(crate) mod wire;
