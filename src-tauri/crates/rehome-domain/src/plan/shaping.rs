//! Wave shaping: in which wave each person goes. By count, percent, group, attribute, or by name (a file, or by hand); those who
//! differ least go first; people who must go together do.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    PlanInput,
    draft::{Chosen, Claim, Way},
};
use crate::{GroupId, UserId, gate::thousands, people::AssignmentPath, people::Roster, plain};

/// What makes a wave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "camelCase")]
pub enum By {
    /// So many people: the wave size.
    #[default]
    Count,
    /// So much of everybody after the pilot, 1 to 100.
    Percent { percent: u8 },
    /// The group that gives the old app; the smallest first, individuals last.
    Group,
    /// A value of the Okta profile (`user.department`), or of the old app's; the rarest first, people without one last.
    Attribute { name: String },
    /// By name: the number of the wave, 1 and up, for each person; who is not named comes last.
    Named { waves: BTreeMap<UserId, u32> },
}

/// Who must go in the same wave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "with", rename_all = "camelCase")]
pub enum Together {
    #[default]
    Nobody,
    /// People of the same group.
    Group,
    /// People with the same value: `user.manager`.
    Attribute { name: String },
    /// People of the same set, from a file or by hand.
    Named { sets: BTreeMap<UserId, String> },
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Shaping {
    #[serde(flatten)]
    pub by: By,
    pub together: Together,
    /// Those who differ least do not go first: large groups then stay as close together as they can.
    pub in_group_order: bool,
}

impl Shaping {
    /// People in a wave.
    pub fn size(&self, wave_size: u32, people: usize) -> u32 {
        match &self.by {
            By::Percent { percent } => {
                let share = people * usize::from((*percent).clamp(1, 100));
                u32::try_from(share.div_ceil(100)).unwrap_or(u32::MAX).max(1)
            }
            By::Count | By::Group | By::Attribute { .. } | By::Named { .. } => wave_size.max(1),
        }
    }
}

pub(super) struct Shaped<'a> {
    pub waves: Vec<Vec<(&'a UserId, Way<'a>)>>,
    pub remarks: Vec<String>,
}

/// One person on the way into a wave; the fields are compared in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    /// Waves of different buckets hold different people.
    bucket: u32,
    /// Of whoever differs most in the unit.
    differences: u16,
    /// Units come before single people.
    single: bool,
    /// Whole groups in the order in which members were given to them.
    claim: u32,
    size: u32,
    /// Of the group that gives the old app.
    place: u32,
    unit: u32,
    person: u32,
}

