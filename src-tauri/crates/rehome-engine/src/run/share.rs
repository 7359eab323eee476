//! The token's share of Okta's limits: half of each by default. Raised while a wave runs, where the admin has approved that, and
//! put back as soon as it ends; a start that finds it raised puts it back.

use std::future::Future;

use rehome_journal::{NewOperation, Outcome};
use serde_json::{Value, json};

use super::{
    Ctx, Halt,
    kinds::OperationKind as Kind,
    operate::{Done, Sent, Settled, is_part_of, operate},
    recover::recover,
};
use crate::model::{Model, ShareStand};

/// Raising, and putting back.
const RAISED: &str = Kind::Share.word();
const BACK: &str = Kind::ShareBack.word();
/// What everybody has who was never given another share, in percent (api-facts 2.3; that there is no row then is not verified).
pub(crate) const DEFAULT: u32 = 50;

const PATH: &str = "/api/v1/principal-rate-limits";

/// A principal's row, if it has one.
pub(crate) async fn row(ctx: &Ctx, kind: &str, principal: &str) -> Result<Option<Value>, Halt> {
    let read = ctx.client.read();
    let rows = ctx.reading(|| read.principal_rate_limits(kind, principal)).await?;
    Ok(rows.into_iter().find(|row| row["principalId"] == principal))
}

pub(crate) async fn look(ctx: &Ctx, sent: &Sent<'_>) -> Result<Settled, Halt> {
    let body = sent.body.cloned().unwrap_or_default();
    let kind = body["principalType"].as_str().unwrap_or_default();
    let found = row(ctx, kind, sent.subject).await?;
    Ok(match found {
        Some(row) if is_part_of(&body, &row) => Settled::Applied(row),
        // A row that is not there stands for the default.
        None if percentages(&body) == (DEFAULT, DEFAULT) => Settled::Applied(Value::Null),
        Some(_) | None => Settled::NotApplied,
    })
}

/// Share of the calls, and of the calls at once.
pub(crate) fn percentages(row: &Value) -> (u32, u32) {
    let of = |field: &str| row[field].as_u64().and_then(|n| u32::try_from(n).ok());
    (
        of("defaultPercentage").unwrap_or(DEFAULT),
        of("defaultConcurrencyPercentage").unwrap_or(DEFAULT),
    )
}

/// Runs something under the approved share. However it ends, the share is put back.
pub(crate) async fn under_the_share<F>(ctx: Ctx, work: impl FnOnce(Ctx) -> F) -> Result<(), Halt>
where
    F: Future<Output = Result<(), Halt>>,
{
    let wished = ctx.migration.model().decisions.share.is_some();
    if !wished && ctx.migration.model().share.is_none() {
        return work(ctx).await;
    }
    recover(&ctx).await?;
    raise(&ctx).await?;
    let end = work(ctx.clone()).await;
    // A run that was stopped is stopped for people; this is still owed to the other clients of the org.
    let back = put_back(&ctx).await;
    end.and(back)
}

/// Raises the share as approved. Refused by Okta, the run goes on with the share that there is.
async fn raise(ctx: &Ctx) -> Result<(), Halt> {
    let Some(wish) = ctx.migration.model().decisions.share.clone() else {
        return Ok(());
    };
    if ctx.migration.model().share.is_some() {
        return Ok(());
    }
    ctx.now("the token's share of Okta's limits".to_owned());
    let before = match row(ctx, &wish.kind, &wish.principal).await {
        Ok(before) => before,
        Err(Halt::Problem(problem)) if problem.code == crate::view::ProblemCode::NotAllowed => return Ok(()),
        Err(halt) => return Err(halt),
    };
    let (calls, at_once) = before.as_ref().map_or((DEFAULT, DEFAULT), percentages);
    if calls >= wish.percentage {
        return Ok(());
    }
    let body = body(
        &wish.kind,
        &wish.principal,
        wish.percentage,
        at_once.max(wish.percentage),
    );
    if let Done::Failed { words } = set(ctx, RAISED, &wish.principal, before, body).await? {
        let remark = format!("The share of Okta's limits stays at {calls} %: {words}");
        ctx.edit(|view| view.remark = Some(remark));
    }
    Ok(())
}

/// Puts the share back to what it was, if this migration raised it.
pub(crate) async fn put_back(ctx: &Ctx) -> Result<(), Halt> {
    let Some(stand) = ctx.migration.model().share.clone() else {
        return Ok(());
    };
    ctx.now("putting the token's share of Okta's limits back".to_owned());
    let now = row(ctx, &stand.kind, &stand.principal).await?;
    let body = body(&stand.kind, &stand.principal, stand.was.0, stand.was.1);
    match set(ctx, BACK, &stand.principal, now, body).await? {
        Done::Confirmed(_) => Ok(()),
        Done::Failed { words } => Err(crate::problem::problem(
            crate::view::ProblemCode::Okta,
            "The token's share of Okta's limits is still raised",
            words,
            format!(
                "Set it back to {} % in Okta (Security, API, the token's rate limit), or let Rehome try again in step 4.",
                stand.was.0
            ),
        )
        .into()),
    }
}

/// As a run of its own.
pub(crate) async fn put_back_run(ctx: Ctx) -> Result<(), Halt> {
    recover(&ctx).await?;
    put_back(&ctx).await
}

fn body(kind: &str, principal: &str, calls: u32, at_once: u32) -> Value {
    json!({ "principalId": principal, "principalType": kind,
        "defaultPercentage": calls, "defaultConcurrencyPercentage": at_once })
}

async fn set(ctx: &Ctx, kind: &str, principal: &str, before: Option<Value>, body: Value) -> Result<Done, Halt> {
    let id = before.as_ref().and_then(|row| row["id"].as_str()).map(str::to_owned);
    let assign = ctx.client.assign();
    let operation = NewOperation {
        wave: -1,
        subject: principal.to_owned(),
        kind: kind.to_owned(),
        method: if id.is_some() { "PUT" } else { "POST" }.to_owned(),
        path: id.as_ref().map_or_else(|| PATH.to_owned(), |id| format!("{PATH}/{id}")),
        body: Some(body.clone()),
        undo: None,
        snapshot: before,
    };
    operate(ctx, operation, || async {
        match &id {
            Some(id) => assign.replace_principal_rate_limit(id, &body).await,
            None => assign.create_principal_rate_limit(&body).await,
        }
    })
    .await
}

impl Model {
    /// Folds in what an operation says of the token's share. `snapshot`: the row before.
    pub fn note_share(&mut self, sent: &Sent<'_>, snapshot: Option<&Value>, outcome: Option<&Outcome>) {
        let body = sent.body.cloned().unwrap_or_default();
        match sent.kind {
            // Raised as far as anybody can know, until a read says that it is not.
            RAISED if !matches!(outcome, Some(Outcome::Failed { .. })) => {
                self.share = Some(ShareStand {
                    principal: sent.subject.to_owned(),
                    kind: body["principalType"].as_str().unwrap_or_default().to_owned(),
                    percentage: percentages(&body).0,
                    was: snapshot.map_or((DEFAULT, DEFAULT), percentages),
                });
            }
            RAISED => self.share = None,
            BACK if outcome == Some(&Outcome::Confirmed) => self.share = None,
            _ => {}
        }
    }
}
