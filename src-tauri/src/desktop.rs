//! What the desktop does for a run: the computer stays awake, and a word is said when a wave has ended.

use std::{
    sync::{Mutex, PoisonError, mpsc},
    thread,
};

/// Keeps the computer awake as long as at least one run wants it.
#[derive(Default)]
pub struct Awake {
    state: Mutex<Wanted>,
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
            state.hold = hold();
        }
    }
}

/// On a thread of its own: Windows binds it to the thread that asks, and D-Bus may take its time.
fn hold() -> Option<mpsc::Sender<()>> {
    let (sender, receiver) = mpsc::channel::<()>();
    let work = move || {
        let awake = keepawake::Builder::default()
            .idle(true)
            .sleep(true)
            .reason("People are being moved to another app")
            .app_name("Rehome")
            .app_reverse_domain("org.rehome.desktop")
            .create();
        match awake {
            Ok(awake) => {
                // Ends when the sender is dropped.
                let _ = receiver.recv();
                drop(awake);
            }
            // The run goes on, and survives sleep; it only takes longer.
            Err(error) => tracing::warn!(%error, "the computer cannot be kept awake"),
        }
    };
    match thread::Builder::new().name("awake".to_owned()).spawn(work) {
        Ok(_) => Some(sender),
        Err(error) => {
            tracing::warn!(%error, "the computer cannot be kept awake");
            None
        }
    }
}

/// Says a word on the desktop. Nobody waits for it: where no service shows such words, there is none.
pub fn say(title: &str, words: &str) {
    let mut note = notify_rust::Notification::new();
    note.appname("Rehome").summary(title).body(words);
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
