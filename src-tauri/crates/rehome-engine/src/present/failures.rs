//! Who did not get there, by cause: what is mended once helps everybody who stands under it.

use std::collections::BTreeMap;

use rehome_domain::{
    UserId,
    schedule::{Advice, Cause},
};

use super::{people, u32_of};
use crate::{
    links,
    migration::Migration,
    model::{Model, runs::Said},
    view::{ExceptedView, FailedWave, FailureGroup, FailureHelp, FailuresView, Link, PersonState},
};

/// People who are named under one cause; the count says the rest.
const MOST: usize = 200;

pub(crate) fn view(migration: &Migration) -> FailuresView {
    let model = migration.model();
    let Some(record) = &model.plan else {
        return FailuresView {
            groups: Vec::new(),
            excepted: Vec::new(),
            held: Vec::new(),
        };
    };
    let runs = &model.decisions.runs;
    let mut causes: BTreeMap<Cause, Vec<(u32, &UserId)>> = BTreeMap::new();
    for (wave, person) in record.plan.people() {
        let state = model.state_of(&person.user);
        let settled = model
            .decisions
            .waves
            .get(&wave.number)
            .is_some_and(|r| r.ended.is_some());
        let troubled = match state {
            PersonState::Failed | PersonState::Unknown => true,
            // While the wave goes on, Okta may simply not be done with them.
            PersonState::Assigned => settled,
            _ => false,
        };
        if troubled && model.is_open(&person.user) {
            causes
                .entry(model.cause_of(&person.user))
                .or_default()
                .push((wave.number, &person.user));
        }
    }
    let link = |cause| link(migration, &model, cause);
    FailuresView {
        groups: causes
            .into_iter()
            .map(|(cause, of)| group(&model, cause, &of, link(cause)))
            .collect(),
        excepted: named(&model, &runs.excepted),
        held: named(&model, &runs.held),
    }
}

fn named(model: &Model, said: &BTreeMap<UserId, Said>) -> Vec<ExceptedView> {
    let of = said.iter().map(|(user, said)| ExceptedView {
        row: people::row(model, user),
        name: said.name.clone(),
        reason: said.reason.clone(),
        at: said.at.to_string(),
    });
    of.collect()
}

fn group(model: &Model, cause: Cause, of: &[(u32, &UserId)], link: Option<Link>) -> FailureGroup {
    let mut waves: BTreeMap<u32, FailedWave> = BTreeMap::new();
    for (number, user) in of {
        let wave = waves.entry(*number).or_insert_with(|| FailedWave {
            wave: *number,
            title: people::wave_title(*number),
            people: 0,
            failed: 0,
        });
        wave.people += 1;
        wave.failed += u32::from(model.state_of(user) == PersonState::Failed);
    }
    FailureGroup {
        cause: cause.id().to_owned(),
        title: cause.title().to_owned(),
        mend: cause.mend().to_owned(),
        help: match cause.advice() {
            Advice::Retry => FailureHelp::Retry,
            Advice::Mend => FailureHelp::Mend,
            Advice::Decide => FailureHelp::Decide,
        },
        link,
        count: u32_of(of.len()),
        waves: waves.into_values().collect(),
        people: of.iter().take(MOST).map(|(_, user)| people::row(model, user)).collect(),
    }
}

/// The page in Okta where this cause is mended.
fn link(migration: &Migration, model: &Model, cause: Cause) -> Option<Link> {
    let app = || {
        let name = model
            .inventory
            .as_ref()
            .map_or(migration.known.name.as_str(), |i| &i.new.app.name);
        links::app(&migration.url, name, &migration.new, "tab-assignments")
    };
    let to = |label: &str, url: String| {
        Some(Link {
            label: label.to_owned(),
            url,
        })
    };
    match cause {
        Cause::Provisioning => to("Open Okta's tasks", links::tasks(&migration.url)),
        Cause::OtherAccount | Cause::NotAsPlanned | Cause::Values => to("Open the new app's people", app()),
        Cause::NotFound => to("Open People in Okta", links::people(&migration.url)),
        Cause::NotAllowed => to("Open the admins' roles", links::administrators(&migration.url)),
        _ => None,
    }
}
