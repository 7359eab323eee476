//! What follows from inventory and decisions: findings, predicted usernames, attribute rows, planned usernames.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rehome_domain::{
    AppUser, UserId,
    attributes::{AttributeInput, AttributeRow, AttributeState, Choices, PersonValues, problems_for, rows},
    compare::compare,
    usernames::{self, Predicted, TemplateOf, UsernameClass, UsernamePerson, collisions},
};

use super::{Inventory, Model};
use crate::{
    present::convert,
    view::{self, UsernameChoice},
};

/// The username that a person shall have on the new app.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PlannedName {
    /// `None`: nobody has decided, or whatever the template gives was accepted.
    pub username: Option<String>,
    /// Has to be sent, because the template would not give it.
    pub explicit: bool,
    pub settled: bool,
    /// Why not settled.
    pub note: String,
}

impl Model {
    /// Computes everything that depends on inventory and decisions. Cheap enough to be done after every decision.
    pub fn derive(&mut self) {
        let Some(inventory) = &self.inventory else { return };
        let people: Vec<UsernamePerson<'_>> = inventory
            .roster
            .users
            .values()
            .map(|u| UsernamePerson {
                user: &u.user,
                old: &u.user_name,
                person: u.person.as_ref(),
            })
            .collect();
        let ours: BTreeMap<UserId, String> = inventory
            .new_users
            .iter()
            .filter(|(id, _)| !inventory.roster.users.contains_key(*id))
            .map(|(id, u)| (id.clone(), u.user_name.clone()))
            .collect();
        let of = |side: &'_ super::Side| side.schema.value().map(|s| s.variable.clone());
        let (old_variable, new_variable) = (of(&inventory.old), of(&inventory.new));
        let org = org_of();
        let new_template = TemplateOf {
            app: &inventory.new.app,
            variable: new_variable.as_deref(),
            org,
        };
        let old_template = TemplateOf {
            app: &inventory.old.app,
            variable: old_variable.as_deref(),
            org,
        };
        let predicted = usernames::predict(new_template, &people, &ours);
        self.calibration = usernames::calibrate(old_template, &people);
        self.names = self.planned_names(&predicted, &ours);
        self.usernames = predicted.into_iter().map(|p| (p.user.clone(), p)).collect();
        self.attributes = attribute_rows(inventory, &self.decisions.fills);
        self.troubles = troubles(inventory, &self.attributes, &self.names);
        // Whoever has been planned comes by this migration, or was counted when the plan was made.
        let planned: BTreeSet<&UserId> = self
            .plan
            .iter()
            .flat_map(|p| p.plan.people().map(|(_, p)| &p.user))
            .collect();
        let begun = self.decisions.waves.values().any(|w| w.started.is_some());
        let input = convert::compare_input(inventory, |u| begun && planned.contains(u));
        self.comparison = Some(compare(&input, Timestamp::now()));
    }

    fn planned_names(
        &self,
        predicted: &[Predicted],
        taken: &BTreeMap<UserId, String>,
    ) -> BTreeMap<UserId, PlannedName> {
        let mut names: BTreeMap<UserId, PlannedName> = predicted
            .iter()
            .map(|p| (p.user.clone(), self.planned_name(p)))
            .collect();
        // Choices can make two planned usernames meet that the template kept apart.
        let planned: Vec<(UserId, String)> = names
            .iter()
            .filter(|(u, n)| n.settled && !self.decisions.excluded.contains_key(*u))
            .filter_map(|(u, n)| Some((u.clone(), n.username.clone()?)))
            .collect();
        for (user, others) in collisions(planned.iter().map(|(u, n)| (u, n.as_str())), taken) {
            let with: Vec<String> = others.iter().map(|o| self.name_of(o)).collect();
            if let Some(name) = names.get_mut(&user) {
                name.settled = false;
                name.note = format!("Would have the same username as {}.", with.join(", "));
            }
        }
        names
    }

    fn planned_name(&self, predicted: &Predicted) -> PlannedName {
        let class = convert::username_class(predicted.class);
        let choice = self
            .decisions
            .usernames
            .get(&class)
            .copied()
            .unwrap_or(UsernameChoice::Open);
        if predicted.class == UsernameClass::Same {
            return PlannedName {
                username: predicted.predicted.clone(),
                settled: true,
                ..PlannedName::default()
            };
        }
        match choice {
            UsernameChoice::Open | UsernameChoice::Rule => PlannedName {
                note: open_words(predicted),
                ..PlannedName::default()
            },
            UsernameChoice::TakePredicted => {
                let sure = predicted.class != UsernameClass::Unknown;
                PlannedName {
                    username: predicted.predicted.clone().filter(|_| sure),
                    settled: !matches!(predicted.class, UsernameClass::Blank),
                    ..PlannedName::default()
                }
            }
            UsernameChoice::KeepOld if predicted.old.is_empty() => PlannedName {
                note: "The old app has no username for this person either.".to_owned(),
                ..PlannedName::default()
            },
            UsernameChoice::KeepOld => PlannedName {
                username: Some(predicted.old.clone()),
                explicit: true,
                settled: true,
                note: String::new(),
            },
        }
    }

