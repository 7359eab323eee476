//! The swap: once the original groups are on the new app, the wave group comes off it and is deleted, so that the end equals
//! the old app. Nobody may lose the app on the way, so each member is seen to have it through an original group first.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Instant,
};

use futures::FutureExt;
use rehome_domain::{
    AppUser, GroupId, Scope, UserId,
    people::AssignmentPath,
    plan::{Wave, WaveGroupPlan},
};
use serde_json::{Value, json};

use super::{
    Ctx, Halt,
    fan_out::until_none_left,
    groups::put,
    job_log::JobLog,
    look::{People, groups_now, list_groups, placed_now, placed_since},
    operate::Done,
    prove::prove_placed,
    wave::{read_holders, side_by_side},
    wave_groups::{add, insiders, leavers, members_of, names, to_swap},
};
use crate::{
    gate::{Leaving, NewAppDoor, open_swap},
    model::{decisions::WaveRecord, kind},
    problem::problem,
    view::ProblemCode,
};

/// Org's seconds between two reads that must be equal before a fan-out counts as come to its end.
const STILL: f64 = 60.0;
/// How often the two are compared before it is reported that Okta is still at work.
const TRIES: usize = 10;

/// A wave group whose members were all seen to have the new app through a group of their own, twice and alike. Only this
/// module makes one: the gate takes no wave group off without it.
pub(crate) struct Drained {
    group: GroupId,
    snapshot: Value,
}

impl Drained {
    pub fn group(&self) -> &GroupId {
        &self.group
    }

    pub fn snapshot(&self) -> Value {
        self.snapshot.clone()
    }
}

/// Swaps the wave groups of this wave, as far as their original groups are on.
pub(crate) async fn swap(ctx: &Ctx, wave: &Wave, record: &mut WaveRecord) -> Result<(), Halt> {
    let todo = {
        let model = ctx.migration.model();
        let Some(plan) = &model.plan else { return Ok(()) };
        to_swap(&plan.plan, &model.wave_groups, wave)
    };
    if todo.is_empty() {
        return Ok(());
    }
    for (planned, _) in &todo {
        let missing = not_on(ctx, planned);
        if !missing.is_empty() {
            // Who stands in the way is in `held` already, or the plan says why the group is held back.
            record.remarks.push(format!(
                "{} stays on the new app for now: {} not there yet.",
                planned.name,
                missing.join(", ")
            ));
            return Ok(());
        }
    }
    // Side by side: who holds the old app, who is in the wave groups, what the new app can do, and how it stands, which is the
    // first of the two reads that must be alike.
    let (writes, read) = (ctx.writes(), Instant::now());
    let (holders, inside, door, ..) = futures::try_join!(
        read_holders(ctx),
        insiders(ctx),
        open_swap(ctx),
        list_groups(ctx),
        placed_now(ctx)
    )?;
    leavers(ctx, wave.number, &holders, &inside, record).await?;
    let mut members = inside;
    let held = holders.groups.into_iter();
    members.extend(held.map(|(group, (_, members))| (group, Arc::unwrap_or_clone(members))));
    let known = Members { members, writes, read };
    let mut last = None;
    for (planned, group) in &todo {
        ctx.checkpoint().await?;
        last = Some(one(ctx, wave, &door, &known, (planned, group), record).await?);
    }
    if let Some((writes, read, listing)) = last {
        // Deleting a group that is off the app changes nobody on it.
        ctx.saw(writes, read, &listing);
        equal_to_the_old_app(ctx, &listing, record).await?;
    }
    if ctx.migration.model().decisions.box_was_ticked {
        record
            .remarks
            .push("Deactivate Users was ticked on the new app: tick it again now if it shall stay so.".to_owned());
        ctx.migration.decide(kind::BOX_TICKED, "", Value::Null).await?;
    }
    Ok(())
}

