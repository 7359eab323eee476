//! From inventory, mapping and choices to a plan.

use std::collections::{BTreeMap, BTreeSet};

use rehome_domain::{
    AppUser, ByUser, UserId,
    attributes::{AttributeState, Fill, ProblemKind, body_for},
    drift,
    plan::{Basis, PersonInput, Plan, PlanInput, Present, differences, draft, end_state},
};

use crate::{
    choices::{Making, routes, shaping},
    model::{Inventory, Model, values_of},
    present,
    problem::{Answer, problem},
    run::wave::{mapping_of, settled},
    view::{Problem, ProblemCode},
};

/// Makes the plan, or says what has to be settled first.
pub(crate) fn make_plan(model: &Model, wave_size: u32, making: Making) -> Answer<Plan> {
    let Some(inventory) = &model.inventory else {
        return Err(not_read());
    };
    let unsettled = model.unsettled();
    if !unsettled.is_empty() {
        let names: Vec<String> = unsettled.iter().take(5).map(|u| model.name_of(u)).collect();
        return Err(problem(
            ProblemCode::GateClosed,
            format!("{} need a decision first", present::people_words(unsettled.len())),
            format!(
                "{}{}",
                names.join(", "),
                if unsettled.len() > 5 { " and others" } else { "" }
            ),
            "Choose for each kind of difference in step 2, or leave these people out by name.",
        ));
    }
    let guesses = model
        .attributes
        .iter()
        .filter(|r| r.state == AttributeState::Guessed)
        .count();
    if guesses > 0 {
        return Err(problem(
            ProblemCode::GateClosed,
            format!("{guesses} attributes are only guessed"),
            "A guess is not a decision: wrong values reach people's accounts.",
            "Confirm or change them in step 2.",
        ));
    }
    if model.decisions.pilot.is_empty() && model.begun_waves().is_empty() {
        return Err(problem(
            ProblemCode::GateClosed,
            "Nobody is in the pilot yet",
            "The pilot shows on a few people what would happen to everybody.",
            "Choose a few people for the pilot.",
        ));
    }
    let mut excluded = model.decisions.excluded.clone();
    for user in inventory.roster.users.keys().filter(|u| !model.is_assignable(u)) {
        excluded
            .entry(user.clone())
            .or_insert_with(|| "deactivated in Okta".to_owned());
    }
    let (people, mut remarks) = people_input(model, inventory, &excluded);
    remarks.extend(model.groups.remarks.iter().cloned());
    let plan = draft(&PlanInput {
        old: inventory.old.app.id.clone(),
        new: inventory.new.app.id.clone(),
        roster: &inventory.roster,
        people: &people,
        excluded: &excluded,
        group_profiles: &model.groups.by_group,
        pilot: &model.decisions.pilot,
        wave_size,
        shaping: &shaping(&model.decisions),
        routes: &routes(model, inventory, making),
        begun: &model.begun_waves(),
        remarks,
        basis: Basis::default(),
    });
    drop(people);
    // Put in afterwards: drafting only hands it on, and it names everybody.
    Ok(Plan {
        shape: present::compare::shape(model).unwrap_or_default(),
        basis: basis(model, inventory),
        ..plan
    })
}

pub(crate) fn not_read() -> Problem {
    problem(
        ProblemCode::GateClosed,
        "The apps have not been read yet",
        "Everything from here on is made from what Okta says.",
        "Read both apps first.",
    )
}

/// In how many ways a person differs from the usual: another username, an assignment of their own beside a group's, values that
/// the new app would refuse or that are not known. Who differs least goes first.
fn differing(model: &Model, user: &AppUser) -> u16 {
    let renamed = model.usernames.get(&user.user).is_some();
    let explicit = model.names.is_explicit(&user.user);
    let troubles = model.survey.troubles.get(&user.user).map_or(0, Vec::len);
    let roster = model.inventory.as_ref().map(|i| &i.roster);
    let overrides =
        user.scope() == rehome_domain::Scope::User && roster.is_some_and(|r| r.groups_of(&user.user).next().is_some());
    let all = troubles + usize::from(renamed) + usize::from(explicit) + usize::from(overrides);
    u16::try_from(all).unwrap_or(u16::MAX)
}

