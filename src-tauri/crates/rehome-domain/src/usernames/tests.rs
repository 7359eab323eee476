mod never_meet;

use expect_test::{Expect, expect};

use rehome_expression::Org;
use serde_json::{Value, json};

use super::*;
use crate::{App, Person};
use std::collections::BTreeMap;
use std::sync::Arc;

fn app(template: &str, kind: &str) -> App {
    App::read(
        json!({"id": "0oa2", "name": "zendesk", "label": "Zendesk Suite", "status": "ACTIVE", "signOnMode": "SAML_2_0",
        "settings": {"app": {"companySubDomain": "northwind"}},
        "credentials": {"userNameTemplate": {"template": template, "type": kind, "userSuffix": "@nw"}}}),
    )
    .unwrap()
}

fn person(id: &str, login: &str, email: Value) -> Person {
    Person::read(&json!({"id": id, "status": "ACTIVE", "profile": {"login": login, "email": email, "firstName": "A"}}))
        .unwrap()
}

fn asked<'a>(persons: &'a [Person], old: &'a [Arc<str>]) -> Vec<UsernamePerson<'a>> {
    let both = persons.iter().zip(old);
    both.map(|(person, old)| UsernamePerson {
        user: &person.id,
        old,
        person: Some(person),
    })
    .collect()
}

/// Others who would have the same username; the first few.
fn rivals(p: &Predicted) -> &[UserId] {
    p.rivals.as_ref().map_or(&[], |rivals| &rivals.with)
}

fn owners(taken: &[(&str, &str)]) -> BTreeMap<UserId, String> {
    let taken = taken.iter();
    taken
        .map(|(id, name)| (UserId::from(*id), (*name).to_owned()))
        .collect()
}

/// People as (id, old username, login, e-mail).
fn check(app: &App, people: &[(&str, &str, &str, Value)], taken: &[(&str, &str)], expected: Expect) {
    let persons: Vec<Person> = people
        .iter()
        .map(|(id, _, login, email)| person(id, login, email.clone()))
        .collect();
    let old: Vec<Arc<str>> = people.iter().map(|p| p.1.into()).collect();
    let input = asked(&persons, &old);
    let taken = owners(taken);
    let of = TemplateOf {
        app,
        variable: Some("zendesk_1"),
        org: Org::default(),
    };
    let mut shown = String::new();
    for p in predict(of, &input, &taken, &folded) {
        let others: Vec<&str> = rivals(&p).iter().map(UserId::as_str).collect();
        shown += &format!(
            "{} {:?} -> {:?} {:?} {} {}\n",
            p.user,
            p.old,
            p.predicted,
            p.class,
            others.join(","),
            p.note
        );
    }
    shown += &format!("{:?}\n", calibrate(of, &input));
    expected.assert_eq(&shown);
}

