//! What follows from inventory and decisions: findings, predicted usernames, attribute rows, planned usernames, and what a look
//! at everybody shows.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rehome_domain::{
    AppUser, CheckOutcome, Org, UserId,
    attributes::{
        AttributeInput, AttributeRow, AttributeState, CalibrateInput, Choices, PersonValues, ProblemKind, StoredPerson,
        Survey, ValueProblem, calibrate, confidence, count_values, map_findings, rows,
    },
    compare::{Finding, LinkTo, compare},
    effective::{Overview, group_profiles},
    lines,
    usernames::{self, ClassChoice, Names, Naming, Predictions, TemplateOf, UsernameChoices, UsernamePerson},
    vendor::Folding,
};

use super::{Decisions, Inventory, Model};
use crate::{present::convert, view::UsernameChoice};

impl Model {
    /// Computes everything that depends on inventory and decisions. Cheap enough to be done after every decision.
    pub fn derive(&mut self) {
        self.pilot_field = None;
        let Some(inventory) = self.inventory.take() else { return };
        self.people(&inventory);
        self.look(&inventory);
        self.inventory = Some(inventory);
        self.refute();
        self.compare();
    }

    /// What the comparison finds; without people, so that a decision about findings alone costs little.
    pub fn compare(&mut self) {
        let Some(inventory) = &self.inventory else { return };
        // Whoever has been planned comes by this migration, or was counted when the plan was made.
        let planned: BTreeSet<&UserId> = self
            .plan
            .iter()
            .flat_map(|p| p.plan.people().map(|(_, p)| &p.user))
            .collect();
        let begun = self.decisions.waves.values().any(|w| w.started.is_some());
        let input = convert::compare_input(inventory, self.decisions.identity, |u| begun && planned.contains(u));
        let now = Timestamp::now();
        self.offers = lines::offers(&input, now);
        self.comparison = Some(compare(&input, now));
    }

    fn people(&mut self, inventory: &Inventory) {
        // Made anew for everybody; the old ones beside them would double them.
        self.usernames = Predictions::default();
        self.names = Names::default();
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
        let taken: BTreeMap<UserId, String> = inventory
            .new_users
            .iter()
            .filter(|(id, _)| !inventory.roster.users.contains_key(id))
            .map(|(id, u)| (id.clone(), u.user_name.to_string()))
            .collect();
        let folding = inventory.folding();
        let fold = |name: &str| folding.fold(name).into_owned();
        let predicted = usernames::predict(inventory.template_of(false), &people, &taken, &fold);
        self.calibration = usernames::calibrate(inventory.template_of(true), &people);
        let decisions = &self.decisions;
        let name = |user: &UserId| inventory.name_of(user);
        let names = usernames::plan(&Naming {
            predicted: &predicted,
            choices: &username_choices(decisions),
            taken: &taken,
            excluded: &|user| decisions.excluded.contains_key(user),
            people: &people,
            of: inventory.template_of(false),
            name: &name,
            fold: &fold,
        });
        self.names = Names::new(names, |user| {
            inventory.roster.users.get(user).map(|known| &known.user_name)
        });
        self.usernames = Predictions::new(predicted);
        self.attributes(inventory);
    }

    fn attributes(&mut self, inventory: &Inventory) {
        let (Some(old), Some(new)) = (inventory.old.schema.value(), inventory.new.schema.value()) else {
            self.attributes.clear();
            self.troubles.clear();
            self.survey = Survey::default();
            self.groups = group_profiles(&self.attributes, &inventory.roster.groups);
            self.differences = self.overview(inventory).differences;
            return;
        };
        let none = Vec::new();
        let choices = choices(&self.decisions);
        let input = AttributeInput {
            old_schema: old,
            new_schema: new,
            old_mappings: inventory.old.mappings.value().unwrap_or(&none),
            new_mappings: inventory.new.mappings.value().unwrap_or(&none),
            template: inventory.new.app.username_template.as_ref(),
            choices: &choices,
        };
        self.attributes = rows(&input);
        self.groups = group_profiles(&self.attributes, &inventory.roster.groups);
        let Overview {
            survey: seen,
            differences,
        } = self.overview(inventory);
        self.differences = differences;
        count_values(&mut self.attributes, &seen);
        self.attribute_calibration = calibrate(
            &CalibrateInput {
                old_schema: old,
                old_mappings: input.old_mappings,
                old_settings: inventory.old.app.raw["settings"]["app"].as_object(),
                org: inventory.org(),
            },
            inventory.roster.users.values().map(|user| StoredPerson {
                user: &user.user,
                profile: &user.profile,
                person: user.person.as_ref(),
            }),
        );
        self.confidence = confidence(&input, &self.attribute_calibration);
        let name = |user: &UserId| inventory.name_of(user);
        self.map_findings = map_findings(&self.calibration, &self.attribute_calibration, &name);
        self.map_findings.extend(self.misshapen(inventory));
        self.troubles = troubles(&self.attributes, &seen);
        self.survey = seen;
    }

    /// People who still need a decision, in the order of their ids.
    pub fn unsettled(&self) -> Vec<UserId> {
        let mut found: BTreeSet<&UserId> = self
            .names
            .iter()
            .filter(|(_, name)| !name.settled)
            .map(|(user, _)| user)
            .chain(self.troubles.keys())
            .collect();
        found.retain(|user| !self.decisions.excluded.contains_key(*user) && self.is_assignable(user));
        found.into_iter().cloned().collect()
    }

