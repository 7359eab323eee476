//! What the admin decided, and what a run noted for the next one, as it stands in the journal.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rehome_domain::{GroupId, UserId, gate::Attestation, lines::Change, plan::RouteWishes};
use rehome_journal::Decision;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::pilot::PilotNotes;
use super::runs::RunDecisions;
use crate::view::{Fill, IdentityProviders, UsernameChoice, UsernameClass, WaveShaping};

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
    /// The route of a group's people or of one person; the subject is `group` or `person`, a space, and the id. Without a
    /// subject: whether groups may be made at all.
    pub const ROUTE: &str = "route-wish";
    /// How waves are made.
    pub const SHAPING: &str = "wave-shaping";
    /// Who goes in which wave and with whom, by a file or by hand.
    pub const WAVE_FILE: &str = "wave-file";
    pub const ATTESTED: &str = "attested";
    pub const CANARY: &str = "canary";
    pub const CANARY_SEEN: &str = "canary-seen";
    pub const GROUPS_APPROVED: &str = "groups-approved";
    /// The old app is being given back; taken back when that has come to its end.
    pub const GIVING_BACK: &str = "giving-back";
    /// The new app was seen with Deactivate Users ticked when something had to be taken away there; to be ticked again.
    pub const BOX_TICKED: &str = "box-was-ticked";
    /// The new app is being taken back from everybody; taken back when that has come to its end.
    pub const ROLLING_BACK: &str = "rolling-back";
    /// When everybody was taken off the new app again.
    pub const ROLLED_BACK: &str = "rolled-back";
    /// The token's share of Okta's limits may be raised while waves run.
    pub const SHARE: &str = "token-share";
    pub const REPORT: &str = "report";
    /// One identity provider or several.
    pub const IDENTITY: &str = "identity-providers";
    /// The service's admin has put the new values in.
    pub const HANDED_OVER: &str = "handed-over";
    /// Somebody has looked at what only a human can know; the subject is the finding.
    pub const LOOKED: &str = "looked";
    /// The expression of a class whose usernames follow a rule.
    pub const USERNAME_RULE: &str = "username-rule";
    /// The username of one person.
    pub const USERNAME_OF: &str = "username-of";
    /// One value of one person; the subject is the attribute, a space, and the person.
    pub const VALUE_OF: &str = "value-of";
    /// What an old value becomes; the subject is the attribute, a space, and the old value.
    pub const VALUE_MATCH: &str = "value-match";
    /// A change on the new app that was asked for; the subject is its id.
    pub const LINE: &str = "line";
    pub const LINE_APPROVED: &str = "line-approved";
    /// A line is to be made back: what was approved before is used up.
    pub const LINE_BACK: &str = "line-back";
    /// Whether a second admin must approve the plan.
    pub const SECOND: &str = "second-approval";
    /// A second admin has approved; the subject is the plan's digest.
    pub const SECOND_APPROVED: &str = "second-approved";
    /// What happened to the cut-over, by name.
    pub const CUT_OVER: &str = "cut-over";
    /// What a human says before it; the subject is the check.
    pub const CUT_OVER_WORD: &str = "cut-over-word";
    /// The hour that was agreed.
    pub const CUT_OVER_HOUR: &str = "cut-over-hour";

    /// Decisions that change what is predicted and planned for people; the others need no new derivation.
    pub fn shapes_people(kind: &str) -> bool {
        matches!(
            kind,
            USERNAME | USERNAME_RULE | USERNAME_OF | FILL | VALUE_OF | VALUE_MATCH | EXCLUDED
        )
    }

    /// Decisions that change what the comparison finds.
    pub fn shapes_findings(kind: &str) -> bool {
        matches!(kind, IDENTITY)
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
    /// Who approved it, where that was asked.
    pub approved_by: Option<String>,
    pub routes: RouteWishes,
    pub shaping: WaveShaping,
    /// Routes or waves were chosen anew after the newest draft.
    pub chosen_since: bool,
    pub wave_file: WaveFileRecord,
    pub waves: BTreeMap<u32, WaveRecord>,
    pub attestation: Option<Attestation>,
    pub canary: Option<CanaryRecord>,
    pub canary_seen: Option<CanarySeen>,
    pub report: Option<ReportRecord>,
    /// The way back was begun and not finished.
    pub giving_back: bool,
    pub box_was_ticked: bool,
    pub rolling_back: bool,
    pub share: Option<ShareWish>,
    /// Where in the journal's chain everybody was taken off the new app again: what was done before is undone.
    pub rolled_back: Option<i64>,
    pub identity: Option<IdentityProviders>,
    pub handed_over: Option<HandedOver>,
    pub looked: BTreeMap<String, (String, Timestamp)>,
    pub username_rules: BTreeMap<UsernameClass, String>,
    pub usernames_of: BTreeMap<UserId, String>,
    pub values_of: BTreeMap<UserId, BTreeMap<String, Value>>,
    pub value_matches: BTreeMap<String, BTreeMap<String, Option<Value>>>,
    /// Asked for by the admin, in the order of their ids.
    pub lines: BTreeMap<String, Change>,
    pub approved_lines: BTreeMap<String, ApprovedLine>,
    /// Lines that were to be made back at some time.
    pub lines_back: BTreeSet<String>,
    pub cut_over: crate::cut_over::Known,
    pub second: crate::approval::Second,
    /// What the pilot found, by people's own word.
    pub pilot_notes: PilotNotes,
    /// How runs go, and what is held back or excepted.
    pub runs: RunDecisions,
}

