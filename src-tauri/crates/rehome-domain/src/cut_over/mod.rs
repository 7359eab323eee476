//! The cut-over: the moment in which the service's admin swaps issuer, sign-on URL and certificate, and everybody's sign-in
//! switches with them (P36). Which checks must hold before it, where it stands, and what may follow.
//!
//! Only human beings know what stands in the service: each transition is somebody's word, by name and time.

mod checks;
#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub use checks::{Check, Facts, Word, checks};

/// How long "I have signed in with the break-glass account" holds: passwords expire and accounts are locked.
pub const BREAK_GLASS_HOURS: i64 = 24;

/// After how many minutes without a sign-in by the new app going back is advised. Advice alone: nothing happens by itself.
pub const DECIDE_MINUTES: i64 = 30;

/// Somebody's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub name: String,
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// What has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Event {
    /// The service's admin begins to change the settings.
    Started,
    /// The new values stand in the service.
    PutIn,
    /// The old values stand in the service again.
    WentBack,
}

/// Where it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Phase {
    /// Sign-in goes through the old app.
    #[default]
    Before,
    /// The settings are being changed: nobody knows through which app a sign-in goes.
    Running,
    /// Sign-in goes through the new app.
    Done,
    /// Was tried, and the old values stand in the service again.
    GoneBack,
}

/// Why something may not happen now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub what: String,
    pub why: String,
    pub mend: String,
}

/// The newest cut-over; an earlier one that went back stays in the journal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CutOver {
    pub started: Option<Told>,
    pub put_in: Option<Told>,
    pub went_back: Option<Told>,
    /// The org's clock when the values were put in.
    pub since: Option<Timestamp>,
    /// How often it was begun.
    pub times: u32,
}

impl CutOver {
    pub fn phase(&self) -> Phase {
        match (&self.started, &self.put_in, &self.went_back) {
            (None, _, _) => Phase::Before,
            (Some(_), _, Some(_)) => Phase::GoneBack,
            (Some(_), None, None) => Phase::Running,
            (Some(_), Some(_), None) => Phase::Done,
        }
    }

    /// Folds in what happened, as it stands in the journal. `org_at`: the org's clock.
    pub fn take(&mut self, event: Event, told: Told, org_at: Option<Timestamp>) {
        match event {
            Event::Started => {
                *self = Self {
                    started: Some(told),
                    times: self.times + 1,
                    ..Self::default()
                }
            }
            Event::PutIn => {
                self.since = org_at.or(Some(told.at));
                self.put_in = Some(told);
            }
            Event::WentBack => self.went_back = Some(told),
        }
    }

    /// Whether `event` may happen. `retiring`: somebody has left the old app already.
    pub fn may(&self, event: Event, facts: &Facts, retiring: bool) -> Result<(), Refusal> {
        let refuse = |what: &str, why: &str, mend: &str| {
            Err(Refusal {
                what: what.to_owned(),
                why: why.to_owned(),
                mend: mend.to_owned(),
            })
        };
        match (event, self.phase()) {
            (Event::Started, Phase::Running) => refuse(
                "The cut-over has begun already",
                "It was started by somebody, and the settings of the service are being changed.",
                "Say that the new values are put in, or go back.",
            ),
            (Event::Started, Phase::Done) => refuse(
                "The cut-over is done",
                "Everybody's sign-in goes through the new app.",
                "If it has to be done anew, go back first.",
            ),
            (Event::Started, Phase::Before | Phase::GoneBack) => open(facts),
            (Event::PutIn, Phase::Running) => Ok(()),
            (Event::PutIn, Phase::Before | Phase::GoneBack) => refuse(
                "The cut-over has not begun",
                "Its start is written down first, so that everybody knows from when on sign-in may fail.",
                "Start the cut-over. If the values are in the service already, start it and say so right after.",
            ),
            (Event::PutIn, Phase::Done) => refuse(
                "The new values are put in already",
                "It was said by name, with the time.",
                "Read proofs: the people of the pilot sign in first.",
            ),
            (Event::WentBack, Phase::Before | Phase::GoneBack) => refuse(
                "There is nothing to go back from",
                "The service holds the old values.",
                "Start the cut-over when everything is ready.",
            ),
            (Event::WentBack, Phase::Running | Phase::Done) if retiring => refuse(
                "People have left the old app already",
                "With the old values in the service they could not sign in.",
                "Give the old app back in step 5 first, then go back.",
            ),
            (Event::WentBack, Phase::Running | Phase::Done) => Ok(()),
        }
    }

    /// Since when, by the org's clock, sign-ins by the new app prove something: before, Okta may log one that the service then
    /// refuses.
    pub fn proofs_since(&self) -> Option<Timestamp> {
        self.since.filter(|_| self.phase() == Phase::Done)
    }

    /// Seconds from the start to the end, or to `now` while it goes on.
    pub fn seconds(&self, now: Timestamp) -> Option<i64> {
        let started = self.started.as_ref()?.at;
        let end = match self.phase() {
            Phase::Before => return None,
            Phase::Running => now,
            Phase::Done => self.put_in.as_ref()?.at,
            Phase::GoneBack => self.went_back.as_ref()?.at,
        };
        Some(end.duration_since(started).max(SignedDuration::ZERO).as_secs())
    }
}

fn open(facts: &Facts) -> Result<(), Refusal> {
    let found = checks(facts);
    let closed: Vec<&Check> = found.iter().filter(|c| !c.holds).collect();
    let Some(first) = closed.first() else { return Ok(()) };
    let all: Vec<String> = closed.iter().map(|c| format!("{}.", c.title)).collect();
    Err(Refusal {
        what: first.title.clone(),
        why: if closed.len() == 1 {
            first.words.clone()
        } else {
            format!(
                "{} things are open before the cut-over: {}",
                closed.len(),
                all.join(" ")
            )
        },
        mend: first.mend.to_owned(),
    })
}
