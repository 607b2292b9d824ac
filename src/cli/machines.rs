//! The virtual machines that stand here, for commands that read no configuration.

use std::path::PathBuf;

use anyhow::{Context, Result};
use sandboxes::microvm::MicroVmConfig;
use sandboxes::root::{Host, RootPlan};

/// On what `deploy/microvm/build` made: where `GAVEL_MICROVM` says, else where it puts it; and what is in its image.
pub(super) fn installed() -> Result<(MicroVmConfig, Host)> {
    let directory = std::env::var_os("GAVEL_MICROVM")
        .map_or_else(|| PathBuf::from(".cache/microvm"), PathBuf::from);
    let mut config = MicroVmConfig::new(&directory, RootPlan::default());
    let listing = config.listing();
    let listing = std::fs::read_to_string(&listing).with_context(|| {
        format!(
            "failed to read {}; deploy/microvm/build makes it",
            listing.display()
        )
    })?;
    let host = Host::of_listing(&listing, "microvm");
    config.root = RootPlan::of_image(&host);
    Ok((config, host))
}
