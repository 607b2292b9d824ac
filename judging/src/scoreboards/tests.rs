//! Tests of the scoreboard: rule by rule on a small contest, then random histories against a board made from scratch.

use std::collections::HashMap;
use std::time::Duration;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::contests::{ContestProblem, Team};

const MINUTE: i64 = 60_000;

fn contest() -> Arc<Contest> {
    let problem = |id: &str, label: &str| ContestProblem {
        id: id.into(),
        label: label.to_owned(),
        rgb: None,
        color: None,
    };
    let team = |id: &str, name: &str| Team {
        id: id.into(),
        name: name.to_owned(),
        organization: None,
    };
    Arc::new(Contest {
        id: "demo".into(),
        name: "Demo".to_owned(),
        formal_name: None,
        start: Timestamp(0),
        duration: Duration::from_secs(300 * 60),
        freeze: Some(Duration::from_secs(60 * 60)),
        thaw: None,
        penalty_minutes: 20,
        problems: vec![problem("p", "A"), problem("q", "B")],
        teams: vec![team("x", "xenon"), team("a", "Argon"), team("n", "neon")],
    })
}

fn submitted(id: u128, team: &str, problem: &str, at_ms: i64) -> Change {
    Change::Submitted {
        submission: SubmissionId(Uuid::from_u128(id)),
        team: team.into(),
        problem: problem.into(),
        at: Timestamp(at_ms),
    }
}

fn judged(id: u128, generation: u32, verdict: Verdict) -> Change {
    Change::Judged {
        judgement: JudgementId {
            submission: SubmissionId(Uuid::from_u128(id)),
            generation,
        },
        verdict,
    }
}

/// A line per team: rank, name, solved, total; then per problem judged/penalised/pending, `+minute` and `!` for the first.
fn print(rows: &[Row]) -> String {
    let cell = |cell: &Cell| {
        let solved = cell.time.map(|time| format!("+{time}")).unwrap_or_default();
        assert_eq!(cell.solved, cell.time.is_some());
        let first = if cell.first_to_solve { "!" } else { "" };
        format!(
            " {}{}/{}/{}{solved}{first}",
            cell.label, cell.num_judged, cell.num_penalised, cell.num_pending
        )
    };
    rows.iter()
        .map(|row| {
            let cells: String = row.problems.iter().map(cell).collect();
            format!(
                "{} {} {} {}{cells}\n",
                row.rank, row.team_name, row.num_solved, row.total_time
            )
        })
        .collect()
}

fn board(changes: &[Change]) -> Scoreboard {
    let mut board = Scoreboard::new(contest());
    for change in changes {
        board.apply(change);
    }
    board
}

