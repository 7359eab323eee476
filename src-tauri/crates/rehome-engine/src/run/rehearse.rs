//! The way back, tried on one person of the pilot before the waves open: off the new app, seen to be off, and on it again.
//! Where it stands is in the journal before each half, so that a Rehome that ends in between knows that somebody is off.

use jiff::Timestamp;
use rehome_domain::UserId;
use serde_json::json;

use super::{
    Ctx, Halt,
    pilot::no_other_account,
    prove::{proof, prove_placed, prove_signed_in},
    recover::recover,
    undo_new::{give_again, undo_people},
};
use crate::{
    gate::open_undo,
    model::{
        Model,
        pilot::{Rehearsal, kind},
    },
    present::frame,
    problem::{Answer, bad_input, problem},
    view::ProblemCode,
};

/// The feature whose box is called Deactivate Users.
const DEACTIVATES: &str = "PUSH_USER_DEACTIVATION";

/// What must hold before anything is read: the rest is seen in Okta.
pub(crate) fn may_begin(model: &Model, user: &UserId) -> Answer<()> {
    let closed = |what: &str, mend: &str| Err(problem(ProblemCode::GateClosed, what, "Nothing was changed.", mend));
    let notes = &model.decisions.pilot_notes;
    if let Some(begun) = notes.rehearsal.as_ref().filter(|r| r.forward.is_none()) {
        return if begun.person == *user {
            Ok(())
        } else {
            closed(
                "The rehearsal was begun with somebody else",
                "Finish it with that person, who may be off the new app.",
            )
        };
    }
    if model.decisions.waves.keys().any(|number| *number > 0) {
        return closed(
            "The waves have begun",
            "The rehearsal belongs before them. Single people are taken back in step 4.",
        );
    }
    let in_pilot = model.wave(0).is_some_and(|w| w.people.iter().any(|p| p.user == *user));
    if !in_pilot || !model.track(user).standing().is_proven() {
        return Err(bad_input(
            "The rehearsal is done with somebody of the pilot who is proven",
            "Choose one of them; read the proofs again if somebody is missing.",
        ));
    }
    if model.account_stops() {
        return closed("The pilot is stopped", "Settle first what stops it.");
    }
    Ok(())
}

pub(crate) async fn rehearse(ctx: Ctx, user: UserId) -> Result<(), Halt> {
    recover(&ctx).await?;
    ctx.total(2);
    let name = ctx.migration.model().name_of(&user);
    let before = ctx.migration.model().decisions.pilot_notes.rehearsal.clone();
    let mut record = before.filter(|r| r.forward.is_none()).unwrap_or(Rehearsal {
        person: user.clone(),
        back: None,
        since: None,
        forward: None,
    });
    if record.back.is_none() {
        // Refused before anything is noted; it is read again for the call itself.
        drop(open_undo(&ctx).await?);
        note(&ctx, &record).await?;
        ctx.now(format!("{name}: back to the old app alone"));
        undo_people(&ctx, std::slice::from_ref(&user)).await?;
        forget_sign_in(&ctx, &user).await?;
        record.back = Some(Timestamp::now());
        record.since = Some(ctx.meter.org_now(Timestamp::now()));
        note(&ctx, &record).await?;
    }
    ctx.advance(1);
    ctx.checkpoint().await?;
    ctx.now(format!("{name}: forward again"));
    give_again(&ctx, std::slice::from_ref(&user)).await?;
    prove_placed(&ctx).await?;
    no_other_account(&ctx)?;
    record.forward = Some(Timestamp::now());
    note(&ctx, &record).await?;
    ctx.advance(1);
    ctx.now("sign-ins in the System Log".to_owned());
    prove_signed_in(&ctx).await
}

async fn note(ctx: &Ctx, record: &Rehearsal) -> Result<(), Halt> {
    let value = serde_json::to_value(record).unwrap_or_default();
    Ok(ctx.migration.decide(kind::REHEARSAL, "", value).await?)
}

/// A sign-in from before says nothing of what was given since.
async fn forget_sign_in(ctx: &Ctx, user: &UserId) -> Result<(), Halt> {
    {
        let mut model = ctx.migration.model();
        let track = model.tracks.entry(user.clone()).or_default();
        (track.signed_in, track.refused) = (false, None);
    }
    let why = json!({ "why": null, "taken back": true });
    let proofs = vec![
        proof(user, "signed-in", false, why.clone()),
        proof(user, "refused", false, why),
    ];
    let journal = &ctx.migration.journal;
    Ok(journal.prove(&ctx.migration.id, proofs, Timestamp::now()).await?)
}

/// The new app deactivates accounts, as it was read last.
pub(crate) fn is_refused(model: &Model) -> bool {
    let half = model.decisions.pilot_notes.rehearsal.as_ref();
    let off_already = half.is_some_and(|r| r.back.is_some() && r.forward.is_none());
    !off_already && model.inventory.as_ref().is_some_and(|i| i.new.app.has(DEACTIVATES))
}

/// Who could be taken back and forward again, the plainest first: assigned one by one, and known to sign in.
pub(crate) fn candidates(model: &Model) -> Vec<UserId> {
    let Some(wave) = model.wave(0).filter(|_| frame::pilot_ended(model)) else {
        return Vec::new();
    };
    let proven = wave.people.iter().map(|p| &p.user);
    let mut all: Vec<&UserId> = proven
        .filter(|u| !model.decisions.excluded.contains_key(*u) && model.track(u).standing().is_proven())
        .collect();
    all.sort_by_cached_key(|u| {
        let individual = crate::present::cover::is_individual(model, u);
        (!individual, !model.track(u).signed_in, model.name_of(u), (*u).clone())
    });
    all.into_iter().cloned().collect()
}
