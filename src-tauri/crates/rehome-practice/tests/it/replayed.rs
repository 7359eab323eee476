//! Conversations that real clients had with real orgs, replayed by the reference's own script where `REHOME_OKTA_REFERENCE`
//! says that it is. `cargo xtask fidelity --only d` prints the figures.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use rehome_practice::{Engine, Options, PracticeOrg};
use serde_json::Value;
use tokio::process::Command;

/// In percent of all interactions.
const STATUS_EQUAL: f64 = 97.0;
const SHAPE_EQUAL: f64 = 90.0;

/// Files of conversations, sorted by the engine and the time of the orgs (`tests/strangers/engines.py`); `None` without Python.
async fn sorted(reference: &Path, engine: &str) -> Option<Vec<Value>> {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("conversations-{engine}"));
    let mut sort = Command::new("python3");
    sort.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/strangers/engines.py"))
        .arg(reference.join("conversations"))
        .arg(&out)
        .stderr(Stdio::inherit());
    let output = sort.output().await.ok()?;
    assert!(output.status.success());
    let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let files = told["files"].as_array().expect("files").iter();
    Some(files.filter(|it| it["engine"] == engine).cloned().collect())
}

/// What the reference's script says of one file against an org of that day.
async fn against(reference: &Path, engine: Engine, conversations: &Value) -> Value {
    let text = |name: &str| conversations[name].as_str().expect("a text");
    let options = Options {
        engine,
        as_of: Some(text("day").parse().expect("a day")),
        speed: 50,
        ..Options::default()
    };
    let org = PracticeOrg::start(options).await.expect("a practice org");
    let mut script = Command::new("python3");
    script
        .arg(reference.join("replay.py"))
        .args([org.url(), org.token()])
        .arg(text("file"))
        .args(["--core", "--json"])
        .stderr(Stdio::inherit());
    let output = script.output().await.expect("it ran before");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Nothing to say without the reference or without Python.
#[expect(clippy::print_stdout, reason = "a test that is not run says so")]
async fn replay(engine: Engine, name: &str) {
    let Some(reference) = std::env::var_os("REHOME_OKTA_REFERENCE").map(PathBuf::from) else {
        println!("not run: REHOME_OKTA_REFERENCE is not set");
        return;
    };
    let Some(files) = sorted(&reference, name).await else {
        println!("not run: there is no python3");
        return;
    };
    let (mut all, mut status, mut shape) = (0.0, 0.0, 0.0);
    let mut differences = Vec::new();
    for conversations in &files {
        let told = against(&reference, engine, conversations).await;
        let total = |name: &str| told["total"][name].as_f64().unwrap_or(0.0);
        all += total("interactions");
        status += total("status equal");
        shape += total("shape equal");
        differences.extend(told["differences"].as_array().into_iter().flatten().take(20).cloned());
    }
    assert!(all > 0.0, "there are conversations of this engine");
    for (what, part, least) in [("status", status, STATUS_EQUAL), ("shape", shape, SHAPE_EQUAL)] {
        let share = 100.0 * part / all;
        assert!(
            share >= least,
            "{what} equal: {share:.1} %, at least {least} %: {differences:#?}"
        );
    }
}

#[tokio::test]
async fn recorded_conversations_go_the_same_way_on_identity_engine() {
    replay(Engine::Identity, "oie").await;
}

#[tokio::test]
async fn recorded_conversations_go_the_same_way_on_classic() {
    replay(Engine::Classic, "classic").await;
}
