//! Okta's own SDKs against the practice org: strangers that know Okta and have never heard of us.

use std::{collections::BTreeMap, fs, path::PathBuf, process::Command};

use serde::Deserialize;

use super::{
    Session,
    practice::{ENGINES, LIKE_OURS, Practice},
};
use crate::{
    figures::{Budget, Figures},
    places,
    step::{self, Done, Failure},
};

/// Raise together with what the scenarios in tests/strangers import.
pub const PYTHON_SDK: &str = "okta==3.4.6";
pub const NODE_SDK: &str = "@okta/okta-sdk-nodejs@8.1.0";
/// What Okta's own integration scenarios, published with the Python SDK, are written for.
const PYTEST: [&str; 5] = [
    "pytest==9.0.3",
    "pytest-asyncio==1.3.0",
    "pytest-mock==3.15.1",
    "pytest-recording==0.13.4",
    "pyfakefs==5.10.2",
];

/// Scenario by scenario: `null` when it went through, else why not.
#[derive(Deserialize)]
struct Told {
    scenarios: BTreeMap<String, Option<String>>,
}

pub fn strangers(session: &Session, figures: &mut Figures) -> Done {
    match python(session) {
        Ok(python) => {
            let script = places::root().join("tests/strangers/python/run.py");
            scenarios(session, figures, "python", || {
                let mut command = Command::new(&python);
                command.arg(&script);
                command
            })?;
            published(session, figures, &python)?;
        }
        Err(failure) => figures.not_run("sdk, Python", failure.to_string()),
    }
    match node(session) {
        Ok(modules) => {
            let script = places::root().join("tests/strangers/node/run.mjs");
            scenarios(session, figures, "node", || {
                let mut command = Command::new("node");
                command.arg(&script).env("STRANGERS_MODULES", &modules);
                command
            })?;
        }
        Err(failure) => figures.not_run("sdk, Node", failure.to_string()),
    }
    Ok(())
}

/// Visits what strangers leave out, so that every served operation is seen at least once.
pub fn visit(session: &Session) -> Done {
    for engine in ENGINES {
        let org = Practice::start(
            &session.program,
            engine,
            LIKE_OURS,
            &session.transcript(&format!("visit-{engine}")),
        )?;
        let mut script = session.own_python("visit.py");
        script.args([&org.url, &org.token]);
        step::quietly(&format!("visit {engine}"), &mut script)?;
    }
    Ok(())
}

fn scenarios(session: &Session, figures: &mut Figures, sdk: &str, command: impl Fn() -> Command) -> Done {
    for engine in ENGINES {
        let org = Practice::start(
            &session.program,
            engine,
            LIKE_OURS,
            &session.transcript(&format!("{sdk}-{engine}")),
        )?;
        let mut command = command();
        command.args([&org.url, &org.token, engine]);
        let mut told = None;
        step::timed(&format!("SDK {sdk}, {engine}"), || {
            told = Some(session.ask::<Told>(&mut command)?);
            Ok(())
        })?;
        let Some(told) = told else { continue };
        let failed: Vec<_> = told
            .scenarios
            .iter()
            .filter_map(|(name, why)| why.as_ref().map(|why| format!("{name}: {why}")))
            .collect();
        let passed = told.scenarios.len() - failed.len();
        figures.count(format!("SDK {sdk} {engine}: passed"), passed, "scenarios", None);
        let none = Some(Budget::AtMost(0.0));
        figures.count(format!("SDK {sdk} {engine}: failed"), failed.len(), "scenarios", none);
        figures.note(format!("SDK {sdk}, {engine}, failed"), failed);
    }
    Ok(())
}

/// The scenarios that Okta publishes inside the source package of its Python SDK, run for real instead of from their tapes.
fn published(session: &Session, figures: &mut Figures, python: &std::path::Path) -> Done {
    let package = session.folder.join("python-sdk");
    for engine in ENGINES {
        let org = Practice::start(
            &session.program,
            engine,
            LIKE_OURS,
            &session.transcript(&format!("published-{engine}")),
        )?;
        let mut script = Command::new(python);
        script.arg(places::root().join("tests/strangers/python/published.py"));
        script.arg(&package).args([&org.url, &org.token]);
        let mut counted = None;
        step::timed(&format!("SDK python, Okta's own, {engine}"), || {
            counted = Some(session.ask::<Published>(&mut script)?);
            Ok(())
        })?;
        let Some(counted) = counted else { continue };
        let name = format!("Okta's own Python scenarios {engine}");
        figures.count(format!("{name}: passed"), counted.passed, "scenarios", None);
        figures.count(
            format!("{name}: skipped by themselves"),
            counted.skipped,
            "scenarios",
            None,
        );
        figures.count(format!("{name}: failed"), counted.failed.len(), "scenarios", None);
        figures.note(format!("{name}, failed"), counted.failed);
    }
    Ok(())
}

#[derive(Deserialize)]
struct Published {
    passed: usize,
    skipped: usize,
    failed: Vec<String>,
}

/// A Python of its own with the SDK, and the source package of the SDK beside it.
fn python(session: &Session) -> Result<PathBuf, Failure> {
    let home = session.folder.join("python");
    let bin = home.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let python = bin.join("python");
    let wanted = [&[PYTHON_SDK][..], &PYTEST[..]].concat().join(" ");
    if stamped(session, "python", &wanted) {
        return Ok(python);
    }
    step::quietly("python: venv", Command::new("python3").args(["-m", "venv"]).arg(&home))?;
    let pip = |arguments: &[&str]| {
        let mut pip = Command::new(&python);
        pip.args(["-m", "pip", "--quiet", "--disable-pip-version-check"])
            .args(arguments);
        pip
    };
    step::quietly("python: okta", pip(&["install", PYTHON_SDK]).args(PYTEST))?;
    let sources = session.folder.join("python-sdk");
    let _ = fs::remove_dir_all(&sources);
    step::quietly(
        "python: sources of okta",
        pip(&["download", "--no-deps", "--no-binary", ":all:", PYTHON_SDK, "--dest"]).arg(&sources),
    )?;
    let mut tapes = Command::new(&python);
    tapes.arg(places::root().join("tests/strangers/python/tapes.py"));
    tapes.args([&sources, &session.reference, &session.folder.join("published")]);
    step::quietly("python: what Okta recorded", &mut tapes)?;
    stamp(session, "python", &wanted)?;
    Ok(python)
}

fn node(session: &Session) -> Result<PathBuf, Failure> {
    let home = session.folder.join("node");
    let modules = home.join("node_modules");
    if stamped(session, "node", NODE_SDK) {
        return Ok(modules);
    }
    fs::create_dir_all(&home)?;
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.args(["install", "--no-save", "--no-audit", "--no-fund", "--prefix"])
        .arg(&home)
        .arg(NODE_SDK);
    step::quietly("node: okta", npm.current_dir(&home))?;
    stamp(session, "node", NODE_SDK)?;
    Ok(modules)
}

fn stamped(session: &Session, name: &str, what: &str) -> bool {
    fs::read_to_string(session.folder.join(format!("{name}.stamp"))).is_ok_and(|last| last == what)
}

fn stamp(session: &Session, name: &str, what: &str) -> Done {
    Ok(fs::write(session.folder.join(format!("{name}.stamp")), what)?)
}
