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
