//! What the pilot found by people's own word, what stops it, and the way back that was tried.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rehome_domain::UserId;
use rehome_journal::Decision;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Model, decisions::read};
use crate::view::{ScriptCheck, ScriptResult};

/// Sentences and accounts that are named against somebody's word.
const EVIDENCE: usize = 5;

pub(crate) const CHECKS: [ScriptCheck; 5] = [
    ScriptCheck::Opens,
    ScriptCheck::RightAccount,
    ScriptCheck::RightRole,
    ScriptCheck::SignOut,
    ScriptCheck::Mobile,
];

/// Kinds of decisions of step 3, beside who is in it.
pub(crate) mod kind {
    /// One line of somebody's test script; the subject is the person, a space, and the check.
    pub const SCRIPT: &str = "script";
    /// Going on although somebody says that the account is not theirs; the subject is the person.
    pub const SCRIPT_SETTLED: &str = "script-settled";
    /// Old and new app know accounts by different keys, by name and with a reason.
    pub const OTHER_KEYS: &str = "other-keys";
    /// The way back is being tried, or was; the value holds where it stands.
    pub const REHEARSAL: &str = "rehearsal";
    pub const REHEARSAL_SKIPPED: &str = "rehearsal-skipped";
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    pub result: ScriptResult,
    pub note: String,
    pub at: Timestamp,
}

