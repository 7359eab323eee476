//! Steps 5 and 6: the old app is emptied and deleted. Everything here goes through the gate, batch by batch.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rehome_domain::{
    AppGroup, GroupId, UserId,
    gate::{Act, Canary, thousands},
};
use rehome_journal::{NewOperation, Proof};
use rehome_okta::Retire;
use serde_json::{Value, json};

use crate::{
    gate::{OldApp, OpenGate, canary_of, choose_canary, open},
    model::{decisions::CanaryRecord, kind},
    problem::problem,
    run::{
        Ctx, Halt,
        door::recheck,
        kinds::OperationKind as Kind,
        operate::{Done, operate},
        prove::list_app,
        recover_first,
    },
    view::{ProblemCode, Step},
};

/// People unassigned between two readings of the gate.
const BATCH: usize = 100;
/// Org's seconds between looks at a removal that works its way through a group.
const DRAIN_LOOKS: &[f64] = &[
    1.0, 1.0, 2.0, 3.0, 5.0, 5.0, 10.0, 10.0, 15.0, 30.0, 30.0, 30.0, 30.0, 30.0, 30.0, 30.0,
];

/// One person (or, if nobody is on the old app individually, the smallest group) goes first.
pub(crate) async fn canary(ctx: Ctx) -> Result<(), Halt> {
    recover_first(&ctx).await?;
    Box::pin(recheck(&ctx, Step::Retire)).await?;
    let OpenGate { retire, old } = open(&ctx, Act::Canary).await?;
    // A canary that was chosen, but did not leave, is chosen again; one that left is being watched.
    if canary_of(&ctx.migration.model()) != Canary::None {
        return Ok(());
    }
    let since = ctx.meter.org_now(Timestamp::now());
    let person = choose_canary(&ctx.migration.model(), &old);
    let group = old
        .groups
        .iter()
        .min_by_key(|g| (members_on_old(&ctx, g).len(), g.priority))
        .cloned();
    let (record, group) = match (person, group) {
        (Some(person), _) => {
            let name = ctx.migration.model().name_of(&person);
            (
                CanaryRecord {
                    person: Some(person),
                    group: None,
                    name,
                    since,
                    evidence: Vec::new(),
                    lost: false,
                },
                None,
            )
        }
        (None, Some(group)) => {
            let record = CanaryRecord {
                person: None,
                group: Some(group.id.to_string()),
                name: format!("the group {}", group.name),
                since,
                evidence: Vec::new(),
                lost: false,
            };
            (record, Some(group))
        }
        (None, None) => return nobody_to_watch(&ctx).await,
    };
    ctx.migration
        .decide(kind::CANARY, "", serde_json::to_value(&record).unwrap_or_default())
        .await?;
    ctx.total(1);
    match (&record.person, group) {
        (Some(person), _) => drop(unassign(&ctx, &retire, &old, person).await?),
        (None, Some(group)) => take_off(&ctx, &retire, &old, &group).await?,
        (None, None) => {}
    }
    ctx.advance(1);
    left_old(&ctx).await?;
    // The first look, so that the evidence stands there when the admin comes back to it.
    ctx.pause_for(2.0).await?;
    crate::gate::read(&ctx, Act::Unassign).await?;
    Ok(())
}

/// The old app is empty already: there is nothing that a canary could tell.
async fn nobody_to_watch(ctx: &Ctx) -> Result<(), Halt> {
    crate::gate::read(ctx, Act::Deactivate).await?;
    Err(problem(
        ProblemCode::GateClosed,
        "Nobody on the old app can go first",
        "Everybody on it is excepted, or it is empty already.",
        "Look at the people who are left in the list below.",
    )
    .into())
}

/// Takes all groups off the old app, for exactly the approved number of members, smallest group first.
pub(crate) async fn groups(ctx: Ctx, approved: u32) -> Result<(), Halt> {
    recover_first(&ctx).await?;
    let mut first = true;
    loop {
        ctx.checkpoint().await?;
        let OpenGate { retire, old } = open(&ctx, Act::Unassign).await?;
        let members = through_groups(&old);
        if first {
            if members.len() != approved as usize {
                return Err(problem(
                    ProblemCode::GateClosed,
                    format!(
                        "{} people have the old app through groups, not {approved}",
                        thousands(members.len())
                    ),
                    "You approved an exact number, and it has changed since.",
                    "Look at the groups again, and approve the present number.",
                )
                .into());
            }
            ctx.total(members.len());
            first = false;
        }
        let smallest = old
            .groups
            .iter()
            .min_by_key(|g| (members_on_old(&ctx, g).len(), g.priority))
            .cloned();
        let Some(group) = smallest else { break };
        ctx.now(format!("the group {}", group.name));
        take_off(&ctx, &retire, &old, &group).await?;
        let left = left_old(&ctx).await?;
        ctx.advance(left);
    }
    Ok(())
}

