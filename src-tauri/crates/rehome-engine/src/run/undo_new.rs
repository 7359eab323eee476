//! The way back on the new app, as long as everybody still has the old one: single people (the rehearsal of the pilot), or
//! everybody whom this migration placed. Purpose `undo` of the gate: only what the journal says that it gave.

use std::collections::BTreeSet;

use futures::FutureExt;
use jiff::Timestamp;
use rehome_domain::{AppUser, GroupId, Scope, UserId, plan::Wave, schedule::ErrorBudget};
use rehome_journal::Proof;
use serde_json::{Value, json};

use super::{
    Ctx, Halt,
    assign::{Who, at_once},
    fan_out::until_none_left,
    look::People,
    operate::Done,
    prove::{list_app, prove_placed},
    recover::recover,
    wave::{give, settle_people},
    wave_groups::names,
};
use crate::{
    gate::{UndoDoor, open_undo},
    model::kind,
    problem::problem,
    view::ProblemCode,
};

/// Operations of the way back belong to no wave.
const NO_WAVE: i64 = -1;

/// How somebody came to the new app by this migration, and so leaves it.
enum WayBack {
    Unassign(Value),
    /// Is off it already.
    Gone,
}

/// Takes people whom this migration placed off the new app again, and waits until they are. They keep the old app. Refused, by
/// name and before anybody is touched, for whoever has not the old app, or has the new one by another way.
pub(crate) async fn undo_people(ctx: &Ctx, users: &[UserId]) -> Result<(), Halt> {
    let door = open_undo(ctx).await?;
    keep_the_old_app(ctx, users.iter()).await?;
    let listing = prove_placed(ctx).await?;
    let mut todo = Vec::new();
    for user in users {
        todo.push((user.clone(), way_back(ctx, &door, user, listing.get(user).as_ref())?));
    }
    ctx.total(todo.len());
    let (door, failed) = (&door, &std::sync::Mutex::new(Vec::new()));
    at_once(todo, 0, |(user, way)| async move {
        ctx.checkpoint().await?;
        let name = ctx.migration.model().name_of(&user);
        ctx.now(name.clone());
        let done = match way {
            WayBack::Unassign(snapshot) => door.unassign(ctx, NO_WAVE, &user, snapshot).await?,
            WayBack::Gone => Done::Confirmed(Value::Null),
        };
        if let Done::Failed { words } = &done {
            let mut failed = failed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            failed.push(format!("{name}: {words}"));
        }
        ctx.advance(1);
        Ok(done)
    })
    .await?;
    let failed = std::mem::take(&mut *failed.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
    if !failed.is_empty() {
        return Err(not_taken_back(failed.join(" ")).into());
    }
    until_gone(ctx, &users.iter().cloned().collect()).await
}

fn way_back(ctx: &Ctx, door: &UndoDoor, user: &UserId, seen: Option<&Value>) -> Result<WayBack, Halt> {
    let ours = door.ours();
    let Some(raw) = seen else { return Ok(WayBack::Gone) };
    let single = AppUser::read(raw).is_ok_and(|u| u.scope() == Scope::User);
    if single && ours.people.contains(user) {
        return Ok(WayBack::Unassign(raw.clone()));
    }
    let name = ctx.migration.model().name_of(user);
    Err(problem(
        ProblemCode::GateClosed,
        format!("{name} cannot be taken back alone"),
        if single {
            "This migration did not assign the new app to this person."
        } else {
            "A group gives this person the new app: only everybody in it can go back together."
        },
        "Choose somebody who was assigned one by one, or roll the whole migration back in step 4.",
    )
    .into())
}

/// Gives the new app again to people who were taken back, as the plan says, and proves it.
pub(crate) async fn give_again(ctx: &Ctx, users: &[UserId]) -> Result<(), Halt> {
    let waves: Vec<Wave> = {
        let model = ctx.migration.model();
        let plan = model.approved().map(|record| &record.plan);
        let of = |wave: &Wave| Wave {
            people: wave
                .people
                .iter()
                .filter(|p| users.contains(&p.user))
                .cloned()
                .collect(),
            groups: Vec::new(),
            swaps: Vec::new(),
            ..wave.clone()
        };
        let waves = plan.into_iter().flat_map(|p| &p.waves).map(of);
        waves.filter(|w| !w.people.is_empty()).collect()
    };
    for wave in waves {
        give(ctx, &wave, Who::All, 0).await?;
        settle_people(ctx, &wave, false).await?;
        let model = ctx.migration.model();
        let not: BTreeSet<UserId> = wave
            .people
            .iter()
            .filter(|p| !model.track(&p.user).placed)
            .map(|p| p.user.clone())
            .collect();
        drop(model);
        if !not.is_empty() {
            return Err(problem(
                ProblemCode::Okta,
                format!("{} did not come back to the new app", names(ctx, &not)),
                "They were taken off it and given it again, and Okta does not show them as planned yet. They have the old app.",
                "Run the pilot again: it gives the new app to whoever does not have it.",
            )
            .into());
        }
    }
    Ok(())
}

/// Everybody of these has the old app, read now.
async fn keep_the_old_app<'a>(ctx: &Ctx, users: impl Iterator<Item = &'a UserId>) -> Result<(), Halt> {
    let old = list_app(ctx, &ctx.migration.old).await?;
    let without: BTreeSet<UserId> = users.filter(|u| !old.contains_key(u)).cloned().collect();
    if without.is_empty() {
        return Ok(());
    }
    Err(problem(
        ProblemCode::GateClosed,
        format!("{} have the new app only", names(ctx, &without)),
        "Somebody took the old app from them. Going back would leave them with neither.",
        "Give them the old app again in Okta, or take the new one from them there if they shall have none. Then go back here.",
    )
    .into())
}

