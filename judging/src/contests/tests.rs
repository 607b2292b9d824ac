//! Tests of reading contests and of what belongs to one.

use super::*;

const NOW: Timestamp = Timestamp(1_795_164_720_000);

fn demo(start: &str) -> String {
    format!(
        "id: demo\nname: Demo Contest\nstart_time: {start}\nduration: 5:00:00\nscoreboard_freeze_duration: 1:00:00\n\
         problems:\n  - {{id: hello, label: A, rgb: '#ff0000', color: red}}\n  - {{id: sums}}\n\
         teams:\n  - {{id: 1, name: First Team, organization: First University}}\n  - {{id: t2}}\n"
    )
}

#[test]
fn a_contest_is_read() {
    insta::assert_debug_snapshot!(Contest::parse(&demo("2026-11-20T09:00:00+01:00"), NOW).unwrap());
}

#[test]
fn the_start_may_be_relative_to_now() {
    for (start, shift) in [
        ("now", 0),
        ("now+0:05:00", 300_000),
        ("now-1:00:00", -3_600_000),
    ] {
        let contest = Contest::parse(&demo(start), NOW).unwrap();
        assert_eq!(contest.start, Timestamp(NOW.0 + shift), "{start}");
    }
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let text = "id: a b\nstart_time: tomorrow\nduration: 5h\npenalty_time: -1\nlength: 1\nscoreboard_freeze_duration: 9:00:00\n\
                problems:\n  - {id: hello, label: A, rgb: red}\n  - {id: hello, label: A, colour: x}\n  - 3\n\
                teams: []\n";
    insta::assert_snapshot!(Contest::parse(text, NOW).unwrap_err().0.join("\n"), @r##"
    id must be 1 to 36 of A-Z a-z 0-9 _ . -, found "a b"
    start_time must be like 2026-11-20T09:00:00+01:00 or now-1:00:00, found "tomorrow"
    duration must be like 5:00:00, found "5h"
    penalty_time must be whole minutes, found -1
    problems[0].rgb must be like "#ff0000", found "red"
    problems[1].colour is not a known key
    problems[2] must be a map, found 3
    problems: id "hello" stands there twice
    problems: label "A" stands there twice
    teams must be a list of at least one
    length is not a known key
    scoreboard_freeze_duration is longer than the contest
    "##);
    insta::assert_snapshot!(Contest::parse("", NOW).unwrap_err(), @"id is missing; start_time is missing; duration is missing; problems must be a list of at least one; teams must be a list of at least one");
    assert!(
        Contest::parse("a: b: c", NOW)
            .unwrap_err()
            .to_string()
            .contains("not valid YAML")
    );
}

#[test]
fn a_submission_belongs_from_the_start_to_before_the_end() {
    let contest = Contest::parse(&demo("now"), NOW).unwrap();
    let check = |team: &str, problem: &str, after_ms: i64, expected: Result<(), Refusal>| {
        let at = Timestamp(NOW.0 + after_ms);
        assert_eq!(
            contest.admits(&team.into(), &problem.into(), at),
            expected,
            "{team} {problem} {after_ms}"
        );
    };
    let hour = 3_600_000;
    check("1", "hello", 0, Ok(()));
    check("1", "hello", 5 * hour - 1, Ok(()));
    check("1", "hello", -1, Err(Refusal::NotStarted));
    check("1", "hello", 5 * hour, Err(Refusal::Over));
    check("2", "hello", 0, Err(Refusal::UnknownTeam));
    check("1", "other", 0, Err(Refusal::UnknownProblem));
    for (after_ms, phase) in [
        (-1, Phase::Before),
        (0, Phase::Running),
        (4 * hour, Phase::Frozen),
        (5 * hour, Phase::Over),
    ] {
        assert_eq!(contest.phase(Timestamp(NOW.0 + after_ms)), phase);
    }
    assert_eq!(contest.minute(Timestamp(NOW.0 + 59_999)), 0);
    assert_eq!(contest.minute(Timestamp(NOW.0 + 60_000)), 1);
}

#[test]
fn labels_go_on_after_z() {
    assert_eq!(
        [0, 25, 26, 27, 52, 702].map(letters),
        ["A", "Z", "AA", "AB", "BA", "AAA"]
    );
}
