//! What changed in Okta between two readings of the old app.

mod hash;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::people::Roster;
use crate::{App, GroupId, Mapping, Scope, UserId};

use hash::{Marker, attributes_of, hash_value};
pub use hash::{hash_map, hash_of};

/// One reading, as small as it can be and still tell what changed: about two hundred bytes a person.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Snapshot {
    /// Attributes of app profiles, sorted; what `marks` stand for.
    pub attributes: Vec<String>,
    pub people: BTreeMap<UserId, SeenPerson>,
    /// Assigned groups: name, priority and members.
    pub groups: BTreeMap<GroupId, SeenGroup>,
    /// Expressions by app and attribute: "new app: email".
    pub mapping: BTreeMap<String, String>,
    /// Settings by app: "new app: username template".
    pub settings: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeenPerson {
    /// Username on the old app.
    #[serde(rename = "u")]
    pub username: String,
    /// Through this group; `None`: individually.
    #[serde(rename = "g", default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupId>,
    #[serde(rename = "s", default, skip_serializing_if = "std::ops::Not::not")]
    pub through_group: bool,
    /// Over all values ([`hash_of`]).
    #[serde(rename = "h")]
    pub hash: u64,
    /// One byte for each attribute, in hexadecimal: names the attribute that was edited. Two values share a byte once in 256
    /// times; the edit is seen by `hash` even so.
    #[serde(rename = "m")]
    pub marks: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenGroup {
    pub name: String,
    pub priority: i64,
    pub members: BTreeSet<UserId>,
    /// Over the values of the assignment.
    pub hash: u64,
}

/// What was read of one app besides its people.
#[derive(Clone, Copy, Debug)]
pub struct SeenApp<'a> {
    /// "old app", "new app".
    pub which: &'a str,
    pub app: &'a App,
    /// `None`: not read; then nothing is said about them.
    pub mappings: Option<&'a [Mapping]>,
}

impl Snapshot {
    /// The people and groups of the old app, and the settings of both.
    pub fn of(roster: &Roster, apps: &[SeenApp<'_>]) -> Self {
        let attributes = attributes_of(roster);
        let mut marker = Marker::new(&attributes);
        let memberships = roster.memberships();
        let people = roster.users.iter().map(|(id, user)| {
            let through_group = user.scope() == Scope::Group;
            let group = through_group.then(|| memberships.winner(user)).flatten();
            let (hash, marks) = marker.of(&user.profile);
            let seen = SeenPerson {
                username: user.user_name.to_string(),
                group: group.map(|g| g.id.clone()),
                through_group,
                hash,
                marks,
            };
            (id.clone(), seen)
        });
        let people = people.collect();
        let groups = roster.groups.iter().map(|group| {
            let seen = SeenGroup {
                name: group.name.clone(),
                priority: group.priority,
                members: roster.members_of(&group.id).cloned().collect(),
                hash: hash_map(&group.profile),
            };
            (group.id.clone(), seen)
        });
        let mut mapping = BTreeMap::new();
        let mut settings = BTreeMap::new();
        for seen in apps {
            mappings_of(seen, &mut mapping);
            settings_of(seen, &mut settings);
        }
        Self {
            attributes,
            groups: groups.collect(),
            people,
            mapping,
            settings,
        }
    }
}

fn mappings_of(seen: &SeenApp<'_>, into: &mut BTreeMap<String, String>) {
    let Some(mappings) = seen.mappings else { return };
    for mapping in mappings {
        for (name, property) in &mapping.properties {
            let key = if mappings.len() > 1 {
                format!("{}: {name} ({})", seen.which, mapping.source_id)
            } else {
                format!("{}: {name}", seen.which)
            };
            into.insert(key, format!("{} ({})", property.expression, property.push_status));
        }
    }
}

fn settings_of(seen: &SeenApp<'_>, into: &mut BTreeMap<String, String>) {
    let app = seen.app;
    let mut set = |name: &str, value: String| {
        into.insert(format!("{}: {name}", seen.which), value);
    };
    set("status", app.status.clone());
    let template = app.username_template.as_ref();
    set(
        "username template",
        template.map_or_else(String::new, |t| t.template.clone()),
    );
    let features: BTreeSet<&String> = app.features.iter().collect();
    let features: Vec<&str> = features.into_iter().map(String::as_str).collect();
    set("provisioning", features.join(", "));
    set("sign-on mode", app.sign_on_mode.clone().unwrap_or_default());
    set("label", app.label.clone());
    set("access policy", app.policy_id.clone().unwrap_or_default());
    for part in ["signOn", "app", "oauthClient"] {
        for (name, value) in app.raw["settings"][part].as_object().into_iter().flatten() {
            // Values may be long or secret: that they changed is enough.
            set(
                &format!("settings.{part}.{name}"),
                format!("{:016x}", hash_value(value)),
            );
        }
    }
}

/// What is different in the later reading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drift {
    pub joined: Vec<UserId>,
    pub left: Vec<UserId>,
    /// With the attributes; none where the change cannot be named.
    pub edited: Vec<(UserId, Vec<String>)>,
    /// Another username on the old app.
    pub renamed: Vec<UserId>,
    /// Have the app by another path.
    pub regrouped: Vec<UserId>,
    pub groups_added: Vec<GroupId>,
    pub groups_removed: Vec<GroupId>,
    /// Groups with other members: joined, left.
    pub membership: Vec<(GroupId, usize, usize)>,
    /// Groups with another priority or other values.
    pub groups_changed: Vec<GroupId>,
    /// "The mapping of email on the new app changed from ... to ...".
    pub mapping: Vec<String>,
    pub settings: Vec<String>,
}

