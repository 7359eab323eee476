//! What is counted and judged over everybody.

use expect_test::expect;
use serde_json::{Value, json};

use super::*;

#[test]
fn a_survey_counts_and_names_the_worst() {
    let rows = rows_with(&choices(&[
        ("role", copy("role")),
        ("locale", copy("lang")),
        ("tenure", typed("3")),
    ]));
    let (ana, old) = ana();
    let mut bob = ana.clone();
    bob.profile.insert("costCenter", json!("CC-1"));
    let mut owner = old.clone();
    owner.insert("role", json!("owner"));
    let mut blank = old.clone();
    blank.insert("role", Value::Null);
    let ids: Vec<UserId> = ["00u1", "00u2", "00u3", "00u4"].map(UserId::from).to_vec();
    let people = [
        (&ids[0], values(&ana, &old)),
        (&ids[1], values(&bob, &owner)),
        (&ids[2], values(&bob, &blank)),
        (
            &ids[3],
            PersonValues {
                person: None,
                planned_username: None,
                ..values(&bob, &old)
            },
        ),
    ];
    let found = survey(&rows, people);
    let mut shown = format!("{} people\n", found.people);
    for row in &rows {
        let a = &found.by_attribute[&row.attribute.name];
        shown += &format!(
            "{}: filled {} blank {} problems {} same {} renamed {} changed {} dropped {} unknown {} {:?}\n",
            row.attribute.name,
            a.filled,
            a.blank,
            a.problems(),
            a.same,
            a.renamed,
            a.changed,
            a.dropped,
            a.unknown,
            a.worst
                .iter()
                .map(|(user, trouble)| format!("{user} {trouble:?}"))
                .collect::<Vec<_>>()
        );
    }
    for (user, troubles) in &found.troubles {
        let words: Vec<String> = troubles
            .iter()
            .map(|(name, problem)| format!("{name} {}", problem.words()))
            .collect();
        shown += &format!("{user}: {}\n", words.join(", "));
    }
    for gap in gaps(&found) {
        shown += &format!("gap {} {} {:?}\n", gap.words(), gap.people, gap.examples);
    }
    expect![[r#"
        4 people
        userName: filled 3 blank 0 problems 0 same 0 renamed 0 changed 3 dropped 0 unknown 1 ["00u1 Changed", "00u2 Changed", "00u3 Changed", "00u4 Unknown"]
        email: filled 3 blank 0 problems 0 same 3 renamed 0 changed 0 dropped 0 unknown 1 ["00u4 Unknown"]
        role: filled 3 blank 1 problems 2 same 1 renamed 2 changed 0 dropped 0 unknown 0 ["00u2 NotInList", "00u3 BlankRequired"]
        groups: filled 4 blank 0 problems 0 same 4 renamed 0 changed 0 dropped 0 unknown 0 []
        locale: filled 4 blank 0 problems 0 same 4 renamed 0 changed 0 dropped 0 unknown 0 []
        costCenter: filled 3 blank 0 problems 1 same 2 renamed 0 changed 1 dropped 0 unknown 1 ["00u1 TooLong", "00u1 Changed", "00u4 Unknown"]
        seat: filled 0 blank 4 problems 0 same 0 renamed 0 changed 0 dropped 0 unknown 0 []
        phone: filled 0 blank 4 problems 0 same 0 renamed 0 changed 0 dropped 0 unknown 0 []
        tenure: filled 4 blank 0 problems 0 same 0 renamed 0 changed 0 dropped 0 unknown 0 []
        handle: filled 0 blank 4 problems 0 same 0 renamed 0 changed 0 dropped 0 unknown 0 []
        vip: filled 0 blank 4 problems 0 same 0 renamed 0 changed 0 dropped 0 unknown 0 []
        00u1: costCenter 13 characters, limit 10
        00u2: role not in the list of the new app
        00u3: role blank, but required
        gap costCenter: too long 1 [UserId("00u1")]
        gap role: blank, but required 1 [UserId("00u3")]
        gap role: not in the list of the new app 1 [UserId("00u2")]
    "#]].assert_eq(&shown);
}

#[test]
fn formats_and_types_are_judged_only_where_sure() {
    let schema = |name: &str, kind: &str| {
        Schema::read(json!({"name": name, "definitions": {"base": {"properties": {
            "v": serde_json::from_str::<Value>(kind).unwrap()}}}}))
    };
    let cases = [
        (r#"{"type":"string","format":"email"}"#, json!("no address")),
        (r#"{"type":"string","format":"email"}"#, json!("o'neil+x@nw.example")),
        (r#"{"type":"string","format":"uri"}"#, json!("www.nw.example")),
        (r#"{"type":"string","format":"uri"}"#, json!("https://nw.example/a")),
        (r#"{"type":"string","format":"date-time"}"#, json!("yesterday")),
        (
            r#"{"type":"string","format":"date-time"}"#,
            json!("2026-01-02T03:04:05.000Z"),
        ),
        (r#"{"type":"string","format":"country-code"}"#, json!("Germany")),
        (r#"{"type":"string","format":"locale"}"#, json!("en_US")),
        (
            r#"{"type":"string","format":"timezone"}"#,
            json!("Central European Time"),
        ),
        (r#"{"type":"string","format":"ref-id"}"#, json!("?")),
        (r#"{"type":"string","pattern":"^CC-[0-9]+$"}"#, json!("CC-x")),
        (r#"{"type":"string","pattern":"(?<=a)b"}"#, json!("cannot be judged")),
        (r#"{"type":"string","minLength":3}"#, json!("ab")),
        (r#"{"type":"integer"}"#, json!("4")),
        (r#"{"type":"integer"}"#, json!(4.0)),
        (r#"{"type":"integer"}"#, json!(4.5)),
        (r#"{"type":"array","items":{"type":"string"}}"#, json!("a")),
    ];
    let mut shown = String::new();
    for (kind, value) in cases {
        let rows = rows(&AttributeInput {
            old_schema: &schema("old", kind),
            new_schema: &schema("new", kind),
            old_mappings: &[],
            new_mappings: &[],
            template: None,
            choices: &Choices::default(),
        });
        let words = problem(&rows[0], Some(&value)).map(|p| p.words()).unwrap_or_default();
        shown += &format!("{kind} {value}: {words}\n");
    }
    expect![[r#"
        {"type":"string","format":"email"} "no address": is not an e-mail address
        {"type":"string","format":"email"} "o'neil+x@nw.example": 
        {"type":"string","format":"uri"} "www.nw.example": is not an address with a scheme, such as https:
        {"type":"string","format":"uri"} "https://nw.example/a": 
        {"type":"string","format":"date-time"} "yesterday": is not a date and time
        {"type":"string","format":"date-time"} "2026-01-02T03:04:05.000Z": 
        {"type":"string","format":"country-code"} "Germany": is not a country code such as US
        {"type":"string","format":"locale"} "en_US": 
        {"type":"string","format":"timezone"} "Central European Time": is not a time zone such as Europe/Berlin
        {"type":"string","format":"ref-id"} "?": 
        {"type":"string","pattern":"^CC-[0-9]+$"} "CC-x": does not fit the pattern ^CC-[0-9]+$
        {"type":"string","pattern":"(?<=a)b"} "cannot be judged": 
        {"type":"string","minLength":3} "ab": 2 characters, at least 3
        {"type":"integer"} "4": "4" is not a whole number.
        {"type":"integer"} 4.0: 
        {"type":"integer"} 4.5: "4.5" is not a whole number.
        {"type":"array","items":{"type":"string"}} "a": "a" is not a list.
    "#]]
    .assert_eq(&shown);
}
