//! By which way each person gets the new app, before it is known in which wave.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{PersonInput, PlanInput};
use crate::{
    GroupId, UserId,
    people::{AssignmentPath, Memberships},
    plan::{Because, FEWEST, NameRules, RouteWish, WaveGroupPlan, wave_group_name},
};

/// How a person comes to the new app, as far as it is the planner's choice.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::plan) enum Way<'a> {
    Alone(Because),
    Whole {
        group: &'a GroupId,
        because: Because,
    },
    /// By the wave group of this key.
    Made {
        key: u32,
        because: Because,
    },
}

/// One person, and the group that goes whole in the same wave, by its place in the roster.
#[derive(Clone, Copy, Debug)]
pub(in crate::plan) struct Chosen<'a> {
    pub user: &'a UserId,
    pub way: Way<'a>,
    pub whole: Option<u32>,
}

/// A group that goes whole: its place in the roster, and the whole groups that some of its members go with instead. Those come
/// first in the list, and must come first on the new app: else this one would wait for its last members.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::plan) struct Claim {
    pub group: u32,
    pub after: BTreeSet<u32>,
}

pub(super) struct Ways<'a> {
    /// Everybody who is not planned yet, in the order of their ids.
    pub people: Vec<Chosen<'a>>,
    pub claims: Vec<Claim>,
    /// New ones only.
    pub wave_groups: Vec<WaveGroupPlan>,
    pub remarks: Vec<String>,
}

pub(super) fn decide<'a>(
    input: &'a PlanInput<'a>,
    planned: &BTreeSet<UserId>,
    held: &BTreeSet<GroupId>,
    done: &BTreeSet<GroupId>,
    size: u32,
) -> Ways<'a> {
    let (whole, claims) = whole_groups(input, planned, held, done, size);
    let mut made = Making::new(input);
    let mut people = Vec::new();
    for (user, person) in input.people.iter().filter(|(u, _)| !planned.contains(*u)) {
        let path = input.roster.users.get(user).map(|u| input.roster.path(u));
        let group = whole.get(user).copied();
        let wish = input.routes.wishes.people.get(user).copied();
        let own = path.as_ref().and_then(|path| own_call(input, path, person));
        let way = match (path.as_ref(), group) {
            (None | Some(AssignmentPath::Individual), _) => Way::Alone(Because::Usual),
            (Some(_), _) if own.is_some() => Way::Alone(own.unwrap_or_default()),
            (_, Some(_)) if wish == Some(RouteWish::OneByOne) => Way::Alone(Because::Chosen),
            (_, Some((at, because))) => Way::Whole {
                group: &input.roster.groups[at as usize].id,
                because,
            },
            (Some(AssignmentPath::UnknownGroup), None) => Way::Alone(Because::GroupUnknown),
            (Some(AssignmentPath::Group { group }), None) if held.contains(group) => Way::Alone(Because::GroupHeldBack),
            (Some(AssignmentPath::Group { group }), None) if done.contains(group) => Way::Alone(Because::GroupIsOn),
            (Some(AssignmentPath::Group { group }), None) => made.ask(user, group, wish),
        };
        people.push(Chosen {
            user,
            way,
            whole: group.map(|(at, _)| at),
        });
    }
    made.settle(people, claims)
}

/// Why a person who has the old app through a group needs a call of their own, if they do.
fn own_call(input: &PlanInput<'_>, path: &AssignmentPath, person: &PersonInput) -> Option<Because> {
    if person.explicit {
        return Some(Because::OwnUsername);
    }
    // Every value that would be sent comes from the winning group's assignment anyway.
    let given = match path {
        AssignmentPath::Group { group } => input.group_profiles.get(group),
        AssignmentPath::Individual | AssignmentPath::UnknownGroup => None,
    };
    let mut values = person.profile.iter();
    let filled = values.all(|(name, value)| given.is_some_and(|g| g.get(name) == Some(&*value)));
    (!filled).then_some(Because::OwnValues)
}

