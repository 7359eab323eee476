//! The exact calls of a change.

use serde_json::{Value, json};

use super::Change;
use crate::AppId;

/// One write call.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub method: &'static str,
    /// With its query, from `/api/v1` on.
    pub path: String,
    pub body: Option<Value>,
    /// The body is a part of the app: read the app, merge the part in, send the whole (Okta replaces what a PUT leaves out;
    /// a subset is documented for keys alone, api-facts 5.1).
    pub merge: bool,
}

impl Change {
    /// What is sent to Okta for it. `new`: the new app.
    pub fn calls(&self, new: &AppId) -> Vec<Call> {
        let call = |method, path: String, body: Option<Value>| Call {
            method,
            path,
            body,
            merge: false,
        };
        let part = |body: Value| Call {
            merge: true,
            ..call("PUT", format!("/api/v1/apps/{new}"), Some(body))
        };
        vec![match self {
            Self::ShareKey { from, kid, to } => call(
                "POST",
                format!("/api/v1/apps/{from}/credentials/keys/{kid}/clone?targetAid={to}"),
                None,
            ),
            Self::UseKey { kid, .. } => part(json!({"credentials": {"signing": {"kid": kid}}})),
            Self::AssignPolicy { policy, .. } => call("PUT", format!("/api/v1/apps/{new}/policies/{policy}"), None),
            Self::MapAttribute {
                mapping,
                attribute,
                expression,
                push,
                ..
            } => {
                let property = match expression {
                    Some(expression) => json!({"expression": expression, "pushStatus": push_status(*push)}),
                    None => Value::Null,
                };
                call(
                    "POST",
                    format!("/api/v1/mappings/{mapping}"),
                    Some(json!({"properties": {attribute: property}})),
                )
            }
            Self::AddAttribute { name, definition } => call(
                "POST",
                format!("/api/v1/meta/schemas/apps/{new}/default"),
                Some(json!({"definitions": {"custom": {"id": "#custom", "type": "object",
                    "properties": {name: definition}}}})),
            ),
            Self::UsernameTemplate { template, kind, .. } => {
                part(json!({"credentials": {"userNameTemplate": {"template": template, "type": kind}}}))
            }
            Self::Tile { app, hide, .. } => Call {
                merge: true,
                ..call(
                    "PUT",
                    format!("/api/v1/apps/{app}"),
                    Some(json!({"visibility": {"hide": hide}})),
                )
            },
            Self::Feature { name, body, .. } => {
                call("PUT", format!("/api/v1/apps/{new}/features/{name}"), Some(body.clone()))
            }
        }]
    }
}

pub(super) fn push_status(push: bool) -> &'static str {
    if push { "PUSH" } else { "DONT_PUSH" }
}
