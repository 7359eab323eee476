//! What may run: a wave of the approved plan, and after the pilot only over a pilot that has shown that the way works.

use std::ops::Deref;

use rehome_domain::plan::Wave;

use crate::{
    model::Model,
    present::{frame, people::wave_title, people_words, pilot},
    problem::{Answer, problem},
    view::{ProblemCode, Step},
};

/// A wave that may run now. Nothing else makes one, and what gives people the new app asks for one.
#[derive(Debug)]
pub(crate) struct OpenWave(Wave);

impl OpenWave {
    /// `again`: only for those who failed in it, so that it may have failed more than its budget.
    pub fn of(model: &Model, number: u32, again: bool) -> Answer<Self> {
        let closed = |what: &str, mend: &str| Err(problem(ProblemCode::GateClosed, what, "Nothing was changed.", mend));
        let Some(record) = model.approved() else {
            return closed("No plan is approved", "Draft the plan, look at it, and approve it.");
        };
        if model.decisions.rolling_back {
            return closed(
                "The new app is being taken back",
                "Go on with rolling back; then the plan can be approved again.",
            );
        }
        let Some(wave) = record.plan.wave(number) else {
            return Err(problem(
                ProblemCode::PlanStale,
                "This wave is not part of an approved plan",
                "Nothing runs that was not approved.",
                "Draft the plan again and approve it.",
            ));
        };
        let closing = frame::findings_that_close(model, if number == 0 { Step::Pilot } else { Step::Waves });
        if let Some(first) = closing.first() {
            return closed(
                &format!("Compare has something that closes this step: {first}"),
                "Mend it, say that you have looked at it, or skip it by name with a reason.",
            );
        }
        crate::approval::refuse_missing(model)?;
        if crate::cut_over::shape_changed(model) {
            return closed(
                "The answer about identity providers has changed since the plan was made",
                "It decides how sign-in moves. Draft the plan again.",
            );
        }
        crate::cut_over::refuse_shown_tile(model)?;
        if !pilot::plan_fits(model, &record.plan) {
            return closed(
                "People were added or left out since the plan was approved",
                "Draft the plan again.",
            );
        }
        if let Some(stop) = pilot::stops(model).into_iter().next() {
            return Err(problem(
                ProblemCode::GateClosed,
                stop.title,
                stop.words,
                "Look at these people in the service. Step 3 says how to go on.",
            ));
        }
        if number > 0 {
            over_a_proven_pilot(model)?;
        }
        let earlier = record.plan.waves.iter().filter(|w| w.number < number);
        for before in earlier {
            let waves = &model.decisions.waves;
            let on_hold = model.decisions.runs.waves_held.contains_key(&before.number);
            if !on_hold && waves.get(&before.number).is_none_or(|r| r.ended.is_none()) {
                return closed(
                    "An earlier wave has not come to its end",
                    "Waves run one after the other. Put it on hold if others are to go before it.",
                );
            }
        }
        not_held_up(model, wave, again)?;
        Ok(Self(wave.clone()))
    }
}

/// What the admin and the waves before hold it up by: somebody else's changes, a hold, the gate, the error budget.
fn not_held_up(model: &Model, wave: &Wave, again: bool) -> Answer<()> {
    if let Some(foreign) = super::foreign::refusal(model) {
        return Err(foreign);
    }
    if let Some(said) = model.decisions.runs.waves_held.get(&wave.number) {
        return Err(problem(
            ProblemCode::GateClosed,
            format!("{} is on hold", wave_title(wave.number)),
            said.reason.clone(),
            "Release it in the list of waves; others may go on without it.",
        ));
    }
    if let Some((before, missing)) = model.gate_of(wave.number) {
        return Err(problem(
            ProblemCode::GateClosed,
            format!("{} has not reached its share yet", wave_title(before)),
            format!("{missing} before the next wave opens."),
            "Read the proofs again, mend what failed, except people by name, or open the wave by a decision with a reason.",
        ));
    }
    let (failed, budget) = (model.failures_of(wave).len(), model.budget_of(wave));
    if !again && failed > budget {
        return Err(problem(
            ProblemCode::GateClosed,
            format!("{} failed, and {budget} may", people_words(failed)),
            "Going on would do to others what was done to them.",
            format!("Try these people again, or approve exactly {failed} exceptions: they stay on the old app."),
        ));
    }
    Ok(())
}

fn over_a_proven_pilot(model: &Model) -> Answer<()> {
    let closed = |what: &str, why: &str, mend: &str| Err(problem(ProblemCode::GateClosed, what, why, mend));
    if model.decisions.pilot_notes.half_way() {
        return closed(
            "The way back is still being tried",
            "Somebody of the pilot may be off the new app. Nothing was changed.",
            "Finish the rehearsal in step 3 first.",
        );
    }
    if !frame::pilot_proven(model) {
        return closed(
            "The pilot is not proven yet",
            "It shows on a few people what would happen to everybody. Nothing was changed.",
            if crate::cut_over::is_before(model) {
                "Everybody in the pilot must be proven on the new app."
            } else {
                "Everybody in the pilot must be proven and have signed in."
            },
        );
    }
    if !frame::pilot_done(model) {
        return closed(
            "The way back was not tried yet",
            "What can go wrong for hundreds should have been taken back once for one. Nothing was changed.",
            "Try it on one person of the pilot in step 3, or skip it there by name with a reason.",
        );
    }
    Ok(())
}

impl Deref for OpenWave {
    type Target = Wave;

    fn deref(&self) -> &Wave {
        &self.0
    }
}
