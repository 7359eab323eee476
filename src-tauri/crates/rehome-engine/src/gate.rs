//! The only door to the Retire handle (invariants 2, 3, 4): facts are read from Okta here, right before acting, and the door
//! opens if the domain's gate says so. What comes out carries the listing that it was decided on, so that a batch acts on
//! exactly the people who were judged.

mod new_app;

use std::collections::BTreeSet;

use jiff::Timestamp;
use rehome_domain::{
    App, AppGroup, AppUser, GroupId, Reading, Scope, UserId,
    gate::{Act, Canary, Gate, RetireFacts, retire_gate},
};
use rehome_okta::Retire;
use serde_json::Value;

use crate::{
    model::{GateSeen, Model},
    problem::problem,
    run::{
        Ctx, Halt,
        look::People,
        operate::SETTLE_PAUSE,
        prove::{list_app, prove_placed, prove_signed_in},
    },
    view::{Link, ProblemCode},
};

pub(crate) use new_app::{Leaving, NewAppDoor, Ours, UndoDoor, group_stands};

/// The old app as it was read for the gate.
pub(crate) struct OldApp {
    pub users: People,
    pub groups: Vec<AppGroup>,
}

/// An open gate: good for one batch.
pub(crate) struct OpenGate {
    pub retire: Retire,
    pub old: OldApp,
}

/// Reads the gate for `act`, shows it, and opens it or says what closes it.
pub(crate) async fn open(ctx: &Ctx, act: Act) -> Result<OpenGate, Halt> {
    let (gate, old) = read(ctx, act).await?;
    if !gate.is_open() {
        let closed: Vec<String> = gate.closed_by().map(|c| format!("{}: {}", c.title, c.words)).collect();
        let mut p = problem(
            ProblemCode::GateClosed,
            gate.closed_by().next().map_or_else(String::new, |c| c.title.clone()),
            closed.join(" "),
            "Nothing was changed. Mend it, and Rehome reads the gate again.",
        );
        if gate.closed_by().any(|c| c.mend_in_provisioning) {
            p.link = Some(provisioning_link(ctx));
        }
        return Err(p.into());
    }
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the gate module: the gate was read and is open"
    )]
    let retire = ctx.client.open_retire();
    Ok(OpenGate { retire, old })
}

/// Purpose `swap`: opens for taking wave groups away from the new app, once that is seen not to deactivate accounts.
pub(crate) async fn open_swap(ctx: &Ctx) -> Result<NewAppDoor, Halt> {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the gate module: what comes out is the narrow door, and only if the new app cannot deactivate"
    )]
    let retire = ctx.client.open_retire();
    NewAppDoor::read(ctx, retire).await
}

/// Purpose `undo`: opens for taking back what this migration gave on the new app, under the same condition. Nobody may have left
/// the old app by this migration: it would be the only one that they have.
pub(crate) async fn open_undo(ctx: &Ctx) -> Result<UndoDoor, Halt> {
    if crate::present::frame::retiring(&ctx.migration.model()) {
        return Err(problem(
            ProblemCode::GateClosed,
            "The old app is being emptied",
            "People who have left it would have neither app.",
            "Give the old app back first (step 5), then go back here.",
        )
        .into());
    }
    crate::cut_over::refuse_taking_back(&ctx.migration.model())?;
    Ok(UndoDoor::new(open_swap(ctx).await?))
}

fn provisioning_link(ctx: &Ctx) -> Link {
    let model = ctx.migration.model();
    let name = model
        .inventory
        .as_ref()
        .map(|i| i.old.app.name.clone())
        .unwrap_or_default();
    Link {
        label: "Open the Provisioning tab".to_owned(),
        url: crate::links::app(&ctx.migration.url, &name, &ctx.migration.old, "tab-user-management"),
    }
}

/// Reads the facts of the gate from Okta and records what was seen.
pub(crate) async fn read(ctx: &Ctx, act: Act) -> Result<(Gate, OldApp), Halt> {
    ctx.now("the gate".to_owned());
    let read = ctx.client.read();
    let (old, new) = (&ctx.migration.old, &ctx.migration.new);
    let old_app = App::read(ctx.reading(|| read.app(old)).await?).map_err(crate::connect::odd)?;
    let new_app = App::read(ctx.reading(|| read.app(new)).await?).map_err(crate::connect::odd)?;
    let push = read.group_push_mappings(old).await;
    let push_groups = match push {
        Ok(found) => Reading::Read(found.iter().filter(|m| m["status"] != "INACTIVE").count()),
        Err(e) if e.is_not_found() || e.refusal().is_some_and(|r| matches!(r.status, 400 | 405)) => {
            Reading::NotApplicable
        }
        Err(e) if e.refusal().is_some() && !e.is_credential() => Reading::Unreadable { why: e.to_string() },
        Err(e) => return Err(e.into()),
    };
    let users = list_app(ctx, old).await?;
    let groups = ctx.reading(|| read.app_groups(old)).await?;
    let groups: Vec<AppGroup> = groups.into_iter().filter_map(|raw| AppGroup::read(raw).ok()).collect();
    prove_placed(ctx).await?;
    prove_signed_in(ctx).await?;
    watch_canary(ctx).await?;
    let now = Timestamp::now();
    let old = OldApp { users, groups };
    let gate = {
        let mut model = ctx.migration.model();
        let provisions = old_app.features.iter().any(|f| f.starts_with("PUSH_"));
        let facts = RetireFacts {
            old_label: old_app.label.clone(),
            new_label: new_app.label.clone(),
            old_status: old_app.status.clone(),
            new_status: new_app.status.clone(),
            features: if old_app.raw["features"].is_array() {
                Reading::Read(old_app.features.clone())
            } else {
                Reading::NotApplicable
            },
            people: old.users.keys().cloned().collect(),
            groups: old.groups.len(),
            standing: model.tracks.iter().map(|(u, t)| (u.clone(), t.standing())).collect(),
            exceptions: model.decisions.excepted.keys().cloned().collect(),
            attestation: model.decisions.attestation.clone(),
            canary: canary_of(&model),
            push_groups,
            provisions,
            cut_over: crate::cut_over::sign_in_moved(&model),
            now,
        };
        let gate = retire_gate(act, &facts);
        if let Some(inventory) = &mut model.inventory {
            inventory.old.app = old_app;
            inventory.new.app = new_app;
        }
        model.gate = Some(GateSeen {
            gate: gate.clone(),
            read_at: now,
            groups_left: old.groups.iter().map(|g| g.id.clone()).collect::<BTreeSet<GroupId>>(),
            individuals_left: old.users.keys().filter(|u| !old.users.is_through_group(u)).count(),
            members_left: old.users.keys().filter(|u| old.users.is_through_group(u)).count(),
        });
        gate
    };
    ctx.migration.changed();
    Ok((gate, old))
}

