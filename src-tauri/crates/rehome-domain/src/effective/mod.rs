//! What a person really ends up with: each attribute after mappings, group priority and union, old app against new app.
//!
//! Mappings come first. Where Okta maps nothing, people with scope GROUP take the value of the group that wins (the lowest
//! priority, unless Okta names another), or the values of all groups joined; individuals what was sent for them
//! (api-facts 6.4, 7.2, 7.3).

mod groups;
mod summary;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::attributes::{
    Assessed, AttributeRow, AttributeState, PersonValues, Surveyor, alike, assess, present, sends,
};
use crate::people::{Memberships, Roster};
use crate::{AppGroup, AppUser, GroupId, Schema, Scope};

pub use groups::{GroupProfiles, group_profiles};
pub use summary::{DifferenceGroup, Overview, Summary, decides_rights, overview, summary};

/// One attribute of one person on both sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Effective {
    /// Of the new app, or of the old one where the new one has nothing like it.
    pub attribute: String,
    pub title: String,
    /// What Okta holds today.
    pub old: Option<Value>,
    /// What it would hold; a guess where the change is unknown.
    pub new: Option<Value>,
    pub source: Source,
    pub change: Change,
}

/// Where the new value comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "camelCase")]
pub enum Source {
    /// Okta's mapping on the new app.
    Mapping {
        expression: String,
    },
    /// The group that wins.
    Group {
        group: GroupId,
        name: String,
        priority: i64,
        /// Other groups of the person that give another value.
        wins_over: Vec<String>,
    },
    /// Values of several groups, joined.
    Joined {
        groups: Vec<String>,
    },
    /// Sent for this person.
    Sent,
    /// The username template.
    Template,
    Nothing,
    Unknown {
        why: String,
    },
}

