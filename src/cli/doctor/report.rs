//! What the doctor found, as lines or as JSON.

use anstream::println;
use serde::Serialize;

/// How an examination ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Health {
    /// As it should be.
    Ok,
    /// Worse than it could be, and everything works.
    Warning,
    /// Something that is not needed for everything is not there.
    Off,
    /// Something needed is not there.
    Missing,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// `kernel`, `wall native`, `language cpp`, ...
    pub(super) name: String,
    /// How it is.
    pub(super) health: Health,
    /// What was found.
    pub(super) detail: String,
    /// What mends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mend: Option<String>,
}

impl Finding {
    /// With what was found.
    pub(super) fn new(name: impl Into<String>, health: Health, detail: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            health,
            detail: detail.into(),
            mend: None,
        }
    }

    /// Says what mends it.
    pub(super) fn mended_by(mut self, command: impl Into<String>) -> Self {
        self.mend = Some(command.into());
        self
    }
}

/// All findings.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// Whether everything needed is there.
    pub(super) healthy: bool,
    pub(super) findings: Vec<Finding>,
}

impl Report {
    /// Judges the findings.
    pub(super) fn new(findings: Vec<Finding>) -> Self {
        let healthy = findings
            .iter()
            .all(|finding| finding.health != Health::Missing);
        Self { healthy, findings }
    }

    /// For reading.
    pub(super) fn print(&self) {
        for finding in &self.findings {
            let mark = match finding.health {
                Health::Ok => "\u{1b}[32mok     \u{1b}[0m",
                Health::Warning => "\u{1b}[33mwarning\u{1b}[0m",
                Health::Off => "\u{1b}[33moff    \u{1b}[0m",
                Health::Missing => "\u{1b}[31mmissing\u{1b}[0m",
            };
            println!("{mark}  {:<24} {}", finding.name, finding.detail);
            if let Some(mend) = &finding.mend {
                println!("{:35}mend it with: {mend}", "");
            }
        }
        let summary = if self.healthy {
            "everything needed is there"
        } else {
            "something needed is missing"
        };
        println!("{summary}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_needed_makes_a_machine_unfit() {
        let with = |health| Report::new(vec![Finding::new("x", health, "y")]).healthy;
        assert!(with(Health::Ok) && with(Health::Warning) && with(Health::Off));
        assert!(!with(Health::Missing));
    }
}
