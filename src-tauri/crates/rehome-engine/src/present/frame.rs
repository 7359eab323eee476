//! The frame: steps with their state in words, credential, calls.

use rehome_domain::{UserId, gate::Canary};

use super::{count, people_words};
use crate::{
    connect::{badge, badge_of},
    cut_over,
    gate::canary_of,
    migration::Migration,
    model::Model,
    view::{AppInFrame, CallsView, CheckOutcome, CredentialView, MigrationView, PersonState, Step, StepView, Tone},
};

pub(crate) fn frame(migration: &Migration, code_confirmed: bool) -> MigrationView {
    let model = migration.model();
    let steps = steps(&model);
    let current = steps.iter().find(|s| !s.done).map_or(Step::Delete, |s| s.step);
    let running = migration
        .running
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let app = |old: bool| {
        let side = model
            .inventory
            .as_ref()
            .map(|i| if old { &i.old.app } else { &i.new.app });
        let id = if old { &migration.old } else { &migration.new };
        let known = &migration.known;
        let known_label = if old { &known.old_label } else { &known.new_label };
        let deleted = old && model.deleted.is_some();
        AppInFrame {
            id: id.to_string(),
            label: side.map_or_else(|| known_label.clone(), |a| a.label.clone()),
            badge: side.map_or_else(|| badge_of(known_label, &known.name), badge),
            status: if deleted {
                "deleted".into()
            } else {
                side.map(|a| a.status.clone()).unwrap_or_default()
            },
            url: crate::links::app(&migration.url, side.map_or(known.name.as_str(), |a| &a.name), id, ""),
        }
    };
    MigrationView {
        id: migration.id.clone(),
        org: migration.org.clone(),
        old: app(true),
        new: app(false),
        credential: credential(migration),
        current,
        steps,
        calls: calls(migration),
        run: running.as_ref().map(crate::run::Running::view),
        read_at: model.inventory.as_ref().map(|i| i.read_at.to_string()),
        untouched: !model.touched,
        recovery_code_confirmed: code_confirmed,
        finished: model.deleted.is_some(),
    }
}

fn credential(migration: &Migration) -> CredentialView {
    let client_id = migration
        .client()
        .ok()
        .and_then(|(client, _)| client.client_id().map(str::to_owned));
    let (tone, words, needed) = match migration.meter() {
        Some(meter) if meter.credential_refused() && client_id.is_some() => {
            (Tone::Bad, "Service app refused by Okta", true)
        }
        Some(meter) if meter.credential_refused() => (Tone::Bad, "Token refused by Okta", true),
        Some(_) => (Tone::Good, "Credential healthy", false),
        None => (Tone::Review, "Credential needed", !migration.practice),
    };
    CredentialView {
        tone,
        words: words.to_owned(),
        needed,
        client_id,
    }
}

pub(crate) fn calls(migration: &Migration) -> CallsView {
    // Okta counts by its own windows: a sliding minute spans two of them and would show more than is allowed.
    let window = apps_bucket(migration).filter(|b| !b.resets_in.is_zero());
    CallsView {
        used: window.map_or(0, |b| b.used_this_window),
        allowed: allowed(migration),
        refused: migration.meter().map_or(0, |m| m.refused()),
    }
}

/// Calls to apps that this run may make in a minute, once Okta has told its limit.
pub(crate) fn allowed(migration: &Migration) -> Option<u32> {
    apps_bucket(migration).map(|b| b.allowed_per_minute)
}

/// What this run may use of each limit that Okta has told, a minute, by the limit's name.
pub(crate) fn all_allowed(migration: &Migration) -> std::collections::BTreeMap<String, u32> {
    let limits = migration
        .client()
        .map(|(client, _)| client.limits())
        .unwrap_or_default();
    limits
        .into_iter()
        .map(|b| (b.bucket.to_string(), b.allowed_per_minute))
        .collect()
}

/// The bucket of everything below an app.
fn apps_bucket(migration: &Migration) -> Option<rehome_okta::BucketState> {
    let (client, _) = migration.client().ok()?;
    client
        .limits()
        .into_iter()
        .find(|b| b.bucket.to_string() == "/api/v1/apps")
}

/// All six, with what is true of them now; between Waves and Retire the cut-over, where the plan has one.
pub(crate) fn steps(model: &Model) -> Vec<StepView> {
    let mut all = vec![
        (Step::Compare, "Compare", compare(model)),
        (Step::Map, "Map", map(model)),
        (Step::Pilot, "Pilot", pilot(model)),
        (Step::Waves, "Waves", waves(model)),
        (Step::Retire, "Retire", retire(model)),
        (Step::Delete, "Delete", delete(model)),
    ];
    if cut_over::is_cut_over(model) {
        let (words, tone, done) = super::cut_over::state(model);
        // Somebody must be able to prepare it while the waves still run.
        all.insert(4, (Step::CutOver, "Cut-over", state(words, tone, done)));
    }
    let pilot_begun = model.decisions.waves.get(&0).is_some_and(|r| r.started.is_some());
    let mut before_done = true;
    let mut number = 0;
    all.into_iter()
        .map(|(step, title, state)| {
            // Steps 1 and 2 are there to look at as soon as there is something to see, the cut-over to be prepared.
            let early = step == Step::Map || step == Step::CutOver && pilot_begun;
            let reachable = step == Step::Compare || (before_done || early) && model.inventory.is_some();
            before_done = before_done && state.done;
            number += u32::from(step != Step::CutOver);
            StepView {
                number: (step != Step::CutOver).then_some(number),
                step,
                title: title.into(),
                words: state.words,
                tone: state.tone,
                done: state.done,
                reachable,
            }
        })
        .collect()
}

