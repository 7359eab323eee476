//! What the language gives, by example.

mod documented;
mod documents;
mod explain;
mod honesty;
mod preview;
mod properties;
mod rows;
mod speed;
mod times;

use expect_test::Expect;
use serde_json::{Map, Value, json};

use super::*;

fn profile() -> Map<String, Value> {
    let value = json!({
        "login": "Ana.Mueller@northwind.example", "email": "ana.mueller@northwind.example", "firstName": "Ana", "lastName": "Müller",
        "nickName": "", "title": null, "costCenter": "CC-0004711-EU", "userType": "Contractor", "level": 7, "ratio": 0.5,
        "remote": true, "skills": ["sql", "tea"], "emoji": "a😀b",
    });
    value.as_object().expect("an object").clone()
}

fn shown(preview: &Preview) -> String {
    match preview {
        Preview::Value(value) => format!("{value}"),
        Preview::Warned { value, .. } => format!("{value}  [guess] {}", preview.words()),
        Preview::Unknown { why } => format!("unknown: {why}"),
        Preview::Error { at, message } => format!("refused at {at}: {message}"),
    }
}

fn table(texts: &[&str], of: impl Fn(&str) -> Preview) -> String {
    texts
        .iter()
        .map(|text| format!("{text}\n    {}\n", shown(&of(text))))
        .collect()
}

fn check(texts: &[&str], expected: Expect) {
    let profile = profile();
    let app = json!({"domain": "northwind.example", "namingContext": "corp.local"})
        .as_object()
        .expect("an object")
        .clone();
    let scope = Scope {
        app: Some(&app),
        app_variable: Some("office365"),
        org: Org {
            name: Some("Northwind"),
            sub_domain: Some("northwind"),
            external_key: None,
        },
        internal: Internal {
            id: Some("00u1"),
            status: Some("ACTIVE"),
        },
        ..Scope::new(&profile)
    };
    expected.assert_eq(&table(texts, |text| evaluate(text, &scope)));
}

fn check_template(texts: &[&str], expected: Expect) {
    let profile = profile();
    let instance = json!({"userSuffix": "@corp"}).as_object().expect("an object").clone();
    let scope = Scope {
        instance: Some(&instance),
        ..Scope::new(&profile)
    };
    expected.assert_eq(&table(texts, |text| evaluate_template(text, &scope)));
}
