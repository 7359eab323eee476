//! What Okta fills in and drops in policies and rules, as recorded answers show against their requests.

use jiff::civil::{Date, date};
use serde_json::{Map, Value, json};

use crate::{Engine, state::Object};

/// Values where there are none yet; nothing that is there is touched.
fn fill(target: &mut Value, default: &Value) {
    if target.is_null() {
        *target = default.clone();
        return;
    }
    if let (Value::Object(target), Value::Object(default)) = (target, default) {
        for (name, value) in default {
            match target.get_mut(name) {
                Some(have) if have.is_object() => fill(have, value),
                Some(_) => {}
                None => drop(target.insert(name.clone(), value.clone())),
            }
        }
    }
}

fn entry<'a>(object: &'a mut Object, name: &str) -> &'a mut Value {
    object.entry(name).or_insert(Value::Null)
}

pub(super) fn complete_policy(policy: &mut Object, kind: &str, engine: Engine) {
    if kind == "PASSWORD" {
        fill(entry(policy, "settings"), &password_settings());
        fill(
            entry(policy, "conditions"),
            &json!({ "authProvider": { "provider": "OKTA" } }),
        );
    }
    if kind == "MFA_ENROLL" && engine == Engine::Identity {
        fill(
            entry(policy, "settings"),
            &json!({ "type": "AUTHENTICATORS", "authenticators": [] }),
        );
    }
}

fn password_settings() -> Value {
    json!({
        "password": {
            "complexity": { "minLength": 8, "minLowerCase": 1, "minUpperCase": 1, "minNumber": 1, "minSymbol": 0,
                "excludeUsername": true, "dictionary": { "common": { "exclude": false } }, "excludeAttributes": [] },
            "age": { "maxAgeDays": 0, "expireWarnDays": 0, "minAgeMinutes": 0, "historyCount": 4 },
            "lockout": { "maxAttempts": 10, "autoUnlockMinutes": 0, "userLockoutNotificationChannels": [],
                "showLockoutFailures": false },
            "breachedProtection": { "delegatedWorkflowId": null, "expireAfterDays": null, "logoutEnabled": false },
        },
        "recovery": { "factors": {
            "recovery_question": { "status": "INACTIVE", "properties": { "complexity": { "minLength": 4 } } },
            "okta_email": { "status": "INACTIVE", "properties": { "recoveryToken": { "tokenLifetimeMinutes": 60 } } },
            "okta_sms": { "status": "INACTIVE" },
            "okta_call": { "status": "INACTIVE" },
        } },
        "delegation": { "options": { "skipUnlock": false } },
    })
}

/// When rules of app policies began to show a risk condition.
const RISK: Date = date(2026, 6, 1);

/// Completes a rule that was made or replaced. Catch-all rules have no conditions.
pub(super) fn complete_rule(rule: &mut Object, kind: &str, engine: Engine, as_of: Option<Date>) {
    if rule.get("system").and_then(Value::as_bool) != Some(true) {
        let conditions = entry(rule, "conditions");
        tidy_platform(conditions);
        let mut wanted = conditions_of(kind);
        // Recorded in May 2026 without a risk condition, in June with one; the former all have an expression of their own.
        let risk = match as_of {
            Some(day) => day >= RISK,
            None => !conditions.get("elCondition").is_some_and(Value::is_object),
        };
        if !risk && let Some(wanted) = wanted.as_object_mut() {
            wanted.shift_remove("riskScore");
        }
        fill(conditions, &wanted);
    }
    let actions = entry(rule, "actions");
    match kind {
        "ACCESS_POLICY" => complete_sign_on(actions),
        "OKTA_SIGN_ON" => {
            if engine == Engine::Identity {
                fill(
                    actions,
                    &json!({ "signon": { "primaryFactor": "PASSWORD_IDP_ANY_FACTOR" } }),
                );
            }
            // What a rule without actions came back with, recorded by Okta for its Python SDK.
            fill(
                actions,
                &json!({ "signon": { "access": "ALLOW", "requireFactor": false, "rememberDeviceByDefault": false,
                    "session": { "usePersistentCookie": false, "maxSessionIdleMinutes": 720, "maxSessionLifetimeMinutes": 0 } } }),
            );
        }
        // The same.
        "PASSWORD" => fill(
            actions,
            &json!({ "passwordChange": { "access": "ALLOW" }, "selfServicePasswordReset": { "access": "ALLOW" },
                "selfServiceUnlock": { "access": "ALLOW" } }),
        ),
        _ => {}
    }
}

