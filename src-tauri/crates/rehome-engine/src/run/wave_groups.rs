//! Route `WaveGroup`: a group made for the migration is put on the new app once, and people are added to it wave by wave, a
//! call each in a bucket of its own. Who no longer holds any group of the old app comes out again. The swap is in `swap`.

use std::collections::{BTreeMap, BTreeSet};

use futures::FutureExt;
use rehome_domain::{
    GroupId, UserId,
    plan::{Basis, Plan, Route, Wave, WaveGroupPlan},
};
use rehome_journal::NewOperation;
use rehome_okta::Bucket;
use serde_json::{Value, json};

use super::{
    Ctx, Halt,
    assign::{Errors, Who, counted, show_counts, width_in},
    fan_out::until_none_left,
    kinds::OperationKind as Kind,
    operate::{Done, Sent, Settled, operate, unknown_kind},
    prove::prove_placed,
    tally::Tally,
    wave::side_by_side,
};
use crate::{
    gate::{Leaving, open_swap},
    inventory::members::{read_members, who_gets_apps},
    model::{Given, decisions::WaveRecord},
    problem::problem,
    view::{Problem, ProblemCode},
};

/// What a read shows of an operation about wave groups, or about what is taken back on the new app, whose answer was lost.
pub(crate) async fn look(ctx: &Ctx, kind: Kind, sent: &Sent<'_>) -> Result<Settled, Halt> {
    let (read, new) = (ctx.client.read(), &ctx.migration.new);
    let (user, group) = (UserId::from(sent.subject), GroupId::from(sent.subject));
    let settled = |applied: bool| {
        if applied {
            Settled::Applied(Value::Null)
        } else {
            Settled::NotApplied
        }
    };
    Ok(match kind {
        Kind::GroupMake => {
            let profile = sent.body.map(|body| &body["profile"]).unwrap_or(&Value::Null);
            let text = |key: &str| profile[key].as_str().unwrap_or_default();
            let found = named(ctx, text("name")).await?;
            let ours = found.filter(|g| g["profile"]["description"] == profile["description"]);
            ours.map_or(Settled::NotApplied, Settled::Applied)
        }
        Kind::MemberOn => settled(is_member(ctx, sent, &user).await?),
        Kind::MemberOff | Kind::MemberTried => settled(!is_member(ctx, sent, &user).await?),
        Kind::WaveGroupOff | Kind::UndoGroupOn => settled(ctx.reading(|| read.app_group(new, &group)).await?.is_none()),
        Kind::GroupGone => settled(ctx.reading(|| read.group_if_there(&group)).await?.is_none()),
        Kind::UndoAssign => settled(ctx.reading(|| read.app_user(new, &user)).await?.is_none()),
        other => return Err(unknown_kind(other.word()).into()),
    })
}

/// One call for the person, where the members of a large group would be hundreds of pages.
async fn is_member(ctx: &Ctx, sent: &Sent<'_>, user: &UserId) -> Result<bool, Halt> {
    let (read, group) = (ctx.client.read(), sent.group());
    let groups = ctx.reading(|| async {
        match read.user_groups(user).await {
            Err(e) if e.is_not_found() => Ok(Vec::new()),
            other => other,
        }
    });
    let groups = groups.await?;
    Ok(groups
        .iter()
        .any(|g| g["id"].as_str() == group.as_ref().map(GroupId::as_str)))
}

/// The group of exactly this name.
async fn named(ctx: &Ctx, name: &str) -> Result<Option<Value>, Halt> {
    let read = ctx.client.read();
    let found = ctx.reading(|| read.groups_named(name)).await?;
    Ok(found.into_iter().find(|g| g["profile"]["name"] == name))
}

pub(crate) async fn members_of(ctx: &Ctx, group: &GroupId) -> Result<BTreeSet<UserId>, Halt> {
    let read = ctx.client.read();
    let members = ctx.reading(|| read_members(&read, group)).await?;
    Ok(who_gets_apps(&members))
}

