//! Giving the old app back: the way back from step 5, as long as the old app is active. It only ever gives, so it needs no
//! gate. Individuals first, then groups in ascending priority: who was individual stays so (invariant 13). A group assignment
//! sends no username, so people whose old username the old template would not give again are given it one by one before
//! their group, and converted after it: otherwise the service would make them a second account.

use std::collections::{BTreeMap, BTreeSet};

use rehome_domain::{
    App, GroupId, Mapping, Org, UserId,
    usernames::{Predictor, TemplateOf},
};
use rehome_journal::{NewOperation, Operation, Outcome};
use serde_json::{Map, Value, json};

use crate::{
    model::kind,
    problem::problem,
    retire::left_old,
    run::{
        Ctx, Halt, at_once,
        convert::{Conversion, On, convert_one},
        kinds::OperationKind as Kind,
        operate::{Done, is_part_of, operate},
        prove::list_app,
        recover_first,
    },
    view::{Problem, ProblemCode},
};

/// Operations of steps 5 and 6 belong to no wave.
const NO_WAVE: i64 = -1;
const LOOKS: &[f64] = &[1.0, 1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 30.0, 30.0, 30.0];

/// Gives the old app back to everybody and every group that this migration took it from.
pub(crate) async fn give_back(ctx: Ctx) -> Result<(), Halt> {
    recover_first(&ctx).await?;
    let read = ctx.client.read();
    let old = &ctx.migration.old;
    let app = App::read(ctx.reading(|| read.app(old)).await?).map_err(crate::connect::odd)?;
    if !app.is_active() {
        return Err(problem(
            ProblemCode::GateClosed,
            format!("{} is not active", app.label),
            "Okta assigns nobody to an inactive app.",
            "Activate it in the Admin Console first, then give it back.",
        )
        .into());
    }
    let operations = ctx.migration.journal.operations(&ctx.migration.id).await?;
    let present = list_app(&ctx, old).await?;
    // Until the end is noted, the way back is offered again: a run that was cut off is not done.
    ctx.migration.decide(kind::GIVING_BACK, "", json!(true)).await?;
    let groups = groups_taken(&ctx, &operations).await?;
    let by_hand = named_by_hand(&ctx, &operations);
    let mut people: BTreeMap<UserId, Value> = taken(&operations, "unassign")
        .into_iter()
        .map(|(id, op)| (UserId::from(id), op.snapshot.clone().unwrap_or_default()))
        .collect();
    people.extend(by_hand.clone());
    people.retain(|id, _| !present.contains_key(id));
    ctx.total(people.len() + groups.len() + by_hand.len());
    let failed = at_once(people.into_iter().collect(), usize::MAX, |(person, snapshot)| {
        let ctx = &ctx;
        async move {
            ctx.checkpoint().await?;
            ctx.now(ctx.migration.model().name_of(&person));
            let done = give_person(ctx, &person, &snapshot).await?;
            ctx.advance(1);
            Ok(done)
        }
    })
    .await?;
    if failed > 0 {
        return Err(some_failed(failed).into());
    }
    for (group, operation) in &groups {
        ctx.checkpoint().await?;
        give_group(&ctx, group, operation).await?;
        ctx.advance(1);
    }
    wait_for_members(&ctx, &groups).await?;
    convert_back(&ctx, by_hand).await?;
    // A canary that has the old app again proves nothing any more.
    ctx.migration.decide(kind::CANARY, "", Value::Null).await?;
    ctx.migration.decide(kind::CANARY_SEEN, "", Value::Null).await?;
    left_old(&ctx).await?;
    ctx.migration.decide(kind::GIVING_BACK, "", Value::Null).await?;
    ctx.migration.model().gate = None;
    Ok(())
}

/// Groups stay off: one of them could give somebody a username of the template's making.
fn some_failed(failed: usize) -> Problem {
    problem(
        ProblemCode::Okta,
        format!("The old app could not be given back to {failed} people"),
        "Okta refused them one by one, so their groups were not put on it: that could give them another account.",
        "Look at these people in Okta, then give the old app back again. Nobody has lost the new app.",
    )
}

