use expect_test::{Expect, expect};
use serde_json::{Map, Value, json};

use super::*;
use crate::{Person, plain};

fn old_schema() -> Schema {
    Schema::read(json!({"name": "zendesk_1", "definitions": {
        "base": {"properties": {
            "userName": {"title": "Username", "type": "string", "required": true},
            "email": {"title": "Email", "type": "string", "externalName": "emails.primary"},
            "role": {"title": "Role", "type": "string", "oneOf": [
                {"const": "light_agent", "title": "Light agent"}, {"const": "admin", "title": "Administrator"},
                {"const": "owner", "title": "Owner"}]},
            "groupNames": {"title": "Names of groups", "type": "array", "items": {"type": "string"}},
            "lang": {"title": "Language", "type": "string", "externalName": "locale"},
            "seat": {"title": "Seat number", "type": "integer"}}},
        "custom": {"properties": {
            "legacyId": {"title": "Legacy id", "type": "string"},
            "costCenter": {"title": "Cost center", "type": "string"},
            "phoneWork": {"title": "Phone (work)", "type": "string"},
            "phoneHome": {"title": "Phone (home)", "type": "string"}}}}}))
}

fn new_schema() -> Schema {
    Schema::read(json!({"name": "zendesk_2", "definitions": {
        "base": {"properties": {
            "userName": {"title": "Username", "type": "string", "required": true},
            "email": {"title": "Email", "type": "string", "required": true},
            "role": {"title": "Role", "type": "string", "required": true, "oneOf": [
                {"const": "agent_light", "title": "Light Agent"}, {"const": "Admin", "title": "Admin"},
                {"const": "viewer", "title": "Viewer"}]},
            "groups": {"title": "Groups", "type": "array", "items": {"type": "string"}},
            "locale": {"title": "Locale", "type": "string", "externalName": "locale"},
            "costCenter": {"title": "Cost center", "type": "string", "maxLength": 10},
            "seat": {"title": "Seat", "type": "string"},
            "phone": {"title": "Phone", "type": "string"},
            "tenure": {"title": "Tenure", "type": "integer", "required": true},
            "handle": {"title": "Handle", "type": "string", "mutability": "READ_ONLY"}}},
        "custom": {"properties": {"vip": {"title": "VIP", "type": "boolean"}}}}}))
}

fn mapping(source: &str, properties: Value) -> Mapping {
    Mapping::read(json!({"id": "prm1", "source": {"id": source}, "target": {"id": "0oa2"}, "properties": properties}))
        .unwrap()
}

fn okta(expression: &str) -> Value {
    json!({"expression": expression, "pushStatus": "PUSH"})
}

fn rows_with(choices: &Choices) -> Vec<AttributeRow> {
    let template = UsernameTemplate {
        template: "${source.email}".into(),
        kind: "BUILT_IN".into(),
        suffix: None,
    };
    rows(&AttributeInput {
        old_schema: &old_schema(),
        new_schema: &new_schema(),
        old_mappings: &[mapping("oty1", json!({"role": okta("user.zendeskRole")}))],
        new_mappings: &[mapping(
            "oty1",
            json!({"email": okta("user.email"), "costCenter": okta("user.costCenter")}),
        )],
        template: Some(&template),
        choices,
    })
}

fn choices(list: &[(&str, Fill)]) -> Choices {
    list.iter()
        .map(|(name, fill)| ((*name).to_owned(), fill.clone()))
        .collect()
}

fn copy(name: &str) -> Fill {
    Fill::OldAttribute { name: name.to_owned() }
}

fn typed(value: &str) -> Fill {
    Fill::Constant {
        value: value.to_owned(),
    }
}

fn ana() -> (Person, Map<String, Value>) {
    let person = json!({"id": "00u1", "status": "ACTIVE", "type": {"id": "oty1"}, "profile": {"login": "ana", "firstName": "Ana",
        "lastName": "Müller", "email": "ana@nw.example", "costCenter": "CC-0004711-EU"}});
    let old = json!({"email": "ana@nw.example", "role": "light_agent", "groupNames": ["Tier 1", "Billing"], "lang": "de-DE",
        "legacyId": "77", "costCenter": "CC-1", "seat": 4});
    (Person::read(&person).unwrap(), old.as_object().unwrap().clone())
}

