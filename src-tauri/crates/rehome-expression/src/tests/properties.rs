//! For any text and any person: nothing panics, places lie inside the text, explaining says what evaluating says.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::profile;
use crate::{Explained, Expression, Preview, Scope, evaluate, references};

#[test]
fn every_cut_of_a_good_text_is_handled() {
    let profile = profile();
    let scope = Scope::new(&profile);
    let text =
        r#"String.substring(user.emoji, 0, 3) + (user.level > 6 ? {"é", 'b'}[0] : Arrays.get(user.skills, 1)) ?: -1"#;
    assert_eq!(evaluate(text, &scope).sure(), Some(&json!("a😀é")));
    let characters: Vec<char> = text.chars().collect();
    for end in 0..characters.len() {
        for start in [0, end / 2] {
            evaluate(&characters[start..end].iter().collect::<String>(), &scope);
        }
    }
}

#[test]
fn depth_and_length_are_bounded() {
    let profile = profile();
    let scope = Scope::new(&profile);
    for text in [
        "(".repeat(10_000),
        "!".repeat(10_000),
        "-".repeat(10_000),
        "{".repeat(10_000),
        "1?".repeat(10_000),
    ] {
        assert!(
            matches!(evaluate(&text, &scope), Preview::Error { .. }),
            "{}",
            &text[..4]
        );
    }
    assert_eq!(
        evaluate(&"1 + ".repeat(20_000).chars().chain(['1']).collect::<String>(), &scope).sure(),
        Some(&json!(20_001))
    );
    assert_eq!(
        evaluate(&format!("{}1{}", "(".repeat(60), ")".repeat(60)), &scope).sure(),
        Some(&json!(1))
    );
    let mut grows = "'aaaaaaaaaa'".to_owned();
    for _ in 0..10 {
        grows = format!("String.replace({grows}, 'a', 'aaaaaaaaaa')");
    }
    assert!(matches!(evaluate(&grows, &scope), Preview::Unknown { .. }));
}

/// Pieces of the language, to be thrown together.
const PARTS: [&str; 68] = [
    "user",
    ".",
    "email",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    ",",
    "?",
    ":",
    "?:",
    "+",
    "-",
    "==",
    "<",
    "!",
    "AND",
    "or",
    "'a'",
    "\"",
    "'",
    "0",
    "7",
    "99999999999999999999",
    "1.5",
    "null",
    "true",
    "String.substring",
    "Arrays.get",
    "substringBefore",
    "Convert.toInt",
    "${",
    "fn:",
    "😀",
    "İ",
    "\u{0}",
    " ",
    "skills",
    "emoji",
    "source",
    ".![",
    "stringSwitch",
    "String.stringSwitch(",
    "String.join(",
    "String.replaceFirst(",
    "Arrays.flatten(",
    "Time.fromStringToIso8601(",
    "Time.fromIso8601ToString(",
    "Time.fromUnixToIso8601(",
    "Time.now(",
    "Iso3166Convert.toName(",
    "user.getGroups(",
    "getFilteredGroups(",
    "isMemberOfGroupNameRegex(",
    "matches",
    "'group.id'",
    "'yyyy-MM-dd HH:mm'",
    "'2021-09-20T00:00:00Z'",
    "'(a|b)*'",
    "'DE'",
    "nested",
    "title",
    "level",
    "profile",
    "[0]",
    "%",
];

fn texts() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(PARTS.as_slice()), 0..24);
    prop_oneof![
        3 => pieces.prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
        1 => expressions(),
    ]
}

