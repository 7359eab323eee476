//! One wave, from the check of the plan to the proofs.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Instant,
};

use super::{
    Ctx, Halt,
    assign::{Errors, Who, assign, first_of, show_counts},
    convert::convert,
    door::recheck,
    groups::groups_on,
    look::{People, list_groups, placed_now, placed_since, read_again, signed_in_now},
    opening::OpenWave,
    pilot::{no_other_account, one_before_all},
    prove::{fold_app, list_app, placed_by, prove_placed},
    recover::recover,
    swap::swap,
    tally::Tally,
    wave_groups,
};
use crate::{
    inventory::members::{Member, read_members, who_gets_apps},
    model::{Model, decisions::WaveRecord, kind, runs::Deed},
    problem::problem,
    view::{PersonState, ProblemCode, Step},
};
use futures::{FutureExt, StreamExt, TryStreamExt, future::BoxFuture};
use jiff::Timestamp;
use rehome_domain::{
    App, AppGroup, AppId, AppUser, GroupId, UserId,
    plan::{Basis, Plan, Present, Wave, differences},
};
use serde_json::Value;

/// Org's seconds between looks while somebody is not settled yet.
const SETTLING: &[f64] = &[0.0, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0];

pub(crate) async fn run_wave(ctx: Ctx, number: u32, who: Who) -> Result<(), Halt> {
    recover(&ctx).await?;
    ctx.bind();
    ctx.until_open().await?;
    let wave = OpenWave::of(&ctx.migration.model(), number, who != Who::All)?;
    ctx.total(wave.people.len());
    ctx.now("whether the plan still fits".to_owned());
    let first = !ctx.migration.model().decisions.waves.contains_key(&number);
    let before = ctx.migration.model().before();
    // Both read and change nothing: side by side, an answer takes a second.
    let door = async {
        match number {
            0 if first => Box::pin(recheck(&ctx, Step::Pilot)).await,
            1 if first => Box::pin(recheck(&ctx, Step::Waves)).await,
            _ => Ok(()),
        }
    };
    let ((), seen) = futures::try_join!(door, see(&ctx))?;
    let mut remarks = WaveRecord::default();
    still_fits(&ctx, number, seen, &mut remarks).await?;
    let mut record = ctx
        .migration
        .model()
        .decisions
        .waves
        .get(&number)
        .cloned()
        .unwrap_or_default();
    let cut_off = record.started.is_some() && record.ended.is_none();
    // Trying again who failed is no reason to go on with the others of a wave that stopped.
    let whole = who == Who::All || !cut_off;
    record.started.get_or_insert_with(Timestamp::now);
    record.since.get_or_insert_with(|| {
        // Whole seconds of the org's clock: a sign-in right after the first assignment must not be missed.
        let now = ctx.meter.org_now(Timestamp::now());
        now.saturating_sub(jiff::SignedDuration::from_secs(2)).unwrap_or(now)
    });
    record.ended = None;
    record.stopped = false;
    record.remarks = remarks.remarks;
    record.remarks.extend(advice(&ctx));
    note(&ctx, number, &record).await?;
    let end = loop {
        let end = match whole {
            true => steps(&ctx, &wave, who, cut_off, &mut record).await,
            false => again(&ctx, &wave, who).await,
        };
        match end {
            Err(Halt::Anew) => {}
            end => break end,
        }
        if let Err(halt) = look_again(&ctx, &wave, &mut record).await {
            break Err(halt);
        }
    };
    match &end {
        Ok(()) if !whole => record.stopped = true,
        Ok(()) => record.ended = Some(Timestamp::now()),
        Err(_) => record.stopped = true,
    }
    // The journal may be what failed; then this cannot be noted either, and the first failure is the one to show.
    let noted = note(&ctx, number, &record).await;
    if end.is_ok() {
        ctx.migration.model().tried(Deed::Try, before);
    }
    end.and(noted)
}

async fn steps(ctx: &Ctx, wave: &OpenWave, who: Who, cut_off: bool, record: &mut WaveRecord) -> Result<(), Halt> {
    if wave.number == 0 {
        one_before_all(ctx, wave).await?;
    }
    assign_listening(ctx, wave, who).await?;
    let last = wave.groups.is_empty() && wave.swaps.is_empty();
    settle_people(ctx, wave, last).await?;
    no_other_account(ctx)?;
    groups_on(ctx, wave, record).await?;
    let listing = placed_since(ctx).await?;
    let converted = convert(ctx, wave.number, &listing.0, cut_off, record).await?;
    read_again(ctx, listing, &converted).await?;
    if !wave.swaps.is_empty() {
        ctx.turn().await?;
    }
    Box::pin(swap(ctx, wave, record)).await?;
    ctx.now("proofs".to_owned());
    if !converted.is_empty() || !wave.groups.is_empty() || !wave.swaps.is_empty() {
        settle_people(ctx, wave, true).await?;
        no_other_account(ctx)?;
    }
    signed_in_now(ctx).await
}