/// For everybody who is planned: username and values. Values that the new app would refuse are not sent, and the plan says so;
/// people for whom that is no way out were unsettled before (`Model::troubles`).
fn people_input(
    model: &Model,
    inventory: &Inventory,
    excluded: &BTreeMap<UserId, String>,
) -> (ByUser<PersonInput>, Vec<String>) {
    let mut out = ByUser::default();
    let named = inventory.new.app.takes_usernames();
    let mut dropped: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for (id, user) in inventory
        .roster
        .users
        .iter()
        .filter(|(u, _)| !excluded.contains_key(*u))
    {
        let values = values_of(inventory, &model.decisions, user, &model.names);
        let mut profile = body_for(&model.attributes, &values);
        // The survey has looked at everybody who is planned, with the same values.
        let troubles = model.survey.troubles.get(id).into_iter().flatten();
        for (attribute, trouble) in troubles.filter(|(_, trouble)| trouble.kind() != ProblemKind::NotSure) {
            if profile.remove(attribute).is_some() {
                dropped
                    .entry((attribute.clone(), trouble.words()))
                    .or_default()
                    .push(model.name_of(id));
            }
        }
        let input = PersonInput {
            username: model.names.username(user).filter(|_| named).cloned(),
            explicit: named && model.names.is_explicit(id),
            differences: differing(model, user),
            profile: profile.into(),
            already_there: inventory.new_users.contains_key(id) && !model.tracks.contains_key(id),
        };
        out.insert(id.clone(), input);
    }
    let remarks = dropped.iter().map(|((attribute, why), names)| {
        let who = present::people_words(names.len());
        let shown = names.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
        let more = if names.len() > 3 { ", ..." } else { "" };
        format!("{attribute} is not sent for {who} ({why}): {shown}{more}.")
    });
    (out, remarks.collect())
}

impl Model {
    /// Fills in what the newest reading shows to have changed since the plan was made. Without this a newcomer would be met
    /// again and again: by the wave that refuses to run, but by no step that plans anew.
    pub(crate) fn hold_plan_against_reading(&mut self) {
        let (Some(record), Some(inventory)) = (&self.plan, &self.inventory) else {
            return;
        };
        let planned = &record.plan.basis;
        let mut present = Present {
            basis: basis(self, inventory),
            ..Present::default()
        };
        let settled = settled(self);
        let mut stale = differences(planned, &present, &settled);
        if !stale.is_empty() {
            // Once more, with names: only now are they needed.
            let name = |u: &UserId| {
                let known = Some(self.name_of(u)).filter(|n| n != u.as_str());
                known.or_else(|| planned.people.get(u).map(|name| name.to_string()))
            };
            let people = planned.people.keys().chain(present.basis.people.keys());
            present.names = people.filter_map(|u| Some((u.clone(), name(u)?))).collect();
            let groups = planned.groups.keys().chain(present.basis.groups.keys());
            present.group_names = groups.map(|g| (g.clone(), self.group_name(g))).collect();
            stale = differences(planned, &present, &settled);
        }
        let end = end_state(&record.plan, &inventory.roster);
        if let Some(record) = &mut self.plan {
            record.read_since = !stale.is_empty();
            record.stale = stale;
            record.end = end;
        }
    }
}

fn basis(model: &Model, inventory: &Inventory) -> Basis {
    let none = Vec::new();
    Basis {
        new_template: inventory.new.app.username_template.as_ref().map(|t| t.template.clone()),
        new_mapping: mapping_of(inventory.new.mappings.value().unwrap_or(&none)),
        new_status: inventory.new.app.status.clone(),
        groups: inventory
            .roster
            .groups
            .iter()
            .map(|g| {
                (
                    g.id.clone(),
                    (
                        g.priority,
                        inventory.roster.members.get(&g.id).cloned().unwrap_or_default(),
                    ),
                )
            })
            .collect(),
        people: inventory
            .roster
            .users
            .iter()
            .map(|(id, u)| (id.clone(), u.user_name.clone()))
            .collect(),
        values: model.copied_values(inventory.roster.users.values()),
    }
}

impl Model {
    /// What the plan takes from the old app's values, as a hash for each person: only of attributes that are copied, since a
    /// change of any other makes no plan wrong.
    pub(crate) fn copied_values<'a>(&self, people: impl Iterator<Item = &'a AppUser>) -> BTreeMap<UserId, u64> {
        let copied = self.copied();
        people.map(|user| (user.user.clone(), copied.hash(user))).collect()
    }

    /// The attributes that are copied from the old app.
    pub(crate) fn copied(&self) -> Copied {
        let confirmed = self
            .attributes
            .iter()
            .filter(|row| row.state == AttributeState::Confirmed);
        let names = confirmed.filter_map(|row| match &row.fill {
            Fill::OldAttribute { name } => Some(name.clone()),
            _ => None,
        });
        Copied(names.collect())
    }
}

/// Names of attributes of the old app.
pub(crate) struct Copied(BTreeSet<String>);

impl Copied {
    /// Of the values of one person.
    pub fn hash(&self, user: &AppUser) -> u64 {
        drift::hash_of(user.profile.iter().filter(|(name, _)| self.0.contains(*name)))
    }
}
