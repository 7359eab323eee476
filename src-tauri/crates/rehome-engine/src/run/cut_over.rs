//! Runs of the cut-over: the last look before it, and the tiles. The service's settings are changed by its own admin.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use rehome_domain::{
    AppId, UserId,
    cut_over::Event,
    lines::{Change, Hidden},
};
use rehome_journal::Proof;
use serde_json::json;

use super::{
    Ctx, Halt,
    lines::{MADE, make},
    operate::Done,
    prove::{list_app, prove_placed, prove_signed_in},
    recover::recover,
};
use crate::{
    cut_over::{event, facts, label, wanted_tiles},
    inventory::read_settings_again,
    model::kind,
    present::people_words,
    problem::problem,
    view::ProblemCode,
};

/// Reads again who is on both apps; refuses if anybody would be locked out, else the clock starts.
pub(crate) async fn begin(ctx: Ctx, name: String) -> Result<(), Halt> {
    recover(&ctx).await?;
    ctx.now("who is on the old app".to_owned());
    let there = list_app(&ctx, &ctx.migration.old).await?;
    refuse_newcomers(&ctx, there.keys().collect())?;
    ctx.now("who is on the new app".to_owned());
    prove_placed(&ctx).await?;
    // Settings too: the sheet that was signed off must be the one that is put in.
    read_settings_again(&ctx).await?;
    ctx.migration.reload().await?;
    {
        let model = ctx.migration.model();
        let retiring = crate::present::frame::retiring(&model);
        let facts = facts(&model, Timestamp::now());
        model
            .decisions
            .cut_over
            .now
            .may(Event::Started, &facts, retiring)
            .map_err(crate::view::Problem::from)?;
    }
    let (old, new) = (hidden(&ctx, true).await?, hidden(&ctx, false).await?);
    let value = event(Event::Started, &name, "", json!({ "oldTile": old, "newTile": new }));
    Ok(ctx.migration.decide(kind::CUT_OVER, "", value).await?)
}

fn refuse_newcomers(ctx: &Ctx, there: BTreeSet<&UserId>) -> Result<(), Halt> {
    let model = ctx.migration.model();
    let Some(record) = model.approved() else {
        return Ok(());
    };
    let known = |u: &UserId| record.person(u).is_some() || record.plan.excluded.contains_key(u);
    let new: Vec<&UserId> = there.into_iter().filter(|u| !known(u)).collect();
    if new.is_empty() {
        return Ok(());
    }
    Err(problem(
        ProblemCode::PlanStale,
        format!(
            "{} came to the old app since the plan was made",
            people_words(new.len())
        ),
        "They are not on the new app: the cut-over would lock them out.",
        "Read both apps again, draft the plan again, and run the wave that takes them over. Nothing was changed.",
    )
    .into())
}

async fn hidden(ctx: &Ctx, old: bool) -> Result<Hidden, Halt> {
    let app = if old { &ctx.migration.old } else { &ctx.migration.new };
    let read = ctx.client.read();
    let raw = ctx.reading(|| read.app(app)).await?;
    Ok(Hidden::of(&raw))
}

/// Sign-in goes through the new app from now on.
pub(crate) async fn put_in(ctx: Ctx, name: String) -> Result<(), Halt> {
    recover(&ctx).await?;
    // A call, so that the org's clock is known anew.
    hidden(&ctx, false).await?;
    let now = ctx.meter.org_now(Timestamp::now());
    // Whole seconds of the org's clock.
    let since = now.saturating_sub(SignedDuration::from_secs(1)).unwrap_or(now);
    let value = event(Event::PutIn, &name, "", json!({ "orgAt": since.to_string() }));
    ctx.migration.decide(kind::CUT_OVER, "", value).await?;
    tiles(&ctx).await?;
    ctx.now("sign-ins in the System Log".to_owned());
    prove_signed_in(&ctx).await
}

/// Sign-in goes through the old app again: what was proven of sign-in by the new one is void.
pub(crate) async fn go_back(ctx: Ctx, name: String, reason: String) -> Result<(), Halt> {
    recover(&ctx).await?;
    let value = event(Event::WentBack, &name, &reason, json!({}));
    ctx.migration.decide(kind::CUT_OVER, "", value).await?;
    let void: Vec<Proof> = {
        let model = ctx.migration.model();
        let signed_in = model.tracks.iter().filter(|(_, track)| track.signed_in);
        signed_in
            .map(|(user, _)| Proof {
                subject: user.to_string(),
                level: "signed-in".to_owned(),
                holds: false,
                evidence: json!({ "why": "the cut-over went back" }),
            })
            .collect()
    };
    if !void.is_empty() {
        let journal = &ctx.migration.journal;
        journal.prove(&ctx.migration.id, void, Timestamp::now()).await?;
    }
    ctx.migration.reload().await?;
    tiles(&ctx).await
}

/// Shows and hides the tiles as the phase asks for: each a line, approved with the cut-over by the same name.
pub(crate) async fn tiles(ctx: &Ctx) -> Result<(), Halt> {
    let (wanted, name) = {
        let model = ctx.migration.model();
        let now = &model.decisions.cut_over.now;
        let by = now.went_back.as_ref().or(now.put_in.as_ref());
        (
            wanted_tiles(&model),
            by.map(|told| told.name.clone()).unwrap_or_default(),
        )
    };
    let Some((old, new)) = wanted else { return Ok(()) };
    // What people need comes first.
    let mut refused = Vec::new();
    for (is_old, hide) in [(false, new), (true, old)] {
        if let Err(words) = set(ctx, is_old, hide, &name).await? {
            refused.push(words);
        }
    }
    read_settings_again(ctx).await?;
    ctx.migration.reload().await?;
    if refused.is_empty() {
        return Ok(());
    }
    Err(problem(
        ProblemCode::Okta,
        "A tile does not stand as it should",
        refused.join(" "),
        "Set it on the General tab of the app in Okta, then read both apps again. Sign-in at the service is not touched by it.",
    )
    .into())
}

async fn set(ctx: &Ctx, is_old: bool, hide: Hidden, name: &str) -> Result<Result<(), String>, Halt> {
    let was = hidden(ctx, is_old).await?;
    if was == hide {
        return Ok(Ok(()));
    }
    let app: AppId = if is_old {
        ctx.migration.old.clone()
    } else {
        ctx.migration.new.clone()
    };
    let label = label(&ctx.migration.model(), is_old);
    let change = Change::Tile { app, label, hide, was };
    ctx.now(change.title());
    let id = change.id();
    let approval = json!({ "change": change, "name": name });
    ctx.migration.decide(kind::LINE_APPROVED, &id, approval).await?;
    Ok(match make(ctx, MADE, &id, &change).await? {
        Done::Failed { words } => Err(format!("{}: {words}", change.title())),
        Done::Confirmed(_) => Ok(()),
    })
}