/// Names of the original groups that the plan puts on the new app, and that are not there. One that the plan holds back is never
/// there: whether its people have another is looked at person by person.
fn not_on(ctx: &Ctx, planned: &WaveGroupPlan) -> Vec<String> {
    let model = ctx.migration.model();
    let due = |group: &&GroupId| model.group_plan(group).is_some() && !model.groups_on.contains(*group);
    planned
        .stands_for
        .iter()
        .filter(due)
        .map(|g| model.group_name(g))
        .collect()
}

/// Members of groups as read a moment ago.
struct Members {
    members: BTreeMap<GroupId, BTreeSet<UserId>>,
    /// Writes of this run until then.
    writes: u64,
    read: Instant,
}

impl Members {
    /// As just read, or as read now where something was written since, or time has passed.
    async fn of(&self, ctx: &Ctx, group: &GroupId) -> Result<BTreeSet<UserId>, Halt> {
        let good = self.writes == ctx.writes() && ctx.is_good(self.read);
        match self.members.get(group).filter(|_| good) {
            Some(members) => Ok(members.clone()),
            None => members_of(ctx, group).await,
        }
    }
}

async fn one(
    ctx: &Ctx,
    wave: &Wave,
    door: &NewAppDoor,
    known: &Members,
    (planned, group): (&WaveGroupPlan, &GroupId),
    record: &mut WaveRecord,
) -> Result<(u64, Instant, Arc<People>), Halt> {
    let number = i64::from(wave.number);
    ctx.now(format!(
        "whether everybody in {} has the new app without it",
        planned.name
    ));
    // A swap that was cut off may have taken it off already.
    let on = ctx.migration.model().groups_on.contains(group);
    let listing = if on {
        let drained = drained(ctx, wave, door, known, (planned, group)).await?;
        let before = people_of(&drained.snapshot);
        ctx.now(format!("taking {} off the new app", planned.name));
        if let Done::Failed { words } = door.wave_group_off(ctx, number, &drained).await? {
            return Err(problem(
                ProblemCode::Okta,
                format!("{} could not be taken off the new app", planned.name),
                words,
                "Mend the cause in Okta, then go on. Everybody has the new app.",
            )
            .into());
        }
        kept(ctx, wave, planned, group, &before, record).await?
    } else {
        let (inside, listing) = futures::try_join!(members_of(ctx, group), prove_placed(ctx))?;
        nobody_lost(ctx, planned, &inside, &listing)?;
        listing
    };
    let read = Instant::now();
    ctx.now(format!("deleting {}", planned.name));
    if let Done::Failed { words } = door.delete_group(ctx, number, group).await? {
        return Err(problem(
            ProblemCode::Okta,
            format!("{} could not be deleted", planned.name),
            words,
            "It is off the new app. Mend the cause in Okta, then go on.",
        )
        .into());
    }
    Ok((ctx.writes(), read, listing))
}

fn people_of(snapshot: &Value) -> People {
    let mut people = People::default();
    for (id, raw) in snapshot["people"].as_object().into_iter().flatten() {
        people.insert(UserId::from(id), raw);
    }
    people
}

/// Groups on the new app, without this one, and their members.
async fn other_groups(
    ctx: &Ctx,
    known: &Members,
    group: &GroupId,
) -> Result<(Value, BTreeMap<GroupId, BTreeSet<UserId>>), Halt> {
    let on = groups_now(ctx).await?;
    let made: BTreeSet<GroupId> = ctx.migration.model().wave_groups.values().cloned().collect();
    let id = |raw: &Value| raw["id"].as_str().map(GroupId::from);
    let own = on.iter().find(|raw| id(raw).as_ref() == Some(group)).cloned();
    let others = on.iter().filter_map(id).filter(|id| id != group && !made.contains(id));
    let one = |id: GroupId| {
        async move {
            let members = known.of(ctx, &id).await?;
            Ok((id, members))
        }
        .boxed()
    };
    let others = side_by_side(others.map(one).collect()).await?;
    Ok((own.unwrap_or_default(), others.into_iter().collect()))
}

