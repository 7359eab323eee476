//! Attributes of an app, and the mappings that fill them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{ShapeError, id_of, plain, some_text, text, texts};

/// The app user schema (api-facts 9.1).
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    /// The variable that names this instance in expressions.
    pub variable: String,
    /// In Okta's order: base attributes first.
    pub attributes: Vec<Attribute>,
    pub raw: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    pub name: String,
    pub title: String,
    /// string, boolean, number, integer, array, object; empty where Okta says nothing.
    pub kind: String,
    /// Type of the items of an array.
    pub item_kind: Option<String>,
    pub required: bool,
    pub custom: bool,
    /// Allowed values, as (constant, title).
    pub choices: Vec<(Value, String)>,
    pub external_name: Option<String>,
    /// SELF: individual assignment only. NONE: may also be set on the group assignment.
    pub scope: Option<String>,
    /// Arrays: values of all groups are joined.
    pub union: bool,
    pub min_length: Option<u64>,
    pub max_length: Option<u64>,
    pub format: Option<String>,
    pub mutability: Option<String>,
    pub raw: Value,
}

impl Schema {
    /// Never fails: an instance without a schema has no attributes.
    pub fn read(raw: Value) -> Self {
        let mut attributes = Vec::new();
        for (part, custom) in [("base", false), ("custom", true)] {
            let definition = &raw["definitions"][part];
            let required = texts(&definition["required"]);
            for (name, property) in definition["properties"].as_object().into_iter().flatten() {
                attributes.push(Attribute::read(name, property, custom, required.contains(name)));
            }
        }
        Self {
            variable: text(&raw["name"]),
            attributes,
            raw,
        }
    }

    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|a| a.name == name)
    }
}

impl Attribute {
    fn read(name: &str, raw: &Value, custom: bool, listed_as_required: bool) -> Self {
        let enumeration = if raw["enum"].is_array() || raw["oneOf"].is_array() {
            raw
        } else {
            &raw["items"]
        };
        let titles = enumeration["oneOf"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut choices: Vec<(Value, String)> = titles
            .iter()
            .filter(|one| one.get("const").is_some())
            .map(|one| {
                (
                    one["const"].clone(),
                    some_text(&one["title"]).unwrap_or_else(|| plain(&one["const"])),
                )
            })
            .collect();
        if choices.is_empty() {
            let values = enumeration["enum"].as_array().map(Vec::as_slice).unwrap_or_default();
            choices = values.iter().map(|v| (v.clone(), plain(v))).collect();
        }
        Self {
            name: name.to_owned(),
            title: some_text(&raw["title"]).unwrap_or_else(|| name.to_owned()),
            kind: text(&raw["type"]),
            item_kind: some_text(&raw["items"]["type"]),
            required: listed_as_required || raw["required"].as_bool().unwrap_or(false),
            custom,
            choices,
            external_name: some_text(&raw["externalName"]),
            scope: some_text(&raw["scope"]),
            union: raw["union"] == "ENABLE",
            min_length: raw["minLength"].as_u64(),
            max_length: raw["maxLength"].as_u64(),
            format: some_text(&raw["format"]),
            mutability: some_text(&raw["mutability"]),
            raw: raw.clone(),
        }
    }
}

/// A profile mapping from one user type to an app (api-facts 9.3).
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    pub id: String,
    /// Id of the user type (`oty...`), or of whatever else is mapped from.
    pub source_id: String,
    pub target_id: String,
    pub properties: BTreeMap<String, MappedProperty>,
    pub raw: Value,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MappedProperty {
    pub expression: String,
    /// PUSH: on create and update. DONT_PUSH: on create only.
    pub push_status: String,
}

impl Mapping {
    pub fn read(raw: Value) -> Result<Self, ShapeError> {
        let properties = raw["properties"].as_object().into_iter().flatten();
        Ok(Self {
            id: id_of(&raw, "mapping")?,
            source_id: text(&raw["source"]["id"]),
            target_id: text(&raw["target"]["id"]),
            properties: properties
                .filter_map(|(name, p)| {
                    let expression = some_text(&p["expression"])?;
                    Some((
                        name.clone(),
                        MappedProperty {
                            expression,
                            push_status: text(&p["pushStatus"]),
                        },
                    ))
                })
                .collect(),
            raw,
        })
    }
}
