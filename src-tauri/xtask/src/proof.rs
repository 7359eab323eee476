//! `cargo xtask soak`: the fault matrix and the random kills, by the program `proof`.

use std::{fs, path::PathBuf, process::Command, time::Duration};

use crate::{
    cargo,
    figures::Figures,
    packages, places,
    step::{self, Done, Failure},
};

pub struct Soak {
    pub runs: usize,
    pub minutes: f64,
    pub seed: u64,
    pub workers: usize,
    pub only: Vec<Part>,
    pub json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// Every call failed in every way, the process ended at every write of the journal
    Matrix,
    /// Random kills
    Kills,
}

/// The program that measures and soaks, optimised.
pub fn program() -> Result<PathBuf, Failure> {
    packages::to_build()?;
    let mut build = cargo::cargo("build");
    build.args(["--profile", "measure", "--package", "rehome-proof"]);
    step::quietly("build, optimised", &mut build)?;
    Ok(places::target().join("measure/proof"))
}

/// Its folder for figures and for journals: not where a machine keeps its memory as files.
pub fn folder(name: &str) -> Result<PathBuf, Failure> {
    let folder = places::target().join(name);
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

pub fn soak(wishes: &Soak) -> Done {
    step::speak_on_stderr(wishes.json);
    let (program, folder) = (program()?, folder("soak")?);
    let wants = |part| wishes.only.is_empty() || wishes.only.contains(&part);
    let parts = 1.0 + f64::from(u8::from(wants(Part::Matrix) && wants(Part::Kills)));
    let minutes = wishes.minutes / parts;
    let mut figures = Figures::default();
    for (part, name) in [(Part::Matrix, "matrix"), (Part::Kills, "soak")] {
        if !wants(part) {
            continue;
        }
        let file = folder.join(format!("{name}.json"));
        let _ = fs::remove_file(&file);
        let mut run = Command::new(&program);
        run.arg(name).env("TMPDIR", &folder).arg("--file").arg(&file);
        run.args([
            "--minutes",
            &minutes.to_string(),
            "--workers",
            &wishes.workers.to_string(),
        ]);
        if part == Part::Kills {
            run.args(["--runs", &wishes.runs.to_string(), "--seed", &wishes.seed.to_string()]);
        }
        // It ends by itself; a little more for the journey that is under way.
        let patience = Duration::from_secs_f64(minutes * 60.0 + 600.0);
        step::openly(name, &mut run, patience)?;
        figures.read(&file)?;
    }
    figures.show(wishes.json)
}
