//! `kill -9` at seeded moments with 200 submissions in flight: after the restart every `202` ends in exactly one verdict, and a
//! verdict somebody saw before the crash is the same after it.
//!
//! `GAVEL_CRASH_SEED` repeats a run, `GAVEL_CRASH_MOMENTS` changes their number.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::common::feed::Feed;
use crate::common::http::Client;
use crate::common::packages;
use crate::common::server::{Options, Server};

const IN_FLIGHT: usize = 200;
const CLIENTS: usize = 8;
/// Topics one session may follow.
const TOPICS: usize = 64;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable)
        .ok()
        .map(|text| text.parse().unwrap())
}

/// splitmix64: the same moments for the same seed.
struct Moments(u64);

impl Moments {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

#[test]
fn every_accepted_submission_survives_a_crash_with_one_verdict() {
    let clock = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let seed = number("GAVEL_CRASH_SEED").unwrap_or(clock.as_nanos() as u64);
    let moments = number("GAVEL_CRASH_MOMENTS").unwrap_or(20);
    eprintln!("GAVEL_CRASH_SEED={seed}");
    let dir = tempfile::tempdir().unwrap();
    packages::sum(dir.path());
    let options = Options {
        problems: vec![dir.path().to_owned()],
        ..Options::default()
    };
    let options = options
        .with("admission.user_bucket.burst=100000")
        .with("admission.shedding.high_water=100000")
        .with("websocket.inbound_burst=1000");
    let mut server = Server::start(options);
    warm_up(&server);
    let mut random = Moments(seed);
    for moment in 0..moments {
        let delay = Duration::from_millis(random.below(700));
        // Half of the moments are counted from the first request, half from the last answer: all of them are in flight then.
        let from = if moment % 2 == 0 {
            From::FirstRequest
        } else {
            From::LastAnswer
        };
        eprintln!("moment {moment}: kill {delay:?} after {from:?}");
        one_crash(&mut server, delay, from);
    }
}

/// The first submission compiles; the others find its program in the cache.
fn warm_up(server: &Server) {
    let client = Client::new(server.url());
    let id = submit(&client, 0).expect("the first submission is accepted");
    let mut feed = Feed::connect(server.url());
    feed.follow_submission(&id, 0);
    feed.until("verdict");
}

fn submit(client: &Client, user: usize) -> Option<String> {
    let source = "#include <cstdio>\nint main() { long a, b; scanf(\"%ld %ld\", &a, &b); printf(\"%ld\\n\", a + b); }\n";
    let body = json!({"problem": "sum", "language": "cpp", "source": source});
    let answer = client.try_post(
        "/api/v1/submissions",
        &body,
        &[("x-gavel-user", &format!("user{user}"))],
    )?;
    (answer.status == 202).then(|| answer.json()["id"].as_str().unwrap().to_owned())
}

/// What a moment is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    FirstRequest,
    LastAnswer,
}

fn one_crash(server: &mut Server, delay: Duration, from: From) {
    let accepted: Mutex<Vec<String>> = Mutex::default();
    let seen: Mutex<BTreeMap<String, String>> = Mutex::default();
    let url = server.url().to_owned();
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (url, accepted) = (&url, &accepted);
            scope.spawn(move || {
                let http = Client::new(url);
                for _ in 0..IN_FLIGHT / CLIENTS {
                    match submit(&http, client) {
                        Some(id) => accepted.lock().unwrap().push(id),
                        None => return,
                    }
                }
            });
        }
        scope.spawn(|| watch_until_the_crash(&url, &accepted, &seen));
        let last_answer = Instant::now() + Duration::from_secs(20);
        while from == From::LastAnswer && accepted.lock().unwrap().len() < IN_FLIGHT {
            assert!(
                Instant::now() < last_answer,
                "not all submissions were taken"
            );
            std::thread::sleep(Duration::from_millis(1));
        }
        let at = Instant::now() + delay;
        std::thread::sleep(at.saturating_duration_since(Instant::now()));
        server.kill();
    });
    let (accepted, seen) = (accepted.into_inner().unwrap(), seen.into_inner().unwrap());
    server.start_again();
    eprintln!(
        "  {} accepted, {} verdicts seen before the crash",
        accepted.len(),
        seen.len()
    );
    let verdicts = verdicts(server, &accepted);
    for (id, verdict) in &seen {
        assert_eq!(
            verdicts.get(id),
            Some(verdict),
            "the verdict of {id} changed"
        );
    }
    for id in &accepted {
        assert_eq!(verdicts.get(id).map(String::as_str), Some("AC"), "{id}");
    }
}

/// Follows what is accepted, as long as the server lives, and remembers each verdict.
fn watch_until_the_crash(
    url: &str,
    accepted: &Mutex<Vec<String>>,
    seen: &Mutex<BTreeMap<String, String>>,
) {
    let Some(mut feed) = Feed::try_connect(url) else {
        return;
    };
    let mut followed = 0;
    loop {
        let more: Vec<String> = accepted.lock().unwrap()[followed..].to_vec();
        followed += more.len();
        for id in more
            .iter()
            .take(TOPICS.saturating_sub(followed - more.len()))
        {
            if !feed.try_follow_submission(id) {
                return;
            }
        }
        match feed.next_within(Duration::from_millis(5)) {
            Some(Some(message)) => remember(&message, seen),
            Some(None) => return,
            None => (),
        }
    }
}

fn remember(message: &Value, seen: &Mutex<BTreeMap<String, String>>) {
    if message["type"] == "verdict" {
        let text = |key: &str| message["payload"][key].as_str().unwrap().to_owned();
        seen.lock()
            .unwrap()
            .insert(text("submissionId"), text("verdict"));
    }
}

/// Waits until each of `ids` has its verdict, then reads the whole log again: none may have a second one.
fn verdicts(server: &Server, ids: &[String]) -> BTreeMap<String, String> {
    let waited: Mutex<BTreeMap<String, String>> = Mutex::default();
    for some in ids.chunks(TOPICS) {
        let mut feed = Feed::connect(server.url());
        some.iter().for_each(|id| feed.follow_submission(id, 0));
        let mut left = some.len();
        while left > 0 {
            let message = feed.next().expect("the server goes on");
            assert_ne!(message["type"], "error", "{message}");
            left -= usize::from(message["type"] == "verdict");
            remember(&message, &waited);
        }
        // A second verdict would come after the first: nothing may follow.
        assert_eq!(feed.next_within(Duration::from_millis(50)), None);
    }
    waited.into_inner().unwrap()
}
