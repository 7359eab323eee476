//! Properties of schemas: checks of values, and changes of definitions with what Okta keeps of them.

use serde_json::{Value, json};

use crate::{
    errors::{Refusal, invalid},
    state::Object,
};

/// Why a value does not fit its property; null fits every one.
pub(crate) fn fault_of(name: &str, property: &Value, value: &Value) -> Option<String> {
    if value.is_null() {
        return None;
    }
    let kind = property["type"].as_str().unwrap_or("string");
    if !is_of(kind, value) {
        return Some(format!("Property '{name}' is not of type {kind}"));
    }
    let items = &property["items"];
    if let (Some(kind), Some(list)) = (items["type"].as_str(), value.as_array())
        && !list.iter().all(|one| is_of(kind, one))
    {
        return Some(format!("Property '{name}' has items that are not of type {kind}"));
    }
    let allowed = property["enum"].as_array().or_else(|| items["enum"].as_array());
    let values: Vec<&Value> = value
        .as_array()
        .map_or_else(|| vec![value], |list| list.iter().collect());
    if let Some(allowed) = allowed
        && values.iter().any(|one| !allowed.contains(one))
    {
        return Some(format!("{name}: Value must be one of the enumerated values"));
    }
    let text = value.as_str()?;
    let length = text.chars().count() as u64;
    if property["maxLength"].as_u64().is_some_and(|most| length > most) {
        return Some(format!("{name}: The field is too long"));
    }
    if property["minLength"].as_u64().is_some_and(|least| length < least) {
        return Some(format!("{name}: The field is too short"));
    }
    if property["format"] == "country-code"
        && !(text.is_empty() || text.len() == 2 && text.chars().all(|c| c.is_ascii_uppercase()))
    {
        return Some(format!("{name}: Does not match required pattern"));
    }
    if property["format"] == "email" && !text.is_empty() && !looks_like_email(text) {
        return Some(format!("{name}: Does not match required pattern"));
    }
    None
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        _ => true,
    }
}

pub(crate) fn looks_like_email(text: &str) -> bool {
    let parts = text.rsplit_once('@');
    parts.is_some_and(|(name, domain)| {
        !name.is_empty() && domain.len() > 1 && !text.chars().any(char::is_whitespace) && !domain.starts_with('.')
    })
}

/// What a schema POST wants changed: properties by part (`base`, `custom`), null to delete.
pub(crate) struct Changes {
    parts: Vec<(String, Object)>,
}

impl Changes {
    /// Reads a body and checks every property in it.
    pub(crate) fn read(body: &Object) -> Result<Self, Refusal> {
        let definitions = body.get("definitions").and_then(Value::as_object);
        let mut parts = Vec::new();
        for (part, definition) in definitions.into_iter().flatten() {
            let Some(properties) = definition["properties"].as_object() else {
                continue;
            };
            for (name, property) in properties.iter().filter(|(_, property)| !property.is_null()) {
                check(name, property)?;
            }
            parts.push((part.clone(), properties.clone()));
        }
        Ok(Self { parts })
    }

    /// `kept` makes of a sent property the stored one.
    pub(crate) fn apply(&self, part: &str, target: &mut Object, kept: fn(&Value) -> Value) -> Result<(), Refusal> {
        let changes = self.parts.iter().filter(|(name, _)| name == part);
        for (name, property) in changes.flat_map(|(_, properties)| properties) {
            if part == "base" {
                change_base(name, property, target)?;
            } else if property.is_null() {
                target.shift_remove(name);
            } else {
                let mut new = kept(property);
                if let Some(old) = target.get(name) {
                    if old["type"] != new["type"] {
                        return Err(invalid(
                            "type",
                            format!("type: The type of the attribute {name} cannot be changed"),
                        ));
                    }
                    // Fixed once the attribute is there.
                    new["scope"] = old["scope"].clone();
                }
                target.insert(name.clone(), new);
            }
        }
        Ok(())
    }
}

/// Base attributes are Okta's: their nullability can be changed, and for users the master and the permissions.
fn change_base(name: &str, property: &Value, target: &mut Object) -> Result<(), Refusal> {
    let Some(own) = target.get_mut(name).and_then(Value::as_object_mut) else {
        return Err(invalid(
            "definitions",
            format!("Property '{name}' not found in base schema"),
        ));
    };
    if property.is_null() {
        return Err(invalid(
            "definitions",
            format!("Base property '{name}' cannot be removed"),
        ));
    }
    match property["required"].as_bool() {
        Some(true) => drop(own.insert("required".into(), json!(true))),
        Some(false) => drop(own.shift_remove("required")),
        None => {}
    }
    for field in ["master", "permissions", "pattern"] {
        if own.contains_key("master")
            && let Some(value) = property.get(field).filter(|value| !value.is_null())
        {
            own.insert(field.into(), value.clone());
        }
    }
    Ok(())
}

/// Okta's conditions on a definition, with its codes.
fn check(name: &str, property: &Value) -> Result<(), Refusal> {
    let good = name.chars().next().is_some_and(|first| first.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !good {
        return Err(invalid("name", format!("name: '{name}' is not a valid variable name")));
    }
    let kind = property["type"].as_str();
    if kind.is_some_and(|kind| !matches!(kind, "string" | "boolean" | "number" | "integer" | "array" | "object")) {
        return Err(invalid("type", "type: The value is not a known type"));
    }
    for side in [property, &property["items"]] {
        let (Some(allowed), Some(titled)) = (side["enum"].as_array(), side["oneOf"].as_array()) else {
            continue;
        };
        let same = allowed.len() == titled.len() && allowed.iter().zip(titled).all(|(one, it)| it["const"] == *one);
        if !same {
            return Err(Refusal::new(
                400,
                "E0000123",
                "\"const\" values for \"oneOf\" must be the same as the \"enum\" values and in the same order.",
            ));
        }
    }
    Ok(())
}

/// What Okta keeps of a property of an app user: `master` and `permissions` are taken and forgotten, `union` is for lists.
pub(crate) fn of_app(property: &Value) -> Value {
    let mut kept = stored(property);
    for gone in ["master", "permissions"] {
        kept.shift_remove(gone);
    }
    Value::Object(kept)
}

/// A property of an Okta user has a master, permissions and a mutability in any case.
pub(crate) fn of_user(property: &Value) -> Value {
    let mut kept = stored(property);
    for (field, default) in [
        ("mutability", json!("READ_WRITE")),
        ("permissions", json!([{ "principal": "SELF", "action": "READ_ONLY" }])),
        ("master", json!({ "type": "PROFILE_MASTER" })),
    ] {
        kept.entry(field).or_insert(default);
    }
    Value::Object(kept)
}

/// Without what is null or says nothing: `required: false`, and `union` where there is no list.
fn stored(property: &Value) -> Object {
    let mut kept = property.as_object().cloned().unwrap_or_default();
    let list = kept.get("type").and_then(Value::as_str) == Some("array");
    kept.retain(|field, value| {
        !(value.is_null() || field == "required" && *value == json!(false) || field == "union" && !list)
    });
    kept.entry("type").or_insert_with(|| json!("string"));
    kept.entry("scope").or_insert_with(|| json!("NONE"));
    kept
}