/// Adds everybody of a wave who comes through a wave group: makes what is missing of the groups, puts them on the new app, adds
/// the people. Begins nothing more when more have failed than `errors` allow.
pub(crate) async fn join(ctx: &Ctx, wave: &Wave, who: Who, tally: &Tally, errors: &Errors) -> Result<(), Halt> {
    let keys: BTreeSet<&String> = wave.people.iter().filter_map(|p| key_of(&p.route)).collect();
    for key in keys {
        if errors.has_ended() {
            break;
        }
        let planned = {
            let model = ctx.migration.model();
            let plan = model.plan.as_ref();
            plan.and_then(|p| p.plan.wave_group(key)).cloned()
        };
        let Some(planned) = planned else {
            return Err(odd_plan(key).into());
        };
        let people: Vec<UserId> = wave
            .people
            .iter()
            .filter(|p| key_of(&p.route) == Some(key))
            .map(|p| p.user.clone())
            .collect();
        let begun = ctx.migration.model().wave_groups.get(key).cloned();
        // Somebody was added and is not there: a page per 200 tells whether they fell out of the group again.
        let inside = match &begun {
            Some(group) if adrift(ctx, &people) => Some(members_of(ctx, group).await?),
            Some(_) | None => None,
        };
        let todo = due(ctx, &people, who, inside.as_ref());
        ctx.advance(people.len() - todo.len());
        if todo.is_empty() {
            continue;
        }
        ctx.turn().await?;
        ctx.now(format!("the group {}", planned.name));
        let group = made(ctx, wave.number, &planned).await?;
        put_on(ctx, wave.number, &planned, &group).await?;
        counted(width_in(ctx, Bucket::Groups), todo, errors, |user| {
            let group = &group;
            async move {
                ctx.turn_of_person().await?;
                let before = Tally::stand(ctx, &user);
                let done = add(ctx, wave.number, group, &user).await;
                tally.moved(ctx, &user, &before);
                let done = done?;
                ctx.advance(1);
                Ok(done)
            }
        })
        .await?;
    }
    Ok(())
}

pub(crate) fn key_of(route: &Route) -> Option<&String> {
    match route {
        Route::WaveGroup { key } => Some(key),
        Route::Individual | Route::WholeGroup { .. } | Route::AlreadyThere => None,
    }
}

/// Whether any of them was added, and does not have the app.
fn adrift(ctx: &Ctx, people: &[UserId]) -> bool {
    let model = ctx.migration.model();
    let added = |user: &UserId| {
        let track = model.track(user);
        track.given == Given::Sent && !track.placed
    };
    people.iter().any(added)
}

/// Who is still to be added. `inside`: members as read just now; whoever fell out again without Rehome is added again.
fn due(ctx: &Ctx, people: &[UserId], who: Who, inside: Option<&BTreeSet<UserId>>) -> Vec<UserId> {
    let model = ctx.migration.model();
    let open = |user: &&UserId| {
        let track = model.track(user);
        let added = match inside {
            Some(members) => members.contains(*user),
            None => track.given == Given::Sent,
        };
        let left_out = model.is_skipped(user) || model.leavers.contains(*user);
        !track.placed && !left_out && !added && who.includes(&model, user)
    };
    people.iter().filter(open).cloned().collect()
}

/// The group, made if it is not there: an earlier Rehome of this migration may have made it (its description says so).
async fn made(ctx: &Ctx, wave: u32, planned: &WaveGroupPlan) -> Result<GroupId, Halt> {
    let known = ctx.migration.model().wave_groups.get(&planned.key).cloned();
    if let Some(group) = known {
        let read = ctx.client.read();
        return match ctx.reading(|| read.group_if_there(&group)).await? {
            Some(_) => Ok(group),
            None => Err(problem(
                ProblemCode::GateClosed,
                format!("The group {} is gone from Okta", planned.name),
                "Somebody deleted it. Whoever had the new app through it alone has lost it, and keeps the old app.",
                "Roll back in step 4, then draft the plan again.",
            )
            .into()),
        };
    }
    let body = json!({ "profile": { "name": planned.name, "description": planned.description } });
    let operation = NewOperation {
        wave: i64::from(wave),
        subject: planned.key.clone(),
        kind: Kind::GroupMake.into(),
        method: "POST".to_owned(),
        path: "/api/v1/groups".to_owned(),
        body: Some(body.clone()),
        undo: Some(json!({ "method": "DELETE", "path": "/api/v1/groups/{id}" })),
        snapshot: None,
    };
    // Twice: Okta refuses a name that is taken, also by a group that an answer was lost of.
    for _ in 0..2 {
        let done = match named(ctx, &planned.name).await? {
            Some(there) if there["profile"]["description"] == planned.description.as_str() => {
                operate(ctx, operation.clone(), || async { Ok(there.clone()) }).await?
            }
            Some(_) => return Err(name_taken(&planned.name).into()),
            None => {
                let assign = ctx.client.assign();
                operate(ctx, operation.clone(), || assign.create_group(&body)).await?
            }
        };
        if let Done::Confirmed(_) = done
            && let Some(group) = ctx.migration.model().wave_groups.get(&planned.key)
        {
            return Ok(group.clone());
        }
        if let Done::Failed { words } = done
            && named(ctx, &planned.name).await?.is_none()
        {
            return Err(problem(
                ProblemCode::Okta,
                format!("The group {} could not be made", planned.name),
                words,
                "The token may need the right to manage groups. Without it, choose another route in step 3.",
            )
            .into());
        }
    }
    Err(name_taken(&planned.name).into())
}

