//! The plan in its parts: why each route, what it costs, how it ends, what there is to choose, and the dry run.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::RefusedRow;

/// Why people go by their route.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReasonView {
    /// "One by one: their username is not the one that the new app's template gives."
    pub words: String,
    pub people: u32,
}

/// Calls that draw from one of Okta's limits.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BucketView {
    /// "Apps", "Groups and members".
    pub title: String,
    pub writes: u32,
    /// Writes and the reads without which nothing is proven: the least.
    pub least: u32,
    /// What the run may use a minute; none until Okta has told its limit.
    pub allowed: Option<u32>,
}

/// A wave in a line.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WaveLine {
    pub number: u32,
    pub title: String,
    pub people: u32,
    pub writes: u32,
    /// "3 groups go on the new app", "Wave groups come off".
    pub words: String,
}

/// A group that is made for the migration.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WaveGroupView {
    pub name: String,
    pub people: u32,
    /// Names of the groups that take its place in the end.
    pub stands_for: Vec<String>,
}

/// How the end differs from the old app.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EndView {
    /// People who end as on the old app.
    pub equal: u32,
    pub differences: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum RouteChoice {
    OneByOne,
    Whole,
    WaveGroup,
}

/// Whom a route is chosen for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum RouteSubject {
    Group { id: String },
    Person { id: String },
}

/// A group of the old app, to choose the route of its people.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GroupChoice {
    pub id: String,
    pub name: String,
    pub members: u32,
    pub chosen: Option<RouteChoice>,
    /// What the newest plan does with it.
    pub planned: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum WaveBy {
    #[default]
    Count,
    Percent,
    Group,
    Attribute,
    Named,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum WaveTogether {
    #[default]
    Nobody,
    Group,
    Attribute,
    Named,
}

/// How waves are made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WaveShaping {
    pub by: WaveBy,
    pub percent: u8,
    /// `user.department`, or the name of an attribute of the old app.
    pub attribute: String,
    pub together: WaveTogether,
    pub together_attribute: String,
    /// Large groups stay close together; else those who differ least go first.
    pub in_group_order: bool,
}

impl Default for WaveShaping {
    fn default() -> Self {
        Self {
            by: WaveBy::Count,
            percent: 10,
            attribute: String::new(),
            together: WaveTogether::Nobody,
            together_attribute: String::new(),
            in_group_order: false,
        }
    }
}

/// What there is to choose before a plan is drafted.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PlanChoices {
    pub never_wave_groups: bool,
    /// Why no groups can be made for the migration.
    pub unavailable: Option<String>,
    pub groups: Vec<GroupChoice>,
    pub shaping: WaveShaping,
    /// Attributes by which waves can be made.
    pub attributes: Vec<String>,
    /// People whose wave was said by a file, or by hand.
    pub named: u32,
    /// Sets of people who must go together, by a file or by hand.
    pub sets: u32,
    /// The plan shown was made with other choices.
    pub changed: bool,
}

/// What became of a file of waves.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WaveFileLoaded {
    pub people: u32,
    pub waves: u32,
    pub sets: u32,
    pub refused: Vec<RefusedRow>,
}

/// A call of the dry run.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DryRunRow {
    /// "Assign individually".
    pub words: String,
    /// Name of the person or group.
    pub who: String,
    pub method: String,
    pub path: String,
    /// JSON, indented.
    pub body: Option<String>,
    /// Method, path and body of what takes it back.
    pub undo: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DryRunPage {
    pub total: u32,
    pub rows: Vec<DryRunRow>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum DryRunFormat {
    Csv,
    Json,
}
