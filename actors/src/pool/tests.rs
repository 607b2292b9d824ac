//! Leases, spares and the breaker.

use futures_util::FutureExt;

use super::*;
use crate::testing::{Package, World};

fn world(slots: u32) -> World {
    World::new(slots, &[Package::echo("echo", 1)])
}

#[actix::test]
async fn a_spare_is_ready_before_it_is_asked_for() {
    let world = world(2);
    world.script.until("prepare").await;
    let lease = world.pool.lease(Urgency::Foreground).await.unwrap();
    let prepared = world.script.count("prepare");
    assert_eq!(prepared, 2, "one per slot");
    let sandbox = lease.sandbox().await.unwrap();
    assert_eq!(sandbox.slot(), lease.slot());
    // The next one is being made although nobody asked.
    while world.script.count("prepare") < 3 {
        world.script.something.notified().await;
    }
    drop(sandbox);
    world.script.until("destroy").await;
}

#[actix::test]
async fn a_lease_that_is_dropped_frees_its_slot() {
    let world = world(1);
    let first = world.pool.lease(Urgency::Foreground).await.unwrap();
    {
        let mut impatient = std::pin::pin!(world.pool.lease(Urgency::Foreground));
        assert!(impatient.as_mut().now_or_never().is_none());
    }
    let mut second = std::pin::pin!(world.pool.lease(Urgency::Foreground));
    assert!(second.as_mut().now_or_never().is_none());
    assert!(world.pool.try_lease_idle().is_none());
    drop(first);
    let second = second.await.unwrap();
    assert_eq!(world.pool.report().busy, 1);
    world.pool.close();
    assert!(world.pool.lease(Urgency::Foreground).await.is_err());
    drop(second);
    assert_eq!(world.pool.report().busy, 0);
}

#[actix::test]
async fn work_waits_while_the_breaker_is_open() {
    let world = world(1);
    assert_eq!(world.judge("echo", "sum").await.runs.len(), 1);
    tokio::time::pause();
    *world.script.unprepared.lock() = 5;
    let lease = world.pool.lease(Urgency::Foreground).await.unwrap();
    while world.pool.report().breaker != BreakerState::Open {
        drop(lease.sandbox().await);
    }
    drop(lease);
    let began = tokio::time::Instant::now();
    let report = world.judge("echo", "sum").await;
    assert_eq!(report.runs.len(), 1);
    assert!(
        began.elapsed() >= Duration::from_secs(29),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(world.pool.report().breaker, BreakerState::Closed);
}

#[actix::test]
async fn a_pool_that_is_shut_leaves_no_sandbox_behind() {
    let world = world(2);
    let lease = world.pool.lease(Urgency::Foreground).await.unwrap();
    let sandbox = lease.sandbox().await.unwrap();
    let mut shut = std::pin::pin!(world.pool.shut());
    assert!(shut.as_mut().now_or_never().is_none(), "one is in use");
    drop(sandbox);
    shut.await;
    let (made, gone) = (world.script.count("prepare"), world.script.count("destroy"));
    assert_eq!(made, gone);
    assert_eq!(
        world.supervision.registry().get("sandbox").unwrap().alive,
        0
    );
}

#[actix::test]
async fn a_spare_that_does_not_answer_is_replaced() {
    let world = world(2);
    while world.pool.report().spares < 2 {
        tokio::task::yield_now().await;
    }
    *world.script.deaf.lock() = 1;
    tokio::time::pause();
    tokio::time::sleep(Duration::from_secs(3_601)).await;
    tokio::time::resume();
    world.script.until("destroy").await;
    while world.script.count("prepare") < 3 || world.pool.report().spares < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.script.count("ping"), 2, "both were asked");
    assert_eq!(world.script.count("destroy"), 1, "the other one was kept");
    assert_eq!(world.pool.report().breaker, BreakerState::Closed);
}

#[actix::test]
async fn a_broken_wall_is_tried_by_the_pool_and_by_no_submission() {
    let world = world(1);
    assert_eq!(world.judge("echo", "sum").await.runs.len(), 1);
    *world.script.unprepared.lock() = 8;
    let lease = world.pool.lease(Urgency::Foreground).await.unwrap();
    while world.pool.report().breaker != BreakerState::Open {
        drop(lease.sandbox().await);
    }
    drop(lease);
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    let report = world.judge("echo", "sum").await;
    // Five failures opened it, three probes failed, the fourth was answered.
    assert!(began.elapsed() >= Duration::from_secs(3 * 30 + 29));
    assert_eq!(report.provenance.unwrap().attempt, 1);
    assert_eq!(world.script.count("ping"), 1);
}

