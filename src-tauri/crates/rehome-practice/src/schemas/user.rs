//! Schemas of Okta users, one for each user type.

use serde_json::json;

use super::property::{Changes, of_user};
use crate::{
    clock::stamp,
    directory::UserType,
    errors::{Refusal, not_found},
    reply::{Answer, Call, Reply},
    routes::object_body,
    schemas::definition,
    state::{Object, Org},
};

impl Org {
    /// By schema id, type id or `default`.
    fn type_of_schema(&self, id: &str) -> Result<&UserType, Refusal> {
        let id = match id {
            "default" => self.user_type.clone(),
            id => id.replacen("osc", "oty", 1),
        };
        let found = self.directory.user_types.get(&id);
        found.ok_or_else(|| not_found(&id.replacen("oty", "osc", 1), "UserSchema"))
    }

    pub(crate) fn read_user_schema(&self, call: &Call<'_>, id: &str) -> Answer {
        let kind = self.type_of_schema(id)?;
        // As recorded: `id` repeats the way that was asked by, without `/api/v1`; the links have the true id.
        let this = format!("{}/api/v1/meta/schemas/user/{}", call.base, kind.schema_id());
        Ok(Reply::json(json!({
            "id": format!("{}/meta/schemas/user/{id}", call.base),
            "$schema": "http://json-schema.org/draft-04/schema#",
            "name": kind.name,
            "title": kind.display_name,
            "description": kind.description,
            "lastUpdated": stamp(kind.schema_updated),
            "created": stamp(kind.created),
            "definitions": {
                "custom": definition("#custom", &kind.custom),
                "base": definition("#base", &kind.base),
            },
            "type": "object",
            "properties": { "profile": { "allOf": [{ "$ref": "#/definitions/custom" }, { "$ref": "#/definitions/base" }] } },
            "_links": {
                "self": { "rel": "self", "method": "GET", "href": this },
                "type": { "rel": "type", "method": "GET", "href": format!("{}/api/v1/meta/types/user/{}", call.base, kind.id) },
            },
        })))
    }

    /// A partial merge; a deleted attribute's values go from all users of the type.
    pub(crate) fn update_user_schema(&mut self, call: &Call<'_>, id: &str) -> Answer {
        let kind = self.type_of_schema(id)?.id.clone();
        let body = object_body(call)?;
        let changes = Changes::read(&body)?;
        let Some(own) = self.directory.user_types.get_mut(&kind) else {
            return Err(not_found(id, "UserSchema"));
        };
        changes.apply("base", &mut own.base, of_user)?;
        changes.apply("custom", &mut own.custom, of_user)?;
        own.schema_updated = call.at;
        let known: Vec<String> = own.base.keys().chain(own.custom.keys()).cloned().collect();
        let default = kind == self.user_type;
        for user in self.users.values_mut() {
            let of_kind = user.account.kind.as_ref().map_or(default, |it| *it == kind);
            if of_kind {
                user.profile.retain(|name, _| known.contains(name));
            }
        }
        self.read_user_schema(call, id)
    }
}

/// Okta's base attributes of users.
pub(crate) fn base_attributes() -> Object {
    let attribute = |(name, title, may): &(&str, &str, &str)| {
        let mut property = json!({ "title": title, "type": "string", "mutability": "READ_WRITE", "scope": "NONE",
            "permissions": [{ "principal": "SELF", "action": may }], "master": { "type": "PROFILE_MASTER" } });
        let more = match *name {
            "login" => json!({ "required": true, "minLength": 5, "maxLength": 100 }),
            "firstName" => json!({ "required": true, "minLength": 1, "maxLength": 50 }),
            "lastName" => json!({ "required": true, "minLength": 1, "maxLength": 50 }),
            "email" => json!({ "required": true, "format": "email" }),
            "secondEmail" => json!({ "format": "email" }),
            "profileUrl" => json!({ "format": "uri" }),
            "mobilePhone" | "primaryPhone" => json!({ "maxLength": 100 }),
            "countryCode" => json!({ "format": "country-code" }),
            "preferredLanguage" => json!({ "format": "language-code" }),
            "locale" => json!({ "format": "locale" }),
            "timezone" => json!({ "format": "timezone" }),
            _ => json!({}),
        };
        for (field, value) in more.as_object().into_iter().flatten() {
            property[field] = value.clone();
        }
        ((*name).to_owned(), property)
    };
    BASE.iter().map(attribute).collect()
}

const READ: &str = "READ_ONLY";
const WRITE: &str = "READ_WRITE";
const HIDE: &str = "HIDE";

/// Name, title, and what people may do with their own value.
const BASE: [(&str, &str, &str); 31] = [
    ("login", "Username", READ),
    ("firstName", "First name", WRITE),
    ("lastName", "Last name", WRITE),
    ("middleName", "Middle name", READ),
    ("honorificPrefix", "Honorific prefix", READ),
    ("honorificSuffix", "Honorific suffix", READ),
    ("email", "Primary email", WRITE),
    ("title", "Title", READ),
    ("displayName", "Display name", READ),
    ("nickName", "Nickname", READ),
    ("profileUrl", "Profile Url", READ),
    ("secondEmail", "Secondary email", WRITE),
    ("mobilePhone", "Mobile phone", WRITE),
    ("primaryPhone", "Primary phone", HIDE),
    ("streetAddress", "Street address", HIDE),
    ("city", "City", HIDE),
    ("state", "State", HIDE),
    ("zipCode", "Zip code", HIDE),
    ("countryCode", "Country code", HIDE),
    ("postalAddress", "Postal Address", HIDE),
    ("preferredLanguage", "Preferred language", READ),
    ("locale", "Locale", READ),
    ("timezone", "Time zone", READ),
    ("userType", "User type", READ),
    ("employeeNumber", "Employee number", READ),
    ("costCenter", "Cost center", READ),
    ("organization", "Organization", READ),
    ("division", "Division", READ),
    ("department", "Department", READ),
    ("managerId", "ManagerId", READ),
    ("manager", "Manager", READ),
];
