//! One board: the submissions it knows, a cell per team and problem, the order of the teams.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Cell, Row};
use crate::contests::Contest;
use crate::ids::{JudgementId, ProblemId, SubmissionId, TeamId, Timestamp};
use crate::verdicts::Verdict;

/// Orders submissions: by time received, then by id.
type Moment = (Timestamp, SubmissionId);

#[derive(Clone, Debug)]
pub(super) struct Board {
    /// Submissions received from then on are shown as pending.
    hide_from: Option<Timestamp>,
    penalty_minutes: u64,
    start: Timestamp,
    teams: Vec<TeamLine>,
    team_index: HashMap<TeamId, usize>,
    problems: Vec<ProblemColumn>,
    problem_index: HashMap<ProblemId, usize>,
    place: HashMap<SubmissionId, (usize, Timestamp)>,
    /// Indices of teams, best first.
    order: Vec<usize>,
}

#[derive(Clone, Debug)]
struct TeamLine {
    row: Row,
    /// Minute of the last problem it solved.
    last_solved: u64,
    /// Its place among all teams by name.
    alphabetical: usize,
    /// What it submitted, by problem.
    attempts: Vec<BTreeSet<Moment>>,
}

impl TeamLine {
    /// Sorts lines best first; equal ones share a rank.
    fn score(&self) -> (Reverse<u32>, u64, u64) {
        (
            Reverse(self.row.num_solved),
            self.row.total_time,
            self.last_solved,
        )
    }
}

#[derive(Clone, Debug, Default)]
struct ProblemColumn {
    attempts: BTreeMap<Moment, Attempt>,
    first_to_solve: Option<usize>,
}

#[derive(Clone, Copy, Debug)]
struct Attempt {
    team: usize,
    /// Generation and verdict of the newest judgement.
    judged: Option<(u32, Verdict)>,
}

impl Attempt {
    /// The verdict that counts: none while it is pending, which a judge error is too, or hidden.
    fn verdict(&self, at: Timestamp, hide_from: Option<Timestamp>) -> Option<Verdict> {
        let hidden = hide_from.is_some_and(|from| at >= from);
        self.judged
            .map(|(_, verdict)| verdict)
            .filter(|verdict| !hidden && *verdict != Verdict::Je)
    }
}

impl Board {
    pub(super) fn new(contest: &Contest, hide_from: Option<Timestamp>) -> Self {
        let cells: Vec<Cell> = contest
            .problems
            .iter()
            .map(|problem| Cell {
                problem_id: problem.id.clone(),
                label: problem.label.clone(),
                num_judged: 0,
                num_penalised: 0,
                num_pending: 0,
                solved: false,
                time: None,
                first_to_solve: false,
            })
            .collect();
        let mut names: Vec<usize> = (0..contest.teams.len()).collect();
        names.sort_by_cached_key(|&team| {
            let team = &contest.teams[team];
            (team.name.to_lowercase(), team.name.clone(), team.id.clone())
        });
        let mut alphabetical = vec![0; names.len()];
        for (place, &team) in names.iter().enumerate() {
            alphabetical[team] = place;
        }
        let teams = contest
            .teams
            .iter()
            .zip(alphabetical)
            .map(|(team, alphabetical)| TeamLine {
                row: Row {
                    rank: 1,
                    team_id: team.id.clone(),
                    team_name: team.name.clone(),
                    organization: team.organization.clone(),
                    num_solved: 0,
                    total_time: 0,
                    problems: cells.clone(),
                },
                last_solved: 0,
                alphabetical,
                attempts: vec![BTreeSet::new(); contest.problems.len()],
            });
        let mut board = Self {
            hide_from,
            penalty_minutes: u64::from(contest.penalty_minutes),
            start: contest.start,
            teams: teams.collect(),
            team_index: contest
                .teams
                .iter()
                .enumerate()
                .map(|(index, team)| (team.id.clone(), index))
                .collect(),
            problems: vec![ProblemColumn::default(); contest.problems.len()],
            problem_index: contest
                .problems
                .iter()
                .enumerate()
                .map(|(index, problem)| (problem.id.clone(), index))
                .collect(),
            place: HashMap::new(),
            order: (0..contest.teams.len()).collect(),
        };
        board.rank();
        board
    }

    pub(super) fn submitted(
        &mut self,
        id: SubmissionId,
        team: &TeamId,
        problem: &ProblemId,
        at: Timestamp,
    ) -> Vec<Row> {
        let (Some(&team), Some(&problem)) =
            (self.team_index.get(team), self.problem_index.get(problem))
        else {
            return Vec::new();
        };
        if self.place.contains_key(&id) {
            return Vec::new();
        }
        self.place.insert(id, (problem, at));
        self.problems[problem]
            .attempts
            .insert((at, id), Attempt { team, judged: None });
        self.teams[team].attempts[problem].insert((at, id));
        self.refresh(problem, team)
    }

    pub(super) fn judged(&mut self, judgement: JudgementId, verdict: Verdict) -> Vec<Row> {
        let Some(&(problem, at)) = self.place.get(&judgement.submission) else {
            return Vec::new();
        };
        let Some(attempt) = self.problems[problem]
            .attempts
            .get_mut(&(at, judgement.submission))
        else {
            return Vec::new();
        };
        if attempt
            .judged
            .is_some_and(|(generation, _)| generation >= judgement.generation)
        {
            return Vec::new();
        }
        attempt.judged = Some((judgement.generation, verdict));
        let team = attempt.team;
        self.refresh(problem, team)
    }

