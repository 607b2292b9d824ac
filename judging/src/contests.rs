//! Contests: who competes, on what, from when to when. Read from `contest.yaml`.
//!
//! The names are those of the ICPC contest package (`contest.yaml`, `problems.yaml`, `teams.json`), in one file:
//!
//! ```yaml
//! id: demo
//! name: Demo Contest
//! formal_name: The First Demo Contest          # optional
//! start_time: 2026-11-20T09:00:00+01:00        # TIME; or `now`, `now+0:05:00`, `now-1:00:00` for a demonstration
//! duration: 5:00:00                            # RELTIME
//! scoreboard_freeze_duration: 1:00:00          # optional: the last hour is frozen
//! scoreboard_thaw_time: 2026-11-20T15:00:00Z   # optional: without it, frozen until somebody thaws it
//! penalty_time: 20                             # optional, minutes, default 20
//! problems:
//!   - {id: hello, label: A, rgb: "#ff0000", color: red}   # label, rgb and color are optional
//! teams:
//!   - {id: "1", name: First Team, organization: First University}   # organization is optional
//! ```

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::ids::{ContestId, ProblemId, TeamId, Timestamp};
use crate::times::{parse_reltime, parse_time};
use crate::yaml;

/// A contest with ICPC rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contest {
    /// Names it in URLs.
    pub id: ContestId,
    /// Short name.
    pub name: String,
    /// Full name.
    pub formal_name: Option<String>,
    /// When it begins.
    pub start: Timestamp,
    /// How long it lasts.
    pub duration: Duration,
    /// How long before its end the public scoreboard freezes.
    pub freeze: Option<Duration>,
    /// When the public scoreboard shows everything again; `None`: when somebody says so.
    pub thaw: Option<Timestamp>,
    /// Minutes each penalised submission costs.
    pub penalty_minutes: u32,
    /// In order of their labels.
    pub problems: Vec<ContestProblem>,
    /// In order of the file.
    pub teams: Vec<Team>,
}

/// A problem of a contest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContestProblem {
    /// The problem package.
    pub id: ProblemId,
    /// What teams call it: `A`.
    pub label: String,
    /// Its balloon: `#ff0000`.
    pub rgb: Option<String>,
    /// The name of that colour.
    pub color: Option<String>,
}

/// A team of a contest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Team {
    /// Names it in submissions.
    pub id: TeamId,
    /// What the scoreboard shows.
    pub name: String,
    /// Its university.
    pub organization: Option<String>,
}

/// Where a contest stands at some moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Phase {
    /// It has not begun.
    Before,
    /// It runs, and the public sees everything.
    Running,
    /// It runs, and the public scoreboard is frozen.
    Frozen,
    /// It has ended.
    Over,
}

/// Why a submission does not belong to a contest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It came before the start.
    #[error("the contest has not begun")]
    NotStarted,
    /// It came at the end or later.
    #[error("the contest is over")]
    Over,
    /// The problem is not part of the contest.
    #[error("the problem is not part of the contest")]
    UnknownProblem,
    /// The team does not take part.
    #[error("the team does not take part in the contest")]
    UnknownTeam,
}

impl Refusal {
    /// A stable code for clients.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotStarted => "contest_not_started",
            Self::Over => "contest_over",
            Self::UnknownProblem => "problem_not_in_contest",
            Self::UnknownTeam => "team_not_in_contest",
        }
    }
}

impl Contest {
    /// Reads `contest.yaml`. `now` is what a start time relative to `now` is relative to.
    ///
    /// # Errors
    /// Every mistake in the file at once.
    pub fn parse(text: &str, now: Timestamp) -> Result<Self, ContestMistakes> {
        let map = yaml::parse(text)
            .map_err(|reason| ContestMistakes(vec![format!("not valid YAML: {reason}")]))?;
        let mut reader = Reader {
            map: &map,
            place: String::new(),
            mistakes: Vec::new(),
        };
        let id = reader.id("id");
        let contest = Self {
            name: reader.text("name").unwrap_or_else(|| id.clone()),
            id: ContestId(id),
            formal_name: reader.text("formal_name"),
            start: reader.start(now),
            duration: reader.reltime("duration", true).unwrap_or_default(),
            freeze: reader.reltime("scoreboard_freeze_duration", false),
            thaw: reader.time("scoreboard_thaw_time"),
            penalty_minutes: reader.penalty(),
            problems: reader.problems(),
            teams: reader.teams(),
        };
        let known = [
            "id",
            "name",
            "formal_name",
            "start_time",
            "duration",
            "scoreboard_freeze_duration",
            "scoreboard_thaw_time",
            "penalty_time",
            "problems",
            "teams",
        ];
        reader.unknown(&known);
        if contest
            .freeze
            .is_some_and(|freeze| freeze > contest.duration)
        {
            reader.mistake("scoreboard_freeze_duration", "is longer than the contest");
        }
        if reader.mistakes.is_empty() {
            Ok(contest)
        } else {
            Err(ContestMistakes(reader.mistakes))
        }
    }