/// Who goes with which whole group: the smallest group first, priority breaking ties. A group counts by who would newly get the
/// app with it.
fn whole_groups<'a>(
    input: &PlanInput<'a>,
    planned: &BTreeSet<UserId>,
    held: &BTreeSet<GroupId>,
    done: &BTreeSet<GroupId>,
    size: u32,
) -> (BTreeMap<&'a UserId, (u32, Because)>, Vec<Claim>) {
    let roster = input.roster;
    let mut order: Vec<(usize, u32, Option<RouteWish>)> = (0..)
        .zip(&roster.groups)
        .filter(|(_, g)| !held.contains(&g.id) && !done.contains(&g.id))
        .map(|(at, g)| {
            let members = roster.members.get(&g.id).map_or(0, |members| members.len());
            (members, at, input.routes.wishes.groups.get(&g.id).copied())
        })
        .filter(|(_, _, wish)| !matches!(wish, Some(RouteWish::OneByOne | RouteWish::WaveGroup)))
        .collect();
    order.sort_unstable();
    let mut whole: BTreeMap<&UserId, (u32, Because)> = BTreeMap::new();
    let mut claims = Vec::new();
    for (_, at, wish) in order {
        let mut after = BTreeSet::new();
        let mut members: Vec<&UserId> = Vec::new();
        let all = roster.members_of(&roster.groups[at as usize].id);
        for (user, _) in all.filter_map(|u| input.people.get_key_value(u)) {
            match whole.get(user) {
                Some((other, _)) => drop(after.insert(*other)),
                None if planned.contains(user) => {}
                None => members.push(user),
            }
        }
        let small = members.len() <= size as usize;
        if !members.is_empty() && (small || wish == Some(RouteWish::Whole)) {
            let because = if small { Because::Usual } else { Because::Chosen };
            whole.extend(members.into_iter().map(|user| (user, (at, because))));
            claims.push(Claim { group: at, after });
        }
    }
    (whole, claims)
}

/// People whose groups give the same values: they can share a wave group.
struct Alike {
    profile: Map<String, Value>,
    people: usize,
    wished: bool,
    stands_for: BTreeSet<usize>,
    /// The wave group that waves which have begun use already.
    there: Option<u32>,
}

/// Groups that might be made.
struct Making<'a> {
    input: &'a PlanInput<'a>,
    /// Only where values of several groups are joined: else the winner says it all.
    memberships: Option<Memberships<'a>>,
    places: BTreeMap<&'a GroupId, usize>,
    /// By the values as text.
    by_text: BTreeMap<String, u32>,
    by_winner: BTreeMap<usize, u32>,
    alike: Vec<Alike>,
}

impl<'a> Making<'a> {
    fn new(input: &'a PlanInput<'a>) -> Self {
        let swapped: BTreeSet<&String> = input.begun.iter().flat_map(|w| &w.swaps).collect();
        let mut new = Self {
            input,
            memberships: (!input.routes.joined.is_empty()).then(|| input.roster.memberships()),
            places: input
                .roster
                .groups
                .iter()
                .enumerate()
                .map(|(at, g)| (&g.id, at))
                .collect(),
            by_text: BTreeMap::new(),
            by_winner: BTreeMap::new(),
            alike: Vec::new(),
        };
        for earlier in input.routes.earlier.iter().filter(|g| !swapped.contains(&g.key)) {
            let profile = earlier.body["profile"].as_object().cloned().unwrap_or_default();
            let at = new.alike_of(profile);
            new.alike[at as usize].there = earlier.key.parse().ok();
        }
        new
    }

    fn alike_of(&mut self, profile: Map<String, Value>) -> u32 {
        let sorted: BTreeMap<&String, &Value> = profile.iter().collect();
        let text = serde_json::to_string(&sorted).unwrap_or_default();
        let next = self.alike.len() as u32;
        let at = *self.by_text.entry(text).or_insert(next);
        if at == next {
            self.alike.push(Alike {
                profile,
                people: 0,
                wished: false,
                stands_for: BTreeSet::new(),
                there: None,
            });
        }
        at
    }

    /// The values that the groups of a person give: the winner's, and of attributes that join values those of all.
    fn profile(&self, user: &UserId, winner: &GroupId) -> Map<String, Value> {
        let given = |group: &GroupId| self.input.group_profiles.get(group);
        let mut profile = given(winner).cloned().unwrap_or_default();
        let Some(memberships) = &self.memberships else {
            return profile;
        };
        for name in &self.input.routes.joined {
            let mut joined: Vec<Value> = Vec::new();
            for value in memberships.groups_of(user).filter_map(|g| given(&g.id)?.get(name)) {
                let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
                for item in items.iter().filter(|item| !item.is_null()) {
                    if !joined.contains(item) {
                        joined.push(item.clone());
                    }
                }
            }
            if !joined.is_empty() {
                profile.insert(name.clone(), Value::Array(joined));
            }
        }
        profile
    }

