//! People: pages, the inspector, the people map.

use rehome_domain::{
    AppUser, UserId,
    attributes::preview,
    effective::Change,
    people::AssignmentPath,
    plain,
    plan::{PersonPlan, Route, Wave},
};
use rehome_journal::{Operation, Outcome};

use super::{convert, hold::Begins, sets, trial_pilot, u32_of};
use crate::{
    history,
    model::{Inventory, Model, decisions::WaveRecord, values_of},
    view::{
        HistoryLine, MapBlock, PeopleFilter, PeopleMap, PeoplePage, PersonGroup, PersonRow, PersonState, PersonValue,
        PersonView, ProofView, RunState, Tone, UsernameClass,
    },
};

pub(crate) fn row(model: &Model, user: &UserId) -> PersonRow {
    let app_user = model.inventory.as_ref().and_then(|i| i.roster.users.get(user));
    let person = app_user.and_then(|u| u.person.as_ref());
    let predicted = app_user.map(|u| match model.usernames.get(user) {
        Some(predicted) => (predicted.class, predicted.predicted.as_deref()),
        None => (rehome_domain::usernames::UsernameClass::Same, Some(&*u.user_name)),
    });
    let planned = model.names.get(user);
    let plan = model.person_plan(user);
    let track = model.track(user);
    let state = model.state_of(user);
    let note = match state {
        PersonState::Excluded => model.decisions.excluded.get(user).cloned(),
        PersonState::Held => model.decisions.runs.held.get(user).map(|said| said.reason.clone()),
        _ if plan.is_none() && planned.is_some_and(|p| !p.settled) => planned.map(|p| p.note.to_string()),
        _ if plan.is_none() && model.troubles.contains_key(user) => model
            .troubles
            .get(user)
            .map(|(attribute, words)| format!("{attribute}: {words}. Okta would refuse it.")),
        // Not to be on the new app is what is expected of whoever waits for their wave.
        PersonState::Planned if plan.is_some_and(|(wave, _)| !model.has_begun(wave.number)) => None,
        _ => track.note(),
    };
    PersonRow {
        id: user.to_string(),
        name: person.map_or_else(|| user.to_string(), |p| p.name().into_owned()),
        login: person.map(|p| p.login().to_owned()).unwrap_or_default(),
        department: person
            .and_then(|p| p.profile.get("department"))
            .map(|value| plain(&value))
            .filter(|d| !d.is_empty()),
        old_username: app_user.map(|u| u.user_name.to_string()).unwrap_or_default(),
        new_username: app_user
            .and_then(|u| model.names.username(u).map(|name| &**name))
            .or_else(|| predicted.and_then(|(_, name)| name))
            .unwrap_or_default()
            .to_owned(),
        class: predicted.map_or(UsernameClass::Unknown, |(class, _)| convert::username_class(class)),
        path: app_user.map_or_else(String::new, |u| path_words(model, &model.path_of(u))),
        wave: plan.map(|(w, _)| w.number),
        in_pilot: model.decisions.pilot.contains(user),
        placed: track.placed,
        same_account: track.same_account,
        signed_in: track.signed_in,
        state,
        note,
    }
}

impl Model {
    pub(crate) fn path_of(&self, user: &rehome_domain::AppUser) -> AssignmentPath {
        self.inventory
            .as_ref()
            .map_or(AssignmentPath::Individual, |i| i.roster.path(user))
    }
}

fn path_words(model: &Model, path: &AssignmentPath) -> String {
    match path {
        AssignmentPath::Individual => "individual".to_owned(),
        AssignmentPath::Group { group } => format!("through {}", model.group_name(group)),
        AssignmentPath::UnknownGroup => "through a group that could not be read".to_owned(),
    }
}

