//! Connecting: to the practice org inside Rehome, and to one that stands outside like any real org.

use std::{env, fs, path::Path};

use serde_json::Value;

use crate::harness::{App, PracticeProgram, can_run, secret_in_keychain};

const CHOOSE: &str = "Choose the old and the new app";

#[tokio::test]
async fn a_practice_org_starts_with_one_click() {
    if !can_run("a_practice_org_starts_with_one_click") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let app = App::start(folder.path()).await;
    app.click("button", "Try it on a practice org").await;
    app.find("heading", CHOOSE).await;
    app.screenshot_in_both("choose-apps").await;
    app.kill().await;
}

#[tokio::test]
async fn a_token_goes_into_the_keychain_and_nowhere_else() {
    if !can_run("a_token_goes_into_the_keychain_and_nowhere_else") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let org = PracticeProgram::start(&["--people", "60"]);
    let about = reqwest::get(format!("{}/.well-known/okta-organization", org.url))
        .await
        .expect("the org answers");
    let about: Value = about.json().await.expect("JSON");
    let name = rehome_engine::token_name(about["id"].as_str().expect("an id"));
    assert_eq!(secret_in_keychain(&name), None, "a fresh keychain");

    let app = App::start(folder.path()).await;
    app.click("button", "Connect your org").await;
    app.fill("Address of your org", &org.url).await;
    app.fill("API token", &org.token).await;
    app.screenshot("connect").await;
    app.click("button", "Connect").await;
    app.find("heading", CHOOSE).await;

    assert_eq!(
        secret_in_keychain(&name).as_deref(),
        Some(org.token.as_str()),
        "read by a second process"
    );
    let page = app.window.source().await.expect("a page");
    assert!(!page.contains(&org.token), "the token is still in the page");
    app.kill().await;
    // Everything that the session's programs have written, the web view's own store and the (encrypted) keychain included.
    for place in [
        folder.path(),
        Path::new(&env::var_os("XDG_DATA_HOME").expect("a session of its own")),
    ] {
        assert_nowhere_below(place, org.token.as_bytes());
    }

    // The key of the journal came from the keychain: no recovery code is asked for.
    let app = App::start(folder.path()).await;
    app.find("button", "Connect your org").await;
    app.kill().await;
}

fn assert_nowhere_below(folder: &Path, secret: &[u8]) {
    for entry in fs::read_dir(folder).expect("readable").flatten() {
        let path = entry.path();
        if path.is_dir() {
            assert_nowhere_below(&path, secret);
        } else if let Ok(bytes) = fs::read(&path) {
            assert!(
                !bytes.windows(secret.len()).any(|piece| piece == secret),
                "the token is in {}",
                path.display()
            );
        }
    }
}
