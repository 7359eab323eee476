//! The window opens, is drawn, and speaks with the core.

use crate::harness::{App, Theme, can_run};

#[tokio::test]
async fn the_window_opens() {
    if !can_run("the_window_opens") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let app = App::start(folder.path()).await;

    assert_eq!(app.window.title().await.expect("a title"), "Rehome");
    app.see("Rehome").await;
    let heading = app.find_with("heading", "").await;
    assert!(!heading.text().await.expect("readable").is_empty());

    app.show_in(Theme::Light).await;
    app.screenshot_in_both("start").await;
    app.resize(960, 640).await;
    app.screenshot("start-small").await;
    app.kill().await;
}

/// Two windows would be two writers of one journal.
#[tokio::test]
async fn a_second_start_ends_by_itself_and_leaves_the_first_alone() {
    if !can_run("a_second_start_ends_by_itself_and_leaves_the_first_alone") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let app = App::start(folder.path()).await;
    app.find_with("heading", "").await;

    let mut second = tokio::process::Command::new(env!("CARGO_BIN_EXE_rehome"))
        .env("REHOME_DATA_DIR", folder.path())
        .kill_on_drop(true)
        .spawn()
        .expect("starts");
    let ended = tokio::time::timeout(std::time::Duration::from_secs(30), second.wait()).await;
    let status = ended.expect("ends by itself").expect("is waited for");
    assert!(status.success(), "{status}");
    app.see("Rehome").await;
    app.kill().await;
}