/// One page, by name. Only matching rows are built in full.
pub(crate) fn page(model: &Model, filter: &PeopleFilter, offset: u32, limit: u32) -> PeoplePage {
    let Some(inventory) = &model.inventory else {
        return PeoplePage {
            total: 0,
            offset,
            rows: Vec::new(),
        };
    };
    let search = filter.search.trim().to_lowercase();
    let unsettled: std::collections::BTreeSet<UserId> = if filter.unsettled {
        model.unsettled().into_iter().collect()
    } else {
        Default::default()
    };
    let set: Option<std::collections::BTreeSet<UserId>> = filter
        .set
        .as_deref()
        .map(|set| sets::people_of(model, set).into_iter().collect());
    let waves: std::collections::BTreeMap<&UserId, u32> = match &model.plan {
        Some(record) if filter.wave.is_some() => record.plan.people().map(|(w, p)| (&p.user, w.number)).collect(),
        _ => Default::default(),
    };
    let mut found: Vec<(String, &UserId)> = inventory
        .roster
        .users
        .iter()
        .filter(|(id, _)| !filter.unsettled || unsettled.contains(*id))
        .filter(|(id, _)| set.as_ref().is_none_or(|set| set.contains(*id)))
        .filter(|(id, _)| filter.pilot.is_none_or(|p| model.decisions.pilot.contains(*id) == p))
        .filter(|(id, _)| filter.state.is_none_or(|s| has_state(model, id, s)))
        .filter(|(id, _)| filter.wave.is_none_or(|w| waves.get(id) == Some(&w)))
        .filter(|(id, _)| {
            let class = || convert::username_class(model.usernames.class_of(id));
            filter.class.is_none_or(|wanted| class() == wanted)
        })
        .filter_map(|(id, user)| {
            let person = user.person.as_ref();
            let name = person.map_or_else(|| id.to_string(), |p| p.name().into_owned());
            let login = person.map(|p| p.login()).unwrap_or_default();
            let hit = search.is_empty()
                || [name.as_str(), login, &*user.user_name]
                    .iter()
                    .any(|t| t.to_lowercase().contains(&search));
            hit.then_some((name, id))
        })
        .collect();
    found.sort_by_cached_key(|(name, id)| (name.to_lowercase(), (*id).clone()));
    let rows = found
        .iter()
        .skip(offset as usize)
        .take(limit.min(500) as usize)
        .map(|(_, id)| row(model, id))
        .collect();
    PeoplePage {
        total: u32_of(found.len()),
        offset,
        rows,
    }
}

/// Who has signed in is proven too.
fn has_state(model: &Model, user: &UserId, wanted: PersonState) -> bool {
    let state = model.state_of(user);
    state == wanted || wanted == PersonState::Proven && state == PersonState::SignedIn
}

pub(crate) fn person(model: &Model, user: &UserId, told: &history::Told) -> Option<PersonView> {
    let inventory = model.inventory.as_ref()?;
    let app_user = inventory.roster.users.get(user)?;
    let row = row(model, user);
    let values = values_of(inventory, &model.decisions, app_user, &model.names);
    let effective = model.effective(app_user);
    let values = effective
        .iter()
        .map(|found| {
            let attribute = model.attributes.iter().find(|r| r.attribute.name == found.attribute);
            let seen = attribute.map(|attribute| preview(attribute, &values));
            let doubt = seen.and_then(|seen| seen.problem.map(|p| p.words()).or(seen.doubt));
            let text = |value: &Option<serde_json::Value>| value.as_ref().map(plain).unwrap_or_default();
            PersonValue {
                attribute: found.attribute.clone(),
                old: text(&found.old),
                new: text(&found.new),
                differs: found.change != Change::Same,
                note: doubt.unwrap_or_else(|| found.change.words().to_owned()),
                from: found.source.words(),
            }
        })
        .collect();
    let state = row.state;
    let begun = model.decisions.waves.values().any(|w| w.started.is_some());
    let plan_of = model.person_plan(user).is_some();
    Some(PersonView {
        route: model
            .person_plan(user)
            .map_or_else(|| "Not planned yet.".to_owned(), |(_, p)| route_words(model, p)),
        route_chosen: model.decisions.routes.people.get(user).map(super::plan::route_choice),
        // Whoever has the old app individually can only come one by one.
        can_choose_route: plan_of
            && state == PersonState::Planned
            && matches!(model.path_of(app_user), AssignmentPath::Group { .. }),
        values,
        history: history::lines(model, told),
        proofs: proofs(model, user),
        script: trial_pilot::script_of(model, user),
        can_exclude: matches!(
            state,
            PersonState::Planned | PersonState::Failed | PersonState::Excluded
        ),
        can_hold: plan_of && matches!(state, PersonState::Planned | PersonState::Failed | PersonState::Held),
        excepted: model
            .decisions
            .runs
            .excepted
            .get(user)
            .map(|said| format!("{}: {}", said.name, said.reason)),
        can_retry: begun && matches!(state, PersonState::Failed | PersonState::Unknown) && model.is_open(user),
        groups: groups(inventory, app_user),
        last_use: inventory.last_use.last.get(user).map(ToString::to_string),
        suspect: model.suspects.iter().find_map(|group| {
            let found = group.people.iter().find(|(who, _)| who == user);
            found.map(|(_, why)| format!("{}: {why}", group.title))
        }),
        own_username: model.decisions.usernames_of.get(user).cloned(),
        can_settle: !begun,
        row,
    })
}

