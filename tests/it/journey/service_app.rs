//! The main job with a service app as the credential: DPoP, scopes and roles of its own, a key pair made here.

use rehome_engine::view::*;
use rehome_practice::Options;
use serde_json::Value;

use super::main_job::check_end;
use crate::desk::{Desk, options, refused, slow_options, stopped};

/// Makes a service app in the practice org as an admin does, with what the window shows. Gives its client id.
async fn register(desk: &Desk, scopes: &[&str], roles: &[&str]) -> String {
    let setup = desk.rehome.service_app_setup(false).await.expect("a key pair");
    let key: Value = serde_json::from_str(&setup.public_key).expect("JSON");
    assert_eq!(key["kid"], setup.key_id);
    desk.control
        .register_service_app("Rehome", &key, scopes, roles, true)
        .expect("a public key")
}

async fn all_scopes(desk: &Desk) -> Vec<String> {
    let setup = desk.rehome.service_app_setup(false).await.expect("a key pair");
    [setup.plan_scopes, setup.run_scopes].concat()
}

async fn connect(desk: &Desk, client: &str) -> ConnectionView {
    desk.rehome
        .connect_service_app(desk.org.url().into(), client.into())
        .await
        .expect("connects")
}

/// A migration whose credential is a service app with everything that it needs.
async fn desk_with_app(options: Options) -> (Desk, String) {
    let desk = Desk::new(options).await;
    let scopes = all_scopes(&desk).await;
    let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
    let client = register(&desk, &scopes, &["APP_ADMIN"]).await;
    let view = connect(&desk, &client).await;
    assert_eq!((view.can_read, view.can_write), (true, Some(true)), "{:?}", view.probes);
    assert_eq!((view.client_id.as_deref(), view.admin), (Some(client.as_str()), None));
    assert!(view.probes.iter().all(|p| p.tone == Tone::Good), "{:?}", view.probes);
    (desk, client)
}

