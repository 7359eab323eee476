//! The cut-over on its screen: what is open, who does what, and the way back.

use jiff::Timestamp;
use rehome_domain::{
    UserId,
    cut_over::{Check, DECIDE_MINUTES, Event, Facts, Phase, Told, Word, checks},
    handover::HandOver,
};

use super::{frame, next, people_words, u32_of};
use crate::{
    cut_over::{self, Known, label},
    migration::Migration,
    model::Model,
    planning::not_read,
    problem::Answer,
    view::{
        Action, CheckOutcome, CutOverCheck, CutOverPhase, CutOverView, CutOverWord, NextStep, PersonRow, PersonState,
        RunbookLine, Signed, Step, Tone,
    },
};

pub(crate) fn view(migration: &Migration) -> Answer<CutOverView> {
    let model = migration.model();
    let now = Timestamp::now();
    let known = &model.decisions.cut_over;
    let facts = cut_over::facts(&model, now);
    let sheet = super::hand_over::whole(&model, &migration.url.origin(), now).ok_or_else(not_read)?;
    let pilot: Vec<_> = model.wave(0).into_iter().flat_map(|w| &w.people).collect();
    let of_pilot = model.counts(pilot.iter().map(|p| &p.user));
    let counts = model.counts(
        model
            .approved()
            .into_iter()
            .flat_map(|p| p.plan.people().map(|(_, p)| &p.user)),
    );
    let phase = known.now.phase();
    let found = checks(&facts);
    let ready = found.iter().all(|c| c.holds);
    let seconds = matches!(phase, Phase::Done | Phase::GoneBack)
        .then(|| known.now.seconds(now))
        .flatten();
    let retiring = frame::retiring(&model) || model.deactivated.is_some();
    Ok(CutOverView {
        next: next_step(&model, known, &facts, &found),
        phase: match phase {
            Phase::Before => CutOverPhase::Before,
            Phase::Running => CutOverPhase::Running,
            Phase::Done => CutOverPhase::Done,
            Phase::GoneBack => CutOverPhase::GoneBack,
        },
        agreed: known.hour.map(|at| at.to_string()),
        checks: found.iter().map(|c| check(c, &facts)).collect(),
        ready,
        runbook: runbook(&model, known, ready),
        way_back: way_back(&model, &sheet),
        old_certificate: sheet.certificates.old.clone().map(super::hand_over::certificate),
        new_certificate: sheet.certificates.new.clone().map(super::hand_over::certificate),
        values: changing(&sheet)
            .map(|item| super::hand_over::item(item.clone()))
            .collect(),
        started: known.now.started.as_ref().map(signed),
        put_in: known.now.put_in.as_ref().map(signed),
        went_back: known.now.went_back.as_ref().map(signed),
        seconds: seconds.and_then(|s| u32::try_from(s).ok()),
        decide_minutes: u32::try_from(DECIDE_MINUTES).unwrap_or(30),
        pilot: u32_of(pilot.len()) - of_pilot.excluded,
        pilot_signed_in: of_pilot.signed_in + of_pilot.retired,
        silent: if phase == Phase::Done {
            cut_over::silent(&model).map(|user| silent(&model, user)).collect()
        } else {
            Vec::new()
        },
        exceptions: super::retire::exceptions(&model),
        people: counts.proven + counts.retired + counts.assigned + counts.planned + counts.failed + counts.unknown,
        signed_in: counts.signed_in + counts.retired,
        left_out: u32_of(facts.left_out),
        tiles_open: cut_over::tiles_open(&model),
        can_go_back: matches!(phase, Phase::Running | Phase::Done) && !retiring,
    })
}

/// The note says what Okta's log holds of this person.
fn silent(model: &Model, user: &UserId) -> PersonRow {
    let mut row = super::people::row(model, user);
    let seen = match model.track(user).refused {
        Some(why) => format!("Tried and failed: {why}"),
        None => "No sign-in seen yet.".to_owned(),
    };
    row.note.get_or_insert(seen);
    row
}

fn changing(sheet: &HandOver) -> impl Iterator<Item = &rehome_domain::handover::Item> {
    sheet.items.iter().filter(|item| item.must_change)
}

fn signed(told: &Told) -> Signed {
    Signed {
        name: told.name.clone(),
        at: told.at.to_string(),
        note: told.note.clone(),
    }
}

fn check(check: &Check, facts: &Facts) -> CutOverCheck {
    let word: &Word = match check.id {
        "hand-over" => &facts.hand_over,
        "settings" => &facts.settings,
        "break-glass" => &facts.break_glass,
        _ => &Word::Nobody,
    };
    CutOverCheck {
        id: check.id.to_owned(),
        title: check.title.clone(),
        words: check.words.clone(),
        mend: check.mend.to_owned(),
        outcome: match (check.holds, check.attest) {
            (true, _) => CheckOutcome::Passed,
            (false, true) => CheckOutcome::Attest,
            (false, false) => CheckOutcome::Blocked,
        },
        signed: word.told().map(signed),
    }
}