/// Reads until nothing moves any more and every member has the app through another group, or says who has not.
async fn drained(
    ctx: &Ctx,
    wave: &Wave,
    door: &NewAppDoor,
    known: &Members,
    (planned, group): (&WaveGroupPlan, &GroupId),
) -> Result<Drained, Halt> {
    let (inside, (own, others)) = futures::try_join!(known.of(ctx, group), other_groups(ctx, known, group))?;
    let held = |user: &UserId| others.values().any(|members| members.contains(user));
    let alone: BTreeSet<UserId> = inside.iter().filter(|u| !held(u)).cloned().collect();
    if !alone.is_empty() {
        return Err(problem(
            ProblemCode::GateClosed,
            format!("{} would lose the new app with {}", names(ctx, &alone), planned.name),
            "They are in no other group that is on the new app.",
            "Put them into their group again, or take them out of the wave group in Okta, then go on here.",
        )
        .into());
    }
    let not_told = |listing: &People| {
        let told = |user: &&UserId| {
            let seen = listing.user(user);
            seen.is_some_and(|u| u.group().is_some_and(|g| others.contains_key(g)))
        };
        inside.iter().filter(|user| !told(user)).count()
    };
    // Okta may not say which group wins: then there is nothing to wait for here.
    let left = |listing: &People| {
        let named = |u: &UserId| listing.get(u).is_some_and(|raw| !raw["_links"]["group"].is_null());
        if inside.iter().any(named) { not_told(listing) } else { 0 }
    };
    let listing = placed_now(ctx).await?;
    let to_wait_for = left(&listing);
    if to_wait_for > 0 {
        let look = || async { Ok(left(&*prove_placed(ctx).await?)) }.boxed();
        let words = |left| format!("Okta is bringing {left} more people under their own groups");
        until_none_left(ctx, to_wait_for, to_wait_for, look, words).await?;
    }
    let listing = still(ctx, door, &inside, placed_since(ctx).await?).await?;
    nobody_lost(ctx, planned, &inside, &listing)?;
    if not_told(&listing) > 0
        && let Some(first) = inside.first()
    {
        // Whether the original groups hold them cannot be told from here: one goes first and is watched.
        try_one(ctx, wave, door, planned, group, first).await?;
    }
    let people: serde_json::Map<String, Value> = inside
        .iter()
        .filter_map(|u| Some((u.to_string(), listing.get(u)?)))
        .collect();
    Ok(Drained {
        group: group.clone(),
        snapshot: json!({ "group": own, "people": people }),
    })
}

/// Two listings of these people, at least a minute apart, that are alike to the last letter, and no job of Okta's in between that the
/// log shows as begun and not ended. `before` and when it was there: the minute goes on while other things are read. With the second
/// listing the new app is asked once more whether it can deactivate: what it said before is a minute old.
async fn still(
    ctx: &Ctx,
    door: &NewAppDoor,
    people: &BTreeSet<UserId>,
    (mut before, mut seen): (Arc<People>, Instant),
) -> Result<Arc<People>, Halt> {
    let alike = |before: &People, now: &People| people.iter().all(|u| before.text(u) == now.text(u));
    let mut jobs = JobLog::new(ctx);
    for _ in 0..TRIES {
        ctx.waiting(Some("Looking twice, a minute apart, whether Okta is still at work"));
        ctx.pause_for((STILL - ctx.org_seconds_since(seen)).max(0.0)).await?;
        ctx.checkpoint().await?;
        let (now, ()) = futures::try_join!(quiet(ctx, &mut jobs), door.closed_to_deactivation(ctx))?;
        if alike(&before, &now) {
            ctx.waiting(None);
            return Ok(now);
        }
        (before, seen) = (now, Instant::now());
    }
    ctx.waiting(None);
    Err(problem(
        ProblemCode::GateClosed,
        "Okta is still at work on the people of the wave group",
        "Taking the group off in the middle could cost somebody the new app.",
        "Go on with the wave in a while.",
    )
    .into())
}