    /// Okta gives apps to everybody but deactivated people (E0000117).
    pub fn is_assignable(&self, user: &UserId) -> bool {
        let found = self.inventory.as_ref().and_then(|i| i.roster.users.get(user));
        found
            .and_then(|u| u.person.as_ref())
            .is_none_or(rehome_domain::Person::is_assignable)
    }
}

impl Model {
    /// Usernames that the service would not take, by the card of its vendor.
    fn misshapen(&self, inventory: &Inventory) -> Option<Finding> {
        let card = rehome_domain::vendor::card_for(&inventory.new.app)?;
        let settled = self.moved(inventory).filter_map(|user| {
            let name = self
                .names
                .username(user)
                .filter(|_| self.names.is_settled(&user.user))?;
            Some((user, card.usernames.problem(name)?))
        });
        let found: Vec<(&AppUser, String)> = settled.collect();
        let (_, why) = found.first()?;
        let shown: Vec<String> = found
            .iter()
            .take(3)
            .map(|(user, _)| inventory.name_of(&user.user))
            .collect();
        Some(Finding {
            id: "username-shape".to_owned(),
            title: format!("{} would not take {} of the usernames", card.vendor, found.len()),
            outcome: CheckOutcome::NeedsReview,
            blocks: None,
            what: format!("{why}. For example: {}.", shown.join(", ")),
            why: "Provisioning fails for these people, or the sign-in does.".to_owned(),
            mend: "Give them another username: by another template, by a rule, by hand or by CSV.".to_owned(),
            evidence: card
                .usernames
                .source
                .iter()
                .map(|url| format!("Source: {url}, read {}", card.read))
                .collect(),
            link: LinkTo::None,
            can_skip: true,
        })
    }
}

/// A value that the new app would refuse: where Rehome sends it itself it can be left out, unless the app insists on one.
/// Where Okta's own mapping gives it, only the profile or the mapping can be mended.
fn troubles(rows: &[AttributeRow], seen: &Survey) -> BTreeMap<UserId, (String, String)> {
    let cannot_drop: BTreeSet<&str> = rows
        .iter()
        .filter(|row| {
            let ours = matches!(row.state, AttributeState::Confirmed | AttributeState::Guessed);
            !ours || row.attribute.required
        })
        .map(|row| row.attribute.name.as_str())
        .collect();
    let first = |(user, troubles): (&UserId, &Vec<(String, ValueProblem)>)| {
        let (attribute, trouble) = troubles.iter().find(|(attribute, trouble)| {
            trouble.kind() != ProblemKind::NotSure && cannot_drop.contains(attribute.as_str())
        })?;
        Some((user.clone(), (attribute.clone(), trouble.words())))
    };
    seen.troubles.iter().filter_map(first).collect()
}

fn username_choices(decisions: &Decisions) -> UsernameChoices {
    let by_class = decisions.usernames.iter().map(|(class, choice)| {
        let choice = match choice {
            UsernameChoice::Open => ClassChoice::Open,
            UsernameChoice::TakePredicted => ClassChoice::TakePredicted,
            UsernameChoice::KeepOld => ClassChoice::KeepOld,
            UsernameChoice::Rule => match decisions.username_rules.get(class) {
                Some(expression) => ClassChoice::Rule {
                    expression: expression.clone(),
                },
                None => ClassChoice::Open,
            },
        };
        (convert::class_of(*class), choice)
    });
    UsernameChoices {
        by_class: by_class.collect(),
        by_person: decisions.usernames_of.clone(),
    }
}

fn choices(decisions: &Decisions) -> Choices {
    let fills = decisions.fills.iter();
    Choices {
        fills: fills.map(|(name, fill)| (name.clone(), convert::fill(fill))).collect(),
        values: decisions.value_matches.clone(),
        per_person: decisions.values_of.clone(),
    }
}

/// What the values of one person are made from.
pub(crate) fn values_of<'a>(
    inventory: &'a Inventory,
    decisions: &'a Decisions,
    user: &'a AppUser,
    names: &'a Names,
) -> PersonValues<'a> {
    PersonValues {
        old_profile: &user.profile,
        old_username: &user.user_name,
        planned_username: names.username(user).map(|name| &**name),
        person: user.person.as_ref(),
        new_settings: inventory.new.app.raw["settings"]["app"].as_object(),
        new_variable: inventory.new.schema.value().map(|s| s.variable.as_str()),
        org: inventory.org(),
        overrides: decisions.values_of.get(&user.user),
    }
}

impl Inventory {
    /// `org.` in expressions.
    pub fn org(&self) -> Org<'_> {
        Org {
            name: self.org_name.as_deref(),
            sub_domain: self.org_sub_domain.as_deref(),
            external_key: None,
        }
    }

    pub fn template_of(&self, old: bool) -> TemplateOf<'_> {
        let side = if old { &self.old } else { &self.new };
        TemplateOf {
            app: &side.app,
            variable: side.schema.value().map(|s| s.variable.as_str()),
            org: self.org(),
        }
    }

    /// How the service compares usernames, by the card of its vendor.
    pub fn folding(&self) -> Folding {
        Folding::of(rehome_domain::vendor::card_for(&self.new.app))
    }

    pub fn name_of(&self, user: &UserId) -> String {
        let person = self.roster.users.get(user).and_then(|u| u.person.as_ref());
        person.map_or_else(|| user.to_string(), |p| p.name().into_owned())
    }
}
