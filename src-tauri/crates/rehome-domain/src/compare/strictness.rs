//! Which way a rule of an access policy has changed, where that can be told.

use std::collections::BTreeSet;

use serde_json::Value;

use super::durations::seconds;

/// What a new rule asks, held against the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Stricter,
    Weaker,
}

/// What gets stricter and what gets weaker from `old` to `new`, as halves of a sentence. Empty where nothing can be told.
pub fn changes(old: &Value, new: &Value) -> Vec<(Direction, String)> {
    use Direction::{Stricter, Weaker};
    let mut found = Vec::new();
    let (old_access, new_access) = (access(old), access(new));
    match (old_access, new_access) {
        ("ALLOW", "DENY") => return vec![(Stricter, "denies whom the old one let in".to_owned())],
        ("DENY", "ALLOW") => return vec![(Weaker, "lets in whom the old one denied".to_owned())],
        ("ALLOW", "ALLOW") => {}
        // A denial under fewer conditions denies more; which people that meets cannot be told from here.
        _ => return found,
    }
    let (old_method, new_method) = (method(old), method(new));
    match (factors(old_method), factors(new_method)) {
        (Some(a), Some(b)) if a < b => found.push((Stricter, "asks for two factors instead of one".to_owned())),
        (Some(a), Some(b)) if a > b => found.push((Weaker, "asks for one factor instead of two".to_owned())),
        _ => {}
    }
    let again = |method: &Value| method["reauthenticateIn"].as_str().and_then(seconds);
    match (again(old_method), again(new_method)) {
        (Some(a), Some(b)) if a > b => found.push((Stricter, "asks again sooner".to_owned())),
        (Some(a), Some(b)) if a < b => found.push((Weaker, "asks again later".to_owned())),
        _ => {}
    }
    let (old_needs, new_needs) = (demands(old_method), demands(new_method));
    let lost: Vec<&str> = old_needs.difference(&new_needs).copied().collect();
    let gained: Vec<&str> = new_needs.difference(&old_needs).copied().collect();
    if !lost.is_empty() {
        found.push((
            Weaker,
            format!("no longer insists on a factor that is {}", lost.join(", ")),
        ));
    }
    if !gained.is_empty() {
        found.push((Stricter, format!("insists on a factor that is {}", gained.join(", "))));
    }
    for (key, words) in [
        ("network", "network"),
        ("device", "device"),
        ("riskScore", "risk"),
        ("platform", "platform"),
    ] {
        match (limits(old, key), limits(new, key)) {
            (true, false) => found.push((Weaker, format!("has no {words} condition any more"))),
            (false, true) => found.push((Stricter, format!("has a {words} condition that the old one lacks"))),
            _ => {}
        }
    }
    let stays = |rule: &Value| rule["actions"]["appSignOn"]["keepMeSignedIn"]["postAuth"] == "ALLOWED";
    match (stays(old), stays(new)) {
        (false, true) => found.push((Weaker, "offers to stay signed in".to_owned())),
        (true, false) => found.push((Stricter, "no longer offers to stay signed in".to_owned())),
        _ => {}
    }
    found
}

pub fn access(rule: &Value) -> &str {
    rule["actions"]["appSignOn"]["access"].as_str().unwrap_or_default()
}

fn method(rule: &Value) -> &Value {
    &rule["actions"]["appSignOn"]["verificationMethod"]
}

fn factors(method: &Value) -> Option<u8> {
    match method["factorMode"].as_str()? {
        "1FA" => Some(1),
        "2FA" => Some(2),
        _ => None,
    }
}

/// What every way to satisfy the rule insists on.
fn demands(method: &Value) -> BTreeSet<&'static str> {
    const KEYS: [(&str, &str); 4] = [
        ("phishingResistant", "phishing-resistant"),
        ("hardwareProtection", "hardware-protected"),
        ("deviceBound", "bound to the device"),
        ("userVerification", "with PIN or biometrics"),
    ];
    let constraints = method["constraints"].as_array().map(Vec::as_slice).unwrap_or_default();
    let needs = |key: &str| {
        !constraints.is_empty()
            && constraints
                .iter()
                .all(|constraint| constraint["possession"][key] == "REQUIRED")
    };
    KEYS.into_iter()
        .filter(|(key, _)| needs(key))
        .map(|(_, words)| words)
        .collect()
}

/// Whether a condition narrows anything down.
fn limits(rule: &Value, key: &str) -> bool {
    let condition = &rule["conditions"][key];
    let any = |value: &Value| value["type"] == "ANY" && value["os"]["type"].as_str().is_none_or(|os| os == "ANY");
    let listed = |value: &Value| {
        value
            .as_array()
            .is_some_and(|items| items.iter().any(|item| !any(item)))
    };
    match key {
        "network" => condition["connection"].as_str().is_some_and(|to| to != "ANYWHERE"),
        "riskScore" => condition["level"].as_str().is_some_and(|level| level != "ANY"),
        "platform" => listed(&condition["include"]) || listed(&condition["exclude"]),
        _ => {
            condition["registered"] == true
                || condition["managed"] == true
                || condition["assurance"]["include"]
                    .as_array()
                    .is_some_and(|ids| !ids.is_empty())
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use serde_json::json;

    use super::*;

    fn rule(method: Value, conditions: Value) -> Value {
        json!({"name": "r", "conditions": conditions, "actions": {"appSignOn": {"access": "ALLOW", "verificationMethod": method}}})
    }

    fn check(old: &Value, new: &Value, expected: Expect) {
        let found: String = changes(old, new)
            .into_iter()
            .map(|(direction, words)| format!("{direction:?}: {words}\n"))
            .collect();
        expected.assert_eq(&found);
    }

    #[test]
    fn both_directions_are_told() {
        let strict = rule(
            json!({"type": "ASSURANCE", "factorMode": "2FA", "reauthenticateIn": "PT2H",
                "constraints": [{"possession": {"phishingResistant": "REQUIRED"}}]}),
            json!({"network": {"connection": "ZONE", "include": ["nzo1"]}, "riskScore": {"level": "LOW"}}),
        );
        let loose = rule(
            json!({"type": "ASSURANCE", "factorMode": "1FA", "reauthenticateIn": "PT12H"}),
            json!({"network": {"connection": "ANYWHERE"}, "riskScore": {"level": "ANY"}}),
        );
        check(
            &strict,
            &loose,
            expect![[r#"
                Weaker: asks for one factor instead of two
                Weaker: asks again later
                Weaker: no longer insists on a factor that is phishing-resistant
                Weaker: has no network condition any more
                Weaker: has no risk condition any more
            "#]],
        );
        check(
            &loose,
            &strict,
            expect![[r#"
                Stricter: asks for two factors instead of one
                Stricter: asks again sooner
                Stricter: insists on a factor that is phishing-resistant
                Stricter: has a network condition that the old one lacks
                Stricter: has a risk condition that the old one lacks
            "#]],
        );
        check(&strict, &strict, expect![[""]]);
        let denied = json!({"actions": {"appSignOn": {"access": "DENY"}}});
        check(
            &strict,
            &denied,
            expect![[r#"
            Stricter: denies whom the old one let in
        "#]],
        );
        check(
            &denied,
            &strict,
            expect![[r#"
            Weaker: lets in whom the old one denied
        "#]],
        );
    }
}