/// Somebody's word, with its reason.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Word {
    pub name: String,
    pub reason: String,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Rehearsal {
    pub person: UserId,
    /// Read back: no longer on the new app, still on the old one.
    #[serde(default)]
    pub back: Option<Timestamp>,
    /// The org's clock when the new app was given again: sign-ins count from here.
    #[serde(default)]
    pub since: Option<Timestamp>,
    /// Read back: on the new app again, with the planned username and the same account.
    #[serde(default)]
    pub forward: Option<Timestamp>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct PilotNotes {
    pub script: BTreeMap<UserId, BTreeMap<ScriptCheck, Told>>,
    pub settled: BTreeMap<UserId, Word>,
    pub other_keys: Option<Word>,
    pub rehearsal: Option<Rehearsal>,
    pub rehearsal_skipped: Option<Word>,
}

impl PilotNotes {
    pub fn take(&mut self, decision: &Decision) {
        let Decision {
            kind,
            subject,
            value,
            at,
            ..
        } = decision;
        let word = || {
            let text = |key: &str| value[key].as_str().map(str::to_owned);
            Some(Word {
                name: text("name")?,
                reason: text("reason")?,
                at: *at,
            })
        };
        match kind.as_str() {
            kind::SCRIPT => {
                let Some((user, check)) = subject.split_once(' ') else {
                    return;
                };
                let Some(check) = read(&Value::String(check.to_owned())) else {
                    return;
                };
                let of = self.script.entry(UserId::from(user)).or_default();
                match read(&value["result"]) {
                    Some(result) => {
                        let note = value["note"].as_str().unwrap_or_default().to_owned();
                        of.insert(check, Told { result, note, at: *at });
                    }
                    None => drop(of.remove(&check)),
                }
            }
            kind::SCRIPT_SETTLED => match word() {
                Some(word) => drop(self.settled.insert(UserId::from(subject.as_str()), word)),
                None => drop(self.settled.remove(&UserId::from(subject.as_str()))),
            },
            kind::OTHER_KEYS => self.other_keys = word(),
            kind::REHEARSAL => self.rehearsal = read(value),
            kind::REHEARSAL_SKIPPED => self.rehearsal_skipped = word(),
            _ => {}
        }
    }

    pub fn told(&self, user: &UserId, check: ScriptCheck) -> Option<&Told> {
        self.script.get(user)?.get(&check)
    }

    /// The way back was tried to its end, or was passed by name.
    pub fn rehearsed(&self) -> bool {
        self.rehearsal.as_ref().is_some_and(|r| r.forward.is_some())
            || self.rehearsal_skipped.is_some() && !self.half_way()
    }

    /// Begun and not finished.
    pub fn half_way(&self) -> bool {
        self.rehearsal.as_ref().is_some_and(|r| r.forward.is_none())
    }
}

impl Model {
    /// The word that the connectors use different keys holds: it was given, and the service's own list says nothing else.
    pub fn keys_differ(&self) -> bool {
        self.decisions.pilot_notes.other_keys.is_some() && self.refuted.is_empty()
    }

    /// People whom Okta shows with another account id on the new app than on the old one, whatever was said of that.
    pub fn other_ids(&self) -> Vec<UserId> {
        let Some(inventory) = &self.inventory else {
            return Vec::new();
        };
        let differs = |user: &&UserId| {
            let old = inventory.roster.users.get(user).and_then(|u| u.account());
            let new = inventory.new_users.get(user).and_then(|u| u.account());
            matches!((old, new), (Some(old), Some(new)) if old != new)
        };
        let planned = self.plan.iter().flat_map(|p| p.plan.people().map(|(_, p)| &p.user));
        planned
            .filter(|u| !self.decisions.excluded.contains_key(*u))
            .filter(differs)
            .cloned()
            .collect()
    }

    /// Works out anew what the service's own list says against there being one account each: sentences with the lines of the
    /// file. After every listing of the new app, and after a list was loaded.
    pub fn refute(&mut self) {
        self.refuted = self.two_accounts();
    }

    fn two_accounts(&self) -> Vec<String> {
        let other = self.other_ids();
        let (Some(inventory), Some(export), false) = (&self.inventory, &self.export, other.is_empty()) else {
            return Vec::new();
        };
        let folding = inventory.folding();
        let mut known: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for (at, account) in export.accounts.accounts.iter().enumerate() {
            let folded = [&account.username, &account.email].map(|name| folding.fold(name.trim()).into_owned());
            for key in folded
                .into_iter()
                .chain([account.id.clone()])
                .filter(|key| !key.is_empty())
            {
                known.entry(key).or_default().insert(at);
            }
        }
        let mut out = Vec::new();
        for user in other {
            let (old, new) = (inventory.roster.users.get(&user), inventory.new_users.get(&user));
            let (Some(old), Some(new)) = (old, new) else { continue };
            let email = old.person.as_ref().and_then(|p| p.profile.text("email"));
            let names = [&*old.user_name, &*new.user_name, email.unwrap_or_default()];
            let ids = [old.account(), new.account()];
            let keys = names
                .map(|name| folding.fold(name.trim()).into_owned())
                .into_iter()
                .chain(ids.into_iter().flatten().map(str::to_owned));
            let theirs: BTreeSet<usize> = keys.filter_map(|key| known.get(&key)).flatten().copied().collect();
            if theirs.len() > 1 {
                let account = |at: &usize| {
                    let account = &export.accounts.accounts[*at];
                    format!("{} in line {}", account.username, account.line)
                };
                let named: Vec<String> = theirs.iter().take(EVIDENCE).map(account).collect();
                out.push(format!(
                    "{} has {} accounts in {}: {}.",
                    self.name_of(&user),
                    theirs.len(),
                    export.file,
                    named.join(", ")
                ));
            }
            if out.len() == EVIDENCE {
                break;
            }
        }
        out
    }

    /// Whose other account stops the pilot and every wave.
    pub fn stopped_by(&self) -> Vec<UserId> {
        if self.keys_differ() {
            return Vec::new();
        }
        // The word was given and is refuted: what was seen under it says nothing.
        if self.decisions.pilot_notes.other_keys.is_some() {
            return self.other_ids();
        }
        let excluded = &self.decisions.excluded;
        let differs = self
            .tracks
            .iter()
            .filter(|(_, track)| track.same_account == Some(false));
        differs
            .map(|(user, _)| user)
            .filter(|u| !excluded.contains_key(*u))
            .cloned()
            .collect()
    }

    /// People of the pilot who say that it is not their account, and nobody has settled that.
    pub fn wrong_accounts(&self) -> Vec<UserId> {
        let notes = &self.decisions.pilot_notes;
        let failed = |user: &&UserId| {
            notes
                .told(user, ScriptCheck::RightAccount)
                .is_some_and(|told| told.result == ScriptResult::Fail)
        };
        let people = notes.script.keys().filter(failed);
        people
            .filter(|u| !notes.settled.contains_key(*u) && !self.decisions.excluded.contains_key(*u))
            .cloned()
            .collect()
    }

    /// Something about accounts is wrong, and nobody further may be given the new app.
    pub fn account_stops(&self) -> bool {
        !self.stopped_by().is_empty() || !self.wrong_accounts().is_empty()
    }
}
