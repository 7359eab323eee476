//! A second admin's approval: on the Rehome that drafted the plan, and on the one that looks at it.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{OrgView, RouteView};

/// On the drafting side.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SecondView {
    /// No plan runs without it.
    pub required: bool,
    /// Why it was switched off, by whom it was said.
    pub off_because: Option<String>,
    /// First 12 characters of the newest plan's digest; None without a plan.
    pub digest: Option<String>,
    /// Who has approved the newest plan.
    pub approved: Option<SecondApproved>,
    /// Of this Rehome's own key: six groups of five digits.
    pub own: Vec<String>,
    /// Where the key is kept.
    pub kept: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SecondApproved {
    pub name: String,
    pub at: String,
    pub fingerprint: Vec<String>,
}

/// A code that holds, before it is taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ApprovalCheck {
    pub name: String,
    /// To be compared by voice with what the colleague's Rehome shows.
    pub fingerprint: Vec<String>,
    pub known: KnownKey,
    /// "Mia Chen has approved with this key before", in full.
    pub words: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum KnownKey {
    /// This name has approved with this key before.
    Known,
    /// Neither was seen before.
    New,
    /// The name came with another key before, or the key with another name.
    Changed,
}

/// A colleague's plan, as it was read from the file.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PlanReview {
    /// First 12 characters, worked out here.
    pub digest: String,
    pub org: OrgView,
    pub old_label: String,
    pub new_label: String,
    pub drafted_by: String,
    pub exported_at: String,
    /// Of the Rehome that drafted it.
    pub fingerprint: Vec<String>,
    /// Of this Rehome.
    pub own: Vec<String>,
    /// It was exported by this very Rehome: it cannot be approved here.
    pub is_own: bool,
    pub shape: String,
    pub people: u32,
    pub calls: u32,
    pub routes: Vec<RouteView>,
    pub waves: Vec<ReviewWave>,
    pub left_out: Vec<ReviewLeftOut>,
    pub remarks: Vec<String>,
    pub will_not_change: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReviewWave {
    pub title: String,
    pub people: u32,
    /// Groups that go on the new app at its end.
    pub groups: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReviewLeftOut {
    pub name: String,
    pub reason: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReviewPage {
    pub total: u32,
    pub rows: Vec<ReviewRow>,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReviewRow {
    pub name: String,
    pub login: String,
    pub old_username: String,
    /// None: whatever the template gives was accepted.
    pub new_username: Option<String>,
    pub wave: String,
    pub route: String,
    /// What is sent for the person, as JSON; None where nothing is.
    pub body: Option<String>,
}

/// What the second admin gives back.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ApprovalCodeView {
    pub code: String,
    pub name: String,
    pub digest: String,
    pub fingerprint: Vec<String>,
    /// Where this Rehome's key is kept.
    pub kept: String,
}
