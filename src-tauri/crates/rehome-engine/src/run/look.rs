//! What the new app showed at the last look: its people, and its groups. Until something is written that changes them, or time has
//! passed, reading again would say the same, and cost an answer's second and a call for every 500 people.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use rehome_domain::{AppUser, Scope, UserId};
use serde_json::Value;

use futures::FutureExt;

use super::{
    Ctx, Halt,
    kinds::OperationKind as Kind,
    prove::{placed_by, prove_new_sign_ins, prove_placed},
    wave::side_by_side,
};

/// App users as listed, by person: kept as text, which takes a fifth of the memory of a tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct People(BTreeMap<UserId, Box<str>>);

impl People {
    pub fn contains_key(&self, user: &UserId) -> bool {
        self.0.contains_key(user)
    }

    pub fn keys(&self) -> impl Iterator<Item = &UserId> {
        self.0.keys()
    }

    /// As Okta sent it: for snapshots.
    pub fn get(&self, user: &UserId) -> Option<Value> {
        serde_json::from_str(self.0.get(user)?).ok()
    }

    /// The same as text: two that are alike to the last letter are alike.
    pub fn text(&self, user: &UserId) -> Option<&str> {
        self.0.get(user).map(AsRef::as_ref)
    }

    /// `None` also for what is no app user as Okta describes it.
    pub fn user(&self, user: &UserId) -> Option<AppUser> {
        AppUser::parse(self.0.get(user)?).ok()
    }

    /// Shown with scope GROUP. What cannot be read counts as individual: it is still there.
    pub fn is_through_group(&self, user: &UserId) -> bool {
        self.user(user).is_some_and(|u| u.scope() == Scope::Group)
    }

    /// Everybody who can be read.
    pub fn users(&self) -> impl Iterator<Item = AppUser> {
        self.0.values().filter_map(|text| AppUser::parse(text).ok())
    }

    pub fn insert(&mut self, user: UserId, raw: &Value) {
        self.0.insert(user, raw.to_string().into());
    }
}

/// Org's seconds for which a look is as good as another one.
const GOOD_FOR: f64 = 60.0;

/// Shared by everything that one run does.
#[derive(Default)]
pub(crate) struct LastLook(Mutex<State>);

struct Look {
    people: Arc<People>,
    /// The oldest of it was read by then.
    oldest: Instant,
    /// All of it was.
    whole: Instant,
}

#[derive(Default)]
struct State {
    /// Writes that this run has begun.
    writes: u64,
    people: Option<Look>,
    /// Of these, writes that change which groups are on the new app, or in which order.
    group_writes: u64,
    groups: Option<(Instant, Arc<[Value]>)>,
    /// When sign-ins were read, and after how many writes.
    log: Option<(Instant, u64)>,
}

impl LastLook {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ctx {
    /// Something is about to be written: what was seen may not hold any more.
    pub(super) fn writing(&self, kind: Kind) {
        let mut state = self.look.state();
        state.writes += 1;
        state.people = None;
        if kind.moves_groups() {
            state.group_writes += 1;
            state.groups = None;
        }
    }

    /// The last listing is about to be replaced: both at once would be the largest thing in memory.
    pub(super) fn forget_look(&self) {
        self.look.state().people = None;
    }

    /// Writes so far; to be handed to [`Ctx::saw`] with what was read since.
    pub(super) fn writes(&self) -> u64 {
        self.look.state().writes
    }

    /// A whole listing that was begun at `writes`, and was there by `oldest`, but for what was read again since.
    pub(super) fn saw(&self, writes: u64, oldest: Instant, people: &Arc<People>) {
        let mut state = self.look.state();
        if state.writes == writes {
            state.people = Some(Look {
                people: people.clone(),
                oldest,
                whole: Instant::now(),
            });
        }
    }

    fn last(&self) -> Option<(Arc<People>, Instant)> {
        let state = self.look.state();
        let look = state.people.as_ref()?;
        self.is_good(look.oldest).then(|| (look.people.clone(), look.whole))
    }

