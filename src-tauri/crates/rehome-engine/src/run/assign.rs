//! Route `Individual`: one POST a person.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use futures::StreamExt;
use rehome_domain::{
    UserId,
    plan::{PersonPlan, Route},
    schedule::Cause,
};
use rehome_journal::NewOperation;
use rehome_okta::Bucket;
use serde_json::json;

use super::{
    Ctx, Halt,
    kinds::OperationKind as Kind,
    operate::{Done, operate},
    tally::Tally,
    wave_groups::key_of,
};
use crate::{
    model::{Given, Model},
    problem::problem,
    view::{PersonState, ProblemCode},
};

/// Whom a run of a wave is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// Everybody who is not there yet.
    All,
    /// Who failed, and nobody else; of one cause, where there is one.
    Failed(Option<Cause>),
}

impl Who {
    pub(crate) fn includes(self, model: &Model, user: &UserId) -> bool {
        match self {
            Self::All => true,
            Self::Failed(cause) => {
                model.state_of(user) == PersonState::Failed && cause.is_none_or(|cause| model.cause_of(user) == cause)
            }
        }
    }
}

/// Writes under way at once. Okta's answers take about a second (api-facts 2.3), and the client keeps its share by itself.
const AT_ONCE: usize = 8;
/// Where the limit leaves room for more: so many, and no more, since Okta counts concurrent calls, too.
const AT_MOST: usize = 48;
/// Answers, of two seconds at most as a rule, that one call after the other gets in a quarter of a minute: what may be sent in a
/// minute is sent in the first quarter of it, so that what must follow one another before and after does not push it into the next.
const ANSWERS: u32 = 8;

/// How many writes to apps may be under way at once. Each has its intent on disk, and would have to be settled by reading after
/// a crash: under a narrow limit more of them would only wait.
pub(crate) fn width(ctx: &Ctx) -> usize {
    width_in(ctx, Bucket::Apps)
}

/// The same for writes that draw from this bucket.
pub(crate) fn width_in(ctx: &Ctx, bucket: Bucket) -> usize {
    let limits = ctx.client.limits();
    let known = limits.iter().find(|limit| limit.bucket == bucket);
    width_for(known.map(|limit| limit.allowed_per_minute))
}

fn width_for(allowed_per_minute: Option<u32>) -> usize {
    allowed_per_minute.map_or(AT_ONCE, |allowed| {
        ((allowed / ANSWERS) as usize).clamp(AT_ONCE, AT_MOST)
    })
}

/// Assigns everybody of a wave who goes one by one and is not there yet. Begins nothing more when more have failed than `errors`
/// allow.
pub(crate) async fn assign(
    ctx: &Ctx,
    wave: u32,
    people: &[PersonPlan],
    who: Who,
    tally: &Tally,
    errors: &Errors,
) -> Result<(), Halt> {
    let todo: Vec<&PersonPlan> = {
        let model = ctx.migration.model();
        let is_open = |p: &&PersonPlan| {
            let track = model.track(&p.user);
            p.route == Route::Individual
                && !model.is_skipped(&p.user)
                && !model.is_half_converted(&p.user)
                && who.includes(&model, &p.user)
                && !track.placed
                && track.given != Given::Sent
        };
        people.iter().filter(is_open).collect()
    };
    ctx.advance(people.iter().filter(|p| key_of(&p.route).is_none()).count() - todo.len());
    counted(width(ctx), todo, errors, |person| async move {
        let before = Tally::stand(ctx, &person.user);
        let done = one(ctx, wave, person).await;
        tally.moved(ctx, &person.user, &before);
        let done = done?;
        ctx.advance(1);
        Ok(done)
    })
    .await
}

/// What went wrong among calls that go side by side, together.
#[derive(Debug)]
pub(crate) struct Errors {
    budget: usize,
    failed: AtomicUsize,
    /// Nothing new is begun any more.
    ended: AtomicBool,
}

impl Errors {
    /// More than `budget` end it.
    pub fn up_to(budget: usize) -> Self {
        Self {
            budget,
            failed: AtomicUsize::new(0),
            ended: AtomicBool::new(false),
        }
    }

