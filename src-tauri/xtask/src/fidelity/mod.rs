//! `cargo xtask fidelity`: how near client and practice org are to Okta, measured against what Okta published and
//! recorded. Runs programs and reads the JSON that they print; the rules are in the programs.

mod clients;
mod conform;
mod practice;
mod replay;
mod strangers;

pub use strangers::{NODE_SDK, PYTHON_SDK};

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use clap::ValueEnum;
use serde::de::DeserializeOwned;

use crate::figures::Figures;
use crate::{
    cargo, places,
    step::{self, Done, Failure},
};

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Recordings and conversations through the client, nothing dropped
    A,
    /// Answers of the practice org against Okta's OpenAPI document
    B,
    /// Requests of full journeys against the document
    C,
    /// Recorded conversations replayed against the practice org
    D,
    /// Okta's Python and Node SDKs against the practice org
    Sdk,
    /// What the client does with every fault in every class of call
    Faults,
}

/// What the parts share: where things are, and what they leave for each other.
pub struct Session {
    /// Okta's document, recordings and the scripts that go with them.
    reference: PathBuf,
    /// `practice-org`
    program: PathBuf,
    folder: PathBuf,
}

impl Session {
    fn start(reference: PathBuf) -> Result<Self, Failure> {
        let folder = places::target().join("fidelity");
        for old in ["transcripts", "journeys", "figures"] {
            let _ = fs::remove_dir_all(folder.join(old));
            fs::create_dir_all(folder.join(old))?;
        }
        fs::create_dir_all(folder.join("scratch"))?;
        Ok(Self {
            reference,
            program: practice::build()?,
            folder,
        })
    }

    /// Where an org of this run writes what it heard and said.
    fn transcript(&self, name: &str) -> PathBuf {
        self.folder.join("transcripts").join(format!("{name}.jsonl"))
    }

    fn scratch(&self, name: &str) -> PathBuf {
        self.folder.join("scratch").join(name)
    }

    /// All that orgs of this run wrote.
    fn transcripts(&self) -> Result<Vec<PathBuf>, Failure> {
        let mut all = jsonl(&self.folder.join("transcripts"))?;
        all.extend(jsonl(&self.folder.join("journeys"))?);
        Ok(all)
    }

    /// All that real orgs are recorded to have said.
    fn recorded(&self) -> Result<Vec<PathBuf>, Failure> {
        let mut all = jsonl(&self.reference.join("recordings"))?;
        all.extend(jsonl(&self.reference.join("conversations"))?);
        all.extend(jsonl(&self.folder.join("published"))?);
        Ok(all)
    }

    /// A script of the reference material.
    fn python(&self, script: &str) -> Command {
        let mut python = Command::new("python3");
        python.arg(self.reference.join(script));
        python
    }

    /// A script of this repository.
    fn own_python(&self, script: &str) -> Command {
        let mut python = Command::new("python3");
        python.arg(places::root().join("tests/strangers").join(script));
        python
    }

    /// Runs a program and reads the JSON that it prints, however it ends.
    fn ask<T: DeserializeOwned>(&self, command: &mut Command) -> Result<T, Failure> {
        let name = command.get_program().display().to_string();
        let output = command
            .stdin(Stdio::null())
            .output()
            .map_err(|error| Failure(format!("{name} could not be started: {error}")))?;
        serde_json::from_slice(&output.stdout).map_err(|error| {
            let words: Vec<_> = command.get_args().map(|it| it.to_string_lossy()).collect();
            Failure(format!(
                "{name} {}: no JSON ({error})\n{}",
                words.join(" "),
                String::from_utf8_lossy(&output.stderr)
            ))
        })
    }
}

fn jsonl(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let files = fs::read_dir(folder)?.flatten().map(|entry| entry.path());
    let mut files: Vec<_> = files
        .filter(|it| it.extension().is_some_and(|it| it == "jsonl"))
        .collect();
    files.sort();
    Ok(files)
}

pub fn fidelity(only: &[Part], json: bool) -> Done {
    step::speak_on_stderr(json);
    let wants = |part| only.is_empty() || only.contains(&part);
    let mut figures = Figures::default();
    match cargo::reference() {
        None => {
            let why = "set REHOME_OKTA_REFERENCE, or lay the material beside the checkout as ../shared/okta";
            figures.not_run("a, b, c, d, sdk, faults", why);
        }
        Some(_) if !places::has_program("python3") => {
            figures.not_run("a, b, c, d, sdk, faults", "python3 is missing");
        }
        Some(reference) => measure(&Session::start(reference)?, wants, &mut figures),
    }
    figures.show(json)
}

type Work = fn(&Session, &mut Figures) -> Done;

/// (b) looks at what the other parts left, so that it comes last and they all run for it. A part that fails leaves the others
/// their turn.
fn measure(session: &Session, wants: impl Fn(Part) -> bool, figures: &mut Figures) {
    let b = wants(Part::B);
    let runs = |part| wants(part) || b;
    // What runs for (b) alone is measured, but not shown.
    let mut aside = Figures::default();
    let parts: [(Part, bool, &'static str, Work); 6] = [
        (Part::A, wants(Part::A), "a", clients::recorded),
        (Part::D, runs(Part::D), "d", replay::replay),
        (Part::Sdk, runs(Part::Sdk), "sdk", strangers::strangers),
        (Part::C, runs(Part::C), "c", conform::requests),
        (Part::B, b, "b", conform::answers),
        (Part::Faults, wants(Part::Faults), "faults", clients::faults),
    ];
    for (part, run, name, work) in parts {
        let into = if wants(part) { &mut *figures } else { &mut aside };
        if run && let Err(failure) = work(session, into) {
            figures.failed(name, failure.to_string());
        }
    }
}
