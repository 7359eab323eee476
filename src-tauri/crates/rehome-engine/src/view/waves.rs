//! Steps 3 and 4: the plan, the waves.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{BucketView, EndView, NextStep, OutcomeCounts, ReasonView, WaveGroupView, WaveLine};

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PlanView {
    /// First 12 characters of the SHA-256 over everything that will be sent.
    pub digest: String,
    pub approved_at: Option<String>,
    pub approved_by: Option<String>,
    /// Routes or waves were chosen anew since it was made.
    pub chosen_since: bool,
    /// What has changed in Okta since; empty while the plan is good.
    pub stale: Vec<String>,
    pub people: u32,
    pub waves: u32,
    pub wave_size: u32,
    /// "1,204 through 6 groups, 88 one by one".
    pub routes: Vec<RouteView>,
    /// Why people go by their route, where it does not say it by itself.
    pub reasons: Vec<ReasonView>,
    pub wave_groups: Vec<WaveGroupView>,
    pub wave_lines: Vec<WaveLine>,
    pub end: EndView,
    pub buckets: Vec<BucketView>,
    pub excluded: u32,
    /// Groups that cannot be given whole, and why.
    pub group_remarks: Vec<String>,
    pub will_not_change: Vec<String>,
    /// Write calls that the plan will send.
    pub calls: u32,
    /// Estimate at the present limit and share.
    pub minutes: Option<u32>,
    /// The least that Okta's limits allow.
    pub floor_minutes: Option<u32>,
    /// Fewest calls with which the plan can be carried out and proven.
    pub least_calls: u32,
    /// Parallel or cut-over, and what that means.
    pub shape: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RouteView {
    /// "One by one", "Whole group", "Group later, converted".
    pub title: String,
    pub words: String,
    pub people: u32,
    pub calls: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum WaveState {
    Planned,
    Running,
    Paused,
    Stopped,
    /// Ran to its end; somebody is failed, unknown or not proven.
    Unproven,
    Done,
    /// Put on hold before it began.
    OnHold,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WaveView {
    /// 0 is the pilot.
    pub number: u32,
    pub title: String,
    pub state: WaveState,
    pub people: u32,
    pub counts: OutcomeCounts,
    /// Names of groups that are put on the new app in this wave.
    pub groups: Vec<String>,
    pub started: Option<String>,
    pub ended: Option<String>,
    /// Did not get there, and stay on the old app by name.
    pub excepted: u32,
    /// Why it does not begin before it is released.
    pub on_hold: Option<String>,
    /// What the wave before lacks for this one to open: "474 of 500 are proven; 475 must be".
    pub gate: Option<String>,
    /// Failures that stop it.
    pub error_budget: u32,
    /// Where windows are set: when it can begin, by estimate (RFC 3339).
    pub begins_at: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WavesView {
    pub next: NextStep,
    /// Truth in one line.
    pub truth: String,
    /// "Today's window 20:00 to 23:30 (Berlin). The computer stays awake."
    pub how: String,
    pub people: u32,
    pub counts: OutcomeCounts,
    pub waves: Vec<WaveView>,
    pub plan: Option<PlanView>,
    pub wave_size: u32,
    /// Failures after which a wave stops by itself.
    pub error_budget: u32,
    pub failed_in_wave: u32,
    /// Estimate, RFC 3339; only while running.
    pub ends_at: Option<String>,
    pub floor_ends_at: Option<String>,
    pub calls_per_minute: u32,
    pub calls_allowed: Option<u32>,
    pub refused_by_okta: u32,
    /// Calls in each of the last minutes, oldest first, at most 30.
    pub calls_history: Vec<u32>,
}