/// Puts a wave group on the new app, before anybody whom this migration did not add is in it (invariant 12).
async fn put_on(ctx: &Ctx, wave: u32, planned: &WaveGroupPlan, group: &GroupId) -> Result<(), Halt> {
    if ctx.migration.model().groups_on.contains(group) {
        return Ok(());
    }
    let strangers: Vec<String> = {
        let inside = members_of(ctx, group).await?;
        let model = ctx.migration.model();
        let known = |user: &UserId| model.wave_group_of(user) == Some(group);
        inside.iter().filter(|u| !known(u)).map(|u| model.name_of(u)).collect()
    };
    if !strangers.is_empty() {
        return Err(problem(
            ProblemCode::GateClosed,
            format!("The group {} has members whom the plan does not know", planned.name),
            format!(
                "Putting it on the new app would give it to them unchecked: {}.",
                strangers.join(", ")
            ),
            "Take them out of the group in Okta, then go on.",
        )
        .into());
    }
    let done = super::groups::put(ctx, wave, group, &planned.body, None).await?;
    match done {
        Done::Confirmed(_) => Ok(()),
        Done::Failed { words } => Err(problem(
            ProblemCode::Okta,
            format!("The group {} could not be put on the new app", planned.name),
            words,
            "Mend the cause in Okta, then go on. Nobody was added yet.",
        )
        .into()),
    }
}

pub(crate) async fn add(ctx: &Ctx, wave: u32, group: &GroupId, user: &UserId) -> Result<Done, Halt> {
    ctx.checkpoint().await?;
    let name = ctx.migration.model().name_of(user);
    ctx.now(name);
    let path = format!("/api/v1/groups/{group}/users/{user}");
    let operation = NewOperation {
        wave: i64::from(wave),
        subject: user.to_string(),
        kind: Kind::MemberOn.into(),
        method: "PUT".to_owned(),
        path: path.clone(),
        body: None,
        undo: Some(json!({ "method": "DELETE", "path": path })),
        snapshot: None,
    };
    let assign = ctx.client.assign();
    operate(ctx, operation, || async {
        assign.add_member(group, user).await.map(|()| Value::Null)
    })
    .await
}

/// The calls answer before people have the app (api-facts 7.4): lists until they do, or it has taken long enough to be reported.
pub(super) async fn wait_for_fan_out(ctx: &Ctx, wave: &Wave) -> Result<(), Halt> {
    let waiting = |ctx: &Ctx| {
        let model = ctx.migration.model();
        let added = wave.people.iter().filter(|p| key_of(&p.route).is_some());
        let open = |user: &UserId| {
            let track = model.track(user);
            track.given == Given::Sent && !track.placed && !model.leavers.contains(user)
        };
        added.filter(|p| open(&p.user)).count()
    };
    let added = waiting(ctx);
    if added == 0 {
        return Ok(());
    }
    let look = || {
        async {
            prove_placed(ctx).await?;
            show_counts(ctx, wave.people.iter().map(|p| &p.user));
            Ok(waiting(ctx))
        }
        .boxed()
    };
    let words = |left| format!("Okta is giving the new app to {left} more people");
    // Each came with a job of their own, which began when they were added: those of the last calls are all that is left.
    until_none_left(ctx, added, width_in(ctx, Bucket::Groups).min(added), look, words)
        .await
        .map(drop)
}

/// Members of the wave groups that stand, by group, read now.
pub(crate) async fn insiders(ctx: &Ctx) -> Result<BTreeMap<GroupId, BTreeSet<UserId>>, Halt> {
    let standing: Vec<GroupId> = ctx.migration.model().wave_groups.values().cloned().collect();
    let one = |group: GroupId| {
        async move {
            let members = members_of(ctx, &group).await?;
            Ok((group, members))
        }
        .boxed()
    };
    let read = side_by_side(standing.into_iter().map(one).collect()).await?;
    Ok(read.into_iter().collect())
}

