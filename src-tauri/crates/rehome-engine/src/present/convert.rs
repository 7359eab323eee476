//! Between the domain's types and the window's.

use rehome_domain::{
    CheckOutcome, Reading, Scope, UserId, attributes,
    compare::{self, CompareInput, PeopleCount, Policy, PushMapping},
    usernames, vendor,
};

use crate::{
    model::{Inventory, Side},
    view,
};

pub(crate) fn engine(engine: view::OrgEngine) -> compare::Engine {
    match engine {
        view::OrgEngine::Classic => compare::Engine::Classic,
        view::OrgEngine::IdentityEngine | view::OrgEngine::Unknown => compare::Engine::Identity,
    }
}

/// `answer`: what the admin said of identity providers. `ours`: people whom this migration gave the new app; they are no news
/// about it.
pub(crate) fn compare_input(
    inventory: &Inventory,
    answer: Option<view::IdentityProviders>,
    ours: impl Fn(&UserId) -> bool,
) -> CompareInput {
    let users: Vec<_> = inventory.roster.users.values().collect();
    let new_users: Vec<_> = inventory.new_users.values().filter(|u| !ours(&u.user)).collect();
    let card = vendor::card_for(&inventory.new.app);
    let attached = Reading::Read(inventory.attached.clone());
    CompareInput {
        attached,
        unreadable: inventory.unreadable.clone(),
        names: names(inventory),
        identity_providers: answer.map(identity_providers),
        card_says: card.map_or_else(Default::default, |c| card_says(c.identity_providers.holds)),
        card_words: card.map(|c| c.identity_providers.words.clone()).unwrap_or_default(),
        ..CompareInput::new(
            inventory.engine,
            side(&inventory.old, &users, &inventory.roster.groups),
            side(&inventory.new, &new_users, &inventory.new_groups),
        )
    }
}

/// Names by id, as far as they were read.
fn names(inventory: &Inventory) -> std::collections::BTreeMap<String, String> {
    let groups = inventory.roster.groups.iter().chain(&inventory.new_groups);
    let groups = groups.map(|g| (g.id.to_string(), g.name.clone()));
    let pushed = inventory.old.push_names.iter().chain(&inventory.new.push_names);
    let attached = inventory.attached.iter().map(|a| (a.id.clone(), a.name.clone()));
    attached
        .chain(pushed.map(|(id, name)| (id.clone(), name.clone())))
        .chain(groups)
        .filter(|(id, name)| !id.is_empty() && !name.is_empty())
        .collect()
}

pub(crate) fn identity_providers(from: view::IdentityProviders) -> compare::IdentityProviders {
    match from {
        view::IdentityProviders::One => compare::IdentityProviders::One,
        view::IdentityProviders::Several => compare::IdentityProviders::Several,
        view::IdentityProviders::Unknown => compare::IdentityProviders::Unknown,
    }
}

fn card_says(holds: vendor::Holds) -> compare::IdentityProviders {
    match holds {
        vendor::Holds::One => compare::IdentityProviders::One,
        vendor::Holds::Several => compare::IdentityProviders::Several,
        vendor::Holds::Unknown => compare::IdentityProviders::Unknown,
    }
}

/// An app without its people and groups.
pub(crate) fn settings(from: &Side) -> compare::Side {
    compare::Side {
        schema: from.schema.clone(),
        mappings: from.mappings.clone(),
        keys: from.keys.clone(),
        metadata: from.metadata.clone(),
        policy: map(&from.policy, |(raw, rules)| {
            Policy::with_rules(raw.clone(), rules.clone())
        }),
        push: map(&from.push, |all| all.iter().map(|raw| push(from, raw)).collect()),
        feature_objects: from.features.clone(),
        connection: from.connection.clone(),
        ..compare::Side::new(from.app.clone())
    }
}

fn push(from: &Side, raw: &serde_json::Value) -> PushMapping {
    let mapping = PushMapping::read(raw.clone());
    let name = |id: &str| from.push_names.get(id).cloned();
    PushMapping {
        source_name: name(&mapping.source_group),
        target_name: name(&mapping.target_group).or(mapping.target_name),
        ..mapping
    }
}

fn side(from: &Side, users: &[&rehome_domain::AppUser], groups: &[rehome_domain::AppGroup]) -> compare::Side {
    let through_groups = users.iter().filter(|u| u.scope() == Scope::Group).count();
    let assigned = groups.iter().map(|g| (g.id.clone(), g.name.clone()));
    compare::Side {
        people: Reading::Read(PeopleCount {
            individually: users.len() - through_groups,
            through_groups,
            without_external_id: users.iter().filter(|u| u.external_id.is_none()).count(),
        }),
        groups: Reading::Read(groups.len()),
        assigned_groups: Reading::Read(assigned.collect()),
        ..settings(from)
    }
}

fn map<T, U>(reading: &Reading<T>, to: impl FnOnce(&T) -> U) -> Reading<U> {
    match reading {
        Reading::Read(value) => Reading::Read(to(value)),
        Reading::Unreadable { why } => Reading::Unreadable { why: why.clone() },
        Reading::NotApplicable => Reading::NotApplicable,
    }
}