fn runbook(model: &Model, known: &Known, ready: bool) -> Vec<RunbookLine> {
    let (old, new) = (label(model, true), label(model, false));
    let phase = known.now.phase();
    let (running, done) = (phase == Phase::Running, phase == Phase::Done);
    let over = done && cut_over::silent_pilot(model) == 0;
    let line = |who: &str, what: String, words: String, done: bool, now: bool| RunbookLine {
        who: who.to_owned(),
        what,
        words,
        done,
        now,
    };
    let admin = "The service's admin";
    vec![
        line(
            admin,
            "Sign in with the break-glass account, and stay signed in".to_owned(),
            "In a private window, by its own password. It is the way in if everything else fails.".to_owned(),
            running || done,
            ready && !running && !done,
        ),
        line(
            "You",
            "Start the cut-over here".to_owned(),
            "Rehome reads once more who is on both apps, and writes the time down. From now on sign-ins may fail."
                .to_owned(),
            running || done,
            ready && !running && !done,
        ),
        line(
            admin,
            "Put the new values in, and save".to_owned(),
            format!("All of those below, at once: the service then knows {new} and no longer {old}."),
            done,
            running,
        ),
        line(
            admin,
            "Open the service in another private window and sign in".to_owned(),
            "It must lead to Okta and end in the right account. If not: put the old values in again, and go back here."
                .to_owned(),
            done,
            running,
        ),
        line(
            "You",
            "Say that the new values are put in".to_owned(),
            format!("Rehome shows the tile of {new}, and hides that of {old}, which leads nowhere any more."),
            done,
            running,
        ),
        line(
            "The people of the pilot",
            format!("Open {new} once"),
            "They try it first. Rehome finds their sign-ins in Okta's log.".to_owned(),
            over,
            done && !over,
        ),
    ]
}

fn way_back(model: &Model, sheet: &HandOver) -> Vec<String> {
    let (old, new) = (label(model, true), label(model, false));
    // "Metadata, for the service (not verified)" is a line of the sheet, not of a sentence.
    let names: Vec<&str> = changing(sheet)
        .filter_map(|item| item.label.split(',').next())
        .collect();
    let mut lines = vec![format!(
        "The service's admin puts the old values in again: {}{}.",
        names.join(", "),
        if sheet.certificates.old.is_some() && !sheet.shares_key {
            " and the old certificate"
        } else {
            ""
        }
    )];
    lines.push("They sign in with the break-glass account if nothing else works.".to_owned());
    lines.push(format!("Rehome shows the tile of {old} again and hides that of {new}."));
    lines.push(
        "Everybody stays on both apps. Sign-ins that were proven count no more, and the cut-over can be made again."
            .to_owned(),
    );
    lines
}

fn next_step(model: &Model, known: &Known, facts: &Facts, found: &[Check]) -> NextStep {
    let new = label(model, false);
    if cut_over::tiles_open(model) {
        return next(
            "The tiles do not stand as they should",
            "The run that shows one and hides the other did not come to its end. Sign-in at the service is not touched by it.",
            Tone::Review,
        )
        .offer("Set the tiles right", Action::SetTiles);
    }
    match known.now.phase() {
        Phase::Running => next(
            "The cut-over is under way",
            "The service's admin puts the new values in and tries them. Then say so, or go back.",
            Tone::Review,
        )
        .offer("The new values are put in", Action::FinishCutOver)
        .offer("Go back", Action::GoBackCutOver),
        Phase::Done => done(model, &new),
        Phase::Before | Phase::GoneBack => before(model, known, facts, found, &new),
    }
}

fn done(model: &Model, new: &str) -> NextStep {
    let silent = cut_over::silent_pilot(model);
    if silent == 0 {
        return next(
            format!("Sign-in goes through {new}"),
            format!("{} The others follow by themselves.", signed_in_words(model)),
            Tone::Good,
        )
        .offer("Go to Retire", Action::GoTo { step: Step::Retire })
        .offer("Read proofs again", Action::Prove);
    }
    next(
        format!("Waiting for {} of the pilot to sign in", people_words(silent)),
        "Ask them to open the service once. Who cannot is excepted below, by name. If nobody gets in, go back: the old values are below.",
        Tone::Info,
    )
    .offer("Read proofs again", Action::Prove)
    .offer("Go back", Action::GoBackCutOver)
}

