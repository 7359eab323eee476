//! What is known of one migration: what was read from Okta, what was decided, what was done. Rebuilt from the journal at any
//! time (invariant 9); kept in memory while a migration is open.

pub(crate) mod decisions;
mod derive;
mod load;
pub(crate) mod look;
pub(crate) mod pilot;
pub(crate) mod runs;
mod standing;
mod wave_groups;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::Timestamp;
use rehome_domain::{
    App, AppUser, ByUser, GroupId, Mapping, Reading, SamlMetadata, Schema, SigningKey, UserId,
    attributes::{AttributeCalibration, AttributeRow, Confidence, Survey},
    compare::{Attached, AttachedKind, Comparison, Engine, Finding},
    effective::DifferenceGroup,
    gate::Gate,
    lines::Change,
    people::Roster,
    plan::{Calls, DryRun, EndState, GroupPlan, PersonPlan, Plan, Wave, least, written},
    suspects::SuspectGroup,
    usernames::{Calibration, Names, Predictions},
};
use serde::Deserialize;
use serde_json::Value;

pub(crate) use decisions::{Decisions, kind};
pub(crate) use derive::values_of;
pub(crate) use load::each_operation;
pub(crate) use look::{DriftRecord, Export, Groups, Matched};
pub(crate) use standing::{Given, LineStand, Track, placement};

/// Everything of one app that was read, apart from its people.
#[derive(Clone, Debug)]
pub(crate) struct Side {
    pub app: App,
    pub schema: Reading<Schema>,
    /// Mappings onto the app, one a user type.
    pub mappings: Reading<Vec<Mapping>>,
    pub keys: Reading<Vec<SigningKey>>,
    pub metadata: Reading<SamlMetadata>,
    /// Access policy and its rules (Identity Engine).
    pub policy: Reading<(Value, Vec<Value>)>,
    /// Group push mappings, raw.
    pub push: Reading<Vec<Value>>,
    /// Names of the groups in them.
    pub push_names: BTreeMap<String, String>,
    /// Provisioning of the few apps that show it.
    pub features: Reading<Vec<Value>>,
    pub connection: Reading<Value>,
}

/// One reading of both apps.
#[derive(Clone, Debug)]
pub(crate) struct Inventory {
    pub read_at: Timestamp,
    pub engine: Engine,
    pub old: Side,
    pub new: Side,
    /// People, groups and memberships of the old app.
    pub roster: Roster,
    /// Groups on the new app.
    pub new_groups: Vec<rehome_domain::AppGroup>,
    /// People on the new app, as listed last (also by runs since).
    pub new_users: ByUser<AppUser>,
    /// Everything else in the org that may name the old app.
    pub attached: Vec<Attached>,
    /// Kinds of it that could not be read, and why.
    pub unreadable: Vec<(AttachedKind, String)>,
    pub org_name: Option<String>,
    pub org_sub_domain: Option<String>,
    pub last_use: LastUse,
    /// When the settings were read last, which a later step does again.
    pub checked_at: Timestamp,
}

/// The last successful sign-in of each person to the old app, as far as the System Log was read.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct LastUse {
    pub last: BTreeMap<UserId, Timestamp>,
    /// Everything since then was read. None: not even the last week.
    pub reach: Option<Timestamp>,
    /// The org's clock at the reading.
    pub now: Option<Timestamp>,
    /// Why the log could not be read.
    pub why: Option<String>,
}

/// A plan in the journal.
#[derive(Clone, Debug)]
pub(crate) struct PlanRecord {
    /// Shared: whoever works by it while the model is not held has the very same one.
    pub plan: Arc<Plan>,
    pub digest: String,
    pub approved: Option<Timestamp>,
    /// What was found to have changed when it was about to run.
    pub stale: Vec<String>,
    /// The newest reading shows these changes, so that a new draft takes them in.
    pub read_since: bool,
    /// Where each person stands in the plan: wave and place in it.
    index: BTreeMap<UserId, (usize, usize)>,
    /// What the plan costs, worked out once.
    pub written: Calls,
    pub least: Calls,
    /// Writes of each wave.
    pub writes: Vec<usize>,
    /// How it ends, against the old app as it was read.
    pub end: EndState,
}

impl PlanRecord {
    pub fn new(plan: Plan, digest: String, approved: Option<Timestamp>) -> Self {
        let place = |(w, wave): (usize, &Wave)| {
            wave.people
                .iter()
                .enumerate()
                .map(|(p, person)| (person.user.clone(), (w, p)))
                .collect::<Vec<_>>()
        };
        let index = plan.waves.iter().enumerate().flat_map(place).collect();
        Self {
            written: written(&plan),
            // What the doors read of the settings is the same for every plan.
            least: least(&plan, &Calls::default()),
            writes: {
                let dry = DryRun::of(&plan);
                plan.waves.iter().map(|w| dry.wave(w).len()).collect()
            },
            end: EndState::default(),
            plan: Arc::new(plan),
            digest,
            approved,
            stale: Vec::new(),
            read_since: false,
            index,
        }
    }

    pub fn person(&self, user: &UserId) -> Option<(&Wave, &PersonPlan)> {
        let (wave, place) = self.index.get(user)?;
        let wave = self.plan.waves.get(*wave)?;
        Some((wave, wave.people.get(*place)?))
    }
}

