//! Step 4.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use rehome_domain::{UserId, gate::thousands, plan::Wave, schedule::Cause};

use super::{
    count, frame, hold, next,
    people::{self, wave_title},
    people_are, people_words, pilot, u32_of,
};
use crate::{
    cut_over,
    migration::Migration,
    model::Model,
    view::{Action, NextStep, PersonState, RunState, Step, Tone, WaveState, WaveView, WavesView},
};

/// Wave size that is offered first.
pub(crate) const USUAL_WAVE: u32 = 500;

pub(crate) fn view(migration: &Migration) -> WavesView {
    let allowed = frame::allowed(migration);
    let all_allowed = frame::all_allowed(migration);
    let running = running_wave(migration);
    let now = Timestamp::now();
    let meter = migration.meter();
    let model = migration.model();
    let everybody: Vec<_> = model.inventory.iter().flat_map(|i| i.roster.users.keys()).collect();
    let mut waves: Vec<WaveView> = model
        .plan
        .iter()
        .flat_map(|p| &p.plan.waves)
        .map(|w| {
            wave_view(
                &model,
                w,
                running.as_ref().filter(|(n, _)| *n == w.number).map(|(_, s)| *s),
                running.is_some(),
            )
        })
        .collect();
    let org_now = meter.as_ref().map_or(now, |m| m.org_now(now));
    let begins = hold::begins(&model, running.map(|(n, _)| n), allowed, org_now);
    for wave in &mut waves {
        wave.begins_at = begins.get(&wave.number).map(|(at, _)| at.to_string());
    }
    let current = running
        .as_ref()
        .and_then(|(n, _)| waves.iter().find(|w| w.number == *n));
    let left = current.map(|w| w.counts.planned);
    let per_minute = meter.as_ref().map_or(0, |m| m.this_minute(now));
    let pace = model.decisions.runs.settings.people_per_minute;
    let ends = |rate: u32| {
        let left = left?;
        let rate = pace.map_or(rate, |pace| pace.min(rate));
        let minutes = f64::from(left) / f64::from(rate.max(1));
        now.checked_add(SignedDuration::from_secs((minutes * 60.0) as i64))
            .ok()
            .map(|t| t.to_string())
    };
    let budget_of = current.or_else(|| waves.iter().find(|w| w.state != WaveState::Done));
    let settings = &model.decisions.runs.settings;
    WavesView {
        next: match next_step(migration, &model, &waves, running.is_some()) {
            step if running.is_some() => step,
            step => super::wave_groups::before(migration, &model, &waves, step),
        },
        truth: truth(&model, &waves),
        people: u32_of(everybody.len()),
        counts: model.counts(everybody),
        wave_size: model.plan.as_ref().map_or(USUAL_WAVE, |p| p.plan.wave_size),
        how: hold::how(settings, org_now, running.is_some(), migration.host.cannot_stay_awake()),
        error_budget: budget_of.map_or(0, |w| w.error_budget),
        failed_in_wave: u32_of(budget_of.map_or(0, |w| hold::failed_in(&model, w.number))),
        // A burst at the start of a window is no rate that lasts: never sooner than the least possible.
        ends_at: if per_minute > 0 {
            ends(allowed.map_or(per_minute, |a| per_minute.min(a)))
        } else {
            None
        },
        floor_ends_at: allowed.and_then(ends),
        calls_per_minute: per_minute,
        calls_allowed: allowed,
        refused_by_okta: meter.as_ref().map_or(0, |m| m.refused()),
        calls_history: meter.as_ref().map(|m| m.per_minute(now, 30)).unwrap_or_default(),
        plan: super::plan::view(&model, &all_allowed),
        waves,
    }
}

/// The wave that is running, from the run's title, which the facade gave it.
pub(crate) fn running_wave(migration: &Migration) -> Option<(u32, RunState)> {
    let running = migration
        .running
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let view = running.as_ref()?.view();
    if view.state == RunState::Finished {
        return None;
    }
    let number = if view.title == "Pilot" {
        Some(0)
    } else {
        view.title.strip_prefix("Wave ")?.parse().ok()
    };
    number.map(|n| (n, view.state))
}

/// `running`: this wave's own state; `running_now`: any wave is on its way.
fn wave_view(model: &Model, wave: &Wave, running: Option<RunState>, running_now: bool) -> WaveView {
    let counts = model.counts(wave.people.iter().map(|p| &p.user));
    let record = model.decisions.waves.get(&wave.number);
    let done = record.is_some_and(|r| people::is_done(model, wave, r, running_now));
    let state = match (running, record) {
        (Some(RunState::Paused | RunState::Pausing), _) => WaveState::Paused,
        (Some(_), _) => WaveState::Running,
        (None, Some(r)) if r.ended.is_some() && done => WaveState::Done,
        (None, Some(r)) if r.ended.is_some() => WaveState::Unproven,
        (None, Some(r)) if r.started.is_some() => WaveState::Stopped,
        (None, _) if model.decisions.runs.waves_held.contains_key(&wave.number) => WaveState::OnHold,
        (None, _) => WaveState::Planned,
    };
    WaveView {
        number: wave.number,
        title: wave_title(wave.number),
        state,
        people: u32_of(wave.people.len()),
        counts,
        groups: wave.groups.iter().map(|g| g.name.clone()).collect(),
        started: record.and_then(|r| r.started).map(|t| t.to_string()),
        ended: record.and_then(|r| r.ended).map(|t| t.to_string()),
        excepted: u32_of(model.excepted_in(wave)),
        on_hold: model
            .decisions
            .runs
            .waves_held
            .get(&wave.number)
            .map(|said| said.reason.clone()),
        gate: model.gate_of(wave.number).map(|(_, missing)| missing),
        error_budget: u32_of(model.budget_of(wave)),
        begins_at: None,
    }
}