/// Who is excepted is not said to have signed in.
fn signed_in_words(model: &Model) -> String {
    let pilot = model.wave(0).into_iter().flat_map(|w| &w.people);
    let excepted = pilot
        .filter(|p| !matches!(model.state_of(&p.user), PersonState::SignedIn | PersonState::Retired))
        .filter(|p| model.decisions.excepted.contains_key(&p.user))
        .count();
    match excepted {
        0 => "Everybody of the pilot has signed in since the cut-over.".to_owned(),
        1 => "Everybody of the pilot has signed in since the cut-over, but for 1 person who is excepted by name."
            .to_owned(),
        n => format!(
            "Everybody of the pilot has signed in since the cut-over, but for {n} people who are excepted by name."
        ),
    }
}

fn before(model: &Model, known: &Known, facts: &Facts, found: &[Check], new: &str) -> NextStep {
    let Some(open) = found.iter().find(|c| !c.holds) else {
        let title = match (&known.now.phase(), known.hour) {
            (Phase::GoneBack, _) => "Everything is ready for another try".to_owned(),
            (_, Some(_)) => "Everything is ready for the hour that was agreed".to_owned(),
            (_, None) => "Everything is ready for the cut-over".to_owned(),
        };
        return next(
            title,
            format!("At that moment everybody's sign-in switches to {new}. Start when the service's admin is there."),
            Tone::Info,
        )
        .offer("Start the cut-over", Action::StartCutOver);
    };
    let step = next(open.title.clone(), open.words.clone(), Tone::Review);
    match open.id {
        "hand-over" => step.offer("Open the hand-over sheet", Action::HandOver),
        "settings" => step
            .offer("Say that both are noted", attest(CutOverWord::Settings))
            .offer("Open the hand-over sheet", Action::HandOver),
        "break-glass" => step.offer("Say who has tried it", attest(CutOverWord::BreakGlass)),
        _ => {
            let failed = facts.unplaced > 0 && facts.waves_done;
            let step = step.offer("Go to Waves", Action::GoTo { step: Step::Waves });
            if failed || model.approved().is_some() {
                step.offer("Read proofs again", Action::Prove)
            } else {
                step
            }
        }
    }
}

fn attest(word: CutOverWord) -> Action {
    Action::AttestCutOver { word }
}

/// How the cut-over stands, for the list of steps: words, tone, done.
pub(crate) fn state(model: &Model) -> (String, Tone, bool) {
    let known = &model.decisions.cut_over;
    match known.now.phase() {
        Phase::Running => ("under way".to_owned(), Tone::Review, false),
        Phase::Done => {
            let pilot: Vec<_> = model.wave(0).into_iter().flat_map(|w| &w.people).collect();
            let silent = cut_over::silent_pilot(model);
            if silent > 0 {
                let of = pilot
                    .iter()
                    .filter(|p| model.state_of(&p.user) != PersonState::Excluded)
                    .count();
                let words = format!("{} of {of} of the pilot signed in", of.saturating_sub(silent));
                return (words, Tone::Info, false);
            }
            ("sign-in has switched".to_owned(), Tone::Good, true)
        }
        phase => {
            let facts = cut_over::facts(model, Timestamp::now());
            let open = checks(&facts).iter().filter(|c| !c.holds).count();
            match (phase, facts.waves_done, open) {
                (Phase::GoneBack, _, _) => ("went back, to be made again".to_owned(), Tone::Bad, false),
                (_, false, _) => ("everybody's sign-in at once".to_owned(), Tone::Neutral, false),
                (_, true, 0) => ("ready to start".to_owned(), Tone::Info, false),
                (_, true, n) => (format!("{n} to settle first"), Tone::Review, false),
            }
        }
    }
}

/// What was said and done, for the report.
pub(crate) fn story(model: &Model) -> Vec<String> {
    let known = &model.decisions.cut_over;
    let when = |told: &Told| {
        let at = told.at.to_zoned(jiff::tz::TimeZone::system());
        at.strftime("%Y-%m-%d %H:%M:%S %Z").to_string()
    };
    let note = |told: &Told| {
        if told.note.is_empty() {
            String::new()
        } else {
            format!(": {}", told.note)
        }
    };
    let mut lines = Vec::new();
    for (id, words) in [
        ("settings", "noted both settings"),
        ("break-glass", "tried the break-glass account"),
    ] {
        if let Some((told, _)) = known.words.get(id) {
            lines.push(format!("{} {words} on {}{}.", told.name, when(told), note(told)));
        }
    }
    for (event, told) in &known.history {
        let words = match event {
            Event::Started => "started the cut-over",
            Event::PutIn => "said that the new values are put in",
            Event::WentBack => "went back from the cut-over",
        };
        lines.push(format!("{} {words} on {}{}.", told.name, when(told), note(told)));
    }
    lines
}
