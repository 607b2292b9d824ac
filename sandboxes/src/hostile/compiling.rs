//! A crime committed while its sources are compiled.

use std::time::{Duration, Instant};

use super::crime::Crime;
use super::remains;
use super::ruling::Ruling;
use super::suite::{Suite, SuiteError};
use super::tools::within;
use crate::languages::{CompileBounds, CompilePlan, CompileReport, compile};
use crate::sandbox::Limits;

/// Beyond the compiler's limit: starting it, and collecting what it left.
const GRACE: Duration = Duration::from_secs(5);

pub(super) async fn commit(
    suite: &Suite,
    crime: &Crime,
    limits: &Limits,
    ruling: &mut Ruling,
) -> Result<(), SuiteError> {
    let Some(plan) = plan(suite, crime, limits)? else {
        // Before any compiler: as good an answer as the compiler's.
        "CE".clone_into(&mut ruling.verdict);
        "refused before it was compiled".clone_into(&mut ruling.end);
        return Ok(());
    };
    let site = &suite.site;
    let (report, took, left) = within(site, Vec::new(), async |sandbox| {
        let started = Instant::now();
        let report = compile(sandbox, &plan).await.map_err(SuiteError::Wall)?;
        let left = site.host.uid.map(remains::processes).unwrap_or_default();
        Ok((report, started.elapsed(), left))
    })
    .await?;
    let left = left.into_iter();
    ruling
        .holes
        .extend(left.map(|process| format!("left a process: {process}")));
    note(&report, ruling);
    let steps = u32::try_from(plan.steps.len()).unwrap_or(u32::MAX);
    if took > limits.wall * steps + GRACE * site.slowness {
        ruling.hole(format!("compiling took {took:?}"));
    }
    weigh(suite, &plan, &report, ruling);
    Ok(())
}

/// `None` for sources that are refused before a compiler sees them.
fn plan(suite: &Suite, crime: &Crime, limits: &Limits) -> Result<Option<CompilePlan>, SuiteError> {
    let bounds = CompileBounds {
        cpu: limits.cpu,
        wall: limits.wall,
        memory_bytes: limits.memory_bytes,
        output_bytes: limits.file_bytes,
        ..CompileBounds::default()
    };
    let Ok(mut plan) = suite
        .toolchain(crime)?
        .compile_plan(&crime.sources, &bounds)
    else {
        return Ok(None);
    };
    for step in &mut plan.steps {
        step.limits.cpu = limits.cpu;
        step.limits.wall = limits.wall;
    }
    Ok(Some(plan))
}

fn note(report: &CompileReport, ruling: &mut Ruling) {
    let verdict = if report.result.is_ok() { "AC" } else { "CE" };
    verdict.clone_into(&mut ruling.verdict);
    let first = report
        .message
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    ruling.end = match &report.result {
        Ok(_) => "compiled".to_owned(),
        Err(failure) => format!("{failure}: {first:.120}"),
    };
    ruling.measured(report.cpu, report.wall, report.memory_bytes);
}

/// Whether message and memory are within their bounds, and nothing was read or done that must not be.
fn weigh(suite: &Suite, plan: &CompilePlan, report: &CompileReport, ruling: &mut Ruling) {
    if report.message.len() as u64 > plan.bounds.message_bytes {
        ruling.hole(format!("a message of {} bytes", report.message.len()));
    }
    if suite.bait.is_in(report.message.as_bytes()) || leaks(&report.message) {
        ruling.hole("its message holds a file of the host");
    }
    let memory = plan.steps.iter().map(|step| step.limits.memory_bytes).max();
    if suite.site.is_exact && report.memory_bytes > memory.unwrap_or(0) {
        ruling.hole(format!("{} bytes of memory were used", report.memory_bytes));
    }
    // Sources spell it in two parts, so that no echo of them counts.
    if let Some(line) = report.message.lines().find(|line| line.contains("ESCAPED")) {
        ruling.hole(format!("it did what it must not: {line:.300}"));
    }
}

/// Whether a text holds a line of a file that only the host has.
fn leaks(text: &str) -> bool {
    let hidden = std::fs::read_to_string("/etc/shadow").unwrap_or_default();
    hidden
        .lines()
        .any(|line| line.len() > 8 && text.contains(line))
}
