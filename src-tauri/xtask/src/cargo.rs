//! Cargo, always with the same packages and features, so that nothing is compiled twice.

use std::{env, path::PathBuf, process::Command};

use crate::places;

/// ui/dist inside the binary, as in what is shipped; the window under test is the window that people get.
const WHOLE: [&str; 3] = ["--workspace", "--features", "rehome/custom-protocol"];

/// Says where Okta's reference material lies.
const REFERENCE: &str = "REHOME_OKTA_REFERENCE";

/// The Cargo that runs this program, with a task like `clippy` or `nextest run`.
pub fn cargo(task: &str) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(task.split(' ')).current_dir(places::root());
    // Cargo tells its children about xtask; a build script or test that reads this must not take it for its own.
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(name);
        }
    }
    if let Some(reference) = reference() {
        cargo.env(REFERENCE, reference);
    }
    cargo
}

/// Okta's published and recorded material is never part of this repository; where it lies beside it, tests use it.
pub fn reference() -> Option<PathBuf> {
    let beside = places::root().join("../shared/okta");
    env::var_os(REFERENCE)
        .map(PathBuf::from)
        .or_else(|| beside.is_dir().then_some(beside))
}

/// The same on the whole workspace.
pub fn whole(task: &str) -> Command {
    let mut cargo = cargo(task);
    cargo.args(WHOLE);
    cargo
}

/// Whether `cargo NAME` is installed.
pub fn has(name: &str) -> bool {
    places::has_program(&format!("cargo-{name}"))
}
