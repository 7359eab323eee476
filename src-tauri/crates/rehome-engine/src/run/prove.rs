//! Proofs, by pages: the listing of the new app, the System Log by time (architecture 4).

use std::collections::BTreeMap;

use jiff::Timestamp;
use rehome_domain::{AppUser, UserId};
use rehome_journal::Proof;
use serde_json::{Value, json};

use super::{Ctx, Halt};
use crate::model::Track;

/// Reads the whole listing of an app.
pub(crate) async fn list_app(ctx: &Ctx, app: &rehome_domain::AppId) -> Result<BTreeMap<UserId, Value>, Halt> {
    let read = ctx.client.read();
    // Pages hang together: after a lost network the listing begins anew.
    loop {
        let mut out = BTreeMap::new();
        let mut pages = read.app_users(app, false)?;
        let lost = loop {
            match pages.next_page().await {
                Ok(Some(page)) => {
                    for raw in page {
                        if let Some(id) = raw["id"].as_str() {
                            out.insert(UserId::from(id), raw);
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
pub(crate) async fn prove_placed(ctx: &Ctx) -> Result<BTreeMap<UserId, Value>, Halt> {
    let raw = list_app(ctx, &ctx.migration.new).await?;
    let seen = raw
        .iter()
        .filter_map(|(id, v)| Some((id.clone(), AppUser::read(v).ok()?)))
        .collect();
    let changed = ctx.migration.model().observe(seen);
    record(ctx, changed).await?;
    Ok(raw)
}

async fn record(ctx: &Ctx, changed: Vec<(UserId, Track)>) -> Result<(), Halt> {
    if changed.is_empty() {
        return Ok(());
    }
    let mut proofs = Vec::with_capacity(changed.len() * 2);
    for (user, track) in changed {
        proofs.push(Proof {
            subject: user.to_string(),
            level: "placed".to_owned(),
            holds: track.placed,
            evidence: json!({ "why": track.unplaced }),
        });
        proofs.push(Proof {
            subject: user.to_string(),
            level: "same-account".to_owned(),
            holds: track.same_account == Some(true),
            evidence: json!({ "applies": track.same_account.is_some().then_some(true) }),
        });
    }
    ctx.migration
        .journal
        .prove(&ctx.migration.id, proofs, Timestamp::now())
        .await?;
    Ok(())
}

/// Looks for successful sign-ins to the new app since its first wave began, or since the cut-over where there is one
/// (api-facts 11.2, 11.3).
pub(crate) async fn prove_signed_in(ctx: &Ctx) -> Result<(), Halt> {
    let since = crate::cut_over::sign_ins_since(&ctx.migration.model());
    let Some(since) = since else { return Ok(()) };
    let new = &ctx.migration.new;
    let filter = format!("eventType eq \"user.authentication.sso\" and target.id eq \"{new}\"");
    let read = ctx.client.read();
    let until = ctx.meter.org_now(Timestamp::now());
    let events = ctx.reading(|| read.logs(&filter, since, Some(until))).await?;
    let mut proofs = Vec::new();
    {
        let mut model = ctx.migration.model();
        for event in events.iter().filter(|e| e["outcome"]["result"] == "SUCCESS") {
            let Some(actor) = event["actor"]["id"].as_str().map(UserId::from) else {
                continue;
            };
            if model.person_plan(&actor).is_none() || model.track(&actor).signed_in {
                continue;
            }
            model.tracks.entry(actor.clone()).or_default().signed_in = true;
            proofs.push(Proof {
                subject: actor.to_string(),
                level: "signed-in".to_owned(),
                holds: true,
                evidence: json!({ "uuid": event["uuid"], "published": event["published"],
                    "subject": event["debugContext"]["debugData"]["subject"] }),
            });
        }
    }
    if !proofs.is_empty() {
        ctx.migration
            .journal
            .prove(&ctx.migration.id, proofs, Timestamp::now())
            .await?;
    }
    Ok(())
}

/// Both, as the admin's "read again" does.
pub(crate) async fn prove(ctx: &Ctx) -> Result<(), Halt> {
    super::recover::recover(ctx).await?;
    ctx.now("who is on the new app".to_owned());
    prove_placed(ctx).await?;
    ctx.now("sign-ins in the System Log".to_owned());
    prove_signed_in(ctx).await
}
