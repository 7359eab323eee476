use std::collections::BTreeSet;

use expect_test::{Expect, expect};
use jiff::civil::date;
use serde_json::{Value, json};

use super::*;

fn app(name: &str, features: &[&str], mode: &str, settings: Value) -> App {
    App::read(
        json!({"id": "0oa1", "name": name, "label": name, "status": "ACTIVE", "signOnMode": mode,
        "features": features, "settings": {"app": settings}}),
    )
    .unwrap()
}

fn card(id: &str) -> &'static Card {
    cards().iter().find(|card| card.id == id).unwrap()
}

fn kebab(id: &str) -> bool {
    !id.starts_with('-')
        && !id.ends_with('-')
        && !id.contains("--")
        && id
            .chars()
            .all(|c| c == '-' || c.is_ascii_lowercase() || c.is_ascii_digit())
}

/// A text of a card: not empty, not too long, one paragraph, and only the two placeholders.
fn check_text(place: &str, text: &str, longest: usize) {
    let length = text.chars().count();
    assert!(
        (1..=longest).contains(&length),
        "{place}: {length} characters, limit {longest}"
    );
    assert_eq!(text.trim(), text, "{place}: space around the text");
    assert!(!text.contains(['\n', '\t']), "{place}: more than one line");
    assert!(!text.contains("  "), "{place}: two spaces");
    let rest = text.replace("{old}", "").replace("{new}", "");
    assert!(!rest.contains(['{', '}']), "{place}: an unknown placeholder");
    for word in ["Error", "Invalid", "Operation failed", "simply", "please"] {
        assert!(!text.contains(word), "{place}: {word:?}");
    }
}

fn check_source(place: &str, source: &str) {
    assert!(source.starts_with("https://"), "{place}: {source}");
    assert!(!source.contains(char::is_whitespace), "{place}: {source}");
}

#[test]
fn every_file_is_a_card() {
    let folder = format!("{}/cards", env!("CARGO_MANIFEST_DIR"));
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let listed: BTreeSet<String> = FILES.iter().map(|(id, _)| format!("{id}.toml")).collect();
    assert_eq!(files, listed);
    for (id, text) in FILES {
        let card: Card = toml::from_str(text).unwrap_or_else(|problem| panic!("{id}: {problem}"));
        assert_eq!(card.id, id);
    }
    assert_eq!(cards().len(), FILES.len());
}

#[test]
fn unknown_keys_are_refused() {
    let (_, text) = FILES[0];
    for (from, to) in [
        ("holds =", "hold ="),
        ("match =", "matches ="),
        ("closes =", "close ="),
        ("old_feature =", "old_features ="),
        ("vendor =", "vender ="),
    ] {
        assert!(text.contains(from), "{from}");
        assert!(toml::from_str::<Card>(&text.replacen(from, to, 1)).is_err(), "{to}");
    }
}

#[test]
fn cards_say_something_and_say_where_from() {
    for card in cards() {
        let id = &card.id;
        assert!(kebab(id), "{id}");
        assert!(
            card.read <= date(2026, 11, 25) && card.read > date(2026, 1, 1),
            "{id}: read {}",
            card.read
        );
        check_text(&format!("{id} vendor"), &card.vendor, 80);
        check_text(&format!("{id} identity providers"), &card.identity_providers.words, 400);
        match &card.identity_providers.source {
            Some(source) => check_source(id, source),
            None => assert_eq!(card.identity_providers.holds, Holds::Unknown, "{id}: no source"),
        }
        let usernames = &card.usernames;
        let says = usernames.case != Case::Unknown
            || usernames.unicode != Form::Unknown
            || usernames.handle.is_some()
            || usernames.shape.is_some()
            || usernames.longest.is_some()
            || usernames.matched_by.is_some();
        assert_eq!(
            says,
            usernames.source.is_some(),
            "{id}: a statement about usernames needs a source"
        );
        usernames.source.iter().for_each(|source| check_source(id, source));
        let matched_by = usernames.matched_by.iter();
        matched_by.for_each(|words| check_text(&format!("{id} match"), words, 120));
    }
}

