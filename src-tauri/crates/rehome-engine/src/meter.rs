//! Listens to the client: keeps the log of calls, counts calls a minute, knows the org's clock and what is waited for.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use jiff::{SignedDuration, Timestamp};
use rehome_journal::CallRow;
use rehome_okta::{CallSeen, Observer, WaitReason, Waiting};

/// Shared by the client of one connection and whoever shows it.
pub struct Meter {
    /// How long a minute of the org is on our clock: shorter in practice at speed.
    minute: SignedDuration,
    speed: f64,
    state: Mutex<State>,
    credential_refused: AtomicBool,
}

#[derive(Default)]
struct State {
    /// Not yet in the journal.
    fresh: Vec<CallRow>,
    /// When calls below `/api/v1/apps` were sent, the last 30 minutes.
    apps: VecDeque<Timestamp>,
    refused: u32,
    /// The org's clock at the newest answer, and the steady clock then.
    org: Option<(Timestamp, Instant)>,
    waits: u32,
    waiting: Option<String>,
}

impl Meter {
    /// `speed`: how many times faster than ours the org's clock runs.
    pub fn new(speed: u32) -> Self {
        Self {
            minute: SignedDuration::from_millis(60_000 / i64::from(speed.max(1))),
            speed: f64::from(speed.max(1)),
            state: Mutex::default(),
            credential_refused: AtomicBool::new(false),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls since the last time this was asked.
    pub fn take(&self) -> Vec<CallRow> {
        std::mem::take(&mut self.state().fresh)
    }

    /// Gives back calls that could not be written down, to be taken with the next ones.
    pub fn put_back(&self, mut calls: Vec<CallRow>) {
        let mut state = self.state();
        calls.append(&mut state.fresh);
        state.fresh = calls;
    }

    /// Calls to apps within the last minute.
    pub fn this_minute(&self, now: Timestamp) -> u32 {
        self.per_minute(now, 1).pop().unwrap_or(0)
    }

    /// Calls to apps in each of the last `minutes` minutes, oldest first.
    pub fn per_minute(&self, now: Timestamp, minutes: usize) -> Vec<u32> {
        let mut out = vec![0; minutes];
        for at in &self.state().apps {
            let age = (now.duration_since(*at).as_millis().max(0) / self.minute.as_millis().max(1)) as usize;
            if age < minutes {
                out[minutes - 1 - age] += 1;
            }
        }
        out
    }

    /// 429 answers so far.
    pub fn refused(&self) -> u32 {
        self.state().refused
    }

    pub fn credential_refused(&self) -> bool {
        self.credential_refused.load(Ordering::Relaxed)
    }

    /// What the client waits for at this moment, as a sentence.
    pub fn waiting(&self) -> Option<String> {
        self.state().waiting.clone()
    }

    /// The org's clock: log queries and windows are about its time, not ours. Since its newest answer it went on by a steady
    /// clock; `now` is what ours says, for before the first answer.
    pub fn org_now(&self, now: Timestamp) -> Timestamp {
        let Some((org, at)) = self.state().org else { return now };
        let since = SignedDuration::try_from_secs_f64(at.elapsed().as_secs_f64() * self.speed);
        org.saturating_add(since.unwrap_or_default()).unwrap_or(now)
    }

    /// The steady clock stood still for a while: until the next answer nothing is known of the org's.
    pub fn slept(&self) {
        self.state().org = None;
    }
}

impl Observer for Meter {
    fn call(&self, seen: CallSeen) {
        let mut state = self.state();
        if is_apps_bucket(&seen.path_and_query) {
            state.apps.push_back(seen.at);
            let oldest = self.minute * 30;
            while state
                .apps
                .front()
                .is_some_and(|first| seen.at.duration_since(*first) >= oldest)
            {
                state.apps.pop_front();
            }
        }
        if seen.status == Some(429) {
            state.refused += 1;
        }
        if let Some(org) = seen.org_time {
            state.org = Some((org, Instant::now()));
        }
        state.fresh.push(CallRow {
            at: seen.at,
            method: seen.method,
            path: seen.path_and_query,
            status: seen.status,
            milliseconds: seen.milliseconds,
            request_id: seen.request_id,
            is_write: seen.is_write,
        });
    }

    fn waiting(&self, wait: Waiting) {
        let seconds = wait.seconds.ceil().max(1.0);
        let words = match wait.why {
            WaitReason::Limit { .. } => format!("Waiting {seconds} s for Okta's limit"),
            WaitReason::Concurrency => format!("Waiting {seconds} s: Okta is busy with many calls at once"),
            WaitReason::Reconciling => format!("Waiting {seconds} s: Okta has not finished an earlier change"),
            WaitReason::ReadOnly => format!("Waiting {seconds} s: Okta takes no changes at present"),
            WaitReason::ServerBusy => format!("Waiting {seconds} s: Okta could not answer, trying again"),
            WaitReason::Network { attempt } => format!("No answer from Okta, try {} in {seconds} s", attempt + 1),
        };
        let mut state = self.state();
        state.waits += 1;
        state.waiting = Some(words);
    }

    fn waited(&self) {
        let mut state = self.state();
        state.waits = state.waits.saturating_sub(1);
        if state.waits == 0 {
            state.waiting = None;
        }
    }

    fn credential_refused(&self) {
        self.credential_refused.store(true, Ordering::Relaxed);
    }
}

/// The bucket that limits a migration: listing apps and everything below one app, but not an app itself (api-facts 2.2).
fn is_apps_bucket(path_and_query: &str) -> bool {
    let path = path_and_query.split('?').next().unwrap_or_default();
    let Some(rest) = path.strip_prefix("/api/v1/apps") else {
        return false;
    };
    let segments = rest.split('/').filter(|s| !s.is_empty()).count();
    segments != 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_itself_has_its_own_bucket() {
        for (path, counts) in [
            ("/api/v1/apps?limit=200", true),
            ("/api/v1/apps/0oa1", false),
            ("/api/v1/apps/0oa1?expand=x", false),
            ("/api/v1/apps/0oa1/users?limit=500", true),
            ("/api/v1/groups/00g1/users", false),
        ] {
            assert_eq!(is_apps_bucket(path), counts, "{path}");
        }
    }
}
