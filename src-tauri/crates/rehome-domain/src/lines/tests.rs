use expect_test::{Expect, expect};
use serde_json::json;

use super::*;
use crate::certificates::tests::SECOND;
use crate::compare::fixtures::{edit, now, twins};
use crate::compare::{CompareInput, Engine, Policy};
use crate::{Reading, SigningKey};

fn all() -> Vec<Change> {
    let was = MappedProperty {
        expression: "user.email".into(),
        push_status: "PUSH".into(),
    };
    vec![
        Change::ShareKey {
            from: "0oa1".into(),
            kid: "k1".into(),
            to: "0oa2".into(),
        },
        Change::UseKey {
            kid: "k1".into(),
            was: Some("k2".into()),
        },
        Change::AssignPolicy {
            policy: "rst1".into(),
            name: "Workforce".into(),
            was: Some(("rst9".into(), "Default".into())),
        },
        Change::MapAttribute {
            mapping: "prm1".into(),
            attribute: "email".into(),
            expression: Some("user.login".into()),
            push: true,
            was: Some(was.clone()),
        },
        Change::MapAttribute {
            mapping: "prm1".into(),
            attribute: "role".into(),
            expression: None,
            push: false,
            was: Some(was),
        },
        Change::AddAttribute {
            name: "badge".into(),
            definition: json!({"title": "Badge", "type": "string", "scope": "NONE", "required": true}),
        },
        Change::UsernameTemplate {
            template: "${source.email}".into(),
            kind: "BUILT_IN".into(),
            was: Some(("${source.login}".into(), "BUILT_IN".into())),
        },
        Change::Tile {
            app: "0oa2".into(),
            label: "Zendesk Suite".into(),
            hide: Hidden::EVERYWHERE,
            was: Hidden::default(),
        },
        Change::Feature {
            name: "USER_PROVISIONING".into(),
            body: json!({"update": {"lifecycleDeactivate": {"status": "ENABLED"}}}),
            was: None,
        },
        Change::Feature {
            name: "INBOUND_PROVISIONING".into(),
            body: json!({"importSettings": {"schedule": {"status": "DISABLED", "fullImport": null}}}),
            was: Some(json!({"importSettings": {"schedule": {"status": "ENABLED", "fullImport": null}}})),
        },
    ]
}