fn conditions_of(kind: &str) -> Value {
    match kind {
        "ACCESS_POLICY" => json!({
            "people": { "users": { "exclude": [] } }, "network": { "connection": "ANYWHERE" },
            "riskScore": { "level": "ANY" }, "userType": { "include": [], "exclude": [] },
        }),
        "OKTA_SIGN_ON" => json!({
            "people": { "users": { "exclude": [] } }, "network": { "connection": "ANYWHERE" },
            "authContext": { "authType": "ANY" }, "risk": { "behaviors": [] }, "riskScore": { "level": "ANY" },
            "identityProvider": { "provider": "ANY" },
        }),
        "IDP_DISCOVERY" => json!({
            "network": { "connection": "ANYWHERE" }, "platform": { "include": [], "exclude": [] },
            "app": { "include": [], "exclude": [] },
        }),
        "PASSWORD" | "MFA_ENROLL" => json!({
            "people": { "users": { "exclude": [] } }, "network": { "connection": "ANYWHERE" },
        }),
        _ => json!({}),
    }
}

/// Recorded: an empty platform condition vanishes, one with an `include` gets its `exclude`, null expressions go.
fn tidy_platform(conditions: &mut Value) {
    let Some(conditions) = conditions.as_object_mut() else {
        return;
    };
    let Some(platform) = conditions.get_mut("platform").and_then(Value::as_object_mut) else {
        return;
    };
    if platform.is_empty() {
        conditions.shift_remove("platform");
        return;
    }
    for side in ["include", "exclude"] {
        let list = platform.entry(side).or_insert_with(|| json!([]));
        for os in list.as_array_mut().into_iter().flatten() {
            if let Some(os) = os.get_mut("os").and_then(Value::as_object_mut)
                && os.get("expression").is_some_and(Value::is_null)
            {
                os.shift_remove("expression");
            }
        }
    }
}

/// Chains of authentication methods carry their own times; every other method asks again after twelve hours unless told.
fn complete_sign_on(actions: &mut Value) {
    fill(
        actions,
        &json!({ "appSignOn": { "access": "ALLOW", "keepMeSignedIn": { "postAuth": "NOT_ALLOWED" } } }),
    );
    let Some(method) = actions["appSignOn"]
        .get_mut("verificationMethod")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    if method.get("type").and_then(Value::as_str) == Some("AUTH_METHOD_CHAIN") {
        method.shift_remove("factorMode");
        return;
    }
    method.entry("reauthenticateIn").or_insert_with(|| json!("PT12H"));
    for constraint in method
        .get_mut("constraints")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
        .filter_map(Value::as_object_mut)
    {
        keep(constraint, &["knowledge", "possession"]);
    }
}

/// Recorded: constraints lose what Okta does not know in them.
fn keep(object: &mut Map<String, Value>, known: &[&str]) {
    object.retain(|name, _| known.contains(&name.as_str()));
}

/// What the catch-all rule of a new app policy does; `None` for types whose policies begin without rules.
pub(super) fn catch_all(kind: &str) -> Option<Value> {
    Some(match kind {
        "ACCESS_POLICY" => json!({ "appSignOn": {
            "access": "ALLOW",
            "verificationMethod": { "factorMode": "2FA", "type": "ASSURANCE", "reauthenticateIn": "PT12H",
                "constraints": [{ "possession": { "required": true, "deviceBound": "REQUIRED" } }] },
            "keepMeSignedIn": { "postAuth": "NOT_ALLOWED" },
        } }),
        "PROFILE_ENROLLMENT" => json!({ "profileEnrollment": {
            "access": "DENY", "preRegistrationInlineHooks": null, "profileAttributes": [], "targetGroupIds": null,
            "unknownUserAction": "DENY", "activationRequirements": { "emailVerification": true },
        } }),
        "DEVICE_SIGNAL_COLLECTION" => json!({ "deviceSignalCollection": { "deviceSignalCollections": [] } }),
        _ => return None,
    })
}

/// What the default rule of the other types does.
pub(super) fn default_actions(kind: &str) -> Value {
    match kind {
        "OKTA_SIGN_ON" => {
            json!({ "signon": { "access": "ALLOW", "requireFactor": false, "rememberDeviceByDefault": false,
            "session": { "usePersistentCookie": false, "maxSessionIdleMinutes": 120, "maxSessionLifetimeMinutes": 0 } } })
        }
        "MFA_ENROLL" => json!({ "enroll": { "self": "CHALLENGE" } }),
        "IDP_DISCOVERY" => json!({ "idp": { "providers": [{ "type": "OKTA" }] } }),
        "SESSION_VIOLATION_DETECTION" => {
            json!({ "sessionViolationDetection": { "policyEvaluation": { "enabled": false } } })
        }
        "ENTITY_RISK" => json!({ "entityRisk": { "actions": [] } }),
        "POST_AUTH_SESSION" => json!({ "postAuthSession": { "failureActions": [] } }),
        _ => json!({}),
    }
}
