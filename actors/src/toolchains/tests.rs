//! Self-tests in the background, on demand, and across panics.

use super::*;
use crate::supervision::PanicPlace;
use crate::testing::{Package, World};

fn world(slots: u32) -> World {
    World::new(slots, &[Package::echo("echo", 1)])
}

fn is_on(world: &World) -> bool {
    matches!(
        world.pool.toolchains().state("toy"),
        Some((_, ToolchainState::On { .. }))
    )
}

/// Waits until the toy language is on; every step of its self-test is something that happens in the script.
async fn until_on(world: &World) {
    while !is_on(world) {
        tokio::task::yield_now().await;
    }
}

#[actix::test]
async fn languages_are_tested_in_the_background() {
    let world = world(2);
    assert!(matches!(
        world.pool.toolchains().list()[0].1,
        ToolchainState::Testing
    ));
    LanguageTester::start(vec![world.pool.clone()], &world.supervision);
    until_on(&world).await;
    let tested = world.script.count("run 40 2");
    world.judge("echo", "sum").await;
    assert_eq!(world.script.count("run 40 2"), tested, "tested once");
}

#[actix::test]
async fn a_panic_of_the_tester_is_made_good() {
    let world = world(2);
    let tester = LanguageTester::start(vec![world.pool.clone()], &world.supervision);
    assert!(
        world
            .supervision
            .inject_panic("toolchains", PanicPlace::Spawned)
    );
    tester.send(TestLanguages).await.unwrap();
    until_on(&world).await;
    assert_eq!(
        world
            .supervision
            .registry()
            .get("toolchains")
            .unwrap()
            .restarts,
        1
    );
}

#[actix::test]
async fn a_wall_that_fails_is_not_the_languages_fault() {
    let world = world(1);
    *world.script.unprepared.lock() = 2;
    let lease = world.pool.lease(Urgency::Foreground).await.unwrap();
    let toolchain = world.pool.toolchains().ready("toy", &lease).await.unwrap();
    assert_eq!(toolchain.version(), "toy 1.0");
}

#[actix::test]
async fn a_language_that_is_off_says_why_and_can_come_back() {
    let world = world(1);
    let program = world.dir.path().join("host/usr/bin/toy");
    std::fs::remove_file(&program).unwrap();
    let report = world.judge("echo", "sum").await;
    let reason = report.staff_message.unwrap();
    assert!(reason.contains("toy is not installed"), "{reason}");
    std::fs::write(&program, "").unwrap();
    let tester = LanguageTester::start(vec![world.pool.clone()], &world.supervision);
    tester.send(RetestLanguages).await.unwrap();
    until_on(&world).await;
}
