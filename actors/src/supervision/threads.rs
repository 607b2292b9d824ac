//! Supervised OS threads: the same intensity as actors, for work that must block.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::{Builder, JoinHandle};
use std::time::Instant;

use super::registry::ActorKind;
use super::root::Beat;
use super::{Escalation, RestartVerdict, RestartWindow, Supervision, panic_text};

pub(super) fn start(
    supervision: &Supervision,
    name: &'static str,
    mut body: impl FnMut(&Beat) + Send + 'static,
) -> std::io::Result<JoinHandle<()>> {
    let beat = supervision.inner.beats.add(name);
    let tree = supervision.clone();
    let ended = beat.clone();
    let run = move || {
        let mut window = RestartWindow::new(tree.inner.intensity);
        let born = Instant::now();
        while let Err(payload) = catch_unwind(AssertUnwindSafe(|| body(&beat))) {
            let text = panic_text(&*payload);
            tree.registry().panicked(name, &text);
            match window.panicked(born.elapsed()) {
                RestartVerdict::RestartAfter(delay) => {
                    tracing::warn!(thread = name, ?delay, "restarting after a panic: {text}");
                    std::thread::sleep(delay);
                }
                RestartVerdict::GiveUp => {
                    let reason = format!("panicked too often, last: {text}");
                    tree.escalate(Escalation {
                        actor: name.to_owned(),
                        reason,
                    });
                    break;
                }
            }
        }
        ended.end();
        tree.registry().ended(name);
    };
    supervision
        .registry()
        .started(name, ActorKind::Thread, None, None);
    Builder::new().name(name.to_owned()).spawn(run)
}
