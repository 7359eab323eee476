//! Steps 5 and 6.

use rehome_domain::{
    GroupId, Scope,
    gate::{Canary, Gate},
};

use super::{convert, count, frame, next, people_words, u32_of};
use crate::{
    cut_over,
    gate::canary_of,
    migration::Migration,
    model::{GateSeen, Model},
    view::{
        Action, AttestationView, CanaryState, CanaryView, DeleteView, ExceptionView, GateCheckView, GateView, Link,
        NextStep, ReportView, RetireGroupView, RetireView, StageView, Step, Tone,
    },
};

fn provisioning(migration: &Migration, model: &Model) -> Link {
    let name = model
        .inventory
        .as_ref()
        .map(|i| i.old.app.name.clone())
        .unwrap_or_default();
    Link {
        label: "Open the Provisioning tab".into(),
        url: crate::links::app(&migration.url, &name, &migration.old, "tab-user-management"),
    }
}

fn gate_view(link: &Link, seen: Option<&GateSeen>) -> GateView {
    let Some(seen) = seen else {
        return GateView {
            open: false,
            read_at: None,
            checks: Vec::new(),
        };
    };
    let check = |c: &rehome_domain::gate::GateCheck| GateCheckView {
        id: c.id.to_owned(),
        title: c.title.clone(),
        words: c.words.clone(),
        outcome: convert::check_outcome(c.outcome),
        link: (c.mend_in_provisioning && c.outcome != rehome_domain::CheckOutcome::Passed).then(|| link.clone()),
        people: c.people.iter().map(ToString::to_string).collect(),
    };
    GateView {
        open: seen.gate.is_open(),
        read_at: Some(seen.read_at.to_string()),
        checks: seen.gate.checks.iter().map(check).collect(),
    }
}

pub(crate) fn view(migration: &Migration) -> RetireView {
    let model = migration.model();
    let link = provisioning(migration, &model);
    let seen = model.gate.as_ref();
    let inventory = model.inventory.as_ref();
    let now = jiff::Timestamp::now();
    let members = seen.map_or_else(
        || {
            inventory.map_or(0, |i| {
                i.roster.users.values().filter(|u| u.scope() == Scope::Group).count()
            })
        },
        |s| s.members_left,
    );
    let individuals = seen.map_or_else(
        || {
            inventory.map_or(0, |i| {
                i.roster.users.values().filter(|u| u.scope() == Scope::User).count()
            })
        },
        |s| s.individuals_left,
    );
    let groups: Vec<RetireGroupView> = inventory
        .iter()
        .flat_map(|i| &i.roster.groups)
        .map(|g| {
            let n = inventory.map_or(0, |i| i.roster.members_of(&g.id).count());
            let done = model.groups_off.contains(&g.id) || seen.is_some_and(|s| !s.groups_left.contains(&g.id));
            RetireGroupView {
                id: g.id.to_string(),
                name: g.name.clone(),
                members: u32_of(n),
                words: if done {
                    "off the old app".into()
                } else {
                    "comes off the old app; its members keep the new one".into()
                },
                done,
            }
        })
        .collect();
    RetireView {
        next: next_step(&model, &link, members, individuals),
        gate: gate_view(&link, seen),
        attestation: model.decisions.attestation.as_ref().map(|a| AttestationView {
            name: a.name.clone(),
            at: a.at.to_string(),
            expires: a.expires().to_string(),
            fresh: a.is_fresh(now),
        }),
        canary: canary_view(&model),
        stages: stages(&model, &groups, members, individuals),
        members_to_approve: u32_of(members),
        individuals_left: u32_of(individuals),
        counts: model.counts(inventory.into_iter().flat_map(|i| i.roster.users.keys())),
        can_give_back: match model.deactivated.or(model.deleted) {
            Some(_) => 0,
            // A way back that was cut off is offered until it has come to its end, whoever is back already.
            None => {
                let left = model.tracks.values().filter(|t| t.left_old).count();
                u32_of(left.max(usize::from(model.decisions.giving_back)))
            }
        },
        exceptions: exceptions(&model),
        groups,
    }
}

/// Who may leave the old app without a sign-in, by name.
pub(crate) fn exceptions(model: &Model) -> Vec<ExceptionView> {
    let excepted = model.decisions.excepted.iter();
    excepted
        .map(|(user, (reason, at))| ExceptionView {
            person: user.to_string(),
            name: model.name_of(user),
            reason: reason.clone(),
            at: at.to_string(),
        })
        .collect()
}

