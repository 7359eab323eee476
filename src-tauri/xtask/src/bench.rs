//! `cargo xtask bench`: speed and memory, measured by a program of its own for each size, so that one does not warm the next.

mod map;
mod peers;

use std::{fs, process::Command, time::Duration};

use crate::{
    cargo,
    figures::Figures,
    packages, places, proof,
    step::{self, Done},
};

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// Steps 1 and 2 over a made-up company, by size
    Steps,
    /// Runs under Okta's limits: time against the floor, calls against the least, 429s
    Limits,
    /// Operations a second without a limit
    Ops,
    /// Time and memory of a run, by size
    Growth,
    /// Runs beside careful scripts on Okta's own SDKs, at the speed of the real clock: a quarter of an hour
    Peers,
    /// Frames of the people map while squares change
    Map,
}

pub struct Bench {
    /// Sizes for `Steps`.
    pub people: Vec<u32>,
    /// Sizes for `Growth`.
    pub growth: Vec<u32>,
    /// Org's clock against ours, for `Limits`.
    pub speed: u32,
    /// None: all but the peers, which take long.
    pub only: Vec<Part>,
    pub json: bool,
}

/// A measurement by the program `proof`; it may take so many minutes.
const PATIENCE: Duration = Duration::from_secs(60 * 60);

pub fn bench(wishes: &Bench) -> Done {
    step::speak_on_stderr(wishes.json);
    let wants = |part| wishes.only.contains(&part) || (wishes.only.is_empty() && part != Part::Peers);
    let mut figures = Figures::default();
    if wants(Part::Steps) {
        steps(&wishes.people, &mut figures)?;
    }
    let listed = |sizes: &[u32]| sizes.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
    let runs = [
        (
            Part::Limits,
            "limits",
            vec!["--speed".to_owned(), wishes.speed.to_string()],
        ),
        (Part::Ops, "ops", Vec::new()),
        (
            Part::Growth,
            "growth",
            vec!["--people".to_owned(), listed(&wishes.growth)],
        ),
        (Part::Peers, "peers", Vec::new()),
    ];
    for (part, name, mut arguments) in runs {
        if !wants(part) {
            continue;
        }
        if part == Part::Peers {
            match peers::arguments() {
                Ok(more) => arguments.extend(more),
                Err(failure) => {
                    figures.not_run("peers", failure.to_string());
                    continue;
                }
            }
        }
        let (program, folder) = (proof::program()?, proof::folder("bench")?);
        let file = folder.join(format!("{name}.json"));
        let _ = fs::remove_file(&file);
        let mut run = Command::new(&program);
        run.args(["measure", "--file"]).arg(&file).arg(name).args(&arguments);
        step::openly(name, run.env("TMPDIR", &folder), PATIENCE)?;
        figures.read(&file)?;
    }
    if wants(Part::Map) {
        map::map(&mut figures)?;
    }
    figures.show(wishes.json)
}

fn steps(people: &[u32], figures: &mut Figures) -> Done {
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
    for size in people {
        let file = folder.join(format!("steps-1-and-2-{size}.json"));
        let _ = fs::remove_file(&file);
        let mut run = std::process::Command::new(&program);
        run.arg(size.to_string()).arg(&file).env("TMPDIR", &folder);
        step::quietly(&format!("steps 1 and 2, {size} people"), &mut run)?;
        figures.read(&file)?;
    }
    Ok(())
}
