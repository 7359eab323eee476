//! What holds the waves, in words: windows, budget, gate, people and waves that were put on hold, somebody else's changes.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rehome_domain::{
    plan::Wave,
    schedule::{RunSettings, forecast},
};

use super::{count, next, people_are, people_words, u32_of};
use crate::{
    model::Model,
    view::{Action, NextStep, PersonState, Tone, WaveState, WaveView},
};

/// "Today's window 20:00 to 23:30 (Berlin). The computer stays awake while it runs."
///
/// `refused`: the system does not let the computer be kept awake.
pub(crate) fn how(settings: &RunSettings, now: Timestamp, running: bool, refused: bool) -> String {
    let mut words = Vec::new();
    if let Some(hours) = &settings.off_hours {
        words.push(
            hours
                .line(now)
                .unwrap_or_else(|| "No window opens within a year".to_owned())
                + ".",
        );
        if !running && let Some(advice) = hours.advice(now) {
            words.push(advice);
        }
    }
    if let Some(pace) = settings.people_per_minute {
        words.push(format!("At most {} a minute.", people_words(pace as usize)));
    }
    words.push(match (settings.keep_awake, running) {
        (true, true) if refused => {
            "This computer does not let itself be kept awake: see to it that it does not fall asleep. \
                                    A wave that was interrupted goes on when it wakes."
                .to_owned()
        }
        (true, true) => "The computer stays awake; closing the lid pauses cleanly.".to_owned(),
        (_, false) => String::new(),
        (false, true) => "The computer may fall asleep; the wave then goes on when it wakes.".to_owned(),
    });
    words.retain(|w| !w.is_empty());
    words.join(" ")
}

/// When waves that have not begun could begin, by estimate; only windows make that worth saying. In the words of the windows'
/// zone as well: "Thu 20:00".
pub(crate) fn begins(model: &Model, running: Option<u32>, allowed: Option<u32>, now: Timestamp) -> Begins {
    let settings = &model.decisions.runs.settings;
    let (Some(hours), Some(allowed), Some(record)) = (&settings.off_hours, allowed, &model.plan) else {
        return Begins::new();
    };
    let rate = f64::from(
        settings
            .people_per_minute
            .map_or(allowed, |pace| pace.min(allowed))
            .max(1),
    );
    let minutes = |wave: &Wave| f64::from(model.counts(wave.people.iter().map(|p| &p.user)).planned) / rate;
    let waves = &record.plan.waves;
    let on_hold = &model.decisions.runs.waves_held;
    let coming: Vec<&Wave> = waves
        .iter()
        .filter(|w| Some(w.number) != running && !model.has_begun(w.number) && !on_hold.contains_key(&w.number))
        .collect();
    let busy = waves.iter().find(|w| Some(w.number) == running).map_or(0.0, minutes);
    let all: Vec<f64> = std::iter::once(busy).chain(coming.iter().map(|w| minutes(w))).collect();
    let at = forecast(now, &all, hours).into_iter().skip(1);
    let of = coming.iter().zip(at).filter_map(|(wave, at)| {
        let at = at?;
        let words = hours.words(at);
        let words = words
            .split_once(" (")
            .map_or(words.clone(), |(clock, _)| clock.to_owned());
        Some((wave.number, (at, words)))
    });
    of.collect()
}

pub(crate) type Begins = BTreeMap<u32, (Timestamp, String)>;

/// What has to be decided before anything goes on.
pub(crate) fn step(model: &Model, waves: &[WaveView]) -> Option<NextStep> {
    let foreign: Vec<&str> = model
        .decisions
        .runs
        .foreign_open()
        .map(|(_, c)| c.words.as_str())
        .collect();
    if let Some(first) = foreign.first() {
        let words = match foreign.len() {
            1 => format!("{first} Nothing goes on before somebody has looked at it."),
            n => format!(
                "{first} And {}. Nothing goes on before somebody has looked at them.",
                count(n - 1, "more change", "more changes")
            ),
        };
        return Some(
            next("Somebody else changed the new app", words, Tone::Bad)
                .offer("Look at the changes", Action::AcceptForeign),
        );
    }
    let over = |w: &&WaveView| {
        let failed = failed_in(model, w.number);
        w.state == WaveState::Stopped && failed > w.error_budget as usize
    };
    let wave = waves.iter().find(over)?;
    let failed = failed_in(model, wave.number);
    Some(
        next(
            format!(
                "{} failed in {}, {} may",
                people_words(failed),
                wave.title.to_lowercase(),
                wave.error_budget
            ),
            "Mend the cause, then try these people again. Or approve exactly so many exceptions: they stay on the old app, and the wave goes on.",
            Tone::Bad,
        )
        .offer(
            format!("Try the {failed} again"),
            Action::RetryFailed { wave: wave.number },
        )
        .offer(
            format!("Approve {}", count(failed, "exception", "exceptions")),
            Action::ApproveExceptions {
                wave: wave.number,
                number: u32_of(failed),
            },
        ),
    )
}

/// Trying again reaches further where the wave has run to its end: groups may be due as well.
pub(crate) fn retry(model: &Model, wave: &WaveView) -> Action {
    match failed_in(model, wave.number) > wave.error_budget as usize {
        true => Action::RetryFailed { wave: wave.number },
        false => Action::RunWave { wave: wave.number },
    }
}

pub(crate) fn failed_in(model: &Model, wave: u32) -> usize {
    model.wave(wave).map_or(0, |wave| model.failures_of(wave).len())
}

/// Why the next wave is not open, beside what to do about it.
pub(crate) fn with_opening(mut step: NextStep, planned: Option<&WaveView>) -> NextStep {
    if let Some(wave) = planned
        && let Some(missing) = &wave.gate
    {
        step.words = format!("{} {missing} before {} opens.", step.words, wave.title.to_lowercase());
        if step.secondary.is_none() {
            step.secondary = Some(crate::view::Offer {
                label: format!("Open {} anyway", wave.title.to_lowercase()),
                action: Action::OpenWave { wave: wave.number },
            });
        }
    }
    step
}

/// A wave on hold may be what the others' groups wait for.
pub(crate) fn with_release(mut step: NextStep, unproven: &WaveView, waves: &[WaveView]) -> NextStep {
    let on_hold = waves.iter().find(|w| w.state == WaveState::OnHold);
    if let Some(wave) = on_hold.filter(|_| unproven.counts.failed + unproven.counts.unknown == 0) {
        step.words = format!("{} {} is on hold.", step.words, wave.title);
        step.secondary = step.primary.take();
        step.primary = Some(crate::view::Offer {
            label: format!("Release {}", wave.title.to_lowercase()),
            action: Action::ReleaseWave { wave: wave.number },
        });
    }
    step
}

/// Who and what is still held back when everybody else is done.
pub(crate) fn left(waves: &[WaveView]) -> Option<NextStep> {
    if let Some(wave) = waves.iter().find(|w| w.on_hold.is_some() && w.state != WaveState::Done) {
        let why = wave.on_hold.clone().unwrap_or_default();
        return Some(next(format!("{} is on hold", wave.title), why, Tone::Review).offer(
            format!("Release {}", wave.title.to_lowercase()),
            Action::ReleaseWave { wave: wave.number },
        ));
    }
    let held = waves.iter().map(|w| w.counts.held as usize).sum::<usize>();
    (held > 0).then(|| {
        next(
            format!("{} held back", people_are(held)),
            "Release them, and their wave moves them; or leave them out by name.",
            Tone::Review,
        )
        .offer(
            "Show them",
            Action::ShowPeople {
                state: PersonState::Held,
            },
        )
    })
}
