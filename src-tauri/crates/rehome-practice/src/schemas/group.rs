//! The schema of groups: name and description, and what the org adds.

use serde_json::{Value, json};

use super::{
    definition,
    property::{Changes, fault_of, of_user},
    refuse,
};
use crate::{
    errors::Refusal,
    reply::{Answer, Call, Reply},
    routes::object_body,
    state::{Object, Org},
};

fn base() -> Object {
    let attribute = |title: &str, required: bool, most: u64| {
        let mut property = json!({ "title": title, "type": "string", "mutability": "READ_WRITE", "scope": "NONE", "maxLength": most,
            "permissions": [{ "principal": "SELF", "action": "READ_ONLY" }], "master": { "type": "PROFILE_MASTER" } });
        if required {
            property["required"] = json!(true);
        }
        property
    };
    let base = json!({ "name": attribute("Name", true, 255), "description": attribute("Description", false, 1024) });
    base.as_object().cloned().unwrap_or_default()
}

impl Org {
    pub(crate) fn read_group_schema(&self, call: &Call<'_>) -> Answer {
        let (base, custom) = (base(), &self.directory.group_attributes);
        Ok(Reply::json(json!({
            "id": format!("{}/meta/schemas/group/default", call.base),
            "$schema": "http://json-schema.org/draft-04/schema#",
            "name": "group", "title": "Okta group", "description": "Okta group profile template",
            "lastUpdated": "2026-01-19T13:20:00.000Z", "created": "2019-01-14T09:00:00.000Z",
            "definitions": {
                "custom": definition("#custom", custom),
                "base": definition("#base", &base),
            },
            "type": "object",
            "properties": { "profile": { "allOf": [{ "$ref": "#/definitions/custom" }, { "$ref": "#/definitions/base" }] } },
            "_links": { "self": { "rel": "self", "method": "GET", "href": format!("{}/api/v1/meta/schemas/group/default", call.base) } },
        })))
    }

    pub(crate) fn update_group_schema(&mut self, call: &Call<'_>) -> Answer {
        let body = object_body(call)?;
        let changes = Changes::read(&body)?;
        changes.apply("custom", &mut self.directory.group_attributes, of_user)?;
        let known: Vec<String> = self.directory.group_attributes.keys().cloned().collect();
        for group in self.groups.values_mut() {
            group.extra.retain(|name, _| known.contains(name));
        }
        self.read_group_schema(call)
    }

    /// Custom attributes out of a group's profile; nulls are left out.
    pub(crate) fn extra_of_group(&self, profile: &Value) -> Result<Object, Refusal> {
        let mut extra = Object::new();
        let mut causes = Vec::new();
        let sent = profile.as_object().into_iter().flatten();
        for (name, value) in sent.filter(|(name, _)| !matches!(name.as_str(), "name" | "description")) {
            match self.directory.group_attributes.get(name) {
                None => causes.push(format!("Property name '{name}' is not defined in profile")),
                Some(property) => causes.extend(fault_of(name, property, value)),
            }
            if !value.is_null() {
                extra.insert(name.clone(), value.clone());
            }
        }
        refuse("profile", causes)?;
        Ok(extra)
    }
}