/// Takes people out of the wave groups who no longer hold any group of the old app nor that app itself, and puts back who does
/// again. `basis`: the old app, and `standing`: the wave groups with who is inside, as read just now.
pub(crate) async fn leavers(
    ctx: &Ctx,
    wave: u32,
    basis: &Basis,
    standing: &BTreeMap<GroupId, BTreeSet<UserId>>,
    record: &mut WaveRecord,
) -> Result<(), Halt> {
    let holds = |user: &UserId| basis.groups.values().any(|(_, members)| members.contains(user));
    let (mut out, mut again) = (Vec::new(), Vec::new());
    let keys: Vec<(String, GroupId)> = {
        let model = ctx.migration.model();
        model.wave_groups.iter().map(|(k, g)| (k.clone(), g.clone())).collect()
    };
    for (key, group) in &keys {
        // One that was made since is empty of leavers.
        let Some(inside) = standing.get(group) else { continue };
        let gone = |u: &&UserId| !holds(u) && !basis.people.contains_key(*u);
        out.extend(inside.iter().filter(gone).map(|u| (group.clone(), u.clone())));
        let model = ctx.migration.model();
        let back = model.leavers.iter().filter(|u| holds(u) && !inside.contains(*u));
        let here = |u: &&UserId| {
            let planned = model.person_plan(u).map(|(_, p)| &p.route);
            planned.and_then(key_of) == Some(key) && !model.decisions.excluded.contains_key(*u)
        };
        again.extend(back.filter(here).map(|u| (group.clone(), u.clone())));
    }
    for (group, user) in again {
        add(ctx, wave, &group, &user).await?;
    }
    if out.is_empty() {
        return Ok(());
    }
    ctx.now(format!("{} people who have left their groups", out.len()));
    let door = match open_swap(ctx).await {
        Ok(door) => door,
        // They keep the new app until the box is unticked; the wave itself takes nothing away.
        Err(Halt::Problem(closed)) if closed.code == ProblemCode::GateClosed => {
            let names: Vec<String> = out.iter().map(|(_, u)| ctx.migration.model().name_of(u)).collect();
            record.remarks.push(format!(
                "{} no longer hold any group of the old app, and keep the new one for now: {}.",
                names.join(", "),
                closed.what
            ));
            return Ok(());
        }
        Err(halt) => return Err(halt),
    };
    for (group, user) in out {
        ctx.checkpoint().await?;
        let name = ctx.migration.model().name_of(&user);
        if !door.added(&group, &user) {
            record.remarks.push(format!(
                "{name} holds no group of the old app, and was put into the wave group by somebody else."
            ));
            continue;
        }
        let done = door
            .member_out(ctx, i64::from(wave), Leaving::Leaver, &group, &user)
            .await?;
        record.remarks.push(match done {
            Done::Confirmed(_) => format!("{name} left every group of the old app, and was taken off the new app."),
            Done::Failed { words } => format!("{name} could not be taken out of the wave group. {words}"),
        });
    }
    Ok(())
}

/// Names of people by whom a group is held up, for words.
pub(crate) fn names(ctx: &Ctx, people: &BTreeSet<UserId>) -> String {
    const SHOWN: usize = 5;
    let model = ctx.migration.model();
    let mut words = people
        .iter()
        .take(SHOWN)
        .map(|u| model.name_of(u))
        .collect::<Vec<_>>()
        .join(", ");
    if people.len() > SHOWN {
        words.push_str(&format!(" and {} more", people.len() - SHOWN));
    }
    words
}

/// Wave groups of the plan that are swapped in this wave and still stand.
pub(crate) fn to_swap(plan: &Plan, standing: &BTreeMap<String, GroupId>, wave: &Wave) -> Vec<(WaveGroupPlan, GroupId)> {
    let pair = |key: &String| Some((plan.wave_group(key)?.clone(), standing.get(key)?.clone()));
    wave.swaps.iter().filter_map(pair).collect()
}

fn odd_plan(key: &str) -> Problem {
    let mut p = problem(
        ProblemCode::PlanStale,
        "The plan names a wave group that it does not describe",
        "Nothing was sent.",
        "Draft the plan again and approve it.",
    );
    p.detail = Some(key.to_owned());
    p
}

fn name_taken(name: &str) -> Problem {
    problem(
        ProblemCode::GateClosed,
        format!("Okta has a group named {name} already"),
        "It is not one that this migration made, so Rehome leaves it alone.",
        "Rename that group in Okta, then go on.",
    )
}
