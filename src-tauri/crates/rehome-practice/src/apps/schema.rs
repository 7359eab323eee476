//! The user schema and the profile mappings that a new app starts with.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{kind::Kind, mode};
use crate::{
    clock::stamp,
    state::{Object, Org},
};

/// Variable, title, description and name in the token, of the attributes of OpenID Connect apps.
const CLAIMS: [(&str, &str, &str, &str); 20] = [
    ("name", "Name", "Full name as it is shown.", ""),
    ("given_name", "Given Name", "First name.", ""),
    ("middle_name", "Middle Name", "Middle name.", ""),
    ("family_name", "Family Name", "Last name.", ""),
    ("nickname", "Nickname", "Name among friends.", ""),
    ("profile", "Profile URL", "Address of the profile page.", ""),
    ("picture", "Picture URL", "Address of a picture.", ""),
    ("website", "Website", "Address of a web page.", ""),
    ("email", "Email", "Preferred e-mail address.", ""),
    ("gender", "Gender", "Gender.", ""),
    ("birthdate", "Birthdate", "Day of birth, year first.", ""),
    ("zoneinfo", "Time Zone", "Time zone.", ""),
    ("locale", "Locale Name", "Language and country.", ""),
    ("phone_number", "Phone Number", "Preferred phone number.", ""),
    ("formatted", "Formatted", "Whole postal address.", "address.formatted"),
    (
        "street_address",
        "Street Address",
        "Street and number.",
        "address.street_address",
    ),
    ("locality", "Locality", "City.", "address.locality"),
    ("region", "Region", "State or province.", "address.region"),
    ("postal_code", "Postal Code", "Postal code.", "address.postal_code"),
    ("country", "Country", "Country.", "address.country"),
];

const CLAIM_RULES: [(&str, &str); 14] = [
    ("name", "user.firstName + \" \" + user.lastName"),
    ("given_name", "user.firstName"),
    ("middle_name", "user.middleName"),
    ("family_name", "user.lastName"),
    ("nickname", "user.nickName"),
    ("profile", "user.profileUrl"),
    ("email", "user.email"),
    ("zoneinfo", "user.timezone"),
    ("locale", "user.locale"),
    ("phone_number", "user.primaryPhone"),
    ("street_address", "user.streetAddress"),
    ("locality", "user.city"),
    ("region", "user.state"),
    ("postal_code", "user.zipCode"),
];

const PERSON: [(&str, &str); 3] = [
    ("firstName", "First name"),
    ("lastName", "Last name"),
    ("email", "Email"),
];

const PERSON_RULES: [(&str, &str); 3] = [
    ("firstName", "user.firstName"),
    ("lastName", "user.lastName"),
    ("email", "user.email"),
];

/// Whether accounts are kept in step with this app, so that it has more than a username.
fn provisions(kind: &Kind) -> bool {
    kind.entry()
        .is_some_and(|it| crate::features::SUPPORTED.contains(&it.name))
}

/// What Okta users give to the app's users.
pub(crate) fn rules(kind: &Kind) -> &'static [(&'static str, &'static str)] {
    match () {
        () if kind.is_own_client() => &CLAIM_RULES,
        () if provisions(kind) => &PERSON_RULES,
        () => &[],
    }
}

pub(crate) fn of(kind: &Kind, variable: &str, org: &str, id: &str, label: &str, at: Timestamp) -> Value {
    let mut base = Object::new();
    let claims = kind.is(mode::OPENID_CONNECT);
    let mut user_name = json!({ "title": "Username", "type": "string", "required": true, "scope": "SELF" });
    if claims {
        user_name["externalName"] = json!("preferred_username");
        base.insert("userName".into(), user_name);
        for (name, title, words, outside) in CLAIMS {
            let mut property = json!({ "title": title, "description": words, "type": "string", "scope": "SELF" });
            if !outside.is_empty() {
                property["externalName"] = json!(outside);
            }
            base.insert(name.into(), property);
        }
    } else {
        user_name["maxLength"] = json!(100);
        base.insert("userName".into(), user_name);
        for (name, title) in PERSON.iter().filter(|_| provisions(kind)) {
            base.insert(
                (*name).into(),
                json!({ "title": title, "type": "string", "scope": "SELF" }),
            );
        }
    }
    json!({
        "id": format!("{org}/meta/schemas/apps/{id}/default"),
        "$schema": "http://json-schema.org/draft-04/schema#",
        "name": variable,
        "title": format!("{label} User"),
        "lastUpdated": stamp(at), "created": stamp(at),
        "definitions": {
            "custom": { "id": "#custom", "type": "object", "properties": {} },
            "base": { "id": "#base", "type": "object", "properties": base, "required": ["userName"] },
        },
        "type": "object",
        "properties": { "profile": { "allOf": [{ "$ref": "#/definitions/custom" }, { "$ref": "#/definitions/base" }] } },
    })
}

impl Org {
    /// Mapping Okta user → app, and the way back.
    pub(crate) fn map_profiles(&mut self, app: &str, rules: &[(&str, &str)]) {
        let Some(app) = self.apps.get_mut(app) else { return };
        let user = json!({ "id": self.user_type, "name": "user", "type": "user" });
        let app_user = json!({ "id": app.id, "name": app.name(), "type": "appuser" });
        let list = |list: &[(&str, &str)], status: &str| -> Object {
            list.iter()
                .map(|(to, from)| ((*to).to_owned(), json!({ "expression": from, "pushStatus": status })))
                .collect()
        };
        let out = self.ids.next("prm");
        let there = json!({ "id": out, "source": user, "target": app_user, "properties": list(rules, "PUSH") });
        let back_id = self.ids.next("prm");
        let back = [
            ("firstName", "appuser.firstName"),
            ("lastName", "appuser.lastName"),
            ("email", "appuser.email"),
        ];
        let back = json!({ "id": back_id, "source": app_user, "target": user, "properties": list(&back, "DONT_PUSH") });
        self.mappings.insert(out.clone(), there);
        self.mappings.insert(back_id, back);
        app.push_mapping = Some(out);
    }

    /// Takes the app's mappings away.
    pub(crate) fn unmap_profiles(&mut self, app: &str) {
        self.mappings
            .retain(|_, mapping| mapping["target"]["id"] != app && mapping["source"]["id"] != app);
    }
}