/// Lists the new app until none of these is on it.
async fn until_gone(ctx: &Ctx, users: &BTreeSet<UserId>) -> Result<(), Halt> {
    let left =
        |listing: &People| -> BTreeSet<UserId> { users.iter().filter(|u| listing.contains_key(u)).cloned().collect() };
    let look = || async { Ok(left(&*prove_placed(ctx).await?).len()) }.boxed();
    let words = |left| format!("Okta is taking {left} more people off the new app");
    if users.is_empty() || until_none_left(ctx, users.len(), users.len(), look, words).await? {
        return Ok(());
    }
    let left = left(&*prove_placed(ctx).await?);
    if left.is_empty() {
        return Ok(());
    }
    Err(not_taken_back(format!("Okta still shows {} on the new app.", names(ctx, &left))).into())
}

fn not_taken_back(why: String) -> crate::view::Problem {
    problem(
        ProblemCode::Okta,
        "Not everybody could be taken off the new app again",
        why,
        "Mend the cause in Okta, then go on. Everybody has the old app.",
    )
}

/// Takes everything back that this migration gave on the new app, so that it ends as it was before: groups off, wave groups
/// deleted, people unassigned. One listed step; cut off, it goes on where it was.
pub(crate) async fn roll_back(ctx: Ctx) -> Result<(), Halt> {
    recover(&ctx).await?;
    let door = open_undo(&ctx).await?;
    let given = given(&door);
    let listing = prove_placed(&ctx).await?;
    keep_the_old_app(&ctx, given.iter().filter(|u| listing.contains_key(u))).await?;
    ctx.migration.decide(kind::ROLLING_BACK, "", json!(true)).await?;
    ctx.total(door.ours().on.len() + door.ours().people.len());
    groups_off(&ctx, &door, &listing).await?;
    people_off(&ctx, &door).await?;
    for group in &door.ours().made {
        ctx.checkpoint().await?;
        ctx.now("deleting the wave group".to_owned());
        if let Done::Failed { words } = door.delete_group(&ctx, NO_WAVE, group).await? {
            return Err(not_taken_back(format!("A wave group could not be deleted. {words}")).into());
        }
    }
    forget_the_waves(&ctx).await
}

/// Everybody who was given the new app one by one or by a wave group.
fn given(door: &UndoDoor) -> BTreeSet<UserId> {
    let ours = door.ours();
    ours.members.values().flatten().chain(&ours.people).cloned().collect()
}

