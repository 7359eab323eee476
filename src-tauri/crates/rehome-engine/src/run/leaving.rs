//! Who has left every group of the old app while Rehome was closed keeps the new app through a wave group alone. So a start that
//! finds one looks at once, and takes them out; it makes way for whatever the admin begins meanwhile.

use std::sync::Arc;

use rehome_domain::schedule::WindowState;

use super::{
    Ctx, Halt, foreign,
    recover::recover,
    start_in_background,
    wave::read_basis,
    wave_groups::{insiders, leavers},
};
use crate::{
    migration::Migration,
    model::{Model, kind},
};

/// Begins it where there is something to look at. Nothing runs yet when this is called; if it does, waves look themselves.
pub(crate) fn at_start(open: &Arc<Migration>) {
    if !is_due(&open.model()) || !open.has_client() {
        return;
    }
    let title = "Looking who has left their groups";
    if let Err(problem) = start_in_background(open, title, look) {
        tracing::info!(code = ?problem.code, "who has left is looked for by the next wave");
    }
}

/// A wave group stands, and nothing holds up what is written to it.
fn is_due(model: &Model) -> bool {
    let d = &model.decisions;
    let held_up = d.rolling_back || model.share.is_some() || foreign::refusal(model).is_some();
    !model.wave_groups.is_empty() && model.approved().is_some() && !held_up
}

async fn look(ctx: Ctx) -> Result<(), Halt> {
    let hours = ctx.settings().off_hours;
    if hours.is_some_and(|hours| !matches!(hours.state(ctx.org_now()), WindowState::Open { .. })) {
        return Ok(());
    }
    recover(&ctx).await?;
    let found = {
        let model = ctx.migration.model();
        let plan = model
            .approved()
            .filter(|_| is_due(&model))
            .map(|record| record.plan.clone());
        // What is to be said of it stands with the wave that is under way, or was the last.
        let last = model.decisions.waves.iter().next_back();
        plan.zip(last.map(|(number, record)| (*number, record.clone())))
    };
    let Some((plan, (number, mut record))) = found else {
        return Ok(());
    };
    let ((basis, _), inside) = futures::try_join!(read_basis(&ctx, &plan), insiders(&ctx))?;
    ctx.checkpoint().await?;
    let said = record.remarks.len();
    let end = leavers(&ctx, number, &basis, &inside, &mut record).await;
    if record.remarks.len() > said {
        let value = serde_json::to_value(record).unwrap_or_default();
        ctx.migration.decide(kind::WAVE, &number.to_string(), value).await?;
    }
    end
}
