//! Okta's own mappings: offered, and held against what Okta stored.

use expect_test::expect;
use serde_json::json;

use super::*;

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
    person.profile.insert("locale", json!("DE-DE"));
    let mut other = old.clone();
    other.insert("email", json!("ana@old.example"));
    other.insert("lang", json!("de-de"));
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

#[test]
fn missing_attributes_are_offered_without_being_required() {
    let old = Schema::read(json!({"name": "x", "definitions": {
        "base": {"properties": {"gone": {"type": "string"}}},
        "custom": {"properties": {
            "team": {"title": "Team", "type": "string", "enum": ["a"], "required": true, "master": {"type": "PROFILE_MASTER"}},
            "role": {"title": "Role", "type": "string"}}, "required": ["team"]}}}));
    let new = Schema::read(json!({"name": "y", "definitions": {"base": {"properties": {"role": {"type": "string"}}}}}));
    let rows = rows(&AttributeInput {
        old_schema: &old,
        new_schema: &new,
        old_mappings: &[],
        new_mappings: &[],
        template: None,
        choices: &Choices::default(),
    });
    let offers = schema_offers(&old, &new, &rows);
    let shown: Vec<String> = offers.iter().map(|o| format!("{} {}", o.attribute, o.body)).collect();
    expect![[r##"team {"definitions":{"custom":{"id":"#custom","type":"object","properties":{"team":{"title":"Team","type":"string","enum":["a"]}}}}}"##]].assert_eq(&shown.join("\n"));
}
