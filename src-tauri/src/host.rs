//! What the engine asks of the program around it, answered by the window and by a practice org in this process.

use rehome_engine::{
    host::{BoxFuture, Host, PracticeHandle},
    view::{OrgEngine, RunView},
};
use rehome_practice::{Engine, Options, PracticeOrg};
use tauri::{AppHandle, Manager, Runtime};
use tauri_specta::Event;

use crate::{Changed, RunProgress, desktop};

/// Passes the engine's news on to the window.
pub struct TauriHost<R: Runtime> {
    app: AppHandle<R>,
    /// Of the practice org's clock; equals the speed of the engine's own.
    speed: u32,
    awake: desktop::Awake,
}

impl<R: Runtime> TauriHost<R> {
    pub fn new(app: AppHandle<R>, speed: u32) -> Self {
        Self {
            app,
            speed,
            awake: desktop::Awake::default(),
        }
    }

    /// A window that is not there (any more) misses nothing: it reads everything when it opens.
    fn tell(&self, event: impl Event + serde::Serialize + Clone) {
        if let Err(error) = event.emit(&self.app) {
            tracing::warn!(%error, "the window could not be told");
        }
    }
}

impl<R: Runtime> Host for TauriHost<R> {
    fn changed(&self, migration: Option<&str>) {
        self.tell(Changed {
            migration: migration.map(str::to_owned),
        });
    }

    fn progress(&self, run: RunView) {
        self.tell(RunProgress(run));
    }

    fn keep_awake(&self, on: bool) {
        self.awake.want(on);
    }

    fn cannot_stay_awake(&self) -> bool {
        self.awake.is_refused()
    }

    /// Only for an admin who is not looking at Rehome.
    fn notify(&self, title: &str, words: &str) {
        let mut windows = self.app.webview_windows().into_iter();
        if !windows.any(|(_, window)| window.is_focused().unwrap_or(false)) {
            desktop::say(title, words);
        }
    }

    fn start_practice(&self, people: u32, engine: OrgEngine) -> BoxFuture<Result<PracticeHandle, String>> {
        let engine = match engine {
            OrgEngine::Classic => Engine::Classic,
            OrgEngine::IdentityEngine | OrgEngine::Unknown => Engine::Identity,
        };
        let options = Options {
            people,
            engine,
            speed: self.speed,
            ..Options::default()
        };
        Box::pin(async move {
            let org = PracticeOrg::start(options)
                .await
                .map_err(|error| format!("The practice org did not start: {error}."))?;
            Ok(PracticeHandle {
                url: org.url().to_string(),
                token: org.token().to_owned(),
                keep: Box::new(org),
            })
        })
    }
}
