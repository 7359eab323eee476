//! `cargo xtask bench`: speed and memory, measured by a program of its own for each size, so that one does not warm the next.

use std::fs;

use crate::{
    cargo,
    figures::Figures,
    packages, places,
    step::{self, Done},
};

pub fn bench(people: &[u32], json: bool) -> Done {
    step::speak_on_stderr(json);
    packages::to_build()?;
    let mut build = cargo::cargo("build");
    build.args([
        "--profile",
        "measure",
        "--package",
        "rehome-engine",
        "--example",
        "steps_1_and_2",
    ]);
    step::quietly("build, optimised", &mut build)?;
    let program = places::target().join("measure/examples/steps_1_and_2");
    let folder = places::target().join("bench");
    fs::create_dir_all(&folder)?;
    let mut figures = Figures::default();
    for size in people {
        let file = folder.join(format!("steps-1-and-2-{size}.json"));
        let _ = fs::remove_file(&file);
        let mut run = std::process::Command::new(&program);
        run.arg(size.to_string()).arg(&file).env("TMPDIR", &folder);
        step::quietly(&format!("steps 1 and 2, {size} people"), &mut run)?;
        figures.read(&file)?;
    }
    figures.show(json)
}