/// How the canary is doing, from what was recorded.
pub(crate) fn canary_of(model: &Model) -> Canary {
    let Some(record) = &model.decisions.canary else {
        return Canary::None;
    };
    let gone = match (&record.person, &record.group) {
        (Some(person), _) => model.track(person).left_old,
        (None, Some(group)) => model.groups_off.contains(&GroupId::from(group.as_str())),
        (None, None) => false,
    };
    match (&model.decisions.canary_seen, record.lost) {
        (_, true) => Canary::Lost,
        (Some(seen), _) if !seen.still_active => Canary::Lost,
        (Some(_), false) if gone => Canary::Stayed,
        (_, false) if gone => Canary::Watching,
        (_, false) => Canary::None,
    }
}

/// Looks for signs that the canary's account was switched off, or was used since.
async fn watch_canary(ctx: &Ctx) -> Result<(), Halt> {
    let Some(mut record) = ctx.migration.model().decisions.canary.clone() else {
        return Ok(());
    };
    if record.lost {
        return Ok(());
    }
    let (old, new) = (&ctx.migration.old, &ctx.migration.new);
    let read = ctx.client.read();
    let until = ctx.meter.org_now(Timestamp::now());
    let mut evidence = Vec::new();
    // Both names that Okta logs a pushed deactivation under (api-facts 11.4).
    for event in [
        "application.provision.user.deactivate",
        "application.provision.user.deprovision",
    ] {
        let filter = format!("eventType eq \"{event}\" and target.id eq \"{old}\"");
        let events = ctx.reading(|| read.logs(&filter, record.since, Some(until))).await?;
        if !events.is_empty() {
            record.lost = true;
            evidence.push(format!(
                "The System Log shows {} deactivations by the old app since then.",
                events.len()
            ));
        }
    }
    if !record.lost {
        evidence.push("No deactivation by the old app in the System Log since then.".to_owned());
    }
    if let Some(person) = &record.person {
        match still_there(ctx, person).await?.map(|raw| AppUser::read(&raw)) {
            Some(Ok(user)) if user.is_settled() => {
                evidence.push(format!(
                    "On the new app: {}, username {}.",
                    user.status().to_lowercase(),
                    user.user_name
                ));
            }
            Some(_) => evidence.push("Okta no longer shows the new app user as settled.".to_owned()),
            None => {
                record.lost = true;
                evidence.push("The person is no longer on the new app.".to_owned());
            }
        }
        let filter =
            format!("eventType eq \"user.authentication.sso\" and actor.id eq \"{person}\" and target.id eq \"{new}\"");
        let signed_in = ctx.reading(|| read.logs(&filter, record.since, Some(until))).await?;
        if signed_in.iter().any(|e| e["outcome"]["result"] == "SUCCESS") {
            evidence.push("Signed in through the new app since then.".to_owned());
        }
    }
    if evidence != record.evidence || record.lost {
        record.evidence = evidence;
        let value = serde_json::to_value(&record).unwrap_or_default();
        ctx.migration.decide(crate::model::kind::CANARY, "", value).await?;
    }
    Ok(())
}

/// The canary's app user on the new app. That it is gone is never taken back again, so one read does not decide it: the listing
/// that was read just before must agree, or another read a moment later.
async fn still_there(ctx: &Ctx, person: &UserId) -> Result<Option<Value>, Halt> {
    let (read, new) = (ctx.client.read(), &ctx.migration.new);
    let found = ctx.reading(|| read.app_user(new, person)).await?;
    let listed = {
        let model = ctx.migration.model();
        let inventory = model.inventory.as_ref();
        inventory.is_some_and(|i| i.new_users.contains_key(person))
    };
    if found.is_some() || !listed {
        return Ok(found);
    }
    ctx.pause_for(SETTLE_PAUSE).await?;
    ctx.reading(|| read.app_user(new, person)).await
}

/// Individually assigned, in no assigned group, and may leave: the smallest possible loss.
pub(crate) fn choose_canary(model: &Model, old: &OldApp) -> Option<UserId> {
    let inventory = model.inventory.as_ref()?;
    let free = |user: &UserId| {
        old.groups
            .iter()
            .all(|g| !inventory.roster.members_of(&g.id).any(|m| m == user))
    };
    old.users
        .users()
        .find(|user| {
            user.scope() == Scope::User
                && user.external_id.is_some() == inventory.old.app.has("PUSH_NEW_USERS")
                && free(&user.user)
                && model.track(&user.user).standing().may_leave()
        })
        .map(|user| user.user)
}