#[test]
fn an_empty_board_is_alphabetical() {
    insta::assert_snapshot!(print(&board(&[]).rows(View::Public)), @r"
    1 Argon 0 0 A0/0/0 B0/0/0
    1 neon 0 0 A0/0/0 B0/0/0
    1 xenon 0 0 A0/0/0 B0/0/0
    ");
}

#[test]
fn penalty_counts_before_the_first_accepted_only() {
    let board = board(&[
        submitted(1, "a", "p", 5 * MINUTE),
        judged(1, 1, Verdict::Wa),
        submitted(2, "a", "p", 6 * MINUTE),
        judged(2, 1, Verdict::Ce),
        submitted(3, "a", "p", 7 * MINUTE),
        judged(3, 1, Verdict::Tle),
        submitted(4, "a", "p", 9 * MINUTE + 59_999),
        judged(4, 1, Verdict::Ac),
        submitted(5, "a", "p", 11 * MINUTE),
        judged(5, 1, Verdict::Wa),
        submitted(6, "a", "p", 12 * MINUTE),
        submitted(7, "a", "q", 13 * MINUTE),
        judged(7, 1, Verdict::Rte),
        submitted(8, "n", "q", 13 * MINUTE),
        judged(8, 1, Verdict::Je),
    ]);
    insta::assert_snapshot!(print(&board.rows(View::Jury)), @r"
    1 Argon 1 49 A4/2/0+9! B1/1/0
    2 neon 0 0 A0/0/0 B0/0/1
    2 xenon 0 0 A0/0/0 B0/0/0
    ");
}

#[test]
fn equal_teams_share_a_rank() {
    let board = board(&[
        // Both 60 minutes; neon's last problem came earlier.
        submitted(1, "x", "p", 20 * MINUTE),
        judged(1, 1, Verdict::Ac),
        submitted(2, "x", "q", 40 * MINUTE),
        judged(2, 1, Verdict::Ac),
        submitted(3, "n", "p", 30 * MINUTE),
        judged(3, 1, Verdict::Ac),
        submitted(4, "n", "q", 30 * MINUTE + 5),
        judged(4, 1, Verdict::Ac),
    ]);
    insta::assert_snapshot!(print(&board.rows(View::Jury)), @r"
    1 neon 2 60 A1/0/0+30 B1/0/0+30!
    2 xenon 2 60 A1/0/0+20! B1/0/0+40
    3 Argon 0 0 A0/0/0 B0/0/0
    ");
    let mut tied = board;
    tied.apply(&submitted(5, "a", "p", 30 * MINUTE + 7));
    tied.apply(&judged(5, 1, Verdict::Ac));
    tied.apply(&submitted(6, "a", "q", 30 * MINUTE + 7));
    tied.apply(&judged(6, 1, Verdict::Ac));
    insta::assert_snapshot!(print(&tied.rows(View::Jury)), @r"
    1 Argon 2 60 A1/0/0+30 B1/0/0+30
    1 neon 2 60 A1/0/0+30 B1/0/0+30!
    3 xenon 2 60 A1/0/0+20! B1/0/0+40
    ");
}

#[test]
fn the_first_to_solve_waits_for_earlier_submissions() {
    let mut board = board(&[
        submitted(1, "x", "p", MINUTE),
        submitted(2, "n", "p", 2 * MINUTE),
        judged(2, 1, Verdict::Ac),
    ]);
    let first = |board: &Scoreboard| -> Vec<String> {
        let rows = board.rows(View::Jury);
        rows.into_iter()
            .filter(|row| row.problems[0].first_to_solve)
            .map(|row| row.team_name)
            .collect()
    };
    assert!(first(&board).is_empty());
    let update = board.apply(&judged(1, 1, Verdict::Wa));
    assert_eq!(first(&board), ["neon"]);
    assert_eq!(
        update
            .jury
            .iter()
            .map(|row| row.team_name.as_str())
            .collect::<Vec<_>>(),
        ["neon", "xenon"]
    );
    board.apply(&judged(1, 2, Verdict::Ac));
    assert_eq!(first(&board), ["xenon"]);
}

/// DOMjudge issue 2883: the solve moved, but penalties of later submissions stayed.
#[test]
fn a_rejudge_moves_the_solve_back() {
    let mut board = board(&[
        submitted(1, "a", "p", 10 * MINUTE),
        judged(1, 1, Verdict::Wa),
        submitted(2, "a", "p", 20 * MINUTE),
        judged(2, 1, Verdict::Wa),
        submitted(3, "a", "p", 30 * MINUTE),
        judged(3, 1, Verdict::Ac),
    ]);
    assert_eq!(board.rows(View::Jury)[0].total_time, 70);
    let update = board.apply(&judged(1, 2, Verdict::Ac));
    insta::assert_snapshot!(print(&update.jury), @"1 Argon 1 10 A1/0/0+10! B0/0/0");
    assert_eq!(board.apply(&judged(1, 2, Verdict::Wa)), Update::default());
    assert_eq!(board.apply(&judged(1, 1, Verdict::Wa)), Update::default());
}

#[test]
fn the_freeze_hides_verdicts_until_the_thaw() {
    let mut board = board(&[
        submitted(1, "a", "p", 239 * MINUTE + 59_999),
        submitted(2, "n", "p", 240 * MINUTE),
        judged(2, 1, Verdict::Ac),
        judged(1, 1, Verdict::Ac),
        submitted(3, "x", "q", 299 * MINUTE),
        judged(3, 1, Verdict::Wa),
        submitted(4, "x", "q", 300 * MINUTE),
        judged(4, 1, Verdict::Ac),
    ]);
    let public =
        "1 Argon 1 239 A1/0/0+239! B0/0/0\n2 neon 0 0 A0/0/1 B0/0/0\n2 xenon 0 0 A0/0/0 B0/0/1\n";
    let jury = "1 Argon 1 239 A1/0/0+239! B0/0/0\n2 neon 1 240 A1/0/0+240 B0/0/0\n3 xenon 0 0 A0/0/0 B1/1/0\n";
    assert_eq!(print(&board.rows(View::Public)), public);
    assert_eq!(print(&board.rows(View::Jury)), jury);
    assert_eq!(board.freeze_notice(Timestamp(240 * MINUTE - 1)), None);
    insta::assert_snapshot!(board.freeze_notice(Timestamp(240 * MINUTE)).unwrap(), @"The scoreboard was frozen with 60 minutes remaining - submissions in the last 60 minutes of the contest are still shown as pending.");
    let update = board.apply(&Change::Thawed);
    assert_eq!(update.public.len(), 2);
    assert_eq!(print(&board.rows(View::Public)), jury);
    assert_eq!(board.freeze_notice(Timestamp(299 * MINUTE)), None);
}

#[test]
fn rows_travel_as_camel_case() {
    let board = board(&[submitted(1, "a", "p", MINUTE), judged(1, 1, Verdict::Ac)]);
    insta::assert_json_snapshot!(board.rows(View::Public)[0]);
}

fn a_verdict() -> impl Strategy<Value = Verdict> {
    prop_oneof![3 => Just(Verdict::Ac), 3 => Just(Verdict::Wa), 1 => Just(Verdict::Ce), 1 => Just(Verdict::Je)]
}

/// A submission with its judgements; a rejudge is another one.
type Story = (usize, usize, i64, Vec<Verdict>, bool);

fn stories() -> impl Strategy<Value = Vec<Story>> {
    let story = (
        0usize..3,
        0usize..2,
        -2i64..320,
        prop::collection::vec(a_verdict(), 0..3),
        prop::bool::weighted(0.1),
    );
    prop::collection::vec(story, 0..25)
}

/// The ICPC rules once more, in the plainest words, for one team and problem: `(judged, penalised, pending, time)`.
fn plain_cell(stories: &[(u128, &Story)], hide_from: Option<i64>) -> (u32, u32, u32, Option<u64>) {
    let (mut judged, mut penalised, mut pending) = (0, 0, 0);
    for (_, (_, _, minute, verdicts, _)) in stories {
        match verdicts.last() {
            Some(verdict)
                if *verdict != Verdict::Je && hide_from.is_none_or(|from| *minute < from) =>
            {
                judged += 1;
                if *verdict == Verdict::Ac {
                    return (judged, penalised, pending, Some(*minute as u64));
                }
                penalised += u32::from(*verdict == Verdict::Wa);
            }
            _ => pending += 1,
        }
    }
    (judged, penalised, pending, None)
}

fn check_against_plain_rules(
    board: &Scoreboard,
    stories: &[Story],
    view: View,
    hide_from: Option<i64>,
) -> Result<(), TestCaseError> {
    let valid = |story: &Story| (0..300).contains(&story.2) && !story.4;
    let mut all: Vec<(u128, &Story)> = (1u128..)
        .zip(stories)
        .filter(|(_, story)| valid(story))
        .collect();
    all.sort_by_key(|(id, story)| (story.2, *id));
    let of = |team: usize, problem: usize| -> Vec<(u128, &Story)> {
        let mine = |entry: &&(u128, &Story)| entry.1.0 == team && entry.1.1 == problem;
        all.iter().filter(mine).copied().collect()
    };
    let mut scores = Vec::new();
    for row in board.rows(view) {
        let team = ["x", "a", "n"]
            .iter()
            .position(|id| *id == row.team_id.as_str())
            .unwrap();
        let mut totals = (0, 0, 0);
        for (problem, cell) in row.problems.iter().enumerate() {
            let plain = plain_cell(&of(team, problem), hide_from);
            prop_assert_eq!(
                (
                    cell.num_judged,
                    cell.num_penalised,
                    cell.num_pending,
                    cell.time
                ),
                plain
            );
            if let Some(time) = plain.3 {
                totals = (
                    totals.0 + 1,
                    totals.1 + time + 20 * u64::from(plain.1),
                    totals.2.max(time),
                );
            }
            // First to solve: the first submission of anybody that is not rejected is an accepted one of this team.
            let first = all
                .iter()
                .filter(|(_, story)| story.1 == problem)
                .find(|(_, story)| {
                    let (_, _, pending, time) = plain_cell(&[(0, *story)], hide_from);
                    pending > 0 || time.is_some()
                });
            let is_first = first.is_some_and(|(_, story)| {
                story.0 == team && plain_cell(&[(0, *story)], hide_from).3.is_some()
            });
            prop_assert_eq!(cell.first_to_solve, is_first);
        }
        prop_assert_eq!((row.num_solved, row.total_time), (totals.0, totals.1));
        scores.push((row.rank, (std::cmp::Reverse(totals.0), totals.1, totals.2)));
    }
    for (rank, score) in &scores {
        let better = scores.iter().filter(|(_, other)| other < score).count();
        prop_assert_eq!(*rank as usize, better + 1);
    }
    Ok(())
}

proptest! {
    /// Changes in any order that has each submission before its judgements give the board of the rules; rows that changed
    /// are reported, and only those; both hold at every step.
    #[test]
    fn any_history_gives_the_board_of_the_rules(stories in stories(), order in prop::collection::vec(any::<prop::sample::Index>(), 100), thaw: bool) {
        let names = (["x", "a", "n"], ["p", "q"]);
        let mut queues: Vec<Vec<Change>> = (1u128..).zip(&stories).map(|(id, (team, problem, minute, verdicts, withdrawn))| {
            let mut changes = vec![submitted(id, names.0[*team], names.1[*problem], minute * MINUTE)];
            changes.extend((1u32..).zip(verdicts).map(|(generation, verdict)| judged(id, generation, *verdict)));
            changes.extend(withdrawn.then(|| Change::Withdrawn { submission: SubmissionId(Uuid::from_u128(id)) }));
            changes.reverse();
            changes
        }).collect();
        if thaw {
            queues.push(vec![Change::Thawed]);
        }
        let mut board = Scoreboard::new(contest());
        let mut mirrors = [(View::Jury, mirror(&board, View::Jury)), (View::Public, mirror(&board, View::Public))];
        let mut order = order.into_iter();
        while let Some(at) = { queues.retain(|queue| !queue.is_empty()); (!queues.is_empty()).then(|| order.next().unwrap().index(queues.len())) } {
            let update = board.apply(&queues[at].pop().unwrap());
            for (view, rows) in &mut mirrors {
                for row in if *view == View::Jury { &update.jury } else { &update.public } {
                    prop_assert!(rows.get(&row.team_id) != Some(row), "an unchanged row was reported");
                    rows.insert(row.team_id.clone(), row.clone());
                }
                prop_assert_eq!(&*rows, &mirror(&board, *view));
            }
        }
        check_against_plain_rules(&board, &stories, View::Jury, None)?;
        check_against_plain_rules(&board, &stories, View::Public, (!thaw).then_some(240))?;
    }
}

fn mirror(board: &Scoreboard, view: View) -> HashMap<TeamId, Row> {
    board
        .rows(view)
        .into_iter()
        .map(|row| (row.team_id.clone(), row))
        .collect()
}
