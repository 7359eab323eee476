//! The one window: opened after everything that its commands need is there, closed after the calls under way are done.

use std::{sync::Arc, time::Duration};

use rehome_engine::Rehome;
use tauri::{
    AppHandle, Manager, RunEvent, Runtime, Url, WebviewWindowBuilder, WindowEvent, webview::NewWindowResponse,
};

/// The engine waits 5 s for calls under way and then writes its log; what takes longer is settled by the next start.
const PATIENCE_ON_CLOSING: Duration = Duration::from_secs(7);

/// Opens the window that tauri.conf.json describes. It can neither leave the app's own pages nor open other windows.
pub fn open<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    for config in &app.config().app.windows {
        let dev_url = app.config().build.dev_url.clone();
        WebviewWindowBuilder::from_config(app, config)?
            .on_navigation(move |url| is_own(url, dev_url.as_ref()))
            .on_new_window(|_, _| NewWindowResponse::Deny)
            .build()?;
    }
    Ok(())
}

/// Brings the window to the front: what a second start of Rehome does.
pub fn show<R: Runtime>(app: &AppHandle<R>) {
    for (_, window) in app.webview_windows() {
        for done in [window.unminimize(), window.show(), window.set_focus()] {
            if let Err(error) = done {
                tracing::warn!(%error, "the window could not be brought to the front");
            }
        }
    }
}

/// Closing the window or quitting lets the engine finish the calls under way first.
pub fn on_event<R: Runtime>(app: &AppHandle<R>, event: RunEvent) {
    match event {
        RunEvent::WindowEvent {
            event: WindowEvent::CloseRequested { api, .. },
            ..
        } => {
            api.prevent_close();
            finish(app.clone());
        }
        // With a code it is our own exit below.
        RunEvent::ExitRequested { code: None, api, .. } => {
            api.prevent_exit();
            finish(app.clone());
        }
        _ => {}
    }
}

fn finish<R: Runtime>(app: AppHandle<R>) {
    let rehome = app.state::<Arc<Rehome>>().inner().clone();
    tauri::async_runtime::spawn(async move {
        if tokio::time::timeout(PATIENCE_ON_CLOSING, rehome.shutdown())
            .await
            .is_err()
        {
            tracing::warn!("calls were still under way when Rehome closed; the next start settles them");
        }
        app.exit(0);
    });
}

/// `tauri://localhost`, `http(s)://tauri.localhost` on Windows, the dev server in a build that uses it.
fn is_own(url: &Url, dev_url: Option<&Url>) -> bool {
    let bundled = url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost");
    bundled || (tauri::is_dev() && dev_url.is_some_and(|dev| dev.origin() == url.origin()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_stays_in_the_app() {
        let own = |url: &str| is_own(&url.parse().expect("a URL"), None);
        assert!(own("tauri://localhost/index.html"));
        assert!(own("http://tauri.localhost/"));
        assert!(!own("https://northwind.okta.com/"));
        assert!(!own("https://tauri.localhost.evil.example/"));
        assert!(!own("file:///etc/passwd"));
    }
}