    /// When it ends; a submission at that moment comes too late.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        Timestamp(self.start.0.saturating_add(millis(self.duration)))
    }

    /// From when on the public scoreboard shows submissions as pending.
    #[must_use]
    pub fn freeze_at(&self) -> Option<Timestamp> {
        self.freeze
            .map(|freeze| Timestamp(self.end().0.saturating_sub(millis(freeze))))
    }

    /// Where it stands at `at`.
    #[must_use]
    pub fn phase(&self, at: Timestamp) -> Phase {
        if at < self.start {
            Phase::Before
        } else if at >= self.end() {
            Phase::Over
        } else if self.freeze_at().is_some_and(|freeze| at >= freeze) {
            Phase::Frozen
        } else {
            Phase::Running
        }
    }

    /// Whole minutes from the start to `at`, rounded down; 0 before the start.
    #[must_use]
    pub fn minute(&self, at: Timestamp) -> u64 {
        u64::try_from(at.0.saturating_sub(self.start.0)).unwrap_or(0) / 60_000
    }

    /// Whether a submission of `team` for `problem` received at `at` belongs to this contest.
    ///
    /// # Errors
    /// Why it does not.
    pub fn admits(&self, team: &TeamId, problem: &ProblemId, at: Timestamp) -> Result<(), Refusal> {
        if !self.teams.iter().any(|known| known.id == *team) {
            return Err(Refusal::UnknownTeam);
        }
        if !self.problems.iter().any(|known| known.id == *problem) {
            return Err(Refusal::UnknownProblem);
        }
        match self.phase(at) {
            Phase::Before => Err(Refusal::NotStarted),
            Phase::Over => Err(Refusal::Over),
            Phase::Running | Phase::Frozen => Ok(()),
        }
    }
}

/// Everything that is wrong with a `contest.yaml`, one sentence each, beginning with the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContestMistakes(pub Vec<String>);

impl fmt::Display for ContestMistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("; "))
    }
}

impl std::error::Error for ContestMistakes {}

/// Reads keys of one map and remembers what is wrong with them.
struct Reader<'a> {
    map: &'a Map<String, Value>,
    /// Put before keys in messages: `problems[2].`.
    place: String,
    mistakes: Vec<String>,
}

impl<'a> Reader<'a> {
    fn mistake(&mut self, key: &str, what: &str) {
        self.mistakes.push(format!("{}{key} {what}", self.place));
    }

