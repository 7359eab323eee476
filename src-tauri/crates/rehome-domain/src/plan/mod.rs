//! The plan: immutable data that says what each person gets, by which route, in which wave, with the exact bodies.
//! Execution makes no choices; the digest names the plan that was approved (invariant 8).

mod body;
mod draft;
mod dry_run;
mod end_state;
mod least;
mod names;
mod routes;
mod shaping;
mod shortest;
mod stale;
#[cfg(test)]
mod tests;
mod wave_file;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

pub use body::Body;
pub use draft::{PersonInput, PlanInput, draft};
pub use dry_run::{Bucket, DryCall, DryRun, Write};
pub use end_state::{EndState, end_state};
pub use least::{Calls, Estimate, estimate, least, settings_read, written};
pub use names::{NameRule, NameRules, NameTest, wave_group_name};
pub use routes::{Availability, Because, FEWEST, RouteInput, RouteWish, RouteWishes};
pub use shaping::{By, Shaping, Together, attributes as shaping_attributes, value_of};
pub use shortest::{Shortest, Ways, shortest};
pub use stale::{Present, differences};
pub use wave_file::{WaveFile, wave_file};

use crate::{AppId, GroupId, UserId, compare::PlanShape, people::AssignmentPath};

/// How the plan gives a person the new app (architecture 5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "route", rename_all = "camelCase")]
pub enum Route {
    /// One POST, with username and unmapped attributes; converted to scope GROUP later where the path asks for it.
    Individual,
    /// Nothing is sent for the person: the group brings the app.
    WholeGroup { group: GroupId },
    /// The person becomes a member of a group that this migration makes ([`WaveGroupPlan::key`]), until the original groups
    /// are on the new app.
    WaveGroup { key: String },
    /// The person had the new app before this plan.
    AlreadyThere,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(from = "body::Written<'_>")]
pub struct PersonPlan {
    pub user: UserId,
    /// How the person has the old app, and shall have the new one (invariant 13).
    pub path: AssignmentPath,
    pub route: Route,
    /// Why by this route. Absent in plans made before it was kept, and where the route says it by itself.
    pub because: Because,
    /// What Okta must show afterwards. `None`: the admin accepted whatever the template gives.
    pub username: Option<Arc<str>>,
    /// Body of the POST; only for `Individual`. Whole: [`PersonPlan::to_send`].
    pub body: Option<Body>,
}

/// A group that is put on the new app at the end of its wave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupPlan {
    pub group: GroupId,
    pub name: String,
    pub priority: i64,
    /// Body of the PUT.
    pub body: Value,
    /// Everybody who gets or keeps the app through the group, as it was read.
    pub members: Arc<BTreeSet<UserId>>,
}

/// A group made for the migration: on the new app from the first wave that needs it until the swap, then deleted. One for each
/// distinct effective group profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaveGroupPlan {
    /// Names it within the plan.
    pub key: String,
    /// What it is called in Okta.
    pub name: String,
    /// Carries the migration's id, so that any Rehome can find and finish it.
    pub description: String,
    /// Body of the PUT that puts it on the new app: priority and profile.
    pub body: Value,
    /// The groups of the old app whose people come through it, ascending priority.
    pub stands_for: Vec<GroupId>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wave {
    /// 0 is the pilot.
    pub number: u32,
    pub people: Vec<PersonPlan>,
    /// Ascending priority.
    pub groups: Vec<GroupPlan>,
    /// Keys of the wave groups that come off the new app and are deleted once the groups above are on: the swap.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub swaps: Vec<String>,
}

/// A group of the old app that is not put on the new one, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupHeldBack {
    pub group: GroupId,
    pub name: String,
    pub because: BTreeSet<UserId>,
}

/// What the plan was made from, as far as a change would make it wrong.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Basis {
    pub new_template: Option<String>,
    /// Expressions of the mapping onto the new app, by attribute.
    pub new_mapping: BTreeMap<String, String>,
    pub new_status: String,
    /// Assigned groups of the old app: priority and members.
    pub groups: BTreeMap<GroupId, (i64, Arc<BTreeSet<UserId>>)>,
    /// Usernames on the old app.
    #[serde(with = "body::texts")]
    pub people: BTreeMap<UserId, Arc<str>>,
    /// Hash of the values on the old app ([`crate::drift::hash_of`]). Absent in plans made before it was kept, so that their
    /// digest stays what it was.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<UserId, u64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub old: AppId,
    pub new: AppId,
    /// How sign-in moves. Absent in parallel plans, so that their digest stays what it was before there were others.
    #[serde(default, skip_serializing_if = "PlanShape::is_parallel")]
    pub shape: PlanShape,
    pub wave_size: u32,
    pub waves: Vec<Wave>,
    /// Groups that are made for the migration. Absent in plans that need none, so that their digest stays what it was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wave_groups: Vec<WaveGroupPlan>,
    /// Left out by name, with the reason.
    pub excluded: BTreeMap<UserId, String>,
    pub held_back: Vec<GroupHeldBack>,
    /// What the admin should know before approving: values that are not sent, and why.
    pub remarks: Vec<String>,
    pub basis: Basis,
}

impl Plan {
    /// SHA-256, hex, over everything in the plan.
    pub fn digest(&self) -> String {
        // A plan is plain data of strings, numbers and ordered maps: writing it cannot fail.
        let mut hasher = Hasher::default();
        let _ = serde_json::to_writer(std::io::BufWriter::new(&mut hasher), self);
        data_encoding::HEXLOWER.encode(&hasher.0.finalize())
    }

    pub fn people(&self) -> impl Iterator<Item = (&Wave, &PersonPlan)> {
        self.waves.iter().flat_map(|w| w.people.iter().map(move |p| (w, p)))
    }

    pub fn wave_group(&self, key: &str) -> Option<&WaveGroupPlan> {
        self.wave_groups.iter().find(|g| g.key == key)
    }

    pub fn wave(&self, number: u32) -> Option<&Wave> {
        self.waves.iter().find(|w| w.number == number)
    }

    /// Write calls: one a person sent individually or made a member, one a group, one a conversion; a wave group is made, put on,
    /// taken off and deleted.
    pub fn calls(&self) -> u32 {
        let person = |p: &PersonPlan| matches!(p.route, Route::Individual | Route::WaveGroup { .. });
        let people = self.people().filter(|(_, p)| person(p)).count();
        let groups: usize = self.waves.iter().map(|w| w.groups.len() + 2 * w.swaps.len()).sum();
        let calls = people + groups + 2 * self.wave_groups.len() + self.conversions();
        u32::try_from(calls).unwrap_or(u32::MAX)
    }

    /// People who are sent individually and end with scope GROUP.
    pub fn conversions(&self) -> usize {
        let planned: BTreeSet<&GroupId> = self
            .waves
            .iter()
            .flat_map(|w| w.groups.iter().map(|g| &g.group))
            .collect();
        self.people()
            .filter(|(_, p)| p.route == Route::Individual)
            .filter(|(_, p)| matches!(&p.path, AssignmentPath::Group { group } if planned.contains(group)))
            .count()
    }
}

/// Takes the text in as it is written: all of it would be hundreds of megabytes.
#[derive(Default)]
struct Hasher(Sha256);

impl std::io::Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
