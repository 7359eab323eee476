//! What a look at everybody shows beside usernames and values: what people get that differs, whom nobody may want to move, how
//! the service's own accounts fit, and what has changed since the reading before.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use rehome_domain::{
    AppUser, GroupId, UserId,
    attributes::PersonValues,
    downstream::{self, Accounts, Columns, Downstream, Planned},
    drift::{self, SeenApp, Snapshot},
    effective::{self, DifferenceGroup, Effective, Effects, GroupProfiles, Overview},
    plain, suspects,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Inventory, Model, values_of};

/// What was taken in of the service's own list of accounts, as the journal keeps it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Export {
    pub file: String,
    pub read_at: Option<Timestamp>,
    /// "semicolons, windows-1252, with a header".
    pub format: String,
    /// Name of each column, and how many of its cells are somebody's username.
    pub columns: Vec<(String, usize)>,
    pub chosen: Option<Columns>,
    pub accounts: Accounts,
}

/// The service's accounts against the planned usernames.
#[derive(Clone, Debug)]
pub(crate) struct Matched {
    pub export: Export,
    pub result: Downstream,
}

impl Matched {
    /// The people of a set: "noAccount".
    pub fn people(&self, set: &str) -> Vec<UserId> {
        let of = |pairs: &[(UserId, usize)]| pairs.iter().map(|(user, _)| user.clone()).collect();
        match set {
            "matched" => of(&self.result.matched),
            "matchedByFold" => of(&self.result.matched_by_fold),
            "noAccount" => self.result.no_account.clone(),
            "underOldUsername" => of(&self.result.under_old_username),
            "byEmail" => of(&self.result.by_email),
            "notSettled" => self.result.not_settled.clone(),
            "inactive" => of(&self.result.inactive),
            "onePlace" => {
                let people = self.result.duplicates.iter().filter_map(|one| match one {
                    downstream::Duplicate::People { people, .. } => Some(people.clone()),
                    downstream::Duplicate::Accounts { .. } => None,
                });
                people.flatten().collect()
            }
            _ => Vec::new(),
        }
    }
}

/// What the reading before the last one saw, and what has changed since.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DriftRecord {
    pub since: Timestamp,
    pub changes: Vec<String>,
}

impl Inventory {
    /// Small enough to be kept until the next reading.
    pub fn snapshot(&self) -> Snapshot {
        let app = |which, side: &'_ super::Side| (which, side.app.clone(), side.mappings.value().cloned());
        let sides = [app("old app", &self.old), app("new app", &self.new)];
        let seen: Vec<SeenApp<'_>> = sides
            .iter()
            .map(|(which, app, mappings)| SeenApp {
                which,
                app,
                mappings: mappings.as_deref(),
            })
            .collect();
        Snapshot::of(&self.roster, &seen)
    }
}

/// One reading, as far as the next one asks for it.
pub(crate) struct Before {
    pub read_at: Timestamp,
    snapshot: Snapshot,
    /// Of the people; names of whoever has left stand nowhere else.
    names: BTreeMap<UserId, Arc<str>>,
    groups: BTreeMap<GroupId, String>,
}

impl Before {
    pub fn of(inventory: &Inventory) -> Self {
        let users = &inventory.roster.users;
        let named = users
            .iter()
            .filter_map(|(id, user)| Some((id.clone(), user.person.as_ref()?.name().into())));
        let groups = inventory.roster.groups.iter();
        Self {
            read_at: inventory.read_at,
            snapshot: inventory.snapshot(),
            names: named.collect(),
            groups: groups.map(|g| (g.id.clone(), g.name.clone())).collect(),
        }
    }

    /// What is different in the later reading, in sentences, with names from either.
    pub fn changes_to(&self, after: &Inventory) -> Vec<String> {
        let drift = drift::between(&self.snapshot, &after.snapshot());
        let person = |user: &UserId| match after.name_of(user) {
            name if name == user.as_str() => {
                let known = self.names.get(user);
                known.map_or(name, ToString::to_string)
            }
            name => name,
        };
        let group = |id: &GroupId| {
            let found = after.roster.group(id).map(|g| &g.name).or_else(|| self.groups.get(id));
            found.map_or_else(|| id.to_string(), String::clone)
        };
        drift.words(&drift::Names {
            person: &person,
            group: &group,
        })
    }
}

