//! Drafting: who goes in which wave, by which route.

mod place;
mod remarks;
mod ways;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::{Map, Value};

use super::{
    Basis, Because, Body, GroupHeldBack, PersonPlan, Plan, Route, RouteInput, Shaping, Wave, WaveGroupPlan, shaping,
};
use crate::{
    AppId, ByUser, GroupId, Profile, UserId,
    compare::PlanShape,
    people::{AssignmentPath, Roster},
};
pub(super) use ways::{Chosen, Claim, Way};

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
    /// In how many ways this person differs from the usual: who differs least goes first.
    pub differences: u16,
}

#[derive(Clone, Debug)]
pub struct PlanInput<'a> {
    pub old: AppId,
    pub new: AppId,
    pub roster: &'a Roster,
    /// One for everybody who is not excluded.
    pub people: &'a ByUser<PersonInput>,
    pub excluded: &'a BTreeMap<UserId, String>,
    /// Values of the group assignment for the new app, by group.
    pub group_profiles: &'a BTreeMap<GroupId, Map<String, Value>>,
    pub pilot: &'a BTreeSet<UserId>,
    pub wave_size: u32,
    pub shaping: &'a Shaping,
    pub routes: &'a RouteInput,
    /// Waves of the plan before that have begun: they stay as they were approved.
    pub begun: &'a [Wave],
    pub remarks: Vec<String>,
    pub basis: Basis,
}

/// Makes the plan. Same input, same plan.
///
/// The pilot goes one by one. Groups no larger than a wave that hold nobody excluded go whole; members who need an explicit
/// username or value go one by one before their group (architecture 5). People of larger groups come by a group that is made for
/// the migration, one for each distinct profile, if the credential allows it and they are not too few. Everybody else goes one by
/// one. A group is put on the new app in the wave in which its last member is placed (invariants 12, 13); a group whose people
/// came by a wave group, in the last wave: the swap.
pub fn draft(input: &PlanInput<'_>) -> Plan {
    let mut draft = Draft {
        input,
        waves: input.begun.to_vec(),
        planned: BTreeSet::new(),
        held_back: Vec::new(),
        wave_groups: input.routes.earlier.clone(),
        remarks: input.remarks.clone(),
    };
    for wave in input.begun {
        draft.planned.extend(wave.people.iter().map(|p| p.user.clone()));
    }
    if draft.waves.is_empty() {
        draft.pilot();
    }
    draft.hold_back();
    let left = input.people.keys().filter(|u| !draft.planned.contains(*u)).count();
    let size = input.shaping.size(input.wave_size, left);
    draft.everybody_else(size);
    draft.place_groups();
    draft.say();
    Plan {
        old: input.old.clone(),
        new: input.new.clone(),
        shape: PlanShape::default(),
        wave_size: size,
        waves: draft.waves,
        wave_groups: draft.wave_groups,
        excluded: input.excluded.clone(),
        held_back: draft.held_back,
        remarks: draft.remarks,
        basis: input.basis.clone(),
    }
}

struct Draft<'a> {
    input: &'a PlanInput<'a>,
    waves: Vec<Wave>,
    /// In the waves that have begun, or in the pilot.
    planned: BTreeSet<UserId>,
    held_back: Vec<GroupHeldBack>,
    wave_groups: Vec<WaveGroupPlan>,
    remarks: Vec<String>,
}

impl Draft<'_> {
    fn pilot(&mut self) {
        let people: Vec<UserId> = self
            .input
            .pilot
            .iter()
            .filter(|u| self.input.people.contains_key(u))
            .cloned()
            .collect();
        let people = people
            .into_iter()
            .map(|user| self.person(user, Way::Alone(Because::Pilot)));
        let people: Vec<PersonPlan> = people.collect();
        self.planned.extend(people.iter().map(|person| person.user.clone()));
        self.waves.push(Wave {
            people,
            ..empty_wave(0)
        });
    }

    /// Groups that the waves which have begun put on the new app.
    fn groups_done(&self) -> BTreeSet<GroupId> {
        let groups = self.input.begun.iter().flat_map(|w| &w.groups);
        groups.map(|g| g.group.clone()).collect()
    }

    /// Groups that hold somebody who is left out go on the new app in no way: that person would get it. Okta's own group of
    /// everybody neither, while anybody at all in it is not planned.
    fn hold_back(&mut self) {
        let (roster, done) = (self.input.roster, self.groups_done());
        for group in roster.groups.iter().filter(|g| !done.contains(&g.id)) {
            let everybody = group.kind == "BUILT_IN";
            let because: BTreeSet<UserId> = roster
                .members_of(&group.id)
                .filter(|u| self.input.excluded.contains_key(*u) || everybody && !self.input.people.contains_key(u))
                .cloned()
                .collect();
            if !because.is_empty() {
                self.held_back.push(GroupHeldBack {
                    group: group.id.clone(),
                    name: group.name.clone(),
                    because,
                });
            }
        }
    }

    fn everybody_else(&mut self, size: u32) {
        let held: BTreeSet<GroupId> = self.held_back.iter().map(|h| h.group.clone()).collect();
        let ways = ways::decide(self.input, &self.planned, &held, &self.groups_done(), size);
        self.wave_groups.extend(ways.wave_groups);
        self.remarks.extend(ways.remarks);
        let shaped = shaping::shape(self.input, &ways.people, &ways.claims, size);
        // A list of everybody, and the plan of everybody is still to come.
        drop(ways.people);
        self.remarks.extend(shaped.remarks);
        for people in shaped.waves {
            let number = self.waves.len() as u32;
            let people = people.into_iter();
            let people = people.map(|(user, way)| self.person(user.clone(), way)).collect();
            self.waves.push(Wave {
                people,
                ..empty_wave(number)
            });
        }
    }

    fn person(&self, user: UserId, way: Way<'_>) -> PersonPlan {
        let roster = self.input.roster;
        let path = roster
            .users
            .get(&user)
            .map_or(AssignmentPath::Individual, |u| roster.path(u));
        let nothing = PersonInput::default();
        let input = self.input.people.get(&user).unwrap_or(&nothing);
        let (route, because) = match way {
            _ if input.already_there => (Route::AlreadyThere, Because::Usual),
            _ if path == AssignmentPath::Individual => (Route::Individual, Because::Usual),
            Way::Alone(because) => (Route::Individual, because),
            Way::Whole { group, because } => (Route::WholeGroup { group: group.clone() }, because),
            Way::Made { key, because } => (Route::WaveGroup { key: key.to_string() }, because),
        };
        // The username is always sent to individuals: it is what step 2 settled, whatever the template does meanwhile.
        let body = (route == Route::Individual).then(|| Body::assign(input.profile.clone()));
        PersonPlan {
            user,
            path,
            route,
            because,
            username: input.username.clone(),
            body,
        }
    }
}

fn empty_wave(number: u32) -> Wave {
    Wave {
        number,
        people: Vec::new(),
        groups: Vec::new(),
        swaps: Vec::new(),
    }
}
