//! Between the vocabulary and the records. Bodies pass through [`PutBody`], which keeps large ones in artifacts.

use std::time::Duration;

use judging::evidence::{Evidence, Exit, Stop};
use judging::ids::{ContentHash, JudgementId, Timestamp};
use judging::judgements::{Attachment, CompileReport, Provenance, RunReport, VerdictReport};
use judging::submissions::{Priority, SourceFile, Submission};
use judging::verdicts::Verdict;

use super::StoreError;
use super::codec::CodecError;
use super::records::{
    Body, CompileRecord, EvidenceRecord, ExitRecord, JudgementBody, JudgementRecord, PlaceRecord,
    ProvenanceRecord, RunEntry, RunRecord, SubmissionRecord,
};

/// Takes bodies when writing: decides what lies inline and what becomes an artifact.
pub(super) trait PutBody {
    fn put(&mut self, bytes: &[u8]) -> Body;
}

/// Gives bodies when reading.
pub(super) trait GetBody {
    fn get(&self, body: &Body) -> Result<Vec<u8>, StoreError>;

    fn text(&self, body: &Body) -> Result<String, StoreError> {
        Ok(String::from_utf8_lossy(&self.get(body)?).into_owned())
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

const VERDICTS: [Verdict; 8] = [
    Verdict::Ac,
    Verdict::Wa,
    Verdict::Tle,
    Verdict::Mle,
    Verdict::Ole,
    Verdict::Rte,
    Verdict::Ce,
    Verdict::Je,
];
const PRIORITIES: [Priority; 3] = [Priority::Low, Priority::Normal, Priority::High];
const STOPS: [Option<Stop>; 5] = [
    None,
    Some(Stop::CpuLimit),
    Some(Stop::WallLimit),
    Some(Stop::Idle),
    Some(Stop::OutputLimit),
];

fn to_code<T: PartialEq>(table: &[T], value: &T) -> u8 {
    let position = table.iter().position(|entry| entry == value);
    position
        .and_then(|position| u8::try_from(position).ok())
        .expect("the table names every value: its test says so")
}

fn from_code<T: Copy>(table: &[T], field: &'static str, code: u8) -> Result<T, CodecError> {
    table
        .get(usize::from(code))
        .copied()
        .ok_or(CodecError::Field {
            field,
            value: code.into(),
        })
}

pub(super) fn verdict_from(code: u8) -> Result<Verdict, CodecError> {
    from_code(&VERDICTS, "verdict", code)
}

pub(super) fn priority_code(priority: Priority) -> u8 {
    to_code(&PRIORITIES, &priority)
}

pub(super) fn priority_from(code: u8) -> Result<Priority, CodecError> {
    from_code(&PRIORITIES, "priority", code)
}

/// Hashes what a repeated request must repeat: everything the client said, not when it was received or as which id.
#[must_use]
pub(crate) fn content_of(submission: &Submission) -> ContentHash {
    let mut hasher = blake3::Hasher::new();
    let mut field = |bytes: &[u8]| {
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    field(submission.problem.as_str().as_bytes());
    field(submission.language.as_str().as_bytes());
    field(submission.entry_point.as_deref().unwrap_or("\0").as_bytes());
    field(submission.user.as_str().as_bytes());
    field(
        submission
            .contest
            .as_ref()
            .map_or("\0", |contest| contest.as_str())
            .as_bytes(),
    );
    field(
        submission
            .team
            .as_ref()
            .map_or("\0", |team| team.as_str())
            .as_bytes(),
    );
    field(&[priority_code(submission.priority)]);
    for file in &submission.files {
        field(file.name.as_bytes());
        field(&file.content);
    }
    ContentHash(*hasher.finalize().as_bytes())
}

pub(super) fn submission_to(
    submission: &Submission,
    seq: u64,
    bodies: &mut impl PutBody,
) -> SubmissionRecord {
    let files = submission
        .files
        .iter()
        .map(|file| (file.name.clone(), bodies.put(&file.content)));
    SubmissionRecord {
        seq,
        problem: submission.problem.0.clone(),
        language: submission.language.0.clone(),
        entry_point: submission.entry_point.clone(),
        files: files.collect(),
        tenant: submission.tenant.0.clone(),
        user: submission.user.0.clone(),
        contest: submission.contest.as_ref().map(|contest| contest.0.clone()),
        team: submission.team.as_ref().map(|team| team.0.clone()),
        priority: priority_code(submission.priority),
        received_at: submission.received_at.0,
        idempotency_key: submission.idempotency_key.clone(),
        content: if submission.idempotency_key.is_some() {
            content_of(submission).0
        } else {
            [0; 32]
        },
    }
}

/// The submission of a record; without the files' content unless `bodies` is given.
pub(super) fn submission_from(
    id: judging::ids::SubmissionId,
    record: SubmissionRecord,
    bodies: Option<&impl GetBody>,
) -> Result<Submission, StoreError> {
    let file = |(name, body): (String, Body)| -> Result<SourceFile, StoreError> {
        let content = bodies.map_or(Ok(Vec::new()), |bodies| bodies.get(&body))?;
        Ok(SourceFile { name, content })
    };
    Ok(Submission {
        id,
        problem: record.problem.as_str().into(),
        language: record.language.as_str().into(),
        entry_point: record.entry_point,
        files: record
            .files
            .into_iter()
            .map(file)
            .collect::<Result<_, _>>()?,
        tenant: record.tenant.as_str().into(),
        user: record.user.as_str().into(),
        contest: record.contest.as_deref().map(Into::into),
        team: record.team.as_deref().map(Into::into),
        priority: priority_from(record.priority)?,
        received_at: Timestamp(record.received_at),
        idempotency_key: record.idempotency_key,
    })
}

pub(super) fn compile_to(compile: &CompileReport, bodies: &mut impl PutBody) -> CompileRecord {
    CompileRecord {
        success: compile.success,
        message: bodies.put(compile.message.as_bytes()),
        cpu_nanos: nanos(compile.cpu),
        wall_nanos: nanos(compile.wall),
        cached: compile.cached,
    }
}

pub(super) fn compile_from(
    record: &CompileRecord,
    bodies: &impl GetBody,
) -> Result<CompileReport, StoreError> {
    Ok(CompileReport {
        success: record.success,
        message: bodies.text(&record.message)?,
        cpu: Duration::from_nanos(record.cpu_nanos),
        wall: Duration::from_nanos(record.wall_nanos),
        cached: record.cached,
    })
}

pub(super) fn run_to(run: &RunReport, bodies: &mut impl PutBody) -> RunRecord {
    let evidence = &run.evidence;
    RunRecord {
        ordinal: run.ordinal,
        testcase: run.testcase.clone(),
        verdict: to_code(&VERDICTS, &run.verdict),
        message: bodies.put(run.message.as_bytes()),
        judge_message: run
            .judge_message
            .as_ref()
            .map(|text| bodies.put(text.as_bytes())),
        score: run.score,
        evidence: EvidenceRecord {
            exit: match evidence.exit {
                Exit::Code(code) => ExitRecord::Code(code),
                Exit::Signal(signal) => ExitRecord::Signal(signal),
            },
            stop: to_code(&STOPS, &evidence.stop),
            cpu_nanos: nanos(evidence.cpu),
            wall_nanos: nanos(evidence.wall),
            memory_bytes: evidence.memory_bytes,
            oom_kills: evidence.oom_kills,
            output_bytes: evidence.output_bytes,
        },
    }
}

pub(super) fn run_from(record: RunRecord, bodies: &impl GetBody) -> Result<RunReport, StoreError> {
    let evidence = record.evidence;
    Ok(RunReport {
        ordinal: record.ordinal,
        testcase: record.testcase,
        verdict: verdict_from(record.verdict)?,
        message: bodies.text(&record.message)?,
        judge_message: record
            .judge_message
            .map(|body| bodies.text(&body))
            .transpose()?,
        score: record.score,
        evidence: Evidence {
            exit: match evidence.exit {
                ExitRecord::Code(code) => Exit::Code(code),
                ExitRecord::Signal(signal) => Exit::Signal(signal),
            },
            stop: from_code(&STOPS, "stop", evidence.stop)?,
            cpu: Duration::from_nanos(evidence.cpu_nanos),
            wall: Duration::from_nanos(evidence.wall_nanos),
            memory_bytes: evidence.memory_bytes,
            oom_kills: evidence.oom_kills,
            output_bytes: evidence.output_bytes,
        },
        attachments: Vec::new(),
    })
}

/// The same with what lies beside it: of a verdict, not of an event.
pub(super) fn run_entry_to(run: &RunReport, bodies: &mut impl PutBody) -> RunEntry {
    let attached = run.attachments.iter();
    RunEntry {
        run: run_to(run, bodies),
        attachments: attached
            .map(|attachment| (attachment.name.clone(), bodies.put(&attachment.content)))
            .collect(),
    }
}

pub(super) fn run_entry_from(
    entry: RunEntry,
    bodies: &impl GetBody,
) -> Result<RunReport, StoreError> {
    let attached = |(name, body): (String, Body)| -> Result<Attachment, StoreError> {
        let content = bodies.get(&body)?;
        Ok(Attachment { name, content })
    };
    Ok(RunReport {
        attachments: entry
            .attachments
            .into_iter()
            .map(attached)
            .collect::<Result<_, _>>()?,
        ..run_from(entry.run, bodies)?
    })
}

pub(super) fn judgement_to(
    report: &VerdictReport,
    seq: u64,
    bodies: &mut impl PutBody,
) -> JudgementRecord {
    let body = JudgementBody {
        seq,
        verdict: to_code(&VERDICTS, &report.verdict),
        score: report.score,
        compile: report
            .compile
            .as_ref()
            .map(|compile| compile_to(compile, bodies)),
        run_count: u32::try_from(report.runs.len()).unwrap_or(u32::MAX),
        longest_cpu_nanos: report
            .runs
            .iter()
            .map(|run| nanos(run.evidence.cpu))
            .max()
            .unwrap_or(0),
        peak_memory_bytes: report
            .runs
            .iter()
            .map(|run| run.evidence.memory_bytes)
            .max()
            .unwrap_or(0),
        testcase_count: report.testcase_count,
        time_limit_nanos: nanos(report.time_limit),
        memory_limit_bytes: report.memory_limit_bytes,
        message: bodies.put(report.message.as_bytes()),
        staff_message: report
            .staff_message
            .as_ref()
            .map(|text| bodies.put(text.as_bytes())),
        provenance: report
            .provenance
            .as_ref()
            .map(|provenance| ProvenanceRecord {
                judgehost: provenance.judgehost.clone(),
                wall: provenance.wall.clone(),
                language_version: provenance.language_version.clone(),
                package: provenance.package.0,
                validator: provenance.validator.map(|hash| hash.0),
                attempt: provenance.attempt,
            }),
        started_at: report.started_at.0,
        ended_at: report.ended_at.0,
    };
    let place = report.provenance.as_ref().map(|provenance| PlaceRecord {
        pool: provenance.pool.clone(),
        fallback: provenance.fallback.clone(),
        time_factor: provenance.time_factor,
    });
    JudgementRecord { body, place }
}

/// The report of a record and its runs.
pub(super) fn judgement_from(
    judgement: JudgementId,
    record: JudgementRecord,
    runs: Vec<RunReport>,
    bodies: &impl GetBody,
) -> Result<VerdictReport, StoreError> {
    let JudgementRecord {
        body: record,
        place,
    } = record;
    // Verdicts from before there were several pools.
    let place = place.unwrap_or_else(|| PlaceRecord {
        pool: String::new(),
        fallback: None,
        time_factor: 1.0,
    });
    Ok(VerdictReport {
        judgement,
        verdict: verdict_from(record.verdict)?,
        score: record.score,
        compile: record
            .compile
            .as_ref()
            .map(|compile| compile_from(compile, bodies))
            .transpose()?,
        runs,
        testcase_count: record.testcase_count,
        time_limit: Duration::from_nanos(record.time_limit_nanos),
        memory_limit_bytes: record.memory_limit_bytes,
        message: bodies.text(&record.message)?,
        staff_message: record
            .staff_message
            .map(|body| bodies.text(&body))
            .transpose()?,
        provenance: record.provenance.map(|provenance| Provenance {
            judgehost: provenance.judgehost,
            pool: place.pool,
            wall: provenance.wall,
            fallback: place.fallback,
            time_factor: place.time_factor,
            language_version: provenance.language_version,
            package: ContentHash(provenance.package),
            validator: provenance.validator.map(ContentHash),
            attempt: provenance.attempt,
        }),
        started_at: Timestamp(record.started_at),
        ended_at: Timestamp(record.ended_at),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_a_code_of_its_own() {
        for (code, verdict) in VERDICTS.iter().enumerate() {
            assert_eq!(usize::from(to_code(&VERDICTS, verdict)), code);
        }
        assert!(matches!(
            verdict_from(8),
            Err(CodecError::Field {
                field: "verdict",
                value: 8
            })
        ));
        // A match without a wildcard: a new verdict does not compile until it has a code.
        let known = |verdict: Verdict| match verdict {
            Verdict::Ac | Verdict::Wa | Verdict::Tle | Verdict::Mle => true,
            Verdict::Ole | Verdict::Rte | Verdict::Ce | Verdict::Je => true,
        };
        assert!(VERDICTS.into_iter().all(known));
        assert_eq!(PRIORITIES.map(priority_code), [0, 1, 2]);
    }
}