#[test]
fn traps_have_words_and_sources() {
    for card in cards() {
        assert!((2..=6).contains(&card.traps.len()), "{}", card.id);
        let ids: BTreeSet<&str> = card.traps.iter().map(|trap| trap.id.as_str()).collect();
        assert_eq!(ids.len(), card.traps.len(), "{}: an id twice", card.id);
        for trap in &card.traps {
            let place = format!("{} {}", card.id, trap.id);
            assert!(kebab(&trap.id), "{place}");
            check_text(&place, &trap.title, 80);
            assert!(!trap.title.ends_with('.'), "{place}: a full stop in the title");
            for text in [&trap.what, &trap.why, &trap.mend] {
                check_text(&place, text, 400);
                assert!(text.ends_with(['.', '?']), "{place}: no full stop: {text}");
            }
            check_source(&place, &trap.source);
            trap.also.iter().for_each(|source| check_source(&place, source));
            assert!(
                trap.kind == Kind::Review || trap.closes.is_some(),
                "{place}: what is attested opens a step"
            );
            assert_eq!(
                trap.kind == Kind::Attest,
                ["onfirm here", "onfirm it here"]
                    .iter()
                    .any(|words| trap.mend.contains(words)),
                "{place}: what is attested says so"
            );
        }
    }
}

/// The values that `features` and `signOnMode` can have, by Okta's specification 2026.06.3, as far as cards use them.
#[test]
fn conditions_ask_for_what_okta_can_answer() {
    const FEATURES: [&str; 10] = [
        "PUSH_NEW_USERS",
        "PUSH_PROFILE_UPDATES",
        "PUSH_USER_DEACTIVATION",
        "REACTIVATE_USERS",
        "GROUP_PUSH",
        "IMPORT_NEW_USERS",
        "IMPORT_PROFILE_UPDATES",
        "REAL_TIME_SYNC",
        "PROFILE_MASTERING",
        "SCIM_PROVISIONING",
    ];
    const MODES: [&str; 4] = ["SAML_2_0", "SAML_1_1", "WS_FEDERATION", "OPENID_CONNECT"];
    for card in cards() {
        for trap in &card.traps {
            let when = &trap.when;
            let features = [
                &when.old_feature,
                &when.new_feature,
                &when.old_lacks_feature,
                &when.new_lacks_feature,
            ];
            for feature in features.into_iter().flatten() {
                assert!(
                    FEATURES.contains(&feature.as_str()),
                    "{} {}: {feature}",
                    card.id,
                    trap.id
                );
            }
            for mode in when.old_sign_on_mode.iter().chain(&when.new_sign_on_mode) {
                assert!(MODES.contains(&mode.as_str()), "{} {}: {mode}", card.id, trap.id);
            }
            let settings = [&when.old_setting, &when.new_setting].into_iter().flatten();
            let paths = settings.map(|setting| &setting.path).chain(&when.settings_differ);
            for path in paths {
                assert!(path.starts_with("settings."), "{} {}: {path}", card.id, trap.id);
            }
        }
    }
}

