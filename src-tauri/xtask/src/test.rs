//! `cargo xtask test`: everything that has to hold, cheapest first, each thing compiled once.

use std::{path::PathBuf, process::Command, time::Duration};

use clap::ValueEnum;

use crate::{
    cargo, packages, places,
    session::Session,
    step::{self, Done},
    ui,
};

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Format, lints, tests without a window
    Rust,
    /// Types, lints and tests of ui/
    Ui,
    /// Tests in the real window
    Gui,
}

/// nextest ends a hanging test by itself; this is for what stands still around it.
const PATIENCE: Duration = Duration::from_secs(45 * 60);

/// Only Linux brings a driver for the window that can be had without a person at the screen.
const WINDOW_CAN_BE_DRIVEN: bool = cfg!(target_os = "linux");

pub fn test(only: Option<Part>, filter: Option<&str>) -> Done {
    let wants = |part| only.is_none_or(|only| only == part);
    packages::to_build()?;
    if wants(Part::Rust) {
        step::quietly("format", cargo::cargo("fmt").args(["--all", "--check"]))?;
    }
    // Before anything is compiled: what it makes goes into the binary.
    ui::build()?;
    if wants(Part::Ui) {
        ui::check()?;
    }
    if wants(Part::Rust) {
        step::quietly(
            "lints (clippy)",
            cargo::whole("clippy").args(["--all-targets", "--", "-D", "warnings"]),
        )?;
    }
    if wants(Part::Rust) || wants(Part::Gui) {
        // Tests, programs and the practice org in one go, with one set of features.
        step::quietly("build", cargo::whole("build").arg("--all-targets"))?;
    }
    if wants(Part::Rust) {
        tests_without_window(filter)?;
    }
    if wants(Part::Gui) {
        tests_in_the_window(filter)?;
    }
    if wants(Part::Rust) {
        if cargo::has("deny") {
            step::quietly(
                "dependencies (cargo-deny)",
                cargo::cargo("deny").args(["check", "bans", "licenses", "sources"]),
            )?;
        } else {
            println!("cargo-deny: not run (not installed)");
        }
    }
    Ok(())
}

pub fn screenshots() -> Done {
    test(Some(Part::Gui), None)?;
    println!("pictures: {}", places::target().join("screenshots").display());
    Ok(())
}

pub fn set_up() -> Done {
    packages::to_build()?;
    ui::packages()?;
    if WINDOW_CAN_BE_DRIVEN {
        packages::to_test()?;
        driver()?;
    }
    Ok(())
}

fn tests_without_window(filter: Option<&str>) -> Done {
    let mut command = if cargo::has("nextest") {
        nextest("ci", filter)
    } else {
        let mut test = cargo::whole("test");
        test.arg("--all-targets").args(filter);
        test
    };
    step::openly("tests", &mut command, PATIENCE)
}

fn tests_in_the_window(filter: Option<&str>) -> Done {
    if !WINDOW_CAN_BE_DRIVEN {
        println!("tests in the window: not run (there is a driver for it on Linux only)");
        return Ok(());
    }
    packages::to_test()?;
    driver()?;
    let mut command = if cargo::has("nextest") {
        nextest("window", filter)
    } else {
        let mut test = cargo::whole("test");
        test.args(["--test", "gui"])
            .args(filter)
            .args(["--", "--test-threads", "1"]);
        test
    };
    command.env("REHOME_GUI", "1").env("REHOME_TAURI_DRIVER", driver_path());
    let session = Session::start()?;
    step::openly("tests in the window", &mut session.command(&command)?, PATIENCE)
}

/// The profile says which tests and how patiently: `.config/nextest.toml`.
fn nextest(profile: &str, filter: Option<&str>) -> Command {
    let mut nextest = cargo::whole("nextest run");
    nextest.args(["--profile", profile]);
    if let Some(filter) = filter {
        // A name that only the other part has is no failure of this one.
        nextest.args(["--no-tests", "pass", filter]);
    }
    nextest
}

/// Installed beside the build, from its lock file, and built apart so that it disturbs nothing.
fn driver() -> Done {
    if driver_path().is_file() {
        return Ok(());
    }
    let mut install = cargo::cargo("install");
    install
        .args(["tauri-driver", "--version", "^2", "--locked", "--quiet", "--root"])
        .arg(places::tools());
    install.env("CARGO_TARGET_DIR", places::target().join("tools-build"));
    step::quietly("install tauri-driver", &mut install)
}

fn driver_path() -> PathBuf {
    places::tools().join("bin/tauri-driver")
}
