//! The look from inside: a program of ours that prints what an earlier one could have left. A fresh sandbox must show what the
//! first fresh sandbox showed, and a run in a used one what a second run showed there.

use std::sync::Arc;

use super::suite::SuiteError;
use super::tools::read_back;
use crate::languages::{RunPlan, Sources};
use crate::sandbox::{Content, Limits, PlacedFile, Run, Sandbox, WallError};

const SOURCE: &str = include_str!("inspection.c");

/// Where programs may write, as the seam names it, and where else somebody could have left something.
const PLACES: [&str; 3] = ["/tmp", "/dev/shm", "/var/tmp"];

pub(super) fn sources() -> Sources {
    Sources::single("inspection.c", SOURCE)
}

/// The marker that nobody may touch.
pub(super) fn marker() -> PlacedFile {
    PlacedFile {
        path: "marker".to_owned(),
        content: Content::Bytes(b"untouched".to_vec()),
        executable: false,
    }
}

/// Runs it. The directories that everybody shares are looked at only where the wall hides the host's.
pub(super) async fn inspect(
    sandbox: &mut dyn Sandbox,
    plan: &RunPlan,
    limits: Limits,
    hides_host: bool,
) -> Result<Report, SuiteError> {
    let places = if hides_host {
        &PLACES[..]
    } else {
        &PLACES[..1]
    };
    let mut args = vec!["inspection".to_owned(), "/box".to_owned()];
    args.extend(places.iter().map(|place| (*place).to_owned()));
    let run = Run {
        executable: plan.executable.clone(),
        args,
        env: plan.env.clone(),
        stdin: None,
        dialogue: None,
        limits,
        keep_work: false,
    };
    sandbox.start(run).await.map_err(SuiteError::Wall)?;
    let outcome = sandbox.finish().await.map_err(SuiteError::Wall)?;
    let text = String::from_utf8_lossy(&read_back(&outcome)?).into_owned();
    if !text.contains("marker: untouched") || outcome.stop.is_some() {
        return Err(SuiteError::Wall(WallError::Lost(format!(
            "the inspection ended with {:?} and printed {text:?}",
            outcome.exit
        ))));
    }
    Ok(Report(Arc::new(text.lines().map(str::to_owned).collect())))
}

/// What an inspection printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Report(Arc<Vec<String>>);

impl Report {
    /// Whatever is wrong in any sandbox, and whatever differs from what was first seen.
    pub(super) fn differs_from(&self, first: Option<&Self>) -> Vec<String> {
        let mut wrong: Vec<String> = self
            .0
            .iter()
            .filter(|line| line.starts_with("LEFT"))
            .cloned()
            .collect();
        let Some(first) = first else {
            return wrong;
        };
        let new = self
            .0
            .iter()
            .filter(|line| !first.0.contains(line) && !line.starts_with("LEFT"));
        wrong.extend(new.map(|line| format!("shows {line:?}")));
        let gone = first.0.iter().filter(|line| !self.0.contains(line));
        wrong.extend(gone.map(|line| format!("no longer shows {line:?}")));
        wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(lines: &[&str]) -> Report {
        Report(Arc::new(
            lines.iter().map(|line| (*line).to_owned()).collect(),
        ))
    }

    #[test]
    fn differences_are_named() {
        let first = report(&["marker: untouched", "priority 0"]);
        assert!(first.differs_from(None).is_empty());
        assert!(first.differs_from(Some(&first)).is_empty());
        let second = report(&["marker: untouched", "LEFT /tmp/a", "priority 19"]);
        assert_eq!(
            second.differs_from(Some(&first)),
            [
                "LEFT /tmp/a",
                "shows \"priority 19\"",
                "no longer shows \"priority 0\""
            ]
        );
        assert_eq!(second.differs_from(None), ["LEFT /tmp/a"]);
    }
}
