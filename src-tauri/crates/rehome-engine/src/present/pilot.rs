//! Step 3: the pilot, and the plan that both steps 3 and 4 show.

use std::collections::BTreeSet;

use rehome_domain::{UserId, plan::Plan};

pub(crate) use super::trial_pilot::stops;
use super::{count, cover, frame, next, people, people_are, people_words, trial_pilot, waves};
use crate::{
    cut_over,
    migration::Migration,
    model::{Model, PlanRecord},
    view::{Action, NextStep, PersonRow, PersonState, PilotView, Step, Tone},
};

pub(crate) fn view(migration: &Migration, code_confirmed: bool) -> PilotView {
    let allowed = frame::all_allowed(migration);
    let mut model = migration.model();
    let begun = begun(&model);
    // A pilot that has begun stays what it is, whatever is drafted or chosen since.
    let planned = if begun {
        model.wave(0)
    } else {
        model.approved().and_then(|p| p.plan.wave(0))
    };
    let ids: BTreeSet<UserId> = match planned {
        Some(wave) => wave.people.iter().map(|p| p.user.clone()).collect(),
        None => model.decisions.pilot.clone(),
    };
    let mut rows: Vec<PersonRow> = ids.iter().map(|u| people::row(&model, u)).collect();
    rows.sort_by_cached_key(|r| (r.name.to_lowercase(), r.id.clone()));
    let coverage = (!ids.is_empty()).then(|| {
        let field = model.pilot_field();
        cover::in_words(&field, &ids)
    });
    let model = &*model;
    PilotView {
        next: next_step(migration, model, code_confirmed),
        counts: model.counts(&ids),
        ask: cover::ask(model, &rows),
        people: rows.into_iter().map(|row| trial_pilot::person(model, row)).collect(),
        plan: super::plan::view(model, &allowed),
        open: !begun,
        proof_words: proof_words(model, &ids),
        coverage,
        stops: stops(model),
        other_keys: trial_pilot::other_keys(model),
        rehearsal: trial_pilot::rehearsal(model, &migration.url),
    }
}

fn begun(model: &Model) -> bool {
    model.decisions.waves.get(&0).is_some_and(|r| r.started.is_some())
}

fn proof_words(model: &Model, ids: &BTreeSet<UserId>) -> String {
    let waiting = ids.iter().filter(|u| model.state_of(u) == PersonState::Proven).count();
    if ids.is_empty() {
        return "Proven means: read back with the planned username and path, the same account, and a sign-in that Okta logged."
            .to_owned();
    }
    match waiting {
        _ if cut_over::is_before(model) => {
            "Before the cut-over nobody can sign in by the new app: placed, and the same account, is what the pilot proves. Sign-in is proven right after it.".to_owned()
        }
        0 => "Proofs come from Okta: the listing of the new app and its System Log.".to_owned(),
        n => format!(
            "{} still {} to sign in to the new app once. Ask them to; Okta's log shows it after a moment.",
            people_words(n),
            if n == 1 { "has" } else { "have" }
        ),
    }
}

fn next_step(migration: &Migration, model: &Model, code_confirmed: bool) -> NextStep {
    if model.inventory.is_none() {
        return super::compare::read_first();
    }
    let record = model.decisions.waves.get(&0).cloned().unwrap_or_default();
    if let Some(step) = trial_pilot::stopped(model) {
        return step;
    }
    if let Some(step) = plan_first(model, record.started.is_some()) {
        return step;
    }
    if record.started.is_some() {
        return after_start(model, record.ended.is_some());
    }
    let blocked = frame::findings_that_close(model, Step::Pilot).len();
    if blocked > 0 {
        return next(
            "Compare has something that closes the pilot",
            format!(
                "{} must be mended or skipped by name first.",
                count(blocked, "finding", "findings")
            ),
            Tone::Bad,
        )
        .offer("Go to Compare", Action::GoTo { step: Step::Compare });
    }
    if !model.unsettled().is_empty() || super::map::guesses(model) > 0 {
        return next(
            "Usernames and attributes come first",
            "The plan sends exactly what step 2 settles.",
            Tone::Review,
        )
        .offer("Go to Map", Action::GoTo { step: Step::Map });
    }
    if model.decisions.pilot.is_empty() {
        return next(
            "Choose a few people",
            "The fewest who together meet every group, way, role and kind of username. Rehome suggests them; you decide.",
            Tone::Info,
        )
        .offer("Choose people", Action::ChoosePilot);
    }
    match &model.plan {
        Some(plan) if plan.approved.is_some() && plan_fits(model, &plan.plan) => {
            ready(migration, model, plan, code_confirmed)
        }
        Some(plan) if plan_fits(model, &plan.plan) => next(
            "Approve the plan",
            format!(
                "{} in {}. It says exactly what would be sent.",
                people_words(plan.plan.people().count()),
                count(plan.plan.waves.len(), "wave", "waves")
            ),
            Tone::Info,
        )
        .offer("Review the plan", Action::ReviewPlan)
        .offer("Change the people", Action::ChoosePilot),
        _ => next(
            "Draft the plan",
            format!(
                "{} are in the pilot. The plan covers everybody; the pilot is its first wave.",
                people_words(model.decisions.pilot.len())
            ),
            Tone::Info,
        )
        .offer("Draft the plan", Action::DraftPlan)
        .offer("Change the people", Action::ChoosePilot),
    }
}