/// Who failed in a wave that stopped, once more; the wave itself waits.
async fn again(ctx: &Ctx, wave: &Wave, who: Who) -> Result<(), Halt> {
    assign_listening(ctx, wave, who).await?;
    settle_people(ctx, wave, false).await.map(drop)
}

/// As [`give`], listening to the service meanwhile.
async fn assign_listening(ctx: &Ctx, wave: &Wave, who: Who) -> Result<(), Halt> {
    let budget = ctx.migration.model().budget_of(wave);
    tokio::select! {
        end = give(ctx, wave, who, budget) => end,
        never = ctx.listen_to_service() => match never {},
    }
}

/// Gives the new app to everybody of a wave who does not come with a whole group. Those of the wave groups and those who go one
/// by one draw from limits of their own: they go side by side. Refuses to go on when more fail than `budget`.
pub(super) async fn give(ctx: &Ctx, wave: &Wave, who: Who, budget: usize) -> Result<(), Halt> {
    let errors = &Errors::up_to(budget);
    let tally = &Tally::of(ctx, wave.people.iter().map(|p| &p.user));
    // Neither is dropped when the other one ends: a call under way must not become an unknown one.
    let joining = async {
        let end = wave_groups::join(ctx, wave, who, tally, errors).await;
        if end.is_err() {
            errors.end();
        }
        end
    };
    let ends = futures::join!(joining, assign(ctx, wave.number, &wave.people, who, tally, errors));
    match ends {
        (Ok(()), Ok(())) => errors.within_budget()?,
        (Err(first), Err(then)) => return Err(first_of(Some(first), then)),
        (Err(why), Ok(())) | (Ok(()), Err(why)) => return Err(why),
    }
    wave_groups::wait_for_fan_out(ctx, wave).await
}

/// Between two rounds of a wave: the window is waited for, what was under way is settled, and the plan is held against Okta
/// once more, as at the beginning.
async fn look_again(ctx: &Ctx, wave: &Wave, record: &mut WaveRecord) -> Result<(), Halt> {
    loop {
        if let Some(slept) = ctx.wake().await? {
            let minutes = (slept.as_secs() / 60).max(1);
            record.remarks.push(format!(
                "The computer slept for {minutes} min. What was under way was settled by reading before anything new began."
            ));
        }
        ctx.until_open().await?;
        match recover(ctx).await {
            Err(Halt::Anew) => continue,
            end => end?,
        }
        break;
    }
    ctx.total(wave.people.len());
    ctx.now("whether the plan still fits".to_owned());
    let seen = see(ctx).await?;
    still_fits(ctx, wave.number, seen, record).await
}

/// Not on a Friday: said, never forbidden.
fn advice(ctx: &Ctx) -> Option<String> {
    ctx.settings().off_hours?.advice(ctx.org_now())
}

async fn note(ctx: &Ctx, number: u32, record: &WaveRecord) -> Result<(), Halt> {
    let value = serde_json::to_value(record).unwrap_or_default();
    Ok(ctx.migration.decide(kind::WAVE, &number.to_string(), value).await?)
}

/// Lists the new app until everybody who was given it is settled, or it has taken long enough to be reported. Gives the last
/// listing. `last`: nothing is written after it, so that sign-ins are read beside it.
pub(super) async fn settle_people(ctx: &Ctx, wave: &Wave, last: bool) -> Result<Arc<People>, Halt> {
    let mut listing = if last && wave.number > 0 {
        futures::try_join!(placed_now(ctx), signed_in_now(ctx))?.0
    } else {
        placed_now(ctx).await?
    };
    for (look, wait) in SETTLING.iter().enumerate() {
        if look > 0 {
            // Two of them at once would be the largest thing in memory.
            drop(listing);
            ctx.pause_for(*wait).await?;
            listing = prove_placed(ctx).await?;
        }
        show_counts(ctx, wave.people.iter().map(|p| &p.user));
        let waiting = {
            let model = ctx.migration.model();
            wave.people
                .iter()
                .filter(|p| model.state_of(&p.user) == PersonState::Assigned)
                .count()
        };
        if waiting == 0 {
            break;
        }
        ctx.waiting(Some(&format!("Okta is still working on {waiting} people")));
        ctx.checkpoint().await?;
    }
    ctx.waiting(None);
    Ok(listing)
}