    /// People who still need a decision, in the order of their ids.
    pub fn unsettled(&self) -> Vec<UserId> {
        self.names
            .iter()
            .filter(|(u, n)| !n.settled || self.troubles.contains_key(*u))
            .filter(|(u, _)| !self.decisions.excluded.contains_key(*u) && self.is_assignable(u))
            .map(|(u, _)| u.clone())
            .collect()
    }

    /// Okta gives apps to everybody but deactivated people (E0000117).
    pub fn is_assignable(&self, user: &UserId) -> bool {
        let found = self.inventory.as_ref().and_then(|i| i.roster.users.get(user));
        found
            .and_then(|u| u.person.as_ref())
            .is_none_or(rehome_domain::Person::is_assignable)
    }
}

/// A value that the new app would refuse: where Rehome sends it itself it can be left out, unless the app insists on one.
/// Where Okta's own mapping gives it, only the profile or the mapping can be mended.
fn troubles(
    inventory: &Inventory,
    rows: &[AttributeRow],
    names: &BTreeMap<UserId, PlannedName>,
) -> BTreeMap<UserId, (String, String)> {
    let mut out = BTreeMap::new();
    for (id, user) in &inventory.roster.users {
        let values = values_of(inventory, user, names.get(id));
        for (attribute, trouble) in problems_for(rows, &values) {
            let row = rows.iter().find(|r| r.attribute.name == attribute);
            let ours = row.is_some_and(|r| matches!(r.state, AttributeState::Confirmed | AttributeState::Guessed));
            let can_drop = ours && row.is_some_and(|r| !r.attribute.required);
            if !can_drop {
                out.entry(id.clone()).or_insert((attribute, trouble.words()));
            }
        }
    }
    out
}

fn open_words(predicted: &Predicted) -> String {
    if !predicted.note.is_empty() {
        return predicted.note.clone();
    }
    match predicted.class {
        UsernameClass::Same => String::new(),
        UsernameClass::CaseOnly => "Only upper and lower case differ.".to_owned(),
        UsernameClass::Different => "The template gives another username than the old app has.".to_owned(),
        UsernameClass::Blank => "The template gives no username.".to_owned(),
        UsernameClass::Collision => "The template gives two people the same username.".to_owned(),
        UsernameClass::Unknown => "What the template gives cannot be predicted.".to_owned(),
    }
}

fn attribute_rows(inventory: &Inventory, fills: &BTreeMap<String, view::Fill>) -> Vec<AttributeRow> {
    let (Some(old), Some(new)) = (inventory.old.schema.value(), inventory.new.schema.value()) else {
        return Vec::new();
    };
    let none = Vec::new();
    let choices: Choices = fills
        .iter()
        .map(|(name, fill)| (name.clone(), convert::fill(fill)))
        .collect();
    rows(&AttributeInput {
        old_schema: old,
        new_schema: new,
        old_mappings: inventory.old.mappings.value().unwrap_or(&none),
        new_mappings: inventory.new.mappings.value().unwrap_or(&none),
        template: inventory.new.app.username_template.as_ref(),
        choices: &choices,
    })
}

/// A person's values on both sides, as the mapper asks for them.
pub(crate) fn values_of<'a>(
    inventory: &'a Inventory,
    user: &'a AppUser,
    planned: Option<&'a PlannedName>,
) -> PersonValues<'a> {
    PersonValues {
        old_profile: &user.profile,
        old_username: &user.user_name,
        planned_username: planned.and_then(|p| p.username.as_deref()),
        person: user.person.as_ref(),
        new_settings: inventory.new.app.raw["settings"]["app"].as_object(),
        new_variable: inventory.new.schema.value().map(|s| s.variable.as_str()),
        org: org_of(),
    }
}

/// `org.` in expressions is not read yet: such expressions stay unpredictable, and are shown so.
pub(crate) fn org_of() -> rehome_domain::Org<'static> {
    rehome_domain::Org::default()
}
