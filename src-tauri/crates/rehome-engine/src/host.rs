//! What the engine asks of the program around it. The shell answers with a window, tests with a recorder.

use std::{any::Any, future::Future, pin::Pin};

use jiff::{SignedDuration, Timestamp};
pub use rehome_domain::schedule::Beat;

use crate::view::{OrgEngine, RunView};

pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A practice org that runs inside this process; it ends when `keep` is dropped.
pub struct PracticeHandle {
    pub url: String,
    pub token: String,
    pub keep: Box<dyn Any + Send + Sync>,
}

/// Deliberately narrow: the engine opens no windows, no links and no files on its own.
pub trait Host: Send + Sync + 'static {
    /// Something about this migration (or, with `None`, about the list of migrations) is new: whoever shows it reads again.
    fn changed(&self, migration: Option<&str>);
    /// Progress of a reading or run, a few times a second.
    fn progress(&self, run: RunView);
    /// Starts a practice org. The error is a sentence.
    fn start_practice(&self, people: u32, engine: OrgEngine) -> BoxFuture<Result<PracticeHandle, String>>;
    /// A run begins (true) or ends (false) in whose time the computer should not fall asleep. Several may go on at once.
    fn keep_awake(&self, _: bool) {}
    /// It was asked for, and the system does not allow it.
    fn cannot_stay_awake(&self) -> bool {
        false
    }
    /// A word for an admin who is not looking.
    fn notify(&self, _title: &str, _words: &str) {}
    /// Both clocks of this computer.
    fn clock(&self) -> Beat {
        static BEGUN: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
        let begun = BEGUN.get_or_init(std::time::Instant::now);
        Beat {
            wall: Timestamp::now(),
            steady: SignedDuration::try_from(begun.elapsed()).unwrap_or_default(),
        }
    }
}

/// Hears nothing and starts nothing: headless runs.
pub struct Headless;

impl Host for Headless {
    fn changed(&self, _: Option<&str>) {}
    fn progress(&self, _: RunView) {}
    fn start_practice(&self, _: u32, _: OrgEngine) -> BoxFuture<Result<PracticeHandle, String>> {
        Box::pin(async { Err("A practice org cannot be started here.".to_owned()) })
    }
}
