//! The window's own sources: packages, checks, build.

use std::{fs, path::Path, process::Command, time::SystemTime};

use crate::{
    places,
    step::{self, Done},
};

/// What the build reads, besides `package-lock.json`.
const SOURCES: [&str; 8] = [
    "src",
    "public",
    "index.html",
    "package.json",
    "vite.config.ts",
    "icons.ts",
    "svelte.config.js",
    "tsconfig.json",
];

/// Installs the packages of `package-lock.json`, where it is not what was installed last.
pub fn packages() -> Done {
    let lock = fs::read(places::ui().join("package-lock.json"))?;
    let stamp = places::own().join("package-lock.json");
    if places::ui().join("node_modules").is_dir() && fs::read(&stamp).is_ok_and(|last| last == lock) {
        return Ok(());
    }
    step::quietly("ui: npm ci", npm(&["ci", "--no-audit", "--no-fund"]).env("CI", "1"))?;
    fs::create_dir_all(places::own())?;
    Ok(fs::write(stamp, lock)?)
}

/// Builds `ui/dist`, where its sources are newer.
pub fn build() -> Done {
    packages()?;
    let built = fs::metadata(places::ui().join("dist/index.html"))
        .and_then(|file| file.modified())
        .ok();
    let changed = SOURCES
        .iter()
        .filter_map(|source| newest(&places::ui().join(source)))
        .max();
    if built.is_some() && built >= changed {
        return Ok(());
    }
    step::quietly("ui: build", &mut npm(&["run", "build"]))
}

/// Types, lints and tests.
pub fn check() -> Done {
    packages()?;
    step::quietly("ui: types (svelte-check)", &mut npm(&["run", "check"]))?;
    step::quietly("ui: lints (eslint)", &mut npm(&["run", "lint"]))?;
    step::openly(
        "ui: tests (vitest)",
        &mut npm(&["test"]),
        std::time::Duration::from_secs(600),
    )
}

fn npm(arguments: &[&str]) -> Command {
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.args(arguments).current_dir(places::ui());
    npm
}

/// When the youngest file below was changed; `None` where there is none.
fn newest(path: &Path) -> Option<SystemTime> {
    let about = fs::metadata(path).ok()?;
    if !about.is_dir() {
        return about.modified().ok();
    }
    // The folder's own time tells of files that were taken away.
    fs::read_dir(path)
        .ok()?
        .flatten()
        .filter_map(|entry| newest(&entry.path()))
        .chain(about.modified().ok())
        .max()
}
