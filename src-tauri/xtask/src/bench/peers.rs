//! Okta's own SDKs for the scripts that Rehome is compared with, each in a folder of its own.

use std::{fs, process::Command};

use crate::{
    fidelity::{NODE_SDK, PYTHON_SDK},
    places,
    step::{self, Failure},
};

/// What `proof measure peers` has to know; installs what is missing.
pub fn arguments() -> Result<Vec<String>, Failure> {
    let home = places::target().join("peers");
    let python = home
        .join("python")
        .join(if cfg!(windows) { "Scripts" } else { "bin" })
        .join("python");
    if !python.is_file() {
        let venv = home.join("python");
        step::quietly("python: venv", Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
        let mut pip = Command::new(&python);
        pip.args([
            "-m",
            "pip",
            "--quiet",
            "--disable-pip-version-check",
            "install",
            PYTHON_SDK,
        ]);
        step::quietly("python: okta", &mut pip)?;
    }
    let node = home.join("node");
    let modules = node.join("node_modules");
    if !modules.is_dir() {
        fs::create_dir_all(&node)?;
        let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
        npm.args(["install", "--no-save", "--no-audit", "--no-fund", "--prefix"])
            .arg(&node)
            .arg(NODE_SDK);
        step::quietly("node: okta", npm.current_dir(&node))?;
    }
    let text = |path: std::path::PathBuf| path.display().to_string();
    Ok(vec![
        "--scripts".into(),
        text(places::root().join("tests/peers")),
        "--python".into(),
        text(python),
        "--modules".into(),
        text(modules),
    ])
}
