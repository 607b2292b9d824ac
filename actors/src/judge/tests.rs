//! Judgements behind a scripted wall: verdicts, early stop, validators, failures of ours.

use judging::evidence::Stop;
use judging::judgements::VerdictReport;
use judging::verdicts::Verdict;

use crate::event_log::LogError;
use crate::testing::{Package, World};

/// Verdicts of the runs, in order.
fn runs(report: &VerdictReport) -> Vec<Verdict> {
    report.runs.iter().map(|run| run.verdict).collect()
}

async fn check(program: &str, verdict: Verdict, made: usize) -> VerdictReport {
    let world = World::new(1, &[Package::echo("echo", 5)]);
    let report = world.judge("echo", program).await;
    assert_eq!(
        (report.verdict, report.runs.len()),
        (verdict, made),
        "{program}: {report:?}"
    );
    report
}

#[actix::test]
async fn each_ending_has_its_verdict() {
    use Verdict::{Ac, Ce, Mle, Ole, Rte, Tle, Wa};
    check("sum", Ac, 5).await;
    check("sum\n3? say 0", Wa, 3).await;
    check("sum\n2? exit 1", Rte, 2).await;
    check("sum\n1? oom", Mle, 1).await;
    check("sum\n4? flood", Ole, 4).await;
    check("sum\n5? cpu 2000", Tle, 5).await;
    let report = check("syntax error", Ce, 0).await;
    let compile = report.compile.unwrap();
    assert!(!compile.success);
    assert!(
        compile.message.contains("line 1: no such command"),
        "{}",
        compile.message
    );
}

#[actix::test]
async fn a_verdict_tells_where_it_came_from() {
    let world = World::new(1, &[Package::echo("echo", 2)]);
    let id = world.submit("echo", "sum");
    let report = world.verdict(id).await;
    assert_eq!(
        world.story(id),
        [
            "started 1",
            "compiled true",
            "secret/001 AC",
            "secret/002 AC",
            "judged AC"
        ]
    );
    assert_eq!(*world.jobs.settled.lock(), [report.judgement]);
    let provenance = report.provenance.unwrap();
    assert_eq!(
        (
            provenance.judgehost.as_str(),
            provenance.wall.as_str(),
            provenance.language_version.as_str()
        ),
        ("here", "scripted", "toy 1.0")
    );
    assert_eq!((provenance.attempt, provenance.validator), (1, None));
    assert_eq!(report.time_limit.as_secs(), 1);
    assert_eq!(report.memory_limit_bytes, 256 << 20);
    assert_eq!(report.message, "accepted");
    assert!(!report.compile.unwrap().cached);
}

#[actix::test]
async fn the_same_sources_are_compiled_once() {
    let world = World::new(1, &[Package::echo("echo", 1)]);
    world.judge("echo", "sum").await;
    let before = world.script.count("compile");
    let again = world.judge("echo", "sum").await;
    assert!(again.compile.unwrap().cached);
    assert_eq!(world.script.count("compile"), before);
}

#[actix::test]
async fn nothing_is_run_after_the_first_rejection() {
    let world = World::new(1, &[Package::echo("echo", 50)]);
    let report = world.judge("echo", "sum\n2? say 0").await;
    assert_eq!(runs(&report), [Verdict::Ac, Verdict::Wa]);
    let started = world
        .script
        .happened()
        .iter()
        .filter(|line| line.starts_with("run "))
        .count();
    // The window is three: what was started ahead is cancelled, not run to its end.
    assert!(started <= 2 + 3, "{:?}", world.script.happened());
    assert_eq!(report.message, "secret/002: the output is wrong");
    let said = report.runs[1].judge_message.clone().unwrap();
    assert!(said.contains('2') && said.contains('0'), "{said}");
}

#[actix::test]
async fn a_borderline_tle_is_run_again_alone() {
    let world = World::new(1, &[Package::echo("echo", 3)]);
    // Too slow by a hair at first, in time when it is alone.
    world.script.cpu_override.lock().extend([1050, 950]);
    let report = world.judge("echo", "sum\n2? cpu 950").await;
    assert_eq!(report.verdict, Verdict::Ac);
    assert_eq!(world.script.count("run 2"), 2);
    // Too slow both times.
    let report = world.judge("echo", "sum\n2? cpu 1050").await;
    assert_eq!(report.verdict, Verdict::Tle);
    assert_eq!(report.runs[1].evidence.cpu.as_millis(), 1050);
    assert_eq!(world.script.count("run 2"), 4);
    // Far beyond the limit: believed at once.
    let report = world.judge("echo", "sum\n2? cpu 5000").await;
    assert_eq!(
        (report.verdict, report.runs[1].evidence.stop),
        (Verdict::Tle, Some(Stop::CpuLimit))
    );
    assert_eq!(world.script.count("run 2"), 5);
}

#[actix::test]
async fn a_starved_host_is_not_the_programs_fault() {
    let world = World::new(1, &[Package::echo("echo", 3)]);
    // It was computing when its two seconds ran out; with more patience it ends within its CPU limit.
    let report = world.judge("echo", "sum\n2? cpu 400\n2? wall 2500").await;
    assert_eq!(
        (report.verdict, world.script.count("run 2")),
        (Verdict::Ac, 2)
    );
    // It was asleep: nothing to doubt.
    let report = world.judge("echo", "sum\n2? cpu 100\n2? wall 2500").await;
    assert_eq!(
        (report.verdict, world.script.count("run 2")),
        (Verdict::Tle, 3)
    );
}