    fn value(&self, key: &str) -> Option<&'a Value> {
        self.map.get(key).filter(|value| !value.is_null())
    }

    fn unknown(&mut self, known: &[&str]) {
        let unknown: Vec<&String> = self
            .map
            .keys()
            .filter(|key| !known.contains(&key.as_str()))
            .collect();
        for key in unknown {
            self.mistake(key, "is not a known key");
        }
    }

    fn text(&mut self, key: &str) -> Option<String> {
        let value = self.value(key)?;
        let text = yaml::text(value).filter(|text| !text.trim().is_empty());
        if text.is_none() {
            self.mistake(key, &format!("must be text, found {}", yaml::shown(value)));
        }
        text
    }

    /// An identifier of the Contest API: `[A-Za-z0-9_][A-Za-z0-9_.-]{0,35}` without a point at the end.
    fn id(&mut self, key: &str) -> String {
        let Some(value) = self.value(key) else {
            self.mistake(key, "is missing");
            return String::new();
        };
        let id = yaml::text(value).unwrap_or_default();
        let valid = (1..=36).contains(&id.len())
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
            && !id.starts_with(['.', '-'])
            && !id.ends_with('.');
        if !valid {
            let what = format!(
                "must be 1 to 36 of A-Z a-z 0-9 _ . -, found {}",
                yaml::shown(value)
            );
            self.mistake(key, &what);
        }
        id
    }

    fn time(&mut self, key: &str) -> Option<Timestamp> {
        let value = self.value(key)?;
        let time = yaml::text(value).and_then(|text| parse_time(&text));
        if time.is_none() {
            let what = format!(
                "must be like 2026-11-20T09:00:00+01:00, found {}",
                yaml::shown(value)
            );
            self.mistake(key, &what);
        }
        time
    }

    fn reltime(&mut self, key: &str, required: bool) -> Option<Duration> {
        let Some(value) = self.value(key) else {
            if required {
                self.mistake(key, "is missing");
            }
            return None;
        };
        let time = yaml::text(value).and_then(|text| parse_reltime(&text));
        match time {
            None => {
                let what = format!("must be like 5:00:00, found {}", yaml::shown(value));
                self.mistake(key, &what);
            }
            Some(Duration::ZERO) if required => self.mistake(key, "must be longer than nothing"),
            Some(_) => {}
        }
        time
    }

    fn start(&mut self, now: Timestamp) -> Timestamp {
        let Some(value) = self.value("start_time") else {
            self.mistake("start_time", "is missing");
            return now;
        };
        let text = yaml::text(value).unwrap_or_default();
        let shift = |offset: &str| parse_reltime(offset).map(millis);
        let relative = match text.trim().strip_prefix("now") {
            Some("") => Some(now),
            Some(offset) => match offset.split_at_checked(1) {
                Some(("+", offset)) => shift(offset).map(|ms| Timestamp(now.0 + ms)),
                Some(("-", offset)) => shift(offset).map(|ms| Timestamp(now.0 - ms)),
                _ => None,
            },
            None => None,
        };
        relative
            .or_else(|| parse_time(text.trim()))
            .unwrap_or_else(|| {
                let what = format!(
                    "must be like 2026-11-20T09:00:00+01:00 or now-1:00:00, found {}",
                    yaml::shown(value)
                );
                self.mistake("start_time", &what);
                now
            })
    }

    fn penalty(&mut self) -> u32 {
        let Some(value) = self.value("penalty_time") else {
            return 20;
        };
        let minutes = value
            .as_u64()
            .and_then(|minutes| u32::try_from(minutes).ok());
        minutes
            .filter(|minutes| *minutes <= 1_000_000)
            .unwrap_or_else(|| {
                let what = format!("must be whole minutes, found {}", yaml::shown(value));
                self.mistake("penalty_time", &what);
                20
            })
    }

    /// Reads each map of a list with `read`; at least one is required.
    fn list<T>(&mut self, key: &str, read: impl Fn(&mut Reader<'a>, usize) -> T) -> Vec<T> {
        let entries = match self.value(key) {
            Some(Value::Array(entries)) if !entries.is_empty() => entries,
            _ => {
                self.mistake(key, "must be a list of at least one");
                return Vec::new();
            }
        };
        let mut items = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let place = format!("{key}[{index}]");
            let Value::Object(map) = entry else {
                self.mistakes.push(format!(
                    "{place} must be a map, found {}",
                    yaml::shown(entry)
                ));
                continue;
            };
            let mut reader = Reader {
                map,
                place: format!("{place}."),
                mistakes: Vec::new(),
            };
            items.push(read(&mut reader, index));
            self.mistakes.append(&mut reader.mistakes);
        }
        items
    }

    fn problems(&mut self) -> Vec<ContestProblem> {
        let problems = self.list("problems", |reader, index| {
            reader.unknown(&["id", "label", "rgb", "color"]);
            let rgb = reader.text("rgb");
            if let Some(rgb) = &rgb
                && !(rgb.len() == 7
                    && rgb.starts_with('#')
                    && rgb[1..].bytes().all(|byte| byte.is_ascii_hexdigit()))
            {
                reader.mistake("rgb", &format!("must be like \"#ff0000\", found {rgb:?}"));
            }
            ContestProblem {
                id: ProblemId(reader.id("id")),
                label: reader.text("label").unwrap_or_else(|| letters(index)),
                rgb,
                color: reader.text("color"),
            }
        });
        self.unique(
            "problems",
            "id",
            problems.iter().map(|problem| problem.id.as_str()),
        );
        self.unique(
            "problems",
            "label",
            problems.iter().map(|problem| problem.label.as_str()),
        );
        problems
    }

    fn teams(&mut self) -> Vec<Team> {
        let teams = self.list("teams", |reader, _| {
            reader.unknown(&["id", "name", "organization"]);
            let id = reader.id("id");
            Team {
                name: reader.text("name").unwrap_or_else(|| id.clone()),
                id: TeamId(id),
                organization: reader.text("organization"),
            }
        });
        self.unique("teams", "id", teams.iter().map(|team| team.id.as_str()));
        teams
    }

    fn unique<'b>(&mut self, list: &str, key: &str, values: impl Iterator<Item = &'b str>) {
        let mut seen = std::collections::HashSet::new();
        for value in values.filter(|value| !value.is_empty()) {
            if !seen.insert(value) {
                self.mistakes
                    .push(format!("{list}: {key} {value:?} stands there twice"));
            }
        }
    }
}

/// `A`, ..., `Z`, `AA`, `AB`, ...
fn letters(index: usize) -> String {
    let letter = char::from(b'A' + (index % 26) as u8);
    if index < 26 {
        letter.to_string()
    } else {
        format!("{}{letter}", letters(index / 26 - 1))
    }
}

fn millis(length: Duration) -> i64 {
    i64::try_from(length.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
