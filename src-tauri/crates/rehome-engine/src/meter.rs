//! Listens to the client: keeps the log of calls, counts calls a minute, knows the org's clock and what is waited for.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use jiff::{SignedDuration, Timestamp};
use rehome_journal::CallRow;
use rehome_okta::{CallSeen, Observer, WaitReason, Waiting};

/// Shared by the client of one connection and whoever shows it.
#[derive(Default)]
pub struct Meter {
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
    /// Org's clock minus ours, at the newest answer.
    offset: Option<SignedDuration>,
    waits: u32,
    waiting: Option<String>,
}

impl Meter {
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
            let age = now.duration_since(*at).as_secs().max(0) as usize / 60;
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

    /// The org's clock: log queries are about its time, not ours.
    pub fn org_now(&self, now: Timestamp) -> Timestamp {
        let offset = self.state().offset.unwrap_or_default();
        now.saturating_add(offset).unwrap_or(now)
    }
}

impl Observer for Meter {
    fn call(&self, seen: CallSeen) {
        let mut state = self.state();
        if seen.path_and_query.starts_with("/api/v1/apps") {
            state.apps.push_back(seen.at);
            while state
                .apps
                .front()
                .is_some_and(|first| seen.at.duration_since(*first).as_mins() >= 30)
            {
                state.apps.pop_front();
            }
        }
        if seen.status == Some(429) {
            state.refused += 1;
        }
        if let Some(org) = seen.org_time {
            state.offset = Some(org.duration_since(seen.at));
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
