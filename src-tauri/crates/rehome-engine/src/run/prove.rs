//! Proofs, by pages: the listing of the new app, the System Log by time (architecture 4).

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use jiff::{SignedDuration, Timestamp};
use rehome_domain::{AppUser, ByUser, UserId};
use rehome_journal::Proof;
use serde_json::{Value, json};

use super::{Ctx, Halt, look::People};
use crate::{
    migration::Migration,
    model::{Model, Track, runs::Deed},
    problem::Answer,
};

/// Reads the whole listing of an app.
pub(crate) async fn list_app(ctx: &Ctx, app: &rehome_domain::AppId) -> Result<People, Halt> {
    fold_app(ctx, app, People::insert).await
}

/// Reads the whole listing of an app, and keeps of each person what `take` does: everybody whole would be the largest thing in
/// memory.
pub(crate) async fn fold_app<T: Default>(
    ctx: &Ctx,
    app: &rehome_domain::AppId,
    take: impl Fn(&mut T, UserId, &Value),
) -> Result<T, Halt> {
    let read = ctx.client.read();
    // Pages hang together: after a lost network the listing begins anew.
    loop {
        let mut out = T::default();
        let mut pages = read.app_users(app, false)?;
        let lost = loop {
            match pages.next_page().await {
                Ok(Some(page)) => {
                    for raw in page {
                        if let Some(id) = raw["id"].as_str() {
                            take(&mut out, UserId::from(id), &raw);
                        }
                    }
                }
                Ok(None) => break false,
                Err(e) if super::is_network(&e) => break true,
                Err(e) => return Err(e.into()),
            }
        };
        if !lost {
            return Ok(out);
        }
        ctx.until_reachable().await?;
    }
}

/// Lists the new app and holds it against the plan. Gives the raw listing, for snapshots.
pub(crate) async fn prove_placed(ctx: &Ctx) -> Result<Arc<People>, Halt> {
    let writes = ctx.writes();
    ctx.forget_look();
    let raw = list_app(ctx, &ctx.migration.new).await?;
    placed_by(ctx, writes, Instant::now(), raw).await
}

/// Holds a listing of the new app against the plan. `writes`: as of when it was begun; `oldest`: when it was there, but for what
/// was read again since.
pub(super) async fn placed_by(ctx: &Ctx, writes: u64, oldest: Instant, raw: People) -> Result<Arc<People>, Halt> {
    let seen: ByUser<AppUser> = raw.users().map(|user| (user.user.clone(), user)).collect();
    let (foreign, changed) = {
        let mut model = ctx.migration.model();
        (model.foreign(&seen), model.observe(seen))
    };
    keep(&ctx.migration, changed).await?;
    super::foreign::note(ctx, foreign).await?;
    let raw = Arc::new(raw);
    ctx.saw(writes, oldest, &raw);
    Ok(raw)
}

/// Keeps what a listing showed.
pub(crate) async fn keep(migration: &Migration, changed: Vec<(UserId, Track)>) -> Answer<()> {
    if changed.is_empty() {
        return Ok(());
    }
    let mut proofs = Vec::with_capacity(changed.len() * 2);
    for (user, track) in changed {
        proofs.push(proof(&user, "placed", track.placed, json!({ "why": track.unplaced })));
        let applies = track.same_account.is_some().then_some(true);
        let evidence = json!({ "applies": applies });
        proofs.push(proof(&user, "same-account", track.same_account == Some(true), evidence));
    }
    let at = Timestamp::now();
    Ok(migration.journal.prove(&migration.id, proofs, at).await?)
}

/// What Okta logs when somebody comes to an app: let in or not, by the sign-in itself or by the app's policy (api-facts 11.4).
const COMING: [&str; 2] = ["user.authentication.sso", "application.policy.sign_on.deny_access"];

/// Looks for sign-ins to the new app since its first wave began, or since the cut-over where there is one, by their outcome
/// (api-facts 11.2, 11.3). What came before somebody was given the app does not count.
pub(crate) async fn prove_signed_in(ctx: &Ctx) -> Result<(), Halt> {
    *ctx.migration.log_read() = None;
    prove_new_sign_ins(ctx).await
}

/// How far the log was read for a plan, and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogRead {
    plan: String,
    since: Timestamp,
    until: Timestamp,
}

/// Events show up in the log late, and not in order (api-facts 11.1): so far back is read again what was read before.
const LATE: SignedDuration = SignedDuration::from_mins(30);