/// Texts that parse, and so are evaluated.
fn expressions() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        (-3i64..12).prop_map(|number| number.to_string()),
        "[a-zé😀@. ,]{0,6}".prop_map(|text| format!("'{text}'")),
        prop::sample::select(vec![
            "email", "title", "skills", "emoji", "level", "nested", "nickName", "remote"
        ])
        .prop_map(|name| format!("user.{name}")),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        let two = (inner.clone(), inner.clone());
        let three = (inner.clone(), inner.clone(), inner.clone());
        let call = |name: &'static str| move |(a, b): (String, String)| format!("{name}({a}, {b})");
        prop_oneof![
            (
                two.clone(),
                prop::sample::select(vec!["+", "-", "*", "==", "!=", "<", "AND", "or", "matches", "?:"])
            )
                .prop_map(|((a, b), sign)| format!("({a} {sign} {b})")),
            three.clone().prop_map(|(a, b, c)| format!("({a} == {b} ? {c} : {a})")),
            three.prop_map(|(a, b, c)| format!("String.substring({a}, {b}, {c})")),
            two.clone().prop_map(call("substringBefore")),
            two.clone().prop_map(call("Arrays.add")),
            two.clone().prop_map(call("Time.fromStringToIso8601")),
            two.clone().prop_map(call("String.append")),
            two.clone().prop_map(|(a, b)| format!("{{{a}, {b}}}")),
            two.prop_map(|(a, b)| format!("{a}[{b}]")),
            inner.prop_map(|a| format!("Arrays.toCsvString({a})")),
        ]
    })
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((any::<String>(), inner), 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

fn profiles() -> impl Strategy<Value = Map<String, Value>> {
    let names = [
        "email", "title", "skills", "emoji", "level", "nested", "nickName", "remote",
    ];
    let entries = prop::collection::vec((prop::sample::select(names.to_vec()), values()), 0..8);
    entries.prop_map(|entries| {
        let entries = entries.into_iter().map(|(name, value)| (name.to_owned(), value));
        entries.collect()
    })
}

fn within(part: &Explained, start: usize, end: usize) {
    assert!(
        start <= part.start && part.start <= part.end && part.end <= end,
        "{part:?}"
    );
    assert!(!part.words.is_empty());
    part.parts.iter().for_each(|below| within(below, part.start, part.end));
}

/// Everything that must hold for one text and one person.
fn holds(text: &str, profile: &Map<String, Value>) {
    let groups = [("00g1", "Support"), ("00g2", "")];
    let bare = Scope::new(profile);
    let full = Scope {
        appuser: Some(profile),
        app: Some(profile),
        groups: Some(&groups),
        now: Some(jiff::Timestamp::UNIX_EPOCH),
        ..Scope::new(profile)
    };
    let length = text.chars().count();
    for parsed in [Expression::parse(text), Expression::template(text)] {
        let expression = match parsed {
            Ok(expression) => expression,
            Err(problem) => {
                assert!(
                    problem.at <= length && !problem.message.is_empty(),
                    "{text:?}: {problem:?}"
                );
                continue;
            }
        };
        for scope in [&bare, &full] {
            let preview = expression.evaluate(scope);
            match &preview {
                Preview::Error { at, message } => {
                    assert!(*at <= length && !message.is_empty(), "{text:?}: {at} {message}")
                }
                Preview::Unknown { why } => assert!(!why.is_empty(), "{text:?}"),
                Preview::Warned { warnings, .. } => {
                    assert!(
                        !warnings.is_empty() && warnings.iter().all(|w| w.at < length),
                        "{text:?}"
                    );
                }
                Preview::Value(_) => {}
            }
            let explanation = expression.explain(scope);
            assert_eq!(explanation.preview, preview, "{text:?}");
            assert_eq!(explanation.root.value(), preview.value(), "{text:?}");
            within(&explanation.root, 0, length);
            if let Some(giver) = explanation.giver() {
                assert_eq!(giver.value(), preview.value(), "{text:?}");
            }
            // Brackets nest at most 64 deep; each level has few parts above one another.
            assert!(explanation.lines().iter().all(|line| line.depth < 400), "{text:?}");
        }
    }
    references(text);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_for_a_usual_person(text in texts()) {
        holds(&text, &profile());
    }

    #[test]
    fn any_person(text in expressions(), profile in profiles()) {
        holds(&text, &profile);
    }

    #[test]
    fn any_template(text in "[ a-z$]{0,5}", expression in expressions()) {
        holds(&format!("{text}${{{expression}}}{text}${{fn:toLowerCase({expression})}}"), &profile());
    }
}
