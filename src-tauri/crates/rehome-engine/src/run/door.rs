//! The checks of step 1, run again at the door of a later step: what was fine a week ago may not be now.

use jiff::Timestamp;
use serde_json::json;

use super::{Ctx, Halt};
use crate::{
    inventory::read_settings_again,
    present::{compare, frame::findings_that_close},
    problem::problem,
    view::{ProblemCode, Step},
};

/// When the settings were read last, where that is later than the reading of the people.
pub(crate) const CHECKED_AT: &str = "checked-at";

/// Reads the settings of both apps again and refuses with what closes `step` now. People are not read: the plan has its own
/// check for them.
pub(crate) async fn recheck(ctx: &Ctx, step: Step) -> Result<(), Halt> {
    ctx.now("whether the checks of step 1 still hold".to_owned());
    read_settings_again(ctx).await?;
    let at = Timestamp::now();
    let when = vec![(String::new(), json!(at.to_string()).to_string())];
    let migration = &ctx.migration;
    migration
        .journal
        .replace_documents(&migration.id, CHECKED_AT, when, at)
        .await?;
    migration.reload().await?;
    let model = migration.model();
    if step != Step::Retire {
        crate::cut_over::refuse_shown_tile(&model)?;
    }
    let closed = findings_that_close(&model, step);
    let Some(first) = closed.first() else { return Ok(()) };
    let found = model.comparison.iter().flat_map(|c| &c.findings);
    let link = found
        .filter(|f| f.title == *first)
        .find_map(|f| compare::link(migration, &model, f.link));
    let mut refusal = problem(
        ProblemCode::GateClosed,
        "Step 1 has found something new",
        closed.join(". "),
        "Look at it in Compare, mend it or skip it by name with a reason, then go on. Nothing was changed.",
    );
    refusal.link = link;
    Err(refusal.into())
}
