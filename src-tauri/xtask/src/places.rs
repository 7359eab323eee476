//! Where things are.

use std::{env, path::PathBuf};

/// The top of the repository.
pub fn root() -> PathBuf {
    // src-tauri/xtask, two below the top.
    // As Cargo says when it starts us: a kept build of a checkout that was moved would look where that was.
    let here = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    here.ancestors().nth(2).unwrap_or(&here).to_owned()
}

pub fn ui() -> PathBuf {
    root().join("ui")
}

/// Where Cargo puts what it makes.
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Logs and stamps of the task runner itself.
pub fn own() -> PathBuf {
    target().join("xtask")
}

/// Programs that Cargo installs for the tests, apart from the admin's own.
pub fn tools() -> PathBuf {
    target().join("tools")
}

/// Whether a program can be started by this name.
pub fn has_program(name: &str) -> bool {
    let names = if cfg!(windows) {
        vec![format!("{name}.exe"), format!("{name}.cmd")]
    } else {
        vec![name.to_owned()]
    };
    env::var_os("PATH")
        .is_some_and(|path| env::split_paths(&path).any(|folder| names.iter().any(|name| folder.join(name).is_file())))
}