fn truth(model: &Model, waves: &[WaveView]) -> String {
    if waves.is_empty() {
        return "Nothing is planned yet.".to_owned();
    }
    // The pilot is a step of its own.
    let after: Vec<&WaveView> = waves.iter().filter(|w| w.number > 0).collect();
    let done = after.iter().filter(|w| w.state == WaveState::Done).count();
    let remarks: Vec<&str> = model
        .decisions
        .waves
        .values()
        .flat_map(|r| r.remarks.iter().map(String::as_str))
        .take(3)
        .collect();
    let mut words = format!("{done} of {} waves are done. Nobody has lost the old app.", after.len());
    if !remarks.is_empty() {
        words.push(' ');
        words.push_str(&remarks.join(" "));
    }
    words
}

fn next_step(migration: &Migration, model: &Model, waves: &[WaveView], running: bool) -> NextStep {
    let begun = model.decisions.waves.get(&0).is_some_and(|r| r.started.is_some());
    if begun
        && !running
        && !frame::retiring(model)
        && let Some(step) = pilot::plan_first(model, begun)
    {
        return step;
    }
    if model.approved().is_none() {
        return next(
            "The pilot comes first",
            "A plan is drafted and approved there; the waves are its other half.",
            Tone::Info,
        )
        .offer("Go to Pilot", Action::GoTo { step: Step::Pilot });
    }
    if running {
        let current = waves
            .iter()
            .find(|w| matches!(w.state, WaveState::Running | WaveState::Paused));
        let title = current.map_or_else(|| "Running".to_owned(), |w| format!("{} is running", w.title));
        return next(
            title,
            "You can close the window: the calls under way are finished, and Rehome goes on here next time.",
            Tone::Info,
        );
    }
    if let Some(step) = hold::step(model, waves) {
        return step;
    }
    if !frame::pilot_done(model) {
        return next(
            "The pilot is not proven yet",
            if cut_over::is_before(model) {
                "Waves open when everybody in the pilot is proven on the new app."
            } else {
                "Waves open when everybody in the pilot has signed in."
            },
            Tone::Review,
        )
        .offer("Go to Pilot", Action::GoTo { step: Step::Pilot });
    }
    if let Some(wave) = waves
        .iter()
        .find(|w| w.state == WaveState::Stopped && w.on_hold.is_none())
    {
        return next(
            format!("Go on with {}", wave.title.to_lowercase()),
            "It was stopped before its end. Everybody who is placed stays placed.",
            Tone::Info,
        )
        .offer(
            format!("Go on with {}", wave.title.to_lowercase()),
            Action::RunWave { wave: wave.number },
        );
    }
    let planned = waves.iter().find(|w| w.state == WaveState::Planned);
    // As long as the next wave is open, who is not proven can wait for a quiet moment.
    let goes_on = planned.filter(|w| w.gate.is_none());
    if goes_on.is_none()
        && let Some(wave) = waves.iter().find(|w| w.state == WaveState::Unproven)
    {
        return hold::with_release(hold::with_opening(unproven(model, wave), planned), wave, waves);
    }
    if let Some(wave) = planned {
        if let Some(step) = cut_over::hide_first(migration, model) {
            return step;
        }
        if let Some(missing) = &wave.gate {
            return next(
                format!("{} is not open yet", wave.title),
                format!("Of the wave before, {missing}. Nobody loses anything by waiting."),
                Tone::Review,
            )
            .offer("Read proofs again", Action::Prove)
            .offer(
                format!("Open {} anyway", wave.title.to_lowercase()),
                Action::OpenWave { wave: wave.number },
            );
        }
        let groups = match wave.groups.len() {
            0 => String::new(),
            n => format!(" {} on the new app at its end.", count(n, "group goes", "groups go")),
        };
        let swaps = model.wave(wave.number).is_some_and(|w| !w.swaps.is_empty());
        let (whom, words) = match (wave.people, swaps) {
            (0, true) => (
                "the groups of the old app take over".to_owned(),
                format!(
                    "Nobody new is moved.{groups} Then the group that was made for the move comes off, and is deleted."
                ),
            ),
            (0, false) => ("groups alone".to_owned(), format!("Nobody new is moved.{groups}")),
            (people, _) => (
                people_words(people as usize),
                format!("They keep the old app as well.{groups}"),
            ),
        };
        return next(format!("Run {}: {whom}", wave.title.to_lowercase()), words, Tone::Info)
            .offer(
                format!("Run {}", wave.title.to_lowercase()),
                Action::RunWave { wave: wave.number },
            )
            .offer("Review the plan", Action::ReviewPlan);
    }
    if let Some(step) = hold::left(waves) {
        return step;
    }
    let signed_in: u32 = waves.iter().map(|w| w.counts.signed_in).sum();
    let all: u32 = waves.iter().map(|w| w.people - w.counts.excluded).sum();
    if !cut_over::is_over(model) {
        return next(
            format!("Everybody is on the new app: {} proven", thousands(all as usize)),
            "Nobody sees it yet. Sign-in switches for everybody at one moment: the cut-over.",
            Tone::Good,
        )
        .offer("Go to the cut-over", Action::GoTo { step: Step::CutOver })
        .offer("Read proofs again", Action::Prove);
    }
    next(
        format!("Everybody is on the new app: {} proven", thousands(all as usize)),
        format!(
            "{} have signed in to it so far. Who has not keeps the old app open.",
            thousands(signed_in as usize)
        ),
        Tone::Good,
    )
    .offer("Go to Retire", Action::GoTo { step: Step::Retire })
    .offer("Read proofs again", Action::Prove)
}