/// Names for the words.
pub struct Names<'a> {
    pub person: &'a dyn Fn(&UserId) -> String,
    pub group: &'a dyn Fn(&GroupId) -> String,
}

impl Drift {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Sentences, the most telling first.
    pub fn words(&self, names: &Names<'_>) -> Vec<String> {
        let mut out = Vec::new();
        let mut people = |what: &str, list: &[UserId]| {
            if !list.is_empty() {
                out.push(format!("{what}: {}.", shown(list, |user| (names.person)(user))));
            }
        };
        people("New on the old app", &self.joined);
        people("No longer on the old app", &self.left);
        people("Another username on the old app", &self.renamed);
        people("Have the old app by another path", &self.regrouped);
        if !self.edited.is_empty() {
            let words = shown(&self.edited, |(user, attributes)| match attributes.as_slice() {
                [] => (names.person)(user),
                some => format!("{} ({})", (names.person)(user), some.join(", ")),
            });
            out.push(format!("Other values on the old app: {words}."));
        }
        let group = |id: &GroupId| (names.group)(id);
        out.extend(
            self.groups_added
                .iter()
                .map(|g| format!("{} was assigned to the old app.", group(g))),
        );
        let removed = self.groups_removed.iter();
        out.extend(removed.map(|g| format!("{} is no longer assigned to the old app.", group(g))));
        for (id, joined, left) in &self.membership {
            out.push(format!("{}: {joined} joined, {left} left.", group(id)));
        }
        let changed = self.groups_changed.iter();
        out.extend(changed.map(|g| format!("{} has another priority or other values.", group(g))));
        out.extend(self.mapping.iter().cloned());
        out.extend(self.settings.iter().cloned());
        out
    }
}

fn shown<T>(list: &[T], name: impl Fn(&T) -> String) -> String {
    const SHOWN: usize = 5;
    let mut words = list.iter().take(SHOWN).map(name).collect::<Vec<_>>().join(", ");
    if list.len() > SHOWN {
        words.push_str(&format!(" and {} more", list.len() - SHOWN));
    }
    words
}

