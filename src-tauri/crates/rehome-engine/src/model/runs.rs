//! What the admin decided about runs: how they go, who and what is held back, and what goes on although something is missing.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rehome_domain::{
    UserId,
    plan::Wave,
    schedule::{Cause, RunSettings, Trouble},
    wave_gate::Reached,
};
use rehome_journal::Decision;
use serde_json::Value;

use super::{Given, Model, Track, decisions::set};
use crate::view::PersonState;

/// Kinds of these decisions in the journal.
pub(crate) mod kind {
    pub const SETTINGS: &str = "run-settings";
    /// A person is held back: no wave moves them until they are released.
    pub const HELD: &str = "held";
    /// A wave does not start until it is released; the subject is its number.
    pub const WAVE_HELD: &str = "wave-held";
    /// A person stays on the old app, and their wave counts as done without them.
    pub const WAVE_EXCEPTED: &str = "wave-excepted";
    /// So many exceptions were approved at once; the subject is the wave.
    pub const EXCEPTIONS_APPROVED: &str = "exceptions-approved";
    /// A wave may begin although the one before has not reached its share; the subject is its number.
    pub const WAVE_OPENED: &str = "wave-opened";
    /// Somebody else changed the new app; the subject names the change.
    pub const FOREIGN_SEEN: &str = "foreign-seen";
    /// Looked at: the run may go on.
    pub const FOREIGN_ACCEPTED: &str = "foreign-accepted";
}

/// Whose word it is, why, and since when.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Said {
    pub name: String,
    pub reason: String,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Foreign {
    pub words: String,
    pub seen: Timestamp,
    pub accepted: bool,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct RunDecisions {
    pub settings: RunSettings,
    pub held: BTreeMap<UserId, Said>,
    pub waves_held: BTreeMap<u32, Said>,
    pub excepted: BTreeMap<UserId, Said>,
    pub waves_opened: BTreeMap<u32, Said>,
    /// By the name of the change.
    pub foreign: BTreeMap<String, Foreign>,
}

impl RunDecisions {
    pub fn take(&mut self, decision: &Decision) {
        let Decision {
            kind,
            subject,
            value,
            at,
            ..
        } = decision;
        let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let said = (!value.is_null()).then(|| Said {
            name: text("name"),
            reason: text("reason"),
            at: *at,
        });
        let wave = subject.parse().ok();
        match (kind.as_str(), wave) {
            (kind::SETTINGS, _) => self.settings = serde_json::from_value(value.clone()).unwrap_or_default(),
            (kind::HELD, _) => set(&mut self.held, UserId::from(subject.as_str()), said),
            (kind::WAVE_EXCEPTED, _) => set(&mut self.excepted, UserId::from(subject.as_str()), said),
            (kind::WAVE_HELD, Some(wave)) => set(&mut self.waves_held, wave, said),
            (kind::WAVE_OPENED, Some(wave)) => set(&mut self.waves_opened, wave, said),
            (kind::FOREIGN_SEEN, _) => {
                let seen = Foreign {
                    words: text("words"),
                    seen: *at,
                    accepted: false,
                };
                self.foreign.entry(subject.clone()).or_insert(seen);
            }
            (kind::FOREIGN_ACCEPTED, _) => {
                if let Some(change) = self.foreign.get_mut(subject) {
                    change.accepted = value != &Value::Null;
                }
            }
            _ => {}
        }
    }

    /// Changes by somebody else that nobody has looked at.
    pub fn foreign_open(&self) -> impl Iterator<Item = (&String, &Foreign)> {
        self.foreign.iter().filter(|(_, change)| !change.accepted)
    }
}

/// What can be done for people who are not proven at the end of their wave.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Deed {
    Read,
    Try,
}

/// How people stood before a deed.
pub(crate) struct Before(Vec<(UserId, Track)>);

/// What was done for people of ended waves, and changed nothing. Not kept: after a restart each may be tried once more.
#[derive(Debug, Default)]
pub(crate) struct InVain {
    people: Vec<(UserId, Track)>,
    read: bool,
    again: bool,
}

impl Model {
    /// Nobody gives this person the new app: left out, held back, or excepted, by name.
    pub fn is_skipped(&self, user: &UserId) -> bool {
        let runs = &self.decisions.runs;
        self.decisions.excluded.contains_key(user) || runs.held.contains_key(user) || runs.excepted.contains_key(user)
    }

    /// Not proven, and nobody has said by name that this is fine.
    pub fn is_open(&self, user: &UserId) -> bool {
        !self.decisions.runs.excepted.contains_key(user) && is_unproven(self.state_of(user))
    }

