//! Changes on the new app: what is offered, what was asked for, and where each stands.

use std::collections::{BTreeMap, BTreeSet};

use rehome_domain::{
    App,
    attributes::{OfferInput, mapping_offer},
    lines::Change,
};

use crate::{
    model::{Inventory, LineStand, Model, decisions::ApprovedLine},
    planning::not_read,
    problem::{Answer, bad_input},
    view::{LineCall, LineState, LineView, LineWish, Signed, Step, Tone},
};

/// Everything that is offered, asked for or approved, by the id of its line. What was approved stays as it was approved.
pub(crate) fn changes(model: &Model) -> BTreeMap<String, Change> {
    let tile = crate::cut_over::tile_offer(model);
    let offered = model
        .offers
        .iter()
        .chain(&tile)
        .map(|change| (change.id(), change.clone()));
    let asked = model.decisions.lines.iter().map(|(id, c)| (id.clone(), c.clone()));
    let approved = model.decisions.approved_lines.iter();
    let approved = approved.map(|(id, line)| (id.clone(), line.change.clone()));
    offered.chain(asked).chain(approved).collect()
}

/// The lines of one step's screen, those that wait for somebody first.
pub(crate) fn lines(model: &Model, step: Step) -> Vec<LineView> {
    let people = model.inventory.as_ref().map_or(0, |i| i.new_users.len());
    let Some(new) = model.inventory.as_ref().map(|i| &i.new.app) else {
        return Vec::new();
    };
    let all = changes(model).into_iter().filter(|(_, change)| step_of(change) == step);
    let mut views: Vec<LineView> = all.map(|(id, change)| line(model, new, people, id, &change)).collect();
    views.sort_by_key(|line| match line.state {
        LineState::Unknown | LineState::Failed => 0,
        LineState::Approved => 1,
        LineState::Offered => 2,
        LineState::Done | LineState::Undone => 3,
    });
    views
}

/// Made; or to be made back, which was refused or cut off.
pub(crate) fn may_go_back(model: &Model, id: &str) -> bool {
    match model.lines.get(id) {
        Some(LineStand::Done(_)) => true,
        Some(LineStand::Failed(_) | LineStand::Unknown(_)) => {
            let approved = model.decisions.approved_lines.get(id);
            model.decisions.lines_back.contains(id) && approved.is_some_and(|line| !line.again)
        }
        Some(LineStand::Undone | LineStand::Open) | None => false,
    }
}

/// Approved and not made yet.
pub(crate) fn waiting(model: &Model) -> usize {
    let approved = model.decisions.approved_lines.iter();
    approved.filter(|(id, line)| waits(model, id, line)).count()
}

/// What was made back stays back until it is approved once more.
pub(crate) fn waits(model: &Model, id: &str, line: &ApprovedLine) -> bool {
    match model.lines.get(id) {
        Some(LineStand::Done(_)) => false,
        // Made back, or on the way there.
        Some(_) if model.decisions.lines_back.contains(id) => line.again,
        Some(LineStand::Undone) => line.again,
        Some(LineStand::Failed(_) | LineStand::Unknown(_) | LineStand::Open) | None => true,
    }
}

pub(crate) fn step_of(change: &Change) -> Step {
    match change {
        Change::ShareKey { .. }
        | Change::UseKey { .. }
        | Change::AssignPolicy { .. }
        | Change::Feature { .. }
        | Change::Tile { .. } => Step::Compare,
        Change::MapAttribute { .. } | Change::AddAttribute { .. } | Change::UsernameTemplate { .. } => Step::Map,
    }
}

fn line(model: &Model, new: &App, people: usize, id: String, change: &Change) -> LineView {
    let approved = model.decisions.approved_lines.get(&id);
    let (state, words, tone) = match (model.lines.get(&id), approved) {
        (Some(LineStand::Done(_)), _) => (LineState::Done, "Made.".to_owned(), Tone::Good),
        (Some(LineStand::Undone), by) if by.is_none_or(|by| !by.again) => {
            (LineState::Undone, "Made back.".to_owned(), Tone::Neutral)
        }
        (Some(LineStand::Failed(why)), Some(_)) => (LineState::Failed, why.clone(), Tone::Bad),
        (Some(LineStand::Unknown(why)), _) => (
            LineState::Unknown,
            format!("{why} The next run looks before it does anything."),
            Tone::Review,
        ),
        (_, Some(by)) => (
            LineState::Approved,
            format!("Approved by {}, not made yet.", by.name),
            Tone::Info,
        ),
        (_, None) => (
            LineState::Offered,
            "Offered; nothing is changed yet.".to_owned(),
            Tone::Neutral,
        ),
    };
    let calls = change.calls(&new.id).into_iter().map(|call| LineCall {
        method: call.method.to_owned(),
        path: call.path,
        body: call
            .body
            .map(|body| serde_json::to_string_pretty(&body).unwrap_or_default()),
    });
    LineView {
        step: step_of(change),
        title: change.title(),
        what: change.what(),
        buys: change.buys(),
        warnings: change.warnings(people),
        calls: calls.collect(),
        words,
        tone,
        approved: approved.map(|by| Signed {
            name: by.name.clone(),
            at: by.at.to_string(),
            note: String::new(),
        }),
        undo_words: change.undo_words(),
        // Taking an attribute away would take its values away: that is done in Okta, by hand.
        can_undo: may_go_back(model, &id)
            && change.undo().is_some()
            && match change {
                Change::AddAttribute { .. } => false,
                Change::Tile { .. } => crate::cut_over::may_touch_tiles(model),
                _ => true,
            },
        state,
        id,
    }
}

