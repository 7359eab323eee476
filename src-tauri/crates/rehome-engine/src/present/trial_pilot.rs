//! What the pilot has shown so far: scripts, what stops it, and the way back.

use rehome_domain::UserId;
use rehome_okta::OrgUrl;

use super::{count, next, people_are, people_words, u32_of};
use crate::{
    cut_over,
    model::{
        Model,
        pilot::{CHECKS, Word},
    },
    run::rehearse,
    view::{
        Action, Link, Named, NextStep, OtherKeys, OutcomeCounts, PersonRow, PersonState, PilotPerson, PilotStop,
        RehearsalState, RehearsalView, ScriptCheck, ScriptLine, ScriptResult, Step, StopKind, Tone,
    },
};

/// Names in one sentence.
const NAMED: usize = 3;

pub(crate) fn check_title(check: ScriptCheck) -> &'static str {
    match check {
        ScriptCheck::Opens => "Opens",
        ScriptCheck::RightAccount => "Right account",
        ScriptCheck::RightRole => "Right role",
        ScriptCheck::SignOut => "Sign-out",
        ScriptCheck::Mobile => "Mobile",
    }
}

fn check_words(check: ScriptCheck) -> &'static str {
    match check {
        ScriptCheck::Opens => "Open the new tile: it opens without asking for another password.",
        ScriptCheck::RightAccount => "Look around: it is their account, with everything that was theirs.",
        ScriptCheck::RightRole => "They can do what they could do before, and nothing more.",
        ScriptCheck::SignOut => "Sign out of the service, then open the tile once more.",
        ScriptCheck::Mobile => "Open it on the phone, where they use it there.",
    }
}

pub(crate) fn result_words(result: ScriptResult) -> &'static str {
    match result {
        ScriptResult::Pass => "pass",
        ScriptResult::Fail => "fail",
        ScriptResult::NotApplicable => "not applicable",
    }
}

fn script(model: &Model, user: &UserId) -> Vec<ScriptLine> {
    let line = |check| {
        let told = model.decisions.pilot_notes.told(user, check);
        ScriptLine {
            check,
            title: check_title(check).to_owned(),
            words: check_words(check).to_owned(),
            result: told.map(|t| t.result),
            note: told.map(|t| t.note.clone()).unwrap_or_default(),
            at: told.map(|t| t.at.to_string()),
        }
    };
    CHECKS.into_iter().map(line).collect()
}

/// For the inspector; nothing for whoever is not in a pilot that has begun.
pub(crate) fn script_of(model: &Model, user: &UserId) -> Vec<ScriptLine> {
    let in_pilot = model.wave(0).is_some_and(|w| w.people.iter().any(|p| p.user == *user));
    let begun = model.decisions.waves.get(&0).is_some_and(|r| r.started.is_some());
    if in_pilot && begun {
        script(model, user)
    } else {
        Vec::new()
    }
}

pub(crate) fn person(model: &Model, row: PersonRow) -> PilotPerson {
    let user = UserId::from(row.id.as_str());
    let track = model.track(&user);
    let script = script(model, &user);
    let passed = script
        .iter()
        .filter(|line| matches!(line.result, Some(ScriptResult::Pass | ScriptResult::NotApplicable)))
        .count();
    PilotPerson {
        refused: track.refused.filter(|_| !track.signed_in),
        account_words: account_words(model, &user, track.same_account),
        passed: u32_of(passed),
        script,
        row,
    }
}

/// How the proof "same account" stands, in words.
pub(crate) fn account_words(model: &Model, user: &UserId, same: Option<bool>) -> String {
    let inventory = model.inventory.as_ref();
    let old = inventory.and_then(|i| i.roster.users.get(user)?.external_id.as_ref());
    let new = inventory.and_then(|i| i.new_users.get(user)?.external_id.as_ref());
    let word = model.decisions.pilot_notes.other_keys.as_ref();
    match (same, old, new, word) {
        (Some(true), ..) => "Both apps point at the same account in the service.".to_owned(),
        (Some(false), ..) => "The new app points at another account than the old one.".to_owned(),
        (None, Some(old), Some(new), Some(word)) if old != new => {
            format!("{} said that the two apps know accounts by different keys.", word.name)
        }
        (None, None, _, _) => "Not applicable: Okta shows no account id on the old app.".to_owned(),
        (None, _, None, _) => "Not applicable yet: Okta shows no account id on the new app.".to_owned(),
        (None, ..) => "Not looked at yet.".to_owned(),
    }
}

fn named(model: &Model, people: &[UserId]) -> Vec<Named> {
    let one = |user: &UserId| Named {
        id: user.to_string(),
        name: model.name_of(user),
    };
    people.iter().map(one).collect()
}