struct State {
    words: String,
    tone: Tone,
    done: bool,
}

fn state(words: impl Into<String>, tone: Tone, done: bool) -> State {
    State {
        words: words.into(),
        tone,
        done,
    }
}

/// What is blocked before `step` is over, and what somebody has to look at; neither skipped nor looked at.
pub(crate) fn open_findings(model: &Model, before: Step) -> (usize, usize) {
    let findings = super::compare::findings(model);
    let blocked = findings
        .iter()
        .filter(|f| f.skipped.is_none() && f.outcome == CheckOutcome::Blocked && f.blocks.is_none_or(|b| b <= before))
        .count();
    let review = findings.iter().filter(|f| super::compare::needs_look(f)).count();
    (blocked, review)
}

/// Titles of what closes a step, the steps before it included.
pub(crate) fn findings_that_close(model: &Model, step: Step) -> Vec<String> {
    let closes = |f: &&crate::view::FindingView| super::compare::closes(f) && f.blocks.is_none_or(|b| b <= step);
    super::compare::findings(model)
        .iter()
        .filter(closes)
        .map(|f| f.title.clone())
        .collect()
}

fn compare(model: &Model) -> State {
    if model.inventory.is_none() {
        return state("both apps side by side", Tone::Neutral, false);
    }
    let (blocked, review) = open_findings(model, Step::Pilot);
    let later = super::compare::findings(model)
        .iter()
        .filter(|f| {
            f.outcome == CheckOutcome::Blocked && f.skipped.is_none() && f.blocks.is_some_and(|b| b > Step::Pilot)
        })
        .count();
    match (blocked, review) {
        (0, 0) if later == 0 => state("all settled", Tone::Good, true),
        (0, 0) => state(format!("reviewed, {later} for step 5"), Tone::Good, true),
        (0, n) => state(format!("{n} to review"), Tone::Review, false),
        (b, 0) => state(format!("{b} blocked"), Tone::Bad, false),
        (b, n) => state(format!("{b} blocked, {n} to review"), Tone::Bad, false),
    }
}

fn map(model: &Model) -> State {
    if model.inventory.is_none() {
        return state("attributes and usernames", Tone::Neutral, false);
    }
    let (unsettled, guesses) = (model.unsettled().len(), super::map::guesses(model));
    match (unsettled, guesses) {
        (0, 0) => state("all settled", Tone::Good, true),
        (0, g) => state(count(g, "guess to confirm", "guesses to confirm"), Tone::Review, false),
        (1, _) => state("1 person needs you", Tone::Review, false),
        (n, _) => state(format!("{} need you", people_words(n)), Tone::Review, false),
    }
}

/// Ran to its end, whoever is proven by then.
pub(crate) fn pilot_ended(model: &Model) -> bool {
    model.decisions.waves.get(&0).is_some_and(|r| r.ended.is_some())
}

/// Everybody in the pilot is proven and has signed in, the latter where that is possible yet, or is left out by name; and somebody is.
pub(crate) fn pilot_proven(model: &Model) -> bool {
    let Some(wave) = model.wave(0) else { return false };
    // A later wave begins over a proven pilot only. In its course people of the pilot come under their groups: for a while
    // they are not placed, and that must not close the wave that is on its way.
    if model.decisions.waves.range(1..).any(|(_, r)| r.started.is_some()) {
        return true;
    }
    let states: Vec<PersonState> = wave.people.iter().map(|p| model.state_of(&p.user)).collect();
    let shown = |s: &PersonState| match s {
        PersonState::SignedIn | PersonState::Retired => true,
        // Nobody can sign in before the cut-over: being placed with the same account is all there is to prove.
        PersonState::Proven => cut_over::is_before(model),
        PersonState::Excluded
        | PersonState::Planned
        | PersonState::Assigned
        | PersonState::Failed
        | PersonState::Unknown
        | PersonState::Held => false,
    };
    pilot_ended(model)
        && states.iter().all(|s| shown(s) || *s == PersonState::Excluded)
        // A pilot of nobody shows nothing.
        && states.iter().any(shown)
}

/// The pilot has shown that the way works, and that it can be gone back: the waves are open.
pub(crate) fn pilot_done(model: &Model) -> bool {
    let notes = &model.decisions.pilot_notes;
    let later = model.decisions.waves.range(1..).any(|(_, r)| r.started.is_some());
    pilot_proven(model) && !model.account_stops() && !notes.half_way() && (later || notes.rehearsed())
}