/// What the door of a wave reads of both apps.
struct Seen {
    plan: Arc<Plan>,
    facts: (Basis, BTreeMap<UserId, String>),
    /// Writes of this run when the new app's listing was begun, and that listing.
    writes: u64,
    there: People,
    read: Instant,
    groups: Arc<[Value]>,
    inside: BTreeMap<GroupId, BTreeSet<UserId>>,
}

/// Reads both apps again, side by side: an answer takes a second, and none of these waits for another.
async fn see(ctx: &Ctx) -> Result<Option<Seen>, Halt> {
    let plan = {
        let model = ctx.migration.model();
        let Some(record) = model.approved() else {
            return Ok(None);
        };
        record.plan.clone()
    };
    let writes = ctx.writes();
    let (facts, there, groups, inside) = futures::try_join!(
        read_basis(ctx, &plan),
        list_app(ctx, &ctx.migration.new),
        list_groups(ctx),
        wave_groups::insiders(ctx)
    )?;
    Ok(Some(Seen {
        plan,
        facts,
        writes,
        there,
        read: Instant::now(),
        groups,
        inside,
    }))
}

/// Refuses where what the plan was made from is not so any more, and where somebody else changed the new app.
async fn still_fits(ctx: &Ctx, wave: u32, seen: Option<Seen>, record: &mut WaveRecord) -> Result<(), Halt> {
    let Some(seen) = seen else { return Ok(()) };
    refuse_stale(ctx, wave, &seen.plan, seen.facts, &seen.inside, record).await?;
    ctx.now("whether somebody else changed the new app".to_owned());
    placed_by(ctx, seen.writes, seen.read, seen.there).await?;
    super::foreign::look(ctx, &seen.groups).await
}

/// Refuses with the differences between the plan's facts and those just read (invariant 8).
/// People who have left their groups come out of the wave groups first: they are no reason to plan anew.
async fn refuse_stale(
    ctx: &Ctx,
    wave: u32,
    plan: &Plan,
    (basis, met): (Basis, BTreeMap<UserId, String>),
    inside: &BTreeMap<GroupId, BTreeSet<UserId>>,
    record: &mut WaveRecord,
) -> Result<(), Halt> {
    wave_groups::leavers(ctx, wave, &basis, inside, record).await?;
    let settled = settled(&ctx.migration.model());
    let mut present = Present {
        basis,
        ..Present::default()
    };
    let mut changes = differences(&plan.basis, &present, &settled);
    if !changes.is_empty() {
        // Once more, with names: only now are they needed.
        let model = ctx.migration.model();
        let basis = &present.basis;
        let named = plan.basis.people.keys().chain(basis.people.keys());
        let name = |u: &UserId| Some(model.name_of(u)).filter(|n| n != u.as_str());
        let name = |u| name(u).or_else(|| met.get(u).cloned()).unwrap_or_else(|| u.to_string());
        present.names = named.map(|u| (u.clone(), name(u))).collect();
        let groups = plan.basis.groups.keys().chain(basis.groups.keys());
        present.group_names = groups.map(|g| (g.clone(), model.group_name(g))).collect();
        drop(model);
        changes = differences(&plan.basis, &present, &settled);
    }
    if let Some(record) = &mut ctx.migration.model().plan {
        record.stale = changes.clone();
        record.read_since = false;
    }
    if changes.is_empty() {
        return Ok(());
    }
    let mut p = problem(
        ProblemCode::PlanStale,
        "Okta has changed since the plan was approved",
        changes.join(" "),
        "Read the apps again, look at what changed, and approve the new plan. Nobody was touched.",
    );
    p.detail = Some(format!("{} differences", changes.len()));
    Err(p.into())
}

/// People whom a change on the old app no longer concerns: they are placed, or left out by name.
pub(crate) fn settled(model: &Model) -> BTreeSet<UserId> {
    let placed = model.tracks.iter().filter(|(_, t)| t.placed).map(|(u, _)| u.clone());
    let left_out = model.decisions.excluded.keys().chain(&model.leavers);
    placed.chain(left_out.cloned()).collect()
}

/// What of the people of the old app a plan rests on.
#[derive(Default)]
struct Facts {
    people: BTreeMap<UserId, Arc<str>>,
    values: BTreeMap<UserId, u64>,
}