/// The changes that a wish asks for: one for each user type.
pub(crate) fn wished(model: &Model, wish: &LineWish) -> Answer<Vec<Change>> {
    let inventory = model.inventory.as_ref().ok_or_else(not_read)?;
    match wish {
        LineWish::Mapping {
            attribute,
            expression,
            push,
        } => mapping(model, inventory, attribute, expression.as_deref(), *push),
        LineWish::Attribute { name } => attribute(inventory, name),
        LineWish::Template { template, custom } => template_change(inventory, template, *custom),
    }
}

fn mapping(
    model: &Model,
    inventory: &Inventory,
    attribute: &str,
    expression: Option<&str>,
    push: bool,
) -> Answer<Vec<Change>> {
    let known = inventory.new.schema.value().and_then(|s| s.attribute(attribute));
    if known.is_none() && !model.decisions.lines.values().any(|c| adds(c, attribute)) {
        return Err(bad_input("The new app has no such attribute", "Read the apps again."));
    }
    if attribute == "userName" {
        return Err(bad_input(
            "The username has no mapping",
            "Its template decides. Ask for another template instead.",
        ));
    }
    if let Some(text) = expression {
        check(text, false)?;
    }
    let mappings = inventory.new.mappings.value().map(Vec::as_slice).unwrap_or_default();
    let changes: Vec<Change> = mappings
        .iter()
        .map(|mapping| Change::MapAttribute {
            mapping: mapping.id.clone(),
            attribute: attribute.to_owned(),
            expression: expression.map(str::to_owned),
            push,
            was: mapping.properties.get(attribute).cloned(),
        })
        .filter(|change| !changes_nothing(change))
        .collect();
    if changes.is_empty() {
        return Err(bad_input(
            "This would change nothing",
            "The new app's mapping is like that already, or the app has no mapping that can be read.",
        ));
    }
    Ok(changes)
}

fn changes_nothing(change: &Change) -> bool {
    match change {
        Change::MapAttribute {
            expression, push, was, ..
        } => match (expression, was) {
            (None, None) => true,
            (Some(text), Some(was)) => was.expression == *text && (was.push_status == "PUSH") == *push,
            _ => false,
        },
        _ => false,
    }
}

fn adds(change: &Change, attribute: &str) -> bool {
    matches!(change, Change::AddAttribute { name, .. } if name == attribute)
}

fn attribute(inventory: &Inventory, name: &str) -> Answer<Vec<Change>> {
    let old = inventory.old.schema.value().and_then(|s| s.attribute(name));
    let old = old.ok_or_else(|| bad_input("The old app has no such attribute", "Read the apps again."))?;
    let new = inventory.new.schema.value();
    if new.is_none_or(|s| s.attribute(name).is_some()) {
        return Err(bad_input(
            "The new app has this attribute already, or its attributes could not be read",
            "Read the apps again.",
        ));
    }
    let mut definition = old.raw.clone();
    if let Some(definition) = definition.as_object_mut() {
        // Okta answers these and takes them from nobody (api-facts 9.1).
        ["master", "permissions", "mutability"]
            .iter()
            .for_each(|key| drop(definition.remove(*key)));
    }
    Ok(vec![Change::AddAttribute {
        name: name.to_owned(),
        definition,
    }])
}

fn template_change(inventory: &Inventory, template: &str, custom: bool) -> Answer<Vec<Change>> {
    check(template, !custom)?;
    if template.trim().is_empty() || template.chars().count() > 1024 {
        return Err(bad_input(
            "A username template has 1 to 1,024 characters",
            "For example: String.toLowerCase(user.email).",
        ));
    }
    let kind = if custom { "CUSTOM" } else { "BUILT_IN" };
    let was = inventory.new.app.username_template.as_ref();
    let was = was.map(|w| (w.template.clone(), w.kind.clone()));
    if was
        .as_ref()
        .is_some_and(|(was, was_kind)| was == template && was_kind == kind)
    {
        return Err(bad_input(
            "This would change nothing",
            "The new app has this template already.",
        ));
    }
    Ok(vec![Change::UsernameTemplate {
        template: template.to_owned(),
        kind: kind.to_owned(),
        was,
    }])
}

fn check(text: &str, template: bool) -> Answer<()> {
    let parsed = if template {
        rehome_expression::Expression::template(text)
    } else {
        rehome_expression::Expression::parse(text)
    };
    parsed.map(drop).map_err(|wrong| {
        bad_input(
            "This is not an expression that Okta would take",
            format!("At character {}: {}", wrong.at + 1, wrong.message),
        )
    })
}

/// "user.department, as on the old app": the mapping that the old app has for an attribute and the new one lacks.
pub(crate) fn offer_for(inventory: &Inventory, old_attribute: &str, new_attribute: &str) -> Option<String> {
    let none = Vec::new();
    let variable = |side: &crate::model::Side| side.schema.value().map(|s| s.variable.clone()).unwrap_or_default();
    let offers = mapping_offer(&OfferInput {
        old_mappings: inventory.old.mappings.value().unwrap_or(&none),
        new_mappings: inventory.new.mappings.value().unwrap_or(&none),
        old_variable: &variable(&inventory.old),
        new_variable: &variable(&inventory.new),
        old_attribute,
        new_attribute,
    });
    offers.into_iter().next().map(|offer| offer.expression)
}

/// Attributes of the old app that the new one lacks and that can be added.
pub(crate) fn missing(inventory: &Inventory) -> Vec<String> {
    let (Some(old), Some(new)) = (inventory.old.schema.value(), inventory.new.schema.value()) else {
        return Vec::new();
    };
    let there: BTreeSet<&str> = new.attributes.iter().map(|a| a.name.as_str()).collect();
    let lacking = old.attributes.iter().filter(|a| !there.contains(a.name.as_str()));
    lacking.map(|a| a.name.clone()).collect()
}
