//! Two apps of the same kind with the same settings, nobody on the new one: there is nothing to find.

use std::sync::Arc;

use rehome_engine::{secrets::MemorySecrets, view::*};
use rehome_practice::{Control, Engine, Options, PracticeOrg};
use serde_json::{Value, json};

use super::{hold, shown};
use crate::{
    desk::{OLD, SPEED, options},
    journey::robot::rehome,
};

/// The same app in all but its label, as an admin makes it.
fn app(label: &str) -> Value {
    json!({ "name": "zendesk", "label": label, "signOnMode": "SAML_2_0",
        "credentials": { "userNameTemplate": { "template": "${source.login}", "type": "BUILT_IN" } },
        "settings": { "app": { "companySubDomain": "northwind-lab", "authToken": null, "encryptedAuthToken": null },
            "signOn": { "defaultRelayState": null, "ssoAcsUrlOverride": null, "audienceOverride": null,
                "recipientOverride": null, "destinationOverride": null, "attributeStatements": [] } } })
}

async fn make(org: &PracticeOrg, label: &str) -> String {
    let answer = reqwest::Client::new()
        .post(format!("{}/api/v1/apps", org.url()))
        .header("authorization", format!("SSWS {}", org.token()))
        .json(&app(label))
        .send()
        .await
        .expect("the practice org is there");
    assert_eq!(answer.status(), 200);
    let made: Value = answer.json().await.expect("JSON");
    made["id"].as_str().expect("apps have ids").to_owned()
}

/// Whoever has nothing odd about them anywhere.
fn plain_people(control: &Control) -> Vec<String> {
    let planted = control.planted();
    let old = control.app(OLD).expect("the seed has it");
    let odd = |id: &String| planted.iter().any(|it| it.subjects.contains(id));
    let all = control.app_users(&old).into_iter().map(|it| it.user);
    let mut plain: Vec<String> = all.filter(|id| !odd(id)).take(10).collect();
    if plain.len() < 5 {
        // In a small company nearly everybody has another phone.
        let only = |id: &String| {
            let mut about = planted.iter().filter(|it| it.subjects.contains(id));
            about.all(|it| {
                matches!(
                    it.key,
                    "phone-changes" | "two-groups" | "tags-joined" | "individual-values"
                )
            })
        };
        plain = control
            .app_users(&old)
            .into_iter()
            .map(|it| it.user)
            .filter(only)
            .take(10)
            .collect();
    }
    plain
}

async fn nothing_is_found(engine: Engine) {
    let org = PracticeOrg::start(Options { engine, ..options() })
        .await
        .expect("a practice org");
    let control = org.control();
    let (one, other) = ("Help desk of the lab", "Help desk of the lab, again");
    let (old, _) = (make(&org, one).await, make(&org, other).await);
    let people = plain_people(&control);
    assert!(people.len() >= 5, "only {people:?}");
    for id in &people {
        control.assign_user(&old, id);
    }
    while control.busy(&old) {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    for id in &people {
        assert!(control.sign_in(&old, id), "{id} signs in");
    }
    let dir = tempfile::tempdir().expect("a folder");
    let rehome = rehome(dir.path(), Arc::new(MemorySecrets::default()), SPEED);
    let shown = shown::shown(&rehome, &org, (one, other)).await;
    assert_eq!(shown.people.len(), people.len());
    let verdict = hold::verdict(&shown, &[], &|_| String::new());
    assert_eq!(verdict.false_alarms, [], "{engine:?}");
    let rows = shown.compare.sections.iter().flat_map(|section| &section.rows);
    let odd: Vec<&CompareRow> = rows
        .filter(|row| !matches!(row.outcome, RowOutcome::Same | RowOutcome::DiffersAsItMust))
        .filter(|row| {
            let id = row.finding.as_deref().unwrap_or_default();
            !hold::is_advice(id)
        })
        .collect();
    assert!(odd.is_empty(), "{engine:?}: {odd:#?}");
    rehome.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_found_between_two_apps_that_are_alike() {
    for engine in [Engine::Identity, Engine::Classic] {
        nothing_is_found(engine).await;
    }
}
