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
/// Members came to apps and rules in 2026 (`universalLogout`, `settings.emOptInStatus`, `riskScore`); the practice org answers
/// as the newest orgs do, and about a tenth of what was recorded with Identity Engine is older. See docs/fidelity.md.
const SHAPE_EQUAL: [(&str, f64); 2] = [("oie", 88.0), ("classic", 90.0)];

/// The conversations of one engine, sorted by what the orgs show of themselves.
async fn conversations(reference: &Path, engine: &str) -> Option<PathBuf> {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("conversations-{engine}"));
    let mut sort = Command::new("python3");
    sort.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/strangers/engines.py"));
    let sorted = sort
        .arg(reference.join("conversations"))
        .arg(&out)
        .status()
        .await
        .ok()?;
    assert!(sorted.success());
    Some(out.join(format!("{engine}.jsonl")))
}

/// Nothing to say without the reference or without Python.
#[expect(clippy::print_stdout, reason = "a test that is not run says so")]
async fn replay(engine: Engine, name: &str) {
    let Some(folder) = std::env::var_os("REHOME_OKTA_REFERENCE").map(PathBuf::from) else {
        println!("not run: REHOME_OKTA_REFERENCE is not set");
        return;
    };
    let Some(conversations) = conversations(&folder, name).await else {
        println!("not run: there is no python3");
        return;
    };
    let options = Options {
        engine,
        speed: 50,
        ..Options::default()
    };
    let org = PracticeOrg::start(options).await.expect("a practice org");
    let mut script = Command::new("python3");
    script
        .arg(folder.join("replay.py"))
        .args([org.url(), org.token()])
        .arg(conversations);
    script.args(["--core", "--json"]).stderr(Stdio::inherit());
    let output = script.output().await.expect("it ran before");
    let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let total = |name: &str| told["total"][name].as_f64().unwrap_or(0.0);
    let shape = SHAPE_EQUAL.iter().find(|(engine, _)| *engine == name);
    let (_, shape) = shape.expect("a budget for each engine");
    for (what, least) in [("status equal", STATUS_EQUAL), ("shape equal", *shape)] {
        let share = 100.0 * total(what) / total("interactions");
        let most: Vec<_> = told["differences"].as_array().into_iter().flatten().take(20).collect();
        assert!(share >= least, "{what}: {share:.1} %, at least {least} %: {most:#?}");
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