impl Model {
    pub(super) fn look(&mut self, inventory: &Inventory) {
        let used = &inventory.last_use;
        let now = used.now.unwrap_or(inventory.read_at);
        self.suspects = suspects::find(inventory.roster.users.values(), &used.last, used.reach, now);
        self.downstream = self.export.take().map(|export| {
            let result = self.matched(inventory, &export.accounts);
            self.export = Some(export.clone());
            Matched { export, result }
        });
    }

    /// One look at every value of everybody who is to be moved, by all processors.
    pub(super) fn overview(&self, inventory: &Inventory) -> Overview {
        let Some(schema) = inventory.old.schema.value() else {
            return Overview::default();
        };
        let effects = Effects::new(&self.attributes, schema, &inventory.roster, &self.groups);
        let people: Vec<_> = self.moved(inventory).collect();
        let values = |user| values_for(self, inventory, user);
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let mut seen = effective::overview(&effects, &people, &values, threads);
        // Usernames have a list of their own.
        seen.differences.retain(|group| group.attribute != "userName");
        seen
    }

    fn matched(&self, inventory: &Inventory, accounts: &Accounts) -> Downstream {
        let people: Vec<Planned<'_>> = self
            .moved(inventory)
            .map(|user| {
                let planned = self.names.username(user).filter(|_| self.names.is_settled(&user.user));
                Planned {
                    user: &user.user,
                    username: planned.map(|name| &**name),
                    old: &user.user_name,
                }
            })
            .collect();
        let folding = inventory.folding();
        downstream::check(&accounts.accounts, &people, &|name| folding.fold(name).into_owned())
    }

    /// Everybody who is to be moved: not left out, and not deactivated.
    pub fn moved<'a>(&'a self, inventory: &'a Inventory) -> impl Iterator<Item = &'a AppUser> {
        inventory.roster.users.values().filter(|user| {
            !self.decisions.excluded.contains_key(&user.user)
                && user.person.as_ref().is_none_or(rehome_domain::Person::is_assignable)
        })
    }

    /// What one person gets, old against new.
    pub fn effective(&self, user: &AppUser) -> Vec<Effective> {
        let Some(inventory) = &self.inventory else {
            return Vec::new();
        };
        let Some(schema) = inventory.old.schema.value() else {
            return Vec::new();
        };
        let effects = Effects::new(&self.attributes, schema, &inventory.roster, &self.groups);
        effective::for_person(
            &effects,
            user,
            &values_of(inventory, &self.decisions, user, &self.names),
        )
    }

    /// Everybody who gets something that `wanted` asks for.
    pub fn people_with(&self, wanted: impl Fn(&Effective) -> bool) -> Vec<UserId> {
        let Some(inventory) = &self.inventory else {
            return Vec::new();
        };
        let Some(schema) = inventory.old.schema.value() else {
            return Vec::new();
        };
        let effects = Effects::new(&self.attributes, schema, &inventory.roster, &self.groups);
        let gets = |user: &&AppUser| {
            let values = values_of(inventory, &self.decisions, user, &self.names);
            effective::for_person(&effects, user, &values).iter().any(&wanted)
        };
        self.moved(inventory)
            .filter(gets)
            .map(|user| user.user.clone())
            .collect()
    }
}

fn values_for<'a>(model: &'a Model, inventory: &'a Inventory, user: &'a AppUser) -> PersonValues<'a> {
    values_of(inventory, &model.decisions, user, &model.names)
}

/// Whether what a person gets belongs to this group of differences.
pub(crate) fn holds(group: &DifferenceGroup, found: &Effective) -> bool {
    let text = |value: &Option<Value>| value.as_ref().map(plain);
    group.attribute == found.attribute
        && group.change == found.change
        && (group.values > 1
            || text(&found.old) == group.from
                && (found.change == effective::Change::Unknown || text(&found.new) == group.to))
}

/// Names by attribute for the plan: only what the admin confirmed, and only what the new app takes.
pub(crate) type Groups = GroupProfiles;

/// Where an export was kept before, by kind of document.
pub(crate) const EXPORT: &str = "downstream";
pub(crate) const DRIFT: &str = "drift";
