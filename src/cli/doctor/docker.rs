//! What Docker offers on this machine, for whoever wants pools of containers.

use sandboxes::docker::{DockerConfig, Survey, survey};

use super::report::{Finding, Health};

/// The runtimes worth a line each: what they are, and how to get them.
const RUNTIMES: [(&str, &str, &str); 2] = [
    (
        "runc",
        "containers on this machine's kernel",
        "sudo apt-get install runc",
    ),
    (
        "runsc",
        "gVisor: containers on a kernel of their own",
        "sudo apt-get install runsc, then deploy/docker start, or name it under `runtimes` in /etc/docker/daemon.json",
    ),
];

/// Looks for a daemon, its runtimes, and the image that `config` names. Nothing here is needed unless a pool says `wall = "docker"`.
pub(super) fn findings(config: &DockerConfig) -> Vec<Finding> {
    match survey(config) {
        Ok(found) => describe(&found),
        Err(error) => vec![
            Finding::new("docker", Health::Off, error.to_string())
                .mended_by("export DOCKER_HOST=unix://$(deploy/docker start)"),
        ],
    }
}

fn describe(found: &Survey) -> Vec<Finding> {
    let version = format!(
        "version {}, control groups v{}",
        found.version, found.cgroups
    );
    let mut findings = vec![Finding::new("docker", Health::Ok, version)];
    for (name, what, mend) in RUNTIMES {
        let known = found.runtimes.iter().any(|runtime| runtime == name);
        let (health, detail) = if known {
            (Health::Ok, what.to_owned())
        } else {
            (Health::Off, format!("the daemon does not know it ({what})"))
        };
        let finding = Finding::new(format!("docker runtime {name}"), health, detail);
        findings.push(if known {
            finding
        } else {
            finding.mended_by(mend)
        });
    }
    findings.push(match &found.image {
        Ok(id) => Finding::new("docker image", Health::Ok, id.clone()),
        Err(reason) => Finding::new("docker image", Health::Off, reason.clone())
            .mended_by("deploy/images/build"),
    });
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(runtimes: &[&str], image: Result<&str, &str>, off: &[&str]) {
        let found = Survey {
            version: "20.10.24".to_owned(),
            runtimes: runtimes.iter().map(|name| (*name).to_owned()).collect(),
            cgroups: "1".to_owned(),
            image: image.map(str::to_owned).map_err(str::to_owned),
        };
        let findings = describe(&found);
        let missing: Vec<_> = findings
            .iter()
            .filter(|finding| finding.health == Health::Off)
            .collect();
        assert!(missing.iter().all(|finding| finding.mend.is_some()));
        assert_eq!(
            missing
                .iter()
                .map(|finding| finding.name.as_str())
                .collect::<Vec<_>>(),
            off
        );
    }

    #[test]
    fn what_is_not_there_comes_with_what_mends_it() {
        check(&["runc", "runsc"], Ok("sha256:7"), &[]);
        check(&["runc"], Ok("sha256:7"), &["docker runtime runsc"]);
        check(&["runc", "runsc"], Err("is not there"), &["docker image"]);
    }
}
