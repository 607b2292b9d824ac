//! The programs of the suite: C sources carried inside the test, compiled once.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, OnceLock};

/// Every program: name and source.
const SOURCES: [(&str, &str); 3] = [
    ("deeds", include_str!("programs/deeds.c")),
    ("escapes", include_str!("programs/escapes.c")),
    ("talks", include_str!("programs/talks.c")),
];

/// The compiled programs.
pub(crate) struct Programs {
    pub(crate) deeds: Arc<File>,
    pub(crate) escapes: Arc<File>,
    pub(crate) talks: Arc<File>,
}

/// Compiles them on first use.
pub(crate) fn programs() -> &'static Programs {
    static PROGRAMS: OnceLock<Programs> = OnceLock::new();
    PROGRAMS.get_or_init(|| {
        let open = |name| Arc::new(File::open(compiled(name)).unwrap());
        Programs {
            deeds: open("deeds"),
            escapes: open("escapes"),
            talks: open("talks"),
        }
    })
}

fn compiled(name: &str) -> PathBuf {
    let source = SOURCES.iter().find(|(other, _)| *other == name).unwrap().1;
    let directory = match std::env::var_os("GAVEL_CONFORMANCE_PROGRAMS") {
        Some(directory) => PathBuf::from(directory),
        None => std::env::temp_dir().join(format!("gavel-conformance-{:016x}", hash(source))),
    };
    std::fs::create_dir_all(&directory).unwrap();
    let target = directory.join(name);
    if !target.exists() {
        compile(name, source, &target);
    }
    target
}

/// FNV-1a: names the directory after what is in it.
fn hash(source: &str) -> u64 {
    source.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn compile(name: &str, source: &str, target: &Path) {
    let stem = target.with_extension(format!("{}", std::process::id()));
    let text = stem.with_extension("c");
    std::fs::write(&text, source).unwrap();
    let status = Command::new("cc")
        .args(["-O1", "-static", "-w"])
        .arg(&text)
        .arg("-o")
        .arg(&stem)
        .status();
    let status = status.expect("the suite needs a C compiler: install gcc and libc6-dev, or set GAVEL_CONFORMANCE_PROGRAMS");
    assert!(status.success(), "cc failed on {name}");
    std::fs::remove_file(&text).unwrap();
    std::fs::rename(&stem, target).unwrap();
}
