//! What a panic says, and the hook that logs and counts each one once.

use std::any::Any;
use std::sync::Once;

/// The text of a panic payload.
#[must_use]
pub fn panic_text(payload: &(dyn Any + Send)) -> String {
    payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "panic without a text".to_owned())
}

/// Sends every panic of the process to `tracing` and counts it (`gavel_panics_total`). Later calls do nothing.
pub fn install_panic_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|info| {
            let location = info.location().map(ToString::to_string).unwrap_or_default();
            let thread = std::thread::current()
                .name()
                .unwrap_or("unnamed")
                .to_owned();
            let text = panic_text(info.payload());
            tracing::error!(%location, %thread, "panic: {text}");
            metrics::counter!("gavel_panics_total").increment(1);
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_of_any_kind_has_a_text() {
        let check = |payload: Box<dyn Any + Send>, expected: &str| {
            assert_eq!(panic_text(&*payload), expected)
        };
        check(Box::new("static"), "static");
        check(Box::new("owned".to_owned()), "owned");
        check(Box::new(7_u8), "panic without a text");
    }
}
