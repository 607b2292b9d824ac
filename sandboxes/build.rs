//! Builds the runner as a static executable of its own, to be embedded: a nested cargo with its own target directory.

use std::path::{Path, PathBuf};
use std::process::Command;

const TARGET: &str = "x86_64-unknown-linux-gnu";

/// What the outer cargo or a developer's shell sets for the outer build and must not leak into the nested one.
const LEAKING: [&str; 12] = [
    "RUSTFLAGS",
    "CARGO_ENCODED_RUSTFLAGS",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_WRAPPER",
    "CLIPPY_ARGS",
    "CLIPPY_CONF_DIR",
    "CARGO_TARGET_DIR",
    "CARGO_BUILD_TARGET",
    "CARGO_BUILD_TARGET_DIR",
    "CARGO_MAKEFLAGS",
    "MAKEFLAGS",
    "CARGO_FEATURE_DEFAULT",
];

fn main() {
    let manifest = PathBuf::from(variable("CARGO_MANIFEST_DIR")).join("runner/Cargo.toml");
    let target_directory = PathBuf::from(variable("OUT_DIR")).join("runner");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=languages");
    println!("cargo::rerun-if-changed=runner/Cargo.toml");
    println!("cargo::rerun-if-changed=runner/src");
    let built = target_directory.join(TARGET).join("release/gavel-runner");
    build(&manifest, &target_directory);
    assert!(
        built.is_file(),
        "the nested build left no {}",
        built.display()
    );
    println!("cargo::rustc-env=GAVEL_RUNNER={}", built.display());
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("cargo sets {name}"))
}

fn build(manifest: &Path, target_directory: &Path) {
    let mut cargo = Command::new(variable("CARGO"));
    cargo.args([
        "build",
        "--release",
        "--locked",
        "--offline",
        "--bin",
        "gavel-runner",
        "--target",
        TARGET,
    ]);
    cargo
        .arg("--manifest-path")
        .arg(manifest)
        .arg("--target-dir")
        .arg(target_directory);
    for name in LEAKING {
        cargo.env_remove(name);
    }
    // Static, and at a fixed address: nothing to relocate when a keeper starts. Small, because keepers fork.
    cargo.env(
        "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS",
        "-Ctarget-feature=+crt-static -Crelocation-model=static",
    );
    cargo.env("CARGO_PROFILE_RELEASE_PANIC", "abort");
    cargo.env("CARGO_PROFILE_RELEASE_STRIP", "symbols");
    cargo.env("CARGO_PROFILE_RELEASE_DEBUG", "false");
    cargo.env("CARGO_PROFILE_RELEASE_LTO", "fat");
    cargo.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1");
    let output = cargo
        .output()
        .unwrap_or_else(|error| panic!("failed to start the nested cargo: {error}"));
    assert!(
        output.status.success(),
        "the nested build of the runner failed:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