/// How often an access token was asked for, by the answer.
fn asked(desk: &Desk, status: u16) -> usize {
    let calls = desk.control.calls();
    calls
        .iter()
        .filter(|c| c.path == "/oauth2/v1/token" && c.status == status)
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_job() {
    let (desk, client) = desk_with_app(options()).await;
    // After a restart the keychain has it.
    let desk = desk.restart().await;
    let frame = desk.frame().await;
    assert_eq!(frame.credential.client_id.as_deref(), Some(client.as_str()));
    desk.control.forget_calls();
    desk.robot(None).work().await;
    check_end(&desk.control, &desk.old, &desk.new, &desk.was);
    assert!(asked(&desk, 200) > 0, "tokens were got");
    assert_eq!(asked(&desk, 401), 0);
    let refused = desk.control.calls().into_iter().filter(|c| c.status == 401);
    assert_eq!(refused.count(), 0, "never with a bad token or proof");
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawn_in_a_wave_and_replaced() {
    let (desk, client) = desk_with_app(slow_options()).await;
    let desk = desk.until(Step::Pilot).await.approve().await;
    desk.control.forget_calls();
    desk.start_wave(0).await;
    desk.until_calls("POST", &desk.assign_path(), 2).await;
    withdraw(&desk, &client).await;
    let problem = desk.settle().await;
    assert!(
        problem.as_ref().is_some_and(|p| p.what.contains("service app")),
        "the reason: {problem:?}"
    );
    stopped(problem, ProblemCode::CredentialRejected);
    let frame = desk.frame().await;
    assert!(frame.credential.needed, "{:?}", frame.credential);
    // The calls of a laptop go on until the org has deactivated the app.
    let placed = desk.control.app_users(&desk.new).len();
    assert!((2..20).contains(&placed), "in the middle: {placed} of the pilot's 20");
    let waves = desk.rehome.waves(desk.id.clone()).await.expect("waves");
    assert_eq!(
        waves.counts.failed, 0,
        "the app was withdrawn, these people did not fail"
    );
    desk.check_unharmed();

    // A new app with a new key. First a wrong client id.
    let scopes = all_scopes(&desk).await;
    let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
    let next = register(&desk, &scopes, &["APP_ADMIN"]).await;
    assert_ne!(next, client);
    for wrong in [client.as_str(), "0oaNobody"] {
        refused(
            desk.rehome.provide_service_app(desk.id.clone(), wrong.into()).await,
            ProblemCode::CredentialRejected,
        );
    }
    refused(
        desk.rehome
            .provide_service_app(desk.id.clone(), "not an id".into())
            .await,
        ProblemCode::BadInput,
    );
    let frame = desk
        .rehome
        .provide_service_app(desk.id.clone(), format!(" {next}\n"))
        .await
        .expect("accepted");
    assert!(!frame.credential.needed, "{:?}", frame.credential);
    assert_eq!(frame.credential.client_id, Some(next));
    desk.finish_waves().await;
}

/// The app is deactivated, and its access tokens end with it.
async fn withdraw(desk: &Desk, client: &str) {
    let url = format!("{}/api/v1/apps/{client}/lifecycle/deactivate", desk.org.url());
    let answer = reqwest::Client::new()
        .post(url)
        .header("authorization", format!("SSWS {}", desk.org.token()))
        .header("content-length", "0")
        .send()
        .await
        .expect("an answer");
    assert!(answer.status().is_success(), "{}", answer.status());
    desk.faults().revoke_access(client);
}

/// What is missing is named: scopes first, then the role. What is granted later counts without connecting again.
#[tokio::test(flavor = "multi_thread")]
async fn the_missing_scope_and_role_are_named() {
    let desk = Desk::new(options()).await;
    let client = register(&desk, &["okta.apps.read"], &[]).await;
    let view = connect(&desk, &client).await;
    assert_eq!((view.can_read, view.can_write), (false, Some(false)));
    let words = |title: &str| {
        let probe = view.probes.iter().find(|p| p.title == title);
        probe
            .unwrap_or_else(|| panic!("{title}: {:?}", view.probes))
            .words
            .clone()
    };
    assert!(words("Scopes").contains("okta.logs.read"), "{}", words("Scopes"));
    assert!(
        words("Read schemas").contains("grant okta.schemas.read"),
        "{}",
        words("Read schemas")
    );
    assert!(
        words("Read apps").contains("lacks the admin role"),
        "{}",
        words("Read apps")
    );
    assert!(words("Role of this service app").contains("okta.roles.read"));
    // Granted in Okta, and looked at again: the same app, with the key that it has.
    let all = all_scopes(&desk).await;
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    desk.control.empower_service_app(&client, &all, &["APP_ADMIN"]);
    let view = connect(&desk, &client).await;
    assert_eq!((view.can_read, view.can_write), (true, Some(true)), "{:?}", view.probes);
}

/// Reading alone is enough until the pilot; then the scope is granted, and the run goes on.
#[tokio::test(flavor = "multi_thread")]
async fn the_scope_for_moving_people_can_come_later() {
    let desk = Desk::new(options()).await;
    let setup = desk.rehome.service_app_setup(false).await.expect("a key pair");
    let reading: Vec<&str> = setup.plan_scopes.iter().map(String::as_str).collect();
    let client = register(&desk, &reading, &["READ_ONLY_ADMIN"]).await;
    let view = connect(&desk, &client).await;
    assert_eq!(
        (view.can_read, view.can_write),
        (true, Some(false)),
        "{:?}",
        view.probes
    );
    let desk = desk.until(Step::Pilot).await.approve().await;
    stopped(desk.run_wave(0).await, ProblemCode::NotAllowed);
    assert!(desk.control.app_users(&desk.new).is_empty(), "nothing half done");
    let all = [setup.plan_scopes.clone(), setup.run_scopes].concat();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    desk.control.empower_service_app(&client, &all, &["APP_ADMIN"]);
    desk.finish_waves().await;
}