    /// Who is to be proven in waves that have ended, and how they stand.
    fn waiting(&self) -> Vec<(UserId, Track)> {
        let ended = |w: &&Wave| {
            let record = self.decisions.waves.get(&w.number);
            record.is_some_and(|r| r.ended.is_some())
        };
        let waves = self.plan.iter().flat_map(|p| &p.plan.waves).filter(ended);
        let people = waves.flat_map(|w| &w.people).filter(|p| self.is_open(&p.user));
        people.map(|p| (p.user.clone(), self.track(&p.user))).collect()
    }

    /// What a deed begins from: [`Model::tried`] says afterwards whether anything came of it.
    pub fn before(&self) -> Before {
        Before(self.waiting())
    }

    /// Notes whether a deed changed anything for people who wait for their proof.
    pub fn tried(&mut self, deed: Deed, before: Before) {
        let now = self.waiting();
        if self.in_vain.people != now {
            self.in_vain = InVain::default();
        }
        if before.0 == now && !now.is_empty() {
            self.in_vain.people = now;
            match deed {
                Deed::Read => self.in_vain.read = true,
                Deed::Try => self.in_vain.again = true,
            }
        }
    }

    /// What changed nothing for those who still stand as they stood then: reading proofs, and trying again.
    pub fn in_vain(&self) -> (bool, bool) {
        match self.in_vain.people == self.waiting() {
            true => (self.in_vain.read, self.in_vain.again),
            false => (false, false),
        }
    }

    /// People of a wave who failed and are not excepted: what the error budget is about.
    pub fn failures_of<'a>(&self, wave: &'a Wave) -> Vec<&'a UserId> {
        let people = wave.people.iter().map(|p| &p.user);
        people
            .filter(|u| self.state_of(u) == PersonState::Failed && self.is_open(u))
            .collect()
    }

    /// How many people of a wave may fail.
    pub fn budget_of(&self, wave: &Wave) -> usize {
        self.decisions.runs.settings.error_budget.allows(wave.people.len())
    }

    /// People of the wave who are excepted by name and did not get there.
    pub fn excepted_in(&self, wave: &Wave) -> usize {
        let excepted = &self.decisions.runs.excepted;
        let of = wave.people.iter().filter(|p| excepted.contains_key(&p.user));
        of.filter(|p| is_unproven(self.state_of(&p.user))).count()
    }

    /// How far a wave has come, of those who are meant to come.
    pub fn reached(&self, wave: &Wave) -> Reached {
        let mut reached = Reached::default();
        for person in &wave.people {
            let state = self.state_of(&person.user);
            let proven = matches!(
                state,
                PersonState::Proven | PersonState::SignedIn | PersonState::Retired
            );
            if !proven && self.is_skipped(&person.user) {
                continue;
            }
            reached.people += 1;
            reached.proven += usize::from(proven);
            reached.signed_in += usize::from(self.track(&person.user).signed_in);
        }
        reached
    }

    /// The last wave before this one that was not put on hold before it began, and what it still lacks for this one to open.
    pub fn gate_of(&self, wave: u32) -> Option<(u32, String)> {
        if wave < 2 || self.decisions.runs.waves_opened.contains_key(&wave) || self.has_begun(wave) {
            return None;
        }
        let plan = &self.plan.as_ref()?.plan;
        let on_hold = |w: &&Wave| !self.has_begun(w.number) && self.decisions.runs.waves_held.contains_key(&w.number);
        let mut earlier = plan.waves.iter().rev().filter(|w| w.number < wave && w.number > 0);
        let before = earlier.find(|w| !on_hold(w))?;
        let mut gate = self.decisions.runs.settings.gate;
        // Nobody can sign in through the new app yet.
        if crate::cut_over::is_before(self) {
            gate.signed_in_percent = None;
        }
        let missing = gate.missing(self.reached(before))?;
        Some((before.number, missing))
    }

    pub fn has_begun(&self, wave: u32) -> bool {
        self.decisions.waves.get(&wave).is_some_and(|r| r.started.is_some())
    }

    /// Why this person did not get there.
    pub fn cause_of(&self, user: &UserId) -> Cause {
        let track = self.track(user);
        let words = match &track.given {
            Given::Failed(words) | Given::Unknown(words) => words.as_str(),
            Given::No | Given::Sent => "",
        };
        Cause::of(Trouble {
            other_account: track.placed && track.same_account == Some(false),
            unknown: matches!(track.given, Given::Unknown(_)),
            class: track
                .class
                .as_deref()
                .filter(|_| matches!(track.given, Given::Failed(_))),
            words,
            unplaced: track.unplaced.as_deref(),
        })
    }
}

fn is_unproven(state: PersonState) -> bool {
    matches!(
        state,
        PersonState::Failed | PersonState::Unknown | PersonState::Planned | PersonState::Assigned
    )
}
