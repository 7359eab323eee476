//! Route `WholeGroup`, and groups whose members were placed one by one: the group is put on the new app.

use std::collections::{BTreeMap, BTreeSet};

use futures::FutureExt;
use rehome_domain::{
    AppGroup, GroupId, UserId,
    people::AssignmentPath,
    plan::{GroupPlan, Route, Wave},
};
use rehome_journal::NewOperation;
use serde_json::{Value, json};

use super::{
    Ctx, Halt,
    fan_out::until_none_left,
    kinds::OperationKind as Kind,
    look::{groups_now, list_groups, signed_in_now},
    operate::{Done, operate},
    prove::prove_placed,
};
use crate::{
    inventory::members::{read_members, who_gets_apps},
    model::{decisions::WaveRecord, placement},
};

/// Puts the groups of a wave on the new app, in ascending priority and one after the other (api-facts 7.3): the next one goes on
/// when the one before was answered, and what Okta then does for all of them is waited for once.
pub(crate) async fn groups_on(ctx: &Ctx, wave: &Wave, record: &mut WaveRecord) -> Result<(), Halt> {
    let todo = in_order(ctx, wave);
    if todo.is_empty() {
        return keep_order(ctx, wave.number, record).await;
    }
    let there = by_id(&groups_now(ctx).await?);
    let mut filling = Vec::new();
    // The first one of a swap is the trial: the others wait until it is right.
    let mut trial = !wave.swaps.is_empty();
    for group in todo {
        ctx.turn().await?;
        ctx.now(format!("the group {}", group.name));
        let in_the_way = not_ready(ctx, wave, group).await?;
        if !in_the_way.is_empty() {
            record.held.insert(
                group.group.to_string(),
                in_the_way.iter().map(ToString::to_string).collect(),
            );
            continue;
        }
        record.held.remove(group.group.as_str());
        if let Done::Failed { words } =
            put(ctx, wave.number, &group.group, &group.body, there.get(&group.group)).await?
        {
            record.held.insert(group.group.to_string(), Vec::new());
            record
                .remarks
                .push(format!("{} could not be put on the new app. {words}", group.name));
            continue;
        }
        filling.push(group);
        if std::mem::take(&mut trial) && !filled(ctx, wave, &mut filling, record).await? {
            break;
        }
    }
    // Answers to PUTs are provisional: the order is read again after the last one, while Okta works.
    futures::try_join!(filled(ctx, wave, &mut filling, record), groups_now(ctx))?;
    keep_order(ctx, wave.number, record).await
}

/// Waits until everybody of these groups has the new app; in the wave of a swap says whether all are as planned.
async fn filled(ctx: &Ctx, wave: &Wave, filling: &mut Vec<&GroupPlan>, record: &mut WaveRecord) -> Result<bool, Halt> {
    let groups = std::mem::take(filling);
    drain(ctx, wave, &groups).await?;
    if wave.swaps.is_empty() {
        return Ok(true);
    }
    let wrong: Vec<&str> = groups
        .iter()
        .filter(|group| !all_fine(ctx, group))
        .map(|group| group.name.as_str())
        .collect();
    for name in &wrong {
        let words = format!("{name} is on the new app, but not everybody in it is as planned.");
        record.remarks.push(words);
    }
    Ok(wrong.is_empty())
}

/// What is still to be put on: ascending priority; in the wave of a swap the smallest group first, as a trial.
fn in_order<'a>(ctx: &Ctx, wave: &'a Wave) -> Vec<&'a GroupPlan> {
    let model = ctx.migration.model();
    let on = |g: &&GroupPlan| model.groups_on.contains(&g.group);
    let mut todo: Vec<&GroupPlan> = wave.groups.iter().filter(|g| !on(g)).collect();
    let smallest = (0..todo.len()).min_by_key(|at| todo[*at].members.len());
    if let Some(smallest) = smallest.filter(|_| !wave.swaps.is_empty()) {
        todo[..=smallest].rotate_right(1);
    }
    todo
}

/// Groups on the new app, by id: what stood there before this wave put any on is not this migration's.
fn by_id(found: &[Value]) -> BTreeMap<GroupId, Value> {
    let of = |raw: &Value| Some((GroupId::from(raw["id"].as_str()?), raw.clone()));
    found.iter().filter_map(of).collect()
}

/// Every planned member is placed.
fn all_fine(ctx: &Ctx, group: &GroupPlan) -> bool {
    let model = ctx.migration.model();
    let users = model.inventory.as_ref().map(|i| &i.new_users);
    let fine = |user: &UserId| {
        let plan = model.person_plan(user).map(|(_, person)| person);
        // Scope is mended after the groups are on.
        plan.is_none_or(|p| placement(p, false, users.and_then(|u| u.get(user))).is_ok())
            || model.leavers.contains(user)
            || model.decisions.excluded.contains_key(user)
    };
    group.members.iter().all(fine)
}