fn names(people: &[Named]) -> String {
    let shown: Vec<&str> = people.iter().take(NAMED).map(|p| p.name.as_str()).collect();
    match people.len() {
        n if n > NAMED => format!("{} and {} more", shown.join(", "), n - NAMED),
        _ => match shown.split_last() {
            Some((last, [first, rest @ ..])) => {
                rest.iter()
                    .fold((*first).to_owned(), |all, one| format!("{all}, {one}"))
                    + " and "
                    + last
            }
            _ => shown.concat(),
        },
    }
}

/// What stops the pilot and every wave, the worst first.
pub(crate) fn stops(model: &Model) -> Vec<PilotStop> {
    let mut out = Vec::new();
    let other = model.stopped_by();
    if !other.is_empty() {
        let people = named(model, &other);
        let evidence = model.refuted.clone();
        let title = match people.len() {
            1 => format!("{} is on another account", people[0].name),
            n => format!("{} are on another account", people_words(n)),
        };
        let words = format!(
            "Okta shows another account id on the new app than on the old one for {}. Either the new app made a second \
             account, or the two apps know accounts by different keys.",
            names(&people)
        );
        out.push(PilotStop {
            kind: StopKind::OtherAccount,
            title,
            words: if evidence.is_empty() {
                words
            } else {
                format!("{words} {}", evidence.join(" "))
            },
            people,
            evidence,
        });
    }
    let wrong = model.wrong_accounts();
    if !wrong.is_empty() {
        let people = named(model, &wrong);
        out.push(PilotStop {
            kind: StopKind::Script,
            title: match people.len() {
                1 => format!("{} is not in the right account", people[0].name),
                n => format!("{} are not in the right account", people_words(n)),
            },
            words: format!(
                "The test script says so for {}. What is wrong for them would be wrong for everybody like them.",
                names(&people)
            ),
            people,
            evidence: Vec::new(),
        });
    }
    out
}

/// The next step while something stops the pilot.
pub(crate) fn stopped(model: &Model) -> Option<NextStep> {
    let stop = stops(model).into_iter().next()?;
    let show = Action::ShowPeople {
        state: PersonState::Failed,
    };
    let step = next(stop.title.clone(), stop.words.clone(), Tone::Bad);
    Some(match stop.kind {
        StopKind::OtherAccount if stop.evidence.is_empty() => step
            .offer("Say what you found", Action::StateOtherKeys)
            .offer("Show them", show),
        StopKind::OtherAccount => step.offer("Read proofs again", Action::Prove).offer("Show them", show),
        StopKind::Script => {
            let person = stop.people.first().map(|p| p.id.clone()).unwrap_or_default();
            step.offer("Settle it by name", Action::SettleScript { person })
        }
    })
}

/// Everybody is placed, and not everybody has signed in.
pub(crate) fn waiting(model: &Model, people: &[UserId], counts: &OutcomeCounts) -> NextStep {
    let refused: Vec<(UserId, String)> = people
        .iter()
        .filter_map(|u| {
            let track = model.track(u);
            Some((u.clone(), track.refused.filter(|_| !track.signed_in)?))
        })
        .collect();
    let waiting = (counts.proven - counts.signed_in) as usize;
    if let Some((user, why)) = refused.first() {
        let title = match refused.len() {
            1 => format!("{} tried and failed", model.name_of(user)),
            n => format!("{} tried and failed", people_words(n)),
        };
        let words = format!(
            "Okta logged why: {}. Mend it, then ask them to open the new app once more. {} waited for in all.",
            why.trim_end_matches('.'),
            people_are(waiting)
        );
        return next(title, words, Tone::Bad)
            .offer("Read proofs again", Action::Prove)
            .offer("What to ask them", Action::AskPilot);
    }
    next(
        format!("Waiting for {} to sign in", people_words(waiting)),
        "Everybody is placed. Ask them to open the new app once; Rehome finds the sign-in in Okta's log.",
        Tone::Info,
    )
    .offer("Read proofs again", Action::Prove)
    .offer("What to ask them", Action::AskPilot)
}

