//! App user schemas and mapping rules of the seeded apps.

use serde_json::{Value, json};

/// Username aside, what Okta users give to the old help desk app.
pub(crate) const OLD_HELP_DESK_RULES: [(&str, &str); 6] = [
    ("name", "user.firstName + \" \" + user.lastName"),
    ("email", "user.email"),
    ("phone", "user.mobilePhone"),
    ("organisation", "user.organization"),
    ("locale", "user.locale"),
    ("timezone", "user.timezone"),
];

pub(crate) const NEW_HELP_DESK_RULES: [(&str, &str); 6] = [
    ("name", "user.firstName + \" \" + user.lastName"),
    ("email", "user.email"),
    ("phone", "user.primaryPhone"),
    ("organization", "user.organization"),
    ("locale", "user.locale"),
    ("timezone", "user.timezone"),
];

pub(crate) const OIDC_RULES: [(&str, &str); 9] = [
    ("name", "user.firstName + \" \" + user.lastName"),
    ("given_name", "user.firstName"),
    ("family_name", "user.lastName"),
    ("nickname", "user.nickName"),
    ("email", "user.email"),
    ("locale", "user.locale"),
    ("zoneinfo", "user.timezone"),
    ("phone_number", "user.primaryPhone"),
    ("costCenter", "user.costCenter"),
];

pub(crate) const INTRANET_RULES: [(&str, &str); 3] = [
    ("firstName", "user.firstName"),
    ("lastName", "user.lastName"),
    ("email", "user.email"),
];

pub(crate) const TRACKER_RULES: [(&str, &str); 4] = [
    ("firstName", "user.firstName"),
    ("lastName", "user.lastName"),
    ("email", "user.email"),
    ("title", "user.title"),
];

/// The manager and the country come from fields that nobody checks.
pub(crate) const SALESFORCE_RULES: [(&str, &str); 7] = [
    ("FirstName", "user.firstName"),
    ("LastName", "user.lastName"),
    ("Email", "user.email"),
    ("Title", "user.title"),
    ("CostCenter", "user.costCenter"),
    ("ManagerEmail", "user.manager"),
    ("CountryCode", "user.state"),
];

fn schema(name: &str, id: &str, title: &str, base: Value, required: &[&str], custom: Value) -> Value {
    json!({
        "id": id,
        "$schema": "http://json-schema.org/draft-04/schema#",
        "name": name,
        "title": title,
        "lastUpdated": "2026-01-19T13:20:00.000Z",
        "created": "2019-03-12T07:45:00.000Z",
        "definitions": {
            "custom": { "id": "#custom", "type": "object", "properties": custom, "required": [] },
            "base": { "id": "#base", "type": "object", "properties": base, "required": required },
        },
        "type": "object",
        "properties": { "profile": { "allOf": [{ "$ref": "#/definitions/custom" }, { "$ref": "#/definitions/base" }] } },
    })
}

fn text(title: &str, scope: &str) -> Value {
    json!({ "title": title, "type": "string", "scope": scope })
}

fn user_name() -> Value {
    json!({ "title": "Username", "type": "string", "required": true, "scope": "SELF", "maxLength": 100 })
}

fn choice(title: &str, values: &[(&str, &str)]) -> Value {
    let names: Vec<&str> = values.iter().map(|(value, _)| *value).collect();
    let titled: Vec<Value> = values
        .iter()
        .map(|(value, title)| json!({ "const": value, "title": title }))
        .collect();
    json!({ "title": title, "type": "string", "scope": "NONE", "enum": names, "oneOf": titled })
}

/// The old one has a custom `organisation` and `legacyBrand`; the new one a base `organization` of at most 40 characters.
pub(crate) fn help_desk(name: &str, id: &str, old: bool) -> Value {
    let roles: &[(&str, &str)] = if old {
        &[("agent", "Agent"), ("admin", "Admin"), ("end-user", "End user")]
    } else {
        &[
            ("agent", "Agent"),
            ("administrator", "Administrator"),
            ("end_user", "End user"),
        ]
    };
    let restriction = [
        ("organization", "Own organization"),
        ("assigned", "Assigned tickets"),
        ("requested", "Own requests"),
    ];
    let tags = json!({ "title": "Tags", "type": "array", "items": { "type": "string" }, "scope": "NONE",
        "union": if old { "ENABLE" } else { "DISABLE" } });
    let mut base = json!({
        "userName": user_name(),
        "name": { "title": "Name", "type": "string", "required": true, "scope": "SELF", "externalName": "name" },
        "email": { "title": "Email", "type": "string", "scope": "SELF", "format": "email", "externalName": "email" },
        "phone": text("Phone", "SELF"),
        "role": choice("Role", roles),
        "ticketRestriction": choice("Ticket restriction", &restriction),
        "locale": text("Locale", "NONE"),
        "timezone": text("Time zone", "NONE"),
        "signature": text("Signature", "SELF"),
        "tags": tags,
    });
    let mut custom = json!({});
    if old {
        custom["organisation"] = text("Organisation", "NONE");
        custom["legacyBrand"] = text("Brand (before the merger)", "SELF");
    } else {
        base["organization"] = json!({ "title": "Organization", "type": "string", "scope": "NONE", "maxLength": 40 });
    }
    schema(name, id, "Zendesk User", base, &["userName", "name"], custom)
}

