//! How runs go, and who did not get there.

pub use rehome_domain::{
    schedule::{Day, ErrorBudget, Hours, OffHours, RunSettings},
    wave_gate::WaveGate,
};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Link, PersonRow};

/// Everything that the dialog "How it runs" shows.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RunSettingsView {
    pub settings: RunSettings,
    /// The zone of this computer, to be offered first.
    pub zone: Option<String>,
    /// "Today's window 20:00 to 23:30 (Berlin)"; nothing where a run may write at any time.
    pub window: Option<String>,
    /// A run may begin something new now.
    pub open: bool,
    /// "It is Friday: ..."
    pub advice: Option<String>,
    /// Calls a minute to apps that the share allows at present, once Okta has told its limit.
    pub allowed: Option<u32>,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FailuresView {
    /// By cause, the gravest first.
    pub groups: Vec<FailureGroup>,
    /// They stay on the old app, by name.
    pub excepted: Vec<ExceptedView>,
    /// No wave moves them until they are released.
    pub held: Vec<ExceptedView>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum FailureHelp {
    /// Trying again is likely to help.
    Retry,
    /// Something in Okta comes first.
    Mend,
    /// Trying again gives the same.
    Decide,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FailureGroup {
    /// Name for `retry_failed`.
    pub cause: String,
    pub title: String,
    /// What to do.
    pub mend: String,
    pub help: FailureHelp,
    pub link: Option<Link>,
    pub count: u32,
    pub waves: Vec<FailedWave>,
    /// At most 200 of them.
    pub people: Vec<PersonRow>,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FailedWave {
    pub wave: u32,
    pub title: String,
    pub people: u32,
    /// Of these, who can be tried again.
    pub failed: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ExceptedView {
    pub row: PersonRow,
    /// Whose word it is; empty where only a reason was asked for.
    pub name: String,
    pub reason: String,
    pub at: String,
}

/// Whose word it is, and why.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NameAndReason {
    pub name: String,
    pub reason: String,
}

/// Something that somebody else changed on the new app.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ForeignView {
    pub id: String,
    pub words: String,
    pub seen: String,
}