pub(super) fn shape<'a>(input: &PlanInput<'a>, people: &[Chosen<'a>], claims: &[Claim], size: u32) -> Shaped<'a> {
    let mut remarks = Vec::new();
    let mut entries = entries(input, people, claims);
    let moved = settle_units(&mut entries, people, claims);
    if moved > 0 {
        remarks.push(format!(
            "{} people go in a later wave than by themselves, because people of their group or set must go with them.",
            thousands(moved)
        ));
    }
    entries.sort_unstable();
    let by_name = matches!(input.shaping.by, By::Named { .. });
    let mut waves: Vec<Vec<(&UserId, Way<'_>)>> = Vec::new();
    let (mut bucket, mut large) = (None, 0);
    let same_unit = |a: &Entry, b: &Entry| !a.single && !b.single && a.unit == b.unit;
    for unit in entries.chunk_by(same_unit) {
        let fits = waves
            .last()
            .is_some_and(|w| by_name || w.len() + unit.len() <= size as usize);
        if bucket != Some(unit[0].bucket) || !fits {
            waves.push(Vec::new());
            bucket = Some(unit[0].bucket);
        }
        large += usize::from(!by_name && unit.len() > size as usize);
        if let Some(wave) = waves.last_mut() {
            let of = unit.iter().map(|e| &people[e.person as usize]);
            wave.extend(of.map(|person| (person.user, person.way)));
        }
    }
    if large > 0 {
        remarks.push(format!(
            "{large} {} larger than the others, because people in {} must go together.",
            if large == 1 { "wave is" } else { "waves are" },
            if large == 1 { "it" } else { "each" }
        ));
    }
    Shaped { waves, remarks }
}

fn entries<'a>(input: &PlanInput<'a>, people: &[Chosen<'a>], claims: &[Claim]) -> Vec<Entry> {
    let roster = input.roster;
    let shaping = input.shaping;
    let places: BTreeMap<&GroupId, u32> = roster.groups.iter().map(|g| &g.id).zip(0..).collect();
    let place = |user: &UserId| match roster.users.get(user).map(|u| roster.path(u)) {
        Some(AssignmentPath::Group { group }) => places.get(&group).copied().unwrap_or(u32::MAX),
        Some(AssignmentPath::Individual | AssignmentPath::UnknownGroup) | None => u32::MAX,
    };
    let units = units(input, people, claims, &place);
    let mut entries: Vec<Entry> = (0..)
        .zip(people)
        .map(|(person, chosen)| {
            let unit = units.get(&person).copied();
            let differs = input.people.get(chosen.user).map_or(0, |p| p.differences);
            Entry {
                bucket: 0,
                differences: if shaping.in_group_order { 0 } else { differs },
                single: unit.is_none(),
                claim: u32::MAX,
                size: 1,
                place: place(chosen.user),
                unit: unit.unwrap_or(u32::MAX),
                person,
            }
        })
        .collect();
    let text = |entry: &Entry| {
        let user = people[entry.person as usize].user;
        match &shaping.by {
            By::Count | By::Percent { .. } | By::Named { .. } => None,
            By::Group => (entry.place != u32::MAX).then(|| entry.place.to_string()),
            By::Attribute { name } => value_of(roster, user, name),
        }
    };
    match &shaping.by {
        By::Count | By::Percent { .. } => {}
        By::Named { waves } => {
            for entry in &mut entries {
                let user = people[entry.person as usize].user;
                entry.bucket = waves.get(user).copied().unwrap_or(u32::MAX);
            }
        }
        By::Group | By::Attribute { .. } => {
            let texts: Vec<Option<String>> = entries.iter().map(text).collect();
            let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
            for text in texts.iter().flatten() {
                *counts.entry(text).or_default() += 1;
            }
            let mut order: Vec<(usize, &String)> = counts.into_iter().map(|(text, n)| (n, text)).collect();
            order.sort_unstable();
            let ranks: BTreeMap<&String, u32> = order.into_iter().map(|(_, text)| text).zip(0..).collect();
            for (entry, text) in entries.iter_mut().zip(&texts) {
                entry.bucket = text.as_ref().and_then(|t| ranks.get(t).copied()).unwrap_or(u32::MAX);
            }
        }
    }
    entries
}

/// What is known of a unit.
#[derive(Clone, Copy, Default)]
struct Unit {
    bucket: u32,
    differences: u16,
    claim: Option<u32>,
    size: u32,
    place: Option<u32>,
}

/// A unit goes with whoever comes last of it, counts as what differs most in it, and is as large as it is; a group that goes whole
/// comes no sooner than those that some of its members go with. How many people move to another wave by that.
fn settle_units(entries: &mut [Entry], people: &[Chosen<'_>], claims: &[Claim]) -> usize {
    let claim_of: BTreeMap<u32, u32> = claims.iter().map(|c| c.group).zip(0..).collect();
    let mut units: BTreeMap<u32, Unit> = BTreeMap::new();
    let mut unit_of: BTreeMap<u32, u32> = BTreeMap::new();
    for entry in entries.iter().filter(|e| !e.single) {
        let unit = units.entry(entry.unit).or_default();
        unit.bucket = unit.bucket.max(entry.bucket);
        unit.differences = unit.differences.max(entry.differences);
        unit.size += 1;
        unit.place = Some(unit.place.map_or(entry.place, |p| p.min(entry.place)));
        if let Some(group) = people[entry.person as usize].whole {
            unit_of.insert(group, entry.unit);
            let claim = claim_of.get(&group).copied();
            unit.claim = unit.claim.map_or(claim, |c| claim.map(|other| c.min(other)));
        }
    }
    for claim in claims {
        let find = |group: &u32| unit_of.get(group).copied();
        let before = claim.after.iter().filter_map(|g| units.get(&find(g)?));
        let latest = before.map(|u| (u.bucket, u.differences)).max();
        if let (Some(latest), Some(unit)) = (latest, find(&claim.group).and_then(|u| units.get_mut(&u))) {
            (unit.bucket, unit.differences) = (unit.bucket, unit.differences).max(latest);
        }
    }
    let mut moved = 0;
    for entry in entries.iter_mut().filter(|e| !e.single) {
        let Some(unit) = units.get(&entry.unit) else { continue };
        moved += usize::from(entry.bucket != unit.bucket);
        *entry = Entry {
            bucket: unit.bucket,
            differences: unit.differences,
            claim: unit.claim.unwrap_or(u32::MAX),
            size: unit.size,
            place: unit.place.unwrap_or(u32::MAX),
            ..*entry
        };
    }
    moved
}

/// The unit of each person who must not go alone, by the person's place in the list: whole groups, and what must go together;
/// who is of both joins them.
fn units(
    input: &PlanInput<'_>,
    people: &[Chosen<'_>],
    claims: &[Claim],
    place: &dyn Fn(&UserId) -> u32,
) -> BTreeMap<u32, u32> {
    let roster = input.roster;
    let mut labels: BTreeMap<String, u32> = BTreeMap::new();
    let mut label = |text: String| {
        let next = labels.len() as u32 + roster.groups.len() as u32;
        *labels.entry(text).or_insert(next)
    };
    let mut of: BTreeMap<u32, (Option<u32>, Option<u32>)> = BTreeMap::new();
    for (at, chosen) in (0..).zip(people) {
        let with = match &input.shaping.together {
            Together::Nobody => None,
            Together::Group => Some(place(chosen.user))
                .filter(|p| *p != u32::MAX)
                .map(|p| p.to_string()),
            Together::Attribute { name } => value_of(roster, chosen.user, name),
            Together::Named { sets } => sets.get(chosen.user).cloned(),
        };
        let with = with.filter(|text| !text.is_empty()).map(&mut label);
        if chosen.whole.is_some() || with.is_some() {
            of.insert(at, (chosen.whole, with));
        }
    }
    let mut parent: BTreeMap<u32, u32> = BTreeMap::new();
    let mut join = |a: u32, b: u32| {
        let (a, b) = (root(&parent, a), root(&parent, b));
        if a != b {
            parent.insert(a.max(b), a.min(b));
        }
    };
    for (whole, with) in of.values() {
        if let (Some(a), Some(b)) = (*whole, *with) {
            join(a, b);
        }
    }
    if input.shaping.together != Together::Nobody {
        // Sets can tie groups together in any order: those that wait for each other go at once.
        for claim in claims {
            claim.after.iter().for_each(|other| join(claim.group, *other));
        }
    }
    let found = of.into_iter();
    found
        .filter_map(|(at, (whole, with))| Some((at, root(&parent, whole.or(with)?))))
        .collect()
}

fn root(parent: &BTreeMap<u32, u32>, mut label: u32) -> u32 {
    while let Some(next) = parent.get(&label) {
        label = *next;
    }
    label
}

/// `user.department`: of the Okta profile; anything else: of the person's profile on the old app.
pub fn value_of(roster: &Roster, user: &UserId, name: &str) -> Option<String> {
    let found = roster.users.get(user)?;
    let value = match name.strip_prefix("user.") {
        Some(name) => found.person.as_ref()?.profile.get(name)?,
        None => found.profile.get(name)?,
    };
    Some(plain(&value)).filter(|text| !text.is_empty())
}

/// Names of attributes by which waves can be made: those that somebody has a value for, and that not everybody has another one for.
pub fn attributes(roster: &Roster) -> Vec<String> {
    const LOOKED_AT: usize = 2_000;
    let mut values: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut holders: BTreeMap<String, usize> = BTreeMap::new();
    for user in roster.users.values().take(LOOKED_AT) {
        let person = user.person.iter().flat_map(|p| p.profile.iter());
        let okta = person.map(|(name, value)| (format!("user.{name}"), value));
        let app = user.profile.iter().map(|(name, value)| (name.to_owned(), value));
        for (name, value) in okta.chain(app) {
            let text = plain(&value);
            if !text.is_empty() {
                *holders.entry(name.clone()).or_default() += 1;
                values.entry(name).or_default().insert(text);
            }
        }
    }
    let shared = |name: &String, values: &BTreeSet<String>| {
        values.len() > 1 && 2 * values.len() <= holders.get(name).copied().unwrap_or(0)
    };
    let found = values.into_iter().filter(|(name, values)| shared(name, values));
    found.map(|(name, _)| name).collect()
}
