//! What the new app looks like in the end, against the old one: scope, winning group, order of priority (invariant 13). Where it
//! cannot be equal the plan says so before anything is sent.

use std::collections::{BTreeMap, BTreeSet};

use super::{Plan, Route};
use crate::{
    GroupId, UserId,
    gate::thousands,
    people::{AssignmentPath, Roster},
};

/// The comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EndState {
    /// People who end as they are on the old app.
    pub equal: usize,
    /// Sentences; empty: everybody ends as on the old app, and the groups win in the same order.
    pub differences: Vec<String>,
}

/// How somebody ends otherwise. Compared in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Differs<'a> {
    /// Individually, though through this group on the old app.
    Individually(Option<&'a GroupId>),
    /// Through a wave group that cannot come off.
    InWaveGroup(&'a str),
    OtherGroup(&'a GroupId, &'a GroupId),
    /// Through a group, though individually on the old app.
    ThroughGroup(&'a GroupId),
    /// Had the new app before: nobody has looked how.
    Before,
}

const NAMED: usize = 3;

/// Works the end of the plan out, person by person, and holds it against the old app.
pub fn end_state(plan: &Plan, roster: &Roster) -> EndState {
    let mut planned: Vec<(i64, &GroupId)> = plan
        .waves
        .iter()
        .flat_map(|w| &w.groups)
        .map(|g| (g.body["priority"].as_i64().unwrap_or(i64::MAX), &g.group))
        .collect();
    // Okta lets the lower number win; where two are the same it is the one put on first.
    planned.sort_by_key(|(priority, _)| *priority);
    let mut wins: BTreeMap<&UserId, &GroupId> = BTreeMap::new();
    for (_, group) in &planned {
        for user in roster.members_of(group) {
            wins.entry(user).or_insert(group);
        }
    }
    let swapped: BTreeSet<&String> = plan.waves.iter().flat_map(|w| &w.swaps).collect();
    let on: BTreeSet<&GroupId> = planned.iter().map(|(_, g)| *g).collect();
    let mut found: BTreeMap<Differs<'_>, Vec<&UserId>> = BTreeMap::new();
    let mut equal = 0;
    for (_, person) in plan.people() {
        let ends_through = wins.get(&person.user).copied();
        let differs = match (&person.path, &person.route) {
            (_, Route::AlreadyThere) => Some(Differs::Before),
            (AssignmentPath::Individual, Route::Individual) => None,
            (AssignmentPath::Individual, Route::WholeGroup { group }) => Some(Differs::ThroughGroup(group)),
            (_, Route::WaveGroup { key }) if ends_through.is_none() || !swapped.contains(key) => {
                Some(Differs::InWaveGroup(key))
            }
            // Who is assigned individually is converted only where the group that wins on the old app is on the new one.
            (AssignmentPath::Group { group }, Route::Individual) if !on.contains(group) => {
                Some(Differs::Individually(Some(group)))
            }
            (AssignmentPath::Group { group }, _) => match ends_through {
                Some(now) if now == group => None,
                Some(now) => Some(Differs::OtherGroup(group, now)),
                None => Some(Differs::Individually(Some(group))),
            },
            (AssignmentPath::UnknownGroup, Route::Individual) => Some(Differs::Individually(None)),
            // Nobody knows which group it was; it is one of those that hold the person.
            (AssignmentPath::UnknownGroup, _) => None,
            (AssignmentPath::Individual, Route::WaveGroup { key }) => Some(Differs::InWaveGroup(key)),
        };
        match differs {
            None => equal += 1,
            Some(differs) => found.entry(differs).or_default().push(&person.user),
        }
    }
    let mut differences: Vec<String> = found
        .iter()
        .map(|(differs, who)| words(*differs, who, plan, roster))
        .collect();
    let order: Vec<&GroupId> = planned.iter().map(|(_, g)| *g).collect();
    let before: Vec<&GroupId> = roster.groups.iter().map(|g| &g.id).filter(|g| on.contains(g)).collect();
    if order != before {
        differences.push("The groups win in another order than on the old app.".to_owned());
    }
    EndState { equal, differences }
}

fn words(differs: Differs<'_>, who: &[&UserId], plan: &Plan, roster: &Roster) -> String {
    let group = |id: &GroupId| roster.group(id).map_or_else(|| id.to_string(), |g| g.name.clone());
    let people = people_words(who, roster);
    match differs {
        Differs::Individually(Some(id)) => {
            let held = plan.held_back.iter().find(|h| h.group == *id);
            let why = match held {
                Some(held) => format!(
                    "it holds {}, who must not get the new app",
                    people_words(&held.because.iter().collect::<Vec<_>>(), roster)
                ),
                None => "it is not put on the new app".to_owned(),
            };
            format!(
                "{people}: assigned individually in the end, through {} on the old app, because {why}. Who leaves that group keeps the \
                 new app.",
                group(id)
            )
        }
        Differs::Individually(None) => format!(
            "{people}: assigned individually in the end. Okta says that a group gives them the old app, but not which."
        ),
        Differs::InWaveGroup(key) => format!(
            "{people}: through the wave group {} in the end, because none of their own groups can be put on the new app.",
            plan.wave_group(key).map_or(key, |g| &g.name)
        ),
        Differs::OtherGroup(was, is) => format!(
            "{people}: through {} in the end, through {} on the old app; values come from that group.",
            group(is),
            group(was)
        ),
        Differs::ThroughGroup(id) => format!(
            "{people}: through {} in the end, individually on the old app.",
            group(id)
        ),
        Differs::Before => format!("{people}: had the new app before this migration, and keep it as it is there."),
    }
}

fn people_words(who: &[&UserId], roster: &Roster) -> String {
    let name = |user: &&UserId| {
        let person = roster.users.get(user).and_then(|u| u.person.as_ref());
        person.map_or_else(|| user.to_string(), |p| p.name().into_owned())
    };
    let names = who.iter().take(NAMED).map(name).collect::<Vec<_>>().join(", ");
    match who.len() {
        0..=NAMED => names,
        n => format!("{} people ({names}, ...)", thousands(n)),
    }
}
