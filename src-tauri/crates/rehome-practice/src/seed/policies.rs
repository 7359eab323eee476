//! Policies: two access policies that the help desk apps differ in, and one of each kind that may name an app.

use serde_json::{Value, json};

use crate::state::{Org, Policy};

/// The access policy of the old help desk app.
pub(crate) const LENIENT: &str = "Customer tools";

pub(crate) fn fill(org: &mut Org) {
    let default = add(org, "ACCESS_POLICY", "Any two factors", true, two_factors("2FA"));
    org.default_policy = default;
    add(org, "ACCESS_POLICY", LENIENT, false, two_factors("1FA"));
    add(org, "PROFILE_ENROLLMENT", "Default Policy", true, Vec::new());
    add(org, "OKTA_SIGN_ON", "Default Policy", true, Vec::new());
    add(org, "PASSWORD", "Default Policy", true, Vec::new());
    add(org, "MFA_ENROLL", "Default Policy", true, Vec::new());
    add(org, "IDP_DISCOVERY", "Idp Discovery Policy", true, Vec::new());
}

fn two_factors(mode: &str) -> Vec<Value> {
    let method = |mode: &str, hours: &str| {
        json!({ "appSignOn": { "access": "ALLOW", "verificationMethod":
            { "factorMode": mode, "type": "ASSURANCE", "reauthenticateIn": hours, "constraints": [] } } })
    };
    let stamps = ("2022-05-03T08:12:00.000Z", "2024-11-18T14:40:00.000Z");
    vec![
        json!({ "name": "Staff network", "priority": 0, "status": "ACTIVE", "system": false, "type": "ACCESS_POLICY",
            "created": stamps.0, "lastUpdated": stamps.1,
            "conditions": { "people": { "users": { "exclude": [] } }, "network": { "connection": "ANYWHERE" },
                "riskScore": { "level": "ANY" }, "userType": { "include": [], "exclude": [] } },
            "actions": method(mode, "PT12H") }),
        json!({ "name": "Catch-all Rule", "priority": 99, "status": "ACTIVE", "system": true, "type": "ACCESS_POLICY",
            "created": stamps.0, "lastUpdated": stamps.0, "conditions": null, "actions": method("2FA", "PT2H") }),
    ]
}

fn add(org: &mut Org, kind: &str, name: &str, system: bool, rules: Vec<Value>) -> String {
    let id = org
        .ids
        .next(if kind == "ACCESS_POLICY" || kind == "PROFILE_ENROLLMENT" {
            "rst"
        } else {
            "00p"
        });
    let mut body = json!({
        "id": id, "status": "ACTIVE", "name": name, "description": name, "priority": 1, "system": system,
        "conditions": null, "created": "2022-05-03T08:12:00.000Z", "lastUpdated": "2022-05-03T08:12:00.000Z", "type": kind,
    });
    if kind == "ACCESS_POLICY" {
        body["_embedded"] = json!({ "resourceType": "APP" });
    }
    let rules = rules
        .into_iter()
        .map(|mut rule| {
            rule["id"] = json!(org.ids.next("rul"));
            rule
        })
        .collect();
    let body = body.as_object().cloned().unwrap_or_default();
    org.policies.insert(id.clone(), Policy { body, rules });
    id
}

/// Routes people who open this app to Okta itself: a rule that has to follow a migration.
pub(crate) fn route_app(org: &mut Org, app: &str) {
    let id = org.ids.next("0pr");
    let rule = json!({
        "id": id, "status": "ACTIVE", "name": "Help desk signs in with Okta", "priority": 1, "system": false,
        "type": "IDP_DISCOVERY", "created": "2021-03-09T10:00:00.000Z", "lastUpdated": "2021-03-09T10:00:00.000Z",
        "conditions": { "network": { "connection": "ANYWHERE" }, "platform": { "include": [], "exclude": [] },
            "app": { "include": [{ "type": "APP", "id": app }], "exclude": [] } },
        "actions": { "idp": { "providers": [{ "type": "OKTA" }] } },
    });
    let routing = org
        .policies
        .values_mut()
        .find(|it| it.body.get("type").is_some_and(|kind| kind == "IDP_DISCOVERY"));
    if let Some(policy) = routing {
        policy.rules.push(rule);
    }
}

pub(crate) fn named(org: &Org, name: &str) -> Option<String> {
    org.policies
        .iter()
        .find(|(_, it)| it.body.get("name").is_some_and(|have| have == name))
        .map(|(id, _)| id.clone())
}