fn custom(validator: &str) -> Package {
    Package {
        yaml: "name: Custom\nvalidation: custom\n",
        files: vec![("output_validators/check.py", validator.to_owned())],
        ..Package::echo("custom", 3)
    }
}

async fn check_validator(validator: &str, program: &str, verdict: Verdict) -> VerdictReport {
    let world = World::new(1, &[custom(validator)]);
    let report = world.judge("custom", program).await;
    assert_eq!(report.verdict, verdict, "{validator}: {report:?}");
    assert_eq!(world.jobs.settled.lock().len(), 1, "settled in one attempt");
    report
}

#[actix::test]
async fn a_custom_validator_decides() {
    check_validator("judge", "sum", Verdict::Ac).await;
    let report = check_validator(
        "judge\nfeedback judgemessage.txt too small",
        "sum\n2? say 0",
        Verdict::Wa,
    )
    .await;
    assert_eq!(report.runs[1].judge_message.as_deref(), Some("too small"));
    assert!(report.provenance.unwrap().validator.is_some());
    // It is not asked about a run that ended badly.
    check_validator("exit 1", "exit 3", Verdict::Rte).await;
}

#[actix::test]
async fn a_validator_that_fails_is_a_judge_error_that_names_it() {
    for validator in ["exit 0", "exit 1", "signal 11", "cpu 999999", "oom"] {
        let report = check_validator(validator, "sum", Verdict::Je).await;
        let reason = report.staff_message.unwrap();
        assert!(reason.contains("check.py"), "{reason}");
        assert_eq!(report.runs.len(), 1, "nothing more is run");
    }
    let report = check_validator("syntax error", "sum", Verdict::Je).await;
    assert!(
        report
            .staff_message
            .unwrap()
            .contains("check.py does not compile")
    );
}

#[actix::test]
async fn a_time_limit_is_measured_once_and_remembered() {
    let package = || Package {
        time_limit: None,
        yaml: "name: Echo\nlimits:\n  time_multiplier: 2\n",
        files: vec![
            ("submissions/accepted/slow.py", "sum\ncpu 1400".to_owned()),
            ("submissions/accepted/broken.py", "exit 1".to_owned()),
            (
                "submissions/time_limit_exceeded/slower.py",
                "sum\ncpu 9000".to_owned(),
            ),
        ],
        ..Package::echo("echo", 2)
    };
    let world = World::new(1, &[package()]);
    let report = world.judge("echo", "sum\ncpu 2500").await;
    assert_eq!(
        (report.verdict, report.time_limit.as_secs()),
        (Verdict::Ac, 3)
    );
    let measured = world.script.happened().len();
    world.judge("echo", "sum\ncpu 2500").await;
    assert!(
        world.script.happened().len() - measured < 10,
        "measured twice"
    );
    let text = std::fs::read_to_string(world.dir.path().join("time-limits.json")).unwrap();
    assert!(text.contains("\"limitMs\": 3000"), "{text}");
}

#[actix::test]
async fn a_limit_nobody_can_measure_is_a_judge_error() {
    let package = Package {
        time_limit: None,
        files: vec![("submissions/accepted/broken.py", "exit 1".to_owned())],
        ..Package::echo("echo", 1)
    };
    let world = World::new(1, &[package]);
    let report = world.judge("echo", "sum").await;
    assert_eq!(report.verdict, Verdict::Je);
    assert!(report.staff_message.unwrap().contains("broken.py"));
}

#[actix::test]
async fn a_wall_that_fails_twice_costs_two_sandboxes_and_nothing_else() {
    let world = World::new(1, &[Package::echo("echo", 3)]);
    *world.script.breaks.lock() = 2;
    let id = world.submit("echo", "sum\n2? break");
    let report = world.verdict(id).await;
    assert_eq!(report.verdict, Verdict::Ac);
    assert_eq!(report.provenance.unwrap().attempt, 1);
    assert_eq!(
        world.story(id).len(),
        6,
        "no run is reported twice: {:?}",
        world.story(id)
    );
}

#[actix::test]
async fn a_sandbox_actor_that_panics_is_replaced() {
    let world = World::new(1, &[Package::echo("echo", 3)]);
    *world.script.panics.lock() = 1;
    let report = world.judge("echo", "sum\n2? panic").await;
    assert_eq!(report.verdict, Verdict::Ac);
    let status = world.supervision.registry().get("sandbox").unwrap();
    assert_eq!(
        (status.restarts, status.last_panic.as_deref()),
        (1, Some("as planned"))
    );
}

#[actix::test]
async fn a_busy_log_delays_a_verdict_and_loses_nothing() {
    let world = World::new(1, &[Package::echo("echo", 1)]);
    world.judge("echo", "sum").await;
    tokio::time::pause();
    world
        .log
        .refuse([LogError::Busy, LogError::Failed("disk".to_owned())]);
    let report = world.judge("echo", "sum").await;
    assert_eq!(report.verdict, Verdict::Ac);
}

#[actix::test]
async fn what_cannot_be_judged_is_a_judge_error_at_once() {
    let world = World::new(1, &[Package::echo("echo", 1)]);
    for (problem, language, reason) in [
        ("gone", "toy", "problem gone is gone"),
        ("echo", "klingon", "klingon"),
    ] {
        let id = world.submit_attempt(problem, language, "sum", 1);
        let report = world.verdict(id).await;
        assert_eq!(report.verdict, Verdict::Je);
        let said = report.staff_message.unwrap();
        assert!(said.contains(reason), "{said}");
        assert!(
            !report.message.contains(reason),
            "contestants do not read it"
        );
    }
}