/// Invariant 12, on members read just now: everybody is proven there, or comes in this wave with a settled username.
async fn not_ready(ctx: &Ctx, wave: &Wave, group: &GroupPlan) -> Result<BTreeSet<UserId>, Halt> {
    let read = ctx.client.read();
    let members = ctx.reading(|| read_members(&read, &group.group)).await?;
    let members = who_gets_apps(&members);
    // Whoever comes with any whole group of this wave has a settled username that the template gives: which of the groups
    // is put on first makes no difference to that.
    let comes_with_it: BTreeSet<&UserId> = wave
        .people
        .iter()
        .filter(|p| matches!(p.route, Route::WholeGroup { .. }))
        .map(|p| &p.user)
        .collect();
    let model = ctx.migration.model();
    // Scope is not asked here: who came one by one is converted right after the groups are on.
    let arrived = |user: &UserId| {
        let plan = model.person_plan(user).map(|(_, person)| person);
        let seen = model.inventory.as_ref().and_then(|i| i.new_users.get(user));
        plan.is_some_and(|p| placement(p, false, seen).is_ok()) && model.track(user).same_account != Some(false)
    };
    let ready = |user: &&UserId| !model.is_skipped(user) && (comes_with_it.contains(*user) || arrived(user));
    Ok(members.iter().filter(|u| !ready(u)).cloned().collect())
}

/// `before`: how it stood on the new app already.
pub(super) async fn put(
    ctx: &Ctx,
    wave: u32,
    group: &GroupId,
    body: &Value,
    before: Option<&Value>,
) -> Result<Done, Halt> {
    let app = &ctx.migration.new;
    let path = format!("/api/v1/apps/{app}/groups/{group}");
    let operation = NewOperation {
        wave: i64::from(wave),
        subject: group.to_string(),
        kind: Kind::GroupOn.into(),
        method: "PUT".to_owned(),
        path: path.clone(),
        body: Some(body.clone()),
        undo: Some(json!({ "method": "DELETE", "path": path })),
        snapshot: before.cloned(),
    };
    let assign = ctx.client.assign();
    operate(ctx, operation, || assign.put_app_group(app, group, body)).await
}

/// The PUT answers before the members have the app (api-facts 7.4): looks until everybody is there and settled. Where nothing is
/// written after that, sign-ins are read beside the first look.
async fn drain(ctx: &Ctx, wave: &Wave, groups: &[&GroupPlan]) -> Result<(), Halt> {
    let people: BTreeSet<&UserId> = groups.iter().flat_map(|group| group.members.iter()).collect();
    if people.is_empty() {
        return Ok(());
    }
    let last = wave.number > 0 && wave.swaps.is_empty() && !converts(ctx, groups);
    let look = || {
        async {
            if last {
                futures::try_join!(prove_placed(ctx), signed_in_now(ctx))?;
            } else {
                prove_placed(ctx).await?;
            }
            let model = ctx.migration.model();
            let users = model.inventory.as_ref().map(|i| &i.new_users);
            let there = |u: &&&UserId| users.is_some_and(|all| all.get(u).is_some_and(|a| a.is_settled()));
            Ok(people.iter().filter(|u| !there(u)).count())
        }
        .boxed()
    };
    let whose = match groups {
        [one] => one.name.clone(),
        many => format!("{} groups", many.len()),
    };
    let words = |left| format!("Okta is giving the new app to {left} more members of {whose}");
    until_none_left(ctx, people.len(), people.len(), look, words)
        .await
        .map(drop)
}

/// Whether somebody of these groups was assigned one by one, and is converted next.
fn converts(ctx: &Ctx, groups: &[&GroupPlan]) -> bool {
    let model = ctx.migration.model();
    let Some(record) = &model.plan else { return false };
    let of_these = |path: &AssignmentPath| match path {
        AssignmentPath::Group { group } => groups.iter().any(|g| g.group == *group),
        _ => false,
    };
    record
        .plan
        .people()
        .any(|(_, person)| person.body.is_some() && of_these(&person.path))
}

/// Priorities mean an order; answers to PUTs are provisional, so the order is read again and mended once if need be.
async fn keep_order(ctx: &Ctx, wave: u32, record: &mut WaveRecord) -> Result<(), Halt> {
    let planned: Vec<GroupPlan> = {
        let model = ctx.migration.model();
        let Some(plan) = &model.plan else { return Ok(()) };
        let mut all: Vec<GroupPlan> = plan.plan.waves.iter().flat_map(|w| w.groups.clone()).collect();
        all.retain(|g| model.groups_on.contains(&g.group));
        all.sort_by_key(|g| g.priority);
        all
    };
    if planned.len() < 2 || order_holds(ctx, &planned).await? {
        return Ok(());
    }
    let there = by_id(&list_groups(ctx).await?);
    for (rank, group) in planned.iter().enumerate() {
        ctx.turn().await?;
        let mut body = group.body.clone();
        body["priority"] = json!(rank);
        put(ctx, wave, &group.group, &body, there.get(&group.group)).await?;
    }
    let words = if order_holds(ctx, &planned).await? {
        "Okta had put the groups in another order; their priorities were set again."
    } else {
        "The groups on the new app are not in the order of the old app. Set their priorities in Okta."
    };
    record.remarks.push(words.to_owned());
    Ok(())
}

async fn order_holds(ctx: &Ctx, planned: &[GroupPlan]) -> Result<bool, Halt> {
    let found = groups_now(ctx).await?;
    let priorities: BTreeMap<GroupId, i64> = found
        .iter()
        .filter_map(|raw| AppGroup::read(raw.clone()).ok())
        .map(|g| (g.id, g.priority))
        .collect();
    let seen: Vec<Option<&i64>> = planned.iter().map(|g| priorities.get(&g.group)).collect();
    Ok(seen.windows(2).all(|w| w[0].is_some() && w[0] < w[1]))
}
