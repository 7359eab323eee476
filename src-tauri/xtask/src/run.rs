//! Opening Rehome, starting a practice org, writing the bindings.

use std::{env, process::Command, time::Duration};

use crate::{
    cargo, packages, places,
    step::{self, Done, Failure},
    ui,
};

/// From a fresh clone to an open window.
pub fn run(release: bool) -> Done {
    packages::to_build()?;
    ui::build()?;
    println!("building Rehome (minutes the first time) ...");
    let mut build = cargo::whole("build");
    build.args(["--bin", "rehome"]);
    if release {
        build.arg("--release");
    }
    hand_over(&mut build)?;
    let folder = places::target().join(if release { "release" } else { "debug" });
    hand_over(&mut Command::new(
        folder.join(format!("rehome{}", env::consts::EXE_SUFFIX)),
    ))
}

pub fn practice(arguments: &[String]) -> Done {
    let mut practice = cargo::cargo("run");
    practice
        .args(["--quiet", "--package", "rehome-practice", "--bin", "practice-org", "--"])
        .args(arguments);
    hand_over(&mut practice)
}

/// The test that compares the bindings writes them when it is told to.
pub fn bindings() -> Done {
    let mut test = cargo::cargo("test");
    test.args([
        "--package",
        "rehome",
        "--test",
        "it",
        "--",
        "bindings::committed_bindings_are_current",
    ]);
    test.env("REHOME_WRITE_BINDINGS", "1");
    step::openly("write ui/src/lib/bindings.ts", &mut test, Duration::from_secs(3600))
}

/// Runs something that the person at the keys uses; what it says is all there is to say.
fn hand_over(command: &mut Command) -> Done {
    let name = command.get_program().display().to_string();
    let status = command
        .status()
        .map_err(|error| Failure(format!("{name} could not be started: {error}")))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure(format!("{name} ended with {status}")))
    }
}
