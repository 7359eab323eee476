//! User types. Each has a schema of its own and a pair of mappings with every app.

use serde_json::{Value, json};

use crate::{
    clock::stamp,
    directory::UserType,
    errors::{Refusal, invalid, not_found},
    reply::{Answer, Call, Reply},
    routes::object_body,
    schemas::user::base_attributes,
    state::{Object, Org},
};

impl Org {
    pub(crate) fn list_user_types(&self, call: &Call<'_>) -> Reply {
        let types = self.directory.user_types.values();
        Reply::json(types.map(|kind| self.show_user_type(kind, call.base)).collect())
    }

    pub(crate) fn known_type(&self, id: &str) -> Result<&UserType, Refusal> {
        let wanted = if id == "default" { &self.user_type } else { id };
        let found = self.directory.user_types.get(wanted);
        found.ok_or_else(|| not_found(id, "UserType"))
    }

    pub(crate) fn read_user_type(&self, call: &Call<'_>, id: &str) -> Answer {
        Ok(Reply::json(self.show_user_type(self.known_type(id)?, call.base)))
    }

    fn show_user_type(&self, kind: &UserType, base: &str) -> Value {
        let (schema, id) = (kind.schema_id(), &kind.id);
        json!({
            "id": id, "displayName": kind.display_name, "name": kind.name, "description": kind.description,
            "createdBy": kind.by.0, "lastUpdatedBy": kind.by.1,
            "created": stamp(kind.created), "lastUpdated": stamp(kind.updated), "default": *id == self.user_type,
            "_links": {
                "schema": { "rel": "schema", "method": "GET", "href": format!("{base}/api/v1/meta/schemas/user/{schema}") },
                "self": { "rel": "self", "method": "GET", "href": format!("{base}/api/v1/meta/types/user/{id}") },
            },
        })
    }

    pub(crate) fn create_user_type(&mut self, call: &Call<'_>) -> Answer {
        let body = object_body(call)?;
        let name = text(&body, "name")?;
        let first = name.chars().next().is_some_and(|first| first.is_ascii_alphabetic());
        if !first || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Err(invalid(
                "name",
                "name: The name must start with a letter and hold letters, digits and _ alone",
            ));
        }
        if self.directory.user_types.values().any(|kind| kind.name == name) {
            return Err(invalid(
                "name",
                "name: An object with this field already exists in the current organization",
            ));
        }
        let id = self.ids.next("oty");
        let kind = UserType {
            id: id.clone(),
            display_name: text(&body, "displayName")?,
            description: body.get("description").and_then(Value::as_str).unwrap_or("").to_owned(),
            name,
            created: call.at,
            updated: call.at,
            by: (self.token.owner.clone(), self.token.owner.clone()),
            schema_updated: call.at,
            base: base_attributes(),
            custom: Object::new(),
        };
        self.directory.user_types.insert(id.clone(), kind);
        self.read_user_type(call, &id)
    }

    /// POST changes what is named; PUT wants all of it. The variable name stays for ever.
    pub(crate) fn update_user_type(&mut self, call: &Call<'_>, id: &str, whole: bool) -> Answer {
        let (id, name) = self.known_type(id).map(|kind| (kind.id.clone(), kind.name.clone()))?;
        let body = object_body(call)?;
        if body.get("name").and_then(Value::as_str).is_some_and(|new| new != name) {
            return Err(invalid("name", "name: The name of a user type cannot be changed"));
        }
        let display = match whole || body.contains_key("displayName") {
            true => Some(text(&body, "displayName")?),
            false => None,
        };
        let description = body.get("description").and_then(Value::as_str).map(str::to_owned);
        let owner = self.token.owner.clone();
        if let Some(kind) = self.directory.user_types.get_mut(&id) {
            kind.display_name = display.unwrap_or_else(|| kind.display_name.clone());
            kind.description = match whole {
                true => description.unwrap_or_default(),
                false => description.unwrap_or_else(|| kind.description.clone()),
            };
            kind.updated = call.at;
            kind.by.1 = owner;
        }
        self.read_user_type(call, &id)
    }

    pub(crate) fn delete_user_type(&mut self, id: &str) -> Answer {
        let id = self.known_type(id)?.id.clone();
        let in_use = self
            .users
            .values()
            .any(|user| user.account.kind.as_ref() == Some(&id) && user.status != "DEPROVISIONED");
        if id == self.user_type || in_use {
            return Err(Refusal::new(403, "E0000142", "The user type cannot be deleted.")
                .because("The user type is the default one or has users."));
        }
        self.directory.user_types.remove(&id);
        let of_type =
            |mapping: &Value| mapping["target"]["id"] == id.as_str() || mapping["source"]["id"] == id.as_str();
        self.mappings.retain(|_, mapping| !of_type(mapping));
        Ok(Reply::empty())
    }
}

fn text(body: &Object, field: &str) -> Result<String, Refusal> {
    let text = body.get(field).and_then(Value::as_str).unwrap_or("").trim();
    if text.is_empty() {
        return Err(invalid(field, format!("{field}: The field cannot be left blank")));
    }
    Ok(text.to_owned())
}
