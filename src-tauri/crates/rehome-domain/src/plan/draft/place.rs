//! In which wave each group is put on the new app, and when the wave groups come off it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::{Map, Value};

use super::{Draft, empty_wave};
use crate::{
    AppGroup, GroupId, UserId,
    plan::{GroupPlan, Route},
};

impl Draft<'_> {
    /// A group goes on in the wave that places its last member; never in the pilot while a wave follows. Groups whose people come
    /// by wave groups wait for the last wave, in which the wave groups come off.
    pub(super) fn place_groups(&mut self) {
        let roster = self.input.roster;
        let held: BTreeSet<GroupId> = self.held_back.iter().map(|h| h.group.clone()).collect();
        let done = self.groups_done();
        let due: Vec<&AppGroup> = roster
            .groups
            .iter()
            .filter(|g| !held.contains(&g.id) && !done.contains(&g.id))
            .collect();
        let (swapped, keys) = self.by_wave_groups(&due, &done);
        let first = self.input.begun.len().max(1);
        if due.iter().any(|g| !swapped.contains(&g.id)) && self.waves.len() <= first {
            // Everybody is in the pilot already: the groups still need a wave of their own.
            self.waves.push(empty_wave(self.waves.len() as u32));
        }
        let wave_of: BTreeMap<&UserId, usize> = self
            .waves
            .iter()
            .enumerate()
            .flat_map(|(i, w)| w.people.iter().map(move |p| (&p.user, i)))
            .collect();
        // Roster order is ascending priority, and PUTs run in this order within a wave (api-facts 7.3).
        let mut placed: Vec<(usize, GroupPlan)> = Vec::new();
        for group in due {
            let plan = self.group(group);
            let last = plan.members.iter().filter_map(|u| wave_of.get(u)).max();
            let wave = match swapped.contains(&group.id) {
                true => self.waves.len(),
                false => last.copied().unwrap_or(0).max(first),
            };
            placed.push((wave, plan));
        }
        drop(wave_of);
        if !keys.is_empty() {
            let mut wave = empty_wave(self.waves.len() as u32);
            wave.swaps = keys;
            self.waves.push(wave);
        }
        for (wave, group) in placed {
            self.waves[wave].groups.push(group);
        }
    }

    /// Groups that somebody's wave group stands for, unless they go whole before that; and the wave groups that can come off:
    /// everybody in them ends in a group that is on the new app.
    fn by_wave_groups(&mut self, due: &[&AppGroup], done: &BTreeSet<GroupId>) -> (BTreeSet<GroupId>, Vec<String>) {
        let before: BTreeSet<&String> = self.input.begun.iter().flat_map(|w| &w.swaps).collect();
        let mut whole: BTreeSet<&GroupId> = BTreeSet::new();
        let mut made: BTreeMap<&UserId, &String> = BTreeMap::new();
        for person in self.waves.iter().flat_map(|w| &w.people) {
            match &person.route {
                Route::WholeGroup { group } => drop(whole.insert(group)),
                Route::WaveGroup { key } if !before.contains(key) => drop(made.insert(&person.user, key)),
                Route::WaveGroup { .. } | Route::Individual | Route::AlreadyThere => {}
            }
        }
        if made.is_empty() {
            return (BTreeSet::new(), Vec::new());
        }
        let roster = self.input.roster;
        let mut ends: BTreeSet<&UserId> = BTreeSet::new();
        let mut swapped = BTreeSet::new();
        for group in &roster.groups {
            let is_due = due.iter().any(|g| g.id == group.id);
            if !is_due && !done.contains(&group.id) {
                continue;
            }
            let mut any = false;
            for user in roster.members_of(&group.id).filter(|u| made.contains_key(u)) {
                ends.insert(user);
                any = true;
            }
            if any && is_due && !whole.contains(&group.id) {
                swapped.insert(group.id.clone());
            }
        }
        let mut keys: BTreeMap<&String, usize> = BTreeMap::new();
        for (user, key) in &made {
            *keys.entry(*key).or_default() += usize::from(!ends.contains(*user));
        }
        let (off, stay): (Vec<_>, Vec<_>) = keys.into_iter().partition(|(_, stranded)| *stranded == 0);
        let off: Vec<String> = off.into_iter().map(|(key, _)| key.clone()).collect();
        let stay: Vec<String> = stay
            .into_iter()
            .map(|(key, stranded)| {
                let name = self.wave_groups.iter().find(|g| g.key == *key).map_or(key, |g| &g.name);
                format!(
                    "{name} stays on the new app: {stranded} of its people would lose the app with it, because none of their \
                     groups can be put on."
                )
            })
            .collect();
        self.remarks.extend(stay);
        (swapped, off)
    }

    fn group(&self, group: &AppGroup) -> GroupPlan {
        let is_planned = |user: &&UserId| self.input.people.contains_key(user);
        let members = self.input.roster.members.get(&group.id).cloned().unwrap_or_default();
        // Mostly everybody: then it is the very list of the roster.
        let members = match members.iter().all(|user| is_planned(&user)) {
            true => members,
            false => Arc::new(members.iter().filter(is_planned).cloned().collect()),
        };
        let profile = self.input.group_profiles.get(&group.id).cloned().unwrap_or_default();
        let mut body = Map::new();
        body.insert("priority".into(), group.priority.into());
        body.insert("profile".into(), Value::Object(profile));
        GroupPlan {
            group: group.id.clone(),
            name: group.name.clone(),
            priority: group.priority,
            body: Value::Object(body),
            members,
        }
    }
}
