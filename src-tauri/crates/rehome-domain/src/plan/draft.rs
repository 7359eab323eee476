//! Drafting: who goes in which wave, by which route.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::{Map, Value};

use super::{Basis, Body, GroupHeldBack, GroupPlan, PersonPlan, Plan, Route, Wave};
use crate::{
    AppId, GroupId, Profile, UserId,
    compare::PlanShape,
    people::{AssignmentPath, Roster},
};

/// What mapping decided for one person.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PersonInput {
    /// The username that must stand on the new app; `None`: whatever the template gives was accepted.
    pub username: Option<Arc<str>>,
    /// The template does not give it by itself: send it.
    pub explicit: bool,
    /// Unmapped attributes to send.
    pub profile: Profile,
    /// Already on the new app.
    pub already_there: bool,
}

#[derive(Clone, Debug)]
pub struct PlanInput<'a> {
    pub old: AppId,
    pub new: AppId,
    pub roster: &'a Roster,
    /// One for everybody who is not excluded.
    pub people: &'a BTreeMap<UserId, PersonInput>,
    pub excluded: &'a BTreeMap<UserId, String>,
    /// Values of the group assignment for the new app, by group.
    pub group_profiles: &'a BTreeMap<GroupId, Map<String, Value>>,
    pub pilot: &'a BTreeSet<UserId>,
    pub wave_size: u32,
    /// Waves of the plan before that have begun: they stay as they were approved.
    pub begun: &'a [Wave],
    pub remarks: Vec<String>,
    pub basis: Basis,
}

/// Makes the plan. Same input, same plan.
///
/// The pilot goes one by one. Groups no larger than a wave that hold nobody excluded go whole; members who need an explicit
/// username or value go one by one before their group (architecture 5). Everybody else goes one by one; a group is put on the
/// new app in the wave in which its last member is placed (invariants 12, 13).
pub fn draft(input: &PlanInput<'_>) -> Plan {
    let mut draft = Draft {
        input,
        waves: input.begun.to_vec(),
        planned: BTreeSet::new(),
        held_back: Vec::new(),
    };
    for wave in input.begun {
        draft.planned.extend(wave.people.iter().map(|p| p.user.clone()));
    }
    if draft.waves.is_empty() {
        draft.pilot();
    }
    let whole = draft.eligible_groups();
    draft.whole_groups(&whole);
    draft.one_by_one();
    draft.place_groups();
    Plan {
        old: input.old.clone(),
        new: input.new.clone(),
        shape: PlanShape::default(),
        wave_size: input.wave_size,
        waves: draft.waves,
        wave_groups: Vec::new(),
        excluded: input.excluded.clone(),
        held_back: draft.held_back,
        remarks: input.remarks.clone(),
        basis: input.basis.clone(),
    }
}

struct Draft<'a> {
    input: &'a PlanInput<'a>,
    waves: Vec<Wave>,
    planned: BTreeSet<UserId>,
    held_back: Vec<GroupHeldBack>,
}

