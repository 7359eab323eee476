//! Figures for `cargo xtask fidelity`.

use std::path::PathBuf;
use std::{env, fs};

use serde_json::Value;

/// Writes what a test has measured into the folder that `REHOME_FIGURES` names; nothing without it.
pub(super) fn figures(file: &str, figures: &Value) {
    let Some(folder) = env::var_os("REHOME_FIGURES").map(PathBuf::from) else {
        return;
    };
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join(file), figures.to_string()).expect("a file");
}
