//! The actor with a pool before it: slots come with the work.

use super::*;
use crate::testing::{Package, World};

fn config(mode: AutoscaleMode) -> AutoscaleConfig {
    AutoscaleConfig {
        mode,
        slo: Duration::from_secs(5),
        every: Duration::from_millis(20),
    }
}

fn start(world: &World, mode: AutoscaleMode) -> Addr<Autoscaler> {
    let (pools, jobs) = (&world.env.pools, world.env.jobs.clone());
    let clock = world.env.clock.clone();
    Autoscaler::start(config(mode), pools, jobs, clock, &world.supervision)
}

#[actix::test]
async fn slots_come_with_the_work_and_the_work_is_done() {
    let world = World::warm(4, 1, &[Package::echo("echo", 1)]);
    let _autoscaler = start(&world, AutoscaleMode::Local);
    assert_eq!(world.pool.live(), 1);
    let ids: Vec<_> = (0..4)
        .map(|_| world.submit("echo", "sum\n1? gate go"))
        .collect();
    // One at work and one spare, two at work and one spare, and so on.
    while world.pool.report().busy < 4 {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.pool.live(), 4);
    world.script.open("go");
    for id in ids {
        world.verdict(id).await;
    }
}

#[actix::test]
async fn it_only_reckons_where_somebody_else_decides() {
    let world = World::warm(4, 1, &[Package::echo("echo", 1)]);
    for mode in [AutoscaleMode::External, AutoscaleMode::Off] {
        let autoscaler = start(&world, mode);
        let id = world.submit("echo", "sum\n1? gate go");
        world.script.until("run 1").await;
        tokio::time::pause();
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(world.pool.live(), 1, "{mode:?}");
        world.script.open("go");
        tokio::time::resume();
        world.verdict(id).await;
        drop(autoscaler);
    }
}
