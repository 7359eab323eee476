//! What the new app showed at the last look. Until something is written to it, or time has passed, reading it again would say the
//! same, and cost a call for every 500 people.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use rehome_domain::{AppUser, Scope, UserId};
use serde_json::Value;

use super::{Ctx, Halt, prove::prove_placed};

/// App users as listed, by person: kept as text, which takes a fifth of the memory of a tree.
#[derive(Debug, Default, PartialEq, Eq)]
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

#[derive(Default)]
struct State {
    /// Writes that this run has begun.
    writes: u64,
    people: Option<(Instant, Arc<People>)>,
}

impl LastLook {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ctx {
    /// Something is about to be written: what was seen may not hold any more.
    pub(super) fn writing(&self) {
        let mut state = self.look.state();
        state.writes += 1;
        state.people = None;
    }

    /// The last listing is about to be replaced: both at once would be the largest thing in memory.
    pub(super) fn forget_look(&self) {
        self.look.state().people = None;
    }

    /// Writes so far; to be handed to [`Ctx::saw`] with what was read since.
    pub(super) fn writes(&self) -> u64 {
        self.look.state().writes
    }

    /// A whole listing that was begun at `writes`.
    pub(super) fn saw(&self, writes: u64, people: &Arc<People>) {
        let mut state = self.look.state();
        if state.writes == writes {
            state.people = Some((Instant::now(), people.clone()));
        }
    }

    fn last(&self) -> Option<Arc<People>> {
        let good = Duration::from_secs_f64(GOOD_FOR / f64::from(self.migration.speed.max(1)));
        let state = self.look.state();
        let (at, people) = state.people.as_ref()?;
        (at.elapsed() < good).then(|| people.clone())
    }
}

/// The new app as it was just listed and held against the plan, or as it is listed now.
pub(super) async fn placed_now(ctx: &Ctx) -> Result<Arc<People>, Halt> {
    match ctx.last() {
        Some(people) => Ok(people),
        None => prove_placed(ctx).await,
    }
}