/// Groups come off one after the other, the last priority first, then everybody is gone who had it through them alone.
async fn groups_off(ctx: &Ctx, door: &UndoDoor, listing: &People) -> Result<(), Halt> {
    let read = ctx.client.read();
    let on = ctx.reading(|| read.app_groups(&ctx.migration.new)).await?;
    let mut theirs: Vec<(GroupId, Value)> = Vec::new();
    let mut stay = Vec::new();
    for raw in on {
        match raw["id"].as_str().map(GroupId::from) {
            Some(id) if door.ours().on.contains(&id) => theirs.push((id, raw)),
            Some(id) => stay.push(id),
            None => {}
        }
    }
    theirs.sort_by_key(|(id, raw)| (std::cmp::Reverse(raw["priority"].as_i64()), id.clone()));
    let mut kept = BTreeSet::new();
    for group in &stay {
        kept.extend(super::wave_groups::members_of(ctx, group).await?);
    }
    let through = |user: &UserId| listing.get(user).is_some_and(|raw| raw["scope"] == "GROUP") && !kept.contains(user);
    let mut leaving = BTreeSet::new();
    for (group, raw) in theirs {
        ctx.checkpoint().await?;
        ctx.now(format!("the group {}", ctx.migration.model().group_name(&group)));
        let members = super::wave_groups::members_of(ctx, &group).await?;
        let people: serde_json::Map<String, Value> = members
            .iter()
            .filter_map(|u| Some((u.to_string(), listing.get(u)?)))
            .collect();
        let snapshot = json!({ "group": raw, "people": people });
        if let Done::Failed { words } = door.group_off(ctx, NO_WAVE, &group, snapshot).await? {
            return Err(not_taken_back(format!("A group could not be taken off the new app. {words}")).into());
        }
        leaving.extend(members.into_iter().filter(through));
        ctx.advance(1);
    }
    // Cut off before, the jobs of groups that are off already may still be at work.
    let ours = given(door);
    leaving.extend(listing.keys().filter(|u| ours.contains(*u) && through(u)).cloned());
    until_gone(ctx, &leaving).await
}

async fn people_off(ctx: &Ctx, door: &UndoDoor) -> Result<(), Halt> {
    let listing = prove_placed(ctx).await?;
    let ours = listing.keys().filter(|user| door.ours().people.contains(*user));
    let todo: Vec<(UserId, Value)> = ours
        .filter_map(|user| Some((user.clone(), listing.get(user)?)))
        .collect();
    let people: BTreeSet<UserId> = todo.iter().map(|(user, _)| user.clone()).collect();
    let failed = at_once(
        todo,
        ErrorBudget::default().allows(people.len()),
        |(user, raw)| async move {
            ctx.checkpoint().await?;
            ctx.now(ctx.migration.model().name_of(&user));
            let done = door.unassign(ctx, NO_WAVE, &user, raw).await?;
            ctx.advance(1);
            Ok(done)
        },
    )
    .await?;
    if failed > 0 {
        let left: BTreeSet<UserId> = prove_placed(ctx)
            .await?
            .keys()
            .filter(|u| people.contains(*u))
            .cloned()
            .collect();
        return Err(not_taken_back(format!("Okta refused it for {}.", names(ctx, &left))).into());
    }
    until_gone(ctx, &people).await
}

/// Everybody is where they were before the pilot: what was proven is void, and the plan must be approved anew.
async fn forget_the_waves(ctx: &Ctx) -> Result<(), Halt> {
    let (waves, signed_in) = {
        let model = ctx.migration.model();
        let waves: Vec<u32> = model.decisions.waves.keys().copied().collect();
        let signed_in = model
            .tracks
            .iter()
            .filter(|(_, t)| t.signed_in)
            .map(|(u, _)| u.to_string());
        (waves, signed_in.collect::<Vec<_>>())
    };
    let void = |subject: String| Proof {
        subject,
        level: "signed-in".to_owned(),
        holds: false,
        evidence: json!({ "why": "rolled back" }),
    };
    let journal = &ctx.migration.journal;
    journal
        .prove(
            &ctx.migration.id,
            signed_in.into_iter().map(void).collect(),
            Timestamp::now(),
        )
        .await?;
    let mut decisions: Vec<(String, String, Value)> = waves
        .into_iter()
        .map(|n| (kind::WAVE.to_owned(), n.to_string(), Value::Null))
        .collect();
    for (kind, value) in [
        (kind::APPROVED, Value::Null),
        (kind::ROLLED_BACK, json!(true)),
        (kind::ROLLING_BACK, Value::Null),
    ] {
        decisions.push((kind.to_owned(), String::new(), value));
    }
    ctx.migration.decide_all(decisions).await?;
    ctx.migration.reload().await?;
    Ok(())
}