/// The newest confirmed operation of a kind, by subject.
fn taken<'a>(operations: &'a [Operation], kind: &str) -> BTreeMap<String, &'a Operation> {
    let confirmed = operations
        .iter()
        .filter(|o| o.kind == kind && o.outcome == Some(Outcome::Confirmed));
    confirmed.map(|o| (o.subject.clone(), o)).collect()
}

/// Groups that are off the old app by this migration, the winner first.
async fn groups_taken<'a>(ctx: &Ctx, operations: &'a [Operation]) -> Result<Vec<(GroupId, &'a Operation)>, Halt> {
    let read = ctx.client.read();
    let on = ctx.reading(|| read.app_groups(&ctx.migration.old)).await?;
    let on: BTreeSet<&str> = on.iter().filter_map(|g| g["id"].as_str()).collect();
    let mut groups: Vec<(GroupId, &Operation)> = taken(operations, "groupOff")
        .into_iter()
        .filter(|(id, _)| !on.contains(id.as_str()))
        .map(|(id, op)| (GroupId::from(id), op))
        .collect();
    groups.sort_by_key(|(id, op)| (priority(op), id.clone()));
    Ok(groups)
}

/// People of groups that were taken off whose username the old app's own template would not give them again, with their
/// snapshots; also of groups that are back already, since a run may have been cut off before it converted them.
fn named_by_hand(ctx: &Ctx, operations: &[Operation]) -> BTreeMap<UserId, Value> {
    let model = ctx.migration.model();
    let Some(inventory) = &model.inventory else {
        return BTreeMap::new();
    };
    let variable = inventory.old.schema.value().map(|s| s.variable.clone());
    let predictor = Predictor::new(TemplateOf {
        app: &inventory.old.app,
        variable: variable.as_deref(),
        org: Org::default(),
    });
    let again = |user: &UserId| {
        let person = inventory.roster.users.get(user)?.person.as_ref()?;
        predictor.evaluate(person).sure()?.as_str().map(str::to_owned)
    };
    taken(operations, "groupOff")
        .values()
        .filter_map(|op| op.snapshot.as_ref()?["people"].as_object())
        .flatten()
        .filter(|(_, raw)| raw["scope"] == "GROUP")
        .map(|(id, raw)| (UserId::from(id), raw.clone()))
        .filter(|(id, raw)| again(id).as_deref() != raw["credentials"]["userName"].as_str())
        .collect()
}

/// Back under their groups, with the username that they had: whoever Okta does not let keep it stays individual.
async fn convert_back(ctx: &Ctx, by_hand: BTreeMap<UserId, Value>) -> Result<(), Halt> {
    let present = list_app(ctx, &ctx.migration.old).await?;
    let due = by_hand.into_iter().filter_map(|(user, snapshot)| {
        let sent = json!({ "credentials": { "userName": snapshot["credentials"]["userName"] } });
        // Also who was converted just before an earlier run was cut off, and has the template's username since.
        let is_due = |raw: &Value| raw["scope"] == "USER" || !is_part_of(&sent, raw);
        let before = present.get(&user).filter(is_due)?;
        Some(Conversion {
            on: On::Old,
            user,
            before,
            sent,
        })
    });
    at_once(due.collect(), usize::MAX, |one| async move {
        ctx.checkpoint().await?;
        let (done, remark) = convert_one(ctx, NO_WAVE, &one).await?;
        if let Some(words) = remark {
            tracing::debug!(words, "somebody stays individual on the old app");
        }
        ctx.advance(1);
        Ok(done)
    })
    .await?;
    Ok(())
}

fn priority(operation: &Operation) -> i64 {
    operation
        .undo
        .as_ref()
        .and_then(|u| u["body"]["priority"].as_i64())
        .unwrap_or(i64::MAX)
}