impl Source {
    /// "from Support (priority 1), before Sales".
    pub fn words(&self) -> String {
        match self {
            Self::Mapping { expression } => format!("Okta's mapping: {expression}"),
            Self::Group {
                name,
                priority,
                wins_over,
                ..
            } if wins_over.is_empty() => format!("from {name} (priority {priority})"),
            Self::Group {
                name,
                priority,
                wins_over,
                ..
            } => format!("from {name} (priority {priority}), before {}", wins_over.join(", ")),
            Self::Joined { groups } => format!("joined from {}", groups.join(", ")),
            Self::Sent => "sent for this person".to_owned(),
            Self::Template => "the username template".to_owned(),
            Self::Nothing => "nothing fills it".to_owned(),
            Self::Unknown { why } => why.clone(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Change {
    Lost,
    Changed,
    Unknown,
    Gained,
    /// The same value under its new name.
    Renamed,
    Same,
}

impl Change {
    pub fn words(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Changed => "changed",
            Self::Unknown => "not known",
            Self::Gained => "new",
            Self::Renamed => "renamed",
            Self::Same => "same",
        }
    }
}

/// Everything that the effective values follow from; made once for everybody.
pub struct Effects<'a> {
    rows: &'a [AttributeRow],
    memberships: Memberships<'a>,
    groups: &'a GroupProfiles,
    /// Attributes of the old app that no attribute of the new app stands for.
    only_old: Vec<&'a crate::Attribute>,
}

impl<'a> Effects<'a> {
    /// `roster` is that of the old app; `groups` are its assignments in the words of the new one ([`group_profiles`]).
    pub fn new(
        rows: &'a [AttributeRow],
        old_schema: &'a Schema,
        roster: &'a Roster,
        groups: &'a GroupProfiles,
    ) -> Self {
        let stands_for = |name: &str| {
            rows.iter()
                .any(|row| row.counterpart.as_ref().is_some_and(|old| old.name == name))
        };
        let only_old = old_schema.attributes.iter();
        Self {
            rows,
            memberships: roster.memberships(),
            groups,
            only_old: only_old
                .filter(|old| old.name != "userName" && !stands_for(&old.name))
                .collect(),
        }
    }

    /// Hands every attribute of the person to `look`, without copying; the survey hears of it on the way.
    fn each<'b>(
        &'b self,
        user: &'b AppUser,
        values: &PersonValues<'b>,
        mut survey: Option<&mut Surveyor<'_>>,
        look: &mut dyn FnMut(Seen<'b>),
    ) where
        'a: 'b,
    {
        let winner = (user.scope() == Scope::Group)
            .then(|| self.memberships.winner(user))
            .flatten();
        for (at, row) in self.rows.iter().enumerate() {
            if row.attribute.name == "userName" {
                if let Some(survey) = survey.as_deref_mut() {
                    survey.username(at, &user.user, values);
                }
                look(username(row, values));
                continue;
            }
            let seen = assess(row, values);
            if let Some(survey) = survey.as_deref_mut() {
                survey.attribute(at, &user.user, &seen);
            }
            look(self.attribute(row, seen, user, values, winner));
        }
        if let Some(survey) = survey {
            survey.next(&user.user);
        }
        for old in &self.only_old {
            if let Some(value) = present(values.old_profile.get(&old.name)) {
                look(Seen {
                    attribute: old,
                    old: Some(value),
                    new: None,
                    source: From::Nothing,
                    change: Change::Lost,
                });
            }
        }
    }

    fn attribute<'b>(
        &'b self,
        row: &'b AttributeRow,
        seen: Assessed<'b>,
        user: &'b AppUser,
        values: &PersonValues<'b>,
        winner: Option<&'b AppGroup>,
    ) -> Seen<'b> {
        let old = seen.old;
        let user_type = values.person.and_then(|p| p.type_id());
        let made = |new: Option<Cow<'b, Value>>, source, renamed: bool| Seen {
            attribute: &row.attribute,
            change: change(old.as_deref(), new.as_deref(), renamed),
            old: old.clone(),
            new,
            source,
        };
        if let Some(why) = seen.doubt {
            return Seen {
                attribute: &row.attribute,
                old,
                new: seen.new,
                source: From::Unknown(why),
                change: Change::Unknown,
            };
        }
        if row.mapped_for(user_type) {
            return made(seen.new, From::Mapping(row), false);
        }
        if values.overridden(row).is_some() {
            return made(seen.new, From::Sent, false);
        }
        let unsettled = match row.state {
            AttributeState::Guessed => "Only guessed so far: nothing is sent until it is confirmed.",
            _ if !row.is_writable() => "The service sets it.",
            _ => "",
        };
        if !unsettled.is_empty() && (old.is_some() || seen.new.is_some()) {
            return Seen {
                attribute: &row.attribute,
                old,
                new: seen.new,
                source: From::Unknown(unsettled.to_owned()),
                change: Change::Unknown,
            };
        }
        let through_group = winner.filter(|_| row.attribute.scope.as_deref() != Some("SELF"));
        if let Some(winner) = through_group
            && let Some((new, source)) = self.by_groups(row, user, winner)
        {
            // A group's value is the old one under its new name wherever the copied value would be.
            let renamed = seen.renamed && seen.new.as_deref() == Some(new.as_ref());
            return made(Some(new), source, renamed);
        }
        if sends(row, values) {
            let source = if seen.new.is_some() { From::Sent } else { From::Nothing };
            return made(seen.new, source, seen.renamed);
        }
        made(None, From::Nothing, false)
    }

    /// What the assigned groups give for an attribute that Okta does not map.
    fn by_groups<'b>(
        &'b self,
        row: &'b AttributeRow,
        user: &'b AppUser,
        winner: &'b AppGroup,
    ) -> Option<(Cow<'b, Value>, From<'b>)> {
        let name = row.attribute.name.as_str();
        let given = |group: &AppGroup| self.groups.by_group.get(&group.id).and_then(|p| present(p.get(name)));
        if !row.attribute.union {
            let value = given(winner)?;
            let others = self.memberships.groups_of(&user.user).filter(|g| g.id != winner.id);
            let wins_over = others
                .filter(|g| given(g).is_some_and(|other| other != value))
                .collect();
            return Some((Cow::Borrowed(value), From::Group { winner, wins_over }));
        }
        let mut groups: Vec<&AppGroup> = self.memberships.groups_of(&user.user).collect();
        if !groups.iter().any(|g| g.id == winner.id) {
            groups.insert(0, winner);
        }
        groups.retain(|g| given(g).is_some());
        match groups.as_slice() {
            [] => None,
            [one] => Some((Cow::Borrowed(given(one)?), From::Joined(groups))),
            _ => {
                let mut joined: Vec<Value> = Vec::new();
                for item in groups.iter().filter_map(|g| given(g)).flat_map(items) {
                    if !joined.contains(item) {
                        joined.push(item.clone());
                    }
                }
                Some((Cow::Owned(Value::Array(joined)), From::Joined(groups)))
            }
        }
    }
}