/// Whose word it is that the service's admin has put the new values in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct HandedOver {
    pub name: String,
    pub note: String,
    pub at: Timestamp,
    /// Digest of the values that were handed over.
    pub digest: String,
}

/// A change as it was approved: what runs is this one (invariant 8).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ApprovedLine {
    pub change: Change,
    pub name: String,
    pub at: Timestamp,
    /// Approved after it was made back: made once more.
    pub again: bool,
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

/// A share of Okta's limits that was approved by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShareWish {
    pub principal: String,
    pub kind: String,
    pub percentage: u32,
    pub name: String,
}

/// Who goes in which wave, and with whom, as a file or the admin said it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct WaveFileRecord {
    pub waves: BTreeMap<UserId, u32>,
    pub sets: BTreeMap<UserId, String>,
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
            seq,
            ..
        } = decision;
        let words = || value["reason"].as_str().map(str::to_owned);
        self.chosen_since |= matches!(kind.as_str(), kind::ROUTE | kind::SHAPING | kind::WAVE_FILE);
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
            kind::PLAN => {
                self.plan = value.as_str().map(str::to_owned);
                self.chosen_since = false;
            }
            kind::APPROVED => {
                // Before names were asked it was the digest alone.
                let digest = value.as_str().or(value["digest"].as_str());
                self.approved = digest.map(|digest| (digest.to_owned(), *at));
                self.approved_by = value["name"].as_str().map(str::to_owned);
            }
            kind::ROUTE => self.take_route(subject, value),
            kind::SHAPING => self.shaping = read(value).unwrap_or_default(),
            kind::WAVE_FILE => self.wave_file = read(value).unwrap_or_default(),
            kind::WAVE => {
                if let Ok(number) = subject.parse() {
                    set(&mut self.waves, number, read(value));
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
            kind::BOX_TICKED => self.box_was_ticked = !value.is_null(),
            kind::SHARE => self.share = read(value),
            kind::ROLLING_BACK => self.rolling_back = !value.is_null(),
            kind::ROLLED_BACK => self.rolled_back = (!value.is_null()).then_some(*seq),
            kind::REPORT => self.report = read(value),
            kind::IDENTITY => self.identity = read(value),
            kind::HANDED_OVER => {
                let text = |key: &str| value[key].as_str().map(str::to_owned);
                self.handed_over = text("name").map(|name| HandedOver {
                    name,
                    note: text("note").unwrap_or_default(),
                    at: *at,
                    digest: text("digest").unwrap_or_default(),
                });
            }
            kind::LOOKED => {
                let name = value["name"].as_str().map(|name| (name.to_owned(), *at));
                set(&mut self.looked, subject.clone(), name);
            }
            kind::USERNAME_RULE => {
                if let Some(class) = read(&Value::String(subject.clone())) {
                    set(&mut self.username_rules, class, read(value));
                }
            }
            kind::USERNAME_OF => set(&mut self.usernames_of, UserId::from(subject.as_str()), read(value)),
            kind::VALUE_OF => {
                if let Some((attribute, user)) = subject.split_once(' ') {
                    let of = self.values_of.entry(UserId::from(user)).or_default();
                    set(of, attribute.to_owned(), Some(value.clone()).filter(|v| !v.is_null()));
                }
            }
            kind::VALUE_MATCH => {
                if let Some((attribute, old)) = subject.split_once(' ') {
                    let of = self.value_matches.entry(attribute.to_owned()).or_default();
                    // `{"new": ...}`, `{"new": null}` for leaving out, `null` for no decision.
                    let new = value.get("new").map(|new| Some(new.clone()).filter(|v| !v.is_null()));
                    set(of, old.to_owned(), new);
                }
            }
            kind::SECOND | kind::SECOND_APPROVED => self.second.take(decision),
            kind::CUT_OVER | kind::CUT_OVER_WORD | kind::CUT_OVER_HOUR => self.cut_over.take(decision),
            kind::LINE => set(&mut self.lines, subject.clone(), read(&value["change"])),
            kind::LINE_APPROVED => {
                let approved = read(&value["change"]).zip(value["name"].as_str());
                let approved = approved.map(|(change, name)| ApprovedLine {
                    change,
                    name: name.to_owned(),
                    at: *at,
                    again: self.lines_back.contains(subject),
                });
                set(&mut self.approved_lines, subject.clone(), approved);
            }
            kind::LINE_BACK => {
                self.lines_back.insert(subject.clone());
                if let Some(line) = self.approved_lines.get_mut(subject) {
                    line.again = false;
                }
            }
            _ => {
                self.pilot_notes.take(decision);
                self.runs.take(decision);
            }
        }
    }
}

impl Decisions {
    fn take_route(&mut self, subject: &str, value: &Value) {
        match subject.split_once(' ') {
            Some(("group", id)) => set(&mut self.routes.groups, GroupId::from(id), read(value)),
            Some(("person", id)) => set(&mut self.routes.people, UserId::from(id), read(value)),
            _ => self.routes.never_wave_groups = value == &Value::Bool(true),
        }
    }
}

pub(super) fn read<T: DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}

pub(super) fn set<K: Ord, V>(map: &mut BTreeMap<K, V>, key: K, value: Option<V>) {
    match value {
        Some(value) => drop(map.insert(key, value)),
        None => drop(map.remove(&key)),
    }
}