/// A listing of the new app while no job is under way that the log shows. Both are read side by side, and where a job was under
/// way, its end is waited for and the app listed anew.
async fn quiet(ctx: &Ctx, jobs: &mut JobLog) -> Result<Arc<People>, Halt> {
    let (none, listing) = futures::try_join!(jobs.none_under_way(ctx), prove_placed(ctx))?;
    if none {
        return Ok(listing);
    }
    drop(listing);
    jobs.until_done(ctx).await?;
    prove_placed(ctx).await
}

/// Everybody is listed, settled, and there through a group.
fn nobody_lost(ctx: &Ctx, planned: &WaveGroupPlan, people: &BTreeSet<UserId>, listing: &People) -> Result<(), Halt> {
    let fine = |user: &&UserId| {
        let seen = listing.user(user);
        seen.is_some_and(|u| u.scope() == Scope::Group && u.is_settled() && !u.has_sync_error())
    };
    let not: BTreeSet<UserId> = people.iter().filter(|u| !fine(u)).cloned().collect();
    if not.is_empty() {
        return Ok(());
    }
    Err(problem(
        ProblemCode::GateClosed,
        format!("Not everybody in {} is settled on the new app", planned.name),
        format!(
            "{} are not there through a group, or Okta reports trouble with them.",
            names(ctx, &not)
        ),
        "Mend them in Okta, then go on. The wave group stays until then.",
    )
    .into())
}

/// Takes one member out of the wave group and watches: the app must stay. If it does not, it is given again at once.
async fn try_one(
    ctx: &Ctx,
    wave: &Wave,
    door: &NewAppDoor,
    planned: &WaveGroupPlan,
    group: &GroupId,
    user: &UserId,
) -> Result<(), Halt> {
    let name = ctx.migration.model().name_of(user);
    ctx.now(format!("{name}, who leaves {} first", planned.name));
    let done = door
        .member_out(ctx, i64::from(wave.number), Leaving::Tried, group, user)
        .await?;
    if let Done::Failed { words } = done {
        return Err(problem(
            ProblemCode::Okta,
            format!("{name} could not be taken out of {}", planned.name),
            words,
            "Mend the cause in Okta, then go on.",
        )
        .into());
    }
    for _ in 0..2 {
        ctx.pause_for(STILL / 2.0).await?;
        let listing = prove_placed(ctx).await?;
        if !listing.contains_key(user) {
            add(ctx, wave.number, group, user).await?;
            return Err(problem(
                ProblemCode::GateClosed,
                format!("{name} lost the new app without {}", planned.name),
                "The original group does not hold it yet. The person was put back at once; nobody else was touched.",
                "Look at the person in Okta, then go on with the wave in a while.",
            )
            .into());
        }
    }
    Ok(())
}

