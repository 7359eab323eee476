//! Okta's objects as Rehome reads them: a typed view of what it needs, lenient about everything else, with the raw JSON kept.
//!
//! Recorded answers carry `null` where the specification promises a value, unknown keys and unknown enum values
//! (api-facts 0.4), so nothing here fails on an odd shape except a missing id.
mod app;
mod app_user;
mod schema;

use serde_json::Value;

pub use app::{App, AppGroup, SigningKey, UsernameTemplate};
pub use app_user::{AppUser, Person, Scope};
pub use schema::{Attribute, MappedProperty, Mapping, Schema};

/// Something that was asked of Okta.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Reading<T> {
    Read(T),
    /// Asked, and not told; `why` is a sentence for the admin.
    Unreadable {
        why: String,
    },
    /// This kind of app or org does not have it.
    #[default]
    NotApplicable,
}

impl<T> Reading<T> {
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Read(value) => Some(value),
            Self::Unreadable { .. } | Self::NotApplicable => None,
        }
    }
}

/// What makes a JSON object unusable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} without an id")]
pub struct ShapeError {
    pub kind: &'static str,
}

/// A value as people read it: strings without quotes, everything else as JSON.
pub fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn some_text(value: &Value) -> Option<String> {
    value.as_str().filter(|t| !t.is_empty()).map(str::to_owned)
}

fn texts(value: &Value) -> Vec<String> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|v| v.as_str().map(str::to_owned))
        .collect()
}

fn id_of(raw: &Value, kind: &'static str) -> Result<String, ShapeError> {
    some_text(&raw["id"]).ok_or(ShapeError { kind })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::GroupId;

    #[test]
    fn an_app_without_sign_on_mode_is_kept_whole() {
        let raw = json!({"id": "0oa1", "name": "active_directory", "label": "corp", "status": "ACTIVE",
            "signOnMode": null, "features": ["IMPORT_SYNC"], "future": {"deep": [1]}});
        let app = App::read(raw.clone()).unwrap();
        assert_eq!(app.sign_on_mode, None);
        assert_eq!(app.raw, raw);
    }

    #[test]
    fn required_is_read_from_both_places() {
        let schema = Schema::read(json!({"name": "zendesk_1", "definitions": {
            "base": {"properties": {"userName": {"type": "string"}}, "required": ["userName"]},
            "custom": {"properties": {"role": {"type": "string", "required": true, "enum": ["a", "b"],
                "oneOf": [{"const": "a", "title": "Agent"}, {"const": "b", "title": "Boss"}]}}}}}));
        assert!(schema.attribute("userName").unwrap().required);
        let role = schema.attribute("role").unwrap();
        assert!(role.required && role.custom);
        assert_eq!(
            role.choices,
            [(json!("a"), "Agent".to_owned()), (json!("b"), "Boss".to_owned())]
        );
    }

    /// There may be a million of them: whoever adds a field adds megabytes.
    #[test]
    fn an_app_user_is_small() {
        assert!(size_of::<AppUser>() <= 184, "{}", size_of::<AppUser>());
        let read = || {
            AppUser::read(
                &json!({"id": "00u1", "scope": "GROUP", "status": "PROVISIONED", "_embedded": {"user": {
                "id": "00u1", "status": "ACTIVE", "created": "2021-03-04T05:06:07.123Z", "lastLogin": null,
                "profile": {"login": " ana@b.c ", "firstName": "Ana", "lastName": " "}}}}),
            )
        };
        let user = read().unwrap();
        let person = user.person.as_ref().unwrap();
        assert_eq!((person.login(), &*person.name()), ("ana@b.c", "Ana"));
        let created = person.created().map(|at| at.to_string());
        assert_eq!(created.as_deref(), Some("2021-03-04T05:06:07.123Z"));
        assert_eq!((person.last_login(), person.never_signed_in()), (None, true));
        assert_eq!(user, read().unwrap());
    }

    #[test]
    fn an_app_user_knows_its_winning_group() {
        let user = AppUser::read(
            &json!({"id": "00u1", "scope": "GROUP", "status": "PROVISIONED", "externalId": "77",
            "credentials": {"userName": "a@b.c"}, "_links": {"group": {"href": "https://x/api/v1/groups/00g9"}}}),
        )
        .unwrap();
        assert_eq!(user.group(), Some(&GroupId::from("00g9")));
        assert!(user.is_settled());
    }
}
