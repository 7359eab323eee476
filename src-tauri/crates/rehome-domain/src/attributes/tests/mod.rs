mod choices;
mod judged;
mod okta;

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use super::*;
use crate::{Person, Profile, plain};

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

fn ana() -> (Person, Profile) {
    ana_of_type(Some("oty1"))
}

fn ana_of_type(user_type: Option<&str>) -> (Person, Profile) {
    let person = json!({"id": "00u1", "status": "ACTIVE", "type": {"id": user_type}, "profile": {"login": "ana", "firstName": "Ana",
        "lastName": "Müller", "email": "ana@nw.example", "costCenter": "CC-0004711-EU"}});
    let old = json!({"email": "ana@nw.example", "role": "light_agent", "groupNames": ["Tier 1", "Billing"], "lang": "de-DE",
        "legacyId": "77", "costCenter": "CC-1", "seat": 4});
    (Person::read(&person).unwrap(), old.as_object().unwrap().clone().into())
}

fn values<'a>(person: &'a Person, old: &'a Profile) -> PersonValues<'a> {
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
fn what_okta_fills_alike_is_the_same_under_another_name() {
    let check = |old: &[(&str, &str)], expected: Option<&str>| {
        let properties = |rules: &[(&str, &str)]| -> Value {
            rules
                .iter()
                .map(|(name, text)| ((*name).to_owned(), okta(text)))
                .collect()
        };
        let rows = rows(&AttributeInput {
            old_schema: &old_schema(),
            new_schema: &new_schema(),
            old_mappings: &[mapping("oty1", properties(old))],
            new_mappings: &[mapping("oty1", json!({"vip": okta("user.vip")}))],
            template: None,
            choices: &Choices::default(),
        });
        let vip = rows.iter().find(|row| row.attribute.name == "vip").expect("a row");
        assert_eq!(
            vip.counterpart.as_ref().map(|old| old.name.as_str()),
            expected,
            "{}",
            vip.reason
        );
    };
    check(&[("legacyId", "user.vip ")], Some("legacyId"));
    check(&[("legacyId", "user.other")], None);
    // Which of the two it is cannot be said.
    check(&[("legacyId", "user.vip"), ("phoneWork", "user.vip")], None);
    // The new app has one of that name.
    check(&[("costCenter", "user.vip")], None);
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
    old.insert("role", json!("owner"));
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
    let (person, old) = ana();
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
    let (person, old) = ana_of_type(Some("oty2"));
    assert_eq!(
        Value::Object(body_for(&rows, &values(&person, &old))),
        json!({"role": "agent_light"})
    );
    let (person, old) = ana_of_type(None);
    assert!(body_for(&rows, &values(&person, &old)).is_empty());
}