async fn give_group(ctx: &Ctx, group: &GroupId, taken: &Operation) -> Result<(), Halt> {
    let app = &ctx.migration.old;
    let body = taken
        .undo
        .as_ref()
        .map(|u| u["body"].clone())
        .unwrap_or_else(|| json!({}));
    ctx.now(format!("the group {}", ctx.migration.model().group_name(group)));
    let operation = NewOperation {
        wave: NO_WAVE,
        subject: group.to_string(),
        kind: Kind::GroupBack.into(),
        method: "PUT".to_owned(),
        path: format!("/api/v1/apps/{app}/groups/{group}"),
        body: Some(body.clone()),
        undo: None,
        snapshot: None,
    };
    let assign = ctx.client.assign();
    match operate(ctx, operation, || assign.put_app_group(app, group, &body)).await? {
        Done::Confirmed(_) => Ok(()),
        Done::Failed { words } => Err(problem(
            ProblemCode::Okta,
            format!("{} could not be given back", ctx.migration.model().group_name(group)),
            words,
            "Look at the group in Okta, then go on.",
        )
        .into()),
    }
}

async fn give_person(ctx: &Ctx, person: &UserId, snapshot: &Value) -> Result<Done, Halt> {
    let app = &ctx.migration.old;
    let mut body = json!({ "id": person, "scope": "USER" });
    let named = {
        let model = ctx.migration.model();
        model.inventory.as_ref().is_none_or(|i| i.old.app.takes_usernames())
    };
    if let Some(name) = snapshot["credentials"]["userName"].as_str().filter(|_| named) {
        body["credentials"] = json!({ "userName": name });
    }
    let profile = own_values(ctx, snapshot);
    if !profile.is_empty() {
        body["profile"] = Value::Object(profile);
    }
    let operation = NewOperation {
        wave: NO_WAVE,
        subject: person.to_string(),
        kind: Kind::Reassign.into(),
        method: "POST".to_owned(),
        path: format!("/api/v1/apps/{app}/users"),
        body: Some(body.clone()),
        undo: None,
        snapshot: None,
    };
    let assign = ctx.client.assign();
    operate(ctx, operation, || assign.assign_user(app, &body)).await
}

/// Values of the snapshot that Okta's mappings do not bring back by themselves (E0000075 refuses the others).
fn own_values(ctx: &Ctx, snapshot: &Value) -> Map<String, Value> {
    let model = ctx.migration.model();
    let Some(side) = model.inventory.as_ref().map(|i| &i.old) else {
        return Map::new();
    };
    let none = Vec::new();
    let mappings: &Vec<Mapping> = side.mappings.value().unwrap_or(&none);
    let own = |name: &str| {
        name != "userName"
            && side.schema.value().is_some_and(|s| s.attribute(name).is_some())
            && !mappings.iter().any(|m| m.properties.contains_key(name))
    };
    let profile = snapshot["profile"].as_object().into_iter().flatten();
    profile
        .filter(|(name, v)| !v.is_null() && own(name))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect()
}

/// The fan-out gives members the app one after the other.
async fn wait_for_members(ctx: &Ctx, groups: &[(GroupId, &Operation)]) -> Result<(), Halt> {
    let expected: BTreeSet<UserId> = groups
        .iter()
        .filter_map(|(_, op)| op.snapshot.as_ref()?["people"].as_object())
        .flat_map(|people| people.keys().map(UserId::from))
        .collect();
    for wait in LOOKS {
        let present = list_app(ctx, &ctx.migration.old).await?;
        let settled = |u: &&UserId| present.user(u).is_some_and(|a| a.is_settled());
        let left = expected.iter().filter(|u| !settled(u)).count();
        if left == 0 {
            break;
        }
        ctx.waiting(Some(&format!("Okta is giving the old app to {left} more people")));
        ctx.pause_for(*wait).await?;
    }
    ctx.waiting(None);
    Ok(())
}
