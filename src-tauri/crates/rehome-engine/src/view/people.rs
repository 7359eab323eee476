//! People: table rows, the inspector, the people map.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{OutcomeCounts, Tone, UsernameClass};

/// Where a person stands. Colour and shape in the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum PersonState {
    Planned,
    Assigned,
    Proven,
    SignedIn,
    Failed,
    Unknown,
    Excluded,
    Retired,
    /// Held back by name: no wave moves them until they are released.
    Held,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PeopleFilter {
    /// Part of a name, login or username, any case.
    pub search: String,
    pub class: Option<UsernameClass>,
    pub state: Option<PersonState>,
    pub wave: Option<u32>,
    /// Only people who need a decision.
    pub unsettled: bool,
    /// Only people in (true) or not in (false) the pilot.
    pub pilot: Option<bool>,
    /// A set that some view names: "gap:role:notInList", "suspect:serviceAccount".
    pub set: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PeoplePage {
    pub total: u32,
    pub offset: u32,
    pub rows: Vec<PersonRow>,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PersonRow {
    pub id: String,
    pub name: String,
    pub login: String,
    pub department: Option<String>,
    pub old_username: String,
    /// Predicted, or planned once settled; empty where blank or not predictable.
    pub new_username: String,
    pub class: UsernameClass,
    /// "individual" or "through Support Tier 1".
    pub path: String,
    pub wave: Option<u32>,
    pub in_pilot: bool,
    pub state: PersonState,
    pub placed: bool,
    pub same_account: Option<bool>,
    pub signed_in: bool,
    /// Why failed, unknown or excluded.
    pub note: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PersonView {
    pub row: PersonRow,
    /// How the plan gives this person the new app, in words.
    pub route: String,
    pub values: Vec<PersonValue>,
    pub history: Vec<HistoryLine>,
    pub proofs: Vec<ProofView>,
    /// The route that was chosen for this person alone.
    pub route_chosen: Option<super::RouteChoice>,
    /// There is more than one way, and the person has not gone it yet.
    pub can_choose_route: bool,
    /// The test script; empty for whoever is not in a pilot that has begun.
    pub script: Vec<super::ScriptLine>,
    pub can_exclude: bool,
    pub can_hold: bool,
    /// Stays on the old app, and the wave counts as done: "Robin Admin: has left next month".
    pub excepted: Option<String>,
    pub can_retry: bool,
    /// The assigned groups that hold this person, the one that wins first.
    pub groups: Vec<PersonGroup>,
    /// The last sign-in to the old app that the log shows, RFC 3339.
    pub last_use: Option<String>,
    /// Why somebody might not want to move this person.
    pub suspect: Option<String>,
    /// The username that was set by hand or by file.
    pub own_username: Option<String>,
    /// Username and values may still be set.
    pub can_settle: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PersonGroup {
    pub name: String,
    /// As Okta has it; lower comes first.
    pub priority: i32,
    pub wins: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PersonValue {
    pub attribute: String,
    pub old: String,
    pub new: String,
    pub differs: bool,
    pub note: String,
    /// What gives the new value: "Okta's mapping user.email", "Support Tier 1, which wins over Everyone in Berlin".
    pub from: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HistoryLine {
    pub at: String,
    pub words: String,
    pub tone: Tone,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ProofView {
    /// "Placed", "Same account", "Signed in".
    pub title: String,
    pub words: String,
    pub tone: Tone,
}

/// Everybody as one square, in blocks by wave.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PeopleMap {
    pub counts: OutcomeCounts,
    pub blocks: Vec<MapBlock>,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MapBlock {
    /// None: nobody has planned these people yet.
    pub wave: Option<u32>,
    /// "Pilot", "Wave 1", "Not planned yet".
    pub title: String,
    /// "done", "running", "".
    pub note: String,
    pub people: Vec<String>,
    /// One letter a person, in the order of `people`: p planned, a assigned, v proven, s signed in, f failed, u unknown,
    /// x excluded, r retired, h held back.
    pub states: String,
}