/// After the group is off: everybody must still be there, as before. Otherwise it is put back on at once.
async fn kept(
    ctx: &Ctx,
    wave: &Wave,
    planned: &WaveGroupPlan,
    group: &GroupId,
    before: &People,
    record: &mut WaveRecord,
) -> Result<Arc<People>, Halt> {
    let mut last = prove_placed(ctx).await?;
    let mut jobs = JobLog::new(ctx);
    for look in 0..=TRIES {
        let lost: BTreeSet<UserId> = before.keys().filter(|u| !last.contains_key(u)).cloned().collect();
        if !lost.is_empty() {
            put(ctx, wave.number, group, &planned.body, None).await?;
            return Err(problem(
                ProblemCode::GateClosed,
                format!(
                    "{} lost the new app when {} came off it",
                    names(ctx, &lost),
                    planned.name
                ),
                "The wave group was put back on at once, so that Okta gives it to them again.",
                "Look at these people in Okta, then go on with the wave.",
            )
            .into());
        }
        if look == TRIES {
            break;
        }
        ctx.waiting(Some("Watching whether everybody keeps the new app"));
        ctx.pause_for(STILL / 2.0).await?;
        // What the proof after the swap asks of the groups is read beside it.
        let (now, _) = futures::try_join!(quiet(ctx, &mut jobs), list_groups(ctx))?;
        let alike = before.keys().all(|u| last.text(u) == now.text(u));
        last = now;
        if alike {
            break;
        }
    }
    ctx.waiting(None);
    let what = |u: AppUser| (u.scope(), u.status().to_owned(), u.user_name, u.external_id, u.profile);
    let changed: BTreeSet<UserId> = before
        .keys()
        .filter(|user| {
            last.user(user)
                .is_none_or(|is| Some(what(is)) != before.user(user).map(what))
        })
        .cloned()
        .collect();
    if !changed.is_empty() {
        record.remarks.push(format!(
            "Okta changed something of these people when {} came off: {}.",
            planned.name,
            names(ctx, &changed)
        ));
    }
    Ok(last)
}

/// The proof after a swap, by one full read: scope, winning group, order of priority and values of the groups are the plan's.
/// Whatever is not is said in the wave's record.
async fn equal_to_the_old_app(ctx: &Ctx, listing: &People, record: &mut WaveRecord) -> Result<(), Halt> {
    ctx.now("whether the new app equals the old one".to_owned());
    let on = groups_now(ctx).await?;
    let model = ctx.migration.model();
    let Some(plan) = &model.plan else { return Ok(()) };
    let bodies: BTreeMap<&GroupId, &Value> = plan
        .plan
        .waves
        .iter()
        .flat_map(|w| w.groups.iter().map(|g| (&g.group, &g.body["profile"])))
        .collect();
    let (mut scope, mut winner, mut values) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for (_, person) in plan.plan.people() {
        let AssignmentPath::Group { group } = &person.path else {
            continue;
        };
        let seen = listing.user(&person.user);
        let Some(seen) = seen.filter(|_| model.groups_on.contains(group)) else {
            continue;
        };
        if seen.scope() != Scope::Group {
            scope.insert(person.user.clone());
        }
        if seen.group().is_some_and(|g| g != group) {
            winner.insert(person.user.clone());
        }
        let given = bodies.get(group).and_then(|profile| profile.as_object());
        let differs = |name: &String, wanted: &Value| {
            let is = seen.profile.get(name);
            let is = is.as_deref();
            let combined = wanted.as_array().zip(is.and_then(Value::as_array));
            combined.map_or(is != Some(wanted), |(wanted, is)| {
                wanted.iter().any(|v| !is.contains(v))
            })
        };
        // Own values of people who were assigned one by one may differ from their group's, on the old app too.
        let own = person.body.is_some();
        if !own && given.is_some_and(|g| g.iter().any(|(name, wanted)| differs(name, wanted))) {
            values.insert(person.user.clone());
        }
    }
    let unequal_groups: Vec<String> = on
        .iter()
        .filter_map(|raw| {
            let id = GroupId::from(raw["id"].as_str()?);
            let wanted = bodies.get(&id)?.as_object()?;
            let differs = wanted.iter().any(|(name, value)| raw["profile"][name] != *value);
            differs.then(|| model.group_name(&id))
        })
        .collect();
    drop(model);
    for (people, words) in [
        (scope, "are assigned individually, but through a group on the old app"),
        (winner, "have the new app through another group than the old one"),
        (values, "do not have the values of their group"),
    ] {
        if !people.is_empty() {
            record.remarks.push(format!("{} {words}.", names(ctx, &people)));
        }
    }
    if !unequal_groups.is_empty() {
        record.remarks.push(format!(
            "Okta does not show the planned values on these groups of the new app: {}.",
            unequal_groups.join(", ")
        ));
    }
    Ok(())
}