#[test]
fn every_class_has_its_people() {
    let long = format!("{}@northwind.example", "a".repeat(90));
    check(
        &app("${source.email}", "BUILT_IN"),
        &[
            ("00u1", "ana@nw.example", "x", json!("ana@nw.example")),
            ("00u2", "Bob@nw.example", "x", json!("bob@NW.example")),
            ("00u3", "eva@old.example", "x", json!("eva@nw.example")),
            ("00u4", "d", "x", json!(long)),
            ("00u5", "e", "x", json!("")),
            ("00u6", "f", "x", Value::Null),
            ("00u7", "g1@nw.example", "x", json!("g@nw.example")),
            ("00u8", "g2@nw.example", "x", json!("G@nw.example")),
            ("00u9", "h@nw.example", "x", json!("h@nw.example")),
            ("00ua", "jose\u{301}@nw.example", "x", json!("jos\u{e9}@nw.example")),
            ("00ub", "", "x", json!("k@nw.example")),
        ],
        &[("00u1", "ana@nw.example"), ("00uz", "H@NW.EXAMPLE")],
        expect![[r#"
            00u1 "ana@nw.example" -> Some("ana@nw.example") Same  
            00u2 "Bob@nw.example" -> Some("bob@NW.example") CaseOnly  
            00u3 "eva@old.example" -> Some("eva@nw.example") Domain  
            00u4 "d" -> Some("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@northwind.example") TooLong  108 characters, limit 100
            00u5 "e" -> Some("") Blank  
            00u6 "f" -> Some("") Blank  A placeholder is empty (null); what Okta puts in its place is not documented.
            00u7 "g1@nw.example" -> Some("g@nw.example") Collision 00u8 the part before @ differs
            00u8 "g2@nw.example" -> Some("G@nw.example") Collision 00u7 the part before @ differs
            00u9 "h@nw.example" -> Some("h@nw.example") Collision 00uz 
            00ua "jose\u{301}@nw.example" -> Some("josé@nw.example") UnicodeForm  looks the same; the accents are stored in another form
            00ub "" -> Some("k@nw.example") Different  the old app keeps no username
            Calibration { right: 2, total: 9, unpredictable: 1, examples: [(UserId("00u2"), "Bob@nw.example", "bob@NW.example"), (UserId("00u3"), "eva@old.example", "eva@nw.example"), (UserId("00u4"), "d", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@northwind.example"), (UserId("00u5"), "e", ""), (UserId("00u7"), "g1@nw.example", "g@nw.example")] }
        "#]],
    );
}

#[test]
fn custom_templates_are_plain_expressions() {
    check(
        &app(
            "String.toLowerCase(substringBefore(user.login, \"@\")) + '@' + app.companySubDomain",
            "CUSTOM",
        ),
        &[
            ("00u1", "ana@northwind", "Ana@nw", Value::Null),
            ("00u2", "bob", "bob", Value::Null),
        ],
        &[],
        expect![[r#"
            00u1 "ana@northwind" -> Some("ana@northwind") Same  
            00u2 "bob" -> Some("bob@northwind") Unknown  Only a guess. substringBefore does not find "@"; taken here is the whole text, which is not documented.
            Calibration { right: 1, total: 1, unpredictable: 1, examples: [] }
        "#]],
    );
}

#[test]
fn what_cannot_be_evaluated_stays_unknown() {
    for (template, kind) in [
        ("${source.samAccountName}", "BUILT_IN"),
        ("zendesk_9.userName", "CUSTOM"),
        ("user.email +", "CUSTOM"),
        ("${source.login}", "NONE"),
    ] {
        let app = app(template, kind);
        let one = person("00u1", "a", json!("a"));
        let user = UserId::from("00u1");
        let of = TemplateOf {
            app: &app,
            variable: None,
            org: Org::default(),
        };
        let people = [UsernamePerson {
            user: &user,
            old: &"a".into(),
            person: Some(&one),
        }];
        let predicted = predict(of, &people, &BTreeMap::new(), &folded);
        assert_eq!(
            (predicted[0].class, predicted[0].note.is_empty()),
            (UsernameClass::Unknown, false),
            "{template}"
        );
        assert_eq!(
            calibrate(of, &people),
            Calibration {
                right: 0,
                total: 0,
                unpredictable: 1,
                examples: Vec::new(),
            }
        );
    }
}

#[test]
fn folding_knows_more_than_ascii() {
    assert_eq!(folded("ÄRGER"), folded("a\u{308}rger"));
    assert_eq!(folded("ΟΔΟΣ"), folded("οδος"));
    assert_ne!(folded("strasse"), folded("straße"));
}

/// People as (id, old username, e-mail); the template is the e-mail. Choices are applied, person "00ux" is left out.
fn check_plan(people: &[(&str, &str, &str)], choices: &UsernameChoices, taken: &[(&str, &str)], expected: Expect) {
    let app = app("${source.email}", "BUILT_IN");
    let persons: Vec<Person> = people
        .iter()
        .map(|(id, old, email)| person(id, old, json!(email)))
        .collect();
    let old: Vec<Arc<str>> = people.iter().map(|p| p.1.into()).collect();
    let input = asked(&persons, &old);
    let taken = owners(taken);
    let of = TemplateOf {
        app: &app,
        variable: Some("zendesk_1"),
        org: Org::default(),
    };
    let predicted = predict(of, &input, &taken, &folded);
    let planned = plan(&Naming {
        predicted: &predicted,
        choices,
        taken: &taken,
        excluded: &|user| user.as_str() == "00ux",
        people: &input,
        of,
        name: &|user| format!("<{user}>"),
        fold: &folded,
    });
    let mut shown = String::new();
    for (user, name) in &planned {
        let sent = if name.explicit { " (sent)" } else { "" };
        let settled = if name.settled { "settled" } else { "OPEN" };
        let username = name.username.as_deref().unwrap_or("-");
        shown += &format!("{user} {settled} {username}{sent} | {} | {}\n", name.why, name.note);
    }
    expected.assert_eq(&shown);
}

fn by_class(choices: &[(UsernameClass, ClassChoice)]) -> UsernameChoices {
    UsernameChoices {
        by_class: choices.iter().cloned().collect(),
        ..UsernameChoices::default()
    }
}

#[test]
fn without_a_choice_only_the_same_is_settled() {
    check_plan(
        &[
            ("00u1", "ana@nw.example", "ana@nw.example"),
            ("00u2", "Bob@nw.example", "bob@nw.example"),
            ("00u3", "eva@old.example", "eva@nw.example"),
            ("00u4", "dan", ""),
            ("00u5", "g1", "g@nw.example"),
            ("00u6", "g2", "G@nw.example"),
        ],
        &UsernameChoices::default(),
        &[],
        expect![[r#"
            00u1 settled ana@nw.example | Okta's template gives it | 
            00u2 OPEN - |  | Only upper and lower case differ.
            00u3 OPEN - |  | Only the part after @ differs.
            00u4 OPEN - |  | The template gives no username.
            00u5 OPEN - |  | The template gives somebody else the same username.
            00u6 OPEN - |  | The template gives somebody else the same username.
        "#]],
    );
}

#[test]
fn classes_are_settled_by_template_old_username_or_rule() {
    let rule = "String.toLowerCase(appuser.userName) + \"@\" + String.substringAfter(user.email, \"@\")";
    check_plan(
        &[
            ("00u2", "Bob@nw.example", "bob@nw.example"),
            ("00u3", "eva@old.example", "eva@nw.example"),
            ("00u4", "DAN", "daniel@nw.example"),
            ("00u5", "Kim", "no at sign"),
            ("00u6", "", ""),
            ("00u7", "gus", ""),
        ],
        &by_class(&[
            (UsernameClass::CaseOnly, ClassChoice::TakePredicted),
            (UsernameClass::Domain, ClassChoice::KeepOld),
            (
                UsernameClass::Different,
                ClassChoice::Rule {
                    expression: rule.into(),
                },
            ),
            (UsernameClass::Blank, ClassChoice::KeepOld),
        ]),
        &[],
        expect![[r#"
            00u2 settled bob@nw.example | Okta's template gives it | 
            00u3 settled eva@old.example (sent) | Kept from the old app | 
            00u4 settled dan@nw.example (sent) | By the rule | 
            00u5 OPEN - |  | The rule gives only a guess. String.substringAfter does not find "@"; taken here is nothing, which is not documented.
            00u6 OPEN - |  | The old app has no username for this person either.
            00u7 settled gus (sent) | Kept from the old app | 
        "#]],
    );
}

#[test]
fn what_is_blank_too_long_or_somebody_elses_is_not_taken_from_the_template() {
    let long = format!("{}@northwind.example", "a".repeat(90));
    let take = |class| (class, ClassChoice::TakePredicted);
    check_plan(
        &[
            ("00u1", "a", ""),
            ("00u2", "b", &long),
            ("00u3", "c", "g@nw.example"),
            ("00u4", "d", "G@nw.example"),
            ("00u5", "e", "taken@nw.example"),
        ],
        &by_class(&[
            take(UsernameClass::Blank),
            take(UsernameClass::TooLong),
            take(UsernameClass::Collision),
        ]),
        &[("00uz", "Taken@nw.example")],
        expect![[r#"
            00u1 OPEN - |  | The template gives no username.
            00u2 OPEN - |  | 108 characters, limit 100
            00u3 OPEN - |  | The template gives somebody else the same username.
            00u4 OPEN - |  | The template gives somebody else the same username.
            00u5 OPEN - |  | The template gives somebody else the same username.
        "#]],
    );
}

#[test]
fn a_collision_ends_when_the_other_gets_another_username_or_is_left_out() {
    let choices = UsernameChoices {
        by_person: [(UserId::from("00u2"), "gina@nw.example".to_owned())].into(),
        ..UsernameChoices::default()
    };
    check_plan(
        &[
            ("00u1", "g@nw.example", "g@nw.example"),
            ("00u2", "g2@nw.example", "g@nw.example"),
            ("00u3", "h@nw.example", "h@nw.example"),
            ("00ux", "hx@nw.example", "h@nw.example"),
        ],
        &choices,
        &[],
        expect![[r#"
            00u1 settled g@nw.example | Okta's template gives it | 
            00u2 settled gina@nw.example (sent) | Set for this person | 
            00u3 settled h@nw.example | Okta's template gives it | 
            00ux OPEN - |  | the part before @ differs
        "#]],
    );
}

#[test]
fn choices_that_make_usernames_meet_are_refused_again() {
    let choices = UsernameChoices {
        by_person: [
            (UserId::from("00u1"), "bob@nw.example".to_owned()),
            (UserId::from("00u3"), " ".to_owned()),
            (UserId::from("00u4"), "\u{ff22}ob@nw.example".to_owned()),
            (UserId::from("00u5"), "eva@nw.example".to_owned()),
        ]
        .into(),
        ..UsernameChoices::default()
    };
    check_plan(
        &[
            ("00u1", "ana@nw.example", "ana@nw.example"),
            ("00u2", "bob@nw.example", "bob@nw.example"),
            ("00u3", "dan@nw.example", "dan@nw.example"),
            ("00u4", "eve@nw.example", "eve@nw.example"),
            ("00u5", "eva@old.example", "eva@nw.example"),
        ],
        &choices,
        &[],
        expect![[r#"
            00u1 OPEN bob@nw.example (sent) | Set for this person | Would have the same username as <00u2>, <00u4>.
            00u2 OPEN bob@nw.example | Okta's template gives it | Would have the same username as <00u1>, <00u4>.
            00u3 OPEN - |  | Set for this person: nothing. Okta takes no blank username.
            00u4 OPEN Ｂob@nw.example (sent) | Set for this person | Would have the same username as <00u1>, <00u2>. Written with look-alike letters; many services take both for one.
            00u5 settled eva@nw.example | Set for this person | 
        "#]],
    );
}

#[test]
fn a_guess_may_collide_and_says_so() {
    let app = app("String.toLowerCase(substringBefore(user.login, \"@\"))", "CUSTOM");
    let persons = [person("00u1", "ana@nw", json!("")), person("00u2", "Ana", json!(""))];
    let ana: Arc<str> = "ana".into();
    let input: Vec<UsernamePerson<'_>> = persons
        .iter()
        .map(|person| UsernamePerson {
            user: &person.id,
            old: &ana,
            person: Some(person),
        })
        .collect();
    let of = TemplateOf {
        app: &app,
        variable: None,
        org: Org::default(),
    };
    let none = BTreeMap::new();
    let predicted = predict(of, &input, &none, &folded);
    let planned = plan(&Naming {
        predicted: &predicted,
        choices: &by_class(&[(UsernameClass::Unknown, ClassChoice::TakePredicted)]),
        taken: &none,
        excluded: &|_| false,
        people: &input,
        of,
        name: &ToString::to_string,
        fold: &folded,
    });
    let mut shown = String::new();
    for p in &predicted {
        let name = planned.get(&p.user).unwrap();
        shown += &format!(
            "{:?} {:?} {} | {} {}\n",
            p.class,
            rivals(p),
            p.note,
            name.settled,
            name.note
        );
    }
    expect![[r#"
        Same [UserId("00u2")] Might collide: a username that is only guessed would be the same. | true Might get the same username as 00u2: it is only guessed.
        Unknown [UserId("00u1")] Only a guess. substringBefore does not find "@"; taken here is the whole text, which is not documented. Might collide: a username that is only guessed would be the same. | false Might get the same username as 00u1: it is only guessed.
    "#]].assert_eq(&shown);
}

#[test]
fn one_name_for_everybody_stays_small() {
    let ids: Vec<UserId> = (0..3000).map(|n| UserId::from(format!("00u{n:05}"))).collect();
    let claims = ids.iter().map(|user| Claim {
        user,
        name: "shared",
        sure: true,
    });
    let found = collisions(claims, &BTreeMap::new(), &folded);
    assert_eq!(found.len(), 3000);
    assert_eq!((found[&ids[7]].with.len(), found[&ids[7]].of), (10, 2999));
    assert!(found.values().all(|clash| clash.sure && !clash.look_alike));
}

#[test]
fn handles_of_a_service_count_as_the_same_account() {
    let handle = |name: &str| {
        let local = name.split('@').next().unwrap_or_default();
        local.to_lowercase().replace('.', "-")
    };
    assert_eq!(
        judge("ana.b@old.example", Some("Ana-B@nw.example"), &handle),
        (
            UsernameClass::Different,
            "the service makes the same account name of both".into()
        )
    );
}

#[test]
fn choices_are_stored_under_stable_names() {
    let choices = UsernameChoices {
        by_class: [
            (UsernameClass::UnicodeForm, ClassChoice::TakePredicted),
            (
                UsernameClass::TooLong,
                ClassChoice::Rule {
                    expression: "user.login".into(),
                },
            ),
        ]
        .into(),
        by_person: [(UserId::from("00u1"), "x".to_owned())].into(),
    };
    let text = serde_json::to_string(&choices).unwrap();
    expect![[r#"{"byClass":{"unicodeForm":{"choice":"takePredicted"},"tooLong":{"choice":"rule","expression":"user.login"}},"byPerson":{"00u1":"x"}}"#]].assert_eq(&text);
    assert_eq!(serde_json::from_str::<UsernameChoices>(&text).unwrap(), choices);
}

#[test]
fn the_old_template_is_offered_with_the_new_variable() {
    let (old, new) = (
        app("zendesk_1_app.domain + user.login", "CUSTOM"),
        app("${source.login}", "BUILT_IN"),
    );
    let of = |app, variable| TemplateOf {
        app,
        variable: Some(variable),
        org: Org::default(),
    };
    let offer = template_offer(of(&old, "zendesk_1"), of(&new, "zendesk_2")).unwrap();
    assert_eq!(
        (offer.template.as_str(), offer.kind.as_str()),
        ("zendesk_2_app.domain + user.login", "CUSTOM")
    );
    assert_eq!(template_offer(of(&new, "zendesk_1"), of(&new, "zendesk_2")), None);
}

#[test]
fn who_is_on_the_new_app_already_collides_with_others_and_not_with_himself() {
    let ids = ["00u1", "00u2", "00u3"].map(UserId::from);
    let claim = |at: usize, name, sure| Claim {
        user: &ids[at],
        name,
        sure,
    };
    let taken = [(ids[0].clone(), "Ana".to_owned()), (ids[2].clone(), "cy".to_owned())].into();
    // The first keeps "Ana" on the new app whatever is guessed; the third is to be renamed, and holds "cy" until then.
    let claims = [claim(0, "ana", false), claim(1, "ana", true), claim(2, "cyd", true)];
    let found = collisions(claims.into_iter(), &taken, &folded);
    let shown: Vec<String> = found
        .iter()
        .map(|(user, clash)| format!("{user} {:?} {}", clash.with, clash.sure))
        .collect();
    expect![[r#"
        00u1 [UserId("00u2")] true
        00u2 [UserId("00u1")] true"#]]
    .assert_eq(&shown.join("\n"));
}
