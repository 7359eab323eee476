//! Rehome is the only one who should change the new app while people move. What a listing shows to be changed by somebody else
//! stops the waves until an admin has looked at it.

use std::collections::{BTreeMap, BTreeSet};

use rehome_domain::{
    AppGroup, AppUser, ByUser, GroupId, UserId,
    plan::Route,
    schedule::{ForeignChange, Here, foreign_changes},
};
use serde_json::{Value, json};

use super::{Ctx, Halt};
use crate::{
    model::{Given, Model, runs::kind},
    problem::problem,
    view::{Problem, ProblemCode},
};

/// More than this many changes are counted, not told.
const MOST_TOLD: usize = 3;

impl Model {
    /// What is on the new app now and was not there at the last look, and that no call of this migration explains.
    pub fn foreign(&self, seen: &ByUser<AppUser>) -> Vec<ForeignChange> {
        let (Some(record), Some(inventory)) = (self.approved(), &self.inventory) else {
            return Vec::new();
        };
        // Before the first write everything on the new app is somebody else's, and the plan was made with it.
        if !self.has_begun(0) {
            return Vec::new();
        }
        let here = |users: &ByUser<AppUser>| -> BTreeMap<UserId, Here> {
            let of = |u: &AppUser| Here {
                scope: u.scope(),
                username: u.user_name.to_string(),
            };
            users.iter().map(|(id, user)| (id.clone(), of(user))).collect()
        };
        let mut before = here(&inventory.new_users);
        // Proven since the apps were read, by a Rehome that has ended: known to have been there.
        for (_, person) in record.plan.people() {
            let track = self.track(&person.user);
            if track.placed && track.given == Given::Sent && !before.contains_key(&person.user) {
                let is = seen.get(&person.user);
                let scope = is.map_or(rehome_domain::Scope::User, |u| u.scope());
                let username = is.map(|u| u.user_name.to_string()).unwrap_or_default();
                before.insert(person.user.clone(), Here { scope, username });
            }
        }
        let explained = |user: &UserId| {
            if self.written.contains(user) {
                return true;
            }
            // Who comes or goes with a group that this migration put on or took off does so when Okta gets to it, with any that
            // holds them; the path changes with it.
            let by_group = inventory
                .roster
                .groups_of(user)
                .any(|group| self.groups_on.contains(&group.id) || self.groups_written.contains(&group.id))
                || record
                    .person(user)
                    .is_some_and(|(_, p)| matches!(p.route, Route::WaveGroup { .. }));
            by_group || !before.contains_key(user) && self.track(user).given != Given::No
        };
        let people = record.plan.people().map(|(_, p)| &p.user);
        let known = &self.decisions.runs.foreign;
        let mut found = foreign_changes(people, &before, &here(seen), explained);
        found.retain(|change| !known.contains_key(&change.key()));
        found
    }
}

impl Model {
    /// A model that was made anew from the same reading knows no more of the new app than that: the last listing is kept.
    pub fn keep_listing_of(&mut self, before: Self) {
        let (Some(is), Some(was)) = (&mut self.inventory, before.inventory) else {
            return;
        };
        if is.read_at == was.read_at {
            is.new_users = was.new_users;
            self.written = before.written;
        }
    }
}

/// Writes down what a listing showed to be somebody else's doing.
pub(crate) async fn note(ctx: &Ctx, changes: Vec<ForeignChange>) -> Result<(), Halt> {
    if changes.is_empty() {
        return Ok(());
    }
    let decisions = {
        let model = ctx.migration.model();
        let seen = |change: &ForeignChange| {
            let words = change.words(&model.name_of(change.user()));
            (kind::FOREIGN_SEEN.to_owned(), change.key(), json!({ "words": words }))
        };
        changes.iter().map(seen).collect()
    };
    Ok(ctx.migration.decide_all(decisions).await?)
}

/// Why no wave goes on, if somebody else changed the new app and nobody has looked at it.
pub(crate) fn refusal(model: &Model) -> Option<Problem> {
    let open: Vec<&str> = model
        .decisions
        .runs
        .foreign_open()
        .map(|(_, c)| c.words.as_str())
        .collect();
    let more = open.len().saturating_sub(MOST_TOLD);
    if open.is_empty() {
        return None;
    }
    let mut words = open.iter().take(MOST_TOLD).copied().collect::<Vec<_>>().join(" ");
    if more > 0 {
        words.push_str(&format!(" And {more} more."));
    }
    Some(problem(
        ProblemCode::GateClosed,
        "Somebody else changed the new app",
        words,
        "Find out who did it: another Rehome, a script, a colleague. Look at the changes, then say that the waves may go on.",
    ))
}

/// Before a wave: which groups are on the new app, as listed just now, against what was there at the last look; its people are
/// looked at with every listing. Refuses where somebody else changed either.
pub(crate) async fn look(ctx: &Ctx, found: &[Value]) -> Result<(), Halt> {
    let found: BTreeSet<GroupId> = found
        .iter()
        .filter_map(|raw| AppGroup::read(raw.clone()).ok())
        .map(|group| group.id)
        .collect();
    let changes = groups(&ctx.migration.model(), &found);
    if !changes.is_empty() {
        ctx.migration.decide_all(changes).await?;
    }
    refusal(&ctx.migration.model()).map_or(Ok(()), |p| Err(p.into()))
}

/// Groups that somebody else put on the new app, or took off it.
fn groups(model: &Model, found: &BTreeSet<GroupId>) -> Vec<(String, String, Value)> {
    let Some(inventory) = model.inventory.as_ref().filter(|_| model.has_begun(0)) else {
        return Vec::new();
    };
    let read: BTreeSet<&GroupId> = inventory.new_groups.iter().map(|g| &g.id).collect();
    let made = |g: &GroupId| model.wave_groups.values().any(|own| own == g);
    let own = |g: &GroupId| model.groups_on.contains(g) || model.groups_written.contains(g) || made(g);
    let seen = |key: String, words: String| {
        let is_new = !model.decisions.runs.foreign.contains_key(&key);
        is_new.then(|| (kind::FOREIGN_SEEN.to_owned(), key, json!({ "words": words })))
    };
    let on = found.iter().filter(|g| !read.contains(g) && !own(g)).filter_map(|g| {
        let words = format!("The group {} was put on the new app.", model.group_name(g));
        seen(format!("group on {g}"), words)
    });
    let gone = model
        .groups_on
        .iter()
        .chain(read.iter().copied().filter(|g| !model.groups_written.contains(*g)))
        .filter(|g| !found.contains(*g));
    let off = gone.filter_map(|g| {
        let words = format!("The group {} was taken off the new app.", model.group_name(g));
        seen(format!("group off {g}"), words)
    });
    on.chain(off).collect()
}
