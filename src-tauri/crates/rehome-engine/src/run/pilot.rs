//! What a pilot does that waves do not: one person goes before all others, and another account stops everything.

use rehome_domain::plan::{PersonPlan, Route, Wave};

use super::{
    Ctx, Halt,
    assign::Who,
    wave::{give, settle_people},
};
use crate::{model::Given, present::pilot::stops, problem::problem, view::ProblemCode};

/// Where accounts are made or found by the new app, one person shows which before anybody else is given it: if it makes
/// second accounts, there is one of them to mend and not fifteen.
pub(super) async fn one_before_all(ctx: &Ctx, wave: &Wave) -> Result<(), Halt> {
    let Some(first) = first(ctx, wave) else { return Ok(()) };
    let one = Wave {
        people: vec![first],
        groups: Vec::new(),
        swaps: Vec::new(),
        number: wave.number,
    };
    give(ctx, &one, Who::All, 1).await?;
    settle_people(ctx, &one, false).await?;
    no_other_account(ctx)
}

/// Somebody who has an account of the old app, goes one by one, and is the first of all.
fn first(ctx: &Ctx, wave: &Wave) -> Option<PersonPlan> {
    let model = ctx.migration.model();
    let users = &model.inventory.as_ref()?.roster.users;
    let nobody = wave.people.iter().all(|p| model.track(&p.user).given == Given::No);
    let has_account = |p: &&PersonPlan| {
        p.route == Route::Individual
            && !model.decisions.excluded.contains_key(&p.user)
            && users.get(&p.user).is_some_and(|u| u.external_id.is_some())
    };
    wave.people.iter().filter(|_| nobody).find(has_account).cloned()
}

/// Ends the run where Okta shows other accounts, or somebody says so: nobody further is given the new app.
pub(super) fn no_other_account(ctx: &Ctx) -> Result<(), Halt> {
    match stops(&ctx.migration.model()).into_iter().next() {
        None => Ok(()),
        Some(stop) => Err(problem(
            ProblemCode::GateClosed,
            stop.title,
            stop.words,
            "Nobody further is given the new app. Look at these people in the service; step 3 says how to go on.",
        )
        .into()),
    }
}