/// As [`prove_signed_in`], without what this Rehome has read since it was started: everybody's sign-ins of weeks are hundreds of
/// pages, and were folded in already.
pub(super) async fn prove_new_sign_ins(ctx: &Ctx) -> Result<(), Halt> {
    let (from, plan) = {
        let model = ctx.migration.model();
        let plan = model.plan.as_ref().map(|record| record.digest.clone());
        (crate::cut_over::sign_ins_since(&model), plan.unwrap_or_default())
    };
    let Some(from) = from else { return Ok(()) };
    let read_before = ctx
        .migration
        .log_read()
        .clone()
        .filter(|it| it.plan == plan && it.since == from);
    let since = read_before.map_or(from, |it| from.max(it.until.saturating_sub(LATE).unwrap_or(from)));
    let new = &ctx.migration.new;
    let kinds = COMING.map(|kind| format!("eventType eq \"{kind}\"")).join(" or ");
    let filter = format!("({kinds}) and target.id eq \"{new}\"");
    let read = ctx.client.read();
    let until = ctx.meter.org_now(Timestamp::now());
    // By pages, each folded in before the next one comes: everybody's sign-ins at once would be gigabytes.
    let mut pages = read.log_pages(&filter, since, Some(until));
    loop {
        let events = match pages.next_page().await {
            Ok(Some(events)) => events,
            Ok(None) => break,
            // The same page again.
            Err(e) if super::is_network(&e) => {
                ctx.until_reachable().await?;
                continue;
            }
            Err(e) => return Err(e.into()),
        };
        let proofs = ctx.migration.model().come(&events);
        if !proofs.is_empty() {
            let journal = &ctx.migration.journal;
            journal.prove(&ctx.migration.id, proofs, Timestamp::now()).await?;
        }
    }
    *ctx.migration.log_read() = Some(LogRead {
        plan,
        since: from,
        until,
    });
    Ok(())
}

impl Model {
    /// From when on a sign-in of this person counts, by the org's clock.
    fn counts_from(&self, user: &UserId) -> Option<Timestamp> {
        let (wave, _) = self.person_plan(user)?;
        let begun = self.decisions.waves.get(&wave.number)?.since?;
        let begun = begun.max(crate::cut_over::sign_ins_since(self)?);
        let rehearsal = self.decisions.pilot_notes.rehearsal.as_ref();
        let again = rehearsal.filter(|r| r.person == *user).and_then(|r| r.since);
        Some(again.map_or(begun, |again| again.max(begun)))
    }

    /// Folds events of the log in, oldest first; gives what is new, for the journal.
    fn come(&mut self, events: &[Value]) -> Vec<Proof> {
        let mut news: BTreeMap<UserId, (Track, &Value)> = BTreeMap::new();
        for event in events {
            let Some(user) = event["actor"]["id"].as_str().map(UserId::from) else {
                continue;
            };
            let at = event["published"].as_str().and_then(|at| at.parse::<Timestamp>().ok());
            let counts = self.counts_from(&user).zip(at).is_some_and(|(from, at)| at >= from);
            let track = news
                .get(&user)
                .map_or_else(|| self.track(&user), |(track, _)| track.clone());
            if !counts || track.signed_in {
                continue;
            }
            let signed_in = event["eventType"] == COMING[0] && event["outcome"]["result"] == "SUCCESS";
            let refused = (!signed_in).then(|| refusal(event));
            let track = Track {
                signed_in,
                refused,
                ..track
            };
            news.insert(user, (track, event));
        }
        let mut proofs = Vec::new();
        for (user, (track, event)) in news {
            let before = self.track(&user);
            if track == before {
                continue;
            }
            let mut evidence = json!({ "uuid": event["uuid"], "published": event["published"],
                "subject": event["debugContext"]["debugData"]["subject"] });
            if track.signed_in {
                proofs.push(proof(&user, "signed-in", true, evidence.clone()));
            }
            if track.refused != before.refused {
                evidence["why"] = json!(track.refused);
                proofs.push(proof(&user, "refused", track.refused.is_some(), evidence));
            }
            self.tracks.insert(user, track);
        }
        proofs
    }
}

pub(super) fn proof(user: &UserId, level: &str, holds: bool, evidence: Value) -> Proof {
    Proof {
        subject: user.to_string(),
        level: level.to_owned(),
        holds,
        evidence,
    }
}

/// Why somebody was not let in, in Okta's words.
fn refusal(event: &Value) -> String {
    let reason = event["outcome"]["reason"].as_str().filter(|r| !r.is_empty());
    let said = reason
        .or_else(|| event["displayMessage"].as_str())
        .unwrap_or("Okta gives no reason");
    if event["eventType"] == COMING[0] {
        said.to_owned()
    } else {
        format!("the new app's sign-on policy did not let them in ({said})")
    }
}

/// Both, as the admin's "read again" does.
pub(crate) async fn prove(ctx: &Ctx) -> Result<(), Halt> {
    let before = ctx.migration.model().before();
    super::recover::recover(ctx).await?;
    ctx.now("who is on the new app".to_owned());
    prove_placed(ctx).await?;
    ctx.now("sign-ins in the System Log".to_owned());
    prove_signed_in(ctx).await?;
    ctx.migration.model().tried(Deed::Read, before);
    Ok(())
}