pub(crate) fn spans(spans: &[compare::Span]) -> Vec<view::Span> {
    spans
        .iter()
        .map(|s| view::Span {
            text: s.text.clone(),
            differs: s.differs,
        })
        .collect()
}

pub(crate) fn step(step: compare::Step) -> view::Step {
    match step {
        compare::Step::Compare => view::Step::Compare,
        compare::Step::Map => view::Step::Map,
        compare::Step::Pilot => view::Step::Pilot,
        compare::Step::Waves => view::Step::Waves,
        compare::Step::Retire => view::Step::Retire,
        compare::Step::Delete => view::Step::Delete,
    }
}

pub(crate) fn row_outcome(outcome: compare::RowOutcome) -> view::RowOutcome {
    use compare::RowOutcome as From;
    match outcome {
        From::Same => view::RowOutcome::Same,
        From::DiffersAsItMust => view::RowOutcome::DiffersAsItMust,
        From::NeedsReview => view::RowOutcome::NeedsReview,
        From::Blocked => view::RowOutcome::Blocked,
        From::OnlyInOld => view::RowOutcome::OnlyInOld,
        From::OnlyInNew => view::RowOutcome::OnlyInNew,
        From::CouldNotBeRead => view::RowOutcome::CouldNotBeRead,
    }
}

pub(crate) fn check_outcome(outcome: CheckOutcome) -> view::CheckOutcome {
    match outcome {
        CheckOutcome::Passed => view::CheckOutcome::Passed,
        CheckOutcome::NeedsReview => view::CheckOutcome::NeedsReview,
        CheckOutcome::Blocked => view::CheckOutcome::Blocked,
        CheckOutcome::Attest => view::CheckOutcome::Attest,
        CheckOutcome::Unknown => view::CheckOutcome::Unknown,
    }
}

/// Words and tone of an outcome, the same on every screen.
pub(crate) fn outcome_words(outcome: CheckOutcome) -> (&'static str, view::Tone) {
    match outcome {
        CheckOutcome::Passed => ("Passed", view::Tone::Good),
        CheckOutcome::NeedsReview => ("Needs review", view::Tone::Review),
        CheckOutcome::Blocked => ("Blocked", view::Tone::Bad),
        CheckOutcome::Attest => ("Look and say", view::Tone::Review),
        CheckOutcome::Unknown => ("Could not be read", view::Tone::Review),
    }
}

pub(crate) fn username_class(class: usernames::UsernameClass) -> view::UsernameClass {
    use usernames::UsernameClass as From;
    match class {
        From::Same => view::UsernameClass::Same,
        From::CaseOnly => view::UsernameClass::CaseOnly,
        From::UnicodeForm => view::UsernameClass::UnicodeForm,
        From::Domain => view::UsernameClass::Domain,
        From::Different => view::UsernameClass::Different,
        From::Blank => view::UsernameClass::Blank,
        From::TooLong => view::UsernameClass::TooLong,
        From::Collision => view::UsernameClass::Collision,
        From::Unknown => view::UsernameClass::Unknown,
    }
}

pub(crate) fn class_of(class: view::UsernameClass) -> usernames::UsernameClass {
    use view::UsernameClass as From;
    match class {
        From::Same => usernames::UsernameClass::Same,
        From::CaseOnly => usernames::UsernameClass::CaseOnly,
        From::UnicodeForm => usernames::UsernameClass::UnicodeForm,
        From::Domain => usernames::UsernameClass::Domain,
        From::Different => usernames::UsernameClass::Different,
        From::Blank => usernames::UsernameClass::Blank,
        From::TooLong => usernames::UsernameClass::TooLong,
        From::Collision => usernames::UsernameClass::Collision,
        From::Unknown => usernames::UsernameClass::Unknown,
    }
}

pub(crate) fn attribute_state(state: attributes::AttributeState) -> view::AttributeState {
    use attributes::AttributeState as From;
    match state {
        From::ByOkta => view::AttributeState::ByOkta,
        From::Guessed => view::AttributeState::Guessed,
        From::Confirmed => view::AttributeState::Confirmed,
        From::Excluded => view::AttributeState::Excluded,
    }
}

pub(crate) fn fill(fill: &view::Fill) -> attributes::Fill {
    match fill.clone() {
        view::Fill::Okta { expression } => attributes::Fill::Okta { expression },
        view::Fill::OldAttribute { name } => attributes::Fill::OldAttribute { name },
        view::Fill::Constant { value } => attributes::Fill::Constant { value },
        view::Fill::Expression { text } => attributes::Fill::Expression { text },
        view::Fill::Nothing => attributes::Fill::Nothing,
    }
}

pub(crate) fn fill_view(fill: &attributes::Fill) -> view::Fill {
    match fill.clone() {
        attributes::Fill::Okta { expression } => view::Fill::Okta { expression },
        attributes::Fill::OldAttribute { name } => view::Fill::OldAttribute { name },
        attributes::Fill::Constant { value } => view::Fill::Constant { value },
        attributes::Fill::Expression { text } => view::Fill::Expression { text },
        attributes::Fill::Nothing => view::Fill::Nothing,
    }
}
