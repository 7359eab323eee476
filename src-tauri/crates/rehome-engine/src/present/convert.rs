//! Between the domain's types and the window's.

use rehome_domain::{
    CheckOutcome, Reading, Scope, UserId, attributes,
    compare::{self, CompareInput, PeopleCount, Policy, PushMapping},
    usernames,
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

/// `ours`: people whom this migration gave the new app; they are no news about it.
pub(crate) fn compare_input(inventory: &Inventory, ours: impl Fn(&UserId) -> bool) -> CompareInput {
    let users: Vec<_> = inventory.roster.users.values().collect();
    let new_users: Vec<_> = inventory.new_users.values().filter(|u| !ours(&u.user)).collect();
    CompareInput {
        engine: inventory.engine,
        old: side(&inventory.old, &users, inventory.roster.groups.len()),
        new: side(&inventory.new, &new_users, inventory.new_groups.len()),
    }
}

fn side(from: &Side, users: &[&rehome_domain::AppUser], groups: usize) -> compare::Side {
    let through_groups = users.iter().filter(|u| u.scope == Scope::Group).count();
    compare::Side {
        app: from.app.clone(),
        schema: from.schema.clone(),
        mappings: from.mappings.clone(),
        keys: from.keys.clone(),
        metadata: from.metadata.clone(),
        policy: map(&from.policy, |(raw, rules)| {
            Policy::read(raw.clone(), Some(rules.len()))
        }),
        people: Reading::Read(PeopleCount {
            individually: users.len() - through_groups,
            through_groups,
        }),
        groups: Reading::Read(groups),
        push: map(&from.push, |all| all.iter().cloned().map(PushMapping::read).collect()),
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
        From::Different => view::UsernameClass::Different,
        From::Blank => view::UsernameClass::Blank,
        From::Collision => view::UsernameClass::Collision,
        From::Unknown => view::UsernameClass::Unknown,
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
        view::Fill::Expression { .. } => attributes::Fill::Nothing,
        view::Fill::Nothing => attributes::Fill::Nothing,
    }
}

pub(crate) fn fill_view(fill: &attributes::Fill) -> view::Fill {
    match fill.clone() {
        attributes::Fill::Okta { expression } => view::Fill::Okta { expression },
        attributes::Fill::OldAttribute { name } => view::Fill::OldAttribute { name },
        attributes::Fill::Constant { value } => view::Fill::Constant { value },
        attributes::Fill::Nothing => view::Fill::Nothing,
    }
}