/// The assigned groups that hold the person, the winner first.
fn groups(inventory: &Inventory, user: &AppUser) -> Vec<PersonGroup> {
    let roster = &inventory.roster;
    let wins = match roster.path(user) {
        AssignmentPath::Group { group } => Some(group),
        AssignmentPath::Individual | AssignmentPath::UnknownGroup => None,
    };
    let of = roster.groups_of(&user.user).map(|group| PersonGroup {
        name: group.name.clone(),
        priority: i32::try_from(group.priority).unwrap_or(i32::MAX),
        wins: wins.as_ref() == Some(&group.id),
    });
    let mut all: Vec<PersonGroup> = of.collect();
    all.sort_by_key(|group| !group.wins);
    all
}

fn route_words(model: &Model, plan: &PersonPlan) -> String {
    match (&plan.route, &plan.path) {
        (Route::AlreadyThere, _) => "Already on the new app; nothing is sent.".to_owned(),
        (Route::WholeGroup { group }, _) => {
            format!(
                "With the whole group {}: Okta's template gives the username.",
                model.group_name(group)
            )
        }
        (Route::WaveGroup { key }, _) => {
            let name = model.plan.as_ref().and_then(|p| p.plan.wave_group(key));
            format!(
                "Through {}, made for this migration, until the original groups are on the new app.",
                name.map_or("a wave group", |g| &g.name)
            )
        }
        (Route::Individual, AssignmentPath::Group { group }) if model.group_plan(group).is_some() => format!(
            "One by one first; then converted, so that {} gives the app as it does today.",
            model.group_name(group)
        ),
        (Route::Individual, _) => "One by one, with the username of step 2.".to_owned(),
    }
}

/// What was sent for somebody, or for a group, and what became of it.
pub(crate) fn operation_line(op: &Operation) -> HistoryLine {
    let what = match op.kind.as_str() {
        "assign" => "Assigned to the new app".to_owned(),
        "convert" => "Converted to the group".to_owned(),
        "update" => "Username and values put back".to_owned(),
        "unassign" => "Unassigned from the old app".to_owned(),
        "reassign" => "Given back the old app".to_owned(),
        "memberOn" => "Added to the wave group".to_owned(),
        "memberOff" => "Taken out of the wave group, having left every group of the old app".to_owned(),
        "memberTried" => "Taken out of the wave group first, to see that the own group holds".to_owned(),
        "convertBack" => "Converted back to the group on the old app".to_owned(),
        "updateBack" => "Username and values put back on the old app".to_owned(),
        "groupOn" => "Put on the new app".to_owned(),
        "undoGroupOn" => "Taken off the new app again".to_owned(),
        "waveGroupOff" => "Taken off the new app, its people have it through their own groups".to_owned(),
        "groupGone" => "Deleted".to_owned(),
        "groupOff" => "Taken off the old app".to_owned(),
        "groupBack" => "Put back on the old app".to_owned(),
        "undoAssign" => "Unassigned from the new app again".to_owned(),
        other => other.to_owned(),
    };
    let (words, tone) = match &op.outcome {
        Some(Outcome::Confirmed) if op.was_unknown => {
            (format!("{what}. The answer was lost; a read confirmed it."), Tone::Good)
        }
        Some(Outcome::Confirmed) => (format!("{what}."), Tone::Good),
        Some(Outcome::Failed { words, .. }) => (format!("{what}: failed. {words}"), Tone::Bad),
        Some(Outcome::Unknown { words }) => (format!("{what}: outcome unknown. {words}"), Tone::Review),
        None => (format!("{what}: sent, no answer yet."), Tone::Review),
    };
    HistoryLine {
        at: op.finished.unwrap_or(op.begun).to_string(),
        words,
        tone,
    }
}

