//! (a), (c) and the fault table: what Rehome's own tests measure.

use std::{path::PathBuf, time::Duration};

use super::{Session, jsonl};
use crate::figures::Figures;
use crate::{
    cargo, packages,
    step::{self, Done, Failure},
    ui,
};

/// Without those where Rehome is killed: they take long and send nothing else.
const JOURNEYS: &str = "package(rehome) and test(journey::) and not test(killed)";

const PATIENCE: Duration = Duration::from_secs(20 * 60);

/// (a) Recorded answers through the client.
pub fn recorded(session: &Session, figures: &mut Figures) -> Done {
    measured(session, "reference", "recorded.json", figures)?;
    figures.read(&session.folder.join("figures/through.json"))
}

/// Every fault in every class of call.
pub fn faults(session: &Session, figures: &mut Figures) -> Done {
    measured(session, "fault_table", "faults.json", figures)
}

/// A test of the client that writes its figures into a folder of ours.
fn measured(session: &Session, test: &str, file: &str, figures: &mut Figures) -> Done {
    let folder = session.folder.join("figures");
    let mut tests = cargo::cargo("test");
    tests.args(["--package", "rehome-okta", "--lib", test]);
    tests.env("REHOME_FIGURES", &folder);
    step::quietly(&format!("client: {test}"), &mut tests)?;
    figures.read(&folder.join(file))
}

/// Full journeys against the practice org, with what Rehome sent in them.
pub fn journeys(session: &Session) -> Result<Vec<PathBuf>, Failure> {
    packages::to_build()?;
    ui::build()?;
    let folder = session.folder.join("journeys");
    let mut tests = if cargo::has("nextest") {
        let mut tests = cargo::whole("nextest run");
        tests.args(["--profile", "ci", "--test", "it", "-E", JOURNEYS]);
        tests
    } else {
        let mut tests = cargo::cargo("test");
        tests.args([
            "--package",
            "rehome",
            "--features",
            "custom-protocol",
            "--test",
            "it",
            "journey::",
            "--",
            "--skip",
            "killed",
        ]);
        tests
    };
    tests.env("REHOME_TRANSCRIPT_DIR", &folder);
    step::openly("journeys", &mut tests, PATIENCE)?;
    jsonl(&folder)
}