fn canary_view(model: &Model) -> Option<CanaryView> {
    let record = model.decisions.canary.as_ref()?;
    let (state, words) = match canary_of(model) {
        Canary::None => (CanaryState::Chosen, "Chosen to go first."),
        Canary::Watching => (
            CanaryState::Watching,
            "Off the old app. Look into the service: is the account still active?",
        ),
        Canary::Stayed => (CanaryState::Stayed, "Off the old app, and the account is still active."),
        Canary::Lost => (
            CanaryState::Lost,
            "The account was switched off. Nobody else leaves the old app.",
        ),
    };
    Some(CanaryView {
        who: record.name.clone(),
        state,
        words: words.into(),
        evidence: record.evidence.clone(),
        attested_by: model.decisions.canary_seen.as_ref().map(|s| s.name.clone()),
    })
}

fn stages(model: &Model, groups: &[RetireGroupView], members: usize, individuals: usize) -> Vec<StageView> {
    let canary = canary_of(model);
    let groups_done = groups.iter().all(|g| g.done);
    let empty = frame::old_is_empty(model);
    let open = groups.iter().filter(|g| !g.done).count();
    let who = model.decisions.canary.as_ref().map(|c| c.name.clone());
    let stage = |number, title: &str, words: String, done: bool, current: bool| StageView {
        number,
        title: title.into(),
        words,
        tone: if done {
            Tone::Good
        } else if current {
            Tone::Info
        } else {
            Tone::Neutral
        },
        done,
        current,
    };
    let stayed = canary == Canary::Stayed;
    vec![
        stage(
            1,
            "Canary",
            who.map_or_else(
                || "One goes first, and the account is watched.".to_owned(),
                |w| format!("{w}, watched in log and service."),
            ),
            stayed || empty,
            !stayed && !empty,
        ),
        stage(
            2,
            "Groups",
            if groups_done {
                "All groups are off the old app.".into()
            } else {
                format!(
                    "{} with {}, for the exact number that you approve.",
                    count(open, "group", "groups"),
                    people_words(members)
                )
            },
            groups_done,
            stayed && !groups_done,
        ),
        stage(
            3,
            "Individuals",
            if empty {
                "Nobody is left.".into()
            } else {
                format!(
                    "{} in batches of 100, the gate read before each.",
                    people_words(individuals)
                )
            },
            empty,
            stayed && groups_done && !empty,
        ),
        stage(
            4,
            "Empty",
            "No group and no person is left; step 6 opens.".into(),
            empty,
            false,
        ),
    ]
}

fn next_step(model: &Model, link: &Link, members: usize, individuals: usize) -> NextStep {
    if !frame::waves_done(model) {
        return next(
            "The waves come first",
            "Nobody leaves the old app before everybody has been planned, moved and proven.",
            Tone::Review,
        )
        .offer("Go to Waves", Action::GoTo { step: Step::Waves });
    }
    if !cut_over::is_over(model) && !frame::retiring(model) && !frame::old_is_empty(model) {
        return next(
            "The cut-over comes first",
            "Until then the service signs people in through the old app: whoever left it would be locked out.",
            Tone::Review,
        )
        .offer("Go to the cut-over", Action::GoTo { step: Step::CutOver });
    }
    if frame::old_is_empty(model) {
        return next(
            "Nobody is left on the old app",
            "Its accounts stayed active. Now the empty app can go.",
            Tone::Good,
        )
        .offer("Go to Delete", Action::GoTo { step: Step::Delete });
    }
    let canary = canary_of(model);
    if canary == Canary::Lost {
        let who = model
            .decisions
            .canary
            .as_ref()
            .map(|c| c.name.clone())
            .unwrap_or_default();
        return next(
            format!("{who} lost the account"),
            "The old app still deactivates. Switch the account on in the service, then look at the Provisioning tab again.",
            Tone::Bad,
        )
        .offer(link.label.clone(), Action::Open { url: link.url.clone() })
        .offer("Read the gate again", Action::ReadGate);
    }
    let Some(seen) = &model.gate else {
        return next(
            "Read the gate",
            "Who is proven, who signed in, and whether the old app still deactivates accounts.",
            Tone::Info,
        )
        .offer("Read the gate", Action::ReadGate);
    };
    if let Some(step) = closed(model, &seen.gate, link) {
        return step;
    }
    match canary {
        Canary::None | Canary::Lost => next(
            "One goes first",
            "One person leaves the old app, and you look whether the account in the service stays active.",
            Tone::Info,
        )
        .offer("Unassign the canary", Action::RunCanary),
        Canary::Watching => {
            let who = model
                .decisions
                .canary
                .as_ref()
                .map(|c| c.name.clone())
                .unwrap_or_default();
            next(
                format!("Is the account of {who} still active?"),
                "Look into the service itself. Okta's log shows no deactivation, but only the service knows.",
                Tone::Review,
            )
            .offer("Say what you see", Action::AttestCanary)
            .offer("Read again", Action::ReadGate)
        }
        Canary::Stayed if !seen.groups_left.is_empty() => next(
            format!(
                "Take {} off the old app",
                count(seen.groups_left.len(), "group", "groups")
            ),
            format!(
                "{} leave the old app with them; all are proven on the new one.",
                people_words(members)
            ),
            Tone::Info,
        )
        .offer("Approve the exact number", Action::RetireGroups),
        Canary::Stayed => next(
            format!("Unassign the last {}", people_words(individuals)),
            "In batches; the gate is read from Okta before each.",
            Tone::Info,
        )
        .offer("Unassign them", Action::RetireIndividuals),
    }
}