    pub fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }

    /// Whoever works beside this one begins nothing new either.
    pub fn end(&self) {
        self.ended.store(true, Ordering::Relaxed);
    }

    fn failed(&self) -> usize {
        self.failed.load(Ordering::Relaxed)
    }

    fn add(&self) {
        if self.failed.fetch_add(1, Ordering::Relaxed) >= self.budget {
            self.end();
        }
    }

    /// Refuses to go on where more failed than may.
    pub fn within_budget(&self) -> Result<(), Halt> {
        let failed = self.failed();
        if failed <= self.budget {
            return Ok(());
        }
        Err(problem(
            ProblemCode::Okta,
            format!("{failed} people failed: the wave stopped by itself"),
            "So many failures have a common cause more often than not.",
            "Look at the failures and mend the cause, then try these people again; or approve exactly so many exceptions. \
             Everybody who is placed stays placed.",
        )
        .into())
    }
}

/// Acts on many, a few at a time; gives how many failed. After more failures than `budget`, or the first halt, nothing new is
/// begun, but everything under way is finished: dropping it would leave unknown outcomes behind.
pub(crate) async fn at_once<T, F>(todo: Vec<T>, budget: usize, act: impl Fn(T) -> F) -> Result<usize, Halt>
where
    F: Future<Output = Result<Done, Halt>>,
{
    many(AT_ONCE, todo, budget, act).await
}

/// As [`at_once`], so many at a time.
pub(crate) async fn many<T, F>(width: usize, todo: Vec<T>, budget: usize, act: impl Fn(T) -> F) -> Result<usize, Halt>
where
    F: Future<Output = Result<Done, Halt>>,
{
    let errors = Errors::up_to(budget);
    counted(width, todo, &errors, act).await?;
    Ok(errors.failed())
}

/// As [`many`], with failures counted where others that go on at the same time count theirs.
pub(crate) async fn counted<T, F>(width: usize, todo: Vec<T>, errors: &Errors, act: impl Fn(T) -> F) -> Result<(), Halt>
where
    F: Future<Output = Result<Done, Halt>>,
{
    let act = &act;
    let mut running = futures::stream::iter(todo)
        .map(|item| async move {
            if errors.has_ended() {
                Ok(None)
            } else {
                act(item).await.map(Some)
            }
        })
        .buffer_unordered(width);
    let mut halt = None;
    while let Some(done) = running.next().await {
        match done {
            Ok(Some(Done::Failed { .. })) => errors.add(),
            Ok(Some(Done::Confirmed(_)) | None) => {}
            // What cannot go on at all is the one to tell; that something is to be looked at again is found out anyway.
            Err(why) => halt = Some(first_of(halt, why)),
        }
        if halt.is_some() {
            errors.end();
        }
    }
    halt.map_or(Ok(()), Err)
}

/// Of two reasons to end, the one to tell.
pub(crate) fn first_of(first: Option<Halt>, then: Halt) -> Halt {
    match first {
        None | Some(Halt::Anew) => then,
        Some(first) => first,
    }
}

pub(crate) fn show_counts<'a>(ctx: &Ctx, people: impl Iterator<Item = &'a UserId>) {
    let counts = ctx.migration.model().counts(people);
    ctx.counts(counts);
}

async fn one(ctx: &Ctx, wave: u32, person: &PersonPlan) -> Result<Done, Halt> {
    ctx.turn_of_person().await?;
    let name = ctx.migration.model().name_of(&person.user);
    ctx.now(name);
    let Some(body) = person.to_send() else {
        return Ok(Done::Failed {
            words: "The plan has nothing to send.".to_owned(),
        });
    };
    let app = &ctx.migration.new;
    let operation = NewOperation {
        wave: i64::from(wave),
        subject: person.user.to_string(),
        kind: Kind::Assign.into(),
        method: "POST".to_owned(),
        path: format!("/api/v1/apps/{app}/users"),
        body: Some(body.clone()),
        undo: Some(json!({ "method": "DELETE", "path": format!("/api/v1/apps/{app}/users/{}", person.user) })),
        snapshot: None,
    };
    let assign = ctx.client.assign();
    operate(ctx, operation, || assign.assign_user(app, &body)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_at_once_as_the_limit_has_use_for() {
        // Nothing known yet; half of 100 a minute and of that three quarters; five and ten times as much; no limit.
        for (allowed, expected) in [
            (None, 8),
            (Some(37), 8),
            (Some(187), 23),
            (Some(375), 46),
            (Some(750_000), 48),
        ] {
            assert_eq!(width_for(allowed), expected, "{allowed:?}");
        }
    }
}