#[test]
fn each_change_has_its_exact_calls() {
    let calls: String = all()
        .iter()
        .flat_map(|change| change.calls(&"0oa2".into()))
        .map(|call| {
            let body = call.body.map(|body| body.to_string()).unwrap_or_default();
            format!(
                "{} {} {body}{}\n",
                call.method,
                call.path,
                if call.merge { " (merged)" } else { "" }
            )
        })
        .collect();
    expect![[r##"
        POST /api/v1/apps/0oa1/credentials/keys/k1/clone?targetAid=0oa2 
        PUT /api/v1/apps/0oa2 {"credentials":{"signing":{"kid":"k1"}}} (merged)
        PUT /api/v1/apps/0oa2/policies/rst1 
        POST /api/v1/mappings/prm1 {"properties":{"email":{"expression":"user.login","pushStatus":"PUSH"}}}
        POST /api/v1/mappings/prm1 {"properties":{"role":null}}
        POST /api/v1/meta/schemas/apps/0oa2/default {"definitions":{"custom":{"id":"#custom","type":"object","properties":{"badge":{"title":"Badge","type":"string","scope":"NONE","required":true}}}}}
        PUT /api/v1/apps/0oa2 {"credentials":{"userNameTemplate":{"template":"${source.email}","type":"BUILT_IN"}}} (merged)
        PUT /api/v1/apps/0oa2 {"visibility":{"hide":{"web":true,"iOS":true}}} (merged)
        PUT /api/v1/apps/0oa2/features/USER_PROVISIONING {"update":{"lifecycleDeactivate":{"status":"ENABLED"}}}
        PUT /api/v1/apps/0oa2/features/INBOUND_PROVISIONING {"importSettings":{"schedule":{"status":"DISABLED","fullImport":null}}}
    "##]].assert_eq(&calls);
}

#[test]
fn each_change_says_what_it_is_and_how_to_undo_it() {
    let mut shown = String::new();
    for change in all() {
        shown += &format!(
            "{}: {}\n  {}\n  {}\n",
            change.id(),
            change.title(),
            change.what(),
            change.undo_words()
        );
        for words in [change.title(), change.what(), change.buys(), change.undo_words()] {
            for bad in ["Error", "Invalid", "failed"] {
                assert!(!words.contains(bad), "{words}");
            }
        }
    }
    expect![[r#"
        share-key.k1: Copy the old app's signing key to the new app
          The key k1 of the app 0oa1 is copied to the app 0oa2. The new app does not sign with it yet.
          The copy stays on the new app and does nothing. Let the new app sign with its own key again, if it has been changed.
        use-key.k1: Sign with another key
          The new app signs with the key k1 instead of k2.
          The new app signs with the key k2 again.
        assign-policy: Give the new app the access policy Workforce
          The new app gets the policy Workforce instead of Default.
          The new app gets the policy Default again.
        map.prm1.email: Map email
          On the new app, email is filled by user.login, on create and update. Before: user.email.
          email is filled by user.email again. Values that people got meanwhile stay.
        map.prm1.role: Take the mapping of role away
          On the new app, nothing fills role any more. Before: user.email.
          role is filled by user.email again. Values that people got meanwhile stay.
        add-attribute.badge: Add the attribute badge
          The new app gets the attribute badge (string).
          The attribute badge is taken away again, with every value in it.
        username-template: Change how the new app makes usernames
          The new app makes usernames by ${source.email} instead of ${source.login}.
          Usernames are made by ${source.login} again. Usernames that people got meanwhile stay.
        hide-tile.0oa2: Hide the tile of Zendesk Suite
          Zendesk Suite is hidden from people's dashboards and from Okta's mobile app.
          The tile of Zendesk Suite is shown again.
        feature.USER_PROVISIONING: Set provisioning to the service
          On the new app, provisioning to the service is set to update.lifecycleDeactivate.status ENABLED.
          What was set before is not known: set it on the Provisioning tab.
        feature.INBOUND_PROVISIONING: Set importing from the service
          On the new app, importing from the service is set to importSettings.schedule.status DISABLED. Before: importSettings.schedule.status ENABLED.
          The settings from before are sent again. Accounts that were made meanwhile stay.
    "#]].assert_eq(&shown);
}

#[test]
fn sharing_a_key_promises_the_certificate_only() {
    let words = all()[0].buys();
    for part in [
        "certificate change only",
        "issuer and sign-on URL",
        "through the old app",
    ] {
        assert!(words.contains(part), "{words}");
    }
}

#[test]
fn undoing_and_undoing_again_is_the_change_itself() {
    for change in all() {
        let Some(back) = change.undo() else {
            assert!(!change.undo_words().is_empty());
            continue;
        };
        assert_ne!(change.digest(), back.digest());
        match &change {
            // The attribute's definition is gone with it.
            Change::AddAttribute { .. } => assert_eq!(back.undo(), None),
            _ => assert_eq!(back.undo().unwrap(), change),
        }
    }
}

#[test]
fn an_attribute_that_was_not_mapped_is_unmapped_again() {
    let change = Change::MapAttribute {
        mapping: "prm1".into(),
        attribute: "role".into(),
        expression: Some("'x'".into()),
        push: false,
        was: None,
    };
    let back = change.undo().unwrap();
    assert_eq!(
        back.calls(&"0oa2".into())[0].body,
        Some(json!({"properties": {"role": null}}))
    );
    assert_eq!(back.undo().unwrap(), change);
}

#[test]
fn warnings_name_the_people_who_are_there_already() {
    let shown = |people: usize| -> String {
        all()
            .iter()
            .map(|change| format!("{}: {}\n", change.id(), change.warnings(people).join(" ")))
            .collect()
    };
    expect![[r#"
        share-key.k1: Okta has no call that takes a copied key away again. It does nothing as long as the new app signs with another one. Whoever gets hold of this key can sign for both apps, and when its certificate expires it does so for both.
        use-key.k1: 
        assign-policy: Okta may refuse this while policies are being merged; then assign it on the Sign On tab.
        map.prm1.email: Okta does not apply this to people who are already assigned, so do it before the pilot. Nobody is assigned yet.
        map.prm1.role: Okta does not apply this to people who are already assigned, so do it before the pilot. Nobody is assigned yet.
        add-attribute.badge: The type and the scope of an attribute cannot be changed afterwards.
        username-template: Okta does not apply this to people who are already assigned, so do it before the pilot. Nobody is assigned yet.
        hide-tile.0oa2: 
        feature.USER_PROVISIONING: Deactivate Users would be on: taking somebody off the new app then switches the account off in the service. Leave it off until the move is over.
        feature.INBOUND_PROVISIONING: 
    "#]].assert_eq(&shown(0));
    let mapping = all()[3].warnings(1_201).join(" ");
    assert!(
        mapping.contains("1,201 people are")
            && mapping.contains("does not apply this to people who are already assigned"),
        "{mapping}"
    );
}

#[test]
fn changes_are_stored_and_read_again() {
    for change in all() {
        let text = serde_json::to_string(&change).unwrap();
        assert_eq!(serde_json::from_str::<Change>(&text).unwrap(), change);
    }
    expect![[r#"{"change":"mapAttribute","mapping":"prm1","attribute":"email","expression":"user.login","push":true,"was":{"expression":"user.email","pushStatus":"PUSH"}}"#]].assert_eq(&serde_json::to_string(&all()[3]).unwrap());
}

fn check(change: impl FnOnce(&mut CompareInput), day: &str, expected: Expect) {
    let mut input = twins();
    change(&mut input);
    let shown: String = offers(&input, now(day))
        .iter()
        .map(|change| format!("{}: {}\n", change.id(), change.what()))
        .collect();
    expected.assert_eq(&shown);
}

fn another_certificate(input: &mut CompareInput) {
    input.new.keys = Reading::Read(vec![SigningKey::read(json!({"kid": "kid-0oa2", "x5c": [SECOND]}))]);
}

#[test]
fn the_old_key_is_offered_when_certificates_differ_and_it_lives_long_enough() {
    check(
        another_certificate,
        "2027-01-01",
        expect![[r#"
        share-key.kid-0oa1: The key kid-0oa1 of the app 0oa1 is copied to the app 0oa2. The new app does not sign with it yet.
        use-key.kid-0oa1: The new app signs with the key kid-0oa1 instead of kid-0oa2.
    "#]],
    );
    check(|_| {}, "2027-01-01", expect![[""]]);
    check(
        another_certificate,
        "2028-12-12",
        expect![[r#"
        share-key.kid-0oa1: The key kid-0oa1 of the app 0oa1 is copied to the app 0oa2. The new app does not sign with it yet.
        use-key.kid-0oa1: The new app signs with the key kid-0oa1 instead of kid-0oa2.
    "#]],
    );
    check(another_certificate, "2028-12-13", expect![[""]]);
    // The weak one is not spread.
    check(
        |input| {
            input.old.keys = Reading::Read(vec![SigningKey::read(json!({"kid": "kid-0oa1", "x5c": [SECOND]}))]);
        },
        "2027-01-01",
        expect![[""]],
    );
    check(
        |input| {
            another_certificate(input);
            input.new.keys = Reading::Unreadable { why: "No.".into() };
        },
        "2027-01-01",
        expect![[""]],
    );
}

#[test]
fn a_key_that_was_copied_already_only_has_to_be_used() {
    check(
        |input| {
            let first = crate::certificates::tests::FIRST;
            input.new.keys = Reading::Read(vec![
                SigningKey::read(json!({"kid": "kid-0oa1", "x5c": [first]})),
                SigningKey::read(json!({"kid": "kid-0oa2", "x5c": [SECOND]})),
            ]);
        },
        "2027-01-01",
        expect![[r#"
            use-key.kid-0oa1: The new app signs with the key kid-0oa1 instead of kid-0oa2.
        "#]],
    );
}

fn policies(input: &mut CompareInput, old: Policy) {
    input.old.policy = Reading::Read(old);
    input.new.policy = Reading::Read(Policy::read(
        json!({"id": "rst9", "name": "Default", "system": true}),
        Some(1),
    ));
}

#[test]
fn the_old_policy_is_offered_unless_it_is_obviously_unfit() {
    let rule = |access: &str, el: &str| json!({"status": "ACTIVE", "conditions": {"elCondition": {"condition": el}}, "actions": {"appSignOn": {"access": access}}});
    let policy =
        |status: &str, rules| Policy::with_rules(json!({"id": "rst1", "name": "Workforce", "status": status}), rules);
    let fit = || policy("ACTIVE", vec![rule("ALLOW", "true"), rule("DENY", "true")]);
    check(
        |input| policies(input, fit()),
        "2027-01-01",
        expect![[r#"
        assign-policy: The new app gets the policy Workforce instead of Default.
    "#]],
    );
    check(
        |input| policies(input, policy("INACTIVE", vec![rule("ALLOW", "true")])),
        "2027-01-01",
        expect![[""]],
    );
    check(
        |input| policies(input, policy("ACTIVE", vec![rule("DENY", "true")])),
        "2027-01-01",
        expect![[""]],
    );
    check(
        |input| policies(input, policy("ACTIVE", vec![rule("ALLOW", "app.id == '0oa1'")])),
        "2027-01-01",
        expect![[""]],
    );
    check(
        |input| {
            policies(input, fit());
            input.engine = Engine::Classic;
        },
        "2027-01-01",
        expect![[""]],
    );
    check(
        |input| {
            policies(input, fit());
            edit(&mut input.new, |raw| raw["id"] = json!("0oa1"));
        },
        "2027-01-01",
        expect![[""]],
    );
}