    /// What was read then is as good as read now, if nothing was written since.
    pub(super) fn is_good(&self, at: Instant) -> bool {
        self.org_seconds_since(at) < GOOD_FOR
    }

    pub(super) fn org_seconds_since(&self, at: Instant) -> f64 {
        at.elapsed().as_secs_f64() * f64::from(self.migration.speed.max(1))
    }
}

/// After something was changed for these people alone: reads each of them again, side by side, where that takes fewer calls than
/// the listing that was made before, and that one is not old. Otherwise whoever asks next lists the app.
pub(super) async fn read_again(
    ctx: &Ctx,
    (listing, whole): (Arc<People>, Instant),
    changed: &[UserId],
) -> Result<(), Halt> {
    let pages = listing.0.len().div_ceil(PEOPLE_ON_A_PAGE);
    if changed.is_empty() || changed.len() > pages || !ctx.is_good(whole) {
        return Ok(());
    }
    let writes = ctx.writes();
    let read = &ctx.client.read();
    let one = |user: &UserId| {
        let user = user.clone();
        async move { ctx.reading(|| read.app_user(&ctx.migration.new, &user)).await }.boxed()
    };
    let found = side_by_side(changed.iter().map(one).collect()).await?;
    let mut people = Arc::unwrap_or_clone(listing);
    for (user, raw) in changed.iter().zip(found) {
        // Not there, which only a listing may say.
        let Some(raw) = raw else { return Ok(()) };
        people.insert(user.clone(), &raw);
    }
    placed_by(ctx, writes, whole, people).await.map(drop)
}

/// People on a page of an app's listing (api-facts 6.1).
const PEOPLE_ON_A_PAGE: usize = 500;

/// The groups of the new app, as Okta lists them now.
pub(super) async fn list_groups(ctx: &Ctx) -> Result<Arc<[Value]>, Halt> {
    let writes = ctx.look.state().group_writes;
    let read = ctx.client.read();
    let found: Arc<[Value]> = ctx.reading(|| read.app_groups(&ctx.migration.new)).await?.into();
    let mut state = ctx.look.state();
    if state.group_writes == writes {
        state.groups = Some((Instant::now(), found.clone()));
    }
    Ok(found)
}

/// The groups of the new app as they were just listed, or as they are listed now.
pub(super) async fn groups_now(ctx: &Ctx) -> Result<Arc<[Value]>, Halt> {
    let last = {
        let state = ctx.look.state();
        let last = state.groups.as_ref().filter(|(at, _)| ctx.is_good(*at));
        last.map(|(_, groups)| groups.clone())
    };
    match last {
        Some(groups) => Ok(groups),
        None => list_groups(ctx).await,
    }
}

/// The new app as it was just listed and held against the plan, or as it is listed now.
pub(super) async fn placed_now(ctx: &Ctx) -> Result<Arc<People>, Halt> {
    Ok(placed_since(ctx).await?.0)
}

/// The same, and since when it was there in whole.
pub(super) async fn placed_since(ctx: &Ctx) -> Result<(Arc<People>, Instant), Halt> {
    match ctx.last() {
        Some(last) => Ok(last),
        None => {
            let people = prove_placed(ctx).await?;
            Ok((people, Instant::now()))
        }
    }
}

/// Reads who has signed in, unless that was done a moment ago, and nothing was written since.
pub(super) async fn signed_in_now(ctx: &Ctx) -> Result<(), Halt> {
    let (last, writes) = {
        let state = ctx.look.state();
        (state.log, state.writes)
    };
    if last.is_some_and(|(at, after)| after == writes && ctx.is_good(at)) {
        return Ok(());
    }
    let begun = Instant::now();
    prove_new_sign_ins(ctx).await?;
    ctx.look.state().log = Some((begun, writes));
    Ok(())
}