fn items(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        value => std::slice::from_ref(value),
    }
}

/// Every attribute of one person, in the order of the new schema, then what only the old app holds.
pub fn for_person(effects: &Effects<'_>, user: &AppUser, values: &PersonValues<'_>) -> Vec<Effective> {
    let mut found = Vec::new();
    effects.each(user, values, None, &mut |seen| found.push(seen.into_owned()));
    found
}

/// An attribute while it is looked at.
struct Seen<'a> {
    attribute: &'a crate::Attribute,
    old: Option<Cow<'a, Value>>,
    new: Option<Cow<'a, Value>>,
    source: From<'a>,
    change: Change,
}

enum From<'a> {
    Mapping(&'a AttributeRow),
    Group {
        winner: &'a AppGroup,
        wins_over: Vec<&'a AppGroup>,
    },
    Joined(Vec<&'a AppGroup>),
    Sent,
    Template,
    Nothing,
    Unknown(String),
}

impl Seen<'_> {
    fn into_owned(self) -> Effective {
        let names = |groups: Vec<&AppGroup>| groups.into_iter().map(|g| g.name.clone()).collect();
        Effective {
            attribute: self.attribute.name.clone(),
            title: self.attribute.title.clone(),
            old: self.old.map(Cow::into_owned),
            new: self.new.map(Cow::into_owned),
            source: match self.source {
                From::Mapping(row) => Source::Mapping {
                    expression: row.expression_text(),
                },
                From::Group { winner, wins_over } => Source::Group {
                    group: winner.id.clone(),
                    name: winner.name.clone(),
                    priority: winner.priority,
                    wins_over: names(wins_over),
                },
                From::Joined(groups) => Source::Joined { groups: names(groups) },
                From::Sent => Source::Sent,
                From::Template => Source::Template,
                From::Nothing => Source::Nothing,
                From::Unknown(why) => Source::Unknown { why },
            },
            change: self.change,
        }
    }
}

fn username<'a>(row: &'a AttributeRow, values: &PersonValues<'a>) -> Seen<'a> {
    let text = |name: &str| (!name.is_empty()).then(|| Cow::Owned(Value::from(name)));
    let old = text(values.old_username);
    match values.planned_username {
        Some(name) => {
            let new = text(name);
            Seen {
                attribute: &row.attribute,
                change: change(old.as_deref(), new.as_deref(), false),
                old,
                new,
                source: From::Template,
            }
        }
        None => Seen {
            attribute: &row.attribute,
            old,
            new: None,
            source: From::Unknown("The username is not settled yet.".to_owned()),
            change: Change::Unknown,
        },
    }
}

fn change(old: Option<&Value>, new: Option<&Value>, renamed: bool) -> Change {
    match (old, new) {
        (None, None) => Change::Same,
        (None, Some(_)) => Change::Gained,
        (Some(_), None) => Change::Lost,
        (Some(old), Some(new)) if same(old, new) => Change::Same,
        (Some(_), Some(_)) if renamed => Change::Renamed,
        (Some(_), Some(_)) => Change::Changed,
    }
}

/// Lists are the same in any order.
fn same(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().all(|item| b.contains(item)) && b.iter().all(|item| a.contains(item))
        }
        (old, new) => alike(old, new),
    }
}

type Profile = Map<String, Value>;
type ByGroup = BTreeMap<GroupId, Profile>;