/// The facts of the plan, and names of everybody who was met: also of people who came after the apps were read.
pub(super) async fn read_basis(ctx: &Ctx, plan: &Plan) -> Result<(Basis, BTreeMap<UserId, String>), Halt> {
    let read = &ctx.client.read();
    let app = ctx.reading(|| read.app(&plan.new));
    let mappings = async {
        let found = ctx.reading(|| read.mappings_to(&plan.new)).await?;
        let ids = found
            .iter()
            .map(|item| item["id"].as_str().unwrap_or_default().to_owned());
        let one = |id: String| async move { ctx.reading(|| read.mapping(&id)).await }.boxed();
        side_by_side(ids.map(one).collect()).await
    };
    let groups = groups_with_members(ctx, &plan.old);
    let copied = ctx.migration.model().copied();
    let people = fold_app(ctx, &plan.old, |facts: &mut Facts, _, raw| {
        let Ok(user) = AppUser::read(raw) else { return };
        facts.values.insert(user.user.clone(), copied.hash(&user));
        facts.people.insert(user.user, user.user_name);
    });
    let (app, mappings, found, people) = futures::try_join!(app, mappings, groups, people)?;
    let app = App::read(app).map_err(crate::connect::odd)?;
    let mappings: Vec<_> = mappings
        .into_iter()
        .filter_map(|raw| rehome_domain::Mapping::read(raw).ok())
        .collect();
    let (mut groups, mut met) = (BTreeMap::new(), BTreeMap::new());
    for (group, members) in found {
        groups.insert(group.id, (group.priority, who_gets_apps(&members).into()));
        met.extend(members.into_iter().map(|member| (member.id, member.name)));
    }
    let Facts { people, values } = people;
    for (id, username) in &people {
        met.entry(id.clone()).or_insert_with(|| username.to_string());
    }
    met.retain(|_, name| !name.is_empty());
    let basis = Basis {
        new_template: app.username_template.as_ref().map(|t| t.template.clone()),
        new_mapping: mapping_of(&mappings),
        new_status: app.status,
        groups,
        people,
        values,
    };
    Ok((basis, met))
}

/// Who holds the old app: its groups with their members, and its people. The rest of what a plan rests on is left empty.
pub(super) async fn read_holders(ctx: &Ctx) -> Result<Basis, Halt> {
    let old = &ctx.migration.old;
    let people = fold_app(ctx, old, |facts: &mut Facts, _, raw| {
        if let Ok(user) = AppUser::read(raw) {
            facts.people.insert(user.user, user.user_name);
        }
    });
    let (groups, people) = futures::try_join!(groups_with_members(ctx, old), people)?;
    Ok(Basis {
        groups: groups
            .into_iter()
            .map(|(group, members)| (group.id, (group.priority, who_gets_apps(&members).into())))
            .collect(),
        people: people.people,
        ..Basis::default()
    })
}

/// Groups of an app with their members.
async fn groups_with_members(ctx: &Ctx, app: &AppId) -> Result<Vec<(AppGroup, Vec<Member>)>, Halt> {
    let read = &ctx.client.read();
    let found = ctx.reading(|| read.app_groups(app)).await?;
    let found = found.into_iter().filter_map(|raw| AppGroup::read(raw).ok());
    let one = |group: AppGroup| {
        async move {
            let members = ctx.reading(|| read_members(read, &group.id)).await?;
            Ok((group, members))
        }
        .boxed()
    };
    side_by_side(found.map(one).collect()).await
}

/// Reads under way at once; the client keeps the share of each limit by itself.
const READS_AT_ONCE: usize = 6;

/// Reads that do not hang on one another, a few at a time; what they bring, in order. Ends with the first that fails.
pub(super) async fn side_by_side<'a, T>(reads: Vec<BoxFuture<'a, Result<T, Halt>>>) -> Result<Vec<T>, Halt> {
    futures::stream::iter(reads).buffered(READS_AT_ONCE).try_collect().await
}

/// Expressions onto an app, of all user types; a type's id tells two of the same attribute apart.
pub(crate) fn mapping_of(mappings: &[rehome_domain::Mapping]) -> BTreeMap<String, String> {
    let many = mappings.len() > 1;
    mappings
        .iter()
        .flat_map(|m| {
            m.properties.iter().map(move |(name, p)| {
                let key = if many {
                    format!("{name} ({})", m.source_id)
                } else {
                    name.clone()
                };
                (key, p.expression.clone())
            })
        })
        .collect()
}
