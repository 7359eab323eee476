//! Okta's mappings as texts: the same expression on the other app, and the offer to make it.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::AttributeRow;
use crate::{Attribute, Mapping, Schema};

/// A change of the new app's mapping that would fill an attribute as the old app does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappingOffer {
    /// Id of the mapping onto the new app that is changed.
    pub mapping: String,
    /// User type for which it holds.
    pub user_type: String,
    pub attribute: String,
    pub expression: String,
    /// Okta keeps it current; otherwise it is filled once, when a person gets the app.
    pub push: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct OfferInput<'a> {
    pub old_mappings: &'a [Mapping],
    pub new_mappings: &'a [Mapping],
    pub old_variable: &'a str,
    pub new_variable: &'a str,
    pub old_attribute: &'a str,
    pub new_attribute: &'a str,
}

/// What to map on the new app as the old app does, for each user type for which the new app maps nothing. Okta does not
/// apply a changed mapping to people who have the app already (api-facts 9.3), so it is made before anybody is assigned.
pub fn mapping_offer(input: &OfferInput<'_>) -> Vec<MappingOffer> {
    let offer = |new: &Mapping| {
        if new.properties.contains_key(input.new_attribute) {
            return None;
        }
        let old = input.old_mappings.iter().find(|old| old.source_id == new.source_id)?;
        let property = old.properties.get(input.old_attribute)?;
        Some(MappingOffer {
            mapping: new.id.clone(),
            user_type: new.source_id.clone(),
            attribute: input.new_attribute.to_owned(),
            expression: renamed_variable(&property.expression, input.old_variable, input.new_variable),
            push: property.push_status == "PUSH",
        })
    };
    input.new_mappings.iter().filter_map(offer).collect()
}

/// The expression with the old app's variable, and that of its settings, exchanged for the new app's. Texts in quotes
/// stay as they are.
pub fn renamed_variable(text: &str, old: &str, new: &str) -> String {
    if old.is_empty() || new.is_empty() || old == new {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let settings = format!("{old}_app");
    let mut after_dot = false;
    for (word, is_name) in words(text) {
        match word {
            _ if !is_name || after_dot => out.push_str(word),
            _ if word == old => out.push_str(new),
            _ if word == settings => {
                out.push_str(new);
                out.push_str("_app");
            }
            _ => out.push_str(word),
        }
        after_dot = word.ends_with('.');
    }
    out
}

/// Names of functions that an expression calls.
pub(super) fn functions(text: &str) -> BTreeSet<&str> {
    let words: Vec<(&str, bool)> = words(text).collect();
    let calls = words.windows(2).filter(|pair| pair[0].1 && pair[1].0.starts_with('('));
    calls.map(|pair| pair[0].0).collect()
}

/// The text in pieces: names, texts in quotes, single other characters. All of them together are the text.
fn words(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let in_name = |c: char| c == '_' || c.is_alphanumeric();
        let (end, is_name) = if in_name(first) {
            (rest.find(|c| !in_name(c)).unwrap_or(rest.len()), true)
        } else if first == '"' || first == '\'' {
            let close = rest[1..].find(first).map_or(rest.len(), |at| at + 2);
            (close, false)
        } else {
            (first.len_utf8(), false)
        };
        let (word, left) = rest.split_at(end);
        rest = left;
        Some((word, is_name))
    })
}

/// An attribute that the new app lacks, as a change of its schema.
#[derive(Clone, Debug, PartialEq)]
pub struct SchemaOffer {
    pub attribute: String,
    pub title: String,
    /// For `POST /api/v1/meta/schemas/apps/{app}/default`, which merges (api-facts 9.1).
    pub body: Value,
}

/// Custom attributes of the old app that nothing on the new app stands for. They are offered as they are, except that they
/// are not required: a required attribute without values keeps Okta from assigning anybody.
pub fn schema_offers(old: &Schema, new: &Schema, rows: &[AttributeRow]) -> Vec<SchemaOffer> {
    const KEPT: [&str; 15] = [
        "title",
        "description",
        "type",
        "items",
        "enum",
        "oneOf",
        "scope",
        "union",
        "minLength",
        "maxLength",
        "format",
        "pattern",
        "externalName",
        "externalNamespace",
        "mutability",
    ];
    let stands_for = |name: &str| {
        new.attribute(name).is_some()
            || rows
                .iter()
                .any(|row| row.counterpart.as_ref().is_some_and(|old| old.name == name))
    };
    let offer = |attribute: &Attribute| {
        let kept = KEPT.iter().filter_map(|key| {
            let value = attribute.raw.get(*key).filter(|value| !value.is_null())?;
            Some(((*key).to_owned(), value.clone()))
        });
        let property: Map<String, Value> = kept.collect();
        SchemaOffer {
            attribute: attribute.name.clone(),
            title: attribute.title.clone(),
            body: json!({"definitions": {"custom": {"id": "#custom", "type": "object",
                "properties": {attribute.name.as_str(): property}}}}),
        }
    };
    let missing = old.attributes.iter().filter(|a| a.custom && !stands_for(&a.name));
    missing.map(offer).collect()
}