/// A share of Okta's limits that this migration raised.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ShareStand {
    /// Id of the token or service app.
    pub principal: String,
    /// `SSWS_TOKEN` or `OAUTH_CLIENT`.
    pub kind: String,
    pub percentage: u32,
    /// Of the calls, and of the calls at once, before.
    pub was: (u32, u32),
}

/// The gate as it was read last, for showing only.
#[derive(Clone, Debug)]
pub(crate) struct GateSeen {
    pub gate: Gate,
    pub read_at: Timestamp,
    pub groups_left: BTreeSet<GroupId>,
    pub individuals_left: usize,
    /// People who leave with the groups.
    pub members_left: usize,
}

#[derive(Debug, Default)]
pub(crate) struct Model {
    pub inventory: Option<Inventory>,
    pub decisions: Decisions,
    pub plan: Option<PlanRecord>,
    /// The approved plan; the draft may be newer.
    pub tracks: BTreeMap<UserId, Track>,
    /// Groups on the new app by this migration's own operations.
    pub groups_on: BTreeSet<GroupId>,
    /// Groups that this migration made and that still stand, by their key in the plan.
    pub wave_groups: BTreeMap<String, GroupId>,
    /// Taken out of a wave group, because they no longer hold any group of the old app.
    pub leavers: BTreeSet<UserId>,
    /// The token's share of Okta's limits, while this migration has it raised.
    pub share: Option<ShareStand>,
    /// Groups taken off the old app.
    pub groups_off: BTreeSet<GroupId>,
    /// Changes on the new app, by the id of their line.
    pub lines: BTreeMap<String, LineStand>,
    pub deactivated: Option<Timestamp>,
    pub deleted: Option<Timestamp>,
    /// Derived from inventory and decisions.
    pub comparison: Option<Comparison>,
    pub usernames: Predictions,
    pub calibration: Calibration,
    pub attributes: Vec<AttributeRow>,
    /// What a look at everybody who is to be moved shows.
    pub survey: Survey,
    /// How well the old app's mappings explain what Okta stored, by attribute of the old app.
    pub attribute_calibration: BTreeMap<String, AttributeCalibration>,
    /// How far predictions for the new app can be trusted.
    pub confidence: BTreeMap<String, Confidence>,
    /// Values of the group assignments, in the words of the new app.
    pub groups: Groups,
    /// What people get that differs from what they have, in the order in which it is shown.
    pub differences: Vec<DifferenceGroup>,
    pub suspects: Vec<SuspectGroup>,
    /// The service's own list of accounts, as it was taken in, and held against the planned usernames.
    pub export: Option<Export>,
    pub downstream: Option<Matched>,
    /// What had changed at the last reading since the one before.
    pub drift: Option<DriftRecord>,
    /// Findings of step 2.
    pub map_findings: Vec<Finding>,
    /// Changes on the new app that the comparison offers.
    pub offers: Vec<Change>,
    /// People for whom the new app would refuse a value that Rehome cannot leave out: attribute and words.
    pub troubles: BTreeMap<UserId, (String, String)>,
    /// What step 2 settled for each person.
    pub names: Names,
    pub gate: Option<GateSeen>,
    /// What the service's own list says against one account each, where ids differ.
    pub refuted: Vec<String>,
    /// What everybody stands for, once it was asked for.
    pub pilot_field: Option<Arc<rehome_domain::pilot::Field>>,
    /// Any write was sent.
    pub touched: bool,
    /// People whom this migration wrote to since the new app was listed last: what is new there is its own doing.
    pub written: BTreeSet<UserId>,
    /// Groups that this migration ever put on or took off.
    pub groups_written: BTreeSet<GroupId>,
    pub in_vain: runs::InVain,
}

impl Model {
    /// The plan, if it may run.
    pub fn approved(&self) -> Option<&PlanRecord> {
        self.plan.as_ref().filter(|p| p.approved.is_some())
    }

    pub fn wave(&self, number: u32) -> Option<&Wave> {
        self.plan.as_ref()?.plan.wave(number)
    }

    /// Waves that have begun, which a new plan must keep as they are.
    pub fn begun_waves(&self) -> Vec<Wave> {
        // A newer draft, not approved yet, carries them unchanged.
        let Some(record) = &self.plan else { return Vec::new() };
        let begun = self
            .decisions
            .waves
            .iter()
            .filter(|(_, r)| r.started.is_some())
            .map(|(n, _)| *n)
            .max();
        begun.map_or_else(Vec::new, |last| {
            record.plan.waves.iter().filter(|w| w.number <= last).cloned().collect()
        })
    }

    pub fn person_plan(&self, user: &UserId) -> Option<(&Wave, &PersonPlan)> {
        self.plan.as_ref()?.person(user)
    }

    pub fn group_plan(&self, group: &GroupId) -> Option<&GroupPlan> {
        self.plan
            .as_ref()?
            .plan
            .waves
            .iter()
            .flat_map(|w| &w.groups)
            .find(|g| g.group == *group)
    }

    pub fn name_of(&self, user: &UserId) -> String {
        let person = self
            .inventory
            .as_ref()
            .and_then(|i| i.roster.users.get(user))
            .and_then(|u| u.person.as_ref());
        person.map_or_else(|| user.to_string(), |p| p.name().into_owned())
    }

    pub fn group_name(&self, group: &GroupId) -> String {
        let found = self.inventory.as_ref().and_then(|i| i.roster.group(group));
        found.map_or_else(|| group.to_string(), |g| g.name.clone())
    }

    pub fn track(&self, user: &UserId) -> Track {
        self.tracks.get(user).cloned().unwrap_or_default()
    }
}
