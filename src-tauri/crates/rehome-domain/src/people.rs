//! The people of the old app, the groups that give it to them, and by which path each has it.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use crate::{AppGroup, AppUser, ByUser, GroupId, Scope, UserId};

/// Why a person has an app.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "path", rename_all = "camelCase")]
pub enum AssignmentPath {
    Individual,
    /// Through the group that wins for this person.
    Group {
        group: GroupId,
    },
    /// Scope GROUP, but no assigned group is known to hold this person (fan-out under way, membership unreadable).
    UnknownGroup,
}

/// People, groups and memberships of one app at one reading.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Roster {
    pub users: ByUser<AppUser>,
    /// By priority, the winner first.
    pub groups: Vec<AppGroup>,
    /// Shared with plans made from it.
    pub members: BTreeMap<GroupId, Arc<BTreeSet<UserId>>>,
}

/// Who is in which assigned group, the other way round: made once for questions about everybody.
#[derive(Clone, Debug, Default)]
pub struct Memberships<'a> {
    groups: &'a [AppGroup],
    /// Positions in `groups`, the winner first.
    of: HashMap<&'a UserId, Vec<u32>>,
    positions: HashMap<&'a GroupId, u32>,
}

impl<'a> Memberships<'a> {
    /// Assigned groups that hold the person, the winner first.
    pub fn groups_of(&self, user: &UserId) -> impl Iterator<Item = &'a AppGroup> {
        let positions = self.of.get(user).map(Vec::as_slice).unwrap_or_default();
        positions.iter().filter_map(|at| self.groups.get(*at as usize))
    }

    /// The same answer as [`Roster::path`].
    pub fn winner(&self, user: &AppUser) -> Option<&'a AppGroup> {
        let told = user.group().and_then(|group| self.positions.get(group));
        told.and_then(|at| self.groups.get(*at as usize))
            .or_else(|| self.groups_of(&user.user).next())
    }
}

impl Roster {
    /// Turns the lists of members around.
    pub fn memberships(&self) -> Memberships<'_> {
        let mut found = Memberships {
            groups: &self.groups,
            ..Memberships::default()
        };
        for (at, group) in (0..).zip(&self.groups) {
            found.positions.insert(&group.id, at);
            for user in self.members_of(&group.id) {
                found.of.entry(user).or_default().push(at);
            }
        }
        found
    }

    pub fn new(
        users: impl IntoIterator<Item = AppUser>,
        groups: impl IntoIterator<Item = AppGroup>,
        members: BTreeMap<GroupId, BTreeSet<UserId>>,
    ) -> Self {
        let mut groups: Vec<AppGroup> = groups.into_iter().collect();
        // The id breaks ties, so that the same input gives the same order.
        groups.sort_by(|a, b| (a.priority, &a.id).cmp(&(b.priority, &b.id)));
        Self {
            users: users.into_iter().map(|u| (u.user.clone(), u)).collect(),
            groups,
            members: members.into_iter().map(|(group, of)| (group, Arc::new(of))).collect(),
        }
    }

    pub fn group(&self, id: &GroupId) -> Option<&AppGroup> {
        self.groups.iter().find(|g| g.id == *id)
    }

    pub fn members_of(&self, group: &GroupId) -> impl Iterator<Item = &UserId> {
        self.members.get(group).into_iter().flat_map(|members| members.iter())
    }

    /// Assigned groups that hold the person, the winner first.
    pub fn groups_of<'a>(&'a self, user: &'a UserId) -> impl Iterator<Item = &'a AppGroup> {
        self.groups
            .iter()
            .filter(move |g| self.members.get(&g.id).is_some_and(|m| m.contains(user)))
    }

    /// Okta's own word (`_links.group`) where it names an assigned group, else the first group by priority.
    pub fn path(&self, user: &AppUser) -> AssignmentPath {
        if user.scope() == Scope::User {
            return AssignmentPath::Individual;
        }
        let told = user.group().filter(|g| self.group(g).is_some());
        match told
            .cloned()
            .or_else(|| self.groups_of(&user.user).next().map(|g| g.id.clone()))
        {
            Some(group) => AssignmentPath::Group { group },
            None => AssignmentPath::UnknownGroup,
        }
    }

    /// The order of the groups, which is all that priorities mean (gaps come and go, api-facts 7.3).
    pub fn group_order(&self) -> Vec<&GroupId> {
        self.groups.iter().map(|g| &g.id).collect()
    }
}
