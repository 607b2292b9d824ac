//! A crime committed by a program that runs.

use super::crime::Crime;
use super::remains;
use super::ruling::Ruling;
use super::suite::{Suite, SuiteError};
use super::tools::{marked, note, planned, read_back, run, within};
use crate::languages::RunPlan;
use crate::outcome::{Exit, Outcome};
use crate::sandbox::{CollectLimits, Limits, Run, Sandbox, WORK_DIR, WallError};

/// What a finder prints when there is nothing.
const NOTHING: &str = "nothing found";

impl Suite {
    pub(super) async fn commit_run(
        &self,
        crime: &Crime,
        limits: &Limits,
        ruling: &mut Ruling,
    ) -> Result<(), SuiteError> {
        let plan = self.plan(crime).await?;
        within(&self.site, marked(&plan), async |sandbox| {
            self.commit_in(sandbox, (crime, limits), &plan, ruling)
                .await
        })
        .await?;
        if crime.is_channel
            && let Some(found) = within(&self.site, marked(&plan), async |sandbox| {
                self.find(sandbox, crime, &plan).await
            })
            .await?
        {
            ruling.hole(format!("the next submission found: {found}"));
        }
        Ok(())
    }

    /// The crime alone, in a sandbox of its own.
    pub(super) async fn commit_plainly(
        &self,
        crime: &Crime,
        limits: &Limits,
        ruling: &mut Ruling,
    ) -> Result<(), SuiteError> {
        let plan = self.plan(crime).await?;
        let stdin = format!("{} commit\n", self.bait.port);
        let outcome = within(&self.site, marked(&plan), async |sandbox| {
            run(sandbox, planned(&plan, &stdin, limits.clone())?).await
        })
        .await?;
        note(&outcome, self.toolchain(crime)?, ruling);
        Ok(())
    }

    async fn commit_in(
        &self,
        sandbox: &mut dyn Sandbox,
        (crime, limits): (&Crime, &Limits),
        plan: &RunPlan,
        ruling: &mut Ruling,
    ) -> Result<(), SuiteError> {
        let role = if crime.is_channel { "plant" } else { "commit" };
        let crime_run = Run {
            keep_work: crime.collects.is_some(),
            ..planned(
                plan,
                &format!("{} {role}\n", self.bait.port),
                limits.clone(),
            )?
        };
        let outcome = run(sandbox, crime_run).await?;
        note(&outcome, self.toolchain(crime)?, ruling);
        if let Some(uid) = self.site.host.uid {
            ruling.holes.extend(
                remains::processes(uid)
                    .into_iter()
                    .map(|process| format!("left a process: {process}")),
            );
        }
        self.weigh(crime, &outcome, limits, ruling);
        self.read(crime, &outcome, ruling)?;
        if outcome.exit == Exit::Signal(libc::SIGKILL) && outcome.wall.is_zero() {
            // It took its sandbox with it, kernel and all: only a fresh one can be looked into.
            return Ok(());
        }
        if let Some(refused) = crime.collects {
            self.collect(sandbox, refused, ruling).await?;
            sandbox.reset_work(&[]).await.map_err(SuiteError::Wall)?;
        }
        self.inspect_used(sandbox, ruling).await?;
        if crime.is_channel
            && let Some(found) = self.find(sandbox, crime, plan).await?
        {
            ruling.hole(format!("the next run found: {found}"));
        }
        Ok(())
    }

    /// What it printed, and whether it may have.
    pub(super) fn read(
        &self,
        crime: &Crime,
        outcome: &Outcome,
        ruling: &mut Ruling,
    ) -> Result<(), SuiteError> {
        let printed = read_back(outcome)?;
        if self.bait.is_in(&printed) || self.bait.is_in(&outcome.stderr) {
            ruling.hole("it printed the secret");
        }
        let mut text = String::from_utf8_lossy(&printed).into_owned();
        if let Some(known) = crime.known(&self.site.name) {
            let all = text.lines().count();
            let others: Vec<&str> = text
                .lines()
                .filter(|line| !known.lines.iter().any(|known| known == line))
                .collect();
            if others.len() < all {
                ruling.known = Some(known.reason.clone());
            }
            text = others.join("\n");
        }
        let is_right = match crime.prints.as_str() {
            "anything" => true,
            line => match line.strip_prefix("starts with ") {
                Some(start) => text.starts_with(start),
                None => text.trim_end() == line,
            },
        };
        if !is_right {
            let said = String::from_utf8_lossy(&outcome.stderr);
            ruling.hole(format!("it printed {text:.500?} and said {said:.500?}"));
        }
        Ok(())
    }

    /// The program again, this time looking for what it planted.
    async fn find(
        &self,
        sandbox: &mut dyn Sandbox,
        crime: &Crime,
        plan: &RunPlan,
    ) -> Result<Option<String>, SuiteError> {
        let stdin = format!("{} find\n", self.bait.port);
        let outcome = run(sandbox, planned(plan, &stdin, self.limits(crime))?).await?;
        let printed = String::from_utf8_lossy(&read_back(&outcome)?)
            .trim_end()
            .to_owned();
        let is_clean = printed == NOTHING && outcome.exit == Exit::Code(0);
        Ok((!is_clean).then(|| format!("{printed:.500} ({:?}, {:?})", outcome.exit, outcome.stop)))
    }

    async fn collect(
        &self,
        sandbox: &mut dyn Sandbox,
        refused: bool,
        ruling: &mut Ruling,
    ) -> Result<(), SuiteError> {
        let limits = CollectLimits {
            files: 1000,
            total_bytes: 1 << 20,
        };
        match (sandbox.collect(WORK_DIR, limits).await, refused) {
            (Err(WallError::Refused(_)), true) | (Ok(_), false) => {}
            (Ok(files), true) => {
                let names: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
                ruling.hole(format!("these were collected: {names:?}"));
            }
            (Err(WallError::Refused(reason)), false) => {
                ruling.hole(format!("its files were refused: {reason}"))
            }
            (Err(error), _) => return Err(SuiteError::Wall(error)),
        }
        Ok(())
    }
}
