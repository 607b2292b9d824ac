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