#[test]
fn apps_find_their_card() {
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for card in cards() {
        assert!(
            !(card.apps.is_empty() && card.name_contains.is_empty()),
            "{} fits nothing",
            card.id
        );
        for name in &card.apps {
            assert!(known.insert(name), "{name} has two cards");
        }
    }
    let scim = ["SCIM_PROVISIONING"];
    let mut shown = String::new();
    for (name, features) in [
        ("office365", &[][..]),
        ("google", &[]),
        ("salesforce", &[]),
        ("slack", &[]),
        ("zoomus", &[]),
        ("githubenterprisemanageduser", &[]),
        ("amazon_aws_sso", &[]),
        ("amazon_aws", &[]),
        ("atlassian", &[]),
        ("jamfsoftwareserver", &[]),
        ("servicenow_ud", &[]),
        ("workday", &[]),
        ("boxnet", &[]),
        ("zendesk", &[]),
        ("northwind_teleport_1", &scim),
        ("northwind_crm_2", &scim),
        ("northwind_crm_2", &[]),
        ("slack", &scim),
        ("scim2headerauth", &[]),
    ] {
        let card = card_for(&app(name, features, "SAML_2_0", json!({})));
        shown += &format!(
            "{name} {features:?} {}\n",
            card.map_or("none", |card| card.vendor.as_str())
        );
    }
    expect![[r#"
        office365 [] Microsoft Office 365
        google [] Google Workspace
        salesforce [] Salesforce
        slack [] Slack
        zoomus [] Zoom
        githubenterprisemanageduser [] GitHub Enterprise Managed Users
        amazon_aws_sso [] AWS IAM Identity Center
        amazon_aws [] none
        atlassian [] Atlassian Cloud
        jamfsoftwareserver [] Jamf Pro
        servicenow_ud [] ServiceNow
        workday [] Workday
        boxnet [] Box
        zendesk [] Zendesk
        northwind_teleport_1 ["SCIM_PROVISIONING"] Teleport
        northwind_crm_2 ["SCIM_PROVISIONING"] Service with SCIM provisioning
        northwind_crm_2 [] none
        slack ["SCIM_PROVISIONING"] Slack
        scim2headerauth [] Service with SCIM provisioning
    "#]]
    .assert_eq(&shown);
}

fn check_traps(id: &str, old: &App, new: &App, expected: Expect) {
    let traps = card(id).traps_for(old, new);
    let lines = traps.map(|trap| format!("{} {:?} {:?}\n", trap.id, trap.kind, trap.closes));
    expected.assert_eq(&lines.collect::<String>());
}

#[test]
fn office_365_speaks_by_its_settings() {
    let federated = |how| {
        app(
            "office365",
            &["PUSH_USER_DEACTIVATION"],
            "WS_FEDERATION",
            json!({"wsFedConfigureType": how}),
        )
    };
    let swa = |how| app("office365", &[], "BROWSER_PLUGIN", json!({"wsFedConfigureType": how}));
    check_traps(
        "office365",
        &federated("AUTO"),
        &swa("AUTO"),
        expect![[r#"
            automatic-federation Attest Some(Delete)
            deactivation-option Attest Some(Retire)
        "#]],
    );
    check_traps(
        "office365",
        &federated("MANUAL"),
        &swa("AUTO"),
        expect![[r#"
            deactivation-option Attest Some(Retire)
        "#]],
    );
    check_traps("office365", &swa("AUTO"), &swa("AUTO"), expect![[""]]);
    let provisioning = app("office365", &["PUSH_NEW_USERS"], "WS_FEDERATION", json!({}));
    check_traps(
        "office365",
        &swa("AUTO"),
        &provisioning,
        expect![[r#"
            whole-domain Attest Some(Pilot)
            blank-licences Review Some(Pilot)
            account-match Review Some(Pilot)
        "#]],
    );
}

#[test]
fn features_decide_whether_a_trap_applies() {
    let app = |features: &[&str]| app("any", features, "SAML_2_0", json!({}));
    let full = app(&[
        "PUSH_NEW_USERS",
        "PUSH_USER_DEACTIVATION",
        "GROUP_PUSH",
        "SCIM_PROVISIONING",
    ]);
    let none = app(&[]);
    let cases = [
        (
            "slack",
            &full,
            &none,
            expect![[r#"
                leaving-removes Review Some(Retire)
                second-account Review Some(Pilot)
                bind-again Review Some(Waves)
                sign-out Review Some(Delete)
            "#]],
        ),
        (
            "slack",
            &none,
            &full,
            expect![[r#"
                import-first Attest Some(Pilot)
                second-account Review Some(Pilot)
                bind-again Review Some(Waves)
                push-now Review Some(Waves)
                sign-out Review Some(Delete)
            "#]],
        ),
        (
            "zendesk",
            &none,
            &none,
            expect![[r#"
                primary-sign-on Attest Some(Waves)
                second-profile Review Some(Pilot)
                way-in Review Some(Waves)
            "#]],
        ),
        (
            "salesforce",
            &full,
            &none,
            expect![[r#"
            create-users-off Review Some(Pilot)
            federation-id-case Review Some(Pilot)
        "#]],
        ),
        (
            "jamf",
            &none,
            &full,
            expect![[r#"
            new-account-is-admin Attest Some(Pilot)
            failover-address Attest Some(Pilot)
        "#]],
        ),
        (
            "scim",
            &full,
            &none,
            expect![[r#"
            switched-off-or-deleted Attest Some(Retire)
            provisioning-first Review Some(Pilot)
            expired-token Review Some(Pilot)
        "#]],
        ),
        (
            "github-emu",
            &none,
            &none,
            expect![[r#"
            everybody-suspended Attest Some(Pilot)
            same-handles Attest Some(Pilot)
            tokens-and-keys Attest Some(Pilot)
            teams Attest Some(Pilot)
            keep-the-old-app Attest Some(Retire)
        "#]],
        ),
        (
            "teleport",
            &none,
            &none,
            expect![[r#"
            hard-delete Attest Some(Retire)
            both-parts Review Some(Pilot)
        "#]],
        ),
    ];
    for (id, old, new, expected) in cases {
        check_traps(id, old, new, expected);
    }
}

/// Every trap applies to some pair of apps: none is dead.
#[test]
fn every_trap_can_speak() {
    let all = [
        "PUSH_NEW_USERS",
        "PUSH_PROFILE_UPDATES",
        "PUSH_USER_DEACTIVATION",
        "GROUP_PUSH",
        "IMPORT_NEW_USERS",
        "PROFILE_MASTERING",
    ];
    let settings = json!({"wsFedConfigureType": "AUTO"});
    let loud = app("any", &all, "SAML_2_0", settings.clone());
    let quiet = app("any", &[], "SAML_2_0", settings);
    for card in cards() {
        let heard: BTreeSet<&str> = [(&loud, &loud), (&loud, &quiet)]
            .into_iter()
            .flat_map(|(old, new)| card.traps_for(old, new).map(|trap| trap.id.as_str()))
            .collect();
        assert_eq!(heard.len(), card.traps.len(), "{}: {heard:?}", card.id);
    }
}

#[test]
fn settings_that_differ_are_a_condition() {
    let when = When {
        settings_differ: Some("settings.app.domain".to_owned()),
        ..When::default()
    };
    let app = |settings| app("slack", &[], "SAML_2_0", settings);
    for (old, new, holds) in [
        (json!({"domain": "a"}), json!({"domain": "b"}), true),
        (json!({"domain": "a"}), json!({"domain": "a"}), false),
        (json!({"domain": "a"}), json!({"domain": null}), false),
        (json!({"domain": "a"}), json!({}), false),
    ] {
        assert_eq!(when.holds(&app(old.clone()), &app(new.clone())), holds, "{old} {new}");
    }
}

#[test]
fn usernames_that_a_service_refuses() {
    let problem = |id: &str, username: &str| card(id).usernames.problem(username).unwrap_or_default();
    assert_eq!(problem("salesforce", "ana@northwind.example"), "");
    for username in ["ana", "ana@", "@northwind", "a@b@c", "ana lee@nw", ""] {
        assert_eq!(
            problem("salesforce", username),
            "must look like an e-mail address",
            "{username}"
        );
    }
    assert_eq!(problem("slack", "ana"), "");
    assert_eq!(problem("github-emu", "The.Octocat@example.com"), "");
    assert_eq!(
        problem("github-emu", "!The.Octocat"),
        "handle -The-Octocat begins or ends with a dash"
    );
    assert_eq!(
        problem("github-emu", "The!!Octocat"),
        "handle The--Octocat has two dashes in a row"
    );
    assert_eq!(
        problem(
            "github-emu",
            "mona.lisa.the.octocat.from.github.united.states@example.com"
        ),
        "handle mona-lisa-the-octocat-from-github-united-states has 47 characters, limit 35"
    );
}