impl Draft<'_> {
    fn pilot(&mut self) {
        let people: Vec<UserId> = self
            .input
            .pilot
            .iter()
            .filter(|u| self.input.people.contains_key(*u))
            .cloned()
            .collect();
        let people = people.into_iter().map(|user| self.person(user, None)).collect();
        self.waves.push(Wave {
            number: 0,
            people,
            groups: Vec::new(),
            swaps: Vec::new(),
        });
    }

    /// Groups without anybody who is left out, smallest first, priority breaking ties.
    fn eligible_groups(&mut self) -> Vec<GroupId> {
        let roster = self.input.roster;
        let done: BTreeSet<&GroupId> = self
            .input
            .begun
            .iter()
            .flat_map(|w| w.groups.iter().map(|g| &g.group))
            .collect();
        let mut sizes = Vec::new();
        for (order, group) in roster.groups.iter().enumerate().filter(|(_, g)| !done.contains(&g.id)) {
            let because: BTreeSet<UserId> = roster
                .members_of(&group.id)
                .filter(|u| self.input.excluded.contains_key(*u))
                .cloned()
                .collect();
            if because.is_empty() {
                sizes.push((
                    roster.members.get(&group.id).map_or(0, BTreeSet::len),
                    order,
                    group.id.clone(),
                ));
            } else {
                self.held_back.push(GroupHeldBack {
                    group: group.id.clone(),
                    name: group.name.clone(),
                    because,
                });
            }
        }
        sizes.sort();
        sizes.into_iter().map(|(_, _, id)| id).collect()
    }

    fn whole_groups(&mut self, groups: &[GroupId]) {
        for group in groups {
            let members: Vec<UserId> = self
                .input
                .roster
                .members_of(group)
                .filter(|u| self.input.people.contains_key(*u) && !self.planned.contains(*u))
                .cloned()
                .collect();
            if members.is_empty() || members.len() > self.input.wave_size as usize {
                continue;
            }
            self.make_room(members.len());
            for user in members {
                let person = self.person(user, Some(group));
                self.push(person);
            }
        }
    }

    /// Everybody left: people of one large group stay together, so that it is complete as early as possible.
    fn one_by_one(&mut self) {
        let roster = self.input.roster;
        let mut left: Vec<(usize, UserId)> = self
            .input
            .people
            .keys()
            .filter(|u| !self.planned.contains(*u))
            .map(|user| {
                let place = match roster.users.get(user).map(|u| roster.path(u)) {
                    Some(AssignmentPath::Group { group }) => roster.groups.iter().position(|g| g.id == group),
                    Some(AssignmentPath::Individual | AssignmentPath::UnknownGroup) | None => None,
                };
                (place.unwrap_or(usize::MAX), user.clone())
            })
            .collect();
        left.sort();
        for (_, user) in left {
            self.make_room(1);
            let person = self.person(user, None);
            self.push(person);
        }
    }

    /// A group goes on in the wave that places its last member; never in the pilot while a wave follows.
    fn place_groups(&mut self) {
        let roster = self.input.roster;
        let held: BTreeSet<GroupId> = self.held_back.iter().map(|h| h.group.clone()).collect();
        let done: BTreeSet<GroupId> = self
            .input
            .begun
            .iter()
            .flat_map(|w| w.groups.iter().map(|g| g.group.clone()))
            .collect();
        let due: Vec<_> = roster
            .groups
            .iter()
            .filter(|g| !held.contains(&g.id) && !done.contains(&g.id))
            .collect();
        let first = if self.input.begun.is_empty() {
            1
        } else {
            self.input.begun.len()
        };
        if !due.is_empty() && self.waves.len() <= first {
            // Everybody is in the pilot already: the groups still need a wave of their own.
            self.waves.push(Wave {
                number: self.waves.len() as u32,
                people: Vec::new(),
                groups: Vec::new(),
                swaps: Vec::new(),
            });
        }
        let wave_of: BTreeMap<UserId, usize> = self
            .waves
            .iter()
            .enumerate()
            .flat_map(|(i, w)| w.people.iter().map(move |p| (p.user.clone(), i)))
            .collect();
        // Roster order is ascending priority, and PUTs run in this order within a wave (api-facts 7.3).
        for group in due {
            let members: BTreeSet<UserId> = roster
                .members_of(&group.id)
                .filter(|u| self.input.people.contains_key(*u))
                .cloned()
                .collect();
            let last = members
                .iter()
                .filter_map(|u| wave_of.get(u))
                .max()
                .copied()
                .unwrap_or(0)
                .max(first);
            let mut body = Map::new();
            body.insert("priority".into(), group.priority.into());
            body.insert(
                "profile".into(),
                Value::Object(self.input.group_profiles.get(&group.id).cloned().unwrap_or_default()),
            );
            self.waves[last].groups.push(GroupPlan {
                group: group.id.clone(),
                name: group.name.clone(),
                priority: group.priority,
                body: Value::Object(body),
                members,
            });
        }
    }

    /// Opens the next wave when `n` more do not fit into the last one.
    fn make_room(&mut self, n: usize) {
        let begun = self.input.begun.len().max(1);
        let fits = self.waves.len() > begun
            && self
                .waves
                .last()
                .is_some_and(|w| w.people.len() + n <= self.input.wave_size.max(1) as usize);
        if !fits {
            self.waves.push(Wave {
                number: self.waves.len() as u32,
                people: Vec::new(),
                groups: Vec::new(),
                swaps: Vec::new(),
            });
        }
    }

    fn push(&mut self, person: PersonPlan) {
        if let Some(wave) = self.waves.last_mut() {
            wave.people.push(person);
        }
    }

    fn person(&mut self, user: UserId, whole: Option<&GroupId>) -> PersonPlan {
        self.planned.insert(user.clone());
        let roster = self.input.roster;
        let path = roster
            .users
            .get(&user)
            .map_or(AssignmentPath::Individual, |u| roster.path(u));
        let nothing = PersonInput::default();
        let input = self.input.people.get(&user).unwrap_or(&nothing);
        let needs_own_call = path == AssignmentPath::Individual || input.explicit || !self.group_fills(&user, input);
        let route = match whole {
            _ if input.already_there => Route::AlreadyThere,
            Some(group) if !needs_own_call => Route::WholeGroup { group: group.clone() },
            Some(_) | None => Route::Individual,
        };
        // The username is always sent to individuals: it is what step 2 settled, whatever the template does meanwhile.
        let body = (route == Route::Individual)
            .then(|| Body::assign(user.clone(), input.username.clone(), input.profile.clone()));
        PersonPlan {
            user,
            path,
            route,
            username: input.username.clone(),
            body,
        }
    }

    /// Every value that would be sent comes from the winning group's assignment anyway.
    fn group_fills(&self, user: &UserId, input: &PersonInput) -> bool {
        let roster = self.input.roster;
        let winner = roster.users.get(user).map(|u| roster.path(u));
        let Some(AssignmentPath::Group { group }) = winner else {
            return input.profile.is_empty();
        };
        let given = self.input.group_profiles.get(&group);
        input
            .profile
            .iter()
            .all(|(name, value)| given.is_some_and(|g| g.get(name) == Some(value)))
    }
}
