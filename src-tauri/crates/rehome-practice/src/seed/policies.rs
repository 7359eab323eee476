//! Policies: two access policies that the help desk apps differ in, and one of each kind that may name an app.

use serde_json::{Value, json};

use super::references;
use crate::{
    policies::{FIXED, policy_prefix},
    state::{Org, Policy},
};

/// The access policy of the old help desk app.
pub(crate) const LENIENT: &str = "Customer tools";

pub(crate) fn fill(org: &mut Org) {
    for first_party in ["Okta Admin Console", "Okta Dashboard", "Okta Browser Plugin"] {
        add(org, "ACCESS_POLICY", first_party, None, false, two_factors("2FA"));
    }
    let words = Some("Require two factors to access.");
    org.default_policy = add(org, "ACCESS_POLICY", "Any two factors", words, true, two_factors("2FA"));
    let accounts = "Okta Account Management Policy";
    let words = Some("How people prove who they are when they enrol authenticators or recover their account.");
    let accounts = add(org, "ACCESS_POLICY", accounts, words, false, two_factors("2FA"));
    if let Some(policy) = org.policies.get_mut(&accounts) {
        policy.body.insert(FIXED.into(), json!(true));
    }
    add(
        org,
        "ACCESS_POLICY",
        "Okta End User Settings",
        None,
        false,
        two_factors("2FA"),
    );
    let rules = references::access_rules(org);
    add(org, "ACCESS_POLICY", LENIENT, None, false, rules);
    for (kind, name, words) in DEFAULTS {
        add(org, kind, name, Some(words), true, Vec::new());
    }
    let staff = json!({ "people": { "groups": { "include": [org.everyone] } } });
    let everyone = |policy: &mut Policy| policy.body.insert("conditions".into(), staff.clone());
    for policy in org.policies.values_mut() {
        match policy.text("type") {
            "OKTA_SIGN_ON" | "MFA_ENROLL" => drop(everyone(policy)),
            "PASSWORD" => {
                everyone(policy);
                policy.body["conditions"]["authProvider"] = json!({ "provider": "OKTA" });
            }
            _ => {}
        }
    }
    org.complete_seeded_policies();
}

/// The policies that every org has one of, by type: name and description are Okta's.
const DEFAULTS: [(&str, &str, &str); 8] = [
    ("PROFILE_ENROLLMENT", "Default Policy", DEFAULT_WORDS),
    ("OKTA_SIGN_ON", "Default Policy", DEFAULT_WORDS),
    ("PASSWORD", "Default Policy", DEFAULT_WORDS),
    ("MFA_ENROLL", "Default Policy", DEFAULT_WORDS),
    (
        "IDP_DISCOVERY",
        "Idp Discovery Policy",
        "The default IdP Discovery Policy",
    ),
    (
        "ENTITY_RISK",
        "Entity Risk Policy",
        "What happens when a person's risk changes",
    ),
    (
        "POST_AUTH_SESSION",
        "Session Protection Policy",
        "What happens when a session is found in violation",
    ),
    (
        "SESSION_VIOLATION_DETECTION",
        "Session Violation Detection Policy",
        "When sessions are evaluated again",
    ),
];

const DEFAULT_WORDS: &str = "The default policy applies in all situations if no other policy applies.";

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

fn add(org: &mut Org, kind: &str, name: &str, description: Option<&str>, system: bool, rules: Vec<Value>) -> String {
    let id = org.ids.next(policy_prefix(kind));
    let mut body = json!({
        "id": id, "status": "ACTIVE", "name": name, "priority": 1, "system": system,
        "conditions": null, "created": "2022-05-03T08:12:00.000Z", "lastUpdated": "2022-05-03T08:12:00.000Z", "type": kind,
    });
    if let Some(words) = description {
        body["description"] = json!(words);
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

pub(crate) fn named(org: &Org, name: &str) -> Option<String> {
    org.policies
        .iter()
        .find(|(_, it)| it.body.get("name").is_some_and(|have| have == name))
        .map(|(id, _)| id.clone())
}