    /// Somebody of a group that does not go whole. The key is the place in `alike` until all have been asked.
    fn ask(&mut self, user: &'a UserId, winner: &GroupId, wish: Option<RouteWish>) -> Way<'a> {
        let wishes = &self.input.routes.wishes;
        let wish = wish.or_else(|| wishes.groups.get(winner).copied());
        if wish == Some(RouteWish::OneByOne) {
            return Way::Alone(Because::Chosen);
        }
        let wished = wish == Some(RouteWish::WaveGroup);
        if wishes.never_wave_groups && !wished {
            return Way::Alone(Because::Chosen);
        }
        if self.input.routes.available.wave_groups.is_err() {
            return Way::Alone(Because::NotAvailable);
        }
        let Some(place) = self.places.get(winner).copied() else {
            return Way::Alone(Because::GroupUnknown);
        };
        let known = self
            .memberships
            .is_none()
            .then(|| self.by_winner.get(&place).copied())
            .flatten();
        let at = known.unwrap_or_else(|| {
            let profile = self.profile(user, winner);
            self.alike_of(profile)
        });
        self.by_winner.insert(place, at);
        let alike = &mut self.alike[at as usize];
        alike.people += 1;
        alike.wished |= wished;
        alike.stands_for.insert(place);
        let because = if wished { Because::Chosen } else { Because::LargeGroup };
        Way::Made { key: at, because }
    }

    /// Makes the groups that are worth it, and sends everybody else one by one.
    fn settle(self, mut people: Vec<Chosen<'a>>, claims: Vec<Claim>) -> Ways<'a> {
        let routes = self.input.routes;
        let mut taken = routes.taken.clone();
        taken.extend(routes.earlier.iter().map(|g| g.name.clone()));
        let last = routes.earlier.iter().filter_map(|g| g.key.parse::<u32>().ok()).max();
        let mut next = last.unwrap_or(0) + 1;
        let (mut wave_groups, mut remarks) = (Vec::new(), Vec::new());
        // By the best of the groups that each stands for, so that the order does not hang on who was asked first.
        let mut order: Vec<usize> = (0..self.alike.len()).filter(|at| self.alike[*at].people > 0).collect();
        order.sort_by_key(|at| self.alike[*at].stands_for.first().copied());
        let mut fates: Vec<Result<u32, Because>> = vec![Err(Because::Few); self.alike.len()];
        for at in order {
            let alike = &self.alike[at];
            fates[at] = match alike.there {
                Some(key) => Ok(key),
                None if alike.people < FEWEST && !alike.wished => Err(Because::Few),
                None => match wave_group_name(&routes.migration, next as usize, &taken, &routes.name_rules) {
                    Some(name) => {
                        taken.insert(name.clone());
                        wave_groups.push(self.group(alike, next, name));
                        next += 1;
                        Ok(next - 1)
                    }
                    None => {
                        remarks.push(no_name(&routes.name_rules, alike.people));
                        Err(Because::NotAvailable)
                    }
                },
            };
        }
        for person in &mut people {
            if let Way::Made { key, because } = person.way {
                person.way = match fates.get(key as usize) {
                    Some(Ok(key)) => Way::Made { key: *key, because },
                    Some(Err(because)) => Way::Alone(*because),
                    None => Way::Alone(Because::Few),
                };
            }
        }
        Ways {
            people,
            claims,
            wave_groups,
            remarks,
        }
    }

    fn group(&self, alike: &Alike, key: u32, name: String) -> WaveGroupPlan {
        let groups = &self.input.roster.groups;
        // Behind every original group: as soon as those are on, they win, and taking this one off changes nothing for anybody.
        let behind = groups.iter().map(|g| g.priority).filter(|p| *p < i64::MAX).max();
        WaveGroupPlan {
            key: key.to_string(),
            name,
            description: format!(
                "Made by Rehome for migration {}, wave group {key}. It gives people an app until their own groups do, and is \
                 then deleted. Please do not use it for anything else.",
                self.input.routes.migration
            ),
            body: json!({ "priority": behind.unwrap_or(0) + i64::from(key), "profile": alike.profile }),
            stands_for: alike.stands_for.iter().map(|at| groups[*at].id.clone()).collect(),
        }
    }
}

fn no_name(rules: &NameRules, people: usize) -> String {
    let places: BTreeSet<&str> = rules.rules.iter().map(|r| r.place.as_str()).collect();
    let shown: Vec<&str> = places.into_iter().take(3).collect();
    format!(
        "No group could be made for {people} people: rules in {} would take in every name that was tried. They go one by one.",
        shown.join(", ")
    )
}