/// The plan's pilot is the chosen one, and nobody was left out or taken in since.
pub(crate) fn plan_fits(model: &Model, plan: &Plan) -> bool {
    let planned: BTreeSet<&UserId> = plan
        .wave(0)
        .into_iter()
        .flat_map(|w| w.people.iter().map(|p| &p.user))
        .collect();
    let begun = model.decisions.waves.get(&0).is_some_and(|r| r.started.is_some());
    // Who has left the old app or Okta since the choice is in no plan.
    let there = |u: &UserId| {
        let inventory = model.inventory.as_ref();
        inventory.is_some_and(|i| i.roster.users.contains_key(u)) && model.is_assignable(u)
    };
    let chosen: BTreeSet<&UserId> = model
        .decisions
        .pilot
        .iter()
        .filter(|u| !model.decisions.excluded.contains_key(*u) && there(u))
        .collect();
    let excluded_since = plan
        .people()
        .any(|(w, p)| !model.decisions.waves.contains_key(&w.number) && model.decisions.excluded.contains_key(&p.user));
    (begun || planned == chosen) && !excluded_since && !cut_over::shape_changed(model)
}

/// What comes before any run when the plan is no longer good, or is good and not approved yet.
pub(crate) fn plan_first(model: &Model, begun: bool) -> Option<NextStep> {
    let record = model.plan.as_ref()?;
    if !record.stale.is_empty() {
        let step = next(
            "Okta has changed since the plan was made",
            record.stale.join(" "),
            Tone::Review,
        );
        let (read, draft) = (
            ("Read both apps again", Action::ReadApps),
            ("Draft again", Action::DraftPlan),
        );
        // What was read since can be planned; what only the refused run has met must be read first.
        let (first, second) = if record.read_since {
            (draft, read)
        } else {
            (read, draft)
        };
        return Some(step.offer(first.0, first.1).offer(second.0, second.1));
    }
    if begun && cut_over::shape_changed(model) {
        return Some(
            next(
                "The answer about identity providers has changed",
                "It decides whether sign-in moves wave by wave or at one moment. The new plan keeps what has been done.",
                Tone::Review,
            )
            .offer("Draft again", Action::DraftPlan)
            .offer("Look at the question", Action::AnswerIdentity),
        );
    }
    if let Some(step) = crate::approval::next_step(model) {
        return Some(step);
    }
    (begun && record.approved.is_none()).then(|| {
        next(
            "Approve the new plan",
            "It keeps what has been done, and plans the rest anew.",
            Tone::Info,
        )
        .offer("Review the plan", Action::ReviewPlan)
    })
}

fn ready(migration: &Migration, model: &Model, plan: &PlanRecord, code_confirmed: bool) -> NextStep {
    if !code_confirmed {
        return next(
            "Write down the recovery code",
            "It opens the journal if this computer's keychain is ever lost. Rehome writes nothing to Okta before you have it.",
            Tone::Info,
        )
        .offer("Show the recovery code", Action::RecoveryCode);
    }
    if let Some(step) = cut_over::hide_first(migration, model) {
        return step;
    }
    let n = plan.plan.wave(0).map_or(0, |w| w.people.len());
    let new = model
        .inventory
        .as_ref()
        .map(|i| i.new.app.label.clone())
        .unwrap_or_default();
    next(
        format!("Move {} to {new}", people_words(n)),
        "They keep the old app as well. This is the first time that Rehome changes something in Okta.",
        Tone::Info,
    )
    .offer("Run the pilot", Action::RunWave { wave: 0 })
    .offer("Review the plan", Action::ReviewPlan)
}

fn after_start(model: &Model, ended: bool) -> NextStep {
    let people: Vec<UserId> = model
        .wave(0)
        .into_iter()
        .flat_map(|w| w.people.iter().map(|p| p.user.clone()))
        .collect();
    let counts = model.counts(&people);
    if model.decisions.pilot_notes.half_way() || frame::pilot_proven(model) {
        return trial_pilot::after_proof(model, people.len() - counts.excluded as usize);
    }
    if !ended {
        return next(
            "Go on with the pilot",
            "It was stopped before its end. Everybody who is placed stays placed.",
            Tone::Info,
        )
        .offer("Go on with the pilot", Action::RunWave { wave: 0 });
    }
    if counts.failed + counts.unknown > 0 {
        return next(
            format!(
                "{} of the pilot failed",
                people_words((counts.failed + counts.unknown) as usize)
            ),
            "Look at each, mend the cause, then try again. Nobody has lost the old app.",
            Tone::Bad,
        )
        .offer(
            "Show them",
            Action::ShowPeople {
                state: PersonState::Failed,
            },
        )
        .offer("Try again", Action::RunWave { wave: 0 });
    }
    let waiting = (counts.assigned + counts.planned) as usize;
    if waiting > 0 {
        return waves::not_yet(model, 0, format!("{} not proven yet", people_are(waiting)));
    }
    trial_pilot::waiting(model, &people, &counts)
}
