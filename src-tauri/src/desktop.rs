//! What the desktop does for a run: the computer stays awake, and a word is said when a wave has ended.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
};

/// As in `tauri.conf.json`.
#[cfg(any(windows, target_os = "macos"))]
const IDENTIFIER: &str = "org.rehome.desktop";

/// Keeps the computer awake as long as at least one run wants it.
#[derive(Default)]
pub struct Awake {
    state: Mutex<Wanted>,
    refused: Arc<AtomicBool>,
}

#[derive(Default)]
struct Wanted {
    runs: usize,
    /// Dropping it lets the thread that holds the computer awake end.
    hold: Option<mpsc::Sender<()>>,
}

impl Awake {
    /// One more run wants it, or one fewer.
    pub fn want(&self, on: bool) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.runs = if on {
            state.runs + 1
        } else {
            state.runs.saturating_sub(1)
        };
        if state.runs == 0 {
            state.hold = None;
        } else if state.hold.is_none() {
            self.refused.store(false, Ordering::Relaxed);
            state.hold = hold(self.refused.clone());
        }
    }

    /// The system did not allow it when it was asked last.
    pub fn is_refused(&self) -> bool {
        self.refused.load(Ordering::Relaxed)
    }
}

/// On a thread of its own: Windows binds it to the thread that asks, and D-Bus may take its time.
fn hold(refused: Arc<AtomicBool>) -> Option<mpsc::Sender<()>> {
    let (sender, receiver) = mpsc::channel::<()>();
    let again = refused.clone();
    let work = move || {
        let awake = |sleep: bool| {
            keepawake::Builder::default()
                .idle(true)
                .sleep(sleep)
                .reason("People are being moved to another app")
                .app_name("Rehome")
                .app_reverse_domain("org.rehome.desktop")
                .create()
        };
        // Windows grants both or neither, and its away mode not on every computer: falling asleep by itself comes first.
        match awake(true).or_else(|_| awake(false)) {
            Ok(awake) => {
                // Ends when the sender is dropped.
                let _ = receiver.recv();
                drop(awake);
            }
            // The run goes on, and survives sleep; it only takes longer, and the window says so.
            Err(error) => {
                tracing::warn!(%error, "the computer cannot be kept awake");
                refused.store(true, Ordering::Relaxed);
            }
        }
    };
    match thread::Builder::new().name("awake".to_owned()).spawn(work) {
        Ok(_) => Some(sender),
        Err(error) => {
            tracing::warn!(%error, "the computer cannot be kept awake");
            again.store(true, Ordering::Relaxed);
            None
        }
    }
}

/// Says a word on the desktop. Nobody waits for it: where no service shows such words, there is none.
pub fn say(title: &str, words: &str) {
    let mut note = notify_rust::Notification::new();
    note.appname("Rehome").summary(title).body(words);
    // Without these the word would come from PowerShell, and macOS would ask which program it is from.
    #[cfg(windows)]
    note.app_id(IDENTIFIER);
    #[cfg(target_os = "macos")]
    if let Err(error) = notify_rust::set_application(IDENTIFIER) {
        // Said once already is fine.
        tracing::debug!(%error, "the name of the program for notifications");
    }
    let say = move || {
        if let Err(error) = note.show() {
            tracing::info!(%error, "the desktop shows no notifications");
        }
    };
    if let Err(error) = thread::Builder::new().name("notify".to_owned()).spawn(say) {
        tracing::warn!(%error, "no notification");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn awake_as_long_as_one_run_wants_it() {
        let awake = Awake::default();
        let is_held = || awake.state.lock().expect("no panic").hold.is_some();
        awake.want(true);
        awake.want(true);
        awake.want(false);
        assert!(is_held());
        awake.want(false);
        assert!(!is_held());
        // One end too many does no harm.
        awake.want(false);
        awake.want(true);
        assert!(is_held());
    }
}