pub(crate) fn oidc(name: &str, id: &str) -> Value {
    let base = json!({
        "userName": { "title": "Username", "type": "string", "required": true, "scope": "SELF", "externalName": "preferred_username" },
        "name": { "title": "Name", "type": "string", "required": true, "scope": "SELF" },
        "given_name": text("Given Name", "SELF"),
        "family_name": text("Family Name", "SELF"),
        "middle_name": text("Middle Name", "SELF"),
        "nickname": text("Nickname", "SELF"),
        "email": text("Email", "SELF"),
        "locale": text("Locale Name", "SELF"),
        "zoneinfo": text("Time Zone", "SELF"),
        "phone_number": text("Phone Number", "SELF"),
        "street_address": { "title": "Street Address", "type": "string", "scope": "SELF", "externalName": "address.street_address" },
    });
    let custom = json!({ "costCenter": text("Cost center", "NONE") });
    schema(name, id, "Expenses User", base, &["userName", "name"], custom)
}

pub(crate) fn slack(name: &str, id: &str) -> Value {
    let base = json!({ "userName": user_name(), "firstName": text("First name", "SELF"), "lastName": text("Last name", "SELF"),
        "email": text("Email", "SELF"), "title": text("Title", "SELF") });
    schema(name, id, "Slack User", base, &["userName"], json!({}))
}

/// Licences were renamed, and one of them is no more.
pub(crate) fn zoom(name: &str, id: &str, new: bool) -> Value {
    let licences: &[(&str, &str)] = match new {
        true => &[("Basic", "Basic"), ("Licensed", "Licensed"), ("None", "None")],
        false => &[("basic", "Basic"), ("pro", "Licensed"), ("corp", "On-Prem")],
    };
    let base = json!({ "userName": user_name(), "firstName": text("First name", "SELF"), "lastName": text("Last name", "SELF"),
        "email": text("Email", "SELF"), "licenseType": choice("License type", licences),
        "largeMeeting": { "title": "Large meeting", "type": "boolean", "scope": "NONE" },
        "webinarCapacity": { "title": "Webinar capacity", "type": "integer", "scope": "NONE" } });
    schema(name, id, "Zoom User", base, &["userName"], json!({}))
}

/// The new one is strict where the old one took anything.
pub(crate) fn salesforce(name: &str, id: &str, new: bool) -> Value {
    let profiles: &[(&str, &str)] = match new {
        true => &[
            ("Standard User", "Standard User"),
            ("Service Cloud User", "Service Cloud User"),
            ("Chatter Free", "Chatter Free"),
        ],
        false => &[
            ("Standard User", "Standard User"),
            ("Service Cloud", "Service Cloud"),
            ("Legacy Partner", "Legacy Partner"),
        ],
    };
    let mut base = json!({ "userName": user_name(), "FirstName": text("First name", "SELF"),
        "LastName": { "title": "Last name", "type": "string", "required": true, "scope": "SELF" },
        "Email": { "title": "Email", "type": "string", "required": true, "scope": "SELF", "format": "email" },
        "Title": text("Title", "SELF"), "CostCenter": text("Cost center", "NONE"),
        "ManagerEmail": text("Manager's email", "NONE"), "CountryCode": text("Country code", "NONE"),
        "Profile": choice("Profile", profiles) });
    let mut required = vec!["userName", "LastName", "Email"];
    if new {
        required.push("CostCenter");
        base["CostCenter"]["required"] = json!(true);
        base["Title"]["maxLength"] = json!(30);
        base["ManagerEmail"]["format"] = json!("email");
        base["CountryCode"]["format"] = json!("country-code");
    }
    let custom = json!({ "PermissionSets": { "title": "Permission sets", "type": "array", "items": { "type": "string" },
        "scope": "NONE", "union": "DISABLE" } });
    schema(name, id, "Salesforce User", base, &required, custom)
}

/// The new one must know who pays.
pub(crate) fn intranet(name: &str, id: &str, new: bool) -> Value {
    let mut base = json!({ "userName": user_name(), "firstName": text("First name", "SELF"),
        "lastName": text("Last name", "SELF"), "email": text("Email", "SELF") });
    let mut required = vec!["userName"];
    if new {
        base["costCentre"] = json!({ "title": "Cost centre", "type": "string", "required": true, "scope": "NONE" });
        required.push("costCentre");
    }
    schema(name, id, "Intranet User", base, &required, json!({}))
}

pub(crate) fn bare(name: &str, id: &str) -> Value {
    schema(
        name,
        id,
        "User",
        json!({ "userName": user_name() }),
        &["userName"],
        json!({}),
    )
}