fn proofs(model: &Model, user: &UserId) -> Vec<ProofView> {
    let track = model.track(user);
    let proof = |title: &str, holds: Option<bool>, words: String| ProofView {
        title: title.to_owned(),
        words,
        tone: match holds {
            Some(true) => Tone::Good,
            Some(false) => Tone::Review,
            None => Tone::Neutral,
        },
    };
    vec![
        proof(
            "Placed",
            Some(track.placed),
            if track.placed {
                "Read back with the planned username and path, settled, no error.".to_owned()
            } else {
                track
                    .unplaced
                    .clone()
                    .unwrap_or_else(|| "Not looked at yet.".to_owned())
            },
        ),
        proof(
            "Same account",
            track.same_account,
            trial_pilot::account_words(model, user, track.same_account),
        ),
        proof(
            "Signed in",
            Some(track.signed_in),
            match (track.signed_in, &track.refused) {
                (true, _) => "A successful sign-in to the new app is in the System Log.".to_owned(),
                (false, Some(why)) => format!("Tried and failed: {why}"),
                (false, None) => "No sign-in to the new app seen yet.".to_owned(),
            },
        ),
    ]
}

pub(crate) fn map(model: &Model, running: Option<(u32, RunState)>, begins: &Begins) -> PeopleMap {
    let Some(inventory) = &model.inventory else {
        return PeopleMap {
            counts: Default::default(),
            blocks: Vec::new(),
        };
    };
    let mut blocks = Vec::new();
    let mut planned = std::collections::BTreeSet::new();
    if let Some(record) = &model.plan {
        for wave in &record.plan.waves {
            let people: Vec<&UserId> = wave.people.iter().map(|p| &p.user).collect();
            planned.extend(people.iter().copied());
            let note = match model.decisions.waves.get(&wave.number) {
                _ if running == Some((wave.number, RunState::Paused)) => "paused",
                _ if running.is_some_and(|(n, _)| n == wave.number) => "running",
                Some(r) if r.ended.is_some() && is_done(model, wave, r, running.is_some()) => "done",
                Some(r) if r.ended.is_some() => "not all proven",
                Some(r) if r.started.is_some() => "stopped",
                _ if model.decisions.runs.waves_held.contains_key(&wave.number) => "on hold",
                _ => begins.get(&wave.number).map_or("", |(_, words)| words.as_str()),
            };
            let title = wave_title(wave.number);
            if !people.is_empty() {
                blocks.push(block(model, Some(wave.number), title, note, &people));
            }
        }
    }
    let rest: Vec<&UserId> = inventory
        .roster
        .users
        .keys()
        .filter(|u| !planned.contains(*u))
        .collect();
    if !rest.is_empty() {
        let title = if model.plan.is_some() {
            "Left out"
        } else {
            "Not planned yet"
        };
        blocks.push(block(model, None, title.to_owned(), "", &rest));
    }
    PeopleMap {
        counts: model.counts(inventory.roster.users.keys()),
        blocks,
    }
}

/// Everybody is proven or left out, and no group was held back. Who comes under their group in the course of a later wave was
/// proven before, and is again when that wave has ended.
pub(super) fn is_done(model: &Model, wave: &Wave, record: &WaveRecord, running: bool) -> bool {
    let waits = |user| model.is_open(user) && !(running && model.is_to_convert(user));
    !wave.people.iter().any(|p| waits(&p.user)) && record.held.is_empty()
}

pub(crate) fn wave_title(number: u32) -> String {
    if number == 0 {
        "Pilot".to_owned()
    } else {
        format!("Wave {number}")
    }
}

fn block(model: &Model, wave: Option<u32>, title: String, note: &str, people: &[&UserId]) -> MapBlock {
    MapBlock {
        wave,
        title,
        note: note.to_owned(),
        people: people.iter().map(ToString::to_string).collect(),
        states: people
            .iter()
            .map(|u| match model.state_of(u) {
                PersonState::Planned => 'p',
                PersonState::Assigned => 'a',
                PersonState::Proven => 'v',
                PersonState::SignedIn => 's',
                PersonState::Failed => 'f',
                PersonState::Unknown => 'u',
                PersonState::Excluded => 'x',
                PersonState::Retired => 'r',
                PersonState::Held => 'h',
            })
            .collect(),
    }
}