    pub(super) fn withdrawn(&mut self, id: SubmissionId) -> Vec<Row> {
        let Some((problem, at)) = self.place.remove(&id) else {
            return Vec::new();
        };
        match self.problems[problem].attempts.remove(&(at, id)) {
            Some(attempt) => {
                self.teams[attempt.team].attempts[problem].remove(&(at, id));
                self.refresh(problem, attempt.team)
            }
            None => Vec::new(),
        }
    }

    pub(super) fn thaw(&mut self) -> Vec<Row> {
        self.hide_from = None;
        let before: Vec<Row> = self.teams.iter().map(|line| line.row.clone()).collect();
        for problem in 0..self.problems.len() {
            for team in 0..self.teams.len() {
                self.update(problem, team);
            }
        }
        self.rank();
        self.changed(|team| self.teams[team].row != before[team])
    }

    pub(super) fn rows(&self) -> Vec<Row> {
        self.order
            .iter()
            .map(|&team| self.teams[team].row.clone())
            .collect()
    }

    /// Brings the cell of `team` for `problem` up to date and gives the rows that changed, best first.
    fn refresh(&mut self, problem: usize, team: usize) -> Vec<Row> {
        let ranks: Vec<u32> = self.teams.iter().map(|line| line.row.rank).collect();
        // Only these rows can change in more than their rank: the team's, and that of who was or is the first to solve.
        let touched = |board: &Self| [Some(team), board.problems[problem].first_to_solve];
        let mut touched: Vec<usize> = touched(self).into_iter().flatten().collect();
        let mut before: Vec<Row> = touched
            .iter()
            .map(|&team| self.teams[team].row.clone())
            .collect();
        if let Some(first) = self.update(problem, team)
            && !touched.contains(&first)
        {
            let mut row = self.teams[first].row.clone();
            row.problems[problem].first_to_solve = false;
            touched.push(first);
            before.push(row);
        }
        self.rank();
        self.changed(|team| {
            let row = &self.teams[team].row;
            let known = touched.iter().position(|&touched| touched == team);
            row.rank != ranks[team] || known.is_some_and(|index| *row != before[index])
        })
    }

    fn changed(&self, differs: impl Fn(usize) -> bool) -> Vec<Row> {
        let teams = self.order.iter().filter(|&&team| differs(team));
        teams.map(|&team| self.teams[team].row.clone()).collect()
    }

    /// Counts the cell of `team` for `problem` anew and gives who is first to solve it now.
    fn update(&mut self, problem: usize, team: usize) -> Option<usize> {
        let cell = self.cell(problem, team);
        self.teams[team].row.problems[problem] = cell;
        let column = &mut self.problems[problem];
        let first = first_to_solve(column, self.hide_from);
        for team in [column.first_to_solve, first].into_iter().flatten() {
            self.teams[team].row.problems[problem].first_to_solve = Some(team) == first;
        }
        column.first_to_solve = first;
        self.total(team);
        first
    }

    fn cell(&self, problem: usize, team: usize) -> Cell {
        let mut cell = self.teams[team].row.problems[problem].clone();
        (cell.num_judged, cell.num_penalised, cell.num_pending) = (0, 0, 0);
        (cell.solved, cell.time) = (false, None);
        let attempts = &self.problems[problem].attempts;
        for moment in &self.teams[team].attempts[problem] {
            let at = moment.0;
            match attempts
                .get(moment)
                .and_then(|attempt| attempt.verdict(at, self.hide_from))
            {
                None => cell.num_pending += 1,
                Some(Verdict::Ac) => {
                    cell.num_judged += 1;
                    cell.solved = true;
                    cell.time = Some(minutes(self.start, at));
                    break;
                }
                Some(verdict) => {
                    cell.num_judged += 1;
                    cell.num_penalised += u32::from(verdict.is_penalised());
                }
            }
        }
        cell
    }

    fn total(&mut self, team: usize) {
        let line = &mut self.teams[team];
        let solved = || {
            line.row
                .problems
                .iter()
                .filter_map(|cell| Some((cell.time?, cell.num_penalised)))
        };
        let total = solved()
            .map(|(time, penalised)| time + self.penalty_minutes * u64::from(penalised))
            .sum();
        let last = solved().map(|(time, _)| time).max().unwrap_or(0);
        line.row.num_solved = solved().count() as u32;
        line.row.total_time = total;
        line.last_solved = last;
    }

    /// Sorts the teams and gives them their ranks.
    fn rank(&mut self) {
        let teams = &self.teams;
        self.order
            .sort_by_key(|&team| (teams[team].score(), teams[team].alphabetical));
        let mut rank = 1;
        for index in 0..self.order.len() {
            let team = self.order[index];
            if index > 0 && self.teams[self.order[index - 1]].score() != self.teams[team].score() {
                rank = index as u32 + 1;
            }
            self.teams[team].row.rank = rank;
        }
    }
}

/// The team of the earliest accepted submission, unless an earlier one is pending.
fn first_to_solve(column: &ProblemColumn, hide_from: Option<Timestamp>) -> Option<usize> {
    for (&(at, _), attempt) in &column.attempts {
        match attempt.verdict(at, hide_from) {
            None => return None,
            Some(Verdict::Ac) => return Some(attempt.team),
            Some(_) => {}
        }
    }
    None
}

fn minutes(start: Timestamp, at: Timestamp) -> u64 {
    u64::try_from(at.0 - start.0).unwrap_or(0) / 60_000
}
