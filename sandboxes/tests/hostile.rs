//! Hostile programs behind the walls: each of `testdata/hostile/` gets a verdict its head allows, and leaves nothing.
//!
//! The machinery is the library's (`sandboxes::hostile`), as for `gavel verify --hostile`; here the walls of this machine must
//! hold every program, with every language installed, and the table of `testdata/hostile/README.md` must be the directory's.

#![expect(clippy::unwrap_used, reason = "a test's helpers fail the test")]
#![expect(
    clippy::print_stderr,
    reason = "what was measured, shown when a test fails"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use sandboxes::hostile::{Crime, HostView, ROWS, Site, Suite, Toolchains, crimes};
use sandboxes::languages::Catalogue;
use sandboxes::native::{NativeConfig, NativeWall};
use sandboxes::root::{Account, Host, RootPlan};
use sandboxes::sandbox::{Slot, Wall};
use sandboxes::trusted::{TrustedConfig, TrustedWall};

/// The slot all these tests use, one after the other, because they measure.
const SLOT: Slot = Slot { index: 0, cpu: 0 };
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// The user of [`SLOT`]; another test process, or a daemon on this machine, has other users.
fn uid() -> u32 {
    1_000_000 + std::process::id()
}

fn testdata(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../testdata")
        .join(path)
}

fn native_wall() -> Arc<dyn Wall> {
    let account = Account {
        name: "program0".to_owned(),
        id: uid(),
    };
    let root = RootPlan::of_host(&Host::this(), &Catalogue::load().unwrap(), &[account]);
    let config = NativeConfig {
        first_uid: uid(),
        ..NativeConfig::new(root)
    };
    Arc::new(NativeWall::new(config).unwrap())
}

fn trusted_wall() -> Arc<dyn Wall> {
    let config = TrustedConfig {
        first_uid: uid(),
        ..TrustedConfig::default()
    };
    Arc::new(TrustedWall::new(config).unwrap())
}

fn behind<F: Future<Output = ()>>(test: impl FnOnce() -> F) {
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(test());
}

fn all_crimes() -> Vec<Crime> {
    crimes(&testdata("hostile"), &Catalogue::load().unwrap()).unwrap()
}

/// Commits every crime, or those whose names contain `GAVEL_HOSTILE`.
async fn hold(wall: Arc<dyn Wall>, is_native: bool) {
    let crimes = all_crimes();
    let languages = crimes.iter().map(|crime| crime.language.as_str());
    let catalogue = Catalogue::load().unwrap();
    let toolchains = Toolchains::of(&*wall, SLOT, &Host::this(), &catalogue, languages).await;
    for crime in crimes.iter().filter(|_| is_native) {
        if let Err(reason) = toolchains.get(&crime.language) {
            panic!(
                "{} is off: {reason}; deploy/languages installs it",
                crime.language
            );
        }
    }
    let site = Site {
        name: wall.name().to_owned(),
        wall,
        slot: SLOT,
        toolchains,
        host: HostView {
            uid: Some(uid()),
            groups: is_native,
            keepers: true,
            ..HostView::default()
        },
        is_prompt: is_native,
        is_exact: is_native,
        slowness: 1,
        compiles: None,
    };
    let shelf = tempfile::tempdir().unwrap();
    let suite = Suite::prepare(site, shelf.path()).await.unwrap();
    let wanted = std::env::var("GAVEL_HOSTILE").unwrap_or_default();
    let mut open = Vec::new();
    for crime in crimes.iter().filter(|crime| crime.name.contains(&wanted)) {
        let began = std::time::Instant::now();
        let ruling = suite.commit(crime).await.unwrap();
        eprintln!(
            "  {}: {} {:.3} s CPU, {:.3} s, {} KiB, {:.1?} in all {}",
            crime.name,
            ruling.verdict,
            ruling.cpu_s,
            ruling.wall_s,
            ruling.memory_bytes / 1024,
            began.elapsed(),
            ruling
                .exception
                .as_deref()
                .or(ruling.off.as_deref())
                .unwrap_or(&ruling.end)
        );
        for hole in ruling.holes {
            eprintln!("    HOLE {hole}");
            open.push(format!("{}: {hole}", crime.name));
        }
    }
    assert!(open.is_empty(), "not held:\n{}", open.join("\n"));
}

#[test]
fn native() {
    behind(|| hold(native_wall(), true));
}

#[test]
fn trusted() {
    behind(|| hold(trusted_wall(), false));
}

/// The table of `testdata/hostile/README.md`: every row in order with its programs, and no program twice or without a row.
#[test]
fn the_table_lists_every_program() {
    let mut programs: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for crime in &all_crimes() {
        programs
            .entry(crime.row)
            .or_default()
            .push(format!("`{}`", crime.name));
    }
    let mut table = String::from("| row | crimes | programs |\n|---|---|---|\n");
    for row in ROWS {
        let listed = programs
            .get(row.name)
            .unwrap_or_else(|| panic!("{} has no program", row.name));
        table.push_str(&format!(
            "| `{}` | {} | {} |\n",
            row.name,
            row.what,
            listed.join(", ")
        ));
    }
    let page = std::fs::read_to_string(testdata("hostile/README.md")).unwrap();
    assert!(
        page.contains(&table),
        "testdata/hostile/README.md needs this table:\n{table}"
    );
}