fn values<'a>(person: &'a Person, old: &'a Map<String, Value>) -> PersonValues<'a> {
    PersonValues {
        old_profile: old,
        old_username: "ana@nw.example",
        planned_username: Some("Ana@nw.example"),
        person: Some(person),
        new_settings: None,
        new_variable: Some("zendesk_2"),
        org: rehome_expression::Org::default(),
        overrides: None,
    }
}

fn check_rows(choices: &Choices, expected: Expect) {
    let mut shown = String::new();
    for row in rows_with(choices) {
        shown += &format!(
            "{} ({}) {:?} {:?}\n",
            row.attribute.name,
            row.facts(),
            row.fill,
            row.state
        );
        for words in [Some(&row.reason), row.hint.as_ref()]
            .into_iter()
            .flatten()
            .filter(|w| !w.is_empty())
        {
            shown += &format!("    {words}\n");
        }
        if !row.renamed.is_empty() {
            shown += &format!("    renamed {:?}\n", row.renamed);
        }
    }
    expected.assert_eq(&shown);
}

#[test]
fn each_attribute_is_mapped_guessed_or_left() {
    check_rows(
        &Choices::default(),
        expect![[r#"
        userName (required, string) Okta { expression: "${source.email}" } ByOkta
        email (required, string) Okta { expression: "user.email" } ByOkta
        role (required, one of 3 values) OldAttribute { name: "role" } Guessed
            Both apps call it so.
            On the old app Okta fills it with user.zendeskRole; the same mapping on the new app would keep it current.
            renamed [(String("light_agent"), String("agent_light")), (String("admin"), String("Admin"))]
        groups (list) OldAttribute { name: "groupNames" } Guessed
            The names are alike.
        locale (string) OldAttribute { name: "lang" } Guessed
            The service knows both by the same name.
        costCenter (string, at most 10 characters) Okta { expression: "user.costCenter" } ByOkta
        seat (string) Nothing Excluded
            seat of the old app is of type integer, not string.
        phone (string) Nothing Excluded
            Several might fit: phoneWork, phoneHome.
        tenure (required, integer) Nothing Excluded
            Required, and nothing fills it.
        handle (string) Nothing Excluded
            The service sets it; it cannot be written.
        vip (boolean) Nothing Excluded
    "#]],
    );
}

#[test]
fn choices_are_followed_and_stale_ones_said() {
    let choices = choices(&[
        ("email", Fill::Nothing),
        ("role", copy("role")),
        ("groups", Fill::Nothing),
        ("locale", typed("en-US")),
        ("seat", copy("seat")),
        ("phone", copy("gone")),
        ("tenure", typed("many")),
        ("vip", typed("true")),
        ("costCenter", typed("x")),
    ]);
    check_rows(
        &choices,
        expect![[r#"
            userName (required, string) Okta { expression: "${source.email}" } ByOkta
            email (required, string) Okta { expression: "user.email" } ByOkta
            role (required, one of 3 values) OldAttribute { name: "role" } Confirmed
                On the old app Okta fills it with user.zendeskRole; the same mapping on the new app would keep it current.
                renamed [(String("light_agent"), String("agent_light")), (String("admin"), String("Admin"))]
            groups (list) Nothing Excluded
                Left empty on purpose.
            locale (string) Constant { value: "en-US" } Confirmed
            costCenter (string, at most 10 characters) Okta { expression: "user.costCenter" } ByOkta
                Okta's mapping fills it: Okta would refuse another value, so none is sent.
            seat (string) OldAttribute { name: "seat" } Confirmed
                seat of the old app holds another type of value.
            phone (string) Nothing Excluded
                gone, chosen before, is no longer an attribute of the old app. Several might fit: phoneWork, phoneHome.
            tenure (required, integer) Constant { value: "many" } Confirmed
                "many" is not a whole number.
            handle (string) Nothing Excluded
                The service sets it; it cannot be written.
            vip (boolean) Constant { value: "true" } Confirmed
        "#]],
    );
}

#[test]
fn a_person_is_previewed() {
    let (person, old) = ana();
    let mut shown = String::new();
    let choices = choices(&[
        ("locale", typed("en-US")),
        ("vip", typed("true")),
        ("tenure", typed("3")),
    ]);
    for row in rows_with(&choices) {
        let preview = preview(&row, &values(&person, &old));
        let (value, old) = (preview.value.as_ref().map(plain), preview.old.as_ref().map(plain));
        shown += &format!(
            "{}: {value:?} (old {old:?}) {} {:?}\n",
            row.attribute.name, preview.against_old, preview.doubt
        );
    }
    expect![[r#"
        userName: Some("Ana@nw.example") (old Some("ana@nw.example")) differs in case only None
        email: Some("ana@nw.example") (old Some("ana@nw.example")) same as old None
        role: Some("agent_light") (old Some("light_agent")) value renamed None
        groups: Some("Tier 1, Billing") (old Some("Tier 1, Billing")) same as old None
        locale: Some("en-US") (old Some("de-DE")) differs from old None
        costCenter: Some("CC-0004711-EU") (old Some("CC-1")) 13 characters, limit 10 None
        seat: None (old None)  None
        phone: None (old None)  None
        tenure: Some("3") (old None) empty on the old app None
        handle: None (old None)  None
        vip: Some("true") (old None) empty on the old app None
    "#]]
    .assert_eq(&shown);
}

#[test]
fn only_confirmed_and_unmapped_values_are_sent() {
    let (person, old) = ana();
    let sent = |choices: &Choices| Value::Object(body_for(&rows_with(choices), &values(&person, &old))).to_string();
    assert_eq!(sent(&Choices::default()), "{}");
    let choices = choices(&[
        ("userName", typed("x")),
        ("email", typed("x")),
        ("role", copy("role")),
        ("groups", copy("groupNames")),
        ("locale", Fill::Nothing),
        ("vip", typed("true")),
        ("tenure", typed("many")),
        ("phone", copy("phoneHome")),
        ("handle", typed("x")),
        ("stranger", typed("x")),
    ]);
    expect![[r#"{"role":"agent_light","groups":["Tier 1","Billing"],"vip":true}"#]].assert_eq(&sent(&choices));
}

#[test]
fn values_that_the_new_app_would_not_take_are_named() {
    let (person, mut old) = ana();
    old.insert("role".into(), json!("owner"));
    let rows = rows_with(&choices(&[("role", copy("role")), ("tenure", typed("many"))]));
    let found = problems_for(&rows, &values(&person, &old));
    let shown: String = found
        .iter()
        .map(|(name, problem)| format!("{name}: {}\n", problem.words()))
        .collect();
    expect![[r#"
        role: not in the list of the new app
        costCenter: 13 characters, limit 10
        tenure: "many" is not a whole number.
    "#]]
    .assert_eq(&shown);
    assert_eq!(body_for(&rows, &values(&person, &old))["role"], "owner");
}

#[test]
fn an_attribute_mapped_for_one_user_type_alone_is_sent_for_the_other() {
    let (mut person, old) = ana();
    let choices = choices(&[("role", copy("role"))]);
    let rows = rows(&AttributeInput {
        old_schema: &old_schema(),
        new_schema: &new_schema(),
        old_mappings: &[],
        new_mappings: &[
            mapping("oty1", json!({"role": okta("'viewer'")})),
            mapping("oty2", json!({})),
        ],
        template: None,
        choices: &choices,
    });
    assert!(body_for(&rows, &values(&person, &old)).is_empty());
    person.type_id = Some("oty2".to_owned());
    assert_eq!(
        Value::Object(body_for(&rows, &values(&person, &old))),
        json!({"role": "agent_light"})
    );
    person.type_id = None;
    assert!(body_for(&rows, &values(&person, &old)).is_empty());
}

#[test]
fn values_are_matched_old_to_new_and_by_hand() {
    let mut choices = choices(&[("role", copy("role")), ("phone", copy("phoneWork"))]);
    choices.values = [
        ("role".to_owned(), [("owner".to_owned(), Some(json!("Admin")))].into()),
        (
            "phone".to_owned(),
            [("n/a".to_owned(), None), ("0".to_owned(), Some(json!("none")))].into(),
        ),
    ]
    .into();
    let mut rows = rows_with(&choices);
    let (person, old) = ana();
    let people: Vec<(UserId, Map<String, Value>)> =
        [json!("owner"), json!("light_agent"), json!("ADMIN"), json!("boss")]
            .into_iter()
            .enumerate()
            .map(|(at, role)| {
                let mut old = old.clone();
                old.insert("role".into(), role);
                old.insert("phoneWork".into(), json!(if at % 2 == 0 { "n/a" } else { "0" }));
                (UserId(format!("00u{at}")), old)
            })
            .collect();
    let found = survey(&rows, people.iter().map(|(user, old)| (user, values(&person, old))));
    count_values(&mut rows, &found);
    let mut shown = String::new();
    for row in rows.iter().filter(|row| !row.values.is_empty()) {
        for m in &row.values {
            let new = m.new.as_ref().map_or_else(|| "-".to_owned(), plain);
            shown += &format!(
                "{}: {} ({}) -> {new} {:?}, {} people\n",
                row.attribute.name,
                plain(&m.old),
                m.old_title,
                m.how,
                m.people
            );
        }
    }
    for (user, old) in &people {
        shown += &format!("{user} {}\n", Value::Object(body_for(&rows, &values(&person, old))));
    }
    expect![[r#"
        role: light_agent (Light agent) -> agent_light SameTitle, 1 people
        role: admin (Administrator) -> Admin SameButCase, 0 people
        role: owner (Owner) -> Admin ByHand, 1 people
        role: ADMIN (ADMIN) -> Admin SameButCase, 1 people
        role: boss (boss) -> - None, 1 people
        phone: 0 (0) -> none ByHand, 2 people
        phone: n/a (n/a) -> - ByHand, 2 people
        00u0 {"role":"Admin"}
        00u1 {"role":"agent_light","phone":"none"}
        00u2 {"role":"Admin"}
        00u3 {"role":"boss","phone":"none"}
    "#]]
    .assert_eq(&shown);
}

#[test]
fn expressions_are_evaluated_here_and_only_sure_values_sent() {
    let say = |text: &str| Fill::Expression { text: text.to_owned() };
    let choices = choices(&[
        ("email", say("user.login")),
        (
            "role",
            say("appuser.role == \"light_agent\" ? \"agent_light\" : \"viewer\""),
        ),
        ("locale", say("String.substringBefore(zendesk_1.lang, \"-\")")),
        ("seat", say("String.substringBefore(user.login, \"@\")")),
        ("phone", say("user.phone +")),
        ("tenure", say("zendesk_1.seat")),
        ("vip", say("isMemberOfGroupName(\"VIP\")")),
    ]);
    let rows = rows_with(&choices);
    let (person, old) = ana();
    let mut shown = String::new();
    for row in rows
        .iter()
        .filter(|row| choices.fills.contains_key(&row.attribute.name))
    {
        let seen = preview(row, &values(&person, &old));
        shown += &format!(
            "{} {:?} {} | {}\n",
            row.attribute.name,
            seen.value.as_ref().map(plain),
            seen.against_old,
            row.reason
        );
    }
    shown += &Value::Object(body_for(&rows, &values(&person, &old))).to_string();
    expect![[r#"
        email Some("ana@nw.example") same as old | Okta's mapping fills it: Okta would refuse another value, so none is sent.
        role Some("agent_light") differs from old | 
        locale Some("de") differs from old | 
        seat None Only a guess, so not sent. String.substringBefore does not find "@"; taken here is the whole text, which is not documented. | 
        phone None The expression cannot be read. A value is missing at the end. | The expression cannot be read. A value is missing at the end.
        tenure Some("4") empty on the old app | 
        vip None Not known, so not sent. isMemberOfGroupName() needs the groups of the person at the moment of assignment, so its value is known only once Okta has evaluated it. | 
        {"role":"agent_light","locale":"de","tenure":4}"#]].assert_eq(&shown);
}

#[test]
fn values_for_one_person_go_before_the_fill_but_not_before_okta() {
    let rows = rows_with(&choices(&[("role", copy("role")), ("groups", Fill::Nothing)]));
    let (person, old) = ana();
    let own: BTreeMap<String, Value> = [
        ("role".to_owned(), json!("viewer")),
        ("groups".to_owned(), json!(["Night"])),
        ("email".to_owned(), json!("x@nw.example")),
        ("handle".to_owned(), json!("x")),
    ]
    .into();
    let with_own = PersonValues {
        overrides: Some(&own),
        ..values(&person, &old)
    };
    expect![[r#"{"role":"viewer","groups":["Night"]}"#]]
        .assert_eq(&Value::Object(body_for(&rows, &with_own)).to_string());
}

#[test]
fn a_survey_counts_and_names_the_worst() {
    let rows = rows_with(&choices(&[
        ("role", copy("role")),
        ("locale", copy("lang")),
        ("tenure", typed("3")),
    ]));
    let (ana, old) = ana();
    let mut bob = ana.clone();
    bob.profile.insert("costCenter".into(), json!("CC-1"));
    let mut owner = old.clone();
    owner.insert("role".into(), json!("owner"));
    let mut blank = old.clone();
    blank.remove("role");
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

#[test]
fn the_old_mapping_is_offered_with_the_new_variable() {
    let old = [mapping(
        "oty1",
        json!({"role": {"expression": "zendesk_1.role == null ? \"zendesk_1.x\" : zendesk_1_app.domain + user.zendesk_1", "pushStatus": "DONT_PUSH"}}),
    )];
    let new = [mapping("oty1", json!({})), mapping("oty2", json!({}))];
    let input = OfferInput {
        old_mappings: &old,
        new_mappings: &new,
        old_variable: "zendesk_1",
        new_variable: "zendesk_2",
        old_attribute: "role",
        new_attribute: "roles",
    };
    expect![[r#"
        [
            MappingOffer {
                mapping: "prm1",
                user_type: "oty1",
                attribute: "roles",
                expression: "zendesk_2.role == null ? \"zendesk_1.x\" : zendesk_2_app.domain + user.zendesk_1",
                push: false,
            },
        ]
    "#]]
    .assert_debug_eq(&mapping_offer(&input));
    let mapped = [mapping("oty1", json!({"roles": okta("user.role")}))];
    assert_eq!(
        mapping_offer(&OfferInput {
            new_mappings: &mapped,
            ..input
        }),
        []
    );
}

#[test]
fn the_old_mappings_are_held_against_what_okta_stored() {
    let old_mappings = [mapping(
        "oty1",
        json!({"email": okta("user.email"), "lang": okta("String.toLowerCase(user.locale)"),
            "costCenter": {"expression": "user.costCenter", "pushStatus": "DONT_PUSH"},
            "legacyId": okta("isMemberOfGroupName(\"x\") ? \"a\" : \"b\"")}),
    )];
    let new_mappings = [mapping(
        "oty1",
        json!({"email": okta("user.email"), "locale": okta("String.toLowerCase(user.locale)"), "phone": okta("String.toLowerCase(user.mobilePhone)"),
            "vip": okta("user.vip == \"1\" AND Arrays.isEmpty(user.list)")}),
    )];
    let (person, old) = ana();
    let mut person = person;
    person.profile.insert("locale".into(), json!("DE-DE"));
    let mut other = old.clone();
    other.insert("email".into(), json!("ana@old.example"));
    other.insert("lang".into(), json!("de-de"));
    let ids = ["00u1", "00u2"].map(UserId::from);
    let stored = [(&ids[0], &old), (&ids[1], &other)].map(|(user, profile)| StoredPerson {
        user,
        profile,
        person: Some(&person),
    });
    let (old_schema, new_schema) = (old_schema(), new_schema());
    let found = calibrate(
        &CalibrateInput {
            old_schema: &old_schema,
            old_mappings: &old_mappings,
            old_settings: None,
            org: rehome_expression::Org::default(),
        },
        stored,
    );
    let input = AttributeInput {
        old_schema: &old_schema,
        new_schema: &new_schema,
        old_mappings: &old_mappings,
        new_mappings: &new_mappings,
        template: None,
        choices: &Choices::default(),
    };
    let mut shown = String::new();
    for (name, a) in &found {
        shown += &format!(
            "{name}: push {} right {} wrong {} unpredictable {}\n",
            a.push, a.right, a.wrong, a.unpredictable
        );
    }
    for (name, trust) in confidence(&input, &found) {
        shown += &format!("{name}: {}\n", trust.words());
    }
    let usernames = crate::usernames::Calibration {
        right: 1,
        total: 2,
        unpredictable: 0,
        examples: vec![(ids[1].clone(), "a".into(), "b".into())],
    };
    for finding in map_findings(&usernames, &found, &ToString::to_string) {
        shown += &format!(
            "{}: {}\n  {}\n  {}\n",
            finding.id, finding.title, finding.what, finding.why
        );
    }
    expect![[r#"
        costCenter: push false right 0 wrong 2 unpredictable 0
        email: push true right 1 wrong 1 unpredictable 0
        lang: push true right 1 wrong 1 unpredictable 0
        legacyId: push true right 0 wrong 0 unpredictable 2
        email: right for 1 of 2 on the old app
        locale: right for 1 of 2 on the old app
        phone: the same functions were right for 1 of 2 on the old app
        vip: unproven: the old app has nothing like it
        predictor-usernames: The old app's template does not explain its usernames
          For 1 of 2 people the template of the old app gives another username than Okta stored. 00u2: “a” is stored, “b” predicted.
          Usernames stay as they were when a login or the template changes later, and hand-set ones stay too. Predictions for the new app do not know of this.
        predictor-costCenter: The old app's mapping does not explain costCenter
          For 2 of 2 people the mapping gives another value than Okta stored. 00u1: “CC-1” is stored, “CC-0004711-EU” predicted. 00u2: “CC-1” is stored, “CC-0004711-EU” predicted.
          Okta fills this attribute once and does not keep it current, so values may have changed since. That says little about the prediction.
        predictor-email: The old app's mapping does not explain email
          For 1 of 2 people the mapping gives another value than Okta stored. 00u2: “ana@old.example” is stored, “ana@nw.example” predicted.
          Okta keeps this attribute current, so either Rehome reads the expression otherwise than Okta, or somebody overrode values.
        predictor-lang: The old app's mapping does not explain lang
          For 1 of 2 people the mapping gives another value than Okta stored. 00u1: “de-DE” is stored, “de-de” predicted.
          Okta keeps this attribute current, so either Rehome reads the expression otherwise than Okta, or somebody overrode values.
    "#]].assert_eq(&shown);
}

#[test]
fn facts_say_who_wins() {
    let schema = Schema::read(json!({"name": "x", "definitions": {"base": {"properties": {
        "a": {"type": "string", "scope": "SELF", "minLength": 2, "maxLength": 9},
        "b": {"type": "array", "items": {"type": "string"}, "union": "ENABLE"},
        "c": {"type": "string", "format": "email", "mutability": "IMMUTABLE", "master": {"type": "OKTA"}}}}}}));
    let rows = rows(&AttributeInput {
        old_schema: &schema,
        new_schema: &schema,
        old_mappings: &[],
        new_mappings: &[],
        template: None,
        choices: &Choices::default(),
    });
    let mut shown = String::new();
    for row in &rows {
        shown += &format!("{:?}\n", row.details());
    }
    expect![[r#"
        Facts { kind: "string", required: false, values: 0, limits: "2 to 9 characters", format: None, scope: "individually only", wins: "what is sent for the person", owner: None }
        Facts { kind: "list of string", required: false, values: 0, limits: "", format: None, scope: "also through groups", wins: "values of all groups joined", owner: None }
        Facts { kind: "string", required: false, values: 0, limits: "", format: Some("email"), scope: "also through groups", wins: "the group with the highest priority", owner: Some("can be set once and not changed") }
    "#]].assert_eq(&shown);
}
