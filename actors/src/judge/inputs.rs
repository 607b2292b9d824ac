//! Input validators (legacy and 2025-09, "Input validators"): each is run over every input, and each must accept it. Not a part
//! of judging: those who check packages ask.

use std::sync::Arc;

use judging::evidence::{Evidence, Exit};
use judging::packages::{ProblemPackage, Testcase};
use judging::testlib::TestlibRole;
use judging::validators::ACCEPT_CODE;
use sandboxes::outcome::Outcome;
use sandboxes::sandbox::{Sandbox, WallError};

use super::case::{AttemptError, Hopeless, Trouble, chain};
use super::environment::Environment;
use super::evidence::evidence;
use super::jury::{self, JuryProgram};
use super::output::read_start;
use crate::pool::{SlotLease, Urgency};
use crate::sandbox::SandboxHandle;

/// How much of what a validator says is kept.
const SAID_BYTES: u64 = 4 << 10;

/// An input that an input validator does not accept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadInput {
    /// The testcase: `secret/group1/03`.
    pub testcase: String,
    /// The input validator.
    pub validator: String,
    /// How it ended and what it said.
    pub reason: String,
}

/// Runs every input validator of `package` over every input of it, on a slot of its own.
///
/// # Errors
/// Why they could not be run: one does not compile, the wall failed, a file cannot be read.
pub async fn check_inputs(
    env: &Environment,
    package: &ProblemPackage,
) -> Result<Vec<BadInput>, String> {
    let lease = env.pools.first().lease(Urgency::Background).await;
    let lease = lease.map_err(|closed| closed.to_string())?;
    let mut found = Vec::new();
    for source in &package.input_validators {
        let what = "the input validator";
        let checked = match jury::program(env, package, what, source, &lease).await {
            Ok(program) => check_with(env, package, &program, &lease, &mut found).await,
            Err(trouble) => Err(trouble),
        };
        checked.map_err(|trouble| match trouble {
            Trouble::Attempt(error) => error.to_string(),
            Trouble::Hopeless(Hopeless(reason)) => reason,
        })?;
    }
    Ok(found)
}

async fn check_with(
    env: &Environment,
    package: &ProblemPackage,
    validator: &JuryProgram,
    lease: &SlotLease,
    found: &mut Vec<BadInput>,
) -> Result<(), Trouble> {
    let wall = |error| Trouble::Attempt(AttemptError::Wall(error));
    let memory = lease
        .pool()
        .memory_of(&[validator.limits.memory_bytes], false);
    let _memory = lease.memory(memory).await;
    let mut sandbox = lease.sandbox().await.map_err(wall)?;
    let files = validator.program.files();
    if !files.is_empty() {
        sandbox.place(files).await.map_err(wall)?;
    }
    for (index, testcase) in package.testcases.iter().enumerate() {
        if testcase.static_validation.is_some() {
            continue;
        }
        let opened = env.library.testcases().get(package, index);
        let opened = opened.map_err(AttemptError::Package)?;
        let input = Arc::clone(&opened.input);
        let outcome = run(&mut sandbox, validator, testcase, input).await;
        if let Some(reason) = refusal(validator, outcome).map_err(wall)? {
            found.push(BadInput {
                testcase: testcase.name.clone(),
                validator: validator.name.clone(),
                reason,
            });
        }
    }
    Ok(())
}

/// "arguments are the input_validator_args followed by the args of the testcase being validated", among its files.
async fn run(
    sandbox: &mut SandboxHandle,
    validator: &JuryProgram,
    testcase: &Testcase,
    input: Arc<std::fs::File>,
) -> Result<Outcome, WallError> {
    let own = testcase.input_validator_args.of(&validator.name);
    let args: Vec<String> = own.iter().chain(&testcase.args).cloned().collect();
    if !testcase.files.is_empty() {
        let files = super::lane::input_files(testcase).map_err(|source| WallError::Step {
            step: "open the files of a testcase",
            source,
        })?;
        sandbox.furnish(files, true).await?;
    }
    let limits = validator.limits.clone();
    let run = validator.program.run(&args, Some(input), limits, false);
    sandbox.run(run).await
}

/// Why an input is not accepted; `None` when it is. A testlib validator accepts with 0, all others with 42.
fn refusal(
    validator: &JuryProgram,
    outcome: Result<Outcome, WallError>,
) -> Result<Option<String>, WallError> {
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(error @ WallError::NotExecutable { .. }) => return Ok(Some(chain(&error))),
        Err(error) => return Err(error),
    };
    let Some(evidence) = evidence(&outcome) else {
        return Err(WallError::Lost(
            "an input validator was cancelled".to_owned(),
        ));
    };
    let accepts = match validator.testlib {
        Some(TestlibRole::Validator) => 0,
        _ => ACCEPT_CODE,
    };
    let stopped = evidence.stop.is_some() || evidence.oom_kills > 0;
    if !stopped && evidence.exit == Exit::Code(accepts) {
        return Ok(None);
    }
    let mut said = outcome.stderr.clone();
    if said.is_empty() {
        said = read_start(&outcome.stdout, SAID_BYTES).unwrap_or_default();
    }
    let said = String::from_utf8_lossy(&said);
    Ok(Some(format!("{}: {}", ended(&evidence), said.trim())))
}

fn ended(evidence: &Evidence) -> String {
    match (evidence.stop, evidence.exit) {
        _ if evidence.oom_kills > 0 => "used up its memory".to_owned(),
        (Some(stop), _) => format!("was stopped ({stop:?})"),
        (None, Exit::Code(code)) => format!("exited with code {code}"),
        (None, Exit::Signal(signal)) => format!("was killed by signal {signal}"),
    }
}