/// Everybody is proven and has signed in; or the way back was begun, whoever is proven.
pub(crate) fn after_proof(model: &Model, people: usize) -> NextStep {
    let notes = &model.decisions.pilot_notes;
    if let Some(half) = notes.rehearsal.as_ref().filter(|r| r.forward.is_none()) {
        let name = model.name_of(&half.person);
        let words = match half.back {
            Some(_) => format!("{name} is off the new app, has the old one, and is to get the new one again."),
            None => {
                format!("{name} was to be taken off the new app and given it again. The old app stays in any case.")
            }
        };
        let person = half.person.to_string();
        return next("Finish the rehearsal", words, Tone::Review).offer("Go on", Action::RehearseUndo { person });
    }
    if !notes.rehearsed()
        && let Some(user) = rehearse::candidates(model).first()
    {
        let refused = if rehearse::is_refused(model) {
            " Deactivate Users must be unticked on the new app for that."
        } else {
            ""
        };
        return next(
            "Try the way back on one person",
            format!(
                "All {} are proven{}. Before hundreds follow, take {} off the new app and give it again: then you know that it \
                 works.{refused}",
                people_words(people),
                if cut_over::is_before(model) { "" } else { " and have signed in" },
                model.name_of(user)
            ),
            Tone::Info,
        )
        .offer("Try the way back", Action::RehearseUndo { person: user.to_string() })
        .offer("Skip it by name", Action::SkipRehearsal);
    }
    if cut_over::is_before(model) {
        return next(
            format!("All {} are proven on the new app", people_words(people)),
            "Each is placed with the planned username and path, and the same account where that can be told. They sign in first \
             after the cut-over. Everybody else follows in waves.",
            Tone::Good,
        )
        .offer("Go to Waves", Action::GoTo { step: Step::Waves });
    }
    let script = match failed(model) {
        0 => String::new(),
        n => format!(
            " {} of the test script failed: look at them first.",
            count(n, "check", "checks")
        ),
    };
    next(
        format!("All {} are proven and have signed in", people_words(people)),
        format!("The pilot shows that the way works. Everybody else follows in waves.{script}"),
        Tone::Good,
    )
    .offer("Go to Waves", Action::GoTo { step: Step::Waves })
}

/// Checks of the script that failed, of whatever kind.
fn failed(model: &Model) -> usize {
    let all = model.decisions.pilot_notes.script.values().flat_map(|of| of.values());
    all.filter(|told| told.result == ScriptResult::Fail).count()
}

pub(crate) fn other_keys(model: &Model) -> Option<OtherKeys> {
    let Word { name, reason, at } = model.decisions.pilot_notes.other_keys.clone()?;
    let holds = model.keys_differ();
    Some(OtherKeys {
        words: if holds {
            format!("{name} said that the two apps know accounts by different keys: {reason}")
        } else {
            format!("{name} said so, but the service's own list shows two accounts. It does not hold any more.")
        },
        name,
        reason,
        at: at.to_string(),
        holds,
    })
}

pub(crate) fn rehearsal(model: &Model, url: &OrgUrl) -> RehearsalView {
    let notes = &model.decisions.pilot_notes;
    let candidates = rehearse::candidates(model);
    let mut view = RehearsalView {
        state: RehearsalState::NotYet,
        words:
            "Once somebody of the pilot is proven, Rehome takes one person off the new app and gives it again. Nobody \
                loses the old app by that."
                .to_owned(),
        person: named(model, &candidates).into_iter().next(),
        others: named(model, candidates.get(1..).unwrap_or_default()),
        by: None,
        reason: None,
        at: None,
        link: None,
    };
    if let Some(record) = &notes.rehearsal {
        view.person = named(model, std::slice::from_ref(&record.person)).into_iter().next();
        view.at = record.forward.or(record.back).map(|at| at.to_string());
        if record.forward.is_some() {
            view.state = RehearsalState::Done;
            view.words = format!(
                "{} was off the new app, seen to be off, and is on it again with the planned username and the same account. \
                 If you unticked Deactivate Users on the new app for this, tick it again when the last wave is done.",
                model.name_of(&record.person)
            );
        } else {
            view.state = RehearsalState::UnderWay;
            view.words = format!(
                "{} may be off the new app. The old app is untouched. Go on to give the new one again.",
                model.name_of(&record.person)
            );
            view.others = Vec::new();
        }
        return view;
    }
    if let Some(word) = &notes.rehearsal_skipped {
        view.state = RehearsalState::Skipped;
        view.words = format!("{} skipped it: {}", word.name, word.reason);
        view.by = Some(word.name.clone());
        view.reason = Some(word.reason.clone());
        view.at = Some(word.at.to_string());
        return view;
    }
    if candidates.is_empty() {
        return view;
    }
    view.state = RehearsalState::Ready;
    view.words =
        "One person goes off the new app and on it again, and signs in once more. The old app stays all the while."
            .to_owned();
    if rehearse::is_refused(model)
        && let Some(inventory) = &model.inventory
    {
        let app = &inventory.new.app;
        view.state = RehearsalState::Refused;
        view.words = format!(
            "{} has Deactivate Users ticked: taking somebody off it would switch off the account that both apps use. Untick it \
             under Provisioning, To App, and save. Tick it again when the last wave is done.",
            app.label
        );
        view.link = Some(Link {
            label: "Open the Provisioning tab".to_owned(),
            url: crate::links::app(url, &app.name, &app.id, "tab-user-management"),
        });
    }
    view
}