/// Unassigns whoever is left, in batches.
pub(crate) async fn individuals(ctx: Ctx) -> Result<(), Halt> {
    recover_first(&ctx).await?;
    let mut tried: BTreeSet<UserId> = BTreeSet::new();
    loop {
        ctx.checkpoint().await?;
        let OpenGate { retire, old } = open(&ctx, Act::Unassign).await?;
        if !old.groups.is_empty() {
            return Err(problem(
                ProblemCode::GateClosed,
                format!("{} groups are still on the old app", old.groups.len()),
                "Groups go first: Okta refuses to unassign people who have an app through a group (E0000046).",
                "Take the groups off first.",
            )
            .into());
        }
        let todo: Vec<UserId> = old.users.keys().filter(|u| !tried.contains(*u)).cloned().collect();
        if tried.is_empty() {
            ctx.total(todo.len());
        }
        let batch: Vec<UserId> = todo.into_iter().take(BATCH).collect();
        if batch.is_empty() {
            break;
        }
        tried.extend(batch.iter().cloned());
        crate::run::at_once(batch, 3, |person| {
            let (ctx, retire, old) = (&ctx, &retire, &old);
            async move {
                ctx.checkpoint().await?;
                ctx.now(ctx.migration.model().name_of(&person));
                let done = unassign(ctx, retire, old, &person).await?;
                ctx.advance(1);
                Ok(done)
            }
        })
        .await?;
        left_old(&ctx).await?;
    }
    crate::gate::read(&ctx, Act::Deactivate).await?;
    Ok(())
}

async fn unassign(ctx: &Ctx, retire: &Retire, old: &OldApp, person: &UserId) -> Result<Done, Halt> {
    let app = &ctx.migration.old;
    let snapshot = old.users.get(person).unwrap_or(Value::Null);
    let undo = json!({ "method": "POST", "path": format!("/api/v1/apps/{app}/users"), "body": {
        "id": person, "scope": "USER", "credentials": { "userName": snapshot["credentials"]["userName"] } } });
    let operation = NewOperation {
        wave: -1,
        subject: person.to_string(),
        kind: Kind::Unassign.into(),
        method: "DELETE".to_owned(),
        path: format!("/api/v1/apps/{app}/users/{person}?sendEmail=false"),
        body: None,
        undo: Some(undo),
        snapshot: Some(snapshot),
    };
    operate(ctx, operation, || async {
        retire.unassign_user(app, person).await.map(|()| Value::Null)
    })
    .await
}

/// Takes one group off, with everybody's app user as snapshot, and waits until its members have gone.
async fn take_off(ctx: &Ctx, retire: &Retire, old: &OldApp, group: &AppGroup) -> Result<(), Halt> {
    let app = &ctx.migration.old;
    let members: BTreeMap<String, Value> = members_on_old(ctx, group)
        .iter()
        .filter_map(|u| Some((u.to_string(), old.users.get(u)?)))
        .collect();
    let path = format!("/api/v1/apps/{app}/groups/{}", group.id);
    let operation = NewOperation {
        wave: -1,
        subject: group.id.to_string(),
        kind: Kind::GroupOff.into(),
        method: "DELETE".to_owned(),
        path: path.clone(),
        body: None,
        undo: Some(json!({ "method": "PUT", "path": path,
            "body": { "priority": group.priority, "profile": group.profile } })),
        snapshot: Some(json!({ "group": group.raw, "people": members })),
    };
    let done = operate(ctx, operation, || async {
        retire.remove_app_group(app, &group.id).await.map(|()| Value::Null)
    })
    .await?;
    if let Done::Failed { words } = done {
        let what = format!("{} could not be taken off the old app", group.name);
        return Err(problem(ProblemCode::Okta, what, words, "Look at the group in Okta, then go on.").into());
    }
    let others: Vec<&AppGroup> = old.groups.iter().filter(|g| g.id != group.id).collect();
    let members = members_on_old(ctx, group);
    let leaving: Vec<UserId> = {
        let model = ctx.migration.model();
        let inventory = model.inventory.as_ref();
        let elsewhere = |u: &UserId| {
            others
                .iter()
                .any(|g| inventory.is_some_and(|i| i.roster.members_of(&g.id).any(|m| m == u)))
        };
        let through = |u: &UserId| old.users.is_through_group(u);
        members.into_iter().filter(|u| through(u) && !elsewhere(u)).collect()
    };
    for wait in DRAIN_LOOKS {
        ctx.pause_for(*wait).await?;
        let present = list_app(ctx, app).await?;
        let left = leaving.iter().filter(|u| present.contains_key(u)).count();
        if left == 0 {
            break;
        }
        ctx.waiting(Some(&format!("Okta is taking {left} more people off the old app")));
        ctx.checkpoint().await?;
    }
    ctx.waiting(None);
    Ok(())
}