fn pilot(model: &Model) -> State {
    let Some(wave) = model.approved().and_then(|p| p.plan.wave(0)) else {
        let chosen = model.decisions.pilot.len();
        return match chosen {
            0 => state("a few people first", Tone::Neutral, false),
            n => state(format!("{} chosen", people_words(n)), Tone::Neutral, false),
        };
    };
    let counts = model.counts(wave.people.iter().map(|p| &p.user));
    let of = wave.people.len() - counts.excluded as usize;
    if pilot_done(model) {
        // Whoever is on the way to their group is there, with the same account.
        let now = wave.people.iter().map(|p| &p.user);
        let coming = now.filter(|user| model.is_to_convert(user)).count();
        let proven = (counts.proven + counts.retired) as usize + coming;
        return state(format!("{} of {of} proven", proven.min(of)), Tone::Good, true);
    }
    let signed_in = counts.signed_in + counts.retired;
    if model.account_stops() {
        return state("stopped: another account", Tone::Bad, false);
    }
    if pilot_proven(model) {
        return state("the way back is to be tried", Tone::Info, false);
    }
    let proven = counts.proven + counts.retired;
    match counts.failed {
        0 if cut_over::is_before(model) => state(format!("{proven} of {of} proven"), Tone::Info, false),
        0 => state(format!("{signed_in} of {of} signed in"), Tone::Info, false),
        failed => state(format!("{failed} failed"), Tone::Bad, false),
    }
}

/// People on the old app, as read last, whom the plan does not know: they came after it was made.
pub(crate) fn newcomers(model: &Model) -> usize {
    let (Some(record), Some(inventory)) = (&model.plan, &model.inventory) else {
        return 0;
    };
    let known = |u: &UserId| record.person(u).is_some() || record.plan.excluded.contains_key(u);
    inventory
        .roster
        .users
        .keys()
        .filter(|u| !known(u) && model.is_assignable(u))
        .count()
}

/// Every wave has run to its end, nobody is failed or unknown, and nobody has come to the old app since.
pub(crate) fn waves_done(model: &Model) -> bool {
    let Some(record) = model.approved() else { return false };
    let plan = &record.plan;
    (retiring(model) || newcomers(model) == 0)
        && plan
            .waves
            .iter()
            .all(|w| model.decisions.waves.get(&w.number).is_some_and(|r| r.ended.is_some()))
        && plan
            .people()
            .all(|(_, p)| !model.is_open(&p.user) && model.state_of(&p.user) != PersonState::Held)
}

fn waves(model: &Model) -> State {
    let Some(record) = model.approved() else {
        return state("everyone else", Tone::Neutral, false);
    };
    let last = record.plan.waves.len().saturating_sub(1);
    if waves_done(model) {
        let everybody: Vec<_> = record.plan.people().map(|(_, p)| &p.user).collect();
        let counts = model.counts(everybody);
        return state(
            format!("{} proven", people_words((counts.proven + counts.retired) as usize)),
            Tone::Good,
            true,
        );
    }
    let begun = model
        .decisions
        .waves
        .iter()
        .filter(|(n, r)| **n > 0 && r.started.is_some())
        .map(|(n, _)| *n)
        .max();
    match begun {
        None => state("everyone else", Tone::Neutral, false),
        Some(n) => state(format!("wave {n} of {last}"), Tone::Info, false),
    }
}

fn retire(model: &Model) -> State {
    if old_is_empty(model) {
        return state("nobody is left on it", Tone::Good, true);
    }
    if canary_of(model) == Canary::Lost {
        return state("the canary lost its account", Tone::Bad, false);
    }
    match &model.gate {
        Some(seen) if !seen.gate.is_open() => {
            let n = seen.gate.closed_by().count();
            state(format!("gate closed: {n} to mend"), Tone::Bad, false)
        }
        Some(_) => state("gate open", Tone::Info, false),
        None => state("unassign the old app", Tone::Neutral, false),
    }
}

/// Nobody and no group is on the old app, by the newest look at it.
pub(crate) fn old_is_empty(model: &Model) -> bool {
    if model.deactivated.is_some() || model.deleted.is_some() {
        return true;
    }
    match &model.gate {
        Some(seen) => seen.groups_left.is_empty() && seen.individuals_left + seen.members_left == 0,
        None => {
            let Some(inventory) = &model.inventory else {
                return false;
            };
            let users = &inventory.roster.users;
            !users.is_empty()
                && users.keys().all(|u| model.track(u).left_old)
                && inventory.roster.groups.iter().all(|g| model.groups_off.contains(&g.id))
        }
    }
}

/// Somebody or a group has left the old app: from now on it changes because of this migration.
pub(crate) fn retiring(model: &Model) -> bool {
    !model.groups_off.is_empty() || model.tracks.values().any(|t| t.left_old)
}

fn delete(model: &Model) -> State {
    match (model.deleted, model.deactivated) {
        (Some(_), _) => state("done", Tone::Good, true),
        (None, Some(_)) => state("deactivated", Tone::Info, false),
        (None, None) => state("remove the old app", Tone::Neutral, false),
    }
}
