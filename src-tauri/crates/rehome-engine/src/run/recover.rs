//! What an ended process left behind is settled before anything else happens.

use super::{Ctx, Halt, operate::settle_left_open};

/// Settles every operation without a known outcome, oldest first.
pub(crate) async fn recover(ctx: &Ctx) -> Result<(), Halt> {
    let open = ctx.migration.journal.open_operations(&ctx.migration.id).await?;
    if open.is_empty() {
        return Ok(());
    }
    tracing::info!(count = open.len(), "settling what the last run left open");
    for operation in open {
        ctx.now("what the last run left open".to_owned());
        ctx.checkpoint().await?;
        settle_left_open(ctx, &operation).await?;
    }
    // Deactivation and deletion are remembered with their times.
    ctx.migration.reload().await?;
    Ok(())
}
