//! What this machine has for virtual machines.

use std::path::Path;

use sandboxes::microvm::{MicroVmConfig, findings};
use sandboxes::root::RootPlan;

use super::report::{Finding, Health};

/// Where `deploy/microvm/build` puts its images.
const USUAL: &str = ".cache/microvm";

/// Emulator, images, KVM and memory. Nothing of it is needed by a judgehost without such a pool.
pub(super) fn examine(config: Option<&MicroVmConfig>) -> Vec<Finding> {
    let usual = || MicroVmConfig::new(Path::new(USUAL), RootPlan::default());
    let lacking = if config.is_some() {
        Health::Missing
    } else {
        Health::Off
    };
    let found = match config {
        Some(config) => findings(config),
        None => findings(&usual()),
    };
    found
        .into_iter()
        .map(|part| {
            let name = format!("microvm: {}", part.mechanism);
            if part.ok {
                Finding::new(name, Health::Ok, part.detail)
            } else {
                Finding::new(name, lacking, part.detail).mended_by(part.mend)
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_pool_needs_is_off_and_what_one_needs_is_missing() {
        let nowhere = tempfile::tempdir().unwrap();
        let config = MicroVmConfig::new(nowhere.path(), RootPlan::default());
        let images = |findings: Vec<Finding>| {
            let mut found = findings.into_iter();
            found
                .find(|finding| finding.name == "microvm: images")
                .unwrap()
        };
        let needed = images(examine(Some(&config)));
        assert_eq!(needed.health, Health::Missing);
        assert!(
            needed.detail.contains("pools.microvm.manifest"),
            "{needed:?}"
        );
        assert_eq!(needed.mend.as_deref(), Some("run deploy/microvm/build"));
    }
}
