//! What a standing wave group changes in step 4's next step.

use super::next;
use crate::{
    migration::Migration,
    model::Model,
    view::{Action, NextStep, Tone, WaveState, WaveView},
};

/// Shown instead of `step`, where the swap needs something from the admin first, or the way back was begun.
pub(super) fn before(migration: &Migration, model: &Model, waves: &[WaveView], step: NextStep) -> NextStep {
    if model.decisions.rolling_back {
        return next(
            "Go on with rolling back",
            "It was begun and has not come to its end. Everybody has the old app.",
            Tone::Review,
        )
        .offer("Go on with rolling back", Action::RollBack);
    }
    if model.wave_groups.is_empty() {
        return step;
    }
    let Some(Action::RunWave { wave: number }) = step.primary.as_ref().map(|offer| &offer.action) else {
        return step;
    };
    let Some(wave) = waves.iter().find(|w| w.number == *number) else {
        return step;
    };
    let swaps = model.wave(wave.number).is_some_and(|w| !w.swaps.is_empty());
    let app = model.inventory.as_ref().map(|i| &i.new.app);
    if let Some(app) = app.filter(|app| swaps && app.has("PUSH_USER_DEACTIVATION")) {
        let url = crate::links::app(&migration.url, &app.name, &migration.new, "tab-user-management");
        return next(
            "Untick Deactivate Users on the new app",
            "This wave takes the wave group off it. With the box ticked, Okta could switch off the account of somebody who loses \
             the app for a moment. Tick it again when the wave is done.",
            Tone::Review,
        )
        .offer("Open the Provisioning tab", Action::Open { url })
        .offer(
            format!("It is unticked: run {}", wave.title.to_lowercase()),
            Action::RunWave { wave: wave.number },
        );
    }
    let can_go_back = step.secondary.is_none() && wave.state == WaveState::Stopped;
    if can_go_back && step.primary.is_some() {
        return step.offer("Roll back", Action::RollBack);
    }
    step
}
