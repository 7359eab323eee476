//! Route `WholeGroup`, and groups whose members were placed one by one: the group is put on the new app.

use std::collections::{BTreeMap, BTreeSet};

use futures::FutureExt;
use rehome_domain::{
    AppGroup, GroupId, UserId,
    plan::{GroupPlan, Route, Wave},
};
use rehome_journal::NewOperation;
use serde_json::{Value, json};

use super::{
    Ctx, Halt,
    fan_out::until_none_left,
    kinds::OperationKind as Kind,
    operate::{Done, operate},
    prove::prove_placed,
};
use crate::{
    inventory::members::{read_members, who_gets_apps},
    model::{decisions::WaveRecord, placement},
};

/// Puts the groups of a wave on the new app, in ascending priority and one after the other (api-facts 7.3).
pub(crate) async fn groups_on(ctx: &Ctx, wave: &Wave, record: &mut WaveRecord) -> Result<(), Halt> {
    let todo = in_order(ctx, wave);
    if todo.is_empty() {
        return keep_order(ctx, wave.number, record).await;
    }
    let there = on_the_new_app(ctx).await?;
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
        drain(ctx, group).await?;
        if !wave.swaps.is_empty() && !all_fine(ctx, group) {
            // The first one of a swap is the trial: the others wait until it is right.
            let words = format!(
                "{} is on the new app, but not everybody in it is as planned.",
                group.name
            );
            record.remarks.push(words);
            break;
        }
    }
    keep_order(ctx, wave.number, record).await
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

/// Groups on the new app before this wave puts any there: what stood there is not this migration's.
async fn on_the_new_app(ctx: &Ctx) -> Result<BTreeMap<GroupId, Value>, Halt> {
    let read = ctx.client.read();
    let found = ctx.reading(|| read.app_groups(&ctx.migration.new)).await?;
    let of = |raw: Value| Some((GroupId::from(raw["id"].as_str()?), raw));
    Ok(found.into_iter().filter_map(of).collect())
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

/// The PUT answers before the members have the app (api-facts 7.4): looks until everybody is there and settled.
async fn drain(ctx: &Ctx, group: &GroupPlan) -> Result<(), Halt> {
    let look = || {
        async {
            prove_placed(ctx).await?;
            let model = ctx.migration.model();
            let users = model.inventory.as_ref().map(|i| &i.new_users);
            let there = |u: &&UserId| users.is_some_and(|all| all.get(u).is_some_and(|a| a.is_settled()));
            Ok(group.members.iter().filter(|u| !there(u)).count())
        }
        .boxed()
    };
    let words = |left| format!("Okta is giving the new app to {left} more members of {}", group.name);
    until_none_left(ctx, group.members.len(), look, words).await.map(drop)
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
    let there = on_the_new_app(ctx).await?;
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
    let read = ctx.client.read();
    let found = ctx.reading(|| read.app_groups(&ctx.migration.new)).await?;
    let priorities: BTreeMap<GroupId, i64> = found
        .into_iter()
        .filter_map(|raw| AppGroup::read(raw).ok())
        .map(|g| (g.id, g.priority))
        .collect();
    let seen: Vec<Option<&i64>> = planned.iter().map(|g| priorities.get(&g.group)).collect();
    Ok(seen.windows(2).all(|w| w[0].is_some() && w[0] < w[1]))
}
