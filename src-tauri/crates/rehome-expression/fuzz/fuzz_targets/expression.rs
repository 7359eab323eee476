//! Any text: nothing panics, positions lie inside the text, an explanation says what evaluating says, and a second
//! evaluation what the first one said.
//!
//! The first byte of the input chooses what is at hand for the person; the rest is the text.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::{Corpus, fuzz_target};
use rehome_expression::{Explained, Expression, Internal, Org, Preview, Readings, Scope, attributes, references};
use serde_json::{Map, Value, json};

static PROFILE: LazyLock<Map<String, Value>> = LazyLock::new(|| {
    let value = json!({
        "login": "Ana.Mueller@northwind.example", "email": "ana@northwind.example", "firstName": "Ana",
        "lastName": "Müller", "nickName": "", "title": null, "level": 7, "ratio": 0.5, "big": 9_007_199_254_740_993_i64,
        "remote": true, "skills": ["sql", "tea", null], "emoji": "a😀b", "date": "2021-09-20T00:00:00.000Z",
        "nested": {"a": [1, {"b": "c"}]}, "countryCode": "DE", "csv": "1, 2,3",
    });
    value.as_object().cloned().unwrap_or_default()
});

fuzz_target!(|input: &[u8]| -> Corpus {
    let Some((&choice, rest)) = input.split_first() else {
        return Corpus::Reject;
    };
    let Ok(text) = std::str::from_utf8(rest) else {
        return Corpus::Reject;
    };
    let profile = &*PROFILE;
    let groups = [("00g1", "Support Berlin"), ("00g2", "Finance"), ("00g3", "")];
    let on = |bit: u8| choice & (1 << bit) != 0;
    let some = |bit: u8| on(bit).then(|| attributes(profile));
    let scope = Scope {
        source: some(0),
        appuser: some(1),
        app: some(1),
        instance: some(2),
        app_variable: on(2).then_some("office365"),
        org: Org {
            name: Some("Northwind"),
            sub_domain: Some("northwind"),
            external_key: None,
        },
        internal: Internal {
            id: Some("00u1"),
            status: Some("ACTIVE"),
        },
        readings: Readings {
            null_is_a_word: on(3),
            absent_needle_is_null: on(4),
            out_of_range_is_null: on(4),
            replace_first_takes_patterns: on(5),
        },
        groups: on(6).then_some(groups.as_slice()),
        now: on(7).then(|| jiff::Timestamp::constant(1_438_363_117, 979_000_000)),
        ..Scope::new(profile)
    };
    let length = text.chars().count();
    for parsed in [Expression::parse(text), Expression::template(text)] {
        match parsed {
            Ok(expression) => check(&expression, &scope, length),
            Err(problem) => assert!(problem.at <= length && !problem.message.is_empty(), "{problem:?}"),
        }
    }
    references(text);
    Corpus::Keep
});

fn check(expression: &Expression, scope: &Scope<'_>, length: usize) {
    let preview = expression.evaluate(scope);
    match &preview {
        Preview::Value(_) => {}
        Preview::Warned { warnings, .. } => {
            assert!(!warnings.is_empty());
            for warning in warnings {
                assert!(warning.at < length && !warning.words.is_empty(), "{warning:?}");
            }
        }
        Preview::Unknown { why } => assert!(!why.is_empty()),
        Preview::Error { at, message } => assert!(*at <= length && !message.is_empty()),
    }
    let explanation = expression.explain(scope);
    assert_eq!(explanation.preview, preview);
    assert_eq!(explanation.root.value(), preview.value());
    within(&explanation.root, 0, length);
    if let Some(giver) = explanation.giver()
        && let (Some(Value::String(given)), Some(Value::String(result))) = (giver.value(), preview.value())
    {
        assert_eq!(given, result);
    }
    explanation.lines();
}

fn within(part: &Explained, start: usize, end: usize) {
    assert!(
        start <= part.start && part.start <= part.end && part.end <= end,
        "{part:?}"
    );
    part.parts.iter().for_each(|below| within(below, part.start, part.end));
}