/// What closes the gate, the first thing to mend first. The canary is a step of its own.
fn closed(model: &Model, gate: &Gate, link: &Link) -> Option<NextStep> {
    let check = gate.closed_by().find(|c| c.id != "canary" && c.id != "nobody-left")?;
    let unplanned = check.people.iter().filter(|u| model.person_plan(u).is_none()).count();
    if unplanned > 0 && !frame::retiring(model) {
        return Some(
            next(
                format!(
                    "{} came to the old app since the plan was made",
                    people_words(unplanned)
                ),
                "They are not planned, so nobody has looked at their usernames. Read both apps again and plan them.",
                Tone::Review,
            )
            .offer("Read both apps again", Action::ReadApps)
            .offer("Read the gate again", Action::ReadGate),
        );
    }
    let step = next(check.title.clone(), check.words.clone(), Tone::Bad);
    Some(match check.id {
        "deactivate-users" => next(
            "Switch off Deactivate Users on the old app",
            format!(
                "{} Open its Provisioning tab, To App, and untick Deactivate Users.",
                check.words
            ),
            Tone::Bad,
        )
        .offer(link.label.clone(), Action::Open { url: link.url.clone() })
        .offer("Read the gate again", Action::ReadGate),
        "attestation" => next(check.title.clone(), check.words.clone(), Tone::Review)
            .offer("Say what you see", Action::Attest)
            .offer(link.label.clone(), Action::Open { url: link.url.clone() }),
        _ => step.offer("Read the gate again", Action::ReadGate),
    })
}

pub(crate) fn delete_view(migration: &Migration) -> DeleteView {
    let model = migration.model();
    let link = provisioning(migration, &model);
    let app = model.inventory.as_ref().map(|i| &i.old.app);
    let label = app.map(|a| a.label.clone()).unwrap_or_default();
    let report = model.decisions.report.as_ref().map(|r| ReportView {
        html: r.html.clone(),
        csv: r.csv.clone(),
    });
    DeleteView {
        next: delete_next(&model, &label, report.is_some()),
        gate: gate_view(&link, model.gate.as_ref()),
        old_status: match (model.deleted, model.deactivated) {
            (Some(_), _) => "deleted".into(),
            (None, Some(_)) => "INACTIVE".into(),
            (None, None) => app.map(|a| a.status.clone()).unwrap_or_default(),
        },
        name_to_type: label,
        deactivated_at: model.deactivated.map(|t| t.to_string()),
        deleted_at: model.deleted.map(|t| t.to_string()),
        lost_for_good: vec![
            "The app with its settings, signing certificate and client id.".into(),
            "Its mappings and custom attributes.".into(),
            "Its history under this id; the System Log keeps what it has for 90 days.".into(),
        ],
        report,
    }
}

fn delete_next(model: &Model, label: &str, reported: bool) -> NextStep {
    if model.deleted.is_some() {
        let step = next(
            format!("{label} is deleted"),
            "Everybody is on the new app, as before on the old one. The report shows how each got there.",
            Tone::Good,
        );
        return if reported {
            step.offer("Close this migration", Action::CloseMigration)
                .offer("Save the report again", Action::SaveReport)
        } else {
            step.offer("Save the report", Action::SaveReport)
                .offer("Close this migration", Action::CloseMigration)
        };
    }
    if !frame::old_is_empty(model) {
        return next(
            "The old app is not empty yet",
            "Step 5 takes groups and people off it, with proof.",
            Tone::Review,
        )
        .offer("Go to Retire", Action::GoTo { step: Step::Retire });
    }
    let groups: Vec<&GroupId> = model.gate.iter().flat_map(|g| &g.groups_left).collect();
    debug_assert!(groups.is_empty(), "an empty app has no groups");
    if model.deactivated.is_some() {
        return next(
            format!("Delete {label}"),
            "This is the one thing that cannot be undone. You type the app's name for it.",
            Tone::Bad,
        )
        .offer("Delete the old app", Action::DeleteOld);
    }
    next(
        format!("Deactivate {label}"),
        "It is empty. Deactivating can be undone; deleting comes after it.",
        Tone::Info,
    )
    .offer("Deactivate the old app", Action::DeactivateOld)
}