/// Compares two readings. What was read only once is not compared.
pub fn between(before: &Snapshot, after: &Snapshot) -> Drift {
    let mut drift = Drift::default();
    let missing = |a: &Snapshot, b: &Snapshot| {
        let ids = a.people.keys().filter(|id| !b.people.contains_key(*id));
        ids.cloned().collect()
    };
    drift.left = missing(before, after);
    drift.joined = missing(after, before);
    let same_attributes = before.attributes == after.attributes;
    for (user, was) in &before.people {
        let Some(is) = after.people.get(user) else { continue };
        if was.username != is.username {
            drift.renamed.push(user.clone());
        }
        if (was.through_group, &was.group) != (is.through_group, &is.group) {
            drift.regrouped.push(user.clone());
        }
        if was.hash != is.hash {
            let attributes = if same_attributes {
                differing(&before.attributes, &was.marks, &is.marks)
            } else {
                differing_by_name((before, was), (after, is))
            };
            drift.edited.push((user.clone(), attributes));
        }
    }
    groups(before, after, &mut drift);
    drift.mapping = changes("The mapping of", &before.mapping, &after.mapping);
    drift.settings = changes("The setting", &before.settings, &after.settings);
    drift
}

fn groups(before: &Snapshot, after: &Snapshot, drift: &mut Drift) {
    for (id, was) in &before.groups {
        let Some(is) = after.groups.get(id) else {
            drift.groups_removed.push(id.clone());
            continue;
        };
        let joined = is.members.difference(&was.members).count();
        let left = was.members.difference(&is.members).count();
        if joined + left > 0 {
            drift.membership.push((id.clone(), joined, left));
        }
        if was.hash != is.hash {
            drift.groups_changed.push(id.clone());
        }
    }
    // Priorities mean an order; gaps come and go (api-facts 7.3).
    let order = |one: &Snapshot, other: &Snapshot| {
        let both = one.groups.iter().filter(|(id, _)| other.groups.contains_key(*id));
        let mut ids: Vec<(i64, GroupId)> = both.map(|(id, group)| (group.priority, id.clone())).collect();
        ids.sort();
        ids.into_iter().map(|(_, id)| id).collect::<Vec<_>>()
    };
    let (was, is) = (order(before, after), order(after, before));
    let moved = was
        .iter()
        .zip(&is)
        .filter(|(was, is)| was != is)
        .map(|(_, is)| is.clone());
    drift.groups_changed.extend(moved);
    drift.groups_changed.sort();
    drift.groups_changed.dedup();
    let added = after.groups.keys().filter(|id| !before.groups.contains_key(*id));
    drift.groups_added = added.cloned().collect();
}

fn changes(what: &str, before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<String> {
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let words = |key: &String| {
        let (was, is) = (before.get(key), after.get(key));
        let (which, name) = key.split_once(": ").unwrap_or(("app", key));
        (was != is).then(|| match (was, is) {
            (Some(was), Some(is)) if name.starts_with("settings.") || was.len() + is.len() > 300 => {
                format!("{what} {name} of the {which} changed.")
            }
            _ => format!(
                "{what} {name} of the {which} changed from {} to {}.",
                quoted(was),
                quoted(is)
            ),
        })
    };
    keys.into_iter().filter_map(words).collect()
}

fn quoted(text: Option<&String>) -> String {
    match text.filter(|text| !text.is_empty()) {
        Some(text) => format!("\u{201c}{text}\u{201d}"),
        None => "nothing".to_owned(),
    }
}

fn differing(attributes: &[String], was: &str, is: &str) -> Vec<String> {
    let at = |marks: &str, index: usize| marks.get(2 * index..2 * index + 2).unwrap_or("00").to_owned();
    let differ = |index: &usize| at(was, *index) != at(is, *index);
    let found = (0..attributes.len()).filter(differ);
    found.map(|index| attributes[index].clone()).collect()
}

fn differing_by_name(before: (&Snapshot, &SeenPerson), after: (&Snapshot, &SeenPerson)) -> Vec<String> {
    let marks = |(snapshot, person): (&Snapshot, &SeenPerson)| -> BTreeMap<String, String> {
        let of = |(index, name): (usize, &String)| {
            let mark = person.marks.get(2 * index..2 * index + 2)?;
            (mark != "00").then(|| (name.clone(), mark.to_owned()))
        };
        snapshot.attributes.iter().enumerate().filter_map(of).collect()
    };
    let (was, is) = (marks(before), marks(after));
    let names: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    let differ = |name: &&String| was.get(*name) != is.get(*name);
    names.into_iter().filter(differ).cloned().collect()
}
