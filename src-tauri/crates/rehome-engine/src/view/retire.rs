//! Steps 5 and 6.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{CheckOutcome, Link, NextStep, OutcomeCounts, Tone};

/// The gate as it was read last. Acting reads it again.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GateView {
    pub open: bool,
    pub read_at: Option<String>,
    pub checks: Vec<GateCheckView>,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GateCheckView {
    /// Stable name: "deactivate-users", "everyone-proven", "attestation".
    pub id: String,
    pub title: String,
    pub words: String,
    pub outcome: CheckOutcome,
    pub link: Option<Link>,
    /// People whom this is about, where they can be listed.
    pub people: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RetireView {
    pub next: NextStep,
    pub gate: GateView,
    pub attestation: Option<AttestationView>,
    pub canary: Option<CanaryView>,
    pub stages: Vec<StageView>,
    pub groups: Vec<RetireGroupView>,
    /// People who leave the old app with the groups that are still on it: the exact count that is approved.
    pub members_to_approve: u32,
    pub individuals_left: u32,
    pub counts: OutcomeCounts,
    pub exceptions: Vec<ExceptionView>,
    /// People who have left the old app and can have it back: 0 once it is deactivated.
    pub can_give_back: u32,
}

/// "I see Deactivate Users unticked", by name; holds 24 hours.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AttestationView {
    pub name: String,
    pub at: String,
    pub expires: String,
    pub fresh: bool,
}

/// The person (or smallest group) that is unassigned first and watched.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CanaryView {
    pub who: String,
    pub state: CanaryState,
    pub words: String,
    /// What was seen: "no deactivation in the System Log", "new app user unchanged".
    pub evidence: Vec<String>,
    pub attested_by: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum CanaryState {
    Chosen,
    /// Unassigned; evidence is being gathered or a human must look.
    Watching,
    Stayed,
    /// Its account was switched off: everything stops.
    Lost,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StageView {
    pub number: u32,
    /// "Canary", "Groups", "Individuals".
    pub title: String,
    pub words: String,
    pub tone: Tone,
    pub done: bool,
    pub current: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RetireGroupView {
    pub id: String,
    pub name: String,
    pub members: u32,
    pub words: String,
    pub done: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ExceptionView {
    pub person: String,
    pub name: String,
    pub reason: String,
    pub at: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DeleteView {
    pub next: NextStep,
    pub gate: GateView,
    /// "ACTIVE", "INACTIVE", "deleted".
    pub old_status: String,
    /// What has to be typed.
    pub name_to_type: String,
    pub deactivated_at: Option<String>,
    pub deleted_at: Option<String>,
    /// What cannot be undone, in words.
    pub lost_for_good: Vec<String>,
    pub report: Option<super::ReportView>,
}