#[actix::test]
async fn memory_waits_for_memory_and_never_for_itself() {
    let world = world(2);
    let first = world.pool.lease(Urgency::Foreground).await.unwrap();
    let second = world.pool.lease(Urgency::Foreground).await.unwrap();
    let budget = world.pool.memory_budget();
    let most = first.memory(u64::MAX).await;
    assert_eq!(
        world.pool.report().memory_used_bytes,
        budget,
        "no more than there is"
    );
    assert!(second.try_memory(1).is_none());
    let mut waits = std::pin::pin!(second.memory(1 << 20));
    assert!(waits.as_mut().now_or_never().is_none());
    drop(most);
    let little = waits.await;
    assert_eq!(world.pool.report().memory_used_bytes, 1 << 20);
    // Who stops waiting is forgotten.
    assert!(first.memory(budget).now_or_never().is_none());
    drop(little);
    assert!(first.try_memory(budget).is_some());
    assert_eq!(world.pool.report().memory_used_bytes, 0);
}

#[actix::test]
async fn a_lease_set_aside_lets_others_work_and_comes_back_first() {
    let world = world(1);
    let lease = world.pool.lease(Urgency::Foreground).await.unwrap();
    let others = async {
        let other = world.pool.lease(Urgency::Foreground).await.unwrap();
        assert_eq!(other.slot(), lease.slot());
    };
    lease.set_aside(others).await.unwrap();
    assert_eq!(world.pool.report().busy, 1);
    let mut late = std::pin::pin!(world.pool.lease(Urgency::Foreground));
    assert!(late.as_mut().now_or_never().is_none());
    // While it is aside somebody else gets the slot, and it waits.
    let again = {
        let mut aside = std::pin::pin!(lease.set_aside(std::future::ready(())));
        assert!(aside.as_mut().now_or_never().is_none());
        let other = late.await.unwrap();
        assert!(aside.as_mut().now_or_never().is_none());
        drop(other);
        aside.await
    };
    again.unwrap();
    drop(lease);
    assert_eq!(world.pool.report().busy, 0);
}

#[actix::test]
async fn pools_that_share_a_cpu_take_turns() {
    let world = world(1);
    let other = world.beside(PoolKind::Trusted);
    let here = world.pool.lease(Urgency::Foreground).await.unwrap();
    let mut there = std::pin::pin!(other.lease(Urgency::Foreground));
    assert!(
        there.as_mut().now_or_never().is_none(),
        "one program per CPU"
    );
    assert!(other.try_lease_idle().is_none());
    drop(here);
    let there = there.await.unwrap();
    assert!(
        world
            .pool
            .lease(Urgency::Foreground)
            .now_or_never()
            .is_none()
    );
    drop(there);
    assert_eq!((other.report().busy, world.pool.report().busy), (0, 0));
}

#[actix::test]
async fn slots_that_are_not_kept_ready_have_no_spares() {
    let world = World::warm(3, 1, &[Package::echo("echo", 1)]);
    while world.pool.report().spares < 1 {
        tokio::task::yield_now().await;
    }
    world.pool.set_live(3);
    while world.pool.report().spares < 3 {
        tokio::task::yield_now().await;
    }
    world.pool.set_live(2);
    world.script.until("destroy").await;
    assert_eq!((world.pool.report().spares, world.pool.live()), (2, 2));
    world.pool.shut().await;
    let (made, gone) = (world.script.count("prepare"), world.script.count("destroy"));
    assert_eq!(made, gone);
}

#[actix::test]
async fn a_health_check_is_answered_behind_the_native_wall() {
    let world = World::real(&[Package::echo("echo", 1)]);
    let lease = world.pool.lease(Urgency::Foreground).await.unwrap();
    let mut sandbox = lease.sandbox().await.unwrap();
    for _ in 0..2 {
        ping::ping(&mut sandbox).await.unwrap();
    }
}