fn unproven(model: &Model, wave: &WaveView) -> NextStep {
    let held = model
        .decisions
        .waves
        .get(&wave.number)
        .map(|r| r.held.clone())
        .unwrap_or_default();
    if let Some((group, people)) = held.iter().next() {
        let name = model.group_name(&group.as_str().into());
        let who: Vec<String> = people
            .iter()
            .take(3)
            .map(|u| model.name_of(&u.as_str().into()))
            .collect();
        let remark = model
            .decisions
            .waves
            .get(&wave.number)
            .and_then(|r| r.remarks.last().cloned());
        let words = match (who.is_empty(), remark) {
            (true, Some(remark)) => remark,
            _ => format!(
                "Not everybody in it is proven or planned: {}. Giving the group would give them the app unchecked.",
                who.join(", ")
            ),
        };
        return next(format!("{name} was not put on the new app"), words, Tone::Review)
            .offer("Try again", Action::RunWave { wave: wave.number })
            .offer("Read both apps again", Action::ReadApps);
    }
    let troubled = (wave.counts.failed + wave.counts.unknown) as usize;
    if troubled > 0 {
        return next(
            format!("{} failed in {}", people_words(troubled), wave.title.to_lowercase()),
            "Look at each, mend the cause, then try again; or leave them out by name.",
            Tone::Bad,
        )
        .offer(
            "Show the failures",
            Action::ShowPeople {
                state: PersonState::Failed,
            },
        )
        .offer("Try again", hold::retry(model, wave));
    }
    let people = (wave.counts.assigned + wave.counts.planned) as usize;
    let title = format!("{} not proven yet in {}", people_are(people), wave.title.to_lowercase());
    not_yet(model, wave.number, title)
}

/// What can help people who are not proven at the end of their wave; what has changed nothing for them does not come first again.
pub(super) fn not_yet(model: &Model, wave: u32, title: String) -> NextStep {
    let open = model.wave(wave).into_iter().flat_map(|w| &w.people);
    let open: Vec<&UserId> = open.map(|p| &p.user).filter(|u| model.is_open(u)).collect();
    let mut causes: BTreeMap<Cause, usize> = BTreeMap::new();
    for user in &open {
        *causes.entry(model.cause_of(user)).or_default() += 1;
    }
    let why = causes.iter().map(|(cause, n)| match causes.len() {
        1 => format!("{}.", cause.title()),
        _ => format!("{}: {n}.", cause.title()),
    });
    let why: Vec<String> = why.collect();
    // Whoever is not there at all may never come; whom Okta shows as being worked on can only be waited for.
    let waits = open.iter().all(|u| model.is_pending(u));
    let (read, again) = model.in_vain();
    let state = match open.iter().any(|u| model.state_of(u) == PersonState::Assigned) {
        true => PersonState::Assigned,
        false => PersonState::Planned,
    };
    let (prove, retry, show) = (
        ("Read proofs again", Action::Prove),
        ("Try again", Action::RunWave { wave }),
        ("Show them", Action::ShowPeople { state }),
    );
    let (more, first, second) = match (read, again) {
        _ if waits => ("", prove, retry),
        (false, _) => ("", prove, retry),
        (true, false) => (" Reading Okta again has changed nothing.", retry, prove),
        (true, true) => (
            " Neither reading nor trying again has changed anything: look at each.",
            show,
            retry,
        ),
    };
    next(title, format!("{}{more}", why.join(" ")), Tone::Review)
        .offer(first.0, first.1)
        .offer(second.0, second.1)
}
