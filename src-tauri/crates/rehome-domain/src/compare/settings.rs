//! Settings as people read them, with secrets hidden.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// What stands in place of a secret.
const HIDDEN: &str = "hidden";

/// A setting whose name looks like a secret (api-facts 4.4: token, password, secret, key). Numbers and yes/no are none.
pub fn is_secret(name: &str, value: &Value) -> bool {
    let name = name.to_lowercase();
    let looks = ["token", "password", "secret", "key"]
        .iter()
        .any(|part| name.contains(part));
    // These name a way, a place on a page, or public keys.
    let harmless = ["token_endpoint_auth_method", "jwks", "jwks_uri"].contains(&name.as_str())
        || ["field", "fieldname", "selector"].iter().any(|end| name.ends_with(end));
    looks && !harmless && !matches!(value, Value::Null | Value::Bool(_) | Value::Number(_))
}

/// The raw object with every secret hidden, however deep.
pub fn redacted(raw: &Value) -> Value {
    hide(raw, false)
}

/// Below a secret every text is secret.
fn hide(value: &Value, secret: bool) -> Value {
    match value {
        Value::Object(object) => {
            let hidden = object
                .iter()
                .map(|(name, value)| (name.clone(), hide(value, secret || is_secret(name, value))));
            Value::Object(hidden.collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.iter().map(|item| hide(item, secret)).collect()),
        Value::String(text) if secret && !text.is_empty() => Value::from(HIDDEN),
        other => other.clone(),
    }
}

/// Null, nothing, an empty text and an empty list all mean that nobody has set it.
pub fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(object) => object.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// As a table shows it; secrets hidden.
pub fn shown(name: &str, value: &Value) -> String {
    if is_blank(value) {
        return String::new();
    }
    let secret = is_secret(name, value);
    match value {
        Value::String(_) if secret => HIDDEN.to_owned(),
        Value::Bool(yes) => if *yes { "Yes" } else { "No" }.to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => items
            .iter()
            .map(|item| shown(name, item))
            .collect::<Vec<_>>()
            .join(", "),
        other => hide(other, secret).to_string(),
    }
}

/// Every leaf of an object by its path, `settings.notes.admin`. Lists are leaves.
pub fn leaves(raw: &Value) -> BTreeMap<String, &Value> {
    let mut found = BTreeMap::new();
    collect(raw, String::new(), &mut found);
    found
}

fn collect<'a>(value: &'a Value, path: String, found: &mut BTreeMap<String, &'a Value>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                collect(value, path, found);
            }
        }
        leaf => {
            found.insert(path, leaf);
        }
    }
}

/// 1234567 as 1,234,567.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// "1 person", "1,234 people".
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}
