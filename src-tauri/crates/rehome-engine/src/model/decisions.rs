//! What the admin decided, and what a run noted for the next one, as it stands in the journal.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rehome_domain::{UserId, gate::Attestation};
use rehome_journal::Decision;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::view::{Fill, UsernameChoice, UsernameClass};

/// Kinds of decisions in the journal. The newest of a kind and subject is the one that holds; `null` takes it back.
pub(crate) mod kind {
    pub const REVIEWED: &str = "reviewed";
    pub const SKIPPED: &str = "skipped";
    pub const USERNAME: &str = "username-choice";
    pub const FILL: &str = "fill";
    pub const EXCLUDED: &str = "excluded";
    pub const EXCEPTED: &str = "excepted";
    pub const PILOT: &str = "pilot";
    pub const PLAN: &str = "plan";
    pub const APPROVED: &str = "plan-approved";
    pub const WAVE: &str = "wave";
    pub const ATTESTED: &str = "attested";
    pub const CANARY: &str = "canary";
    pub const CANARY_SEEN: &str = "canary-seen";
    pub const GROUPS_APPROVED: &str = "groups-approved";
    /// The old app is being given back; taken back when that has come to its end.
    pub const GIVING_BACK: &str = "giving-back";
    pub const REPORT: &str = "report";

    /// Decisions that change what is predicted and planned for people; the others need no new derivation.
    pub fn shapes_people(kind: &str) -> bool {
        matches!(kind, USERNAME | FILL | EXCLUDED)
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Decisions {
    pub reviewed: BTreeSet<String>,
    pub skipped: BTreeMap<String, String>,
    pub usernames: BTreeMap<UsernameClass, UsernameChoice>,
    pub fills: BTreeMap<String, Fill>,
    pub excluded: BTreeMap<UserId, String>,
    pub excepted: BTreeMap<UserId, (String, Timestamp)>,
    pub pilot: BTreeSet<UserId>,
    /// Digest of the newest draft.
    pub plan: Option<String>,
    pub approved: Option<(String, Timestamp)>,
    pub waves: BTreeMap<u32, WaveRecord>,
    pub attestation: Option<Attestation>,
    pub canary: Option<CanaryRecord>,
    pub canary_seen: Option<CanarySeen>,
    pub report: Option<ReportRecord>,
    /// The way back was begun and not finished.
    pub giving_back: bool,
}

/// What is kept of a wave besides its operations.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct WaveRecord {
    pub started: Option<Timestamp>,
    /// The org's clock when it began: sign-ins are looked for from here.
    pub since: Option<Timestamp>,
    /// Came to its end (which is not to say that everybody is proven).
    pub ended: Option<Timestamp>,
    pub stopped: bool,
    /// Groups that were not put on, with who stands in the way.
    pub held: BTreeMap<String, Vec<String>>,
    /// Remarks for the admin: conversions that Okta did not keep, priorities that had to be mended.
    pub remarks: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CanaryRecord {
    pub person: Option<UserId>,
    pub group: Option<String>,
    pub name: String,
    pub since: Timestamp,
    pub evidence: Vec<String>,
    /// A deactivation was seen in the System Log.
    pub lost: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CanarySeen {
    pub name: String,
    pub still_active: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReportRecord {
    pub html: String,
    pub csv: String,
}

impl Decisions {
    /// Folds one decision in; used when loading (oldest first) and right after deciding.
    pub fn take(&mut self, decision: &Decision) {
        let Decision {
            kind,
            subject,
            value,
            at,
            ..
        } = decision;
        let words = || value["reason"].as_str().map(str::to_owned);
        match kind.as_str() {
            kind::REVIEWED => {
                if value == &Value::Bool(true) {
                    self.reviewed.insert(subject.clone());
                } else {
                    self.reviewed.remove(subject);
                }
            }
            kind::SKIPPED => set(&mut self.skipped, subject.clone(), words()),
            kind::USERNAME => {
                if let (Some(class), Some(choice)) = (read(&Value::String(subject.clone())), read(value)) {
                    self.usernames.insert(class, choice);
                }
            }
            kind::FILL => set(&mut self.fills, subject.clone(), read(value)),
            kind::EXCLUDED => set(&mut self.excluded, UserId::from(subject.as_str()), words()),
            kind::EXCEPTED => {
                set(
                    &mut self.excepted,
                    UserId::from(subject.as_str()),
                    words().map(|reason| (reason, *at)),
                );
            }
            kind::PILOT => self.pilot = read(value).unwrap_or_default(),
            kind::PLAN => self.plan = value.as_str().map(str::to_owned),
            kind::APPROVED => self.approved = value.as_str().map(|digest| (digest.to_owned(), *at)),
            kind::WAVE => {
                if let (Ok(number), Some(record)) = (subject.parse(), read(value)) {
                    self.waves.insert(number, record);
                }
            }
            kind::ATTESTED => {
                self.attestation = value["name"].as_str().map(|name| Attestation {
                    name: name.to_owned(),
                    at: *at,
                });
            }
            kind::CANARY => self.canary = read(value),
            kind::CANARY_SEEN => self.canary_seen = read(value),
            kind::GIVING_BACK => self.giving_back = !value.is_null(),
            kind::REPORT => self.report = read(value),
            _ => {}
        }
    }
}

fn read<T: DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}

fn set<K: Ord, V>(map: &mut BTreeMap<K, V>, key: K, value: Option<V>) {
    match value {
        Some(value) => drop(map.insert(key, value)),
        None => drop(map.remove(&key)),
    }
}