fn members_on_old(ctx: &Ctx, group: &AppGroup) -> Vec<UserId> {
    ctx.migration.members_of(&group.id)
}

/// People whom the old app shows with scope GROUP.
fn through_groups(old: &OldApp) -> BTreeSet<&UserId> {
    old.users
        .keys()
        .filter(|user| old.users.is_through_group(user))
        .collect()
}

/// Lists the old app and records who has left it. Gives how many are new among them.
pub(crate) async fn left_old(ctx: &Ctx) -> Result<usize, Halt> {
    let present = list_app(ctx, &ctx.migration.old).await?;
    let mut proofs = Vec::new();
    {
        let mut model = ctx.migration.model();
        let everybody: Vec<UserId> = model
            .inventory
            .as_ref()
            .map(|i| i.roster.users.keys().cloned().collect())
            .unwrap_or_default();
        for user in everybody {
            let gone = !present.contains_key(&user);
            let track = model.tracks.entry(user.clone()).or_default();
            if track.left_old != gone {
                track.left_old = gone;
            } else if !gone {
                continue;
            }
            proofs.push(Proof {
                subject: user.to_string(),
                level: "left-old".to_owned(),
                holds: gone,
                evidence: json!({}),
            });
        }
    }
    let count = proofs.iter().filter(|p| p.holds).count();
    ctx.migration
        .journal
        .prove(&ctx.migration.id, proofs, Timestamp::now())
        .await?;
    Ok(count)
}

pub(crate) async fn deactivate(ctx: Ctx) -> Result<(), Halt> {
    recover_first(&ctx).await?;
    let OpenGate { retire, .. } = open(&ctx, Act::Deactivate).await?;
    let app = &ctx.migration.old;
    let path = format!("/api/v1/apps/{app}/lifecycle/deactivate");
    let undo = json!({ "method": "POST", "path": format!("/api/v1/apps/{app}/lifecycle/activate") });
    let operation = final_call(
        Kind::Deactivate,
        "POST",
        path,
        app.as_str(),
        Some(undo),
        snapshot_of_app(&ctx),
    );
    let done = operate(&ctx, operation, || async {
        retire.deactivate_app(app).await.map(|()| Value::Null)
    })
    .await?;
    after(&ctx, done, "The old app could not be deactivated").await?;
    crate::gate::read(&ctx, Act::Delete).await?;
    Ok(())
}

pub(crate) async fn delete(ctx: Ctx) -> Result<(), Halt> {
    recover_first(&ctx).await?;
    let OpenGate { retire, .. } = open(&ctx, Act::Delete).await?;
    let app = &ctx.migration.old;
    let path = format!("/api/v1/apps/{app}");
    let operation = final_call(Kind::Delete, "DELETE", path, app.as_str(), None, snapshot_of_app(&ctx));
    let mut done = operate(&ctx, operation.clone(), || async {
        retire.delete_app(app).await.map(|()| Value::Null)
    })
    .await?;
    // Right after deactivating Okta may answer 500 for a while (api-facts 4.7); `operate` has settled that as not applied.
    for _ in 0..3 {
        if let Done::Confirmed(_) = done {
            break;
        }
        ctx.pause_for(10.0).await?;
        let OpenGate { retire, .. } = open(&ctx, Act::Delete).await?;
        done = operate(&ctx, operation.clone(), || async {
            retire.delete_app(app).await.map(|()| Value::Null)
        })
        .await?;
    }
    after(&ctx, done, "The old app could not be deleted").await
}

fn snapshot_of_app(ctx: &Ctx) -> Option<Value> {
    ctx.migration
        .model()
        .inventory
        .as_ref()
        .map(|i| rehome_domain::compare::redacted(&i.old.app.raw))
}

fn final_call(
    kind: Kind,
    method: &str,
    path: String,
    subject: &str,
    undo: Option<Value>,
    snapshot: Option<Value>,
) -> NewOperation {
    NewOperation {
        wave: -1,
        subject: subject.to_owned(),
        kind: kind.into(),
        method: method.to_owned(),
        path,
        body: None,
        undo,
        snapshot,
    }
}

async fn after(ctx: &Ctx, done: Done, what: &str) -> Result<(), Halt> {
    ctx.migration.reload().await?;
    match done {
        Done::Confirmed(_) => Ok(()),
        Done::Failed { words } => Err(problem(
            ProblemCode::Okta,
            what,
            words,
            "Look at the app in Okta, then try again.",
        )
        .into()),
    }
}

impl crate::migration::Migration {
    /// Members of a group as read last.
    pub(crate) fn members_of(&self, group: &GroupId) -> Vec<UserId> {
        let model = self.model();
        model
            .inventory
            .as_ref()
            .map(|i| i.roster.members_of(group).cloned().collect())
            .unwrap_or_default()
    }
}
