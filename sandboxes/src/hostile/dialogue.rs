//! A crime committed in a dialogue, against an honest partner that answers each line.

use std::sync::Arc;
use std::time::Duration;

use super::crime::Crime;
use super::ruling::Ruling;
use super::suite::{Suite, SuiteError};
use super::tools::{host, marked, note, planned, within};
use crate::dialogue::{Dialogue, Meter, Pipe};
use crate::languages::RunPlan;
use crate::outcome::Exit;
use crate::sandbox::{Limits, Run, Sandbox};

/// How much longer the partner may wait than the crime.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) async fn commit(
    suite: &Suite,
    crime: &Crime,
    limits: &Limits,
    ruling: &mut Ruling,
) -> Result<(), SuiteError> {
    let plan = suite.plan(crime).await?;
    let partner = suite.partner.place.clone();
    within(&suite.site, marked(&plan), async |theirs| {
        within(&suite.site, partner, async |ours| {
            talk(suite, (crime, limits), &plan, [theirs, ours], ruling).await
        })
        .await
    })
    .await
}

async fn talk(
    suite: &Suite,
    (crime, limits): (&Crime, &Limits),
    plan: &RunPlan,
    [theirs, ours]: [&mut dyn Sandbox; 2],
    ruling: &mut Ruling,
) -> Result<(), SuiteError> {
    let (first, mut second) = pair(plan, &suite.partner, limits)?;
    // The crime's time is up first, so that what its partner sees is its end.
    second.limits.wall += PATIENCE;
    second.limits.output_bytes = u64::MAX / 2;
    theirs.start(first).await.map_err(SuiteError::Wall)?;
    ours.start(second).await.map_err(SuiteError::Wall)?;
    let (crime_ended, partner_ended) = tokio::join!(theirs.finish(), ours.finish());
    let outcome = crime_ended.map_err(SuiteError::Wall)?;
    let partner = partner_ended.map_err(SuiteError::Wall)?;
    note(&outcome, suite.toolchain(crime)?, ruling);
    suite.weigh(crime, &outcome, limits, ruling);
    // It sees the end of the talk, or is still waiting for it when the time is up; it never dies of anything else.
    let fair = matches!((partner.exit, partner.stop), (Exit::Code(0 | 3), None))
        || partner.exit == Exit::Signal(libc::SIGPIPE);
    if !fair {
        ruling.hole(format!(
            "its honest partner ended with {:?} {:?}",
            partner.exit, partner.stop
        ));
    }
    suite.inspect_used(theirs, ruling).await
}

fn pair(crime: &RunPlan, partner: &RunPlan, limits: &Limits) -> Result<(Run, Run), SuiteError> {
    let pipe = || Pipe::new().map_err(host("make a pipe"));
    let (there, back) = (pipe()?, pipe()?);
    let half = |plan: &RunPlan, input: &Pipe, output: &Pipe| -> Result<Run, SuiteError> {
        Ok(Run {
            stdin: Some(Arc::clone(&input.reader)),
            dialogue: Some(Dialogue {
                stdout: Arc::clone(&output.writer),
                meter: Arc::new(Meter::default()),
            }),
            ..planned(plan, "", limits.clone())?
        })
    };
    Ok((half(crime, &back, &there)?, half(partner, &there, &back)?))
}
