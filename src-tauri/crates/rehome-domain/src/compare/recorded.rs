//! Apps as real orgs answered them, where the reference data lies on this machine (`REHOME_OKTA_REFERENCE=DIR`).

use jiff::Timestamp;
use serde_json::Value;

use super::{CompareInput, Engine, Side, compare, policy_words};
use crate::App;

/// What `take` finds in the answers of both engines; without the reference the test says that it was not run.
fn recorded<T>(take: fn(&Value, &mut Vec<T>)) -> Option<Vec<T>> {
    let Ok(folder) = std::env::var("REHOME_OKTA_REFERENCE") else {
        eprintln!("not run: REHOME_OKTA_REFERENCE is not set");
        return None;
    };
    let mut found = Vec::new();
    for file in ["oie.jsonl", "classic.jsonl"] {
        let text =
            std::fs::read_to_string(format!("{folder}/recordings/{file}")).expect("the reference holds recordings");
        for line in text.lines() {
            let line: Value = serde_json::from_str(line).expect("a recording is one JSON object a line");
            take(&line["response"], &mut found);
        }
    }
    Some(found)
}

/// Every object in an answer that looks like an app.
fn apps(value: &Value, found: &mut Vec<App>) {
    match value {
        Value::Object(object) => {
            if object.contains_key("signOnMode") && object.contains_key("label") {
                found.extend(App::read(value.clone()));
            }
            object.values().for_each(|value| apps(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| apps(item, found)),
        _ => {}
    }
}

#[test]
fn recorded_apps_are_compared_without_dropping_a_difference() {
    let Some(found) = recorded(apps) else {
        return;
    };
    assert!(found.len() > 100, "only {} apps were found", found.len());
    for pair in found.windows(2) {
        let input = CompareInput::new(Engine::Identity, Side::new(pair[0].clone()), Side::new(pair[1].clone()));
        let comparison = compare(&input, Timestamp::UNIX_EPOCH);
        let sheet = crate::handover::sheet(
            &input.old,
            &input.new,
            "https://example.okta.com",
            Timestamp::UNIX_EPOCH,
        );
        for row in comparison.rows().filter(|row| row.matters()) {
            let finding = row
                .finding
                .as_ref()
                .unwrap_or_else(|| panic!("{} has no finding", row.id));
            assert!(
                comparison.findings.iter().any(|f| f.id == *finding),
                "{} points to nothing",
                row.id
            );
        }
        let shown = format!("{comparison:?} {sheet:?} {}", crate::handover::text(&sheet));
        for app in pair {
            if let Some(secret) = app.raw["credentials"]["oauthClient"]["client_secret"]
                .as_str()
                .filter(|s| s.len() > 12)
            {
                assert!(!shown.contains(secret), "a client secret is shown");
            }
        }
    }
}

/// Every object in an answer that looks like a rule of an access policy.
fn rules(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Object(object) => {
            if object.get("type").is_some_and(|kind| kind == "ACCESS_POLICY") && object.contains_key("actions") {
                found.push(value.clone());
            }
            object.values().for_each(|value| rules(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| rules(item, found)),
        _ => {}
    }
}

#[test]
fn recorded_rules_have_words_for_everything_they_hold() {
    let Some(found) = recorded(rules) else {
        return;
    };
    assert!(found.len() > 50, "only {} rules were found", found.len());
    for rule in &found {
        let line = policy_words(rule, &std::collections::BTreeMap::new()).line();
        assert!(!line.contains('{'), "without words: {line}");
    }
}
